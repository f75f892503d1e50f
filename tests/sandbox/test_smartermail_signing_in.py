"""Sign-in, refresh and sign-out of the SmarterMail sandbox."""

import base64
import json
from datetime import UTC, datetime, timedelta

import pytest

REFRESH = "auth/refresh-token"
NAMES = "settings/sysadmin/domain-names"


def credentials(sandbox, **more):
    return {"username": sandbox.username, "password": sandbox.password} | more


def test_the_system_admin_signs_in(nobody, sandbox):
    answer = nobody.post("auth/authenticate-user", credentials(sandbox))

    said = answer.json()
    assert (answer.status_code, said["success"], said["isAdmin"], said["isDomainAdmin"]) == (200, True, True, False)
    assert nobody.with_token(said["accessToken"]).get(NAMES).status_code == 200


def test_the_access_token_is_good_for_fifteen_minutes(nobody, sandbox):
    said = nobody.post("auth/authenticate-user", credentials(sandbox)).json()

    left = datetime.fromisoformat(said["accessTokenExpiration"]) - datetime.now(UTC)
    assert timedelta(minutes=14) < left <= timedelta(minutes=15)


def test_the_access_token_names_the_role(nobody, sandbox):
    token = nobody.post("auth/authenticate-user", credentials(sandbox)).json()["accessToken"]

    claims = token.split(".")[1]
    assert json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))["role"] == "SysAdmin"


@pytest.mark.parametrize(
    ("username", "password", "message"),
    [
        ("sandbox-admin", "wrong", "USERNAME_OR_PASSWORD_INCORRECT"),
        ("someone", "wrong", "USERNAME_OR_PASSWORD_INCORRECT"),
        ("admin@alice.test", "wrong", "USERNAME_OR_PASSWORD_INCORRECT"),
        ("nobody@alice.test", "wrong", "USER_NOT_FOUND"),
        ("admin@nowhere.test", "wrong", "USER_NOT_FOUND"),
        ("", "", "Username or password is empty"),
    ],
)
def test_a_wrong_sign_in_is_a_401(nobody, username, password, message):
    answer = nobody.post("auth/authenticate-user", {"username": username, "password": password})

    assert (answer.status_code, answer.json()["message"]) == (401, message)


def test_an_unknown_field_of_a_sign_in_is_refused(nobody, sandbox):
    answer = nobody.post("auth/authenticate-user", credentials(sandbox, clientid="x"))

    assert answer.status_code == 400


def test_a_mailbox_signs_in_under_any_spelling_of_its_case(nobody, sandbox):
    sandbox.mailbox("alice.test", "Marie", password='quoted "&\\ word')

    said = nobody.post(
        "auth/authenticate-user", {"username": "MARIE@alice.test", "password": 'quoted "&\\ word'}
    ).json()

    assert (said["success"], said["emailAddress"], said["isAdmin"]) == (True, "marie@alice.test", False)


def test_a_sign_in_shows_as_the_last_one(nobody, alice, sandbox):
    sandbox.mailbox("alice.test", "marie", password="Marie-Pass-1")

    nobody.sign_in("marie@alice.test", "Marie-Pass-1")

    last = alice.get("settings/domain/user/marie@alice.test").json()["userData"]["lastLoginTime"]
    assert datetime.now(UTC) - datetime.fromisoformat(last) < timedelta(minutes=1)


def test_signing_in_again_with_the_same_client_id_ends_the_first_sign_in(nobody, sandbox):
    first = nobody.sign_in(sandbox.username, sandbox.password, "one")

    nobody.sign_in(sandbox.username, sandbox.password, "one")

    assert first.get(NAMES).status_code == 401


def test_signing_in_without_client_id_counts_as_one_client(nobody, sandbox):
    token = nobody.post("auth/authenticate-user", credentials(sandbox)).json()["accessToken"]

    nobody.post("auth/authenticate-user", credentials(sandbox))

    assert nobody.with_token(token).get(NAMES).status_code == 401


def test_another_client_id_leaves_the_first_sign_in_alone(nobody, sandbox):
    first = nobody.sign_in(sandbox.username, sandbox.password, "one")

    nobody.sign_in(sandbox.username, sandbox.password, "two")

    assert first.get(NAMES).status_code == 200


def test_an_expired_access_token_is_a_401(admin, sandbox):
    sandbox.expire_tokens()

    answer = admin.get(NAMES)

    assert (answer.status_code, answer.json()["message"]) == (401, "Token has expired")


