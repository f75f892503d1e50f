"""One portal and one mail server for all cases of a file: each case is a domain of its own."""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from portal import create_app, store
from portal.sandbox.control import Running
from tests.conftest import ENCRYPTION_KEY
from tests.provisioning.stage import TIMEOUT, Case, Stage
from tests.views.api.whmcs import Whmcs
from tests.world import ADMIN, World


@pytest.fixture(scope="module")
def stage(mail_process: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    mail_process.reset()
    for name in ("alice.test", "alice-shop.test", "bob.test"):
        mail_process.domain(name, admin=ADMIN, mailboxes=2, aliases=1)
    settings: dict[str, Any] = {
        "PORTAL_SECRET_KEYS": ["s" * 43],
        "PORTAL_ENCRYPTION_KEYS": [ENCRYPTION_KEY],
        "PORTAL_BASE_URL": "https://portal.test",
        "DATABASE_URL": f"sqlite:///{tmp_path_factory.mktemp('provisioning') / 'portal.db'}",
        "REDIS_URL": None,
        "PORTAL_TRUSTED_PROXIES": 0,
        "PORTAL_DNS_RESOLVERS": [],
        "PORTAL_DNS_LOOK_AGAIN": 15,
        "PORTAL_SESSION_IDLE": 1800,
        "PORTAL_SESSION_ABSOLUTE": 28800,
        "PORTAL_MAIL_CONNECT_TIMEOUT": 0.5,
        "PORTAL_MAIL_TIMEOUT": TIMEOUT,
    }
    world = World(create_app(settings), mail_process)
    world.build()
    yield Stage(world, Whmcs(world, "northwind"), itertools.count(1000))
    world.app.extensions["mail"].close()
    world.app.extensions["dns"].close()
    store.close()


@pytest.fixture
def case(stage: Stage) -> Iterator[Case]:
    """A service that WHMCS has sold and nobody has created yet."""
    yield stage.case()
    stage.world.mail.faults()
    stage.world.mail.build("100.new")
