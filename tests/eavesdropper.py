"""Between the portal and its mail server: learns every secret that passes, and can answer with all it was sent."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import requests

# Answers of a server out of its mind: status, type of content, and what stands before and behind all it was sent.
ECHOES: dict[str, tuple[int, str, str, str]] = {
    "500": (500, "text/plain", "", ""),
    "200 of HTML": (200, "text/html", "<title>Maintenance</title>", ""),
    "400 with a code": (400, "application/json", '{"success": false, "message": "SOME_CODE|', '"}'),
    "400 in words": (400, "application/json", '{"success": false, "message": "The password ', '"}'),
    "200 that refuses": (200, "application/json", '{"success": false, "message": "', '"}'),
    "200 of another shape": (200, "application/json", '{"success": true, "domainData": "', '"}'),
    "404": (404, "application/json", '{"message": "', ' does not exist"}'),
    "302": (302, "text/html", "", ""),
    "401": (401, "application/json", '{"success": false, "message": "', '"}'),
}


class Eavesdropper:
    """A server that passes calls on to `target`, unless it is told to `echo` them instead."""

    def __init__(self, target: str) -> None:
        self.echo = ""
        self.secrets: dict[str, set[str]] = {"tokens of the mail server": set(), "passwords sent to it": set()}
        spy, upstream = self, requests.Session()
        upstream.trust_env = False

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                spy.learn_from_request(self.headers.get("Authorization", ""), body)
                if spy.echo:
                    status, content_type, before, behind = ECHOES[spy.echo]
                    said = f"{body.decode()} {self.headers.get('Authorization', '')}"
                    inner = json.dumps(said)[1:-1] if "json" in content_type else said
                    self.answer(status, content_type, f"{before}{inner}{behind}".encode(), said)
                    return
                headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
                done = upstream.request(self.command, target + self.path, data=body, headers=headers)
                spy.learn_from_answer(done.content)
                self.answer(done.status_code, done.headers.get("Content-Type", ""), done.content)

            do_GET = do_POST

            def answer(self, status: int, content_type: str, content: bytes, location: str = "") -> None:
                self.send_response(status)
                self.send_header("Content-Type", content_type)
                self.send_header("Content-Length", str(len(content)))
                if status == 302:
                    self.send_header("Location", f"/{requests.utils.quote(location)}")
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: Any) -> None:
                """Nothing on stderr."""

            def handle(self) -> None:
                try:
                    super().handle()
                except ConnectionError:
                    """Who asked has gone."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.http.server_port}"

    def learn_from_request(self, authorization: str, body: bytes) -> None:
        if authorization.startswith("Bearer "):
            self.secrets["tokens of the mail server"].add(authorization.removeprefix("Bearer "))
        for name, value in _texts(body):
            if "password" in name:
                self.secrets["passwords sent to it"].add(value)

    def learn_from_answer(self, body: bytes) -> None:
        for name, value in _texts(body):
            if name.endswith("token"):
                self.secrets["tokens of the mail server"].add(value)


def _texts(body: bytes) -> Iterator[tuple[str, str]]:
    """Every text of a JSON body with the name of its field, in lower case."""
    try:
        rest: list[Any] = [json.loads(body)]
    except ValueError:
        return
    while rest:
        value = rest.pop()
        if isinstance(value, list):
            rest += value
        elif isinstance(value, dict):
            rest += value.values()
            yield from ((name.lower(), text) for name, text in value.items() if isinstance(text, str) and text)


@contextmanager
def listening(target: str) -> Iterator[Eavesdropper]:
    spy = Eavesdropper(target)
    thread = threading.Thread(target=spy.http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield spy
    finally:
        spy.http.shutdown()
        thread.join()
        spy.http.server_close()
