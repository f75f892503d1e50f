from typing import Any

import pytest

from tests.elsewhere import Elsewhere
from tests.views.pages import says, value_of
from tests.world import ADMIN, Visitor, World

PUT = "settings/domain/alias-put"
POST = "settings/domain/alias"
DELETE = "settings/domain/alias-delete"
LOST = {"kind": "down", "when": "after", "times": 1, "method": "POST"}
OPTIONS = ("may_send", "hide_from_gal", "internal_only")

pytestmark = pytest.mark.parametrize("card", ["aliases", "forwards"])


def kept(world: World) -> dict[str, dict[str, Any]]:
    """The aliases of alice.test as the mail server holds them."""
    found: dict[str, dict[str, Any]] = world.mail.state("alice.test")["aliases"]
    return found


def new(name: str, *destinations: str, **options: str) -> dict[str, Any]:
    return {"name": name, "destinations": ["", *destinations], **options}


def results(world: World) -> list[tuple[str, str]]:
    return [(row.action, row.result) for row in world.recorded()]


@pytest.fixture
def team(elsewhere: Elsewhere) -> str:
    elsewhere.alias("team@alice.test", "x@example.net", "y@example.net")
    return "team@alice.test"


def test_one_with_several_destinations_is_made(world: World, alice: Visitor, card: str) -> None:
    answer = alice.post(f"{card}/", new("Team", "X@Example.net", "y@bücher.test", "carol", "x@example.net"))

    assert answer.status_code == 200
    assert kept(world)["team"]["aliasTargetList"] == [
        "x@example.net",
        "y@xn--bcher-kva.test",
        "carol@alice.test",
    ]
    assert answer.headers["HX-Replace-Url"].endswith(f"/{card}/team@alice.test")
    assert results(world) == [(f"{'alias' if card == 'aliases' else 'forward'}.create", "done")]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (new("team"), "Enter at least one destination."),
        (new("team", "no address", "x@example.net"), "These are no e-mail addresses: no address"),
        (new("team", "nobody@alice.test"), "There is no such address here: nobody@alice.test"),
        (new("team", f"{ADMIN}@alice.test"), f"There is no such address here: {ADMIN}@alice.test"),
        (new("carol", "x@example.net"), "This address is already in use by a mailbox."),
        (new(ADMIN, "x@example.net"), "This address is already in use."),
        (new("a b", "x@example.net"), "Use letters, digits, dots, hyphens and underscores only."),
        ({"name": "team"}, ""),
    ],
    ids=str,
)
def test_what_cannot_be_is_refused_with_all_that_was_typed(
    world: World, alice: Visitor, card: str, typed: dict[str, Any], sentence: str
) -> None:
    answer = alice.post(f"{card}/", typed)

    assert answer.status_code == 422
    assert says(answer, sentence)
    assert all(says(answer, f'value="{text}"') for text in typed.get("destinations", []))
    assert kept(world) == {}


def test_a_name_that_came_into_use_meanwhile_is_refused_with_the_reason(
    world: World, alice: Visitor, elsewhere: Elsewhere, card: str
) -> None:
    alice.get("addresses/")
    elsewhere.alias("team@alice.test", "x@example.net")

    answer = alice.post(f"{card}/", new("team", "y@example.net"))

    assert answer.status_code == 422
    assert says(answer, "This address is already in use: it leads to x@example.net.")
    assert kept(world)["team"]["aliasTargetList"] == ["x@example.net"]


def test_a_creation_whose_answer_was_lost_is_found_done_when_repeated(world: World, alice: Visitor, card: str) -> None:
    alice.get("addresses/")
    world.mail.faults({"path": PUT, **LOST})
    lost = alice.post(f"{card}/", new("team", "x@example.net"))

    again = alice.post(f"{card}/", new("team", "x@example.net"))

    assert (lost.status_code, again.status_code) == (503, 200)
    assert says(lost, 'value="x@example.net"')
    assert [result for _action, result in results(world)] == ["done"]


def test_destinations_are_changed_and_everything_else_stays(world: World, alice: Visitor, team: str, card: str) -> None:
    page = alice.get(f"{card}/{team}")
    before = kept(world)["team"]

    answer = alice.post(
        f"{card}/{team}", {"seen": value_of(page, "seen"), "destinations": ["", "y@example.net", "z@example.net"]}
    )

    assert says(answer, "Saved.")
    assert kept(world)["team"] == before | {"aliasTargetList": ["y@example.net", "z@example.net"]}


