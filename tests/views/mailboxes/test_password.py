"""A mailbox's password: the rules, the sessions that end with it, and that no answer holds it."""

from tests.elsewhere import Elsewhere
from tests.views.mailboxes.held import CHANGE, LOST, NEW_PASSWORD, UNKNOWN, passwords, users
from tests.views.pages import says
from tests.world import GOOD_PASSWORD, Visitor, World, new_mailbox


def test_a_new_password_works_and_ends_the_mailboxs_sessions(
    world: World, alice: Visitor, elsewhere: Elsewhere
) -> None:
    world.mail.mailbox("alice.test", "marie", password=GOOD_PASSWORD)
    elsewhere.accepts("marie@alice.test", GOOD_PASSWORD)
    before = world.mail.sessions("marie@alice.test")

    answer = alice.post("mailboxes/marie@alice.test/password", passwords(NEW_PASSWORD))

    after = world.mail.sessions("marie@alice.test")
    assert answer.status_code == 200
    assert answer.headers["HX-Trigger"] == "password-changed"
    assert says(answer, "All its devices were signed out.")
    assert (len(before), len(after)) == (1, 0)
    assert users(world)["marie"]["dropped_connections"] == 1
    assert elsewhere.accepts("marie@alice.test", NEW_PASSWORD)
    assert not elsewhere.accepts("marie@alice.test", GOOD_PASSWORD)


def test_where_the_server_does_not_confirm_that_sessions_ended_nobody_says_so(
    world: World, alice: Visitor, elsewhere: Elsewhere
) -> None:
    world.mail.build("100.old")

    answer = alice.post("mailboxes/alice@alice.test/password", passwords(NEW_PASSWORD))

    assert answer.status_code == 200
    assert says(answer, "The password of alice@alice.test was changed.")
    assert says(answer, "Devices that are signed in may stay so for a while.")
    assert not says(answer, "All its devices were signed out.")
    assert elsewhere.accepts("alice@alice.test", NEW_PASSWORD)


def test_a_new_password_keeps_the_same_rules(world: World, alice: Visitor) -> None:
    before = users(world)["alice"]["password"]

    answer = alice.post("mailboxes/alice@alice.test/password", passwords("alice", "other"))

    broken = answer.text.partition("This password is not good enough:")[2].partition("</ul>")[0]
    assert answer.status_code == 422
    assert broken.count("<li>") == 7
    assert users(world)["alice"]["password"] == before


def test_the_password_window_lists_what_the_mail_server_asks_beyond_the_plan(
    alice: Visitor, elsewhere: Elsewhere
) -> None:
    elsewhere.password_rules("alice.test", minLength={"enabled": True, "ruleValue": 23})
    alice.get("addresses/")

    page = alice.get("mailboxes/alice@alice.test")

    assert "At least 23 characters" in page.text


def test_rules_that_the_mail_server_tightened_meanwhile_are_named_when_it_refuses(
    alice: Visitor, elsewhere: Elsewhere
) -> None:
    alice.get("mailboxes/alice@alice.test")
    elsewhere.password_rules("alice.test", minLength={"enabled": True, "ruleValue": 41})

    answer = alice.post("mailboxes/alice@alice.test/password", passwords(NEW_PASSWORD))

    assert answer.status_code == 422
    assert "At least 41 characters" in answer.text


def test_a_mail_server_that_does_not_tell_its_rules_is_not_asked_at_every_page(world: World, alice: Visitor) -> None:
    world.mail.faults({"path": "settings/domain/password-requirements", "kind": "500"})
    alice.get("mailboxes/alice@alice.test")
    world.mail.clear_log()

    page = alice.get("mailboxes/alice@alice.test")

    assert page.status_code == 200
    assert not any("password" in call["path"] for call in world.mail.calls())


def test_a_new_password_that_the_mail_server_refuses_is_not_set(
    world: World, alice: Visitor, elsewhere: Elsewhere
) -> None:
    elsewhere.password_rules("alice.test", minLength={"enabled": True, "ruleValue": 40})
    before = users(world)["alice"]["password"]

    answer = alice.post("mailboxes/alice@alice.test/password", passwords(NEW_PASSWORD))

    assert answer.status_code == 422
    assert "This password is not good enough:" in answer.text
    assert users(world)["alice"]["password"] == before


def test_a_password_change_whose_answer_was_lost_is_said_to_be_unknown_and_can_be_repeated(
    world: World, alice: Visitor, elsewhere: Elsewhere
) -> None:
    world.mail.faults({"path": CHANGE, **LOST, "times": 1})

    lost = alice.post("mailboxes/alice@alice.test/password", passwords(NEW_PASSWORD))
    again = alice.post("mailboxes/alice@alice.test/password", passwords(NEW_PASSWORD))

    assert (lost.status_code, again.status_code) == (503, 200)
    assert says(lost, UNKNOWN)
    assert elsewhere.accepts("alice@alice.test", NEW_PASSWORD)


def test_no_answer_ever_holds_a_password(world: World, alice: Visitor) -> None:
    answers = [
        alice.post("mailboxes/", new_mailbox("marie", password_again=NEW_PASSWORD)),
        alice.post("mailboxes/", new_mailbox("alice")),
        alice.post("mailboxes/", new_mailbox("marie")),
        alice.post("mailboxes/marie@alice.test/password", passwords(NEW_PASSWORD, GOOD_PASSWORD)),
        alice.post("mailboxes/marie@alice.test/password", passwords(NEW_PASSWORD)),
        alice.get("mailboxes/marie@alice.test"),
        alice.get("addresses/"),
    ]
    world.mail.faults({"path": "*", "kind": "down"})
    answers += [
        alice.post("mailboxes/", new_mailbox("nadia")),
        alice.post("mailboxes/marie@alice.test/password", passwords(NEW_PASSWORD)),
    ]

    assert [answer.status_code for answer in answers] == [422, 422, 200, 422, 200, 200, 200, 503, 503]
    assert not any(secret in answer.text for answer in answers for secret in (GOOD_PASSWORD, NEW_PASSWORD))
