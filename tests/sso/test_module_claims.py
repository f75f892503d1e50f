"""Who is handed over with which claims (contract: sso/README.md), by the real PHP module."""

from collections.abc import Callable
from typing import Any

import pytest

from sso.envelope import HANDOFF, unseal
from tests.sso.people import ALICE, HANDED_OVER, IN_ADMIN_AREA, KEY, MARC, NORA

Module = Callable[..., dict[str, Any]]


def in_frame(answer: dict[str, Any]) -> dict[str, Any]:
    """The claims in the page that ClientArea answered."""
    return unseal(answer["result"]["templateVariables"]["handOff"], [KEY], HANDOFF).payload


def in_link(answer: dict[str, Any]) -> dict[str, Any]:
    """The claims in the link that a sign-on function answered."""
    return unseal(answer["result"]["redirectTo"].partition("#")[2], [KEY], HANDOFF).payload


def test_the_owner_is_handed_over_as_customer_with_exactly_the_contracts_claims(module: Module) -> None:
    claims = in_frame(module("ClientArea"))

    assert len(claims.pop("jti")) == 22
    assert claims == {
        "v": 1,
        "aud": "northwind",
        "role": "customer",
        "mode": "embed",
        "svc": 101,
        "product": "domain",
        "name": "alice.test",
        "plan": HANDED_OVER,
        "client": 11,
        "user": {"id": 21, "name": "Alice Martin", "email": "alice@customer.test"},
        "lang": "en",
        "currency": {"code": "CAD", "prefix": "$", "suffix": " CAD"},
        "billing": {
            "cycle": "Annually",
            "months": 12,
            "next_due": "2027-03-01",
            "unit_price": "120.00",
            "status": "Active",
            "since": "2025-03-01",
        },
        "links": {
            "service": "https://billing.northwind.test/clientarea.php?action=productdetails&id=101",
            "support": "https://billing.northwind.test/submitticket.php",
            "upgrade": "https://billing.northwind.test/upgrade.php?type=package&id=101",
        },
        "origin": "https://billing.northwind.test",
    }


def test_every_page_carries_a_token_of_its_own(module: Module) -> None:
    first, second = in_frame(module("ClientArea")), in_frame(module("ClientArea"))

    assert first["jti"] != second["jti"]


def test_a_user_who_may_not_manage_products_is_read_only(module: Module) -> None:
    session = {"area": "client", "user": MARC}

    claims = in_frame(module("ClientArea", session=session, permissions=["products", "productsso"]))

    assert (claims["role"], claims["user"]["id"]) == ("readonly", 22)


@pytest.mark.parametrize(
    "permissions",
    [["products", "manageproducts", "productsso"], {"permission": ["manageproducts", "productsso"]}],
)
def test_a_user_who_may_manage_products_is_a_customer(module: Module, permissions: Any) -> None:
    session = {"area": "client", "user": MARC}

    claims = in_frame(module("ClientArea", session=session, permissions=permissions))

    assert claims["role"] == "customer"


def test_a_user_without_single_sign_on_reads_a_notice_and_gets_no_token(module: Module) -> None:
    session = {"area": "client", "user": MARC}

    page = module("ClientArea", session=session, permissions=["products", "manageproducts"])
    link = module("ServiceSingleSignOn", session=session, permissions=["products", "manageproducts"])

    assert "permission for single sign-on" in page["result"]["templateVariables"]["notice"]
    assert page["result"]["tabOverviewReplacementTemplate"] == "templates/notice.tpl"
    assert link["result"]["success"] is False


def test_nobody_signed_in_gets_no_token(module: Module) -> None:
    page = module("ClientArea", session={"area": "client"})

    assert list(page["result"]["templateVariables"]) == ["notice"]


def test_an_admin_signed_in_as_the_owner_has_the_owners_rights_and_is_named_beside(module: Module) -> None:
    session = {"area": "client", "user": ALICE, "admin": NORA, "masquerading": True}

    claims = in_frame(module("ClientArea", session=session))

    assert claims["role"] == "customer"
    assert claims["user"] == {
        "id": 21,
        "name": "Alice Martin",
        "email": "alice@customer.test",
        "admin": {"id": 1, "name": "Nora Ward"},
    }


def test_an_admin_session_beside_a_customers_own_makes_nobody_an_admin(module: Module) -> None:
    claims = in_frame(module("ClientArea", session={"area": "client", "user": ALICE, "admin": NORA}))

    assert claims["role"] == "customer"
    assert "admin" not in claims["user"]


