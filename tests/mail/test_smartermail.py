"""Every operation on a mail domain against the sandbox, and what each kind of failure makes of it."""

from datetime import UTC, datetime

import pytest

from portal.mail import (
    NEVER,
    Alias,
    DomainService,
    LimitReached,
    Mailbox,
    MailError,
    MailServer,
    NameTaken,
    NewMailbox,
    NotFound,
    PasswordRejected,
    PasswordRules,
    Refused,
    Unreachable,
)

PASSWORD = "Correct-horse-7"
MARIE = NewMailbox("Marie.Dupont", PASSWORD, "Marie Dupont", 5_368_709_120)
BUILDS = [
    "100.new",
    "100.old",
    "100.posted-reads",
    "100.path-reads",
    "100.no-list-users",
    "100.null-targets",
    "100.users-delete",
    "100.no-header",
    "100.polite",
    "100.lists-inactive",
]
READS = {
    "figures": ("settings/sysadmin/domain/", lambda domain: domain.figures()),
    "mailboxes": ("settings/domain/list-users", lambda domain: domain.mailboxes()),
    "mailbox": ("settings/domain/get-user", lambda domain: domain.mailbox("admin")),
    "aliases": ("settings/domain/aliases", lambda domain: domain.aliases()),
    "activesync": ("settings/domain/active-sync-mailboxes", lambda domain: domain.activesync()),
    "mapi": ("settings/domain/mapi-ews-mailboxes", lambda domain: domain.mapi()),
}
CHANGES = {
    "create": ("settings/domain/user-put", lambda domain: domain.create_mailbox(NewMailbox("paul", PASSWORD))),
    "change": ("settings/domain/post-user", lambda domain: domain.change_mailbox("marie", limit=1)),
    "password": ("settings/domain/post-user", lambda domain: domain.set_password("marie", PASSWORD)),
    "delete": ("settings/domain/account-list-delete", lambda domain: domain.delete_mailbox("marie")),
}
each_read = pytest.mark.parametrize(("path", "read"), READS.values(), ids=READS)
each_change = pytest.mark.parametrize(("path", "change"), CHANGES.values(), ids=CHANGES)


def names(domain: DomainService) -> set[str]:
    return {mailbox.name for mailbox in domain.mailboxes()}


def statuses(sandbox, path: str) -> list[int | None]:
    return [call["status"] for call in sandbox.calls() if call["path"].startswith(path)]


@pytest.fixture
def marie(sandbox) -> None:
    sandbox.mailbox("alice.test", "marie", password=PASSWORD, display_name="Marie", limit=1000, used=10)


def test_the_client_is_what_the_portal_asks_for(server, alice) -> None:
    mail_server: MailServer = server
    domain: DomainService = alice

    assert mail_server.domain("alice.test").name == domain.name == "alice.test"


@pytest.mark.parametrize("build", BUILDS)
def test_a_mailbox_lives_its_whole_life_on_every_build(sandbox, alice, build) -> None:
    sandbox.build(build)

    alice.create_mailbox(MARIE)
    made = alice.mailbox("marie.dupont")
    alice.change_mailbox("marie.dupont", display_name="M. Dupont", limit=0)
    alice.set_password("marie.dupont", "Another-horse-8")
    changed = alice.mailbox("marie.dupont")
    listed = names(alice)
    alice.delete_mailbox("marie.dupont")

    assert (made.address, made.display_name, made.limit) == ("marie.dupont@alice.test", "Marie Dupont", 5_368_709_120)
    assert (changed.display_name, changed.limit) == ("M. Dupont", 0)
    assert "marie.dupont" in listed
    assert "marie.dupont" not in names(alice)


@pytest.mark.parametrize("build", BUILDS)
def test_every_build_tells_the_same_about_a_domain(sandbox, alice, build) -> None:
    sandbox.mailbox("alice.test", "Marie", display_name="M", limit=99, used=50, last_login="2026-02-03T04:05:06Z")
    sandbox.build(build)

    figures, aliases = alice.figures(), alice.aliases()
    marie = next(mailbox for mailbox in alice.mailboxes() if mailbox.name == "marie")

    assert (figures.mailboxes, figures.aliases) == (5, 2)
    assert (marie.display_name, marie.limit, marie.used, marie.enabled) == ("M", 99, 50, True)
    assert marie.last_login == datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)
    assert aliases[0] == Alias("alias00001@alice.test", ("adele.arnaud@alice.test",))
    assert alice.activesync() == alice.mapi() == {"adele.arnaud@alice.test"}


