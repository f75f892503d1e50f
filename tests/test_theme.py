"""Light, dark and a tenant's colour, as a page asks for them."""

import re

import pytest

from portal import brand
from portal.store import tenants
from portal.store.tenants import Tenant
from tests.world import BASE, World


def theme(page: str) -> str:
    found = re.search(r'<html[^>]* data-theme="(\w+)"', page)
    assert found is not None
    return found[1]


@pytest.mark.parametrize("mode", ["embed", "top"])
@pytest.mark.parametrize("wanted", ["light", "dark", "auto"])
def test_a_page_has_the_theme_that_the_hand_off_asks_for(world: World, mode: str, wanted: str) -> None:
    visitor = world.visitor(mode=mode, theme=wanted)

    assert [theme(page.text) for page in (visitor.page, visitor.open("addresses/"))] == [wanted, wanted]


@pytest.mark.parametrize(("mode", "expected"), [("embed", "light"), ("top", "auto")])
def test_without_a_wish_a_frame_is_as_light_as_whmcs_and_a_window_follows_the_system(
    world: World, mode: str, expected: str
) -> None:
    visitor = world.visitor(mode=mode)

    assert theme(visitor.page.text) == expected


@pytest.mark.parametrize(("mode", "expected"), [("embed", "dark"), ("top", "auto")])
def test_a_seller_with_a_dark_client_area_says_so_once(world: World, mode: str, expected: str) -> None:
    with world.app.app_context():
        Tenant.update(brand={"theme": "dark"}).where(Tenant.slug == "northwind").execute()

    page = world.visitor(mode=mode).page

    assert theme(page.text) == expected


def test_what_the_hand_off_asks_for_comes_before_what_the_seller_said(world: World) -> None:
    with world.app.app_context():
        Tenant.update(brand={"theme": "dark"}).where(Tenant.slug == "northwind").execute()

    page = world.visitor(theme="light").page

    assert theme(page.text) == "light"


@pytest.mark.parametrize("nothing", ["", "black", 1, None, ["dark"]])
def test_a_theme_that_there_is_none_of_is_light(nothing: object) -> None:
    assert brand.of({"theme": nothing}, "Harbour").theme == "light"


def test_each_tenants_page_asks_for_its_own_colour(world: World) -> None:
    with world.app.app_context():
        harbour = tenants.by_slug("harbour")
        assert harbour is not None
        harbour.brand = {"colour": "#0a6b57"}
        harbour.save()
    alice, bob = world.visitor(), world.visitor(slug="harbour", svc=201, name="bob.test")

    sheets = [re.findall(r'href="(/brand/[^"]*)"', visitor.page.text) for visitor in (alice, bob)]
    styles = [world.app.test_client().get(sheet, base_url=BASE).text for (sheet,) in sheets]

    assert sheets[0] != sheets[1]
    assert "#0a6b57" in styles[1]
    assert "#0a6b57" not in styles[0]
