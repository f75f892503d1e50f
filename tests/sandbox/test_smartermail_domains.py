"""Domains of the SmarterMail sandbox: life cycle, settings, domain aliases, DKIM."""

import pytest

from portal.sandbox.dns.server import Dns

SETTINGS = "settings/sysadmin/domain-settings/alice.test"
ORDER = {
    "adminUsername": "hidden",
    "adminPassword": "Hidden-Pass-1",
    "domainData": {
        "name": "new.test",
        "path": "/var/lib/smartermail/Domains/new.test",
        "hostname": "mail.new.test",
        "userLimit": 5,
        "maxSize": 10737418240,
        "isEnabled": True,
    },
}


def keys(caller):
    return caller.get("settings/domain/domain").json()["domainSettings"]["domainKeysSettings"]


def domain_aliases(caller):
    return [row["name"] for row in caller.get("settings/domain/domain-aliases").json()["domainAliasData"] or []]


def test_the_domains_are_listed(admin):
    names = admin.get("settings/sysadmin/domain-names").json()["data"]
    rows = admin.get("settings/sysadmin/domains").json()["data"]

    assert names == [row["name"] for row in rows] == ["alice.test", "bob.test"]


def test_the_figures_of_a_domain_are_the_same_for_both_roles(admin, alice, sandbox):
    sandbox.mailbox("alice.test", "marie", used=3 * 1024**2)

    figures = alice.get("settings/domain/data").json()["domainData"]

    assert figures == admin.get("settings/sysadmin/domain/alice.test").json()["domainData"]
    assert (figures["userCount"], figures["aliasCount"], figures["userLimit"]) == (5, 3, 0)
    assert figures["sizeMb"] == pytest.approx(figures["size"] / 1024**2, abs=0.01)


def test_a_domain_that_does_not_exist_is_a_404_for_its_figures_alone(admin):
    answers = [
        admin.get("settings/sysadmin/domain/nowhere.test"),
        admin.get("settings/sysadmin/domain-settings/nowhere.test"),
        admin.get("settings/sysadmin/list-users/nowhere.test"),
    ]

    assert [answer.status_code for answer in answers] == [404, 400, 400]


def test_settings_change_in_part(admin, alice):
    admin.post(SETTINGS, {"domainSettings": {"maxUsers": 7}})

    settings = alice.get("settings/domain/domain").json()["domainSettings"]
    assert (settings["maxUsers"], settings["isEnabled"]) == (7, True)


@pytest.mark.parametrize("setting", [{"maxusers": 7}, {"maxUsers": "7"}, {"domainKeysSettings": {}}])
def test_a_setting_that_cannot_be_set_is_refused(admin, setting):
    assert admin.post(SETTINGS, {"domainSettings": setting}).status_code == 400


def test_a_domain_is_created_with_its_admin(admin, nobody):
    admin.post("settings/sysadmin/domain-put", ORDER)

    figures = nobody.sign_in("hidden@new.test", "Hidden-Pass-1").get("settings/domain/data").json()["domainData"]
    assert (figures["userCount"], figures["userLimit"], figures["maxSize"]) == (1, 5, 10737418240)
    assert admin.get("settings/sysadmin/domain-admins/new.test").json()["domainAdmins"] == ["hidden@new.test"]


@pytest.mark.parametrize(
    ("name", "message"),
    [("Alice.test", "DOMAIN_ADD_ERROR_NAME_IN_USE"), ("not a name", "DOMAIN_ADD_ERROR_INVALID_NAME")],
)
def test_a_taken_or_impossible_domain_name_is_refused(admin, name, message):
    answer = admin.post("settings/sysadmin/domain-put", ORDER | {"domainData": ORDER["domainData"] | {"name": name}})

    assert (answer.status_code, answer.json()["message"]) == (400, message)


