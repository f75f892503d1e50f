"""A tenant's WHMCS is heard of by what arrives signed, and by nothing else."""

import re

import pytest

from portal import ROOT
from portal.store import contacts, tenants
from portal.version import VERSION
from tests.views.api.whmcs import Whmcs
from tests.world import World

WIRE = ROOT / "sso/whmcs/modules/servers/mailporch/lib/Wire.php"


def told(world: World, slug: str = "harbour") -> dict[str, str]:
    """The version of the module by kind of contact."""
    with world.app.app_context():
        tenant = tenants.by_slug(slug)
        assert tenant is not None
        return {kind: row.module for kind, row in contacts.of(tenant).items()}


def test_a_test_of_the_connection_and_a_call_are_told_apart(world: World) -> None:
    whmcs = Whmcs(world, "harbour")
    whmcs.call("GET", "/api/v1/ping")
    before = told(world)

    whmcs.call("GET", "/api/v1/services")

    assert before == {"ping": ""}
    assert told(world) == {"ping": "", "call": ""}
    assert told(world, "northwind") == {}


@pytest.mark.parametrize(
    ("agent", "version"),
    [
        ("mailporch/1.2.3", "1.2.3"),
        ("mailporch/1.2.3-rc1 PHP", "1.2.3-rc1"),
        ("curl/8.0", ""),
        ("mailporch/<script>", ""),
        (f"mailporch/{'1' * 40}", ""),
    ],
)
def test_the_version_of_the_module_is_kept(world: World, agent: str, version: str) -> None:
    whmcs = Whmcs(world, "harbour")

    whmcs.send("GET", "/api/v1/ping", b"", whmcs.header("GET", "/api/v1/ping", b""), **{"User-Agent": agent})

    assert told(world) == {"ping": version}


def test_a_hand_off_is_heard_of(world: World, bob: object) -> None:
    assert told(world) == {"handoff": ""}


def test_what_is_not_signed_is_not_heard_of(world: World) -> None:
    Whmcs(world, "harbour").call("GET", "/api/v1/ping", key="x" * 43)
    world.post_token("a.b.c", "harbour")

    assert told(world) == {}


def test_the_module_tells_the_portals_own_version() -> None:
    found = re.search(r"const VERSION = '([^']*)'", WIRE.read_text())

    assert found is not None
    assert found[1] == VERSION
