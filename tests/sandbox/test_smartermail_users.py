"""Mailboxes of the SmarterMail sandbox: lists, creation, changes, passwords, deletion."""

import pytest

from portal.sandbox.smartermail.defaults import NEVER

SEARCH = {
    "search": None,
    "searchFlags": ["users"],
    "skip": 0,
    "take": 100,
    "sortField": "userName",
    "sortDescending": False,
}
MARIE = {"userName": "marie", "password": "Marie-Pass-1", "fullName": "Marie Dupont", "maxMailboxSize": 5368709120}


def put(caller, **data):
    return caller.post("settings/domain/user-put", {"userData": MARIE | data})


def post(caller, email="marie@alice.test", **data):
    return caller.post("settings/domain/post-user", {"email": email, "userData": data})


def user(caller, email="marie@alice.test"):
    return caller.post("settings/domain/get-user", {"email": email}).json()["userData"]


def delete(caller, *names):
    return caller.post("settings/domain/account-list-delete", {"input": list(names)})


def test_the_list_has_every_mailbox_with_size_limit_and_last_sign_in(alice, sandbox):
    sandbox.mailbox("alice.test", "Marie", display_name="Marie", used=12, limit=34, last_login="2026-05-01T10:00:00Z")

    listed = alice.get("settings/domain/list-users").json()["userData"]

    row = next(row for row in listed if row["userName"] == "Marie")
    assert len(listed) == 5
    assert row == row | {
        "emailAddress": "Marie@alice.test",
        "fullName": "Marie",
        "currentMailboxSize": 12,
        "maxMailboxSize": 34,
        "lastLoginTime": "2026-05-01T10:00:00Z",
        "isPrimaryDomainAdmin": False,
    }


def test_the_system_admin_lists_the_mailboxes_too(admin):
    users = admin.get("settings/sysadmin/list-users/alice.test").json()["userData"]
    names = admin.get("settings/sysadmin/list-usernames/alice.test").json()["usernames"]

    assert [row["userName"] for row in users] == names


def test_a_quick_search_tells_sizes_and_no_limit_as_null(alice):
    rows = alice.post("settings/domain/account-search-quick", SEARCH).json()["users"]

    assert rows[0] == {
        "userName": "adele.arnaud",
        "displayName": "Adele Arnaud",
        "bytesUsed": 0,
        "bytesAllowed": None,
        "status": "Enabled",
        "lastLoginTime": "2026-01-01T08:00:00Z",
    }


def test_a_search_finds_sorts_and_pages(alice):
    wanted = SEARCH | {"search": "ARNAUD", "skip": 1, "take": 1, "sortDescending": True}

    rows = alice.post("settings/domain/account-search-quick", wanted).json()["users"]

    assert [row["userName"] for row in rows] == ["bruno.arnaud"]


@pytest.mark.parametrize("missing", ["search", "skip", "take", "sortField", "sortDescending"])
@pytest.mark.parametrize("path", ["account-search-quick", "account-list-search"])
def test_a_search_that_leaves_a_key_out_is_refused(alice, path, missing):
    wanted = {key: value for key, value in SEARCH.items() if key != missing}

    answer = alice.post(f"settings/domain/{path}", wanted)

    assert (answer.status_code, answer.json()["message"]) == (400, "Invalid input parameters")


@pytest.mark.parametrize(("flags", "types"), [(["users"], {0, 1}), (["aliases"], {4}), ([], {0, 1, 4})])
def test_a_list_search_tells_users_and_aliases_apart(alice, flags, types):
    rows = alice.post("settings/domain/account-list-search", SEARCH | {"searchFlags": flags}).json()["results"]

    assert {row["accountType"] for row in rows} == types
    assert all("aliasTargetList" not in row for row in rows)


