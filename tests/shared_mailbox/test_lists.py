"""Distribution lists of one mailbox, their members, and what a suspension leaves of lists and aliases."""

import pytest

from portal import shared_mailbox
from portal.mail import NameTaken, NotFound, Refused, Unreachable
from portal.shared_mailbox import BadAddress, External, Holder, PlanFull, mending
from portal.store import history, owned
from tests.shared_world import DOMAIN, SharedWorld

ALICE, BOB, AWAY = f"alice@{DOMAIN}", f"bob@{DOMAIN}", "x@elsewhere.test"


@pytest.fixture
def worldly(world: SharedWorld) -> Holder:
    """Alice, whose plan lets her lead mail anywhere."""
    return world.holder(external_forwards="on")


def test_a_list_has_its_members_and_is_the_services_own(world: SharedWorld, alice: Holder) -> None:
    shared_mailbox.create_list(alice, "team", [ALICE, BOB])

    assert world.lists["team"] == [ALICE, BOB]
    assert list(shared_mailbox.lists(alice).present) == [f"team@{DOMAIN}"]
    assert shared_mailbox.members(alice, "team") == (ALICE, BOB)


def test_nobody_sees_or_changes_the_lists_of_others(world: SharedWorld, alice: Holder, bob: Holder) -> None:
    shared_mailbox.create_list(bob, "team", [BOB])
    before = world.everything

    for name in ("team", "list00001"):
        with pytest.raises(NotFound):
            shared_mailbox.members(alice, name)
        with pytest.raises(NotFound):
            shared_mailbox.add_member(alice, name, ALICE)
        with pytest.raises(NotFound):
            shared_mailbox.remove_member(alice, name, BOB)

    assert (list(shared_mailbox.lists(alice).present), world.everything) == ([], before)


def test_a_name_that_others_have_is_never_adopted(world: SharedWorld, alice: Holder, bob: Holder) -> None:
    shared_mailbox.create_list(bob, "team", [BOB])
    before = world.everything

    for name in ("team", "alias00001", "list00001", "bob", "alice"):
        with pytest.raises(NameTaken):
            shared_mailbox.create_list(alice, name, [ALICE])

    assert (world.everything, world.owns()) == (before, {})


def test_members_come_and_go(alice: Holder) -> None:
    shared_mailbox.create_list(alice, "team", [ALICE])

    shared_mailbox.add_member(alice, "team", BOB)
    shared_mailbox.add_member(alice, "team", BOB)
    shared_mailbox.remove_member(alice, "team", ALICE)
    shared_mailbox.remove_member(alice, "team", ALICE)

    assert shared_mailbox.members(alice, "team") == (BOB,)
    assert owned.find(alice.service, "list", f"team@{DOMAIN}").destinations == [BOB]
    assert [row.action for row in history.recent(alice.service, 2)] == ["list.remove-member"] * 2


@pytest.mark.parametrize("member", [AWAY, "x@post.test"])
def test_without_leave_of_the_plan_members_are_of_its_domain(world: SharedWorld, alice: Holder, member: str) -> None:
    shared_mailbox.create_list(alice, "team", [ALICE])

    with pytest.raises(External):
        shared_mailbox.add_member(alice, "team", member)
    with pytest.raises(External):
        shared_mailbox.create_list(alice, "crew", [ALICE, member])

    assert world.lists["team"] == [ALICE]
    assert world.owns() == {"team": "held"}


def test_a_list_is_no_member_of_itself(alice: Holder) -> None:
    shared_mailbox.create_list(alice, "team")

    with pytest.raises(BadAddress):
        shared_mailbox.add_member(alice, "team", f"team@{DOMAIN}")


def test_the_plans_number_holds(world: SharedWorld) -> None:
    alice = world.holder(max_lists="1")
    shared_mailbox.create_list(alice, "one")

    with pytest.raises(PlanFull):
        shared_mailbox.create_list(alice, "two")
    shared_mailbox.delete_list(alice, "one")
    shared_mailbox.create_list(alice, "two")

    assert world.owns() == {"two": "held"}


def test_without_lists_in_the_plan_there_is_none(world: SharedWorld) -> None:
    with pytest.raises(PlanFull):
        shared_mailbox.create_list(world.holder(max_lists="off"), "one")