def test_the_customers_link_is_the_same_hand_off_for_a_window_of_its_own(module: Module) -> None:
    answer = module("ServiceSingleSignOn")

    claims = in_link(answer)
    assert answer["result"]["redirectTo"].startswith("https://portal.example.com/sso/northwind#")
    assert (claims["role"], claims["mode"], claims["user"]["id"]) == ("customer", "top", 21)


def test_from_the_admin_area_the_link_is_an_admins_and_leads_back_to_the_admin_area(module: Module) -> None:
    claims = in_link(module("ServiceSingleSignOn", session=IN_ADMIN_AREA))

    assert (claims["role"], claims["mode"], claims["svc"]) == ("admin", "top", 101)
    assert claims["user"] == {
        "id": 21,
        "name": "Alice Martin",
        "email": "alice@customer.test",
        "admin": {"id": 1, "name": "Nora Ward"},
    }
    assert claims["links"]["service"] == "https://billing.northwind.test/admin/clientsservices.php?userid=11&id=101"


def test_the_admins_service_page_has_a_row_with_the_admins_link(module: Module) -> None:
    rows = module("AdminServicesTabFields", session=IN_ADMIN_AREA)["result"]

    cell = rows["E-mail portal"]
    token = cell.partition("#")[2].partition('"')[0]
    assert unseal(token, [KEY], HANDOFF).payload["role"] == "admin"
    assert 'target="_blank" rel="noopener noreferrer"' in cell


def test_the_link_on_the_server_entry_is_an_operators_with_nothing_of_a_service(
    module: Module, params: dict[str, Any]
) -> None:
    of_the_server = {name: value for name, value in params.items() if name.startswith("server")}

    claims = in_link(module("AdminSingleSignOn", of_the_server, session=IN_ADMIN_AREA))

    assert len(claims.pop("jti")) == 22
    assert claims == {
        "v": 1,
        "aud": "northwind",
        "role": "operator",
        "mode": "top",
        "user": {
            "id": 1,
            "name": "Nora Ward",
            "email": "nora@northwind.test",
            "admin": {"id": 1, "name": "Nora Ward"},
        },
        "lang": "en",
        "origin": "https://billing.northwind.test",
        "links": {"service": "https://billing.northwind.test/admin/configservers.php"},
    }


def test_the_console_opens_from_the_admin_area_only(module: Module) -> None:
    answer = module("AdminSingleSignOn", session={"area": "client", "user": ALICE, "admin": NORA})

    assert answer["result"] == {"success": False, "errorMsg": "The console opens from the admin area only."}


def test_a_product_without_settings_hands_over_an_empty_object(module: Module, params: dict[str, Any]) -> None:
    bare = {name: value for name, value in params.items() if not name.startswith("configoption")}

    claims = in_frame(module("ClientArea", bare))

    assert claims["plan"] == {}


def test_what_whmcs_holds_html_encoded_is_handed_over_as_plain_text(module: Module) -> None:
    session = {"area": "client", "user": ALICE | {"fullName": "Zo&euml; O&#039;Hara &amp; S&oslash;n"}}
    currency = {"code": "EUR", "prefix": "&euro;", "suffix": ""}

    claims = in_frame(module("ClientArea", session=session, currency=currency))

    assert claims["user"]["name"] == "Zoë O'Hara & Søn"
    assert claims["currency"] == {"code": "EUR", "prefix": "€", "suffix": ""}


@pytest.mark.parametrize(
    ("cycle", "months"),
    [("Monthly", 1), ("Quarterly", 3), ("Semi-Annually", 6), ("Biennially", 24), ("Triennially", 36), ("One Time", 0)],
)
def test_a_cycle_has_its_months(module: Module, cycle: str, months: int) -> None:
    service = {"billingcycle": cycle, "recurringamount": "1.00", "status": "Active"}

    billing = in_frame(module("ClientArea", service=service))["billing"]

    assert (billing["cycle"], billing["months"]) == (cycle, months)


def test_a_date_that_whmcs_does_not_have_is_null(module: Module) -> None:
    service = {
        "billingcycle": "Free Account",
        "recurringamount": "0.00",
        "nextduedate": "0000-00-00",
        "status": "Active",
    }

    billing = in_frame(module("ClientArea", service=service))["billing"]

    assert (billing["next_due"], billing["since"]) == (None, None)