def test_a_mailbox_is_created_and_can_sign_in(alice, nobody):
    answer = put(alice)

    assert answer.json()["success"] is True
    assert user(alice) == user(alice) | {
        "userName": "marie",
        "fullName": "Marie Dupont",
        "emailAddress": "marie@alice.test",
        "maxMailboxSize": 5368709120,
        "currentMailboxSize": 0,
        "lastLoginTime": NEVER,
    }
    assert nobody.sign_in("marie@alice.test", "Marie-Pass-1")


def test_a_mailbox_is_created_with_mail_settings_and_forwarding(alice):
    body = {
        "userData": MARIE,
        "userMailSettings": {"isEnabled": True, "canReceiveMail": True, "enableMailForwarding": True},
        "forwardList": {"forwardList": ["x@example.net"], "keepRecipients": False, "deleteOnForward": True},
    }
    alice.post("settings/domain/user-put", body)

    mail = alice.post("settings/domain/get-user-mail", {"email": "marie@alice.test"}).json()["userMailSettings"]
    forwards = alice.get("settings/domain/mailbox-forward-list/marie@alice.test").json()["mailboxForwardList"]

    assert mail["enableMailForwarding"] is True
    assert (forwards["forwardList"], forwards["deleteOnForward"]) == (["x@example.net"], True)


def test_a_left_out_limit_is_the_default_of_the_domain(alice):
    alice.post("settings/domain/user-defaults", {"maxMailboxSize": 1048576})

    alice.post("settings/domain/user-put", {"userData": {"userName": "marie", "password": "Marie-Pass-1"}})

    assert user(alice)["maxMailboxSize"] == 1048576


@pytest.mark.parametrize("name", ["admin", "ADMIN", "alias00001"])
def test_a_name_of_a_mailbox_or_an_alias_is_taken(alice, name):
    answers = [put(alice, userName=name), alice.get(f"settings/domain/email-alias-does-not-exists/{name}")]

    assert [(a.status_code, a.json()["message"]) for a in answers] == [(400, "USER_ADD_ERROR_NAME_IN_USE")] * 2


def test_a_free_name_is_told_to_be_free(alice):
    assert alice.get("settings/domain/email-alias-does-not-exists/marie").json()["success"] is True


@pytest.mark.parametrize("name", ["", "ma rie", "marie@bob.test", "marie@"])
def test_a_name_that_is_none_is_refused(alice, name):
    assert put(alice, userName=name).json()["message"] == "USER_ADD_ERROR_INVALID_NAME"


@pytest.mark.parametrize("data", [{"username": "x"}, {"maxMailboxSize": "5"}, {"maxMailboxSize": True}])
def test_a_field_that_is_unknown_or_of_the_wrong_kind_is_refused(alice, data):
    assert put(alice, **data).json()["message"] == "Invalid input parameters"


def test_one_mailbox_more_than_the_limit_is_refused(alice, admin):
    admin.post("settings/sysadmin/domain-settings/alice.test", {"domainSettings": {"maxUsers": 4}})

    answer = put(alice)

    assert (answer.status_code, answer.json()["message"]) == (400, "USER_LIMIT_EXCEEDED|4")


def test_a_mailbox_larger_than_the_domain_is_refused(alice, admin):
    admin.post("settings/sysadmin/domain-settings/alice.test", {"domainSettings": {"maxSize": 1000}})

    answers = [put(alice, maxMailboxSize=1001), post(alice, "adele.arnaud@alice.test", maxMailboxSize=1001)]

    assert {answer.json()["message"] for answer in answers} == {"MAILBOX_SIZE_LIMIT_EXCEEDED|1000"}


def test_a_change_leaves_what_it_does_not_name(alice):
    put(alice)

    post(alice, fullName="Marie Curie")

    assert (user(alice)["fullName"], user(alice)["maxMailboxSize"]) == ("Marie Curie", 5368709120)


def test_the_limit_is_the_same_in_both_settings(alice):
    put(alice)

    alice.post("settings/domain/post-user-mail", {"email": "marie@alice.test", "userMailSettings": {"maxSize": 7}})

    assert user(alice)["maxMailboxSize"] == 7