def test_a_created_mailbox_can_sign_in(alice, elsewhere) -> None:
    alice.create_mailbox(MARIE)

    assert elsewhere.accepts("marie.dupont@alice.test", PASSWORD)


@pytest.mark.parametrize("name", ["adele.arnaud", "alias00001", "ADELE.Arnaud"])
def test_a_name_that_a_mailbox_or_alias_has_is_taken(alice, name) -> None:
    with pytest.raises(NameTaken):
        alice.create_mailbox(NewMailbox(name, PASSWORD))


def test_a_password_too_short_for_the_server_is_rejected_by_its_rule(alice) -> None:
    with pytest.raises(PasswordRejected) as caught:
        alice.create_mailbox(NewMailbox("paul", "x"))

    assert caught.value.rule == "length"


def test_a_name_that_the_server_does_not_accept_is_refused(alice) -> None:
    with pytest.raises(Refused):
        alice.create_mailbox(NewMailbox("no spaces", PASSWORD))


def test_the_servers_own_limit_is_told_apart(sandbox, alice) -> None:
    sandbox.faults({"path": "settings/domain/user-put", "kind": "refuse400", "message": "USERS_LIMIT_EXCEEDED|3"})

    with pytest.raises(LimitReached):
        alice.create_mailbox(MARIE)


@pytest.mark.usefixtures("marie")
def test_changing_the_limit_leaves_the_rest_alone(alice, elsewhere) -> None:
    alice.change_mailbox("marie", limit=2000)

    marie = alice.mailbox("marie")
    assert (marie.limit, marie.display_name) == (2000, "Marie")
    assert elsewhere.accepts("marie@alice.test", PASSWORD)


@pytest.mark.usefixtures("marie")
def test_a_display_name_can_be_emptied(alice) -> None:
    alice.change_mailbox("marie", display_name="")

    assert alice.mailbox("marie").display_name == ""


def test_changing_nothing_asks_nothing(sandbox, alice) -> None:
    alice.change_mailbox("marie")

    assert sandbox.calls() == []


@pytest.mark.parametrize("build", ["100.new", "100.old", "100.polite"])
def test_a_missing_mailbox_is_not_found_by_any_operation(sandbox, alice, build) -> None:
    sandbox.build(build)

    for operation in (
        lambda: alice.mailbox("nobody"),
        lambda: alice.change_mailbox("nobody", limit=1),
        lambda: alice.set_password("nobody", PASSWORD),
        lambda: alice.delete_mailbox("nobody"),
    ):
        with pytest.raises(NotFound):
            operation()


@pytest.mark.usefixtures("marie")
def test_a_new_password_ends_the_mailboxs_sessions(sandbox, alice, elsewhere) -> None:
    elsewhere.accepts("marie@alice.test", PASSWORD)

    confirmed = alice.set_password("marie", "Another-horse-8")

    assert confirmed is True
    assert sandbox.sessions("marie@alice.test") == []
    assert elsewhere.accepts("marie@alice.test", "Another-horse-8")
    assert not elsewhere.accepts("marie@alice.test", PASSWORD)


@pytest.mark.usefixtures("marie")
@pytest.mark.parametrize("path", ["settings/domain/kill-user-sessions", "settings/domain/drop-user-connections"])
@pytest.mark.parametrize("kind", ["404", "refuse", "500", "down"])
def test_sessions_that_were_not_confirmed_to_end_are_not_reported_as_ended(
    sandbox, alice, elsewhere, path, kind
) -> None:
    sandbox.faults({"path": path, "kind": kind, "when": "before", "times": None})

    confirmed = alice.set_password("marie", "Another-horse-8")

    assert confirmed is False
    assert elsewhere.accepts("marie@alice.test", "Another-horse-8")


