"""One real browser and one sandbox for the whole run; each test opens its own contexts, and none may complain."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from cryptography.fernet import Fernet
from playwright.sync_api import Browser, BrowserContext, Frame, Playwright, sync_playwright

from portal.sandbox.control import Running
from tests.browser.billing_world import Records, give_many_lines, give_past
from tests.browser.complaints import Complaints
from tests.browser.dns_world import NEW_DOMAINS, Domain
from tests.browser.portal_frame import opened
from tests.live import Live, sandbox
from tests.missing import needs

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    needs("chromium")
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    with playwright.chromium.launch(executable_path=needs("chromium"), args=FLAGS) as chromium:
        yield chromium


@pytest.fixture(scope="session")
def records(tmp_path_factory: pytest.TempPathFactory) -> Records:
    return Records(f"sqlite:///{tmp_path_factory.mktemp('portal')}/portal.db", Fernet.generate_key().decode())


@pytest.fixture(scope="session")
def live(records: Records) -> Iterator[Live]:
    needs("php")
    needs("smarty4")
    domains = [option for domain in NEW_DOMAINS for option in ("--seed", f"{domain.name}=0,0")]
    # A page that waits for DNS looks again every second, not four times a minute; and nobody else looks.
    settings = [f"--set={name}={value}" for name, value in (*records.settings, ("PORTAL_DNS_LOOK_AGAIN", "1"))]
    with sandbox("--no-worker", "--seed", "alice.test=120,30", *domains, *settings) as running:
        yield running


@pytest.fixture(scope="session")
def past(live: Live, records: Records) -> None:
    """Alice's services have been here for months; alice-shop.test has many lines."""
    users = live.mail.state("alice.test")["users"]
    sizes = {user["userData"]["emailAddress"]: user["userData"]["currentMailboxSize"] for user in users.values()}
    for address in list(sizes)[::5]:
        del sizes[address]
    with records.open():
        give_past("northwind", 101, sizes)
        give_many_lines("northwind", 102)


@pytest.fixture(scope="session")
def _unused() -> Iterator[Domain]:
    return iter(NEW_DOMAINS)


@pytest.fixture
def domain(live: Live, mail: Running, _unused: Iterator[Domain]) -> Iterator[Domain]:
    """A domain of Alice's that nobody has looked at in DNS before: what a test publishes there is new to the portal."""
    unused = next(_unused, None)
    assert unused is not None, "more tests than dns_world.NEW_DOMAINS"
    yield unused
    live.dns_faults()


@pytest.fixture
def mail(live: Live) -> Iterator[Running]:
    """The mail server behind the portal, with what it holds at the start."""
    yield live.mail
    live.mail.reset()


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """What the browser complained about: at the end of the test that has to be nothing."""
    complaints = Complaints()
    yield complaints
    assert complaints.found == []


@pytest.fixture
def new_context(browser: Browser, complaints: Complaints) -> Iterator[Callable[..., BrowserContext]]:
    """Contexts of the test's own, each a browser that was never here before."""
    contexts = []

    def new(**options: Any) -> BrowserContext:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}} | options)
        complaints.listen(context)
        contexts.append(context)
        return context

    yield new
    for context in contexts:
        context.close()


@pytest.fixture
def alice(new_context: Callable[..., BrowserContext], live: Live, mail: Running) -> Frame:
    """Alice's portal, in the frame on her WHMCS page of alice.test."""
    return opened(new_context().new_page(), live.service_page(101))
