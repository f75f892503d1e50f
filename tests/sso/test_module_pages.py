"""The hooks on WHMCS's own pages: what is taken off the product page, and what a sign-out ends."""

from typing import Any

import pytest

from tests.sso.billing_portal import BillingPortal
from tests.sso.whmcs import Whmcs
from tests.world import World

MENU: dict[str, Any] = {
    "Service Details Overview": {"Information": {}},
    "Service Details Actions": {"Upgrade/Downgrade": {}, "Change Password": {}},
}
WITHOUT = MENU | {"Service Details Actions": {"Upgrade/Downgrade": {}}}
ON_ITS_PAGE = {"action": "productdetails", "id": "101"}
# As Six, Twenty-One and Nexus name them.
VARIABLES = {
    "serviceid": 101,
    "domain": "alice.test",
    "username": "q7hidden",
    "password": "its-password",
    "serverdata": {"hostname": "portal.example.com"},
    "ns1": "ns1.example.com",
    "lastupdate": "22/11/2026",
    "diskusage": "100",
    "modulechangepassword": True,
    "billingcycle": "Monthly",
}


@pytest.fixture(autouse=True)
def services_of_two_modules(whmcs: Whmcs) -> None:
    whmcs.add_service(101, "alice.test")
    whmcs.add_service(103, "another-module.test", packageid=2)


def test_the_sidebar_of_our_product_has_no_change_of_password(whmcs: Whmcs) -> None:
    assert whmcs.reach("ClientAreaPrimarySidebar", MENU, request=ON_ITS_PAGE) == WITHOUT


@pytest.mark.parametrize(
    "request_",
    [{}, {"action": "productdetails"}, {"action": "productdetails", "id": "103"}, {"action": "services", "id": "101"}],
)
def test_every_other_pages_sidebar_stays(whmcs: Whmcs, request_: dict[str, str]) -> None:
    assert whmcs.reach("ClientAreaPrimarySidebar", MENU, request=request_) == MENU


@pytest.mark.parametrize("menu", [{}, {"Service Details Actions": {}}, {"Of a theme": {"Change Password": {}}}])
def test_a_theme_without_these_menus_is_no_fault(whmcs: Whmcs, menu: dict[str, Any]) -> None:
    assert whmcs.reach("ClientAreaPrimarySidebar", menu, request=ON_ITS_PAGE) == menu
    assert whmcs.activity == []


def test_the_product_page_shows_no_hosting_panel_and_above_all_no_hidden_admin(whmcs: Whmcs) -> None:
    changed = whmcs.reach("ClientAreaPageProductDetails", VARIABLES)

    assert set(changed) == {
        *("username", "password", "serverdata", "ns1", "lastupdate", "diskusage", "modulechangepassword"),
    }
    assert not any(changed.values())


@pytest.mark.parametrize("variables", [{}, {"serviceid": 103, "ns1": "ns1.example.com"}, {"id": "9"}])
def test_other_modules_pages_stay(whmcs: Whmcs, variables: dict[str, Any]) -> None:
    assert whmcs.reach("ClientAreaPageProductDetails", variables) == []


@pytest.mark.parametrize(
    ("hook", "variables"), [("UserLogout", {"user": {"id": 7}}), ("AdminLogout", {"adminid": 7, "username": "nora"})]
)
def test_who_signs_out_of_whmcs_is_signed_out_of_the_portal(
    beside_portal: Whmcs, world: World, hook: str, variables: dict[str, Any]
) -> None:
    alice = world.visitor()

    beside_portal.reach(hook, variables)

    assert alice.get("addresses/").status_code == 401


def test_a_portal_that_is_down_keeps_nobody_from_signing_out(whmcs: Whmcs, billing_portal: BillingPortal) -> None:
    billing_portal.status = 500

    whmcs.reach("UserLogout", {"user": {"id": 21}})

    assert whmcs.activity == []


def test_a_portal_that_failed_just_now_is_not_waited_for(whmcs: Whmcs, billing_portal: BillingPortal) -> None:
    billing_portal.status = 500
    whmcs.cron()
    billing_portal.calls.clear()

    whmcs.reach("UserLogout", {"user": {"id": 21}})

    assert billing_portal.calls == []