def test_a_domain_whose_admin_has_a_bad_password_is_not_created(admin):
    answer = admin.post("settings/sysadmin/domain-put", ORDER | {"adminPassword": "abc"})

    assert answer.status_code == 400
    assert admin.get("settings/sysadmin/domain/new.test").status_code == 404


def test_a_deleted_domain_is_gone_and_a_repeat_says_so(admin, alice):
    path = "settings/sysadmin/domain-delete/alice.test/true"

    answers = [admin.post(path), admin.post(path), alice.get("settings/domain/data")]

    assert [answer.status_code for answer in answers] == [200, 404, 401]


def test_a_size_is_given_to_all_mailboxes(alice):
    body = {"globalUpdate": [{"userField": "MailboxSize", "longValue": 77}], "emails": ["*@alice.test"]}

    alice.post("settings/domain/propagate-settings", body)

    users = alice.get("settings/domain/list-users").json()["userData"]
    assert {row["maxMailboxSize"] for row in users} == {77}


def test_a_domain_without_aliases_has_null_for_a_list(alice):
    assert alice.get("settings/domain/domain-aliases").json()["domainAliasData"] is None


def test_a_managed_token_adds_a_domain_alias_without_a_look_at_mx(alice):
    alice.post("settings/domain/domain-alias-put/alias.test/false")

    assert domain_aliases(alice) == ["alias.test"]


def test_a_managed_token_may_ask_for_the_look_at_mx(alice, sandbox):
    refused = alice.post("settings/domain/domain-alias-put/alias.test/true")
    sandbox.dns(mx=["alias.test"])

    added = alice.post("settings/domain/domain-alias-put/alias.test/true")

    assert (refused.status_code, added.status_code) == (400, 200)


def test_everybody_else_cannot_skip_the_look_at_mx(admin, nobody):
    path = "settings/domain/domain-alias-put/alias.test/false"

    answers = [
        nobody.sign_in("admin@alice.test", "Domain-Admin-1").post(path),
        admin.on("alice.test").post(path),
        admin.post(path),
    ]

    assert [answer.json()["message"] for answer in answers] == [
        "MX record does not match",
        "MX record does not match",
        "Domain does not exist",
    ]


def test_a_name_that_is_a_domain_or_an_alias_already_is_refused(alice, admin):
    alice.post("settings/domain/domain-alias-put/alias.test/false")

    answers = [
        admin.manage("bob.test").post(f"settings/domain/domain-alias-put/{n}/false")
        for n in ("alias.test", "alice.test")
    ]

    assert {answer.json()["message"] for answer in answers} == {"DOMAIN_ADD_ERROR_NAME_IN_USE"}


def test_one_domain_alias_more_than_the_limit_is_refused(alice, admin):
    admin.post(SETTINGS, {"domainSettings": {"maxDomainAliases": 1}})
    alice.post("settings/domain/domain-alias-put/one.test/false")

    answer = alice.post("settings/domain/domain-alias-put/two.test/false")

    assert answer.json()["message"] == "DOMAIN_ALIAS_LIMIT_EXCEEDED|1"


def test_domain_aliases_are_deleted_one_by_one_or_together(alice):
    for name in ("one", "two", "three"):
        alice.post(f"settings/domain/domain-alias-put/{name}.test/false")

    alice.post("settings/domain/domain-alias-delete/one.test")
    alice.post("settings/domain/domain-aliases-delete", {"input": ["two.test"]})

    assert domain_aliases(alice) == ["three.test"]
    assert alice.post("settings/domain/domain-alias-delete/one.test").status_code == 400


def test_enabling_dkim_makes_a_pending_key(alice):
    alice.post("settings/domain/dkim-enable/false")

    found = keys(alice)
    assert (found["selector"], found["isActive"], found["pending"]["keySize"]) == ("", False, 2048)


