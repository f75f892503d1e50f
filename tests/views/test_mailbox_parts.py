import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.elsewhere import Elsewhere
from tests.views.mailboxes.held import aliases_of
from tests.views.pages import says, value_of
from tests.views.test_addresses import of_size
from tests.world import ADMIN, Visitor, World

HOME = "mailboxes/carol@alice.test"
FORWARDING = "settings/domain/post-mailbox-forward-list"
WRITES = (
    "settings/domain/post-user",
    "settings/domain/alias-put",
    "settings/domain/alias-delete",
    "settings/domain/post-user-mail",
    FORWARDING,
    "settings/domain/active-sync-mailboxes-patch",
    "settings/domain/mapi-ews-mailboxes-patch",
)
ALL = {
    "display_name": "Carol R.",
    "limit_mb": "512",
    "aliases": ["", "sales", "billing@alice.test"],
    "forwards": ["", "C@Example.net"],
    "delete_after_forwarding": ["", "on"],
    "keep_sender": ["", "on"],
    "eas": ["", "on"],
    "mapi": ["", "on"],
}


@pytest.fixture
def alice(world: World, elsewhere: Elsewhere) -> Visitor:
    """Alice's plan offers ActiveSync and MAPI, and her domain lets its admin manage them."""
    elsewhere.settings("alice.test", enableActiveSyncAccountManagement=True, enableMapiEwsAccountManagement=True)
    elsewhere.alias("old@alice.test", "carol@alice.test")
    return world.visitor(plan={"offer_eas": "on", "offer_mapi": "on"})


def parts(answer: TestResponse) -> dict[str, str]:
    return dict(re.findall(r'data-part="([a-z]+)" data-result="([a-z]+)"', answer.text))


def complete(world: World) -> bool:
    """Whether the mail server holds all of ALL."""
    state = world.mail.state("alice.test")
    user, forwards = state["users"]["carol"], state["users"]["carol"]["forwardList"]
    return (
        user["userData"]["fullName"] == "Carol R."
        and user["userData"]["maxMailboxSize"] == 512 * 2**20
        and aliases_of(world) == {"sales": ["carol@alice.test"], "billing": ["carol@alice.test"]}
        and forwards["forwardList"] == ["c@example.net"]
        and forwards["deleteOnForward"] is forwards["keepRecipients"] is True
    )


def protocols(page: TestResponse) -> list[bool]:
    return [bool(re.search(rf'id="{name}"[^>]* checked', page.text)) for name in ("eas", "mapi")]


def test_a_save_changes_every_part_and_only_what_was_changed(world: World, alice: Visitor) -> None:
    page = alice.get(HOME)

    answer = alice.post(HOME, {"seen": value_of(page, "seen"), **ALL})
    world.mail.clear_log()
    again = alice.post(HOME, {"seen": value_of(answer, "seen"), **ALL})

    assert says(answer, "Saved.")
    assert complete(world)
    assert protocols(answer) == [True, True]
    assert says(again, "Nothing was changed.")
    assert not [call["path"] for call in world.mail.calls() if call["path"].startswith(WRITES)]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", WRITES)
def test_a_save_that_failed_at_any_step_is_finished_by_saving_again(
    world: World, alice: Visitor, step: str, when: str
) -> None:
    page = alice.get(HOME)
    world.mail.faults({"path": step, "kind": "down", "when": when, "times": 1, "method": "POST"})
    stopped = alice.post(HOME, {"seen": value_of(page, "seen"), **ALL})

    again = alice.post(HOME, {"seen": value_of(stopped, "seen"), **ALL})

    assert stopped.status_code == 503
    assert "unknown" in parts(stopped).values()
    assert again.status_code == 200
    assert says(again, "Saved.")
    assert complete(world)
    assert protocols(again) == [True, True]


def test_what_one_part_is_refused_keeps_no_other_from_being_saved(world: World, alice: Visitor) -> None:
    page = alice.get(HOME)
    world.mail.faults({"path": FORWARDING, "kind": "refuse"})

    answer = alice.post(HOME, {"seen": value_of(page, "seen"), **ALL})

    assert answer.status_code == 422
    assert parts(answer) == {
        "settings": "done",
        "aliases": "done",
        "forwarding": "refused",
        "eas": "done",
        "mapi": "done",
    }
    assert says(answer, 'value="C@Example.net"') or says(answer, 'value="c@example.net"')


def test_after_a_save_in_part_only_the_rest_is_shown_as_unsaved(world: World, alice: Visitor) -> None:
    page = alice.get(HOME)
    world.mail.faults({"path": FORWARDING, "kind": "refuse"})

    answer = alice.post(HOME, {"seen": value_of(page, "seen"), **ALL})

    assert 'data-was="Carol R."' in answer.text
    assert 'data-was="billing sales"' in answer.text
    assert 'data-was="c@example.net"' not in answer.text


def test_an_alias_that_leads_elsewhere_is_asked_about_first(world: World, alice: Visitor, elsewhere: Elsewhere) -> None:
    elsewhere.alias("team@alice.test", "x@example.net")
    typed = {"seen": value_of(alice.get(HOME), "seen"), "aliases": ["", "old", "team"]}

    asked = alice.post(HOME, typed)
    answer = alice.post(HOME, typed | {"share": "team"})

    assert asked.status_code == 422
    assert says(asked, "team@alice.test leads to x@example.net already. Let it lead here too.")
    assert answer.status_code == 200
    assert aliases_of(world)["team"] == ["x@example.net", "carol@alice.test"]