def test_all_that_was_read_may_be_sent_back(alice):
    put(alice)

    answer = post(alice, **user(alice))

    assert answer.json()["success"] is True


def test_an_unknown_mailbox_is_refused_with_a_sentence(alice):
    answer = alice.post("settings/domain/get-user", {"email": "nobody@alice.test"})

    assert (answer.status_code, answer.json()["message"]) == (400, "User does not exist.")


def test_a_changed_password_replaces_the_old_one(alice, nobody):
    put(alice)

    post(alice, password="Another-Pass-2")

    old = {"username": "marie@alice.test", "password": "Marie-Pass-1"}
    assert nobody.post("auth/authenticate-user", old).status_code == 401
    assert nobody.sign_in("marie@alice.test", "Another-Pass-2")


def test_a_null_password_keeps_the_old_one(alice, nobody):
    put(alice)

    post(alice, password=None)

    assert nobody.sign_in("marie@alice.test", "Marie-Pass-1")


def test_a_changed_password_signs_nobody_out(alice, nobody, sandbox):
    put(alice)
    nobody.sign_in("marie@alice.test", "Marie-Pass-1")

    post(alice, password="Another-Pass-2")

    assert len(sandbox.sessions("marie@alice.test")) == 1


def test_killing_sessions_ends_every_sign_in_of_that_mailbox(alice, nobody, sandbox):
    put(alice)
    marie = nobody.sign_in("marie@alice.test", "Marie-Pass-1")

    alice.post("settings/domain/kill-user-sessions", {"sessions": [{"email": "marie@alice.test", "ip": ""}]})

    assert sandbox.sessions("marie@alice.test") == []
    assert marie.get("settings/mailbox-forward-list").status_code == 401


def test_killing_sessions_of_the_admin_spares_who_acts_for_it(alice):
    alice.post("settings/domain/kill-user-sessions", {"sessions": [{"email": "admin@alice.test", "ip": ""}]})

    assert alice.get("settings/domain/data").status_code == 200


def test_connections_are_dropped(alice, sandbox):
    body = {"email": "adele.arnaud@alice.test", "dropInfo": ["adele.arnaud@alice.test"]}

    alice.post("settings/domain/drop-user-connections", body)

    assert sandbox.state("alice.test")["users"]["adele.arnaud"]["dropped_connections"] == 1


def test_a_password_of_four_characters_is_too_short(alice):
    answer = put(alice, password="Abc1")

    assert (answer.status_code, answer.json()["message"]) == (400, "USER_ADD_ERROR_PASSWORD_TOO_SHORT")


@pytest.mark.parametrize(
    ("rules", "password"),
    [
        ({"requireCapital": True}, "all-lower-1"),
        ({"requireLower": True}, "ALL-UPPER-1"),
        ({"requireNumber": True}, "No-Digits"),
        ({"requireSymbol": True}, "NoSymbols1"),
        ({"notUsername": True}, "My-Marie2-1"),
    ],
)
def test_the_password_rules_of_a_domain_hold_at_creation_and_change(alice, rules, password):
    put(alice)
    alice.post("settings/domain/password-settings", rules)

    answers = [put(alice, userName="marie2", password=password), post(alice, password=password)]

    assert {answer.json()["message"] for answer in answers} == {"User does not meet password requirements"}


def test_the_password_rules_can_be_read(alice):
    alice.post("settings/domain/password-settings", {"minLength": {"enabled": True, "ruleValue": 12}})

    settings = alice.get("settings/domain/password-settings").json()
    required = alice.get("settings/password-requirements").json()

    assert settings["defaults"]["minLength"]["ruleValue"] == 5
    assert settings["overrides"] == {"minLength": {"enabled": True, "ruleValue": 12}}
    assert required["minLength"]["ruleValue"] == 12


def test_a_deleted_mailbox_is_gone_with_its_sign_ins(alice, nobody):
    put(alice)
    marie = nobody.sign_in("marie@alice.test", "Marie-Pass-1")

    delete(alice, "marie")

    assert alice.get("settings/domain/user/marie@alice.test").status_code == 400
    assert marie.get("settings/mailbox-forward-list").status_code == 401