def test_a_pending_key_becomes_active_once_dns_has_it(alice, sandbox):
    pending = alice.post("settings/domain/dkim-create-rollover/2048").json()
    early = alice.post("settings/domain/dkim-verify-rollover/false")
    sandbox.dns(dkim={f"{pending['selector']}._domainkey.alice.test": pending["publicKey"]})

    alice.post("settings/domain/dkim-verify-rollover/false")

    found = keys(alice)
    assert early.status_code == 400
    assert (found["selector"], found["isActive"], found["pending"]) == (pending["selector"], True, None)
    answer = alice.get(f"settings/domain/test-domain-key-dns/{pending['selector']}/{pending['publicKey']}")
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("record", "status"),
    [
        ("v=DKIM1; k=rsa; p={key}", 200),
        ("p = {key} ;", 200),
        ("v=DKIM1; k=rsa; p=", 400),
        ("v=DKIM1; k=rsa; p=b3RoZXI=", 400),
        ("v=DKIM1; t={key}", 400),
    ],
)
def test_a_key_is_looked_for_at_the_resolver_too(alice, sandbox, record, status):
    pending = alice.post("settings/domain/dkim-create-rollover/2048").json()
    text = record.format(key=pending["publicKey"])
    strings = " ".join(f'"{text[place : place + 255]}"' for place in range(0, len(text), 255))
    with Dns() as dns:
        dns.zones.put("alice.test", f"{pending['selector']}._domainkey TXT {strings}")
        sandbox.dns(resolver=dns.address)

        answer = alice.post("settings/domain/dkim-verify-rollover/false")

    assert answer.status_code == status


def test_a_key_as_large_as_they_get_is_looked_for_by_tcp(alice, sandbox):
    pending = alice.post("settings/domain/dkim-create-rollover/4096").json()
    text = f"v=DKIM1; k=rsa; p={pending['publicKey']}"
    strings = " ".join(f'"{text[place : place + 255]}"' for place in range(0, len(text), 255))
    with Dns() as dns:
        dns.zones.put("alice.test", f"{pending['selector']}._domainkey TXT {strings}")
        sandbox.dns(resolver=dns.address)

        answer = alice.post("settings/domain/dkim-verify-rollover/false")

        transports = [query["transport"] for query in dns.queries()]
    assert (answer.status_code, transports) == (200, ["udp", "tcp"])


def test_a_resolver_that_does_not_answer_shows_no_key(alice, sandbox):
    alice.post("settings/domain/dkim-create-rollover/2048")
    with Dns() as dns:
        address = dns.address
    sandbox.dns(resolver=address)

    assert alice.post("settings/domain/dkim-verify-rollover/false").status_code == 400


def test_a_key_can_be_forced_to_be_active(alice):
    alice.post("settings/domain/dkim-enable/true")

    assert (keys(alice)["isActive"], keys(alice)["forced"]) == (True, True)


def test_an_active_key_that_left_dns_is_told_so(alice):
    alice.post("settings/domain/dkim-enable/true")

    alice.post("settings/domain/dkim-verify-active")

    assert keys(alice)["isActive"] is False


def test_enabling_again_without_force_sends_an_unpublished_key_back_to_pending(alice):
    alice.post("settings/domain/dkim-enable/true")
    selector = keys(alice)["selector"]

    alice.post("settings/domain/dkim-enable/false")

    assert (keys(alice)["selector"], keys(alice)["pending"]["selector"]) == ("", selector)


def test_disabling_dkim_keeps_the_active_key_and_drops_the_pending_one(alice):
    alice.post("settings/domain/dkim-enable/true")
    alice.post("settings/domain/dkim-create-rollover/1024")

    alice.post("settings/domain/dkim-disable")

    settings = alice.get("settings/domain/domain").json()["domainSettings"]
    assert settings["enableDkimSigningDomainAdmin"] is False
    assert settings["domainKeysSettings"]["isActive"] is True
    assert settings["domainKeysSettings"]["pending"] is None


def test_dropping_a_key_change_that_nobody_began_fails(alice):
    alice.post("settings/domain/dkim-create-rollover/1024")

    answers = [alice.post("settings/domain/dkim-delete-rollover") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 400]


