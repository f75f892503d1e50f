"""A service's life by the module's functions, with the portal itself and a mail server behind it."""

from typing import Any

import pytest

from tests.sso.people import ALICE, NORA
from tests.sso.whmcs import Whmcs
from tests.world import World


@pytest.fixture
def whmcs(beside_portal: Whmcs) -> Whmcs:
    """Beside Alice's services that exist, an order for new.test that was paid just now."""
    beside_portal.add_service(
        110, "new.test", domainstatus="Pending", username="newtest", password="encrypted:by-whmcs"
    )
    return beside_portal


def called(whmcs: Whmcs, function: str, svc: int = 110, **context: Any) -> str:
    return str(whmcs.call(function, svc, **context)["result"])


def created(whmcs: Whmcs) -> None:
    assert called(whmcs, "CreateAccount") == "success"
    whmcs.query("update tblhosting set domainstatus = 'Active' where id = 110")


def test_a_paid_order_becomes_a_domain_whose_hidden_admin_whmcs_keeps(whmcs: Whmcs, world: World) -> None:
    answer = called(whmcs, "CreateAccount")

    row, domain = whmcs.service(110), world.mail.state("new.test")
    assert answer == "success"
    assert domain["settings"]["mainDomainAdmin"] == row["username"] != "newtest"
    assert row["password"] == "encrypted:" + domain["users"][row["username"]]["password"]


def test_an_order_that_is_paid_on_the_site_is_created_there(whmcs: Whmcs, world: World) -> None:
    answer = called(whmcs, "CreateAccount", session={"area": "client", "user": ALICE})

    assert answer == "success"
    assert "new.test" in world.mail.domains()


def test_what_was_created_is_open_at_once_and_known_with_its_bill(whmcs: Whmcs, world: World) -> None:
    called(whmcs, "CreateAccount")

    service = world.service(svc=110)
    assert (service.status, service.billing["status"], service.currency["code"]) == ("Active", "Active", "CAD")
    assert service.username == whmcs.service(110)["username"]


def test_creating_again_sets_a_fresh_password_which_whmcs_keeps(whmcs: Whmcs, world: World) -> None:
    created(whmcs)
    before = whmcs.service(110)

    answer = called(whmcs, "CreateAccount")

    after = whmcs.service(110)
    assert answer == "success"
    assert (after["username"], after["password"] != before["password"]) == (before["username"], True)
    kept = world.mail.state("new.test")["users"][after["username"]]["password"]
    assert after["password"] == f"encrypted:{kept}"


def test_a_domain_that_exists_is_refused_with_what_to_do(whmcs: Whmcs, world: World) -> None:
    world.mail.domain("new.test")

    answer = called(whmcs, "CreateAccount")

    assert "exists on the mail server already" in answer
    assert "Register existing" in answer
    assert whmcs.service(110)["username"] == "newtest"


def test_a_mail_server_that_is_down_is_told_and_the_next_try_finishes(whmcs: Whmcs, world: World) -> None:
    world.mail.faults({"path": "settings/sysadmin/domain-put", "kind": "500", "when": "before"})
    failed = called(whmcs, "CreateAccount")
    world.mail.faults()

    answer = called(whmcs, "CreateAccount")

    assert failed != "success"
    assert answer == "success"
    assert whmcs.service(110)["username"] == world.mail.state("new.test")["settings"]["mainDomainAdmin"]


def test_a_sign_in_that_whmcs_cannot_keep_is_told_and_never_shown(whmcs: Whmcs, world: World) -> None:
    whmcs.query(
        "create trigger full before update of password on tblhosting begin select raise(abort, 'disk full'); end"
    )

    call = whmcs.call("CreateAccount", 110)

    password = next(iter(world.mail.state("new.test")["users"].values()))["password"]
    assert "WHMCS could not keep the hidden admin's sign-in" in call["result"]
    assert password not in str(call)


