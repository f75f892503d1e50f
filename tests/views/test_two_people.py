"""Two people at the same mailbox or alias: whoever is second sees what the first one did, and nothing is lost."""

import html
from dataclasses import dataclass
from typing import Any

import pytest
from werkzeug.test import TestResponse

from portal.mailbox_parts import MB
from tests.views.elsewhere import Elsewhere
from tests.views.form_as_sent import FormAsSent
from tests.world import Visitor, World

CAROL = "mailboxes/carol@alice.test"
TEAM = "aliases/team@alice.test"
ON = ["", "on"]
# What somebody changes, and what the other one reads of it.
IN_A_MAILBOX = {
    "display_name": (["Theirs"], "On the mail server now: Theirs"),
    "limit_mb": (["512"], "On the mail server now: 512"),
    "aliases": (["theirs"], "On the mail server now: theirs"),
    "forwards": (["theirs@example.net"], "On the mail server now: theirs@example.net"),
    "delete_after_forwarding": (ON, "On the mail server now: on"),
    "keep_sender": (ON, "On the mail server now: on"),
    "eas": (ON, "On the mail server now: on"),
    "mapi": (ON, "On the mail server now: on"),
}
IN_AN_ALIAS = {
    "destinations": (["theirs@example.net"], "On the mail server now: theirs@example.net"),
    "may_send": (ON, "On the mail server now: on"),
    "hide_from_gal": (ON, "On the mail server now: on"),
    "internal_only": (ON, "On the mail server now: on"),
}


@dataclass
class Tab:
    """A page that somebody has opened and not yet saved."""

    person: Visitor
    path: str

    def __post_init__(self) -> None:
        self.place = f"{self.person.home}/{self.path}"
        self.page = self.person.get(self.place)

    def save(self, **typed: list[str]) -> TestResponse:
        """Send the whole form, as a browser does; what comes back is what the tab shows then."""
        self.page = self.person.post(self.place, FormAsSent(self.page, self.place).fields | typed)
        return self.page


def notes(answer: TestResponse) -> int:
    return html.unescape(answer.text).count("On the mail server now:")


def mailbox(world: World) -> tuple[Any, ...]:
    """Everything of carol@alice.test that the form holds, as the mail server has it."""
    domain = world.mail.state("alice.test")
    carol = domain["users"]["carol"]
    return (
        carol["userData"]["fullName"],
        carol["userData"]["maxMailboxSize"] // MB,
        sorted(domain["aliases"]),
        carol["forwardList"],
        domain["eas"],
        domain["mapi"],
    )


def alias(world: World) -> dict[str, Any]:
    found: dict[str, Any] = world.mail.state("alice.test")["aliases"]["team"]
    return found


@pytest.fixture
def team(elsewhere: Elsewhere) -> None:
    elsewhere.alias("team@alice.test", "carol@alice.test")


@pytest.mark.parametrize("field", IN_A_MAILBOX)
def test_a_mailbox_that_the_other_one_changed_is_not_changed_back_unseen(
    world: World, alice: Visitor, admin: Visitor, field: str
) -> None:
    typed, told = IN_A_MAILBOX[field]
    first, second = Tab(admin, CAROL), Tab(alice, CAROL)
    first.save(**{field: typed})
    theirs = mailbox(world)

    answer = second.save(**({"limit_mb": ["7"]} if field != "limit_mb" else {"display_name": ["Mine"]}))

    assert answer.status_code == 409
    assert told in html.unescape(answer.text)
    assert notes(answer) == 2
    assert mailbox(world) == theirs


@pytest.mark.parametrize("field", IN_AN_ALIAS)
@pytest.mark.usefixtures("team")
def test_an_alias_that_the_other_one_changed_is_not_changed_back_unseen(
    world: World, alice: Visitor, admin: Visitor, field: str
) -> None:
    typed, told = IN_AN_ALIAS[field]
    first, second = Tab(admin, TEAM), Tab(alice, TEAM)
    first.save(**{field: typed})
    theirs = alias(world)

    mine = {"destinations": ["mine@example.net"]} if field != "destinations" else {"may_send": ON}
    answer = second.save(**mine)

    assert answer.status_code == 409
    assert told in html.unescape(answer.text)
    assert notes(answer) == 2
    assert alias(world) == theirs


def test_who_saves_again_after_that_has_the_last_word(world: World, alice: Visitor, admin: Visitor) -> None:
    first, second = Tab(admin, CAROL), Tab(alice, CAROL)
    first.save(eas=ON, display_name=["Theirs"])
    second.save(display_name=["Mine"])

    answer = second.save(eas=ON)

    assert answer.status_code == 200
    assert (mailbox(world)[0], mailbox(world)[4]) == ("Mine", ["carol@alice.test"])


@pytest.mark.parametrize(("path", "typed"), [(CAROL, {"eas": ON}), (TEAM, {"may_send": ON})])
@pytest.mark.usefixtures("team")
def test_two_who_want_the_same_are_both_told_that_it_is_so(
    alice: Visitor, admin: Visitor, path: str, typed: dict[str, list[str]]
) -> None:
    first, second = Tab(admin, path), Tab(alice, path)
    first.save(**typed)

    answer = second.save(**typed)

    assert answer.status_code == 200
    assert "Nothing was changed." in answer.text


@pytest.mark.usefixtures("team")
def test_two_tabs_of_one_person_are_no_exception(world: World, alice: Visitor) -> None:
    first, second = Tab(alice, TEAM), Tab(alice, TEAM)
    first.save(may_send=ON)

    answer = second.save(destinations=["mine@example.net"])

    assert answer.status_code == 409
    assert alias(world)["allowSending"]


@pytest.mark.usefixtures("team")
def test_an_alias_that_the_other_one_deleted_is_not_made_again(world: World, alice: Visitor, admin: Visitor) -> None:
    second = Tab(alice, TEAM)
    admin.post(f"{TEAM}/delete", {"confirm": "team@alice.test"})

    answer = alice.post(second.place, FormAsSent(second.page, second.place).fields | {"may_send": ON})

    assert answer.status_code == 404
    assert world.mail.state("alice.test")["aliases"] == {}


def test_mailboxes_that_take_the_same_alias_both_keep_it(world: World, alice: Visitor, admin: Visitor) -> None:
    first, second = Tab(admin, CAROL), Tab(alice, "mailboxes/info@alice.test")
    first.save(aliases=["team"])

    asked = second.save(aliases=["team"])
    answer = second.save(share=["team"])

    assert (asked.status_code, answer.status_code) == (422, 200)
    assert alias(world)["aliasTargetList"] == ["carol@alice.test", "info@alice.test"]