@pytest.mark.usefixtures("marie")
def test_a_password_that_was_refused_ends_no_session(sandbox, alice, elsewhere) -> None:
    elsewhere.accepts("marie@alice.test", PASSWORD)

    with pytest.raises(PasswordRejected):
        alice.set_password("marie", "x")

    assert len(sandbox.sessions("marie@alice.test")) == 1


def test_deleting_never_takes_an_alias_of_that_name(sandbox, alice) -> None:
    with pytest.raises(NotFound):
        alice.delete_mailbox("alias00001")

    assert len(alice.aliases()) == 2


def test_the_primary_admin_cannot_be_deleted(alice) -> None:
    with pytest.raises(Refused):
        alice.delete_mailbox("admin")


@pytest.mark.usefixtures("marie")
def test_a_deletion_whose_answer_was_lost_is_found_done_when_repeated(sandbox, alice) -> None:
    sandbox.faults({"path": "settings/domain/account-list-delete", "kind": "down", "when": "after", "times": 1})
    with pytest.raises(Unreachable):
        alice.delete_mailbox("marie")

    with pytest.raises(NotFound):
        alice.delete_mailbox("marie")


@pytest.mark.usefixtures("marie")
@pytest.mark.parametrize("kind", ["down", "500", "html", "cut"])
def test_a_failed_confirmation_deletes_nothing(sandbox, alice, kind) -> None:
    sandbox.faults({"path": "settings/domain/get-user", "kind": kind, "when": "before", "times": None})

    with pytest.raises(Unreachable):
        alice.delete_mailbox("marie")

    assert statuses(sandbox, "settings/domain/account-list-delete") == []


@each_read
@pytest.mark.parametrize("kind", ["down", "500", "html", "cut", "401"])
def test_a_failed_read_is_never_an_empty_answer(sandbox, alice, path, read, kind) -> None:
    sandbox.faults({"path": path, "kind": kind, "when": "before", "times": None})

    with pytest.raises(Unreachable):
        read(alice)


@each_read
@pytest.mark.parametrize("kind", ["refuse", "refuse400", "403"])
def test_a_refused_read_is_never_an_empty_answer(sandbox, alice, path, read, kind) -> None:
    everything = "*" if path == READS["figures"][0] else path
    alice.mailboxes()
    alice.create_mailbox(NewMailbox("paul", PASSWORD))
    sandbox.faults({"path": everything, "kind": kind, "when": "before", "times": None, "message": "NOT_NOW"})

    with pytest.raises(Refused):
        read(alice)


@each_read
@pytest.mark.parametrize("kind", ["down", "500", "html", "cut"])
def test_a_read_that_fails_once_succeeds(sandbox, alice, path, read, kind) -> None:
    sandbox.faults({"path": path, "kind": kind, "when": "before", "times": 1})

    assert read(alice)


@each_read
def test_a_read_over_a_token_that_ended_in_the_middle_succeeds(sandbox, alice, path, read) -> None:
    alice.mailboxes()
    sandbox.expire_tokens()

    assert read(alice)


@pytest.mark.usefixtures("marie")
@each_change
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", ["down", "500", "html", "cut"])
def test_a_change_whose_answer_was_lost_is_unknown_and_sent_once(sandbox, alice, path, change, kind, when) -> None:
    sandbox.faults({"path": path, "kind": kind, "when": when, "times": None})

    with pytest.raises(Unreachable):
        change(alice)

    assert len(statuses(sandbox, path)) == 1


@pytest.mark.usefixtures("marie")
@each_change
@pytest.mark.parametrize("kind", ["refuse", "refuse400", "403"])
def test_a_refused_change_is_refused(sandbox, alice, path, change, kind) -> None:
    sandbox.faults({"path": path, "kind": kind, "when": "before", "times": None, "message": "NOT_NOW"})

    with pytest.raises(Refused):
        change(alice)


@pytest.mark.usefixtures("marie")
@each_change
def test_a_change_over_a_token_that_ended_in_the_middle_is_done(sandbox, alice, path, change) -> None:
    alice.change_mailbox("marie", limit=7)
    sandbox.clear_log()
    sandbox.expire_tokens()

    change(alice)

    assert statuses(sandbox, path).count(200) == 1


