"""The origins: whose pages may embed the tenant's services, of which there is always one."""

import pytest

from tests.at_once import at_once
from tests.views.pages import says
from tests.world import WHMCS, Visitor, World

SECOND = "https://my.northwind.test"


def allowed(visitor: Visitor) -> list[str]:
    return [part.partition('"')[0] for part in visitor.get("origins/").text.split('data-origin="')[1:]]


def test_a_second_origin_may_embed_at_once(world: World, nora: Visitor) -> None:
    page = nora.post("origins/", {"origin": f" {SECOND.upper()} "})

    assert page.status_code == 200
    assert allowed(nora) == [SECOND, WHMCS["northwind"]]
    assert SECOND in world.visitor().page.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "origin", ["", "my.northwind.test", "http://my.northwind.test", f"{SECOND}/", f"{SECOND}:443", "https://*", "null"]
)
def test_what_no_browser_would_write_is_refused(nora: Visitor, origin: str) -> None:
    page = nora.post("origins/", {"origin": origin})

    assert page.status_code == 422
    assert allowed(nora) == [WHMCS["northwind"]]


def test_the_last_origin_stays(nora: Visitor) -> None:
    page = nora.post("origins/remove", {"origin": WHMCS["northwind"]})

    assert page.status_code == 422
    assert says(page, "This is the only origin")
    assert allowed(nora) == [WHMCS["northwind"]]


def test_one_of_several_goes(nora: Visitor) -> None:
    nora.post("origins/", {"origin": SECOND})

    nora.post("origins/remove", {"origin": WHMCS["northwind"]})

    assert allowed(nora) == [SECOND]


def test_of_two_that_are_removed_at_once_one_stays(nora: Visitor) -> None:
    nora.post("origins/", {"origin": SECOND})
    both = [SECOND, WHMCS["northwind"]]

    at_once(2, lambda number: nora.tab().post("origins/remove", {"origin": both[number]}))

    assert len(allowed(nora)) == 1


def test_another_tenants_origin_cannot_be_removed(world: World, nora: Visitor, hugo: Visitor) -> None:
    hugo.post("origins/", {"origin": SECOND})

    nora.post("origins/remove", {"origin": WHMCS["harbour"]})

    assert allowed(hugo) == [WHMCS["harbour"], SECOND]
