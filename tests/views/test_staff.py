"""What the seller's admins see and do beyond what customers can."""

import re

import pytest
import requests

from portal import security
from portal.sandbox.control import Running
from tests.views.pages import says, text_of
from tests.world import ADMIN, Visitor, World

WEBMAIL = "mailboxes/carol@alice.test/webmail"
PANEL = "staff/panel"


def setting(page_text: str, name: str) -> str:
    """What the plan card says of a setting."""
    found = re.search(rf'data-setting="{name}">(.*?)</tr>', page_text, re.DOTALL)
    assert found is not None
    return text_of(found[1])


def landed(mail: Running, link: str) -> str:
    """What the mail server's page says to whoever follows the link."""
    assert link.startswith(mail.url)
    return requests.get(link, timeout=5).text


@pytest.mark.parametrize("path", ["staff", "plan", "raw-state"])
def test_what_is_for_staff_does_not_exist_for_customers(alice: Visitor, reader: Visitor, path: str) -> None:
    assert [visitor.get(path).status_code for visitor in (alice, reader)] == [404, 404]


@pytest.mark.parametrize("path", [PANEL, WEBMAIL])
def test_nobody_else_signs_in_to_the_mail_server_without_a_password(
    world: World, alice: Visitor, reader: Visitor, path: str
) -> None:
    as_alice = world.visitor(
        user={"id": 7, "name": "Alice Martin", "email": "a@example.test", "admin": {"id": 1, "name": "Nora"}}
    )
    world.mail.clear_log()

    statuses = [visitor.post(path).status_code for visitor in (alice, reader, as_alice)]

    assert statuses == [404, 403, 404]
    assert world.mail.calls() == []


def test_customers_are_offered_none_of_it(alice: Visitor) -> None:
    pages = [alice.open("history"), alice.get("mailboxes/carol@alice.test")]

    for page in pages:
        assert page.status_code == 200
        assert "/staff" not in page.text
        assert 'action="/s/northwind-101/mailboxes/carol@alice.test/webmail"' not in page.text


def test_the_plan_shows_each_setting_as_it_is_read(world: World) -> None:
    admin = nora(world, plan={"max_users": "10", "eas_price": "2,50"})

    page = admin.get("plan").text

    assert setting(page, "max_users") == "7 max_users 10"
    assert "2,50" in setting(page, "eas_price")
    assert "is not a price" in setting(page, "eas_price")
    assert setting(page, "tier_gb") == "1 tier_gb 10"


def test_the_plan_warns_of_prices_that_make_more_cost_less(world: World) -> None:
    admin = nora(world, plan={"eas_price": "2.00", "mapi_price": "3.00", "combined_price": "1.00"})

    assert "combined_price is below a single price" in admin.get("plan").text


def test_the_raw_state_is_the_mail_servers_own_without_its_secrets(admin: Visitor) -> None:
    page = admin.get("raw-state")

    assert "userLimit" in page.text
    assert "domainKeysSettings.selector" in page.text
    assert "never-forward-this" not in page.text
    assert "ldapPassword" not in page.text


def test_a_silent_mail_server_costs_the_raw_state_alone(world: World, admin: Visitor) -> None:
    world.mail.faults({"path": "*", "kind": "down"})

    assert [admin.get(path).status_code for path in ("staff", "plan", "raw-state")] == [200, 200, 503]


def test_an_admin_opens_the_mail_servers_panel_as_the_domains_admin(world: World, admin: Visitor) -> None:
    answer = admin.post(PANEL)

    assert answer.status_code == 303
    assert answer.headers["Cache-Control"] == "no-store"
    assert f"Signed in as {ADMIN}@alice.test" in landed(world.mail, answer.headers["Location"])


@pytest.mark.parametrize("build", ["100.new", "100.old", "100.login-by-address"])
def test_an_admin_opens_the_webmail_of_a_mailbox(world: World, admin: Visitor, build: str) -> None:
    world.mail.build(build)

    answer = admin.post(WEBMAIL)

    assert answer.status_code == 303
    assert "Signed in as carol@alice.test" in landed(world.mail, answer.headers["Location"])


