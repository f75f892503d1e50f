"""Deleting a mailbox: asked twice, and nothing is left that leads to it."""

import html

import pytest

from tests.elsewhere import Elsewhere
from tests.views.mailboxes.held import DELETE, LOST, UNKNOWN, UNREAD, aliases_of, users
from tests.views.pages import says, value_of
from tests.world import Visitor, World

FORWARD = "settings/domain/post-mailbox-forward-list"


@pytest.mark.parametrize("typed", ["", "alice", "alice@alice", "carol@alice.test", "alice@alice.test extra"])
def test_a_mailbox_is_deleted_only_when_its_whole_address_was_typed(world: World, alice: Visitor, typed: str) -> None:
    answer = alice.post("mailboxes/alice@alice.test/delete", {"confirm": typed})

    assert answer.status_code == 422
    assert says(answer, "Type the whole address to confirm. Nothing was deleted.")
    assert value_of(answer, "confirm") == typed
    assert "alice" in users(world)


def test_a_deleted_mailbox_is_gone_and_the_page_moves_to_the_list(world: World, alice: Visitor) -> None:
    answer = alice.post("mailboxes/carol@alice.test/delete", {"confirm": " Carol@Alice.test "})

    assert answer.status_code == 200
    assert says(answer, "Mailbox carol@alice.test deleted.")
    assert answer.headers["HX-Replace-Url"] == "/s/northwind-101/addresses/"
    assert users(world).keys() == {"q7hidden", "alice", "info"}


@pytest.fixture
def named(elsewhere: Elsewhere) -> None:
    """Aliases that name Alice's mailbox: alone, beside others, and beside everyone; and one that does not."""
    elsewhere.alias("sole@alice.test", "Alice@alice.test")
    elsewhere.alias("shared@alice.test", "alice@alice.test", "x@example.net")
    elsewhere.alias("everyone@alice.test", "alice", everyone=True)
    elsewhere.alias("other@alice.test", "carol@alice.test")


def test_an_alias_is_not_deleted_as_if_it_were_a_mailbox(world: World, alice: Visitor, elsewhere: Elsewhere) -> None:
    elsewhere.alias("team@alice.test", "alice@alice.test")

    answer = alice.post("mailboxes/team@alice.test/delete", {"confirm": "team@alice.test"})

    assert answer.status_code == 404
    assert "team" in aliases_of(world)


@pytest.mark.usefixtures("named")
def test_deleting_a_mailbox_leaves_no_dead_target_and_no_alias_that_leads_elsewhere_is_lost(
    world: World, alice: Visitor
) -> None:
    page = alice.get("mailboxes/alice@alice.test")

    answer = alice.post("mailboxes/alice@alice.test/delete", {"confirm": "alice@alice.test"})

    told = " ".join(html.unescape(page.text).split())
    assert 'These aliases are deleted with it: <span class="mono">sole</span>' in told
    assert 'These stay, because they lead elsewhere too: <span class="mono">everyone and shared</span>' in told
    assert answer.status_code == 200
    assert aliases_of(world) == {"shared": ["x@example.net"], "everyone": [], "other": ["carol@alice.test"]}


@pytest.mark.usefixtures("named")
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", [DELETE, "settings/domain/alias-delete", "settings/domain/alias"])
def test_a_deletion_that_stopped_at_any_step_is_finished_by_repeating_it(
    world: World, alice: Visitor, step: str, when: str
) -> None:
    world.mail.faults({"path": step, "kind": "down", "when": when, "times": 1, "method": "POST"})
    confirm = {"confirm": "alice@alice.test"}
    stopped = alice.post("mailboxes/alice@alice.test/delete", confirm)

    again = alice.post("mailboxes/alice@alice.test/delete", confirm)

    assert (stopped.status_code, again.status_code) == (503, 200)
    assert "alice" not in users(world)
    assert aliases_of(world) == {"shared": ["x@example.net"], "everyone": [], "other": ["carol@alice.test"]}
    assert world.recorded()[0].result == "done"