def test_saving_what_is_so_already_sends_nothing(world: World, alice: Visitor, team: str, card: str) -> None:
    page = alice.get(f"{card}/{team}")
    world.mail.clear_log()

    answer = alice.post(
        f"{card}/{team}", {"seen": value_of(page, "seen"), "destinations": ["x@example.net", "y@example.net"]}
    )

    assert says(answer, "Nothing was changed.")
    assert not any(call["path"] == POST for call in world.mail.calls())


def test_a_change_made_elsewhere_meanwhile_is_shown_beside_what_was_typed(
    world: World, alice: Visitor, elsewhere: Elsewhere, team: str, card: str
) -> None:
    page = alice.get(f"{card}/{team}")
    elsewhere.change_alias(team, aliasTargetList=["else@example.net"])

    answer = alice.post(f"{card}/{team}", {"seen": value_of(page, "seen"), "destinations": ["z@example.net"]})
    again = alice.post(f"{card}/{team}", {"seen": value_of(answer, "seen"), "destinations": ["z@example.net"]})

    assert answer.status_code == 409
    assert says(answer, "On the mail server now: else@example.net")
    assert says(answer, 'value="z@example.net"')
    assert again.status_code == 200
    assert kept(world)["team"]["aliasTargetList"] == ["z@example.net"]


def test_a_change_whose_answer_was_lost_is_found_done_when_repeated(
    world: World, alice: Visitor, team: str, card: str
) -> None:
    typed = {"seen": value_of(alice.get(f"{card}/{team}"), "seen"), "destinations": ["z@example.net"]}
    world.mail.faults({"path": POST, **LOST})
    lost = alice.post(f"{card}/{team}", typed)

    again = alice.post(f"{card}/{team}", typed)

    assert lost.status_code == 503
    assert says(again, "Saved.")
    assert [result for _action, result in results(world)] == ["done"]


def test_the_last_destination_cannot_be_taken_away(world: World, alice: Visitor, team: str, card: str) -> None:
    page = alice.get(f"{card}/{team}")

    answer = alice.post(f"{card}/{team}", {"seen": value_of(page, "seen"), "destinations": [""]})

    assert answer.status_code == 422
    assert says(answer, "Enter at least one destination.")
    assert kept(world)["team"]["aliasTargetList"] == ["x@example.net", "y@example.net"]


def test_one_is_deleted_and_a_repeat_is_not_found(world: World, alice: Visitor, team: str, card: str) -> None:
    answer = alice.post(f"{card}/{team}/delete", {"confirm": team})
    again = alice.post(f"{card}/{team}/delete", {"confirm": team})

    assert (answer.status_code, again.status_code) == (200, 404)
    assert kept(world) == {}


def test_a_deletion_whose_answer_was_lost_is_found_done_when_repeated(
    world: World, alice: Visitor, team: str, card: str
) -> None:
    world.mail.faults({"path": DELETE, **LOST})
    lost = alice.post(f"{card}/{team}/delete", {"confirm": team})

    again = alice.post(f"{card}/{team}/delete", {"confirm": team})

    assert (lost.status_code, again.status_code) == (503, 200)


def test_a_mailbox_is_never_deleted_as_if_it_were_an_alias(world: World, alice: Visitor, card: str) -> None:
    answer = alice.post(f"{card}/carol@alice.test/delete", {"confirm": "carol@alice.test"})

    assert answer.status_code == 404
    assert "carol" in world.mail.state("alice.test")["users"]


@pytest.mark.parametrize("address", ["nobody@alice.test", "carol@alice.test", "team@bob.test", "team"])
def test_what_is_no_alias_of_this_domain_is_not_found(alice: Visitor, card: str, address: str) -> None:
    answer = alice.get(f"{card}/{address}")

    assert answer.status_code == 404


def test_when_the_domain_cannot_be_read_nothing_is_made_and_nothing_lost(
    world: World, alice: Visitor, card: str
) -> None:
    world.mail.faults({"path": "*", "kind": "500"})

    answer = alice.post(f"{card}/", new("team", "x@example.net"))

    assert answer.status_code == 503
    assert says(answer, 'value="x@example.net"')


def test_a_person_who_may_only_look_sees_the_destinations_and_no_form(reader: Visitor, team: str, card: str) -> None:
    page = reader.get(f"{card}/{team}")

    assert says(page, "x@example.net")
    assert "<form" not in page.text