@pytest.mark.parametrize("ask", [READS["mailboxes"][1], CHANGES["create"][1]], ids=["read", "change"])
def test_a_slow_server_is_given_up_in_time(sandbox, connect, ask) -> None:
    alice = connect(timeout=0.3).domain("alice.test")
    sandbox.faults({"path": "settings/domain/", "kind": "slow", "when": "before", "times": None, "ms": 700})

    with pytest.raises(Unreachable, match="in time"):
        ask(alice)


def test_a_server_that_is_gone_is_unreachable(sandbox, connect) -> None:
    alice = connect(url="http://127.0.0.1:1").domain("alice.test")

    with pytest.raises(Unreachable):
        alice.mailboxes()


def test_a_list_of_another_domain_is_not_shown(scripted, scripted_alice) -> None:
    bob = {"emailAddress": "bob@bob.test", "maxMailboxSize": 0}
    scripted.answers["settings/domain/list-users"] = (200, {"success": True, "userData": [bob]})

    with pytest.raises(Unreachable):
        scripted_alice.mailboxes()


@pytest.mark.parametrize("user", [None, 1, "marie", ["marie"]])
def test_a_list_with_something_else_in_it_is_not_shown(scripted, scripted_alice, user) -> None:
    marie = {"emailAddress": "marie@alice.test", "maxMailboxSize": 0}
    scripted.answers["settings/domain/list-users"] = (200, {"success": True, "userData": [marie, user]})

    with pytest.raises(Unreachable):
        scripted_alice.mailboxes()


def test_one_mailbox_with_odd_flags_does_not_cost_the_list(scripted, scripted_alice) -> None:
    odd = [
        {"userName": f"m{number}", "maxMailboxSize": None, "securityFlags": flags}
        for number, flags in enumerate([None, {"isDisabled": True}, "none", []])
    ]
    scripted.answers["settings/domain/list-users"] = (200, {"success": True, "userData": odd})

    assert [mailbox.enabled for mailbox in scripted_alice.mailboxes()] == [True, False, True, True]


def test_a_mailbox_reads_the_same_alone_as_in_the_list(scripted, scripted_alice) -> None:
    marie = {
        "userName": "Marie",
        "fullName": None,
        "currentMailboxSize": "2048",
        "maxMailboxSize": 4096.0,
        "lastLoginTime": None,
        "securityFlags": {"isDomainAdmin": True, "new": 1},
    }
    scripted.answers["settings/domain/list-users"] = (200, {"success": True, "userData": [marie]})
    scripted.answers["settings/domain/get-user"] = (200, {"success": True, "userData": marie})

    listed = scripted_alice.mailboxes()

    assert listed == [scripted_alice.mailbox("marie")]
    assert listed == [Mailbox("marie@alice.test", "", 2048, 4096, NEVER, enabled=True, domain_admin=True)]


def test_the_wrong_mailbox_is_not_shown(scripted, scripted_alice) -> None:
    other = {"emailAddress": "marie-anne@alice.test", "maxMailboxSize": 0}
    scripted.answers["settings/domain/get-user"] = (200, {"success": True, "userData": other})

    with pytest.raises(Unreachable):
        scripted_alice.mailbox("marie")


def test_a_large_domain_is_searched_page_by_page(sandbox, alice, server) -> None:
    sandbox.domain("large.test", mailboxes=2345)
    sandbox.build("100.no-list-users")

    mailboxes = server.domain("large.test").mailboxes()

    assert len({mailbox.address for mailbox in mailboxes}) == 2346
    assert statuses(sandbox, "settings/domain/account-search-quick") == [200, 200, 200]


def test_a_search_that_repeats_its_first_page_is_given_up(scripted, scripted_alice) -> None:
    page = [{"userName": f"m{number}", "bytesAllowed": None} for number in range(1000)]
    scripted.answers["settings/domain/account-search-quick"] = (200, {"success": True, "users": page})

    with pytest.raises(Unreachable):
        scripted_alice.mailboxes()


def test_too_many_aliases_to_ask_for_one_by_one_are_unknown(sandbox, server) -> None:
    sandbox.domain("large.test", mailboxes=1, aliases=101)
    sandbox.build("100.null-targets")

    with pytest.raises(Unreachable):
        server.domain("large.test").aliases()


