"""When the mail server does not play along: what every write says, and keeps of what was typed."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.views.mailboxes.held import CHANGE, CREATE, DELETE, NEW_PASSWORD, UNKNOWN, UNREAD, passwords, settings_form
from tests.views.pages import says, value_of
from tests.world import Visitor, World, new_mailbox

BROKEN = [
    {"kind": "down"},
    {"kind": "slow", "ms": 700},
    {"kind": "html"},
    {"kind": "500", "message": "stack trace of the server"},
    {"kind": "cut"},
]
WRITES = {
    "create": ("mailboxes/", new_mailbox("marie", display_name="Marie D.")),
    "change": ("mailboxes/alice@alice.test", {"display_name": "Typed", "limit_mb": "77"}),
    "password": ("mailboxes/alice@alice.test/password", passwords(NEW_PASSWORD)),
    "delete": ("mailboxes/alice@alice.test/delete", {"confirm": "alice@alice.test"}),
}
Write = tuple[str, dict[str, str]]


@pytest.fixture(params=WRITES)
def write(request: pytest.FixtureRequest, alice: Visitor) -> Write:
    """Each write in turn: where it goes, and its form as a page that was open before would send it."""
    path, typed = WRITES[request.param]
    return path, settings_form(alice, "alice@alice.test", **typed) if request.param == "change" else typed


def kept(answer: TestResponse, form: dict[str, str]) -> bool:
    """Whether the answer's form holds what was typed; passwords are never sent back."""
    fields = form.items() - {("seen", form.get("seen", ""))}
    known = form.get("seen", "") in value_of(answer, "seen").split() if "seen" in form else True
    return known and all(value_of(answer, name) == value for name, value in fields if "password" not in name)


def kind(fault: dict[str, Any]) -> str:
    return str(fault["kind"])


@pytest.mark.parametrize("fault", BROKEN, ids=kind)
def test_a_mail_server_that_answers_nothing_usable_costs_nothing_that_was_typed(
    world: World, alice: Visitor, fault: dict[str, Any], write: Write
) -> None:
    path, form = write
    before = world.mail.state("alice.test")
    world.mail.faults({"path": "*", **fault})

    answer = alice.post(path, form)

    assert answer.status_code == 503
    assert says(answer, UNKNOWN) or says(answer, UNREAD)
    assert kept(answer, form)
    assert "stack trace" not in answer.text
    assert world.mail.state("alice.test") == before


def test_a_write_that_the_mail_server_cuts_off_is_unknown_and_keeps_what_was_typed(
    world: World, alice: Visitor, write: Write
) -> None:
    path, form = write
    world.mail.faults(*({"path": call, "kind": "cut", "when": "after"} for call in (CREATE, CHANGE, DELETE)))

    answer = alice.post(path, form)

    assert answer.status_code == 503
    assert says(answer, UNKNOWN)
    assert kept(answer, form)


@pytest.mark.parametrize("how", ["refuse", "refuse400", "403"])
def test_a_refusal_is_a_422_in_our_words_that_keeps_what_was_typed(
    world: World, alice: Visitor, how: str, write: Write
) -> None:
    path, form = write
    world.mail.faults(*({"path": call, "kind": how, "message": "SECRET_REASON"} for call in (CREATE, CHANGE, DELETE)))

    answer = alice.post(path, form)

    assert answer.status_code == 422
    assert says(answer, "The mail server refused")
    assert "SECRET_REASON" not in answer.text
    assert kept(answer, form)


def test_tokens_that_end_in_the_middle_are_renewed_unnoticed(world: World, alice: Visitor, write: Write) -> None:
    path, form = write
    alice.get("addresses/")
    world.mail.expire_tokens()

    answer = alice.post(path, form)

    assert answer.status_code == 200


def test_whoever_waited_for_a_dead_mail_server_waits_once(world: World, alice: Visitor) -> None:
    form = settings_form(alice, "alice@alice.test", display_name="Typed")
    world.mail.faults({"path": CHANGE, "kind": "slow", "ms": 700})
    world.mail.clear_log()

    answer = alice.post("mailboxes/alice@alice.test", form)

    paths = [call["path"] for call in world.mail.calls()]
    assert answer.status_code == 503
    assert "settings/domain/aliases" in paths
    assert len(paths) == len(set(paths))
