"""A portal of its own for each test, and one PolarisMail for all, emptied between them."""

from collections.abc import Iterator
from typing import Any

import pytest

from portal import create_app, store
from portal.sandbox.polarismail.control import PolarisMail as Sandbox
from portal.shared_mailbox import Holder
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
