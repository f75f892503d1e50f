"""Aliases of one mailbox: whose they are, where they may lead, how many there may be, and what lost answers leave."""

import pytest

from portal import shared_mailbox
from portal.handles import Fault
from portal.mail import Alias, NameTaken, NotFound, Refused, Unreachable
from portal.shared_mailbox import BadAddress, BadName, External, Holder, NotOpen, PlanFull
from portal.store import history, owned, services
from tests.shared_world import DOMAIN, SharedWorld, lost

ALICE, BOB = f"alice@{DOMAIN}", f"bob@{DOMAIN}"


def present(holder: Holder) -> list[Alias]:
    return list(shared_mailbox.aliases(holder).present)


def missing(holder: Holder) -> list[str]:
    return [row.name for row in shared_mailbox.aliases(holder).missing]


def test_an_alias_leads_to_its_mailbox_and_is_the_services_own(world: SharedWorld, alice: Holder) -> None:
    shared_mailbox.add_alias(alice, "Team", "alice")

    assert world.aliases["team"] == ALICE
    assert present(alice) == [Alias(f"team@{DOMAIN}", (ALICE,))]


def test_nobody_sees_the_aliases_of_others(alice: Holder, bob: Holder) -> None:
    shared_mailbox.add_alias(alice, "team", ALICE)

    assert present(bob) == []


def test_a_name_that_others_have_is_never_adopted(world: SharedWorld, alice: Holder, bob: Holder) -> None:
    shared_mailbox.add_alias(bob, "team", BOB)
    before = world.everything

    for name in ("team", "alias00001", "list00001", "bob", "alice"):
        with pytest.raises(NameTaken):
            shared_mailbox.add_alias(alice, name, ALICE)

    assert world.everything == before
    assert (present(alice), world.owns()) == ([], {})


@pytest.mark.parametrize("call", ["remove_alias", "delete_list"])
@pytest.mark.parametrize("name", ["team", "crew", "alias00001", "list00001", "nothing"])
def test_what_others_have_does_not_exist(world: SharedWorld, alice: Holder, bob: Holder, call: str, name: str) -> None:
    shared_mailbox.add_alias(bob, "team", BOB)
    shared_mailbox.create_list(bob, "crew", [BOB])
    before = world.everything

    with pytest.raises(NotFound):
        getattr(shared_mailbox, call)(alice, name)

    assert world.everything == before


def test_nobody_changes_the_aliases_of_others(world: SharedWorld, alice: Holder, bob: Holder) -> None:
    shared_mailbox.add_alias(bob, "team", BOB)

    with pytest.raises(NotFound):
        shared_mailbox.change_alias(alice, "team", ALICE)

    assert world.aliases["team"] == BOB


@pytest.mark.parametrize(
    ("name", "fault"),
    [("postmaster", Fault.RESERVED), ("a b", Fault.CHARACTERS), ("", Fault.EMPTY), ("-a", Fault.EDGES)],
)
def test_names_keep_the_rules_of_mailbox_names(world: SharedWorld, alice: Holder, name: str, fault: Fault) -> None:
    for create in (
        lambda: shared_mailbox.add_alias(alice, name, ALICE),
        lambda: shared_mailbox.create_list(alice, name),
    ):
        with pytest.raises(BadName) as refused:
            create()

        assert refused.value.fault is fault


@pytest.mark.parametrize("target", ["x@elsewhere.test", "x@post.test"])
def test_without_leave_of_the_plan_an_alias_stays_in_its_domain(world: SharedWorld, target: str) -> None:
    alice = world.holder(external_forwards="off", allowed_domains="mail.test post.test")
    shared_mailbox.add_alias(alice, "team", ALICE)

    with pytest.raises(External):
        shared_mailbox.add_alias(alice, "away", target)
    with pytest.raises(External):
        shared_mailbox.change_alias(alice, "team", target)

    assert world.aliases["team"] == ALICE
    assert world.owns() == {"team": "held"}


@pytest.mark.parametrize("name", ["x%elsewhere.test", "elsewhere.test!x", "x#y", "x=y", "café"])
def test_no_spelling_of_an_address_of_the_domain_leads_outside(world: SharedWorld, alice: Holder, name: str) -> None:
    shared_mailbox.create_list(alice, "team")

    for lead in (
        lambda: shared_mailbox.add_alias(alice, "away", f"{name}@{DOMAIN}"),
        lambda: shared_mailbox.add_member(alice, "team", f"{name}@{DOMAIN}"),
    ):
        with pytest.raises(BadAddress):
            lead()

    assert "away" not in world.aliases
    assert world.lists["team"] == []