def test_a_mailbox_of_the_same_name_inherits_no_sign_in(alice, nobody):
    put(alice)
    marie = nobody.sign_in("marie@alice.test", "Marie-Pass-1")
    delete(alice, "marie")

    put(alice)

    assert marie.get("settings/mailbox-forward-list").status_code == 401


@pytest.mark.parametrize(
    "rules", [{"minimum": 5}, {"requireCapital": 1}, {"minLength": 9}, {"minLength": {"ruleValue": 9}}]
)
def test_a_password_rule_that_is_none_is_refused(alice, rules):
    assert alice.post("settings/domain/password-settings", rules).status_code == 400


def test_an_alias_keeps_pointing_at_a_deleted_mailbox(alice):
    delete(alice, "adele.arnaud")

    alias = alice.get("settings/domain/alias/alias00001").json()["alias"]
    assert alias["aliasTargetList"] == ["adele.arnaud@alice.test"]


def test_the_same_call_deletes_an_alias(alice):
    delete(alice, "alias00001")

    assert alice.get("settings/domain/alias/alias00001").status_code == 400


@pytest.mark.parametrize("name", ["nobody", "adele.arnaud@alice.test", "admin"])
def test_a_deletion_that_cannot_be_done_in_full_deletes_nothing(alice, name):
    answer = delete(alice, "adele.arnaud", name)

    assert answer.status_code == 400
    assert user(alice, "adele.arnaud@alice.test")


def test_nobody_deletes_the_primary_admin(admin, alice, sandbox):
    put(alice, securityFlags={"isDomainAdmin": True})
    marie = admin.sign_in("marie@alice.test", "Marie-Pass-1")

    answers = [delete(marie, "admin"), admin.post("settings/sysadmin/users-delete/alice.test", {"input": ["admin"]})]

    assert [answer.status_code for answer in answers] == [400, 400]
    assert "admin" in sandbox.state("alice.test")["users"]


def test_a_domain_admin_does_not_delete_itself(admin, alice):
    put(alice, securityFlags={"isDomainAdmin": True})
    marie = admin.sign_in("marie@alice.test", "Marie-Pass-1")

    assert delete(marie, "marie").status_code == 400


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("settings/domain/users-delete", {"input": ["adele.arnaud"]}),
        ("settings/domain/user-delete/adele.arnaud", {}),
    ],
)
def test_the_other_ways_to_delete_a_mailbox(alice, path, body):
    alice.post(path, body)

    assert alice.get("settings/domain/user/adele.arnaud@alice.test").status_code == 400


def test_the_system_admin_deletes_and_disables_by_domain(admin, sandbox):
    admin.post("settings/sysadmin/users-delete/alice.test", {"input": ["adele.arnaud"]})
    admin.post("settings/sysadmin/users-disable/true/alice.test", {"input": ["bruno.arnaud"]})

    users = sandbox.state("alice.test")["users"]
    assert "adele.arnaud" not in users
    assert users["bruno.arnaud"]["userData"]["securityFlags"]["isDisabled"] is True


@pytest.mark.parametrize(("allow_mail", "receives"), [("true", True), ("false", False)])
def test_a_disabled_mailbox_cannot_sign_in_and_may_receive(alice, nobody, sandbox, allow_mail, receives):
    alice.post(f"settings/domain/users-disable/true/{allow_mail}", {"input": ["adele.arnaud"]})

    credentials = {"username": "adele.arnaud@alice.test", "password": "Seeded-Password-1"}
    answer = nobody.post("auth/authenticate-user", credentials)
    mail = sandbox.state("alice.test")["users"]["adele.arnaud"]["userMailSettings"]

    assert (answer.status_code, answer.json()["message"]) == (401, "USER_DISABLED")
    assert mail["canReceiveMail"] is receives
