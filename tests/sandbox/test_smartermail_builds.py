"""The builds the SmarterMail sandbox can be: what each lacks and does differently."""

import pytest

from portal.sandbox.control import ControlError

ADELE = "adele.arnaud@alice.test"


def test_each_build_says_what_is_different(sandbox):
    assert all(sandbox.builds().values())


def test_an_unknown_build_is_refused(sandbox):
    with pytest.raises(ControlError, match=r"99\.9"):
        sandbox.build("99.9")


def test_a_reset_brings_the_newest_build_back(alice, admin, sandbox):
    sandbox.build("100.old")

    sandbox.reset()

    again = admin.sign_in(sandbox.username, sandbox.password).manage("alice.test")
    assert again.get("settings/domain/list-users").status_code == 200


@pytest.mark.parametrize("path", [f"settings/domain/user/{ADELE}", f"settings/domain/user-mail/{ADELE}"])
def test_the_newest_build_takes_no_changes_by_path(alice, path):
    assert alice.post(path, {"userData": {"fullName": "A"}}).status_code in (404, 405)


def test_an_old_build_takes_changes_by_path_alone(alice, sandbox):
    sandbox.build("100.old")

    answers = [
        alice.post("settings/domain/post-user", {"email": ADELE, "userData": {"fullName": "A"}}),
        alice.post(f"settings/domain/user/{ADELE}", {"userData": {"fullName": "A"}}),
        alice.post(f"settings/domain/user-mail/{ADELE}", {"userMailSettings": {"maxSize": 3}}),
    ]

    data = sandbox.state("alice.test")["users"]["adele.arnaud"]["userData"]
    assert [answer.status_code for answer in answers] == [404, 200, 200]
    assert (data["fullName"], data["maxMailboxSize"]) == ("A", 3)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "settings/domain/list-users"),
        ("post", "settings/domain/account-search-quick"),
        ("post", "settings/domain/get-user"),
        ("post", "settings/domain/kill-user-sessions"),
        ("post", "settings/domain/impersonate-user"),
    ],
)
def test_an_old_build_lacks_newer_routes(alice, sandbox, method, path):
    sandbox.build("100.old")

    assert getattr(alice, method)(path).status_code == 404


def test_an_old_build_acts_for_a_mailbox_by_path(admin, sandbox):
    sandbox.build("100.old")

    said = admin.post(f"settings/domain/impersonate-user/{ADELE}").json()

    assert (said["email"], "impersonateAccessToken" in said) == (ADELE, True)


def test_an_old_build_calls_domain_aliases_data(alice, sandbox):
    alice.post("settings/domain/domain-alias-put/alias.test/false")
    sandbox.build("100.old")

    said = alice.get("settings/domain/domain-aliases").json()

    assert [row["name"] for row in said["data"]] == ["alias.test"]


def test_an_old_build_says_less_at_sign_in_and_minds_the_case(nobody, sandbox):
    sandbox.build("100.old")

    credentials = {"username": ADELE, "password": "Seeded-Password-1"}
    answers = [
        nobody.post("auth/authenticate-user", credentials),
        nobody.post("auth/authenticate-user", credentials | {"username": ADELE.title()}),
    ]

    assert [answer.status_code for answer in answers] == [200, 401]
    assert "refreshTokenExpiration" not in answers[0].json()


def test_an_old_build_answers_a_needed_second_factor_with_401(nobody, sandbox):
    sandbox.build("100.old")
    sandbox.two_step(sandbox.username, "rfc6238")

    credentials = {"username": sandbox.username, "password": sandbox.password}
    answer = nobody.post("auth/authenticate-user", credentials)

    assert (answer.status_code, answer.json()["message"].split("|")[0]) == (401, "TWO_FACTOR_REQUIRED")


@pytest.mark.parametrize(
    ("build", "path_read", "posted_read"), [("100.posted-reads", 404, 200), ("100.path-reads", 200, 404)]
)
def test_a_build_may_have_one_way_to_read_a_mailbox(alice, sandbox, build, path_read, posted_read):
    sandbox.build(build)

    answers = [
        alice.get(f"settings/domain/user/{ADELE}"),
        alice.post("settings/domain/get-user", {"email": ADELE}),
        alice.get(f"settings/domain/mailbox-forward-list/{ADELE}"),
        alice.post("settings/domain/get-mailbox-forward-list", {"email": ADELE}),
    ]

    assert [answer.status_code for answer in answers] == [path_read, posted_read] * 2