def test_a_mailboxs_address_with_a_tag_is_a_destination(world: SharedWorld, alice: Holder) -> None:
    shared_mailbox.add_alias(alice, "team", f"alice+team@{DOMAIN}")

    assert world.aliases["team"] == f"alice+team@{DOMAIN}"


@pytest.mark.parametrize("target", ["", "@", "x@", "a b@elsewhere.test", "x@elsewhere.test,y@elsewhere.test", "team"])
def test_what_is_no_address_is_no_destination(world: SharedWorld, target: str) -> None:
    with pytest.raises(BadAddress):
        shared_mailbox.add_alias(world.holder(external_forwards="on"), "team", target)

    assert "team" not in world.aliases


def test_with_leave_of_the_plan_it_leads_anywhere(world: SharedWorld) -> None:
    shared_mailbox.add_alias(world.holder(external_forwards="on"), "away", "X@Elsewhere.test")

    assert world.aliases["away"] == "x@elsewhere.test"


def test_an_alias_can_be_led_elsewhere(world: SharedWorld, alice: Holder) -> None:
    shared_mailbox.add_alias(alice, "team", ALICE)

    shared_mailbox.change_alias(alice, "team", BOB)

    assert present(alice) == [Alias(f"team@{DOMAIN}", (BOB,))]
    assert owned.find(alice.service, "alias", f"team@{DOMAIN}").destinations == [BOB]


def test_a_change_that_is_refused_leaves_it_as_it_was(world: SharedWorld, alice: Holder) -> None:
    shared_mailbox.add_alias(alice, "team", ALICE)
    world.mail.faults({"action": "addAlias", "kind": "refuse", "times": 1})

    with pytest.raises(Refused):
        shared_mailbox.change_alias(alice, "team", BOB)

    assert world.aliases["team"] == ALICE
    assert owned.find(alice.service, "alias", f"team@{DOMAIN}").destinations == [ALICE]


def test_the_plans_number_holds_and_a_removal_makes_room(world: SharedWorld) -> None:
    alice = world.holder(max_aliases="1")
    shared_mailbox.add_alias(alice, "one", ALICE)

    with pytest.raises(PlanFull):
        shared_mailbox.add_alias(alice, "two", ALICE)
    shared_mailbox.remove_alias(alice, "one")
    shared_mailbox.add_alias(alice, "two", ALICE)

    assert world.owns() == {"two": "held"}


def test_without_aliases_in_the_plan_there_is_none(world: SharedWorld) -> None:
    with pytest.raises(PlanFull):
        shared_mailbox.add_alias(world.holder(max_aliases="off"), "one", ALICE)


def test_the_same_again_is_a_success(world: SharedWorld) -> None:
    alice = world.holder(max_aliases="1")
    shared_mailbox.add_alias(alice, "team", ALICE)

    shared_mailbox.add_alias(alice, "team", ALICE)

    assert world.owns() == {"team": "held"}


def test_the_same_name_with_another_destination_is_taken(alice: Holder) -> None:
    shared_mailbox.add_alias(alice, "team", ALICE)

    with pytest.raises(NameTaken):
        shared_mailbox.add_alias(alice, "team", BOB)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_lost_answer_is_told_as_unknown_and_a_repeat_completes(world: SharedWorld, alice: Holder, when: str) -> None:
    unread = {"action": "getAllAliasesDomain", "kind": "500", "skip": 1}
    world.mail.faults({"action": "addAlias", "kind": "slow", "when": when, "ms": 900, "times": 1}, unread)
    with pytest.raises(Unreachable):
        shared_mailbox.add_alias(alice, "team", ALICE)
    world.mail.faults()
    newest = history.recent(alice.service, 1)[0]

    shared_mailbox.add_alias(alice, "team", ALICE)

    assert newest.result == "unknown"
    assert (world.aliases["team"], world.owns()) == (ALICE, {"team": "held"})


