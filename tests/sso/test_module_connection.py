"""The module's signed calls, against small real servers that check what a portal checks."""

import hashlib
import json
import re
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from portal.sandbox.whmcs import php
from sso.envelope import API, EnvelopeError, unseal
from tests.sso.people import KEY

Module = Callable[..., dict[str, Any]]

HEALTHY = {
    "tenant": "northwind",
    "version": "0.1.0",
    "servers": [{"name": "mail-1", "kind": "smartermail", "ok": True}],
}
STAND_INS = Path(php.__file__).with_name("php") / "whmcs.php"
MODULE = Path(__file__).parents[2] / "sso/whmcs/modules/servers/mailporch/mailporch.php"


@dataclass
class Portal:
    """What the next call gets; a call whose envelope is not good gets 401, like from the real one."""

    answer: Any = field(default_factory=lambda: HEALTHY)
    status: int = 200
    clock: float = 0
    pause: float = 0
    server: dict[str, Any] = field(default_factory=dict)
    opened: list[dict[str, Any]] = field(default_factory=list)

    def respond(self, request: BaseHTTPRequestHandler) -> tuple[int, bytes]:
        time.sleep(self.pause)
        scheme, _, rest = request.headers["Authorization"].partition(" ")
        tenant, _, envelope = rest.partition(" ")
        try:
            assert (scheme, tenant) == ("Portal", "northwind")
            payload = unseal(envelope, [KEY], API, now=time.time() + self.clock).payload
        except EnvelopeError:
            return 401, b'{"code":"envelope"}'
        self.opened.append(payload | {"sent": (request.command, request.path, request.headers["Host"])})
        body = self.answer if isinstance(self.answer, str) else json.dumps(self.answer)
        return self.status, body.encode()


@pytest.fixture
def portal() -> Iterator[Portal]:
    stand_in = Portal()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = stand_in.respond(self)
            self.send_response_only(status)
            self.send_header("Date", formatdate(time.time() + stand_in.clock, usegmt=True))
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_: None
    stand_in.server = {
        "serverhostname": "localhost",
        "serverport": str(server.server_address[1]),
        "serversecure": False,
        "serverusername": "northwind",
        "serverpassword": KEY,
    }
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield stand_in
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_connection_that_works_is_said_to_work(module: Module, portal: Portal) -> None:
    answer = module("TestConnection", portal.server)

    assert answer["result"] == {"success": True, "error": ""}


def test_a_call_is_signed_for_exactly_this_request(module: Module, portal: Portal) -> None:
    module("TestConnection", portal.server)

    (call,) = portal.opened
    assert len(call.pop("jti")) == 22
    assert call.pop("sent") == ("GET", "/api/v1/ping", f"localhost:{portal.server['serverport']}")
    assert call == {
        "method": "GET",
        "path": "/api/v1/ping",
        "body": hashlib.sha256(b"").hexdigest(),
        "host": f"localhost:{portal.server['serverport']}",
    }


def test_the_mail_server_that_fails_is_named(module: Module, portal: Portal) -> None:
    failing = {"name": "mail-2", "kind": "smartermail", "ok": False, "detail": "does not answer"}
    portal.answer = HEALTHY | {"servers": [*HEALTHY["servers"], failing]}

    answer = module("TestConnection", portal.server)

    assert answer["result"] == {
        "success": False,
        "error": "The portal works, but not every mail server does. mail-2: does not answer",
    }


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ({"answer": {"tenant": "northwind", "servers": []}}, "no mail server for this WHMCS yet"),
        ({"answer": {"tenant": "harbour", "servers": []}}, "not meant for this WHMCS"),
        ({"answer": "<html>Welcome</html>"}, "is not the portal"),
        ({"answer": "[]"}, "is not the portal"),
        ({"answer": '{"tenant":"northwind","servers":'}, "is not the portal"),
        ({"status": 500}, "a fault of its own (HTTP 500)"),
        ({"status": 503}, "a fault of its own (HTTP 503)"),
        ({"status": 404}, "refused the call (HTTP 404)"),
        ({"status": 302}, "refused the call (HTTP 302)"),
    ],
)
def test_a_connection_that_fails_is_explained(
    module: Module, portal: Portal, fault: dict[str, Any], sentence: str
) -> None:
    for name, value in fault.items():
        setattr(portal, name, value)

    answer = module("TestConnection", portal.server)

    assert answer["result"]["success"] is False
    assert sentence in answer["result"]["error"]


