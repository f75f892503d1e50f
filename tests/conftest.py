"""What most tests stand on: a portal of its own for each test, and one mail server for all, emptied between them."""

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet

from portal import create_app, store
from portal.sandbox.control import Running
from tests.world import ADMIN, Visitor, World

# A shell that starts the tests in the background has them ignore interrupts, and so has all that they start.
signal.signal(signal.SIGINT, signal.default_int_handler)

ENCRYPTION_KEY = Fernet.generate_key().decode()


@pytest.fixture(scope="session")
def mail_process() -> Iterator[Running]:
    with Running() as running:
        yield running


@pytest.fixture
def mail(mail_process: Running) -> Running:
    """The mail server: alice.test with three mailboxes, alice-shop.test and bob.test with one each."""
    mail_process.reset()
    for name in ("alice.test", "alice-shop.test", "bob.test"):
        mail_process.domain(name, admin=ADMIN)
    mail_process.mailbox("alice.test", "alice", display_name="Alice Martin", used=3 * 2**30, limit=5 * 2**30)
    mail_process.mailbox("alice.test", "carol", display_name="Carol Reyes", used=2**20)
    mail_process.mailbox("alice.test", "info", used=0)
    mail_process.mailbox("bob.test", "bob", display_name="Bob Stone", used=2**20)
    return mail_process


def settings_in(folder: Path) -> dict[str, Any]:
    """The portal's settings, with short time-outs towards the mail server."""
    return {
        "PORTAL_SECRET_KEYS": ["s" * 43],
        "PORTAL_ENCRYPTION_KEYS": [ENCRYPTION_KEY],
        "PORTAL_BASE_URL": "https://portal.test",
        "DATABASE_URL": f"sqlite:///{folder / 'portal.db'}",
        "REDIS_URL": None,
        "PORTAL_TRUSTED_PROXIES": 0,
        "PORTAL_DNS_RESOLVERS": [],
        "PORTAL_DNS_LOOK_AGAIN": 15,
        "PORTAL_SESSION_IDLE": 1800,
        "PORTAL_SESSION_ABSOLUTE": 28800,
        "PORTAL_MAIL_CONNECT_TIMEOUT": 0.5,
        "PORTAL_MAIL_TIMEOUT": 0.6,
        "PORTAL_LOG_FORMAT": None,
        "PORTAL_METRICS_TOKEN": None,
        "PORTAL_PSEUDO_LOCALE": True,
    }


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, Any]:
    return settings_in(tmp_path)


@pytest.fixture
def world(mail: Running, settings: dict[str, Any]) -> Iterator[World]:
    """A portal with its cast's services; nobody has signed in yet."""
    app = create_app(settings)
    made = World(app, mail)
    made.build()
    yield made
    app.extensions["mail"].close()
    app.extensions["dns"].close()
    store.close()


@pytest.fixture
def alice(world: World) -> Visitor:
    """Alice owns alice.test (service 101) at northwind."""
    return world.visitor()


@pytest.fixture
def bob(world: World) -> Visitor:
    """Bob owns bob.test (service 201) at the reseller harbour, and must never see what is Alice's."""
    return world.visitor(
        slug="harbour", svc=201, name="bob.test", user={"id": 7, "name": "Bob Stone", "email": "bob@example.test"}
    )


@pytest.fixture
def omar(world: World) -> Visitor:
    """Another user of Alice's account, with a session of his own."""
    return world.visitor(user={"id": 9, "name": "Omar", "email": "omar@example.test"})


@pytest.fixture
def reader(world: World) -> Visitor:
    """A user of Alice's account who may look and not change."""
    return world.visitor(role="readonly", user={"id": 8, "name": "Rita Vogel", "email": "rita@example.test"})


@pytest.fixture
def admin(world: World) -> Visitor:
    """An admin of northwind, in a window of their own."""
    return world.visitor(
        role="admin",
        mode="top",
        user={
            "id": 7,
            "name": "Alice Martin",
            "email": "alice@example.test",
            "admin": {"id": 1, "name": "Nora Admin"},
        },
    )
