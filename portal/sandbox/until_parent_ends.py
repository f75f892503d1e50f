"""Has programs end when their standard input does, so that they never outlive the sandbox.

gunicorn takes it for its settings; in front of any other module's name it runs that: `-m …until_parent_ends flask …`.
"""

import os
import runpy
import signal
import sys
import threading
from typing import Any


def on_starting(_server: Any) -> None:
    _end_with_parent(signal.SIGTERM)


def main() -> None:
    _end_with_parent(signal.SIGINT)
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


def _end_with_parent(how: signal.Signals) -> None:
    def wait() -> None:
        while os.read(0, 1):
            pass
        os.kill(os.getpid(), how)

    threading.Thread(target=wait, daemon=True).start()


if __name__ == "__main__":
    main()
