"""A PolarisMail sandbox full of other customers' objects, and Alice's and Bob's mailboxes among them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from decimal import Decimal
from typing import Any

import pytest

from portal.mail.polarismail import PolarisMail
from portal.mail.polarismail.mailbox import PolarisMailbox
from portal.sandbox.polarismail.control import PolarisMail as Sandbox

DOMAIN = "mail.test"


@pytest.fixture(scope="session")
def process() -> Iterator[Sandbox]:
    with Sandbox(f"{DOMAIN}=12,6,3") as running:
        yield running


@pytest.fixture
def sandbox(process: Sandbox) -> Sandbox:
    process.reset()
    process.mailbox(DOMAIN, "alice", password="Alice-Pass-1", display_name="Alice Martin", quota="25", used=300)
    process.mailbox(DOMAIN, "bob", password="Bobs-Pass-1", display_name="Bob Stone", quota="0.5")
    return process


@pytest.fixture
def connect(sandbox: Sandbox) -> Iterator[Callable[..., PolarisMail]]:
    """Makes clients of the sandbox; the settings given win."""
    with ExitStack() as stack:

        def make(**settings: Any) -> PolarisMail:
            given = {
                "url": f"{sandbox.url}/admin/json.php",
                "username": sandbox.username,
                "password": sandbox.password,
                "webmail_url": f"{sandbox.url}/webmail/",
                **settings,
            }
            server = PolarisMail(**given)
            stack.callback(server.close)
            return server

        yield make


@pytest.fixture
def server(connect: Callable[..., PolarisMail]) -> PolarisMail:
    return connect()


@pytest.fixture
def alice(server: PolarisMail) -> PolarisMailbox:
    return server.mailbox(f"alice@{DOMAIN}", Decimal(25))


@pytest.fixture
def bob(server: PolarisMail) -> PolarisMailbox:
    return server.mailbox(f"bob@{DOMAIN}", Decimal("0.5"))


@pytest.fixture
def carol(server: PolarisMail) -> PolarisMailbox:
    """Of Carol, who has none yet."""
    return server.mailbox(f"carol@{DOMAIN}", Decimal(5))


@pytest.fixture
def asked(sandbox: Sandbox) -> Callable[[], list[str]]:
    """The actions that the server was asked for, in order."""

    def actions() -> list[str]:
        return [call["action"] for call in sandbox.calls()]

    return actions


@pytest.fixture
def held(sandbox: Sandbox) -> Callable[[str], Any]:
    """What the server holds of a mailbox, as it keeps it."""

    def raw(name: str) -> Any:
        return sandbox.state(DOMAIN)["mailboxes"][name]

    return raw
