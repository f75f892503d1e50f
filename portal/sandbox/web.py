"""Serves a Flask app of the sandbox on a loopback port, from a thread of this process."""

import logging
import threading
from types import TracebackType
from typing import Self

from cheroot.wsgi import Server
from flask import Flask


class _Quiet(Server):
    def error_log(self, msg: str = "", level: int = logging.INFO, traceback: bool = False) -> None:
        """Say nothing of connections that a browser cut; Flask reports the app's own errors."""


class Web:
    """The server, from construction until `stop()`. Unlike Werkzeug's it keeps connections alive."""

    def __init__(self, app: Flask, port: int = 0) -> None:
        self._server = _Quiet(("127.0.0.1", port), app, numthreads=8)
        self._server.expiration_interval = 0.05  # also how often it looks whether it was stopped
        self._server.prepare()
        self.port: int = self._server.bind_addr[1]
        self._thread = threading.Thread(target=self._server.serve, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        self._server.stop()
        self._thread.join()
