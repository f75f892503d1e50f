"""The portal's own sign-in: shared, renewed before it ends, and not tried again at once after a rejection."""

import time

import pytest
import time_machine

from portal.mail import Unreachable
from tests.at_once import at_once

LIST = "getAllAliasesDomain"


def test_one_sign_in_serves_every_call(alice, asked) -> None:
    for _ in range(3):
        alice.aliases()

    assert asked() == ["login", LIST, LIST, LIST]


def test_twenty_threads_sign_in_once(alice, asked) -> None:
    answers = at_once(20, lambda _number: alice.aliases())

    assert len(answers) == 20
    assert asked().count("login") == 1


def test_a_token_is_not_used_for_longer_than_four_minutes(sandbox, alice, asked) -> None:
    alice.aliases()
    sandbox.clear_log()

    with time_machine.travel(time.time() + 239):
        alice.aliases()
    with time_machine.travel(time.time() + 241):
        alice.aliases()

    assert asked() == [LIST, "login", LIST]


def test_an_expired_token_is_replaced_and_the_call_repeated(sandbox, alice, asked) -> None:
    alice.aliases()
    sandbox.clear_log()
    sandbox.expire_tokens()

    found = alice.aliases()

    assert len(found) == 6
    assert asked() == [LIST, "login", LIST]


def test_twenty_threads_replace_an_expired_token_once(sandbox, alice, asked) -> None:
    alice.aliases()
    sandbox.clear_log()
    sandbox.expire_tokens()

    at_once(20, lambda _number: alice.aliases())

    assert asked().count("login") == 1


def test_a_change_too_is_made_once_after_an_expired_token(sandbox, alice, asked) -> None:
    alice.aliases()
    sandbox.clear_log()
    sandbox.expire_tokens()

    alice.create_alias("team", "alice@mail.test")

    assert asked() == ["addAlias", "login", "addAlias"]


def test_no_call_is_repeated_more_than_once(sandbox, alice, asked) -> None:
    sandbox.faults({"kind": "refuse", "message": "Session expired", "action": LIST})

    with pytest.raises(Unreachable):
        alice.aliases()

    assert asked() == ["login", LIST, "login", LIST]


def test_a_name_that_sounds_like_a_sign_in_is_only_a_name(sandbox, alice, asked) -> None:
    sandbox.faults({"kind": "refuse", "message": "session@mail.test already exists", "action": "addAlias"})

    with pytest.raises(Exception, match="already exists") as caught:
        alice.create_alias("session", "alice@mail.test")

    assert type(caught.value).__name__ == "NameTaken"
    assert asked() == ["login", "addAlias"]


def test_where_a_token_is_good_for_one_call_each_has_its_own(sandbox, connect) -> None:
    sandbox.build("one-call-tokens")
    alice = connect(options={"sign_in_each_time": "yes"}).mailbox("alice@mail.test")

    assert [alice.is_free("free"), alice.is_free("alias00001")] == [True, False]


def test_a_rejected_sign_in_is_not_tried_again_for_a_while(connect, asked) -> None:
    alice = connect(password="wrong").mailbox("alice@mail.test")
    for _ in range(3):
        with pytest.raises(Unreachable, match="Invalid credentials"):
            alice.aliases()
    before = asked()

    with time_machine.travel(time.time() + 301), pytest.raises(Unreachable):
        alice.aliases()

    assert (before, asked()) == (["login"], ["login", "login"])


@pytest.mark.parametrize("kind", ["wrong-type", "html", "500", "down"])
def test_a_sign_in_without_a_token_is_no_sign_in(sandbox, alice, asked, kind) -> None:
    sandbox.faults({"kind": kind, "action": "login"})

    with pytest.raises(Unreachable):
        alice.aliases()

    assert set(asked()) == {"login"}


def test_a_failed_sign_in_can_be_tried_again_at_once(sandbox, alice) -> None:
    sandbox.faults({"kind": "down", "action": "login", "times": 2})
    with pytest.raises(Unreachable):
        alice.aliases()

    assert len(alice.aliases()) == 6