@pytest.mark.parametrize(("clock", "side"), [(-1000, "ahead of"), (1000, "behind")])
def test_another_clock_is_told_by_how_much_it_differs(module: Module, portal: Portal, clock: int, side: str) -> None:
    portal.clock = clock

    answer = module("TestConnection", portal.server)

    assert re.search(f"The clock of this WHMCS is (999|1000|1001) seconds {side}", answer["result"]["error"])


def test_another_key_is_told_apart_from_another_clock(module: Module, portal: Portal) -> None:
    answer = module("TestConnection", portal.server | {"serverpassword": "x" * 43})

    assert "the password is not its key" in answer["result"]["error"]


def test_a_portal_that_is_down_is_told(module: Module, portal: Portal) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]

    answer = module("TestConnection", portal.server | {"serverport": str(port)})

    assert answer["result"]["error"].startswith(f"Nothing answers at http://localhost:{port}")


def test_a_host_name_that_does_not_exist_is_told(module: Module, portal: Portal) -> None:
    # No resolver is asked for a name with a part this long.
    host = f"{'x' * 64}.test"

    answer = module("TestConnection", portal.server | {"serverhostname": host, "serversecure": True})

    assert "does not exist or cannot be looked up" in answer["result"]["error"]


def test_a_server_without_tls_is_not_spoken_to_in_the_clear(module: Module, portal: Portal) -> None:
    answer = module("TestConnection", portal.server | {"serversecure": True})

    assert answer["result"]["success"] is False
    assert f"The connection to https://localhost:{portal.server['serverport']} failed" in answer["result"]["error"]
    assert portal.opened == []


def test_a_portal_that_is_slow_is_not_waited_for(php_program: str, portal: Portal) -> None:
    portal.pause = 0.6
    script = (
        f"require '{STAND_INS}'; Stage::open([]); require '{MODULE}';"
        "try { (new WHMCS\\Module\\Server\\Mailporch\\Portal(json_decode($argv[1], true), 200))"
        "->check(WHMCS\\Module\\Server\\Mailporch\\Product::Domain); }"
        "catch (WHMCS\\Module\\Server\\Mailporch\\Problem $problem) { echo $problem->getMessage(); }"
    )

    ended = subprocess.run([php_program, "-r", script, json.dumps(portal.server)], capture_output=True, text=True)

    assert ended.stdout == (
        f"The portal at http://localhost:{portal.server['serverport']} did not answer in time (0.2 seconds). It"
        " may still be at work: try again in a minute, every call may be repeated."
    )


def test_the_loader_of_the_setting_lists_the_mail_servers(module: Module, portal: Portal) -> None:
    portal.answer = {"servers": [{"name": "mail-1", "kind": "smartermail"}, {"name": "mail-2", "kind": "smartermail"}]}

    answer = module("ServerChoices", portal.server)

    assert answer["result"] == {"mail-1": "mail-1 (smartermail)", "mail-2": "mail-2 (smartermail)"}
    assert portal.opened[0]["path"] == "/api/v1/servers"


@pytest.mark.parametrize("fault", [{"answer": {"servers": []}}, {"status": 500}])
def test_a_loader_without_a_list_throws_so_that_whmcs_keeps_the_stored_choice(
    module: Module, portal: Portal, fault: dict[str, Any]
) -> None:
    for name, value in fault.items():
        setattr(portal, name, value)

    with pytest.raises(php.ModuleFault, match="The portal"):
        module("ServerChoices", portal.server)


def test_a_call_is_logged_without_its_envelope(module: Module, portal: Portal) -> None:
    answer = module("TestConnection", portal.server)

    (entry,) = answer["module_calls"]
    assert entry["action"] == "GET /api/v1/ping"
    assert re.fullmatch("[0-9a-f]{12}", entry["request"].pop("request_id"))
    assert entry["request"] == {
        "portal": f"http://localhost:{portal.server['serverport']}",
        "tenant": "northwind",
        "body": [],
    }
    assert entry["response"] == {"HTTP 200": HEALTHY}
    assert entry["masked"] == 2