def test_a_member_that_the_server_refuses_leaves_the_list_without_it(world: SharedWorld, worldly: Holder) -> None:
    world.mail.build("remote-limit")
    four = [f"x{number}@elsewhere.test" for number in range(4)]

    with pytest.raises(Refused):
        shared_mailbox.create_list(worldly, "team", [*four, AWAY, BOB])

    assert world.lists["team"] == [*four, BOB]
    assert list(shared_mailbox.lists(worldly).present) == [f"team@{DOMAIN}"]


def test_a_refused_member_is_not_restored_later(world: SharedWorld, worldly: Holder) -> None:
    shared_mailbox.create_list(worldly, "team", [ALICE])
    world.mail.faults({"action": "addListMember", "kind": "refuse", "times": 1})

    with pytest.raises(Refused):
        shared_mailbox.add_member(worldly, "team", AWAY)

    assert owned.find(worldly.service, "list", f"team@{DOMAIN}").destinations == [ALICE]


def test_a_creation_that_broke_off_is_completed_by_a_repeat(world: SharedWorld, alice: Holder) -> None:
    world.mail.faults({"action": "addListMember", "kind": "down", "when": "before", "skip": 1})
    with pytest.raises(Unreachable):
        shared_mailbox.create_list(alice, "team", [ALICE, BOB])
    world.mail.faults()

    shared_mailbox.create_list(alice, "team", [ALICE, BOB])

    assert (world.lists["team"], world.owns()) == ([ALICE, BOB], {"team": "held"})


def test_a_missing_list_is_mended_with_the_members_that_are_known(world: SharedWorld, alice: Holder) -> None:
    shared_mailbox.create_list(alice, "team", [ALICE])
    shared_mailbox.add_member(alice, "team", BOB)
    world.mail.remove(DOMAIN, "team")
    missing = [row.name for row in shared_mailbox.lists(alice).missing]

    done = shared_mailbox.mend(alice)

    assert (missing, dict(done)) == (["team"], {f"team@{DOMAIN}": None})
    assert world.lists["team"] == [ALICE, BOB]


def test_a_suspension_removes_what_leads_outside_and_its_end_restores_it(
    world: SharedWorld, worldly: Holder, bob: Holder
) -> None:
    shared_mailbox.add_alias(worldly, "away", AWAY)
    shared_mailbox.add_alias(worldly, "team", ALICE)
    shared_mailbox.create_list(worldly, "crew", [ALICE, AWAY])
    shared_mailbox.create_list(worldly, "inside", [ALICE, BOB])
    shared_mailbox.add_alias(bob, "bobby", BOB)
    before = world.everything

    mending.park(worldly.mail, worldly.service)
    parked = set(before["aliases"]) - set(world.aliases), set(before["lists"]) - set(world.lists)
    mending.park(worldly.mail, worldly.service)
    mending.restore(worldly.mail, worldly.service)
    mending.restore(worldly.mail, worldly.service)

    assert parked == ({"away"}, {"crew"})
    assert world.everything == before
    assert set(world.owns().values()) == {"held"}


def test_what_others_took_during_a_suspension_is_missing_and_the_rest_is_restored(
    world: SharedWorld, worldly: Holder
) -> None:
    for name in ("away", "far"):
        shared_mailbox.add_alias(worldly, name, AWAY)
    mending.park(worldly.mail, worldly.service)
    world.mail.mailbox(DOMAIN, "away")

    with pytest.raises(NameTaken):
        mending.restore(worldly.mail, worldly.service)

    assert ("away" in world.aliases, world.aliases["far"]) == (False, AWAY)
    assert [row.name for row in shared_mailbox.aliases(worldly).missing] == ["away"]


def test_whoever_ends_leaves_the_lists_of_their_own_other_services_alone_of_others(
    world: SharedWorld, bob: Holder
) -> None:
    shop = world.holder("northwind", 302)
    shared_mailbox.create_list(shop, "shop-team", [ALICE, BOB])
    shared_mailbox.create_list(bob, "bobs-team", [ALICE, BOB])
    service = world.service()

    mending.leave_lists(world.app.extensions["mail"].to_shared(service.server), service)

    assert (world.lists["shop-team"], world.lists["bobs-team"]) == ([BOB], [ALICE, BOB])
