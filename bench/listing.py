"""The address list of a large domain against that of a small one, and how many of its pages two workers serve."""

import gzip
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

from bench import dashboard
from bench.browser import Browser, card_headers
from bench.dashboard import TENANT, Stage
from bench.serving import Gunicorn

ROUNDS = 60
WORKERS = 2
CONNECTIONS = 8
# A connection stays with the worker that took it; a proxy's connections come and go, and so the work is shared out.
REQUESTS_A_CONNECTION = 50
TURNS = 7
SECONDS = 1
# What they find is as many rows on every page.
PAGES = {"list": "", "search": "?q=ar", "sort by size": "?sort=-size", "last page": "?page=9999"}
NEW_SEARCH = "search, new words"


@dataclass(frozen=True)
class Wait:
    """Milliseconds until a page of the list is here, nothing being read from the mail server; by size of the domain.

    The list was searched for these words, or put into this order, since it was read; NEW_SEARCH is the first one for
    its words. Beside a search of the large domain its mailboxes' forwarding is being read, as for whoever searches.
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
    with Gunicorn("wsgi:app", stage.environment, stage.log) as portal, Browser(portal.port) as browser:
        headers = {size: _enter(stage, browser, size) for size in (large, small)}

        def fetch(size: int, query: str) -> float:
            began = time.perf_counter()
            browser.fetch(_url(stage, size) + query, headers[size])
            return 1000 * (time.perf_counter() - began)

        def again(size: int, query: str) -> float:
            # The list may be read anew at this moment; these are not counted.
            fetch(size, "")
            fetch(size, query)
            return fetch(size, query)

        def new_search(size: int, query: str) -> float:
            dashboard.change(stage, size)
            fetch(size, "")
            fetch(size, "?q=other")
            return fetch(size, query)

        walls = _in_turn({name: partial(again, query=query) for name, query in PAGES.items()}, (large, small))
        # After the others: whatever is read anew is made ready anew, too.
        walls |= _in_turn({NEW_SEARCH: partial(new_search, query=PAGES["search"])}, (large, small))
    return {name: Wait(median(found[large]), median(found[small])) for name, found in walls.items()}


def _in_turn(pages: Mapping[str, Callable[[int], float]], sizes: Sequence[int]) -> dict[str, dict[int, list[float]]]:
    """What each of these takes, by its name and the size of the domain."""
    walls: dict[str, dict[int, list[float]]] = {name: {size: [] for size in sizes} for name in pages}
    for _round in range(ROUNDS):
        for name, measured in pages.items():
            for size in sizes:
                walls[name][size].append(measured(size))
    return walls


def swap(stage: Stage, size: int) -> int:
    """Bytes of a compressed list as htmx swaps it."""
    with Gunicorn("wsgi:app", stage.environment, stage.log) as portal, Browser(portal.port) as browser:
        return len(gzip.compress(browser.fetch(_url(stage, size), _enter(stage, browser, size))))


def loads(stage: Stage, folder: Path, size: int) -> dict[str, Load]:
    """The list's first page and those of `bench.floor`, in turn, so that a slow moment is one of them all."""
    with ExitStack() as servers:
        bare = servers.enter_context(Gunicorn("bench.floor:app", {}, folder / "floor.log", WORKERS))
        portal = servers.enter_context(Gunicorn("wsgi:app", stage.environment, stage.log, WORKERS))
        with Browser(portal.port) as browser:
            headers = _enter(stage, browser, size)
        asked = {
            "bare Flask, short rows": (bare, _request(bare, "/short", {})),
            "bare Flask, whole rows": (bare, _request(bare, "/whole", {})),
            "the list": (portal, _request(portal, _url(stage, size), headers)),
        }
        for server, request in asked.values():
            _ask(server.port, request, SECONDS)
        turns = [{name: _turn(*each) for name, each in asked.items()} for _turn_number in range(TURNS)]
        return {
            name: Load(
                per_second=median(turn[name][0] for turn in turns),
                own=median(turn[name][1] for turn in turns),
                megabytes=server.megabytes(),
            )
            for name, (server, _) in asked.items()
        }


def _enter(stage: Stage, browser: Browser, size: int) -> dict[str, str]:
    return card_headers(browser.enter(TENANT, dashboard.token(stage, size)))


def _url(stage: Stage, size: int) -> str:
    return f"/s/{TENANT}-{dashboard.svc(stage, size)}/addresses/"


def _request(server: Gunicorn, url: str, headers: Mapping[str, str]) -> bytes:
    lines = [f"GET {url} HTTP/1.1", f"Host: 127.0.0.1:{server.port}", *(f"{key}: {headers[key]}" for key in headers)]
    return "\r\n".join([*lines, "", ""]).encode()


def _turn(server: Gunicorn, request: bytes) -> tuple[float, float]:
    """Answers a second, and the workers' processor time for each in milliseconds."""
    used, began = server.processor_seconds(), time.perf_counter()
    count = _ask(server.port, request, SECONDS)
    took, used = time.perf_counter() - began, server.processor_seconds() - used
    return count / took, 1000 * used / count


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
    while True:
        with socket.create_connection(("127.0.0.1", port)) as connection:
            for _ in range(REQUESTS_A_CONNECTION):
                if time.perf_counter() >= until:
                    return count
                _fetch(connection, request)
                count += 1


def _fetch(connection: socket.socket, request: bytes) -> None:
    connection.sendall(request)
    head, _, body = connection.recv(65536).partition(b"\r\n\r\n")
    if b" 200 " not in head[:16]:
        raise RuntimeError(head.decode())
    left = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0]) - len(body)
    while left > 0:
        left -= len(connection.recv(left))
