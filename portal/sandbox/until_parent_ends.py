"""gunicorn settings of the sandbox: the server ends when its standard input does, so it never outlives the sandbox."""

import os
import signal
import threading
from typing import Any


def on_starting(_server: Any) -> None:
    threading.Thread(target=_wait, daemon=True).start()


def _wait() -> None:
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
