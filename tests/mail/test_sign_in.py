"""The portal's own sign-in: shared, renewed before it ends, and never tried again once it was rejected."""

import time

import pytest
import time_machine

from portal.mail import Unreachable
from tests.at_once import at_once
from tests.mail.log import paths

SIGN_IN = "auth/authenticate-user"
REFRESH = "auth/refresh-token"
LIST = "settings/domain/list-users"


def test_one_sign_in_serves_every_call(sandbox, alice) -> None:
    for _ in range(3):
        alice.mailboxes()

    assert paths(sandbox) == [SIGN_IN, LIST, LIST, LIST]


def test_twenty_threads_sign_in_once(sandbox, alice) -> None:
    answers = at_once(20, lambda _number: alice.mailboxes())

    assert len(answers) == 20
    assert paths(sandbox).count(SIGN_IN) == 1


def test_an_expired_token_is_refreshed_and_the_read_answered(sandbox, alice) -> None:
    alice.mailboxes()
    sandbox.clear_log()
    sandbox.expire_tokens()

    mailboxes = alice.mailboxes()

    assert len(mailboxes) == 4
    assert paths(sandbox) == [LIST, REFRESH, LIST]


def test_twenty_threads_refresh_an_expired_token_once(sandbox, alice) -> None:
    alice.mailboxes()
    sandbox.clear_log()
    sandbox.expire_tokens()

    at_once(20, lambda _number: alice.mailboxes())

    assert paths(sandbox).count(REFRESH) == 1
    assert paths(sandbox).count(SIGN_IN) == 0


def test_when_the_refresh_token_is_gone_too_the_client_signs_in(sandbox, alice) -> None:
    alice.mailboxes()
    sandbox.clear_log()
    sandbox.expire_tokens(refresh=True)

    alice.mailboxes()

    assert paths(sandbox) == [LIST, REFRESH, SIGN_IN, LIST]


def test_a_refresh_token_that_was_refused_is_not_sent_again(sandbox, alice) -> None:
    alice.mailboxes()
    sandbox.expire_tokens(refresh=True)
    sandbox.faults({"path": SIGN_IN, "kind": "down", "when": "before", "times": None})
    for _ in range(2):
        with pytest.raises(Unreachable):
            alice.mailboxes()

    assert paths(sandbox).count(REFRESH) == 1


def test_a_token_is_renewed_before_it_ends(sandbox, alice) -> None:
    alice.mailboxes()
    sandbox.clear_log()

    with time_machine.travel(time.time() + 14.5 * 60):
        alice.mailboxes()

    assert paths(sandbox) == [REFRESH, LIST]


def test_a_clock_that_differs_costs_no_renewal_at_each_call(sandbox, connect) -> None:
    with time_machine.travel(time.time() + 86400):
        alice = connect().domain("alice.test")
        for _ in range(3):
            alice.mailboxes()

    assert paths(sandbox) == [SIGN_IN, LIST, LIST, LIST]


def test_a_server_that_never_accepts_the_token_is_given_up(sandbox, server) -> None:
    sandbox.faults({"path": "settings/sysadmin/domain-names", "kind": "401", "when": "before", "times": None})

    with pytest.raises(Unreachable):
        server.has_domain("alice.test")

    asked = "settings/sysadmin/domain-names"
    assert paths(sandbox) == [SIGN_IN, asked, REFRESH, asked, SIGN_IN, asked]


def test_a_rejected_sign_in_is_not_tried_again(sandbox, connect) -> None:
    alice = connect(password="wrong-canary").domain("alice.test")

    for _ in range(3):
        with pytest.raises(Unreachable, match="not tried again until its credentials are changed") as caught:
            alice.mailboxes()

    assert paths(sandbox) == [SIGN_IN]
    assert "canary" not in str(caught.value)


def test_new_credentials_are_tried_at_once(sandbox, connect) -> None:
    with pytest.raises(Unreachable):
        connect(password="wrong").check()

    assert "Signed in" in connect().check()


def test_a_sign_in_refused_for_another_reason_is_held_back_for_a_while(sandbox, server) -> None:
    sandbox.faults({"path": SIGN_IN, "kind": "401", "when": "before", "times": 1, "message": "IP_BLOCKED"})
    for _ in range(2):
        with pytest.raises(Unreachable, match="not tried again for 15 minutes"):
            server.check()
    sandbox.clear_log()

    with time_machine.travel(time.time() + 901):
        server.check()

    assert paths(sandbox)[0] == SIGN_IN


def test_a_sign_in_whose_answer_was_lost_is_not_repeated_by_itself(sandbox, server) -> None:
    sandbox.faults({"path": SIGN_IN, "kind": "down", "when": "after", "times": None})

    with pytest.raises(Unreachable):
        server.check()

    assert paths(sandbox) == [SIGN_IN]


def test_after_a_lost_answer_the_next_request_signs_in(sandbox, server) -> None:
    sandbox.faults({"path": SIGN_IN, "kind": "down", "when": "before", "times": 1})
    with pytest.raises(Unreachable):
        server.check()

    assert "Signed in" in server.check()


@pytest.mark.parametrize("build", ["100.new", "100.old"])
def test_a_two_step_account_is_refused_with_the_reason(sandbox, server, build) -> None:
    sandbox.build(build)
    sandbox.two_step(sandbox.username, "rfc6238")

    with pytest.raises(Unreachable, match="two-step verification is on"):
        server.check()


def test_an_account_that_must_change_its_password_is_refused_with_the_reason(scripted, scripted_server) -> None:
    scripted.answers[SIGN_IN] = (
        200,
        {"success": True, "accessToken": "step", "refreshToken": "", "changePasswordNeeded": True},
    )

    with pytest.raises(Unreachable, match="change its password"):
        scripted_server.check()


def test_an_account_that_is_no_system_administrator_is_refused(sandbox, connect) -> None:
    sandbox.mailbox("alice.test", "someone", password="Correct-horse-7")

    with pytest.raises(Unreachable, match="no system administrator"):
        connect(username="someone@alice.test", password="Correct-horse-7").check()


def test_an_address_without_the_api_is_no_rejected_password(scripted, scripted_server) -> None:
    del scripted.answers[SIGN_IN]

    with pytest.raises(Unreachable, match="no SmarterMail API"):
        scripted_server.check()