def test_the_link_is_written_down_nowhere(world: World, admin: Visitor, caplog: pytest.LogCaptureFixture) -> None:
    link = admin.post(WEBMAIL).headers["Location"]
    token = link.partition("autologin=")[2]

    page = admin.get("history")

    assert token
    assert token not in page.text
    assert token not in caplog.text
    assert [row.action for row in world.recorded()] == ["mailbox.webmail", "admin.visit"]


@pytest.mark.parametrize("address", ["nobody@alice.test", "bob@bob.test", f"{ADMIN}@alice.test"])
def test_there_is_no_webmail_of_what_is_no_mailbox_of_the_service(admin: Visitor, address: str) -> None:
    assert admin.post(f"mailboxes/{address}/webmail").status_code == 404


def test_without_a_link_the_sign_in_page_of_the_mail_server_is_offered(world: World, admin: Visitor) -> None:
    world.mail.build("100.no-login-token")

    answer = admin.post(WEBMAIL)

    assert answer.status_code == 502
    assert says(answer, "Nobody was signed in.")
    assert 'href="https://webmail.example.test/"' in answer.text
    assert world.recorded()[0].result == "refused"


def test_the_hidden_admins_name_is_not_in_what_customers_read(alice: Visitor, admin: Visitor) -> None:
    admin.post(PANEL)

    page = alice.get("history")

    assert says(page, "own panel of alice.test")
    assert ADMIN not in page.text


def test_browsers_follow_an_admins_forms_to_the_mail_server_and_nobody_elses(
    world: World, alice: Visitor, admin: Visitor
) -> None:
    policies = [visitor.open("").headers["Content-Security-Policy"] for visitor in (alice, admin)]

    assert "form-action 'self';" in policies[0]
    assert f"form-action 'self' {world.mail.url} https://webmail.example.test;" in policies[1]


def test_a_link_to_a_host_that_the_policy_does_not_name_is_for_a_person_to_follow(world: World, admin: Visitor) -> None:
    world.mail.build("100.login-elsewhere")

    answer = admin.post(WEBMAIL)

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert re.search(r'href="http://mail\.localhost:\d+/interface/autologin\?autologin=', answer.text)


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://Mail.Example.test:443/x", "https://mail.example.test"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("https://mail.example.test.evil/?mail.example.test", "https://mail.example.test.evil"),
        ("https://mail.example.test; script-src *", ""),
        ("https://mail.example.test@evil.test/", ""),
        ("", ""),
    ],
)
def test_what_stands_in_the_policy_is_an_origin_and_nothing_else(url: str, origin: str) -> None:
    assert security.origin(url) == origin


def test_the_banner_names_who_acts_and_for_what(world: World, admin: Visitor) -> None:
    as_alice = world.visitor(
        user={"id": 7, "name": "Alice Martin", "email": "a@example.test", "admin": {"id": 1, "name": "Nora Admin"}}
    )

    assert says(admin.open("history"), "Nora Admin (admin) for alice.test")
    assert says(as_alice.open("history"), "admin Nora Admin for Alice Martin")


def test_the_end_of_a_visit_ends_it_in_every_tab(world: World, admin: Visitor) -> None:
    other = admin.tab()

    page = admin.post("leave")

    assert says(page, "Your visit has ended")
    assert "https://whmcs.northwind.test/" in page.text
    assert [visitor.get("history").status_code for visitor in (admin, other)] == [401, 401]
    assert admin.open("history").status_code == 401


def nora(world: World, **claims: object) -> Visitor:
    user = {"id": 7, "name": "Alice Martin", "email": "a@example.test", "admin": {"id": 1, "name": "Nora Admin"}}
    return world.visitor(role="admin", mode="top", user=user, **claims)