def test_a_key_size_that_is_none_is_refused(alice):
    assert alice.post("settings/domain/dkim-create-rollover/512").status_code == 400


def test_the_system_admin_works_dkim_by_the_name_of_the_domain(admin, alice):
    options = {
        "canonicalizationBody": 0,
        "canonicalizationHeader": 0,
        "fieldOption": 1,
        "fields": ["from"],
        "maxMessageSign": 9,
    }

    for path, body in (
        ("dkim-enable/alice.test/true", {}),
        ("dkim-create-rollover/alice.test/1024", {}),
        ("dkim-delete-rollover/alice.test", {}),
        ("dkim-settings-set/alice.test", options),
        ("dkim-disable/alice.test", {}),
    ):
        assert admin.post(f"settings/sysadmin/{path}", body).status_code == 200

    found = keys(alice)
    assert (found["isActive"], found["pending"], found["dkimHeaderFields"]) == (True, None, ["from"])


def test_a_disabled_domain_keeps_all_it_holds_and_nobody_signs_in(admin, nobody, sandbox):
    sandbox.mailbox("alice.test", "marie", password="Marie-Pass-1")
    before = sandbox.state("alice.test")["users"]

    admin.post(SETTINGS, {"domainSettings": {"isEnabled": False}})

    refused = nobody.post("auth/authenticate-user", {"username": "marie@alice.test", "password": "Marie-Pass-1"})
    assert (refused.status_code, refused.json()["message"]) == (401, "DOMAIN_DISABLED")
    assert sandbox.state("alice.test")["users"] == before


def test_a_session_of_a_mailbox_ends_with_the_disabling_of_its_domain(admin, nobody, sandbox):
    sandbox.mailbox("alice.test", "marie", password="Marie-Pass-1")
    marie = nobody.sign_in("marie@alice.test", "Marie-Pass-1")

    admin.post(SETTINGS, {"domainSettings": {"isEnabled": False}})

    assert marie.get("settings/mailbox-forward-list").status_code == 401


def test_the_limit_of_users_counts_the_admin_too(admin):
    limited = ORDER | {"domainData": ORDER["domainData"] | {"userLimit": 2}}
    admin.post("settings/sysadmin/domain-put", limited)
    new = admin.manage("new.test")
    users = [{"userData": {"userName": name, "password": "Some-Pass-1"}} for name in ("one", "two")]

    answers = [new.post("settings/domain/user-put", user) for user in users]

    assert [answer.status_code for answer in answers] == [200, 400]
    assert answers[1].json()["message"] == "USER_LIMIT_EXCEEDED|2"


@pytest.mark.parametrize(
    ("files", "left"), [("true", []), ("false", [["settings.json", "Users/hidden"]])], ids=["with", "without"]
)
def test_a_domain_goes_with_its_files_or_without_them(admin, sandbox, files, left):
    admin.post("settings/sysadmin/domain-put", ORDER)

    admin.post(f"settings/sysadmin/domain-delete/new.test/{files}")

    assert list(sandbox.disk().values()) == left


def test_a_domain_in_a_folder_that_exists_finds_what_lies_there(admin, sandbox):
    path = ORDER["domainData"]["path"]
    sandbox.leave_files(path, "Users/old")

    admin.post("settings/sysadmin/domain-put", ORDER)

    assert sandbox.disk() == {path: ["Users/old", "settings.json"]}


def test_a_build_refuses_a_folder_that_exists(admin, sandbox):
    sandbox.build("100.refuses-folders")
    sandbox.leave_files(ORDER["domainData"]["path"], "Users/old")

    refused = admin.post("settings/sysadmin/domain-put", ORDER)

    assert (refused.status_code, refused.json()["message"]) == (400, "DOMAIN_ADD_ERROR_PATH_IN_USE")
    assert sandbox.domains() == ["alice.test", "bob.test"]
