"""What the tests of the cards share: hands on the mail server that are not the portal's, and faster templates."""

from pathlib import Path

import pytest
from jinja2 import FileSystemBytecodeCache

from portal.sandbox.control import Running
from tests.elsewhere import Elsewhere
from tests.world import World


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    folder: Path = tmp_path_factory.mktemp("templates")
    return FileSystemBytecodeCache(str(folder))


@pytest.fixture
def world(world: World, compiled_templates: FileSystemBytecodeCache) -> World:
    """The same world; its templates are compiled once for all tests instead of once for each portal."""
    world.app.jinja_env.bytecode_cache = compiled_templates
    return world


@pytest.fixture
def elsewhere(mail: Running) -> Elsewhere:
    return Elsewhere(mail)
