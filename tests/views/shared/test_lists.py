"""The distribution lists of a mailbox on a shared domain, and their members."""

import re

import pytest

from portal.store.services import Owned
from tests.shared_world import DOMAIN, SharedWorld
from tests.views.shared.people import visitor
from tests.world import Visitor

TEAM = "lists/team@mail.test"
OUTSIDE = "somebody@example.net"


def planned(world: SharedWorld, **plan: str) -> Visitor:
    """Alice with another plan."""
    world.register("northwind", 301, f"alice@{DOMAIN}", **plan)
    return visitor(world, "northwind", 301, "alice")


def members(person: Visitor, path: str = TEAM) -> list[str]:
    return re.findall(r'data-member="([^"]*)"', person.get(path).text)


def test_a_list_is_created_and_its_page_asks_for_members(world: SharedWorld, alice: Visitor) -> None:
    answer = alice.post("lists/", {"name": "Crew"})

    assert answer.status_code == 200
    assert "List crew@mail.test created. Now add its members." in answer.text
    assert "No members yet." in answer.text
    assert world.lists["crew"] == []
    assert 'data-address="crew@mail.test" data-kind="list"' in alice.get("lists/").text


@pytest.mark.usefixtures("with_objects")
def test_members_are_added_and_removed(world: SharedWorld, alice: Visitor) -> None:
    alice.post(f"{TEAM}/members", {"member": "carol"})
    added = members(alice)
    alice.post(f"{TEAM}/members/alice@mail.test/delete")

    assert added == ["alice@mail.test", "carol@mail.test"]
    assert members(alice) == ["carol@mail.test"]
    assert world.lists["team"] == ["carol@mail.test"]


@pytest.mark.parametrize("typed", ["", "not an address", "team@mail.test", OUTSIDE])
@pytest.mark.usefixtures("with_objects")
def test_what_cannot_be_a_member_is_refused_with_what_was_typed(world: SharedWorld, alice: Visitor, typed: str) -> None:
    answer = alice.post(f"{TEAM}/members", {"member": typed})

    assert answer.status_code == 422
    assert "field-error" in answer.text
    assert f'value="{typed}"' in answer.text
    assert world.lists["team"] == ["alice@mail.test"]


@pytest.mark.usefixtures("with_objects")
def test_members_outside_the_domain_come_in_where_the_plan_allows(world: SharedWorld) -> None:
    alice = planned(world, external_forwards="on")

    alice.post(f"{TEAM}/members", {"member": OUTSIDE})

    assert members(alice) == ["alice@mail.test", OUTSIDE]


@pytest.mark.usefixtures("with_objects")
def test_a_list_is_deleted_with_its_members(world: SharedWorld, alice: Visitor) -> None:
    answer = alice.post(f"{TEAM}/delete")

    assert "List team@mail.test deleted." in answer.text
    assert "team" not in world.lists
    assert alice.get(TEAM).status_code == 404


@pytest.mark.parametrize(("most", "used"), [("1", "1 / 1"), ("3", "1 / 3"), ("0", "1</span>")])
@pytest.mark.usefixtures("with_objects")
def test_the_card_counts_what_the_plan_allows(world: SharedWorld, most: str, used: str) -> None:
    card = planned(world, max_lists=most).get("lists/")

    assert used in card.text
    assert ("/lists/new" in card.text) == (most != "1")


@pytest.mark.usefixtures("with_objects")
def test_one_too_many_is_refused(world: SharedWorld) -> None:
    answer = planned(world, max_lists="1").post("lists/", {"name": "second"})

    assert answer.status_code == 422
    assert "Your plan has no room for another one." in answer.text
    assert "second" not in world.lists


@pytest.mark.usefixtures("with_objects")
def test_a_lost_list_is_shown_with_its_members_and_created_again(world: SharedWorld, alice: Visitor) -> None:
    world.mail.remove(DOMAIN, "team")

    card = alice.get(TEAM)
    answer = alice.post("lists/mend")

    assert 'data-state="missing"' in card.text
    assert 'data-member="alice@mail.test"' in card.text
    assert f"{alice.home}/{TEAM}/members" not in card.text
    assert "What was missing has been created again." in answer.text
    assert world.lists["team"] == ["alice@mail.test"]


@pytest.mark.usefixtures("with_objects")
def test_a_list_that_went_missing_since_the_lists_were_read_is_shown_as_missing(
    world: SharedWorld, alice: Visitor
) -> None:
    with world.app.app_context():
        Owned.update(changed=Owned.changed - 60).execute()
    alice.get("lists/")
    world.mail.remove(DOMAIN, "team")

    card = alice.get(TEAM)

    assert card.status_code == 200
    assert 'data-state="missing"' in card.text
    assert 'data-member="alice@mail.test"' in card.text


@pytest.mark.usefixtures("with_objects")
def test_members_that_are_not_read_are_not_shown_as_none(world: SharedWorld, alice: Visitor) -> None:
    world.mail.faults({"action": "getListMembers", "kind": "down"})

    answer = alice.get(TEAM)

    assert answer.status_code == 503
    assert "No members yet." not in answer.text


@pytest.mark.usefixtures("with_objects")
def test_a_lost_answer_is_told_with_what_was_typed(world: SharedWorld, alice: Visitor) -> None:
    world.mail.faults({"action": "addListMember", "kind": "down", "when": "before"})

    answer = alice.post(f"{TEAM}/members", {"member": "carol"})

    assert answer.status_code == 503
    assert 'value="carol@mail.test"' in answer.text
    assert "No members yet." not in answer.text


@pytest.mark.usefixtures("with_objects")
def test_the_history_tells_who_came_and_went(alice: Visitor) -> None:
    alice.post(f"{TEAM}/members", {"member": "carol"})
    alice.post(f"{TEAM}/members/carol@mail.test/delete")

    text = alice.get("history").text

    assert text.index("Member removed from team@mail.test") < text.index("Member added to team@mail.test")
    assert "carol@mail.test" in text
