"""The envelope, the second host, and what refusals mean and never tell."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.mail import LimitReached, NameTaken, NotFound, PasswordRejected, Refused, Unreachable
from portal.mail.polarismail import wire
from portal.mail.polarismail.wire import NoPermission, Nothing, Unauthorized
from portal.mail.silence import TIMEOUTS

LIST = "getAllAliasesDomain"


def meant(text: str, **sent: str) -> type:
    return type(wire.refusal("do something", text, {"action": "x", **sent}))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Session expired, please log in", Unauthorized),
        ("Invalid token", Unauthorized),
        ("Invalid credentials", Unauthorized),
        ("User not found", NotFound),
        ("The user does not exist", NotFound),
        ("User already exists", NameTaken),
        ("Name is in use", NameTaken),
        ("Password too short", PasswordRejected),
        ("Quota exceeded", LimitReached),
        ("Maximum number of mailboxes reached", LimitReached),
        ("Permission denied", NoPermission),
        ("No aliases", Nothing),
        ("", Nothing),
        ("Something else", Refused),
    ],
)
def test_a_refusal_is_understood_by_its_words(text: str, kind: type) -> None:
    assert meant(text) is kind


@pytest.mark.parametrize("name", ["token", "password", "quota", "exist", "session.team", "no"])
def test_a_name_that_was_sent_is_not_taken_for_the_reason(name: str) -> None:
    assert meant(f"Something is wrong with {name}@mail.test", alias=name, domain="mail.test") is Refused


@given(st.text(min_size=8, alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Zs", "Zl", "Zp"))))
def test_no_error_quotes_a_secret(secret: str) -> None:
    sent = {"password": secret, "token": f"token-{secret}", "username": "alice"}

    error = wire.refusal("do something", f"Bad password {secret} with token-{secret}", {"action": "x", **sent})

    assert secret not in str(error)


def test_no_error_of_a_rejected_sign_in_holds_the_password(sandbox, connect) -> None:
    alice = connect(password="My-Secret-1").mailbox("alice@mail.test")
    sandbox.faults({"kind": "refuse", "message": "Wrong password My-Secret-1 for portal", "action": "login"})

    with pytest.raises(Unreachable) as caught:
        alice.aliases()

    assert "My-Secret-1" not in f"{caught.value!r} {caught.value.__context__!r}"


def test_a_reason_beside_the_data_is_read_too(sandbox, alice) -> None:
    sandbox.build("error-in-message")

    with pytest.raises(NameTaken):
        alice.create_alias("bob", "alice@mail.test")


@pytest.fixture
def with_second(sandbox, connect):
    """Alice's mailbox at an account with two hosts."""
    return connect(options={"second_url": f"{sandbox.second_url}/admin/json.php"}).mailbox("alice@mail.test")


def hosts(sandbox, action):
    return [call["host"] for call in sandbox.calls() if call["action"] == action]


def test_reads_go_to_the_second_host_when_the_first_is_at_fault(sandbox, with_second) -> None:
    sandbox.faults({"kind": "502", "host": "first"})

    found = with_second.aliases()

    assert len(found) == 6
    assert hosts(sandbox, LIST) == ["first", "second"]


@pytest.mark.parametrize("kind", ["html", "down"])
def test_other_failures_stay_at_the_first(sandbox, with_second, kind) -> None:
    sandbox.faults({"kind": kind, "host": "first", "action": LIST, "times": 1})

    with_second.aliases()

    assert hosts(sandbox, LIST) == ["first", "first"]


@pytest.mark.parametrize("kind", ["500", "502", "down"])
def test_changes_never_go_to_the_second_host(sandbox, with_second, kind) -> None:
    sandbox.faults({"kind": kind, "host": "first", "action": "addAlias"})

    with pytest.raises(Unreachable):
        with_second.create_alias("team", "alice@mail.test")

    assert set(hosts(sandbox, "addAlias")) == {"first"}


def test_a_read_is_repeated_once(sandbox, alice) -> None:
    sandbox.faults({"kind": "500", "action": LIST, "times": 1})
    alice.aliases()
    sandbox.faults({"kind": "500", "action": LIST, "times": 2})

    with pytest.raises(Unreachable):
        alice.aliases()


def test_a_read_that_waited_in_vain_is_not_repeated(sandbox, connect, asked) -> None:
    alice = connect(timeout=0.3).mailbox("alice@mail.test")
    alice.lists()
    sandbox.faults({"kind": "slow", "ms": 500, "action": LIST})

    with pytest.raises(Unreachable, match="in time"):
        alice.aliases()
    time.sleep(0.9)

    assert asked().count(LIST) == 1


def test_a_silent_server_is_not_waited_for_by_everybody(sandbox, connect) -> None:
    alice = connect(timeout=0.1).mailbox("alice@mail.test")
    alice.lists()
    sandbox.faults({"kind": "slow", "ms": 20_000, "action": LIST})

    errors = []
    for _ in range(TIMEOUTS + 2):
        with pytest.raises(Unreachable) as caught:
            alice.aliases()
        errors.append(str(caught.value))

    assert "not asked" in errors[-1]


def test_connections_are_kept(sandbox, alice) -> None:
    for _ in range(5):
        alice.aliases()

    assert len({call["port"] for call in sandbox.calls()}) == 1


def test_a_server_that_is_not_there_is_unreachable(sandbox, connect) -> None:
    alice = connect(url="http://127.0.0.1:9/admin/json.php").mailbox("alice@mail.test")

    with pytest.raises(Unreachable):
        alice.aliases()
