"""How somebody gets into a mailbox of the PolarisMail sandbox: by password, by one-time password, by link."""

import base64
from urllib.parse import quote

import pytest

MARIE = "marie@mail.test"


@pytest.fixture
def link(admin, marie):
    return admin.rows("getOTPassAndToken", **marie)["url"]


def panel(sandbox, address, password, quoted=True):
    parts = [base64.b64encode(part.encode()).decode() for part in (address, password)]
    user, secret = [quote(part, safe="") for part in parts] if quoted else parts
    return f"{sandbox.url}/processlogin.php?u={user}&p={secret}"


@pytest.mark.parametrize("wrong", [{"password": "wrong"}, {"username": "nobody"}, {"domain": "post.test"}])
def test_a_mailbox_signs_in_with_its_own_password_only(door, marie, wrong):
    right = marie | {"password": "Marie-Pass-1"}

    door.sign_in(**right)

    assert door.refusal("login", **right | wrong) == "Invalid credentials"


def test_a_one_time_password_signs_in_once(admin, door, marie):
    once = admin.rows("getOTPass", **marie)

    door.sign_in(**marie, password=once)

    assert door.refusal("login", **marie, password=once) == "Invalid credentials"


def test_a_one_time_password_opens_its_own_mailbox_only(admin, door, marie):
    once = admin.rows("getOTPass", **marie)

    assert door.refusal("login", username="adele.arnaud", domain="mail.test", password=once) == "Invalid credentials"


def test_a_one_time_password_leaves_the_own_one_alone(admin, sandbox, marie):
    admin.rows("getOTPass", **marie)

    assert sandbox.lets_in(MARIE, "Marie-Pass-1")


def test_an_old_one_time_password_opens_nothing(admin, door, sandbox, marie):
    once = admin.rows("getOTPass", **marie)

    sandbox.expire_passes()

    assert door.refusal("login", **marie, password=once) == "Invalid credentials"


def test_a_link_shows_the_mailbox_once(nobody, link):
    answers = [nobody.http.get(link), nobody.http.get(link)]

    assert [answer.status_code for answer in answers] == [200, 403]
    assert f"Signed in as {MARIE}" in answers[0].text
    assert "Signed in" not in answers[1].text


def test_an_old_link_opens_nothing(nobody, sandbox, link):
    sandbox.expire_passes()

    assert nobody.http.get(link).status_code == 403


def test_a_link_does_not_outlive_the_mailbox_being_open(admin, nobody, marie, link):
    admin.rows("disableUser", **marie)

    assert nobody.http.get(link).status_code == 403


def test_the_control_panel_takes_a_one_time_password_in_base64(admin, nobody, sandbox, marie):
    page = panel(sandbox, MARIE, admin.rows("getOTPass", **marie))

    answers = [nobody.http.get(page), nobody.http.get(page)]

    assert [answer.status_code for answer in answers] == [200, 403]
    assert f"Signed in as {MARIE}" in answers[0].text


def test_base64_that_was_not_percent_encoded_does_not_arrive(admin, nobody, sandbox, marie):
    page = panel(sandbox, MARIE, admin.rows("getOTPass", **marie), quoted=False)

    assert nobody.http.get(page).status_code == 403


@pytest.mark.parametrize("action", ["getOTPass", "getOTPassAndToken"])
def test_a_disabled_mailbox_gets_no_one_time_access(admin, marie, action):
    admin.rows("disableUser", **marie)

    assert admin.refusal(action, **marie) == "Account is disabled"


@pytest.mark.parametrize("action", ["getOTPass", "getOTPassAndToken"])
def test_a_mailbox_that_is_not_there_gets_no_one_time_access(admin, action):
    assert admin.refusal(action, username="nobody", domain="mail.test") == "User not found"


@pytest.mark.parametrize(("password", "status"), [("Marie-Pass-1", 200), ("wrong", 403)])
def test_the_webmail_page_lets_a_mailbox_sign_in_with_its_password(nobody, sandbox, marie, password, status):
    page = f"{sandbox.url}/webmail/"

    answer = nobody.http.post(page, data={"username": MARIE, "password": password})

    assert "Sign in" in nobody.http.get(page).text
    assert answer.status_code == status
    assert (f"Signed in as {MARIE}" in answer.text) == (status == 200)


def test_an_inactive_domain_lets_nobody_in(admin, sandbox, marie):
    admin.rows("updateDomain", domain="mail.test", editdomainactive="0")

    assert not sandbox.lets_in(MARIE, "Marie-Pass-1")


@pytest.fixture
def mailbox(admin, door, marie):
    """Marie herself, the way a portal acts for her."""
    return door.sign_in(**marie, password=admin.rows("getOTPass", **marie))


def test_a_mailbox_sets_up_its_forwards(admin, mailbox):
    mailbox.rows("addForward", newforward="x@example.net")

    assert mailbox.rows("getForwards") == [{"forward": "x@example.net"}]
    assert admin.rows("getAllForwardsDomain", domain="mail.test") == [{"username": "marie", "forward": "x@example.net"}]


def test_a_mailbox_ends_its_forwards(mailbox):
    mailbox.rows("addForward", newforward="x@example.net")

    mailbox.rows("removeForward", forward="x@example.net")

    assert mailbox.rows("getForwards") == []
    assert mailbox.refusal("removeForward", forward="x@example.net") == "Forward not found"


def test_a_forward_is_added_once_and_is_an_address(mailbox):
    mailbox.rows("addForward", newforward="x@example.net")

    assert mailbox.refusal("addForward", newforward="x@example.net") == "Forward already exists"
    assert mailbox.refusal("addForward", newforward="x") == "Invalid value of newforward"


def test_a_mailbox_that_was_disabled_meanwhile_does_nothing(admin, mailbox, marie):
    admin.rows("disableUser", **marie)

    assert mailbox.refusal("getForwards") == "Account is disabled"
