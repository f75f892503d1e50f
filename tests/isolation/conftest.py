"""A portal with three tenants alike, and one of each mail server for all tests."""

from collections.abc import Iterator
from typing import Any

import pytest
from jinja2 import FileSystemBytecodeCache

from portal import create_app, store
from portal.sandbox.control import Running
from portal.sandbox.polarismail.control import PolarisMail
from tests.isolation.three import SHARED, Three
from tests.world import Visitor


@pytest.fixture(scope="session")
def shared_process() -> Iterator[PolarisMail]:
    with PolarisMail(f"{SHARED}=2,1,1") as running:
        yield running


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def world(
    mail_process: Running,
    shared_process: PolarisMail,
    settings: dict[str, Any],
    compiled_templates: FileSystemBytecodeCache,
) -> Iterator[Three]:
    mail_process.reset()
    shared_process.reset()
    app = create_app(settings)
    app.jinja_env.bytecode_cache = compiled_templates
    made = Three(app, mail_process, shared=shared_process)
    made.build()
    yield made
    app.extensions["mail"].close()
    app.extensions["dns"].close()
    store.close()


@pytest.fixture
def alders(world: Three) -> dict[str, Visitor]:
    """Alder's people: its customer, reader and admin at the domain, its customer at the mailbox, and its operator."""
    return {
        "customer": world.person("alder"),
        "reader": world.person("alder", "readonly"),
        "admin": world.person("alder", "admin"),
        "mailbox": world.person("alder", svc=102),
        "operator": world.operator_of("alder"),
    }