@pytest.mark.usefixtures("named")
def test_a_mailbox_that_is_gone_while_its_aliases_are_not_says_which(world: World, alice: Visitor) -> None:
    world.mail.faults({"path": "settings/domain/alias-delete", "kind": "refuse"})

    answer = alice.post("mailboxes/alice@alice.test/delete", {"confirm": "alice@alice.test"})

    assert answer.status_code == 503
    assert "The mailbox is deleted, its aliases are not yet" in answer.text
    assert '<span class="mono">sole</span>' in answer.text
    assert "Finish it" in answer.text


def test_a_mailbox_whose_aliases_cannot_be_read_is_not_deleted(world: World, alice: Visitor) -> None:
    world.mail.faults({"path": "settings/domain/aliases", "kind": "500"})

    answer = alice.post("mailboxes/alice@alice.test/delete", {"confirm": "alice@alice.test"})

    assert answer.status_code == 503
    assert says(answer, UNREAD)
    assert "alice" in users(world)


def forwarding_of(world: World, name: str) -> dict[str, object]:
    """The forwarding of a mailbox of alice.test, as the mail server holds it."""
    forwarding: dict[str, object] = users(world)[name]["forwardList"]
    return forwarding


@pytest.fixture
def forwarders(alice: Visitor, elsewhere: Elsewhere) -> None:
    """Carol and Info forward to Alice, Carol to somebody else too; the list has shown it."""
    elsewhere.forward("carol@alice.test", "x@example.net", "Alice@alice.test", keep=True, delete=True)
    elsewhere.forward("info@alice.test", "alice@alice.test")
    alice.get("addresses/?forwarding=1")


def test_mailboxes_known_to_forward_to_it_are_named_before_a_mailbox_is_deleted(
    alice: Visitor, elsewhere: Elsewhere
) -> None:
    elsewhere.forward("carol@alice.test", "alice@alice.test")
    unknown = alice.get("mailboxes/alice@alice.test")
    alice.get("addresses/?forwarding=1")

    known = alice.get("mailboxes/alice@alice.test")

    assert "These mailboxes forward to it:" not in unknown.text
    assert 'These mailboxes forward to it: <span class="mono">carol@alice.test</span>' in known.text
    assert "unforward" not in alice.get("mailboxes/info@alice.test").text


@pytest.mark.usefixtures("forwarders")
def test_forwarding_to_a_deleted_mailbox_is_left_alone_unless_it_was_asked_for(world: World, alice: Visitor) -> None:
    answer = alice.post("mailboxes/alice@alice.test/delete", {"confirm": "alice@alice.test"})

    assert answer.status_code == 200
    assert forwarding_of(world, "info")["forwardList"] == ["alice@alice.test"]


@pytest.mark.usefixtures("forwarders")
def test_on_request_others_stop_forwarding_to_a_deleted_mailbox_and_keep_the_rest(world: World, alice: Visitor) -> None:
    unforward = value_of(alice.get("mailboxes/alice@alice.test"), "unforward")
    before = forwarding_of(world, "carol")

    answer = alice.post("mailboxes/alice@alice.test/delete", {"confirm": "alice@alice.test", "unforward": unforward})

    assert answer.status_code == 200
    assert unforward == "carol@alice.test info@alice.test"
    assert forwarding_of(world, "carol") == before | {"forwardList": ["x@example.net"]}
    assert forwarding_of(world, "info")["forwardList"] == []
    assert [(row.action, row.subject, row.result) for row in world.recorded()] == [
        ("mailbox.forwarding", "info@alice.test", "done"),
        ("mailbox.forwarding", "carol@alice.test", "done"),
        ("mailbox.delete", "alice@alice.test", "done"),
    ]