@pytest.mark.parametrize("name", ["", "   "])
def test_an_order_without_a_domain_is_refused(whmcs: Whmcs, name: str) -> None:
    whmcs.query("update tblhosting set domain = ? where id = 110", name)

    assert called(whmcs, "CreateAccount") == "This service has no domain. Enter it on the service's page."


def test_an_addon_is_refused(whmcs: Whmcs) -> None:
    answer = whmcs.run("CreateAccount", whmcs.params(110) | {"addonId": 5})["result"]

    assert answer == "This module is for products, not for product add-ons."


def test_a_setting_without_a_meaning_stops_the_creation_and_is_named(whmcs: Whmcs) -> None:
    whmcs.query("update tblproducts set configoption2 = '$3'")

    answer = called(whmcs, "CreateAccount")

    assert 'eas_price: "$3" is not a price' in answer
    assert "Module Settings" in answer


def test_a_service_is_suspended_and_opened_again(whmcs: Whmcs, world: World) -> None:
    created(whmcs)

    suspended = called(whmcs, "SuspendAccount")
    closed = world.mail.state("new.test")["settings"]["isEnabled"]
    opened = called(whmcs, "UnsuspendAccount")

    assert (suspended, closed, opened) == ("success", False, "success")
    assert world.mail.state("new.test")["settings"]["isEnabled"] is True


def test_a_terminated_service_is_gone_and_terminating_it_again_is_well(whmcs: Whmcs, world: World) -> None:
    created(whmcs)

    answers = [called(whmcs, "TerminateAccount"), called(whmcs, "TerminateAccount")]

    assert answers == ["success", "success"]
    assert "new.test" not in world.mail.domains()


@pytest.mark.parametrize("function", ["SuspendAccount", "UnsuspendAccount", "TerminateAccount", "ChangePackage"])
def test_a_service_that_the_portal_does_not_know_is_told_with_what_to_do(whmcs: Whmcs, function: str) -> None:
    answer = called(whmcs, function)

    assert answer.startswith("The portal refused: The portal does not know this service.")
    assert "Register existing" in answer


def test_another_product_changes_what_stands_on_the_mail_server(whmcs: Whmcs, world: World) -> None:
    created(whmcs)
    whmcs.query("update tblproducts set configoption7 = '5', configoption17 = '0'")

    answer = called(whmcs, "ChangePackage")

    assert answer == "success"
    assert world.mail.state("new.test")["settings"]["maxUsers"] == 6
    assert world.service(svc=110).plan["max_users"] == "5"


def test_an_upgrade_whose_order_whmcs_has_not_written_down_yet_has_the_new_settings(whmcs: Whmcs, world: World) -> None:
    created(whmcs)

    answer = whmcs.run("ChangePackage", whmcs.params(110) | {"configoption7": "7"}, session={"area": "client"})

    assert answer["result"] == "success"
    assert world.service(svc=110).plan["max_users"] == "7"


def test_a_renewal_tells_the_new_due_date_and_nothing_else(whmcs: Whmcs, world: World) -> None:
    created(whmcs)
    world.mail.clear_log()
    whmcs.query("update tblhosting set nextduedate = '2027-01-05' where id = 110")

    answer = called(whmcs, "Renew")

    assert answer == "success"
    assert world.service(svc=110).billing["next_due"] == "2027-01-05"


def test_a_renewal_never_fails(whmcs: Whmcs) -> None:
    whmcs.server["serverhostname"] = "nowhere.localhost"

    assert called(whmcs, "Renew") == "success"


def test_a_new_password_for_the_hidden_admin_is_kept_by_whmcs(whmcs: Whmcs, world: World) -> None:
    created(whmcs)
    before = whmcs.service(110)["password"]

    answer = called(whmcs, "NewAdminPassword")

    after = whmcs.service(110)
    kept = world.mail.state("new.test")["users"][after["username"]]["password"]
    assert answer == "success"
    assert after["password"] == f"encrypted:{kept}" != before