def test_an_alias_that_is_dropped_goes_unless_it_leads_elsewhere(
    world: World, alice: Visitor, elsewhere: Elsewhere
) -> None:
    elsewhere.alias("team@alice.test", "x@example.net", "carol@alice.test")

    alice.post(HOME, {"seen": value_of(alice.get(HOME), "seen"), "aliases": [""]})

    assert aliases_of(world) == {"team": ["x@example.net"]}


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"aliases": ["old", "alice"]}, "There is a mailbox of this name: alice"),
        ({"aliases": ["old", ADMIN]}, f"There is a mailbox of this name: {ADMIN}"),
        ({"aliases": ["old", "a b"]}, "These are no names: a b"),
        ({"forwards": ["nonsense@"]}, "These are no e-mail addresses: nonsense@"),
        ({"forwards": ["carol@alice.test"]}, "A mailbox cannot forward to itself."),
    ],
    ids=str,
)
def test_what_cannot_be_is_refused_and_kept_in_the_form(
    world: World, alice: Visitor, typed: dict[str, Any], sentence: str
) -> None:
    before = world.mail.state("alice.test")

    answer = alice.post(HOME, {"seen": value_of(alice.get(HOME), "seen"), **typed})

    assert answer.status_code == 422
    assert says(answer, sentence)
    assert all(says(answer, f'value="{text}"') for texts in typed.values() for text in texts)
    assert world.mail.state("alice.test") == before


@pytest.mark.parametrize("name", ["eas", "mapi"])
def test_what_the_plan_does_not_offer_is_neither_shown_nor_switched_on(world: World, alice: Visitor, name: str) -> None:
    visitor = world.visitor(plan={"offer_eas": "", "offer_mapi": ""})
    page = visitor.get(HOME)

    answer = visitor.post(HOME, {"seen": value_of(page, "seen"), name: ["", "on"]})

    assert f'name="{name}"' not in page.text
    assert answer.status_code == 422
    assert not any("patch" in call["path"] for call in world.mail.calls())


def test_a_field_that_is_not_sent_stays_as_it_is_also_when_something_else_is_wrong(
    world: World, alice: Visitor
) -> None:
    alice.post(HOME, ALL)

    wrong = alice.post(HOME, {"limit_mb": "many"})
    right = alice.post(HOME, {"limit_mb": "512"})

    assert wrong.status_code == 422
    assert says(wrong, 'value="sales"')
    assert says(wrong, 'value="c@example.net"')
    assert right.status_code == 200
    assert complete(world)


def test_forwarding_that_cannot_be_read_is_neither_shown_as_none_nor_saved(world: World, alice: Visitor) -> None:
    alice.post(HOME, ALL)
    world.mail.faults({"path": "settings/domain/mailbox-forward-list", "kind": "500"})

    page = alice.get(HOME)
    answer = alice.post(
        HOME, {"seen": value_of(page, "seen"), "display_name": "Carol R.", "limit_mb": "512", "forwards": [""]}
    )

    assert says(page, "The forwarding could not be read just now; it stays as it is.")
    assert 'name="forwards"' not in page.text
    assert answer.status_code == 200
    assert complete(world)


def test_what_somebody_else_changed_meanwhile_is_shown_beside_what_was_typed(
    world: World, alice: Visitor, elsewhere: Elsewhere
) -> None:
    page = alice.get(HOME)
    elsewhere.alias("new@alice.test", "carol@alice.test")
    alice.get("addresses/?refresh=1")

    answer = alice.post(HOME, {"seen": value_of(page, "seen"), "aliases": ["", "mine"]})

    assert answer.status_code == 409
    assert says(answer, "On the mail server now: new and old")
    assert says(answer, 'value="mine"')
    assert "mine" not in aliases_of(world)


@pytest.mark.parametrize("size", [10, 1_000, 10_000])
def test_the_page_asks_the_mail_server_at_most_five_times(world: World, size: int) -> None:
    alice = of_size(world, size, size)
    home = "mailboxes/adele.arnaud@big.test"
    world.mail.clear_log()

    page = alice.get(home)
    cold = [call["path"] for call in world.mail.calls() if not call["path"].startswith("auth/")]
    alice.get("addresses/")
    world.mail.clear_log()
    alice.get(home)
    warm = [call["path"] for call in world.mail.calls()]

    assert page.status_code == 200
    assert len(cold) == 5
    assert len(warm) <= 3


def test_an_empty_form_asks_the_mail_server_nothing(world: World, alice: Visitor) -> None:
    world.mail.clear_log()

    pages = [alice.get(path) for path in ("mailboxes/new", "forwards/new", "aliases/new", "domain-aliases/new")]

    assert world.mail.calls() == []
    assert [page.status_code for page in pages] == [200, 200, 200, 404]


def test_a_disabled_mailbox_cannot_be_signed_in_to_and_an_enabled_one_can(
    world: World, alice: Visitor, elsewhere: Elsewhere
) -> None:
    world.mail.mailbox("alice.test", "marie", password="Str0ng!Enough-Word")

    disabled = alice.post("mailboxes/marie@alice.test/disable")
    refused = elsewhere.accepts("marie@alice.test", "Str0ng!Enough-Word")
    enabled = alice.post("mailboxes/marie@alice.test/enable")

    assert says(disabled, "Nobody can sign in to this mailbox any more.")
    assert not refused
    assert says(enabled, "People can sign in to this mailbox again.")
    assert elsewhere.accepts("marie@alice.test", "Str0ng!Enough-Word")


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_switch_whose_answer_was_lost_is_finished_by_repeating_it(world: World, alice: Visitor, when: str) -> None:
    world.mail.faults({"path": "settings/domain/users-disable", "kind": "down", "when": when, "times": 1})
    lost = alice.post(f"{HOME}/disable")

    again = alice.post(f"{HOME}/disable")

    assert (lost.status_code, again.status_code) == (503, 200)
    assert world.mail.state("alice.test")["users"]["carol"]["userData"]["securityFlags"]["isDisabled"] is True
