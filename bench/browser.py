"""A browser as far as the clock can tell: two kept-alive connections, a page first, then its cards at the same time."""

import http.client
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

CARDS = ("usage", "addresses/")


class Browser:
    """Connections to one portal; a context manager."""

    def __init__(self, port: int) -> None:
        self._connections = [http.client.HTTPConnection("127.0.0.1", port, timeout=60) for _card in CARDS]
        self._pool = ThreadPoolExecutor(len(CARDS))

    def __enter__(self) -> Self:
        for connection in self._connections:
            connection.connect()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown()
        for connection in self._connections:
            connection.close()

    def enter(self, tenant: str, token: str) -> bytes:
        """Post a hand-off; the page that comes back."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return _fetch(self._connections[0], "POST", f"/sso/{tenant}", headers, urlencode({"token": token}))

    def cards(self, page: bytes, tenant: str, svc: int) -> list[bytes]:
        """Load the cards of the dashboard, all at the same time, with the page's token."""
        urls = [f"/s/{tenant}-{svc}/{card}" for card in CARDS]
        headers = card_headers(page)
        fetched = self._pool.map(lambda at, url: _fetch(at, "GET", url, headers), self._connections, urls)
        return list(fetched)

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> bytes:
        """One more file or card, on a kept-alive connection."""
        return _fetch(self._connections[0], "GET", url, headers or {})


def card_headers(page: bytes) -> dict[str, str]:
    """What htmx sends along when this page asks for a card."""
    token = re.search(r'name="portal-token" content="([^"]+)"', page.decode())
    assert token is not None
    return {"HX-Request": "true", "HX-Request-Type": "partial", "X-Portal-Token": token[1]}


def _fetch(
    connection: http.client.HTTPConnection, method: str, url: str, headers: Mapping[str, str], body: str | None = None
) -> bytes:
    connection.request(method, url, body, dict(headers))
    answer = connection.getresponse()
    content = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{method} {url}: HTTP {answer.status}\n{content.decode()[:2000]}")
    return content
