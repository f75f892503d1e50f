"""Who opens the console: an operator of the portal's owner, and one of a reseller."""

from typing import Any

import pytest

from tests.world import IN_A_WINDOW, WHMCS, Visitor, World, page_token


def signed_in(world: World, **claims: Any) -> Visitor:
    """Somebody who has just clicked on the server page of WHMCS."""
    made = world.operator(**claims)
    client = world.app.test_client()
    page = world.post_token(world.token(made), made["aud"], client, **IN_A_WINDOW)
    assert page.status_code == 200, page.text
    return Visitor(client, "/console", page, page_token(page))


@pytest.fixture
def nora(world: World) -> Visitor:
    """An operator of northwind, which owns the portal."""
    return signed_in(world, user={"id": 1, "name": "Nora Ward", "email": "nora@northwind.test"})


@pytest.fixture
def hugo(world: World) -> Visitor:
    """An operator of the reseller harbour."""
    return signed_in(
        world,
        aud="harbour",
        user={"id": 1, "name": "Hugo Roy", "email": "hugo@harbour.test"},
        origin=WHMCS["harbour"],
        links={"service": f"{WHMCS['harbour']}/admin/configservers.php"},
    )
