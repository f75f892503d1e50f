"""A portal with the single mailboxes of Alice and Bob on mail.test, and people who visit them."""

from collections.abc import Iterator
from typing import Any

import pytest
from jinja2 import FileSystemBytecodeCache

from portal import create_app, shared_mailbox, store
from portal.sandbox.polarismail.control import PolarisMail as Sandbox
from tests.shared_world import DOMAIN, SharedWorld
from tests.views.shared.people import visitor
from tests.world import Visitor


@pytest.fixture(scope="session")
def shared_process() -> Iterator[Sandbox]:
    """mail.test with four mailboxes, three aliases and two lists of people whom no seller of the portal knows."""
    with Sandbox(f"{DOMAIN}=4,3,2") as running:
        yield running


@pytest.fixture
def world(
    shared_process: Sandbox, settings: dict[str, Any], compiled_templates: FileSystemBytecodeCache
) -> Iterator[SharedWorld]:
    """Alice has alice@mail.test (northwind 301) and alice-shop@mail.test (302), Bob bob@mail.test (harbour 401)."""
    shared_process.reset()
    app = create_app(settings)
    app.jinja_env.bytecode_cache = compiled_templates
    made = SharedWorld(app, shared_process)
    made.build()
    made.cast()
    yield made
    app.extensions["mail"].close()
    app.extensions["dns"].close()
    store.close()


@pytest.fixture
def alice(world: SharedWorld) -> Visitor:
    return visitor(world, "northwind", 301, "alice")


@pytest.fixture
def bob(world: SharedWorld) -> Visitor:
    return visitor(world, "harbour", 401, "bob", user={"id": 7, "name": "Bob Stone", "email": "bob@example.test"})


@pytest.fixture
def reader(world: SharedWorld) -> Visitor:
    return visitor(
        world,
        "northwind",
        301,
        "alice",
        role="readonly",
        user={"id": 8, "name": "Rita Vogel", "email": "rita@example.test"},
    )


@pytest.fixture
def with_objects(world: SharedWorld) -> None:
    """Alice's alias `shop` and list `team`, Bob's alias `news` and list `club`."""
    with world.app.app_context():
        for holder, alias, name in (
            (world.holder(), "shop", "team"),
            (world.holder("harbour", 401, external_forwards="on"), "news", "club"),
        ):
            shared_mailbox.add_alias(holder, alias, holder.service.name)
            shared_mailbox.create_list(holder, name, [holder.service.name])