def test_a_build_may_lack_the_list_of_users(alice, sandbox):
    sandbox.build("100.no-list-users")

    assert alice.get("settings/domain/list-users").status_code == 404


def test_a_build_may_keep_the_targets_of_aliases_to_itself(alice, sandbox):
    sandbox.build("100.null-targets")

    rows = alice.get("settings/domain/aliases").json()["gridInfo"]

    assert {row["targets"] for row in rows} == {None}
    assert alice.get("settings/domain/alias/alias00001").json()["alias"]["aliasTargetList"] == [ADELE]


def test_a_build_may_lack_the_deletion_of_users_and_aliases_alike(alice, sandbox):
    sandbox.build("100.users-delete")

    body = {"input": ["adele.arnaud"]}
    answers = [alice.post(f"settings/domain/{path}", body) for path in ("account-list-delete", "users-delete")]

    assert [answer.status_code for answer in answers] == [404, 200]


def test_a_build_may_ignore_the_header(admin, sandbox):
    sandbox.build("100.no-header")

    assert admin.on("alice.test").get("settings/domain/data").status_code == 403


def test_a_build_may_refuse_under_status_200(alice, sandbox):
    sandbox.build("100.polite")

    answer = alice.post("settings/domain/user-put", {"userData": {"userName": "admin", "password": "Marie-Pass-1"}})

    assert (answer.status_code, answer.json()["success"]) == (200, False)
    assert answer.json()["message"] == "USER_ADD_ERROR_NAME_IN_USE"


def test_a_polite_build_still_means_its_404(admin, sandbox):
    sandbox.build("100.polite")

    assert admin.get("settings/sysadmin/domain/nowhere.test").status_code == 404


def test_a_build_may_list_who_once_had_a_protocol(alice, sandbox):
    sandbox.build("100.lists-inactive")
    alice.post("settings/domain/active-sync-mailboxes-patch", [{"emailAddress": ADELE, "isActive": False}])

    rows = alice.get("settings/domain/active-sync-mailboxes").json()["activeSyncAccounts"]

    assert rows == [{"emailAddress": ADELE, "isActive": False}]


def test_a_build_may_ignore_forwarding_at_creation(alice, sandbox):
    sandbox.build("100.ignores-forwards")
    body = {
        "userData": {"userName": "marie", "password": "Marie-Pass-1"},
        "forwardList": {"forwardList": ["x@example.net"]},
    }

    answer = alice.post("settings/domain/user-put", body)

    assert answer.status_code == 200
    assert sandbox.state("alice.test")["users"]["marie"]["forwardList"]["forwardList"] == []


def test_a_build_may_enable_dkim_without_effect(alice, sandbox):
    sandbox.build("100.dkim-inert")

    answer = alice.post("settings/domain/dkim-enable/false")

    keys = alice.get("settings/domain/domain").json()["domainSettings"]["domainKeysSettings"]
    assert answer.json()["success"] is True
    assert (keys["selector"], keys["pending"]) == ("", None)


@pytest.mark.parametrize(
    ("build", "told"),
    [("100.new", {"pending": None}), ("100.dkim-pending-false", {"pending": False}), ("100.dkim-pending-absent", {})],
)
def test_builds_tell_in_different_ways_that_no_key_is_pending(alice, sandbox, build, told):
    sandbox.build(build)

    keys = alice.get("settings/domain/domain").json()["domainSettings"]["domainKeysSettings"]

    assert {name: value for name, value in keys.items() if name == "pending"} == told


@pytest.mark.parametrize("build", ["100.dkim-pending-false", "100.dkim-pending-absent"])
def test_a_pending_key_is_an_object_on_every_build(alice, sandbox, build):
    sandbox.build(build)

    alice.post("settings/domain/dkim-enable/false")

    keys = alice.get("settings/domain/domain").json()["domainSettings"]["domainKeysSettings"]
    assert keys["pending"]["keySize"] == 2048


@pytest.mark.parametrize(
    ("build", "told"), [("100.new", [False, True]), ("100.dkim-right", [True, True]), ("100.dkim-no-flag", [])]
)
def test_a_build_may_not_tell_whether_it_signs(alice, admin, sandbox, build, told):
    sandbox.build(build)

    off = admin.get("settings/sysadmin/domain-settings/alice.test").json()["domainSettings"]
    alice.post("settings/domain/dkim-enable/false")
    on = alice.get("settings/domain/domain").json()["domainSettings"]

    flag = "enableDkimSigningDomainAdmin"
    assert [settings[flag] for settings in (off, on) if flag in settings] == told