def test_what_was_asked_for_and_did_not_come_is_missing(world: SharedWorld, alice: Holder) -> None:
    with lost(world.mail, "addAlias", "before"):
        shared_mailbox.add_alias(alice, "team", ALICE)

    assert (present(alice), missing(alice)) == ([], ["team"])


def test_what_could_not_be_looked_for_takes_no_place(world: SharedWorld) -> None:
    alice = world.holder(max_aliases="1")
    with lost(world.mail, "searchUsers", "before", "500"):
        shared_mailbox.add_alias(alice, "one", ALICE)

    shared_mailbox.add_alias(alice, "two", ALICE)

    assert world.owns() == {"two": "held"}


def test_a_removal_without_an_answer_ends_with_the_next_creation(world: SharedWorld) -> None:
    alice = world.holder(max_aliases="1")
    shared_mailbox.add_alias(alice, "one", ALICE)
    world.mail.faults(
        {"action": "getAllAliasesDomain", "kind": "500"}, {"action": "removeAlias", "kind": "down", "when": "after"}
    )
    with pytest.raises(Unreachable):
        shared_mailbox.remove_alias(alice, "one")
    world.mail.faults()
    left = world.owns()

    shared_mailbox.add_alias(alice, "two", ALICE)

    assert (left, world.owns()) == ({"one": "leaving"}, {"two": "held"})


def test_what_the_server_refuses_to_remove_is_not_made_again(world: SharedWorld, alice: Holder) -> None:
    shared_mailbox.add_alias(alice, "team", ALICE)
    world.mail.faults({"action": "removeAlias", "kind": "refuse"})
    with pytest.raises(Refused):
        shared_mailbox.remove_alias(alice, "team")

    with pytest.raises(NameTaken):
        shared_mailbox.add_alias(alice, "team", ALICE)

    world.mail.faults()
    shared_mailbox.add_alias(alice, "team", ALICE)
    assert world.owns() == {"team": "held"}


def test_an_unreadable_server_has_no_empty_list_of_aliases(world: SharedWorld, alice: Holder) -> None:
    world.mail.faults({"action": "getAllAliasesDomain", "kind": "500"})

    with pytest.raises(Unreachable):
        shared_mailbox.aliases(alice)


def test_what_was_removed_behind_our_back_is_missing_and_is_mended(world: SharedWorld, alice: Holder) -> None:
    shared_mailbox.add_alias(alice, "team", ALICE)
    world.mail.remove(DOMAIN, "team")
    seen = missing(alice)

    done = shared_mailbox.mend(alice)

    assert (seen, dict(done)) == (["team"], {f"team@{DOMAIN}": None})
    assert world.aliases["team"] == ALICE
    assert history.recent(alice.service, 1)[0].action == "alias.restore"


def test_what_somebody_else_has_put_there_meanwhile_is_not_mended_over(world: SharedWorld, alice: Holder) -> None:
    shared_mailbox.add_alias(alice, "team", ALICE)
    world.mail.remove(DOMAIN, "team")
    world.mail.distribution_list(DOMAIN, "team", [BOB])

    done = shared_mailbox.mend(alice)

    assert isinstance(done[f"team@{DOMAIN}"], NameTaken)
    assert "team" not in world.aliases
    assert missing(alice) == ["team"]


def test_what_the_plan_does_not_allow_any_more_is_not_mended(world: SharedWorld) -> None:
    shared_mailbox.add_alias(world.holder(external_forwards="on"), "away", "x@elsewhere.test")
    world.mail.remove(DOMAIN, "away")

    done = shared_mailbox.mend(world.holder())

    assert isinstance(done[f"away@{DOMAIN}"], External)
    assert "away" not in world.aliases


def test_a_missing_one_can_be_let_go_of(world: SharedWorld, alice: Holder) -> None:
    shared_mailbox.add_alias(alice, "team", ALICE)
    world.mail.remove(DOMAIN, "team")

    shared_mailbox.remove_alias(alice, "team")

    assert (missing(alice), world.owns()) == ([], {})


@pytest.mark.parametrize("status", ["Suspended", "Terminated"])
def test_nothing_is_made_for_a_service_that_is_not_open_any_more(
    world: SharedWorld, alice: Holder, status: str
) -> None:
    services.set_status(alice.service, status, 0)

    with pytest.raises(NotOpen):
        shared_mailbox.add_alias(alice, "team", ALICE)

    assert "team" not in world.aliases
