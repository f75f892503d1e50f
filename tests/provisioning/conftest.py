"""One portal and one mail server for all cases of a file: each case is a domain of its own."""

import itertools
from collections.abc import Iterator

import pytest

from portal import create_app, store
from portal.sandbox.control import Running
from tests.conftest import settings_in
from tests.provisioning.stage import TIMEOUT, Case, Stage
from tests.views.api.whmcs import Whmcs
from tests.world import ADMIN, World


@pytest.fixture(scope="module")
def stage(mail_process: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    mail_process.reset()
    for name in ("alice.test", "alice-shop.test", "bob.test"):
        mail_process.domain(name, admin=ADMIN, mailboxes=2, aliases=1)
    settings = settings_in(tmp_path_factory.mktemp("provisioning")) | {"PORTAL_MAIL_TIMEOUT": TIMEOUT}
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
