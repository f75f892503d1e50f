"""Who may call what on the PolarisMail sandbox, and how an answer looks."""

import time

import pytest
import requests

EXPIRED = "session has expired"
LISTS = ["getAllAliasesDomain", "getAllListsDomain", "getAllForwardsDomain"]
PAGING = "slicing offset limit"

# What each action of the admin endpoint cannot do without.
NEEDED = {
    "login": "username password",
    "addUser": "username domain password account_type quota",
    "updateUser": "editusername editdomain",
    "disableUser": "username domain",
    "enableUser": "username domain",
    "removeUser": "username domain",
    "getAllUsersDomain": f"domain {PAGING} showQuota getOTPAndToken",
    "searchUsers": f"domain search {PAGING}",
    "getUserInfo": "username domain",
    "getTotalUsersDomain": "domain atype",
    "addAlias": "alias domain forward",
    "removeAlias": "alias domain",
    "getAllAliasesDomain": "domain",
    "getAliasDomains": "domain",
    "addAliasDomain": "domain adomain",
    "removeAliasDomain": "domain adomain",
    "addList": "newlname domain newlisttype",
    "removeList": "lname domain",
    "getAllListsDomain": "domain",
    "getListMembers": "lname domain",
    "addListMember": "editlname editdomain newmember",
    "removeListMember": "lname domain member",
    "getAllForwardsDomain": "domain",
    "getOTPass": "username domain",
    "getOTPassAndToken": "username domain",
    "getDomainInfo": "domain",
    "isDomainAvailable": "domain",
    "addDomain": "newdomain",
    "removeDomain": "domain",
    "updateDomain": "domain",
    "getDomainVerification": "domain",
    "getDomainAssignedQuota": "domain",
    "getDKIM": "domain",
    "enableDKIM": "domain",
    "disableDKIM": "domain",
    "getDomainBrandInfo": "domain",
    "setDomainBrandingV2": "domain",
    "resetDomainBranding": "domain",
    "getFooterDomain": "domain",
    "setFooterDomain": "domain footertxt",
    "changePassword": "password1 password2",
    "changeEmail": "emailadmin",
}


def test_an_admin_signs_in_and_gets_a_token(nobody, sandbox):
    said = nobody.call("login", username=sandbox.username, password=sandbox.password)

    assert said["returncode"] == 1
    assert isinstance(said["returndata"], str)
    assert said["returndata"]


@pytest.mark.parametrize("wrong", [{"username": "someone"}, {"password": "wrong"}])
def test_a_wrong_sign_in_is_refused_under_http_200(nobody, sandbox, wrong):
    answer = nobody.post("login", **{"username": sandbox.username, "password": sandbox.password} | wrong)

    assert (answer.status_code, answer.json()) == (200, {"returncode": 0, "returndata": "Invalid credentials"})


def test_a_sign_in_sets_a_cookie_that_nothing_needs(nobody, sandbox):
    answer = nobody.post("login", username=sandbox.username, password=sandbox.password)
    token = answer.json()["returndata"]

    without = requests.post(nobody.url, data={"action": "getAllDomains", "token": token})

    assert "PHPSESSID" in answer.cookies
    assert without.json()["returncode"] == 1


@pytest.mark.parametrize("token", [None, "made-up"])
def test_a_missing_or_made_up_token_reads_like_an_expired_one(nobody, token):
    nobody.token = token

    assert EXPIRED in nobody.refusal("getAllDomains")


def test_tokens_expire_when_they_are_told_to(admin, sandbox):
    sandbox.expire_tokens()

    assert EXPIRED in admin.refusal("getAllDomains")


def test_tokens_expire_by_themselves(nobody, sandbox):
    sandbox.token_life(0.05)
    admin = nobody.sign_in(username=sandbox.username, password=sandbox.password)

    time.sleep(0.1)

    assert EXPIRED in admin.refusal("getAllDomains")


def test_several_tokens_are_good_at_once(nobody, admin, sandbox):
    again = nobody.sign_in(username=sandbox.username, password=sandbox.password)

    assert admin.rows("getAllDomains") == again.rows("getAllDomains")


def test_the_endpoints_do_not_take_each_others_tokens(admin, door, marie):
    token = door.sign_in(**marie, password="Marie-Pass-1").token
    door.token, admin.token = admin.token, token

    assert EXPIRED in door.refusal("getForwards")
    assert EXPIRED in admin.refusal("getAllDomains")


def test_the_endpoints_do_not_have_each_others_actions(admin, door, marie):
    mailbox = door.sign_in(**marie, password="Marie-Pass-1")

    assert mailbox.refusal("getAllDomains") == "Invalid action: getAllDomains"
    assert admin.refusal("getForwards") == "Invalid action: getForwards"


@pytest.mark.parametrize("name", ["", "deleteUser", "updatePassword", "getUsers", "getDomains", "getotpass", "adduser"])
def test_an_action_that_does_not_exist_is_refused(admin, name):
    assert name in admin.refusal(name)


def test_a_get_is_refused(admin):
    answer = admin.http.get(admin.url, params={"action": "getAllDomains", "token": admin.token})

    assert (answer.status_code, answer.json()["returncode"]) == (200, 0)


def test_parameters_in_the_address_do_not_count(admin):
    answer = admin.http.post(admin.url, params={"action": "getAllDomains", "token": admin.token})

    assert answer.json()["returndata"] == "No action given"


def test_a_json_body_is_not_understood(admin):
    answer = admin.http.post(admin.url, json={"action": "getAllDomains", "token": admin.token})

    assert answer.json()["returndata"] == "No action given"


@pytest.mark.parametrize("action", NEEDED)
def test_an_action_names_what_it_misses(admin, action):
    needed = NEEDED[action].split()

    refusals = [admin.refusal(action, **dict.fromkeys(set(needed) - {one}, "x")) for one in needed]

    assert refusals == [f"Missing parameter: {one}" for one in needed]


def test_a_misspelt_parameter_is_refused(admin):
    assert admin.refusal("getAllAliasesDomain", domain="mail.test", Domain="x") == "Unexpected parameter: Domain"


@pytest.mark.parametrize("action", ["getAllAliasesDomain", "getAllListsDomain", "getDomainInfo", "getDKIM"])
def test_an_unknown_domain_is_refused(admin, action):
    assert admin.refusal(action, domain="nowhere.test") == "Domain not found"


@pytest.mark.parametrize("action", LISTS)
def test_a_domain_that_is_to_be_proven_refuses_all_work(admin, sandbox, action):
    sandbox.domain("new.test", pending="verify-1")

    assert admin.refusal(action, domain="new.test") == "Domain verification is pending"


def test_the_second_host_knows_the_same_tokens(admin, sandbox):
    answer = admin.http.post(f"{sandbox.second_url}/admin/json.php", {"action": "getAllDomains", "token": admin.token})

    assert answer.json() == admin.call("getAllDomains")


def test_the_second_host_has_no_user_endpoint(door, sandbox, marie):
    credentials = {"action": "login", **marie, "password": "Marie-Pass-1"}

    answer = door.http.post(f"{sandbox.second_url}/json.php", credentials)

    assert answer.status_code == 404
