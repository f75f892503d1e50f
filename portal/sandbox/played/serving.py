"""The wire: kept-alive connections by cheroot, and the faults, delays and log that sit between it and the routes."""

import errno
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

from cheroot import wsgi
from werkzeug.wrappers import Response

from .faults import HAPPENINGS, Call, Fault
from .server import Played

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

THREADS = 20


class Gateway(wsgi.Gateway_10):
    """Hands the request's own socket to the application, so that a fault can cut it."""

    def get_environ(self) -> Any:
        environ: WSGIEnvironment = super().get_environ()  # type: ignore[no-untyped-call]
        return environ | {"sandbox.socket": self.req.conn.socket}


class Server(wsgi.Server):
    """A quiet cheroot that keeps as many connections as a client cares to pool."""

    keep_alive_conn_limit = 200

    def __init__(self, port: int, wire: "Wire") -> None:
        super().__init__(("127.0.0.1", port), wire, numthreads=THREADS, request_queue_size=100, timeout=60)
        self.gateway = Gateway

    def error_log(self, msg: str = "", level: int = 20, traceback: bool = False) -> None:
        """Cut connections are not worth a word; what goes wrong in a route is told by Flask."""

    def start_serving(self) -> int:
        """Serve from a thread from now on; the port it listens on."""
        self.prepare()
        threading.Thread(target=self.serve, daemon=True).start()
        port: int = self.bind_addr[1]
        return port


class Wire:
    """Runs each API call through latency, faults and log; whatever else the application has is reached without them.

    `call_of` tells what is known of a call from the request, or None when it is none of the API's. `usual` is the
    answer that is cut where a call was not run and has none.
    """

    def __init__(
        self,
        server: Played,
        app: "WSGIApplication",
        call_of: Callable[["WSGIEnvironment"], Call | None],
        usual: str,
    ) -> None:
        self.server = server
        self.app = app
        self.call_of = call_of
        self.usual = usual

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        # Werkzeug hands the routes a copy of the environment: what they note must be inside one of its values.
        noted = environ["sandbox.noted"] = {"domain": ""}
        call = self.call_of(environ)
        if call is None:
            with self.server.lock:
                return self.app(environ, start_response)
        began, era = time.time(), self.server.era
        era.wait(self.server.latency.seconds(call))
        response, struck = self.answer(environ, call, era)
        whole = struck is None or struck.kind not in HAPPENINGS
        with self.server.lock:
            # A call that a reset overtook is no call of the new era.
            if not era.is_set():
                self.server.log.add(
                    **noted | dict(call),
                    status=response.status_code if whole else None,
                    at=began,
                    ms=round((time.time() - began) * 1000, 1),
                    port=int(environ["REMOTE_PORT"]),
                )
        if whole:
            return response(environ, start_response)
        return lost(response, environ, start_response, kept=0.5 if struck and struck.kind == "cut" else 0)

    def answer(self, environ: "WSGIEnvironment", call: Call, era: threading.Event) -> tuple[Response, Fault | None]:
        """The answer, and the fault that replaced it, if one did."""
        before = self.strike(call, "before", era)
        if before:
            return self.replaced_by(before), before
        with self.server.lock:
            if era.is_set():
                return Response(), Fault({}, kind="down")
            response = Response.from_app(self.app, environ, buffered=True)
        after = self.strike(call, "after", era)
        return (self.replaced_by(after, response), after) if after else (response, None)

    def strike(self, call: Call, when: str, era: threading.Event) -> Fault | None:
        """The fault that takes the answer away; one that is merely slow is waited for here."""
        fault = self.server.faults.strike(call, when)
        if fault and fault.kind == "slow":
            era.wait(fault.ms / 1000)
            return None
        return fault

    def replaced_by(self, fault: Fault, response: Response | None = None) -> Response:
        """What a fault answers; a cut answer is half of the real one, where there is one."""
        if fault.kind not in HAPPENINGS:
            return self.server.faults.answers[fault.kind](fault.message)
        return response or Response(self.usual, mimetype="application/json")


def lost(
    response: Response, environ: "WSGIEnvironment", start_response: "StartResponse", kept: float
) -> Iterator[bytes]:
    """Send that part of the answer, then close the connection. Nothing kept: not even a status line is sent."""
    connection: socket.socket = environ["sandbox.socket"]
    if kept:
        body = response.get_data()
        start_response(response.status, response.headers.to_wsgi_list())
        yield body[: max(1, int(len(body) * kept))]
    connection.shutdown(socket.SHUT_RDWR)
    # An error that cheroot takes for a client gone away: it closes quietly.
    raise ConnectionResetError(errno.ECONNRESET, "cut on purpose")
