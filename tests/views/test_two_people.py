"""Two people at the same mailbox or alias: whoever is second sees what the first one did, and nothing is lost."""

import html
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from werkzeug.test import TestResponse

from portal.mailbox_parts import MB
from portal.store import turns
from tests.at_once import at_once
from tests.elsewhere import Elsewhere
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


def begin_elsewhere(world: World, lasts: int = turns.LASTS) -> None:
    """Have somebody be in the middle of a change of alice.test, who gives no sign of life."""
    service = world.service()
    with world.app.app_context():
        turns.take(service, "somebody", lasts)


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


def at_the_same_moment(*acts: Callable[[], TestResponse]) -> list[TestResponse]:
    """The answers to all of these, begun at once."""
    return at_once(len(acts), lambda number: acts[number]())


def statuses(answers: list[TestResponse]) -> list[int]:
    return sorted(answer.status_code for answer in answers)


@pytest.fixture
def slow(world: World) -> None:
    """The mail server takes long enough for everybody to have read before the first one writes."""
    world.mail.latency(60)


@pytest.mark.parametrize(
    ("path", "field"),
    [(CAROL, "forwards"), (CAROL, "aliases"), (CAROL, "display_name"), (TEAM, "destinations")],
)
@pytest.mark.usefixtures("team")
def test_of_two_who_save_at_the_same_moment_the_second_is_told_what_the_first_did(
    world: World, alice: Visitor, admin: Visitor, path: str, field: str
) -> None:
    tabs = [Tab(admin, path), Tab(alice, path)]
    values = ["one@example.net", "two@example.net"] if field in ("forwards", "destinations") else ["one", "two"]
    world.mail.latency(60)

    answers = at_the_same_moment(
        *(partial(tab.save, **{field: [value]}) for tab, value in zip(tabs, values, strict=True))
    )

    [won] = [value for answer, value in zip(answers, values, strict=True) if answer.status_code == 200]
    [told] = [html.unescape(answer.text) for answer in answers if answer.status_code == 409]
    assert f"On the mail server now: {won}" in told
    assert all(f'value="{value}"' in told for value in values if value != won)
    assert won in repr(alias(world) if path == TEAM else mailbox(world))


@pytest.mark.usefixtures("team", "slow")
def test_mailboxes_that_take_the_same_alias_at_the_same_moment_both_keep_it(
    world: World, alice: Visitor, admin: Visitor
) -> None:
    tabs = [Tab(admin, "mailboxes/alice@alice.test"), Tab(alice, "mailboxes/info@alice.test")]

    answers = at_the_same_moment(*(partial(tab.save, aliases=["team"], share=["team"]) for tab in tabs))

    assert statuses(answers) == [200, 200]
    assert set(alias(world)["aliasTargetList"]) == {"carol@alice.test", "alice@alice.test", "info@alice.test"}


@pytest.mark.usefixtures("team", "slow")
def test_mailboxes_that_drop_and_take_the_same_alias_at_the_same_moment_leave_it_as_both_said(
    world: World, alice: Visitor, admin: Visitor
) -> None:
    tabs = Tab(admin, CAROL), Tab(alice, "mailboxes/info@alice.test")

    answers = at_the_same_moment(
        partial(tabs[0].save, aliases=[""]), partial(tabs[1].save, aliases=["team"], share=["team"])
    )

    assert statuses(answers) == [200, 200]
    assert alias(world)["aliasTargetList"] == ["info@alice.test"]


