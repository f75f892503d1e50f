"""The module with a tenant's own host name in its server entry: the same portal, called and opened under that name."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from portal.sandbox.web import Web
from portal.store import own_hosts, tenants
from tests.world import IN_A_FRAME, WHMCS, World

Module = Callable[..., dict[str, Any]]
OURS, THEIRS = "northwind-mail.localhost", "harbour-mail.localhost"


@pytest.fixture
def entry(world: World, params: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Northwind's parameters under its own name; harbour has one too."""
    with Web(world.app) as web:
        world.app.config["PORTAL_BASE_URL"] = f"http://portal.localhost:{web.port}"
        with world.app.app_context():
            for slug, name in (("northwind", OURS), ("harbour", THEIRS)):
                tenant = tenants.by_slug(slug)
                assert tenant is not None
                own_hosts.put(tenant, name)
        yield params | {
            "serverhostname": OURS,
            "serverport": str(web.port),
            "serversecure": False,
            "serverpassword": world.keys["northwind"],
        }


@pytest.mark.parametrize("name", [OURS, "portal.localhost"])
def test_the_connection_works_under_either_name(module: Module, entry: dict[str, Any], name: str) -> None:
    assert module("TestConnection", entry | {"serverhostname": name})["result"]["success"] is True


def test_the_connection_is_refused_under_anothers_name(module: Module, entry: dict[str, Any]) -> None:
    result = module("TestConnection", entry | {"serverhostname": THEIRS})["result"]

    assert not result.get("success")
    assert "harbour" not in result["error"].replace(THEIRS, "").lower()


def test_the_service_opens_under_the_own_name(world: World, module: Module, entry: dict[str, Any]) -> None:
    config = {"SystemURL": f"{WHMCS['northwind']}/", "Language": "english"}
    values = module("ClientArea", entry, config=config)["result"]["templateVariables"]

    page = world.app.test_client().post(
        "/sso/northwind",
        data={"token": values["handOff"]},
        base_url=f"http://{OURS}:{entry['serverport']}",
        headers=IN_A_FRAME | {"Origin": WHMCS["northwind"]},
    )

    assert page.status_code == 200
    assert "alice.test" in page.text
    assert f"frame-ancestors {WHMCS['northwind']};" in page.headers["Content-Security-Policy"]
    assert OURS in str(values)