def test_a_refresh_token_outlives_the_access_token(nobody, sandbox):
    signed_in = nobody.post("auth/authenticate-user", credentials(sandbox)).json()
    sandbox.expire_tokens()

    said = nobody.post(REFRESH, {"token": signed_in["refreshToken"]}).json()

    assert nobody.with_token(said["accessToken"]).get(NAMES).status_code == 200


def test_a_refresh_token_works_once(nobody, sandbox):
    signed_in = nobody.post("auth/authenticate-user", credentials(sandbox)).json()
    nobody.post(REFRESH, {"token": signed_in["refreshToken"]})

    again = nobody.post(REFRESH, {"token": signed_in["refreshToken"]})

    assert (again.status_code, again.json()["message"]) == (401, "Refresh token rejected")


def test_a_refresh_ends_the_earlier_access_token(admin, nobody, sandbox):
    signed_in = nobody.post("auth/authenticate-user", credentials(sandbox)).json()

    nobody.post(REFRESH, {"token": signed_in["refreshToken"]})

    assert nobody.with_token(signed_in["accessToken"]).get(NAMES).status_code == 401


def test_an_expired_refresh_token_is_rejected(nobody, sandbox):
    signed_in = nobody.post("auth/authenticate-user", credentials(sandbox)).json()
    sandbox.expire_tokens(refresh=True)

    answer = nobody.post(REFRESH, {"token": signed_in["refreshToken"]})

    assert answer.status_code == 401


def test_an_impersonation_can_be_refreshed(admin, nobody):
    managed = admin.post("settings/sysadmin/manage-domain/alice.test").json()

    said = nobody.post(REFRESH, {"token": managed["impersonateRefreshToken"]}).json()

    assert said["isImpersonating"] is True
    assert nobody.with_token(said["accessToken"]).get("settings/domain/data").status_code == 200


def test_a_sign_out_ends_both_tokens(nobody, sandbox):
    signed_in = nobody.post("auth/authenticate-user", credentials(sandbox)).json()
    nobody.with_token(signed_in["accessToken"]).post("auth/logout-user")

    answers = [
        nobody.with_token(signed_in["accessToken"]).get(NAMES),
        nobody.post(REFRESH, {"token": signed_in["refreshToken"]}),
    ]

    assert [answer.status_code for answer in answers] == [401, 401]


def test_a_second_factor_makes_a_success_that_opens_nothing(nobody, sandbox):
    sandbox.two_step(sandbox.username, "rfc6238")

    said = nobody.post("auth/authenticate-user", credentials(sandbox)).json()

    assert said["success"] is True
    assert said["message"] == f"TWO_FACTOR_REQUIRED|rfc6238|{sandbox.username}"
    assert said["refreshToken"] == ""
    assert nobody.with_token(said["accessToken"]).get(NAMES).status_code == 403


def test_an_expired_password_makes_a_success_that_opens_nothing(nobody, alice):
    alice.post("settings/domain/user-put", {"userData": {"userName": "marie", "password": "Marie-Pass-1"}})
    alice.post("settings/domain/post-user", {"email": "marie@alice.test", "userData": {"isPasswordExpired": True}})

    said = nobody.post("auth/authenticate-user", {"username": "marie@alice.test", "password": "Marie-Pass-1"}).json()

    assert (said["success"], said["changePasswordNeeded"], said["refreshToken"]) == (True, True, "")
    assert nobody.with_token(said["accessToken"]).get("settings/mailbox-forward-list").status_code == 403


def test_a_login_link_signs_a_mailbox_in_once(admin, nobody):
    body = {"username": "adele.arnaud", "domain": "alice.test"}
    link = admin.post("auth/retrieve-login-token", body).json()["autoLoginUrl"]

    answers = [nobody.http.get(link), nobody.http.get(link)]

    assert [answer.status_code for answer in answers] == [200, 403]
    assert "adele.arnaud@alice.test" in answers[0].text


def test_a_login_link_is_for_system_admins_to_make(alice):
    answer = alice.post("auth/retrieve-login-token", {"username": "adele.arnaud", "domain": "alice.test"})

    assert answer.status_code == 403


@pytest.mark.parametrize(("password", "status"), [(None, 200), ("wrong", 401)])
def test_the_webmail_page_lets_a_mailbox_sign_in_with_its_password(sandbox, nobody, password, status):
    held = sandbox.state("alice.test")["users"]["adele.arnaud"]["password"]
    page = f"{sandbox.url}/interface/root"

    answer = nobody.http.post(page, data={"username": "adele.arnaud@alice.test", "password": password or held})

    assert "Sign in" in nobody.http.get(page).text
    assert answer.status_code == status
    assert ("Signed in as adele.arnaud@alice.test" in answer.text) == (status == 200)
