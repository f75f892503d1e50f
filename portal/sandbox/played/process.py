"""A played server as a process: one line of JSON says that it is ready, and it ends with its standard input."""

import json
import os
import signal
import sys
import threading
from collections.abc import Mapping


def run_until_ended(said: Mapping[str, str]) -> None:
    """Say that, then wait until stdin closes or a signal asks for the end, and end."""
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    threading.Thread(target=set_at_end_of_input, args=[ended], daemon=True).start()
    print(json.dumps(said), flush=True)
    ended.wait()
    # Nothing is worth saving, and the server's threads would wait for connections that clients keep open.
    os._exit(0)


def set_at_end_of_input(ended: threading.Event) -> None:
    sys.stdin.read()
    ended.set()