def test_figures_tell_what_the_server_counts(sandbox, alice) -> None:
    sandbox.mailbox("alice.test", "marie", used=123)
    before = alice.figures()

    sandbox.mailbox("alice.test", "paul", used=1000)

    after = alice.figures()
    assert (after.mailboxes, after.used) == (before.mailboxes + 1, (before.used or 0) + 1000)


def test_password_rules_are_read_from_the_server(alice) -> None:
    assert alice.password_rules() == PasswordRules(min_length=5)


def test_password_rules_that_the_server_does_not_tell_are_none(scripted_alice) -> None:
    assert scripted_alice.password_rules() is None


def test_check_tells_role_and_version(server) -> None:
    assert server.check() == "Signed in as a system administrator at version 100.0.9742; domains: 2."


def test_check_passes_without_a_version(sandbox, server) -> None:
    sandbox.faults({"path": "settings/sysadmin/get-version", "kind": "404", "times": None})

    assert server.check() == "Signed in as a system administrator; domains: 2."


def test_check_proves_the_role(sandbox, server) -> None:
    sandbox.faults({"path": "settings/sysadmin/domain-names", "kind": "403", "times": None})

    with pytest.raises(Refused):
        server.check()


def test_a_domain_exists_or_not(server) -> None:
    assert server.has_domain("ALICE.test")
    assert not server.has_domain("nowhere.test")


@pytest.mark.parametrize("kind", ["down", "500", "html", "404"])
def test_whether_a_domain_exists_is_unknown_when_the_server_fails(sandbox, server, kind) -> None:
    sandbox.faults({"path": "*", "kind": kind, "times": None})

    with pytest.raises(Unreachable):
        server.has_domain("alice.test")


def test_a_domains_admin_is_recognised(sandbox, server) -> None:
    made = sandbox.domain("carol.test", admin="boss", admin_password=PASSWORD)

    assert made["admin"] == "boss"
    assert server.is_domain_admin("carol.test", "boss", PASSWORD)
    assert server.is_domain_admin("carol.test", "boss@carol.test", PASSWORD)


@pytest.mark.usefixtures("marie")
def test_an_ordinary_mailbox_is_no_domain_admin(server) -> None:
    assert not server.is_domain_admin("alice.test", "marie", PASSWORD)


def test_an_admin_of_another_domain_is_not_even_tried(sandbox, server) -> None:
    sandbox.domain("carol.test", admin="boss", admin_password=PASSWORD)

    assert not server.is_domain_admin("alice.test", "boss@carol.test", PASSWORD)
    assert sandbox.calls() == []


def test_a_wrong_admin_password_is_tried_once(sandbox, server) -> None:
    assert not server.is_domain_admin("alice.test", "admin", "wrong")
    assert statuses(sandbox, "auth/authenticate-user") == [401]


def test_a_server_without_the_api_cannot_tell_who_is_an_admin(scripted, scripted_server) -> None:
    del scripted.answers["auth/authenticate-user"]

    with pytest.raises(Unreachable):
        scripted_server.is_domain_admin("alice.test", "admin", PASSWORD)


def test_an_admin_with_two_step_verification_is_refused_with_the_reason(sandbox, server) -> None:
    sandbox.domain("carol.test", admin="boss", admin_password=PASSWORD)
    sandbox.two_step("boss@carol.test", "rfc6238")

    with pytest.raises(Refused, match="two-step"):
        server.is_domain_admin("carol.test", "boss", PASSWORD)


def test_no_error_text_holds_a_secret(sandbox, connect) -> None:
    canary = "Canary-7-password"
    alice = connect().domain("alice.test")
    texts = []

    for kind in ("down", "500", "html", "cut", "refuse", "refuse400", "401", "403", "404"):
        sandbox.faults({"path": "settings/domain/", "kind": kind, "when": "after", "message": f"no: {canary}"})
        try:
            alice.create_mailbox(NewMailbox("paul", canary))
        except MailError as error:
            texts.append(f"{error!r} {error.__cause__!r} {error.__context__!r}")

    assert len(texts) > 5
    assert canary not in "".join(texts)


def test_a_client_and_a_new_mailbox_do_not_show_their_passwords(server, sandbox) -> None:
    assert sandbox.password not in f"{server!r} {vars(server)!r}"
    assert PASSWORD not in repr(MARIE)
