"""Whose token goes along, and which variant of a call a server turned out to understand."""

import pytest

from portal.mail import NewMailbox, NotFound, Refused, Unreachable
from tests.mail.log import paths

SIGN_IN = "auth/authenticate-user"
REFRESH = "auth/refresh-token"
ENTER = "settings/sysadmin/manage-domain/alice.test"
LIST = "settings/domain/list-users"
PAUL = NewMailbox("paul", "Correct-horse-7")


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


def test_a_change_refused_with_401_is_done_once_with_a_new_token(sandbox, alice) -> None:
    alice.create_mailbox(PAUL)
    sandbox.clear_log()
    sandbox.expire_tokens()

    alice.change_mailbox("paul", display_name="Paul")

    assert paths(sandbox) == ["settings/domain/post-user", ENTER, REFRESH, ENTER, "settings/domain/post-user"]
    assert alice.mailbox("paul").display_name == "Paul"


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