def test_what_a_mailbox_forwards_to_is_read_afresh_before_it_is_written(
    world: World, alice: Visitor, elsewhere: Elsewhere
) -> None:
    elsewhere.forward("carol@alice.test", "alice@alice.test")
    alice.get("addresses/?forwarding=1")
    elsewhere.forward("carol@alice.test", "new@example.net", "alice@alice.test")
    elsewhere.forward("info@alice.test", "other@example.net")

    alice.post(
        "mailboxes/alice@alice.test/delete",
        {"confirm": "alice@alice.test", "unforward": "carol@alice.test info@alice.test nobody@alice.test bob@bob.test"},
    )

    assert forwarding_of(world, "carol")["forwardList"] == ["new@example.net"]
    assert forwarding_of(world, "info")["forwardList"] == ["other@example.net"]


@pytest.mark.usefixtures("forwarders")
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("carried", [True, False])
def test_forwarding_that_is_left_of_a_deletion_is_named_and_ended_by_repeating_it(
    world: World, alice: Visitor, when: str, carried: bool
) -> None:
    form = {"confirm": "alice@alice.test", "unforward": "carol@alice.test info@alice.test"}
    world.mail.faults({"path": FORWARD, "kind": "down", "when": when, "times": 1})

    stopped = alice.post("mailboxes/alice@alice.test/delete", form)
    again = alice.post(
        "mailboxes/alice@alice.test/delete",
        form | {"unforward": value_of(stopped, "unforward") if carried else ""},
    )

    assert (stopped.status_code, again.status_code) == (503, 200)
    assert "The mailbox is deleted, the forwarding to it is not yet" in stopped.text
    assert '<span class="mono">carol@alice.test and info@alice.test</span>' in stopped.text
    assert forwarding_of(world, "carol")["forwardList"] == ["x@example.net"]
    assert forwarding_of(world, "info")["forwardList"] == []
    assert [row.result for row in world.recorded() if row.action == "mailbox.delete"] == ["done"]


@pytest.mark.usefixtures("forwarders")
def test_where_a_mailbox_is_not_deleted_nobody_stops_forwarding_to_it(world: World, alice: Visitor) -> None:
    world.mail.faults({"path": DELETE, "kind": "refuse"})

    answer = alice.post(
        "mailboxes/alice@alice.test/delete", {"confirm": "alice@alice.test", "unforward": "info@alice.test"}
    )

    assert answer.status_code == 422
    assert forwarding_of(world, "info")["forwardList"] == ["alice@alice.test"]
    assert 'name="unforward" value="carol@alice.test info@alice.test" checked' in answer.text


def test_repeating_a_deletion_whose_answer_was_lost_finds_it_done(world: World, alice: Visitor) -> None:
    confirm = {"confirm": "carol@alice.test"}
    world.mail.faults({"path": DELETE, **LOST, "times": 1})
    lost = alice.post("mailboxes/carol@alice.test/delete", confirm)
    world.mail.clear_log()

    again = alice.post("mailboxes/carol@alice.test/delete", confirm)
    third = alice.post("mailboxes/carol@alice.test/delete", confirm)

    assert (lost.status_code, again.status_code, third.status_code) == (503, 200, 404)
    assert says(lost, UNKNOWN)
    assert value_of(lost, "confirm") == "carol@alice.test"
    assert says(again, "Mailbox carol@alice.test deleted.")
    assert DELETE not in [call["path"] for call in world.mail.calls()]
    assert [row.result for row in world.recorded()] == ["done"]


def test_a_deletion_that_the_mail_server_refuses_is_said_to_have_changed_nothing(world: World, alice: Visitor) -> None:
    world.mail.faults({"path": DELETE, "kind": "refuse", "message": "SECRET_REASON"})

    answer = alice.post("mailboxes/carol@alice.test/delete", {"confirm": "carol@alice.test"})

    assert answer.status_code == 422
    assert says(answer, "The mail server refused to delete this mailbox. Nothing was changed.")
    assert "SECRET_REASON" not in answer.text
    assert "carol" in users(world)
