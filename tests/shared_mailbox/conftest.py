"""A portal of its own for each test, and one PolarisMail for all, emptied between them."""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from portal import create_app, store
from portal.mail.polarismail import wire
from portal.sandbox.polarismail.control import PolarisMail as Sandbox
from portal.shared_mailbox import Holder
from tests.conftest import settings_in
from tests.shared_mailbox.stage import TIMEOUT, Stage
from tests.shared_world import DOMAIN, SharedWorld


@pytest.fixture(scope="session")
def shared_process() -> Iterator[Sandbox]:
    with Sandbox(f"{DOMAIN}=4,3,2") as running:
        yield running


@pytest.fixture
def world(shared_process: Sandbox, settings: dict[str, Any]) -> Iterator[SharedWorld]:
    shared_process.reset()
    app = create_app(settings)
    made = SharedWorld(app, shared_process)
    made.build()
    made.cast()
    with app.app_context():
        yield made
    app.extensions["mail"].close()
    app.extensions["dns"].close()
    store.close()


@pytest.fixture
def alice(world: SharedWorld) -> Holder:
    return world.holder()


@pytest.fixture
def bob(world: SharedWorld) -> Holder:
    return world.holder("harbour", 401)


@pytest.fixture(scope="module")
def stage(shared_process: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    shared_process.reset()
    settings = settings_in(tmp_path_factory.mktemp("mailboxes")) | {"PORTAL_MAIL_TIMEOUT": TIMEOUT}
    world = SharedWorld(create_app(settings), shared_process)
    world.build()
    with pytest.MonkeyPatch.context() as patch, world.app.app_context():
        # How long a read waits until it is repeated changes nothing but the time that this takes.
        patch.setattr(wire, "RETRY_PAUSE", 0.01)
        yield Stage(world, itertools.count(1000))
    shared_process.faults()
    world.app.extensions["mail"].close()
    world.app.extensions["dns"].close()
    store.close()
