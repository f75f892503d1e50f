"""A SmarterMail sandbox for this directory's tests, clients for it, and a server that answers whatever a test wants."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from portal.mail.directory import Directory
from portal.mail.smartermail import SmarterMail
from portal.mail.smartermail.domain import SmarterMailDomain
from portal.sandbox.control import Running
from tests.elsewhere import Elsewhere

MEGABYTE = 1024 * 1024
Answer = tuple[int, Any]  # status, and what becomes JSON (or bytes as they are)


@pytest.fixture(scope="session")
def running() -> Iterator[Running]:
    with Running("alice.test=3,2", "bob.test=2,1") as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Running) -> Running:
    running.reset()
    return running


@pytest.fixture
def elsewhere(sandbox: Running) -> Elsewhere:
    return Elsewhere(sandbox)


@pytest.fixture
def connect(sandbox: Running) -> Iterator[Callable[..., SmarterMail]]:
    """Makes clients of the sandbox; the settings given win."""
    with ExitStack() as stack:

        def make(**settings: Any) -> SmarterMail:
            given = {"url": sandbox.url, "username": sandbox.username, "password": sandbox.password, **settings}
            server = SmarterMail(**given)
            stack.callback(server.close)
            return server

        yield make


@pytest.fixture
def server(connect: Callable[..., SmarterMail]) -> SmarterMail:
    return connect()


@pytest.fixture
def alice(server: SmarterMail) -> SmarterMailDomain:
    return server.domain("alice.test")


@pytest.fixture
def directory() -> Iterator[Directory]:
    directory = Directory()
    yield directory
    directory.close()


class Scripted:
    """An HTTP server with the answers of one test: `answers[path]`, path without /api/v1/. Unknown paths are 404."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer | Callable[[], Answer]] = {
            "auth/authenticate-user": (
                200,
                {"success": True, "accessToken": "access", "refreshToken": "refresh", "isAdmin": True},
            ),
            "settings/sysadmin/manage-domain/alice.test": (
                200,
                {"success": True, "impersonateAccessToken": "entered"},
            ),
        }
        self.headers: dict[str, str] = {}
        self.seen: list[tuple[str, dict[str, str], bytes]] = []
        self.connections = 0
        self.pause_before_body = 0.0
        script = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def setup(self) -> None:
                script.connections += 1
                super().setup()

            def do_POST(self) -> None:
                path = self.path.removeprefix("/api/v1/")
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                script.seen.append((path, dict(self.headers), body))
                answer = script.answers.get(path, (404, {"success": False}))
                status, content = answer() if callable(answer) else answer
                raw = content if isinstance(content, bytes) else json.dumps(content).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(raw)))
                for name, value in script.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                time.sleep(script.pause_before_body)
                with suppress(OSError):  # who asked may have gone
                    self.wfile.write(raw)

            do_GET = do_POST

            def log_message(self, format: str, *args: Any) -> None:
                """Nothing on stderr."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_port}"

    def paths(self) -> list[str]:
        return [path for path, _, _ in self.seen]


@pytest.fixture
def scripted() -> Iterator[Scripted]:
    script = Scripted()
    thread = threading.Thread(target=script.http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield script
    script.http.shutdown()
    thread.join()
    script.http.server_close()


@pytest.fixture
def scripted_server(scripted: Scripted) -> Iterator[SmarterMail]:
    server = SmarterMail(scripted.url, "portal", "secret", timeout=2)
    yield server
    server.close()


@pytest.fixture
def scripted_alice(scripted_server: SmarterMail) -> SmarterMailDomain:
    return scripted_server.domain("alice.test")
