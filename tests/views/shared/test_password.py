"""The password of a mailbox on a shared domain."""

import html

import pytest

from tests.shared_world import DOMAIN, PASSWORD, SharedWorld
from tests.views.shared.people import visitor
from tests.world import Visitor

GOOD = "Str0ng!Enough-Word"


def typed(password: str, again: str | None = None) -> dict[str, str]:
    return {"password": password, "password_again": password if again is None else again}


def test_a_good_password_is_set_and_signs_in(world: SharedWorld, alice: Visitor) -> None:
    card = alice.post("password", typed(GOOD))

    assert card.status_code == 200
    assert "The password of alice@mail.test was changed." in card.text
    assert GOOD not in card.text
    assert world.mail.lets_in("alice@mail.test", GOOD)


def test_nobody_elses_is_changed_and_nothing_else_of_the_mailbox(world: SharedWorld, alice: Visitor) -> None:
    before = world.everything

    alice.post("password", typed(GOOD))

    after = world.everything
    changed = {
        (name, key)
        for name, box in after["mailboxes"].items()
        for key in box
        if box[key] != before["mailboxes"][name][key]
    }
    assert {name for name, key in changed} == {"alice"}
    assert {key for name, key in changed} <= {"password", "former_passwords"}
    assert (after["aliases"], after["lists"]) == (before["aliases"], before["lists"])


@pytest.mark.parametrize(
    ("password", "rule"),
    [
        ("Str0ng!9c", "At least 10 characters"),
        ("str0ng!enough", "At least one upper-case letter"),
        ("STR0NG!ENOUGH", "At least one lower-case letter"),
        ("Strong!Enough", "At least one digit"),
        ("Str0ngEnough1", "At least one special character"),
        ("Str0ng! Enough", "No spaces"),
    ],
)
def test_a_password_that_breaks_a_rule_is_refused_and_the_rule_named(
    world: SharedWorld, alice: Visitor, password: str, rule: str
) -> None:
    card = alice.post("password", typed(password))

    assert card.status_code == 422
    assert f"<li>{rule}" in card.text
    assert password not in card.text
    assert world.mail.lets_in("alice@mail.test", PASSWORD)


def test_both_fields_have_to_match(world: SharedWorld, alice: Visitor) -> None:
    card = alice.post("password", typed(GOOD, "Str0ng!Other-Word"))

    assert card.status_code == 422
    assert world.mail.lets_in("alice@mail.test", PASSWORD)


def test_a_refusal_by_the_mail_server_is_told_in_the_window(world: SharedWorld, alice: Visitor) -> None:
    world.mail.build("password-reuse")

    alice.post("password", typed(GOOD))
    card = alice.post("password", typed(GOOD))

    world.mail.build()
    assert card.status_code == 422
    assert "The mail server has a rule of its own" in card.text


def test_without_an_answer_nothing_is_claimed(world: SharedWorld, alice: Visitor) -> None:
    world.mail.faults({"action": "updateUser", "kind": "down", "when": "before"})

    card = alice.post("password", typed(GOOD))

    assert card.status_code == 503
    assert "we do not know whether this was done" in html.unescape(card.text)


def test_the_change_is_in_the_history_without_the_password(alice: Visitor) -> None:
    alice.post("password", typed(GOOD))

    card = alice.get("history")

    assert "Password of alice@mail.test changed" in card.text
    assert GOOD not in card.text


def test_without_javascript_the_form_is_a_page_of_its_own(alice: Visitor) -> None:
    answer = alice.client.post(
        f"{alice.home}/password",
        base_url="https://portal.test",
        data={**typed("short"), "portal_token": alice.token},
        headers={"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Dest": "iframe"},
    )

    assert answer.status_code == 422
    assert "<!doctype html>" in answer.text
    assert "At least 10 characters" in answer.text


def test_an_admins_change_bears_the_admins_name(world: SharedWorld) -> None:
    person = {"id": 7, "name": "Alice Martin", "email": "alice@example.test", "admin": {"id": 1, "name": "Nora Admin"}}
    nora = visitor(world, "northwind", 301, "alice", role="admin", mode="top", user=person)

    nora.post("password", typed(GOOD))

    assert "Nora Admin (for Alice Martin)" in nora.get("history").text
    assert DOMAIN in nora.get("history").text