def test_a_suspended_service_is_handed_over_with_whmcss_word_for_it(module: Module) -> None:
    service = {"billingcycle": "Monthly", "recurringamount": "5.00", "status": "Suspended"}

    claims = in_frame(module("ClientArea", service=service))

    assert claims["billing"]["status"] == "Suspended"


@pytest.mark.parametrize(
    ("session", "client", "system", "tag"),
    [
        ("french", "german", "english", "fr"),
        (None, "portuguese-br", "english", "pt-BR"),
        (None, "", "Spanish", "es"),
        (None, "spanish-mx", "english", "es"),
        (None, "", "klingon", "en"),
    ],
)
def test_the_language_is_the_pages_then_the_clients_then_the_installations(
    module: Module, params: dict[str, Any], session: str | None, client: str, system: str, tag: str
) -> None:
    params["clientsdetails"]["language"] = client

    claims = in_frame(
        module(
            "ClientArea",
            session={"area": "client", "user": ALICE, "language": session},
            config={"SystemURL": "https://billing.northwind.test", "Language": system},
        )
    )

    assert claims["lang"] == tag


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://Billing.Northwind.test/whmcs/", "https://billing.northwind.test"),
        ("https://billing.northwind.test:443", "https://billing.northwind.test"),
        ("https://billing.northwind.test:8443/", "https://billing.northwind.test:8443"),
        ("http://whmcs.northwind.localhost:8002/", "http://whmcs.northwind.localhost:8002"),
    ],
)
def test_the_origin_is_spelt_as_a_browser_spells_it(module: Module, url: str, origin: str) -> None:
    claims = in_frame(module("ClientArea", config={"SystemURL": url}))

    assert claims["origin"] == origin
    assert claims["links"]["support"] == f"{url.rstrip('/')}/submitticket.php"


@pytest.mark.parametrize("url", ["http://billing.northwind.test", "http://evil.test/.localhost", "", "//x", "https://"])
def test_a_whmcs_without_https_hands_nobody_over(module: Module, url: str) -> None:
    answer = module("ServiceSingleSignOn", session=IN_ADMIN_AREA, config={"SystemURL": url})

    assert answer["result"]["success"] is False
    assert "System URL" in answer["result"]["errorMsg"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"domain": " "}, "has no domain"),
        ({"serviceid": 0}, "which service"),
        ({"addonId": 5}, "not for product add-ons"),
        ({"serverhostname": "portal.example.com/x"}, "host name"),
        ({"serverhostname": ""}, "host name"),
        ({"serverusername": "North Wind"}, "user name"),
        ({"serverpassword": "short"}, "not a key"),
        ({"configoption22": "x" * 4096}, "too long"),
    ],
)
def test_what_is_wrong_is_told_to_staff_but_not_to_the_customer(
    module: Module, params: dict[str, Any], wrong: dict[str, Any], sentence: str
) -> None:
    for_staff = module("ServiceSingleSignOn", params | wrong, session=IN_ADMIN_AREA)["result"]["errorMsg"]
    for_the_customer = module("ClientArea", params | wrong)["result"]["templateVariables"]["notice"]

    assert sentence in for_staff
    assert for_the_customer.startswith("The e-mail settings cannot be opened at the moment.")


@pytest.mark.parametrize(
    ("entry", "origin"),
    [
        ({"serversecure": False, "serverport": "80"}, "https://portal.example.com"),
        ({"serverport": "8443"}, "https://portal.example.com:8443"),
        ({"serverhostname": "Portal.Example.com"}, "https://portal.example.com"),
        (
            {"serverhostname": "portal.northwind.localhost", "serversecure": False, "serverport": "8001"},
            "http://portal.northwind.localhost:8001",
        ),
        ({"serverhostname": "localhost", "serversecure": True}, "https://localhost"),
        ({"serverhostname": "notlocalhost", "serversecure": False}, "https://notlocalhost"),
    ],
)
def test_the_portal_is_asked_by_https_unless_it_is_the_sandbox(
    module: Module, params: dict[str, Any], entry: dict[str, Any], origin: str
) -> None:
    page = module("ClientArea", params | entry)["result"]["templateVariables"]

    assert page["portalOrigin"] == origin
    assert page["entrance"] == f"{origin}/sso/northwind"
