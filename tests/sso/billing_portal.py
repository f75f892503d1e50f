"""A portal's billing calls, written from sso/README.md: a real server that checks each signature."""

import hashlib
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from sso.envelope import API, unseal
from tests.sso.people import KEY

Answer = tuple[int, Mapping[str, Any]]


@dataclass
class BillingPortal:
    """What it knows, and every call that was made. `pause` (seconds) and `status` make it slow, or fail.

    Calls whose path ends with a word of `unable_to` get what it answers when something behind it fails.
    """

    server: dict[str, Any] = field(default_factory=dict)
    registered: dict[int, dict[str, Any]] = field(default_factory=dict)
    not_yours: set[int] = field(default_factory=set)
    statements: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    settled: dict[str, dict[str, Any]] = field(default_factory=dict)
    disk: dict[int, dict[str, Any]] = field(default_factory=dict)
    calls: list[tuple[str, str, Any]] = field(default_factory=list)
    spent: set[str] = field(default_factory=set)
    unable_to: set[str] = field(default_factory=set)
    pause: float = 0
    status: int = 200

    def paths(self) -> list[str]:
        return [f"{method} {path}" for method, path, _ in self.calls]

    def asked(self, path: str) -> list[Any]:
        """The bodies that were sent to this path."""
        return [body for _, called, body in self.calls if called == path]

    def respond(self, request: BaseHTTPRequestHandler, raw: bytes) -> Answer:
        time.sleep(self.pause)
        scheme, tenant, envelope = request.headers["Authorization"].split(" ")
        signed = unseal(envelope, [KEY], API).payload
        assert (scheme, tenant) == ("Portal", "northwind")
        assert signed.pop("jti") not in self.spent
        assert signed == {
            "method": request.command,
            "path": request.path,
            "body": hashlib.sha256(raw).hexdigest(),
            "host": request.headers["Host"],
        }
        body = json.loads(raw) if raw else None
        self.calls.append((request.command, request.path, body))
        if self.status != 200:
            return self.status, {}
        if request.path.rpartition("/")[2] in self.unable_to:
            return _problem(503, "try-again", "The portal's database is not available.")
        match [request.command, *request.path.removeprefix("/api/v1/").split("/")]:
            case ["PUT", "services", svc]:
                return self._register(int(svc), body)
            case ["POST", "usage"]:
                return 200, {"services": [self._disk(svc) for svc in body["services"]]}
            case ["POST", "statements"]:
                return 200, {"services": [self._owed(asked["svc"]) for asked in body["services"]]}
            case ["POST", "statements", number, "settle"]:
                return self._settle(number, body)
            case ["POST", "statements", number, "release"]:
                self.settled.pop(number, None)
                return 200, {"id": number, "state": "released"}
        return _problem(404, "not-found")

    def _register(self, svc: int, body: dict[str, Any]) -> Answer:
        if svc in self.not_yours:
            return _problem(409, "not-yours", "This domain exists on the mail server.")
        self.registered[svc] = body
        return 200, {"svc": svc}

    def _disk(self, svc: int) -> dict[str, Any]:
        return {"svc": svc} | self.disk.get(svc, {"error": "unknown-service"})

    def _owed(self, svc: int) -> dict[str, Any]:
        if svc not in self.registered:
            return {"svc": svc, "error": "unknown-service"}
        unsettled = [one for one in self.statements.get(svc, []) if one["id"] not in self.settled]
        return {"svc": svc, "statements": unsettled}

    def _settle(self, number: str, body: dict[str, Any]) -> Answer:
        known = [one for owed in self.statements.values() for one in owed if one["id"] == number]
        if not known and not {"svc", "from", "to"} <= body.keys():
            return _problem(404, "unknown-statement", "There is no such statement.")
        if self.settled.setdefault(number, body)["invoice"] != body["invoice"]:
            return _problem(409, "settled", f"It is on invoice {self.settled[number]['invoice']}.")
        return 200, {"id": number, "state": "settled"}


def _month(number: int) -> str:
    return f"{2026 + (number + 3) // 12}-{(number + 3) % 12 + 1:02}-04T09:00:00+00:00"


def _problem(status: int, code: str, detail: str = "") -> Answer:
    return status, {"type": "about:blank", "status": status, "code": code, "detail": detail}


@contextmanager
def serving() -> Iterator[BillingPortal]:
    portal = BillingPortal()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, answer = portal.respond(self, raw)
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = _answer

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    portal.server = {
        "serverid": 1,
        "serverhostname": "localhost",
        "serverport": str(server.server_address[1]),
        "serversecure": False,
        "serverusername": "northwind",
        "serverpassword": KEY,
    }
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield portal
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def statement(number: str, tiers: int, *lines: tuple[str, str, str], state: str = "ok") -> dict[str, Any]:
    """A statement as the portal tells it: its storage, then (kind, description, amount) of each other line.

    Number 7 is of November, 8 of the month after it, and so on.
    """
    month = 7 if not number.isdigit() else int(number)
    storage = {
        "kind": "storage",
        "description": f"Storage: {tiers} × 10 GB",
        "quantity": tiers,
        "unit_price": "6.00",
        "amount": f"{tiers * 6}.00",
    }
    others = [
        {"kind": kind, "description": text, "quantity": 1, "unit_price": amount, "amount": amount}
        for kind, text, amount in lines
    ]
    return {
        "id": number,
        "from": _month(month),
        "to": _month(month + 1),
        "state": state,
        "lines": [storage, *others],
    }