def test_failed_steps_are_finished_by_a_button_and_whmcs_keeps_the_sign_in(whmcs: Whmcs, world: World) -> None:
    world.mail.faults({"path": "settings/sysadmin/domain-settings", "kind": "500", "when": "before"})
    failed = called(whmcs, "CreateAccount")
    world.mail.faults()

    answer = called(whmcs, "FinishSteps")

    row = whmcs.service(110)
    kept = world.mail.state("new.test")["users"][row["username"]]["password"]
    assert failed != "success"
    assert answer == "success"
    assert row["password"] == f"encrypted:{kept}"


def test_what_exists_is_registered_by_the_sign_in_that_whmcs_has(whmcs: Whmcs, world: World) -> None:
    made = world.mail.domain("new.test", admin="oldadmin", admin_password="Old-Secret-1!")
    whmcs.query("update tblhosting set username = 'oldadmin', password = 'encrypted:Old-Secret-1!' where id = 110")

    answer = called(whmcs, "RegisterExisting")

    service = world.service(svc=110)
    assert answer == "success"
    assert (service.name, service.username, service.proved) == (made["name"], "oldadmin", True)


def test_the_disk_use_is_refreshed_by_a_button(whmcs: Whmcs, world: World) -> None:
    assert called(whmcs, "RefreshUsage", 101) == "Service 101: not-read."


def test_the_history_names_the_admin_who_pressed_the_button(whmcs: Whmcs, world: World) -> None:
    created(whmcs)
    called(whmcs, "SuspendAccount")
    called(whmcs, "UnsuspendAccount", session={"area": ""})

    newest, before = world.recorded(110)[:2]
    assert (newest.action, newest.admin_name) == ("service.unsuspend", "")
    assert (before.action, before.admin_name) == ("service.suspend", NORA["fullName"])


def test_a_service_that_staff_edit_is_told_at_once(whmcs: Whmcs, world: World) -> None:
    created(whmcs)
    whmcs.query("update tblhosting set amount = '9.00', domainstatus = 'Suspended' where id = 110")

    whmcs.reach("ServiceEdit", {"serviceid": 110, "clientId": 11}, session={"area": "admin"})

    service = world.service(svc=110)
    assert (service.billing["unit_price"], service.status) == ("9.00", "Suspended")
    assert whmcs.activity == []


def test_a_service_that_was_never_told_is_not_told_by_an_edit(whmcs: Whmcs, world: World) -> None:
    whmcs.cron()

    whmcs.reach("ServiceEdit", {"serviceid": 110, "clientId": 11}, session={"area": "admin"})

    with pytest.raises(AssertionError):
        world.service(svc=110)


def test_an_end_that_staff_write_down_is_told_by_the_cron(whmcs: Whmcs, world: World) -> None:
    whmcs.cron()
    whmcs.query("update tblhosting set domainstatus = 'Cancelled' where id = 101")
    whmcs.an_hour_passes()

    whmcs.cron()

    assert world.service(svc=101).status == "Cancelled"


def test_whmcs_imports_what_the_portal_has(whmcs: Whmcs, world: World) -> None:
    world.mail.domain("old.test")

    accounts = whmcs.run("ListAccounts", whmcs.server)["result"]["accounts"]

    found = {account["domain"]: account for account in accounts}
    assert {"alice.test", "alice-shop.test", "old.test"} <= set(found)
    assert found["alice.test"]["status"] == "Active"
    assert found["alice.test"]["uniqueIdentifier"] == "alice.test"
    assert set(found["alice.test"]) == {
        *("email", "username", "domain", "uniqueIdentifier", "product", "primaryip", "created", "status"),
    }


def test_a_list_that_would_not_be_whole_is_no_list(whmcs: Whmcs, world: World) -> None:
    world.mail.faults({"path": "*", "kind": "down"})

    answer = whmcs.run("ListAccounts", whmcs.server)["result"]

    assert answer["success"] is False
    assert "these mail servers did not answer: mail1" in answer["error"]
