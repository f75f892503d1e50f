"""Who may call what on the SmarterMail sandbox, and how an answer looks."""

import pytest

DATA = "settings/domain/data"


@pytest.fixture
def domain_admin(nobody):
    return nobody.sign_in("admin@alice.test", "Domain-Admin-1")


@pytest.fixture
def mailbox(nobody):
    return nobody.sign_in("adele.arnaud@alice.test", "Seeded-Password-1")


@pytest.mark.parametrize("path", ["settings/sysadmin/domain-names", DATA, "settings/mailbox-forward-list"])
def test_a_call_without_token_is_a_401(nobody, path):
    assert nobody.get(path).status_code == 401


@pytest.mark.parametrize("path", ["settings/sysadmin/domain-names", DATA, "settings/mailbox-forward-list"])
def test_a_made_up_token_is_a_401(nobody, path):
    assert nobody.with_token("eyJhbGciOiJub25lIn0.e30.").get(path).status_code == 401


def test_an_unknown_route_is_a_404_in_the_envelope(admin):
    answer = admin.get("settings/sysadmin/nothing-here")

    assert (answer.status_code, answer.json()["success"], answer.json()["resultCode"]) == (404, False, 404)


def test_a_slash_at_the_end_makes_no_difference(alice):
    assert alice.get("settings/domain/data/").json() == alice.get(DATA).json()


@pytest.mark.parametrize("raw", ["", "{}", "[]"])
def test_an_empty_body_may_be_written_in_three_ways(admin, raw):
    url = f"{admin.sandbox.url}/api/v1/settings/sysadmin/manage-domain/alice.test"

    answer = admin.http.post(url, data=raw, headers=admin.headers | {"Content-Type": "application/json"})

    assert answer.status_code == 200


def test_a_body_that_is_not_called_json_is_refused(alice):
    url = f"{alice.sandbox.url}/api/v1/settings/domain/get-user"

    answer = alice.http.post(url, data='{"email":"admin@alice.test"}', headers=alice.headers)

    assert answer.status_code == 415


def test_a_managed_token_reaches_its_domain(alice):
    assert alice.get(DATA).json()["domainData"]["name"] == "alice.test"


def test_a_managed_token_reaches_no_other_domain(alice):
    answers = [
        alice.on("bob.test").get(DATA),
        alice.get("settings/domain/user/admin@bob.test"),
        alice.get("settings/sysadmin/domain/alice.test"),
    ]

    assert [answer.status_code for answer in answers] == [403, 400, 403]


def test_managing_a_domain_that_does_not_exist_is_refused(admin):
    answer = admin.post("settings/sysadmin/manage-domain/nowhere.test")

    assert (answer.status_code, answer.json()["message"]) == (400, "INVALID_PERMISSIONS")


def test_a_system_admin_names_the_domain_in_a_header(admin):
    assert admin.on("Alice.test").get(DATA).json()["domainData"]["name"] == "alice.test"


def test_a_header_that_names_no_domain_of_ours_is_refused(admin):
    answer = admin.on("nowhere.test").get(DATA)

    assert (answer.status_code, answer.json()["message"]) == (400, "Domain does not exist")


def test_a_system_admin_without_a_domain_is_the_wrong_role(admin):
    assert admin.get(DATA).status_code == 403


def test_a_domain_admin_acts_on_the_own_domain(domain_admin):
    assert domain_admin.get(DATA).json()["domainData"]["name"] == "alice.test"


def test_a_mailbox_is_no_domain_admin(mailbox):
    assert mailbox.get(DATA).status_code == 403


def test_a_mailbox_reads_its_own_forwarding(mailbox):
    assert mailbox.get("settings/mailbox-forward-list").json()["mailboxForwardList"]["forwardList"] == []


def test_a_disabled_domain_lets_nobody_in_and_ends_who_was(admin, nobody, domain_admin):
    admin.post("settings/sysadmin/domain-settings/alice.test", {"domainSettings": {"isEnabled": False}})

    credentials = {"username": "admin@alice.test", "password": "Domain-Admin-1"}
    answers = [domain_admin.get(DATA), nobody.post("auth/authenticate-user", credentials)]

    assert [answer.status_code for answer in answers] == [401, 401]
    assert answers[1].json()["message"] == "DOMAIN_DISABLED"


def test_a_disabled_domain_can_still_be_managed(admin):
    admin.post("settings/sysadmin/domain-settings/alice.test", {"domainSettings": {"isEnabled": False}})

    answer = admin.manage("alice.test").get(DATA)

    assert answer.json()["domainData"]["isEnabled"] is False


def test_acting_for_a_mailbox_gives_its_rights(alice, mailbox):
    answer = alice.post("settings/domain/impersonate-user", {"email": "adele.arnaud@alice.test"}).json()

    acting = alice.with_token(answer["impersonateAccessToken"])
    assert acting.get("settings/mailbox-forward-list").status_code == 200
    assert acting.get(DATA).status_code == 403


def test_a_version_is_told_to_system_admins(admin):
    assert admin.get("settings/sysadmin/get-version").json()["version"].startswith("100.")
