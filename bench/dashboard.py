"""The dashboard's wall time, calls to the mail server and processor time, by size of the domain and by what is kept."""

import base64
import gzip
import re
import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from bench import mail_server
from bench.browser import Browser
from bench.serving import Gunicorn
from portal import config, create_app, store
from portal.sandbox.control import Running
from portal.store import services
from tests.world import ADMIN, World

LATENCY_MS = 30
VISITS_PER_START = 3
TENANT = "northwind"
FIRST_SVC = 1001

FIRST = "first after the start"
CHANGED = "first after a change"
AGAIN = "again"
KINDS = (FIRST, CHANGED, AGAIN)


@dataclass(frozen=True)
class Visit:
    """One click in WHMCS until the page is here, and from then on until all of its cards are; in milliseconds.

    `own` is the portal's processor time, `mail_server` what the same calls take without a portal. `chain` counts the
    calls that waited for one another.
    """

    page: float
    wall: float
    own: float
    mail_server: float
    calls: int
    chain: int

    @property
    def ideal(self) -> int:
        """What the calls that wait for one another take at least."""
        return self.chain * LATENCY_MS


@dataclass(frozen=True)
class Stage:
    """A portal's settings and database, the domain of each size that it knows, and the mail server that holds them."""

    sizes: Sequence[int]
    mail: Running
    world: World
    environment: dict[str, str]
    log: Path


@contextmanager
def stage(folder: Path, sizes: Sequence[int]) -> Iterator[Stage]:
    """Set all of it up; the portal itself is started by whoever measures."""
    environment = {
        "PORTAL_SECRET_KEYS": secrets.token_urlsafe(32),
        "PORTAL_ENCRYPTION_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "PORTAL_BASE_URL": "http://portal.localhost",
        "DATABASE_URL": f"sqlite:///{folder / 'portal.db'}",
    }
    app = create_app(config.from_env(environment))
    with Running() as mail:
        world = World(app, mail)
        world.build()
        for place, size in enumerate(sizes):
            mail.domain(_domain(size), mailboxes=size, aliases=size, admin=ADMIN)
            world.register(TENANT, FIRST_SVC + place, _domain(size))
        mail.latency(LATENCY_MS)
        yield Stage(sizes, mail, world, environment, folder / "portal.log")
    app.extensions["mail"].close()
    store.close()


def measure(stage: Stage, size: int, starts: int) -> dict[str, list[Visit]]:
    """The visits to the domain of that size, by kind; the portal is started that many times."""
    found: dict[str, list[Visit]] = {kind: [] for kind in KINDS}
    for _start in range(starts):
        with Gunicorn("wsgi:app", stage.environment, stage.log) as portal, Browser(portal.port) as browser:
            found[FIRST].append(_visit(stage, portal, browser, size))
            for _visit_number in range(VISITS_PER_START):
                change(stage, size)
                found[CHANGED].append(_visit(stage, portal, browser, size))
                found[AGAIN].append(_visit(stage, portal, browser, size))
    return found


def typical(visits: list[Visit]) -> Visit:
    """The median of each figure."""
    rows = [asdict(visit) for visit in visits]
    return Visit(**{name: median(row[name] for row in rows) for name in rows[0]})


def weight(stage: Stage, size: int) -> int:
    """Bytes of a first visit when everything is compressed: page, cards, and the styles and scripts they need."""
    with Gunicorn("wsgi:app", stage.environment, stage.log) as portal, Browser(portal.port) as browser:
        page = browser.enter(TENANT, token(stage, size))
        files = [browser.fetch(url) for url in re.findall(r'(?:href|src)="(/(?:static|brand)/[^"]+)"', page.decode())]
        cards = browser.cards(page, TENANT, svc(stage, size))
    return sum(len(gzip.compress(content)) for content in (page, *cards, *files))


def _visit(stage: Stage, portal: Gunicorn, browser: Browser, size: int) -> Visit:
    handed = token(stage, size)
    stage.mail.clear_log()
    began = time.perf_counter()
    page = browser.enter(TENANT, handed)
    page_here = time.perf_counter()
    used = portal.processor_seconds()
    browser.cards(page, TENANT, svc(stage, size))
    all_here = time.perf_counter()
    used = portal.processor_seconds() - used
    calls = stage.mail.calls()
    return Visit(
        page=1000 * (page_here - began),
        wall=1000 * (all_here - page_here),
        own=1000 * used,
        mail_server=1000 * mail_server.replay(stage.mail, calls) if calls else 0,
        calls=len(calls),
        chain=mail_server.longest_chain(calls),
    )


def token(stage: Stage, size: int) -> str:
    """A hand-off to the domain of that size, not spent yet."""
    return stage.world.token(stage.world.claims(TENANT, svc(stage, size), _domain(size)))


def change(stage: Stage, size: int) -> None:
    """As after a change of the domain by another process: what was read before is not shown any more."""
    with stage.world.app.app_context():
        service = services.find(TENANT, svc(stage, size))
        assert service is not None
        services.bump(service)


def svc(stage: Stage, size: int) -> int:
    """The number of the service of that size."""
    return FIRST_SVC + stage.sizes.index(size)


def _domain(size: int) -> str:
    return f"size{size}.test"
