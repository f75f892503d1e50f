"""Sign-ins, their renewal, entering a domain, and which variants of a call a server understands."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine

from portal.mail import NewMailbox, NotFound, Refused, Unreachable

SIGN_IN = "auth/authenticate-user"
REFRESH = "auth/refresh-token"
ENTER = "settings/sysadmin/manage-domain/alice.test"
LIST = "settings/domain/list-users"
PAUL = NewMailbox("paul", "Correct-horse-7")


def paths(sandbox) -> list[str]:
    return [call["path"] for call in sandbox.calls()]


def test_one_sign_in_serves_every_call(sandbox, alice) -> None:
    for _ in range(3):
        alice.mailboxes()

    assert paths(sandbox) == [SIGN_IN, LIST, LIST, LIST]


def test_a_read_needs_no_more_than_the_sign_in_before_it(sandbox, alice) -> None:
    alice.aliases()

    assert paths(sandbox) == [SIGN_IN, "settings/domain/aliases"]


def test_a_change_enters_the_domain_once(sandbox, alice) -> None:
    alice.create_mailbox(PAUL)
    alice.change_mailbox("paul", limit=1)

    assert paths(sandbox) == [SIGN_IN, ENTER, "settings/domain/user-put", "settings/domain/post-user"]


def test_two_views_of_a_domain_share_its_token(sandbox, server) -> None:
    server.domain("alice.test").create_mailbox(PAUL)

    server.domain("Alice.Test").change_mailbox("paul", limit=1)

    assert paths(sandbox).count(ENTER) == 1


def test_twenty_threads_sign_in_once(sandbox, alice) -> None:
    with ThreadPoolExecutor(20) as pool:
        answers = [future.result() for future in [pool.submit(alice.mailboxes) for _ in range(20)]]

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

    with ThreadPoolExecutor(20) as pool:
        for future in [pool.submit(alice.mailboxes) for _ in range(20)]:
            future.result()

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


def test_a_change_refused_with_401_is_done_once_with_a_new_token(sandbox, alice) -> None:
    alice.create_mailbox(PAUL)
    sandbox.clear_log()
    sandbox.expire_tokens()

    alice.change_mailbox("paul", display_name="Paul")

    assert paths(sandbox) == ["settings/domain/post-user", ENTER, REFRESH, ENTER, "settings/domain/post-user"]
    assert alice.mailbox("paul").display_name == "Paul"


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


def test_a_domain_that_does_not_exist_is_not_found(server) -> None:
    with pytest.raises(NotFound):
        server.domain("nowhere.test").create_mailbox(PAUL)


def test_a_server_that_ignores_the_header_is_asked_with_the_domains_token(sandbox, alice) -> None:
    sandbox.build("100.no-header")
    alice.mailboxes()
    sandbox.clear_log()

    mailboxes = alice.mailboxes()

    assert len(mailboxes) == 4
    assert paths(sandbox) == [LIST]


@pytest.mark.parametrize("kind", ["401", "403", "404", "refuse"])
def test_a_refused_header_is_remembered(sandbox, alice, kind) -> None:
    times = 3 if kind == "401" else 1
    sandbox.faults({"path": LIST, "kind": kind, "when": "before", "times": times, "message": "DOMAIN_UNKNOWN"})
    alice.mailboxes()
    sandbox.clear_log()
    sandbox.build("100.no-header")

    alice.mailboxes()

    assert paths(sandbox) == [LIST]


def test_a_missing_mailbox_does_not_make_the_header_look_refused(sandbox, alice) -> None:
    with pytest.raises(NotFound):
        alice.mailbox("nobody")
    alice.mailbox("admin")
    sandbox.clear_log()
    sandbox.expire_tokens()

    alice.mailbox("admin")

    assert REFRESH in paths(sandbox)
    assert ENTER not in paths(sandbox)


def test_a_variant_that_worked_is_tried_first_from_then_on(sandbox, alice) -> None:
    sandbox.build("100.no-list-users")
    alice.mailboxes()
    sandbox.clear_log()

    alice.mailboxes()

    assert paths(sandbox) == ["settings/domain/account-search-quick"]


def test_a_server_that_was_upgraded_is_understood_again(sandbox, alice) -> None:
    sandbox.build("100.old")
    alice.create_mailbox(PAUL)
    alice.change_mailbox("paul", limit=1)
    sandbox.build("100.new")

    alice.change_mailbox("paul", limit=2)

    assert alice.mailbox("paul").limit == 2


def test_routes_that_are_all_missing_are_no_proof_that_the_mailbox_is(scripted, scripted_alice) -> None:
    with pytest.raises(Unreachable):
        scripted_alice.mailbox("marie")


def test_a_route_that_is_known_to_exist_proves_that_the_mailbox_is_missing(scripted, scripted_alice) -> None:
    user = {"emailAddress": "marie@alice.test", "maxMailboxSize": 0}
    scripted.answers["settings/domain/get-user"] = (200, {"success": True, "userData": user})
    scripted_alice.mailbox("marie")
    scripted.answers["settings/domain/get-user"] = (404, {"success": False, "message": ""})

    with pytest.raises(NotFound):
        scripted_alice.mailbox("marie")


@pytest.mark.parametrize("name", ["..", "alice.test/../bob.test", "alice", "", "alice.test\r\nX: y", "ålice.test"])
def test_what_is_no_domain_name_never_gets_into_an_address(server, name) -> None:
    with pytest.raises(Refused):
        server.domain(name)
