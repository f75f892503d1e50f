"""Aliases and lists: made, changed and removed by name, whoever else's stand beside them."""

import pytest

from portal.mail import NameTaken, NotFound, Refused, Unreachable

LOST = ["500", "html", "down", "cut"]
ME = "alice@mail.test"
ELSEWHERE = "Alice@Elsewhere.test"


@pytest.fixture
def others(sandbox):
    """Tells whether what others have is as it was."""
    before = sandbox.state("mail.test")

    def are_as_before(*ours):
        after = sandbox.state("mail.test")
        return all(
            {name: value for name, value in after[kind].items() if name not in ours} == before[kind]
            for kind in ("aliases", "lists")
        )

    return are_as_before


def aliases(sandbox):
    return sandbox.state("mail.test")["aliases"]


def lists(sandbox):
    return sandbox.state("mail.test")["lists"]


def lose(sandbox, kind, when, action):
    sandbox.faults({"kind": kind, "when": when, "action": action, "times": 1})


@pytest.mark.parametrize("target", [ME, ELSEWHERE])
def test_an_alias_leads_where_it_should(sandbox, alice, others, target) -> None:
    alice.create_alias("Team", target)

    assert aliases(sandbox)["team"] == target.lower()
    assert others("team")


@pytest.mark.parametrize("name", ["bob", "alias00001", "list00001"])
def test_a_taken_name_is_refused(alice, others, name) -> None:
    with pytest.raises(NameTaken):
        alice.create_alias(name, ME)
    with pytest.raises(NameTaken):
        alice.create_list(name)

    assert others()


@pytest.mark.parametrize("kind", LOST)
def test_an_alias_that_was_made_unheard_is_not_asked_for_again(sandbox, alice, asked, kind) -> None:
    lose(sandbox, kind, "after", "addAlias")

    alice.create_alias("team", ME)

    assert asked().count("addAlias") == 1


def test_a_first_try_that_arrives_late_is_no_clash(sandbox, alice, asked) -> None:
    sandbox.faults(
        {"kind": "500", "when": "after", "action": "addAlias", "times": 1},
        {"kind": "refuse", "message": "No records found", "action": "getAllAliasesDomain", "times": 1},
    )

    alice.create_alias("team", ME)

    assert aliases(sandbox)["team"] == ME
    assert asked().count("addAlias") == 2


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", LOST)
def test_an_alias_of_which_no_answer_came_is_made_and_removed_all_the_same(sandbox, alice, others, kind, when) -> None:
    lose(sandbox, kind, when, "addAlias")
    alice.create_alias("team", ME)
    made = aliases(sandbox).get("team")

    lose(sandbox, kind, when, "removeAlias")
    alice.delete_alias("team")

    assert (made, aliases(sandbox).get("team")) == (ME, None)
    assert others()


def test_what_others_made_meanwhile_is_not_taken_for_ours(sandbox, alice) -> None:
    sandbox.alias("mail.test", "team", "bob@mail.test")
    lose(sandbox, "500", "before", "addAlias")

    with pytest.raises(NameTaken):
        alice.create_alias("team", ME)

    assert aliases(sandbox)["team"] == "bob@mail.test"


def test_an_alias_that_is_not_there_cannot_be_removed_nor_changed(alice) -> None:
    with pytest.raises(NotFound):
        alice.delete_alias("team")
    with pytest.raises(NotFound):
        alice.change_alias("team", ME)


def test_an_alias_is_led_elsewhere(sandbox, alice, others) -> None:
    alice.create_alias("team", ME)

    alice.change_alias("team", ELSEWHERE)

    assert aliases(sandbox)["team"] == ELSEWHERE.lower()
    assert others("team")


def test_an_alias_that_leads_there_already_is_left_alone(sandbox, alice, asked) -> None:
    alice.create_alias("team", ME)
    sandbox.clear_log()

    alice.change_alias("team", ME)

    assert asked() == ["getAllAliasesDomain"]


def test_an_alias_that_cannot_lead_elsewhere_leads_where_it_did(sandbox, alice) -> None:
    alice.create_alias("team", ME)
    sandbox.faults({"kind": "refuse", "message": "Maximum number of remote aliases", "action": "addAlias", "times": 1})

    with pytest.raises(Refused, match="Maximum"):
        alice.change_alias("team", ELSEWHERE)

    assert aliases(sandbox)["team"] == ME


def test_a_change_that_ends_nowhere_is_not_told_to_have_worked(sandbox, alice) -> None:
    alice.create_alias("team", ME)
    sandbox.faults({"kind": "500", "action": "addAlias"})

    with pytest.raises(Unreachable):
        alice.change_alias("team", ELSEWHERE)

    assert "team" not in aliases(sandbox)


def test_a_list_has_the_members_it_was_given(sandbox, alice, others) -> None:
    alice.create_list("Crew")
    for member in (ME, ELSEWHERE, ME):
        alice.add_member("crew", member)
    before = alice.members("crew")

    alice.remove_member("crew", ME)
    alice.remove_member("crew", ME)

    assert before == (ME, ELSEWHERE.lower())
    assert lists(sandbox)["crew"] == [ELSEWHERE.lower()]
    assert others("crew")


def test_a_member_is_removed_as_the_server_spells_it(sandbox, alice) -> None:
    sandbox.distribution_list("mail.test", "crew", ["Alice@Mail.test"])

    alice.remove_member("crew", ME)

    assert lists(sandbox)["crew"] == []


@pytest.mark.parametrize("build", ["", "list-kept-with-members"])
def test_a_list_is_deleted_whatever_its_members(sandbox, alice, others, build) -> None:
    alice.create_list("crew")
    for number in range(3):
        alice.add_member("crew", f"m{number}@elsewhere.test")
    sandbox.build(*filter(None, [build]))

    alice.delete_list("crew")

    assert "crew" not in lists(sandbox)
    assert others()


def test_a_list_that_is_not_there_has_no_members_to_change(alice) -> None:
    for act in (alice.delete_list, alice.members, lambda name: alice.add_member(name, ME)):
        with pytest.raises(NotFound):
            act("crew")


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", LOST)
def test_lists_and_members_of_which_no_answer_came_are_made_and_removed_once(
    sandbox, alice, others, kind, when
) -> None:
    seen = []
    for action, act in (
        ("addList", lambda: alice.create_list("crew")),
        ("addListMember", lambda: alice.add_member("crew", ME)),
        ("removeListMember", lambda: alice.remove_member("crew", ME)),
        ("removeList", lambda: alice.delete_list("crew")),
    ):
        lose(sandbox, kind, when, action)
        act()
        seen.append(lists(sandbox).get("crew"))

    assert seen == [[], [ME], [], None]
    assert others()
