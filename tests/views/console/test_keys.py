"""The keys: by when they were made, a new one shown once, the one before it good for a while."""

import re
import time

import pytest
import time_machine

from portal.store import tenants
from tests.views.pages import says
from tests.world import Visitor, World


def shown(page_text: str) -> str:
    found = re.search(r'id="new-key">([A-Za-z0-9_-]{43})<', page_text)
    assert found is not None
    return found[1]


def good(world: World, slug: str = "northwind") -> list[str]:
    with world.app.app_context():
        tenant = tenants.by_slug(slug)
        assert tenant is not None
        return tenants.keys(tenant)


def test_a_new_key_is_shown_once_and_never_again(world: World, nora: Visitor) -> None:
    page = nora.post("keys/rotate", {"overlap": "24"})
    key = shown(page.text)

    assert good(world) == [world.keys["northwind"], key]
    assert page.headers["Cache-Control"] == "no-store"
    for path in ("keys/", "audit/"):
        assert key not in nora.get(path).text
        assert world.keys["northwind"] not in nora.get(path).text


def test_both_keys_are_accepted_until_the_overlap_ends(world: World, nora: Visitor) -> None:
    old = world.keys["northwind"]
    new = shown(nora.post("keys/rotate", {"overlap": "1"}).text)

    def answers(key: str) -> int:
        return world.post_token(world.token(world.claims(), key=key)).status_code

    assert [answers(old), answers(new)] == [200, 200]
    with time_machine.travel(time.time() + 3601):
        assert [answers(old), answers(new)] == [403, 200]


def test_without_an_overlap_the_present_key_ends_at_once(world: World, nora: Visitor) -> None:
    new = shown(nora.post("keys/rotate", {"overlap": "0"}).text)

    assert good(world) == [new]


@pytest.mark.parametrize("overlap", ["-1", "9999999", "x", "2", ""])
def test_an_overlap_that_was_not_offered_makes_no_key(world: World, nora: Visitor, overlap: str) -> None:
    page = nora.post("keys/rotate", {"overlap": overlap})

    assert page.status_code == 422
    assert good(world) == [world.keys["northwind"]]


def test_another_tenants_keys_stay_as_they_are(world: World, nora: Visitor, hugo: Visitor) -> None:
    hugo.post("keys/rotate", {"overlap": "24"})

    assert good(world) == [world.keys["northwind"]]
    assert len(re.findall("data-key=", nora.get("keys/").text)) == 1
    assert len(re.findall("data-key=", hugo.get("keys/").text)) == 2


def test_the_list_says_which_one_signs_and_until_when_the_other_is_good(nora: Visitor) -> None:
    nora.post("keys/rotate", {"overlap": "24"})

    page = nora.get("keys/")

    assert page.text.count("signs") >= 1
    assert says(page, "good until")