def test_a_forwarding_that_is_changed_while_its_destination_is_deleted_loses_that_one_alone(
    world: World, alice: Visitor, admin: Visitor, elsewhere: Elsewhere
) -> None:
    elsewhere.forward("carol@alice.test", "info@alice.test", "old@example.net")
    tab = Tab(alice, CAROL)
    added = ["info@alice.test", "old@example.net", "new@example.net"]
    info = {"confirm": "info@alice.test", "unforward": "carol@alice.test"}
    # So that the deletion has read the forwarding before the other change of it is there.
    world.mail.latency(30, {"settings/domain/post-mailbox-forward-list": 400})

    saved, deleted = at_the_same_moment(
        lambda: tab.save(forwards=added), lambda: admin.post("mailboxes/info@alice.test/delete", info)
    )

    forwarding = mailbox(world)[3]["forwardList"]
    assert deleted.status_code == 200
    assert forwarding == {200: ["old@example.net", "new@example.net"], 409: ["old@example.net"]}[saved.status_code]


@pytest.mark.usefixtures("slow", "team")
def test_two_mailboxes_that_are_deleted_at_the_same_moment_leave_no_alias_to_either(
    world: World, alice: Visitor, admin: Visitor, elsewhere: Elsewhere
) -> None:
    elsewhere.change_alias("team@alice.test", aliasTargetList=["carol@alice.test", "info@alice.test", "x@example.net"])
    names = ["carol@alice.test", "info@alice.test"]

    answers = at_the_same_moment(
        *(
            partial(person.post, f"mailboxes/{name}/delete", {"confirm": name})
            for person, name in zip((alice, admin), names, strict=True)
        )
    )

    assert statuses(answers) == [200, 200]
    assert alias(world)["aliasTargetList"] == ["x@example.net"]


@pytest.mark.usefixtures("slow")
def test_of_six_who_add_to_a_list_each_gets_it_in_by_looking_again(world: World) -> None:
    tabs = {f"{number}@example.net": Tab(world.visitor(), CAROL) for number in range(6)}

    def add(address: str, tab: Tab) -> TestResponse:
        while True:
            present = FormAsSent(tab.page, tab.place).fields
            answer = tab.save(forwards=[*present["forwards"], address], seen=present["seen"])
            if answer.status_code == 200:
                return answer
            tab.page = tab.person.get(tab.place)

    answers = at_the_same_moment(*(partial(add, address, tab) for address, tab in tabs.items()))

    assert statuses(answers) == [200] * 6
    assert set(mailbox(world)[3]["forwardList"]) == tabs.keys()


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        (CAROL, {"display_name": ["Mine"], "forwards": ["mine@example.net"]}),
        (TEAM, {"destinations": ["mine@example.net"]}),
        (f"{CAROL}/delete", {"confirm": ["carol@alice.test"]}),
        (f"{TEAM}/delete", {"confirm": ["team@alice.test"]}),
    ],
)
@pytest.mark.usefixtures("team")
def test_whoever_waits_too_long_for_another_change_is_told_and_keeps_what_was_typed(
    world: World, alice: Visitor, path: str, typed: dict[str, list[str]]
) -> None:
    before = world.mail.state("alice.test")
    begin_elsewhere(world)
    world.mail.clear_log()

    answer = alice.post(path, typed)

    assert answer.status_code == 409
    assert "Another change is being saved at this moment" in answer.text
    assert all(f'value="{value}"' in answer.text for values in typed.values() for value in values)
    assert world.mail.calls() == []
    assert world.mail.state("alice.test") == before


def test_who_reads_waits_for_nobody(world: World, alice: Visitor) -> None:
    begin_elsewhere(world)

    answer = alice.get(CAROL)

    assert answer.status_code == 200


def test_a_change_of_another_domain_waits_for_nobody_of_this_one(world: World, alice: Visitor, bob: Visitor) -> None:
    begin_elsewhere(world)

    answer = bob.post("mailboxes/bob@bob.test", {"display_name": "Robert"})

    assert answer.status_code == 200


def test_whoever_died_in_the_middle_of_a_change_is_overtaken(world: World, alice: Visitor) -> None:
    tab = Tab(alice, CAROL)
    begin_elsewhere(world, lasts=2)

    answer = tab.save(display_name=["Mine"])

    assert answer.status_code == 200
    assert mailbox(world)[0] == "Mine"
