"""The address list of a large domain against that of a small one, and how many of its pages two workers serve."""

import gzip
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench import dashboard
from bench.browser import Browser, card_headers
from bench.dashboard import TENANT, Stage
from bench.serving import Gunicorn

ROUNDS = 60
WORKERS = 2
CONNECTIONS = 8
SECONDS = 5
# What they find is as many rows on every page.
PAGES = {"list": "", "search": "?q=ar", "sort by size": "?sort=-size", "last page": "?page=9999"}


@dataclass(frozen=True)
class Wait:
    """Milliseconds until a page of the list is here, nothing being read from the mail server; by size of the domain.

    Beside a search of the large one its mailboxes' forwarding is being read, as it is for whoever searches first.
    """

    large: float
    small: float

    @property
    def ratio(self) -> float:
        return self.large / self.small


@dataclass(frozen=True)
class Load:
    """What the workers did while several connections asked as fast as they could; `own` milliseconds a request."""

    per_second: float
    own: float
    megabytes: float


def waits(stage: Stage, large: int, small: int) -> dict[str, Wait]:
    """Each page of both domains, in turn, so that a slow moment is a slow moment of both."""
    walls: dict[tuple[str, int], list[float]] = {(name, size): [] for name in PAGES for size in (large, small)}
    with Gunicorn("wsgi:app", stage.environment, stage.log) as portal, Browser(portal.port) as browser:
        headers = {size: _enter(stage, browser, size) for size in (large, small)}
        for _round in range(ROUNDS):
            for name, size in walls:
                url = _url(stage, size) + PAGES[name]
                # The list may be read anew at this moment; this one is not counted.
                browser.fetch(_url(stage, size), headers[size])
                began = time.perf_counter()
                browser.fetch(url, headers[size])
                walls[name, size].append(1000 * (time.perf_counter() - began))
    return {name: Wait(median(walls[name, large]), median(walls[name, small])) for name in PAGES}


def swap(stage: Stage, size: int) -> int:
    """Bytes of a compressed list as htmx swaps it."""
    with Gunicorn("wsgi:app", stage.environment, stage.log) as portal, Browser(portal.port) as browser:
        return len(gzip.compress(browser.fetch(_url(stage, size), _enter(stage, browser, size))))


def load(stage: Stage, size: int) -> Load:
    """The list's first page."""
    with Gunicorn("wsgi:app", stage.environment, stage.log, WORKERS) as portal, Browser(portal.port) as browser:
        headers = _enter(stage, browser, size)
        return _load(portal, _url(stage, size), headers)


def bare_load(folder: Path, url: str) -> Load:
    """A page of `bench.floor`."""
    with Gunicorn("bench.floor:app", {}, folder / "floor.log", WORKERS) as server:
        return _load(server, url, {})


def _enter(stage: Stage, browser: Browser, size: int) -> dict[str, str]:
    return card_headers(browser.enter(TENANT, dashboard.token(stage, size)))


def _url(stage: Stage, size: int) -> str:
    return f"/s/{TENANT}-{dashboard.svc(stage, size)}/addresses/"


def _load(server: Gunicorn, url: str, headers: Mapping[str, str]) -> Load:
    lines = [f"GET {url} HTTP/1.1", f"Host: 127.0.0.1:{server.port}", *(f"{key}: {headers[key]}" for key in headers)]
    request = "\r\n".join([*lines, "", ""]).encode()
    _ask(server.port, request, seconds=1)
    used, began = server.processor_seconds(), time.perf_counter()
    count = _ask(server.port, request, SECONDS)
    took, used = time.perf_counter() - began, server.processor_seconds() - used
    return Load(count / took, 1000 * used / count, server.megabytes())


def _ask(port: int, request: bytes, seconds: float) -> int:
    """Ask on all connections at once; how many answers came. As bare as can be: it runs on the servers' processors."""
    counts: list[int] = []
    until = time.perf_counter() + seconds
    threads = [
        threading.Thread(target=lambda: counts.append(_ask_on_one(port, request, until))) for _ in range(CONNECTIONS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(counts) < CONNECTIONS:
        raise RuntimeError("a connection failed")
    return sum(counts)


def _ask_on_one(port: int, request: bytes, until: float) -> int:
    count = 0
    with socket.create_connection(("127.0.0.1", port)) as connection:
        while time.perf_counter() < until:
            connection.sendall(request)
            head, _, body = connection.recv(65536).partition(b"\r\n\r\n")
            if b" 200 " not in head[:16]:
                raise RuntimeError(head.decode())
            left = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0]) - len(body)
            while left > 0:
                left -= len(connection.recv(left))
            count += 1
    return count
