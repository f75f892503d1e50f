"""A mailbox service's life by the functions of the module mailporchbox, with the portal itself and a mail server."""

import json
from decimal import Decimal
from typing import Any

import pytest

from tests.shared_world import DOMAIN, PASSWORD, SharedWorld
from tests.sso.people import ALICE, FIRST_PASSWORD, MARC
from tests.sso.whmcs import Whmcs

ADDRESS = f"alice@{DOMAIN}"
ON_THE_SITE = {"area": "client", "user": ALICE}


def called(boxes: Whmcs, function: str, svc: int = 301, **context: Any) -> str:
    return str(boxes.call(function, svc, **context)["result"])


def created(boxes: Whmcs, svc: int = 301) -> None:
    assert called(boxes, "CreateAccount", svc) == "success"
    boxes.query("update tblhosting set domainstatus = 'Active' where id = ?", svc)


def mailbox(shared: SharedWorld, name: str = "alice") -> Any:
    return shared.mail.state(DOMAIN)["mailboxes"].get(name)


def test_a_paid_order_becomes_a_mailbox_that_opens_by_the_password_whmcs_made(
    boxes: Whmcs, shared: SharedWorld
) -> None:
    answer = called(boxes, "CreateAccount", session=ON_THE_SITE)

    assert answer == "success"
    assert shared.mail.lets_in(ADDRESS, FIRST_PASSWORD)


def test_whmcs_keeps_the_address_and_its_own_password(boxes: Whmcs) -> None:
    called(boxes, "CreateAccount")

    row = boxes.service(301)
    assert (row["username"], row["domain"]) == (ADDRESS, ADDRESS)
    assert row["password"] == f"encrypted:{FIRST_PASSWORD}"


def test_what_was_created_is_open_at_once_and_known_with_its_bill(boxes: Whmcs, shared: SharedWorld) -> None:
    called(boxes, "CreateAccount")

    service = shared.service()
    assert (service.product, service.name, service.status) == ("mailbox", ADDRESS, "Active")
    assert (service.billing["status"], service.currency["code"]) == ("Active", "CAD")


def test_creating_again_leaves_the_mailbox_and_its_password(boxes: Whmcs, shared: SharedWorld) -> None:
    created(boxes)
    before = shared.everything

    assert called(boxes, "CreateAccount") == "success"
    assert shared.everything == before


def test_configurable_options_stand_in_for_settings(boxes: Whmcs, shared: SharedWorld) -> None:
    boxes.choose(301, 5, choice=52)
    boxes.choose(301, 6, quantity=50)

    called(boxes, "CreateAccount")

    plan = shared.service().plan
    assert (plan["account_type"], plan["quota_gb"]) == ("2", "50")
    assert (mailbox(shared)["account_type"], Decimal(mailbox(shared)["quota"])) == ("2", 50)


@pytest.mark.parametrize("value", ["1|Basic", "Basic", "1"])
def test_options_go_to_the_portal_as_whmcs_gives_them(boxes: Whmcs, shared: SharedWorld, value: str) -> None:
    created(boxes)
    params = boxes.params(301) | {"configoptions": {"Account Type": value, "Mailbox Quota (GB)": "10|10 GB"}}

    answer = boxes.run("ChangePackage", params, module="mailporchbox", session={"area": "client"})

    assert answer["result"] == "success"
    assert Decimal(mailbox(shared)["quota"]) == 10


def test_an_empty_option_leaves_the_setting(boxes: Whmcs, shared: SharedWorld) -> None:
    params = boxes.params(301) | {"configoptions": {"Account Type": "", "Mailbox Quota (GB)": " "}}

    boxes.run("CreateAccount", params, module="mailporchbox", session={"area": ""})

    assert Decimal(mailbox(shared)["quota"]) == 25


def test_the_domain_that_stands_on_the_service_is_taken(boxes: Whmcs, shared: SharedWorld) -> None:
    boxes.query("update tblproducts set configoption2 = 'other.test, mail.test' where id = 3")
    boxes.query("update tblhosting set domain = 'Mail.test' where id = 301")

    assert called(boxes, "CreateAccount") == "success"
    assert shared.service().name == ADDRESS


@pytest.mark.parametrize(
    ("sql", "sentence"),
    [
        ("update tblproducts set configoption2 = 'a.test, b.test' where id = 3", "No domain found"),
        ("update tblhosting set domain = 'elsewhere.test' where id = 301", "Domain not allowed"),
        ("update tblcustomfieldsvalues set value = 'postmaster'", "is reserved"),
        ("update tblcustomfieldsvalues set value = 'a b'", "holds other characters"),
        ("update tblhosting set password = 'encrypted:weak' where id = 301", "at least 10 characters"),
        ("update tblproducts set configoption4 = 'lots' where id = 3", 'quota_gb: "lots" is not a size'),
        ("delete from tblcustomfieldsvalues", 'Fill in the custom field "Mailbox"'),
    ],
)
def test_what_cannot_be_created_is_told_with_its_cause(
    boxes: Whmcs, shared: SharedWorld, sql: str, sentence: str
) -> None:
    boxes.query(sql)

    answer = called(boxes, "CreateAccount")

    assert sentence in answer
    assert mailbox(shared) is None


def test_a_name_that_somebody_has_is_refused_and_left_alone(boxes: Whmcs, shared: SharedWorld) -> None:
    shared.mail.mailbox(DOMAIN, "alice", password=PASSWORD)

    answer = called(boxes, "CreateAccount")

    assert "in use on the mail server already" in answer
    assert shared.mail.lets_in(ADDRESS, PASSWORD)
    assert boxes.service(301)["username"] == "madeup"


def test_an_address_that_whmcs_cannot_keep_is_told(boxes: Whmcs) -> None:
    boxes.query(
        "create trigger full before update of username on tblhosting begin select raise(abort, 'disk full'); end"
    )

    assert "WHMCS could not keep its address" in called(boxes, "CreateAccount")


def test_a_service_is_suspended_and_opened_again(boxes: Whmcs, shared: SharedWorld) -> None:
    created(boxes)

    suspended = called(boxes, "SuspendAccount")
    let_in = shared.mail.lets_in(ADDRESS, FIRST_PASSWORD)
    opened = called(boxes, "UnsuspendAccount")

    assert (suspended, let_in, opened) == ("success", False, "success")
    assert shared.mail.lets_in(ADDRESS, FIRST_PASSWORD)


def test_a_terminated_service_is_gone_and_terminating_it_again_is_well(boxes: Whmcs, shared: SharedWorld) -> None:
    created(boxes)

    answers = [called(boxes, "TerminateAccount"), called(boxes, "TerminateAccount")]

    assert answers == ["success", "success"]
    assert mailbox(shared) is None


def test_another_product_changes_what_stands_on_the_mail_server(boxes: Whmcs, shared: SharedWorld) -> None:
    created(boxes)
    boxes.query("update tblproducts set configoption4 = '40', configoption9 = 'fr' where id = 3")

    answer = called(boxes, "ChangePackage")

    assert answer == "success"
    assert Decimal(mailbox(shared)["quota"]) == 40
    assert shared.service().plan["language"] == "fr"


def test_a_renewal_tells_the_new_due_date_and_keeps_the_options(boxes: Whmcs, shared: SharedWorld) -> None:
    boxes.choose(301, 6, quantity=50)
    created(boxes)
    boxes.query("update tblhosting set nextduedate = '2027-01-05' where id = 301")

    answer = called(boxes, "Renew")

    service = shared.service()
    assert (answer, service.billing["next_due"], service.plan["quota_gb"]) == ("success", "2027-01-05", "50")


def test_staff_set_another_password(boxes: Whmcs, shared: SharedWorld) -> None:
    created(boxes)
    boxes.query("update tblhosting set password = 'encrypted:Another-Passw0rd' where id = 301")

    answer = called(boxes, "ChangePassword")

    assert answer == "success"
    assert shared.mail.lets_in(ADDRESS, "Another-Passw0rd")


def test_staff_read_why_a_password_was_refused(boxes: Whmcs) -> None:
    created(boxes)
    boxes.query("update tblhosting set password = 'encrypted:short' where id = 301")

    assert "it needs at least 10 characters" in called(boxes, "ChangePassword")


def changed_by(boxes: Whmcs, user: dict[str, Any], password: str, **context: Any) -> dict[str, Any]:
    """A customer changes the password on WHMCS's own page."""
    params = boxes.params(301) | {"password": password}
    known = {"session": {"area": "client", "user": user}, "config": {"Language": "english"}}
    return boxes.run("ChangePassword", params, module="mailporchbox", **(known | context))


def test_a_customer_sets_another_password_on_whmcss_page(boxes: Whmcs, shared: SharedWorld) -> None:
    created(boxes)

    answer = changed_by(boxes, ALICE, "Another-Passw0rd")

    assert answer["result"] == "success"
    assert shared.mail.lets_in(ADDRESS, "Another-Passw0rd")


def test_a_password_against_the_rules_is_told_to_the_customer_with_the_rules(boxes: Whmcs) -> None:
    created(boxes)

    answer = changed_by(boxes, ALICE, "too short 1")

    assert answer["result"].startswith("This password was not accepted. It needs at least 10 characters")


def test_a_customer_reads_nothing_of_the_portals_troubles(boxes: Whmcs) -> None:
    boxes.server["serverport"] = "1"

    answer = changed_by(boxes, ALICE, "Another-Passw0rd")

    assert answer["result"].startswith("The password could not be changed at the moment.")


def test_a_user_who_may_only_look_changes_no_password(boxes: Whmcs, shared: SharedWorld) -> None:
    created(boxes)

    answer = changed_by(boxes, MARC, "Another-Passw0rd", permissions=["products", "productsso"])

    assert answer["result"].startswith("Your user may not change this service.")
    assert shared.mail.lets_in(ADDRESS, FIRST_PASSWORD)


def test_failed_steps_are_finished_by_a_button_and_whmcs_keeps_the_address(boxes: Whmcs, shared: SharedWorld) -> None:
    boxes.query("create trigger full before update of username on tblhosting begin select raise(abort, 'full'); end")
    called(boxes, "CreateAccount")
    boxes.query("drop trigger full")

    answer = called(boxes, "FinishSteps")

    assert (answer, boxes.service(301)["username"]) == ("success", ADDRESS)


def test_what_exists_is_registered_and_whmcs_keeps_its_address(boxes: Whmcs, shared: SharedWorld) -> None:
    shared.mail.mailbox(DOMAIN, "alice", password=PASSWORD)
    boxes.query("update tblhosting set domainstatus = 'Active' where id = 301")

    answer = called(boxes, "RegisterExisting")

    assert answer == "success"
    assert (shared.service().name, shared.service().proved) == (ADDRESS, True)
    assert boxes.service(301)["username"] == ADDRESS


def test_the_disk_use_is_refreshed_by_a_button(boxes: Whmcs) -> None:
    created(boxes)

    assert called(boxes, "RefreshUsage") == "Service 301: not-read."


@pytest.mark.parametrize("function", ["SuspendAccount", "UnsuspendAccount", "TerminateAccount", "ChangePackage"])
def test_a_service_that_the_portal_does_not_know_is_told_with_what_to_do(boxes: Whmcs, function: str) -> None:
    answer = called(boxes, function)

    assert answer.startswith("The portal refused: The portal does not know this service.")
    assert "Register existing" in answer


def test_a_service_that_staff_edit_is_told_at_once_with_its_options(boxes: Whmcs, shared: SharedWorld) -> None:
    created(boxes)
    boxes.choose(301, 5, choice=52)
    boxes.choose(301, 6, quantity=50)
    boxes.query("update tblhosting set amount = '9.00' where id = 301")

    boxes.reach("ServiceEdit", {"serviceid": 301, "clientId": 11}, session={"area": "admin"})

    service = shared.service()
    assert service.billing["unit_price"] == "9.00"
    assert (service.plan["account_type"], service.plan["quota_gb"]) == ("2", "50")
    assert boxes.activity == []


def test_the_cron_tells_mailboxes_and_asks_for_no_statements_of_them(boxes: Whmcs, shared: SharedWorld) -> None:
    created(boxes)
    boxes.query("update tblhosting set amount = '8.00' where id = 301")

    boxes.cron()

    assert shared.service().billing["unit_price"] == "8.00"
    assert boxes.query("select answer from mod_mailporch_statements where service = 301") == [{"answer": ""}]
    assert boxes.activity == []


def test_whmcs_imports_mailboxes_and_no_domains(boxes: Whmcs) -> None:
    created(boxes)

    told = [
        boxes.run("ListAccounts", boxes.server, module=module)["result"]["accounts"]
        for module in ("mailporchbox", "mailporch")
    ]

    assert [[account["domain"] for account in accounts] for accounts in told] == [[ADDRESS], []]


def test_the_connection_is_tested_to_the_mail_servers_for_mailboxes(boxes: Whmcs) -> None:
    answers = [
        boxes.run("TestConnection", boxes.server, module=module)["result"] for module in ("mailporchbox", "mailporch")
    ]

    assert answers[0] == {"success": True, "error": ""}
    assert "no mail server for this WHMCS" in answers[1]["error"]


def test_the_setting_lists_the_mail_servers_for_mailboxes(boxes: Whmcs) -> None:
    answer = boxes.run("ServerChoices", boxes.server, module="mailporchbox")

    assert answer["result"] == {"shared1": "shared1 (polarismail)"}


def test_the_module_log_holds_no_password_and_no_key(boxes: Whmcs, shared: SharedWorld) -> None:
    calls = [
        boxes.call("CreateAccount", 301),
        changed_by(boxes, ALICE, "Canary-Passw0rd"),
        changed_by(boxes, ALICE, "canary canary"),
        boxes.call("RegisterExisting", 301),
        boxes.call("AdminServicesTabFields", 301),
        boxes.call("TerminateAccount", 301),
    ]

    log = json.dumps([call["module_calls"] for call in calls])

    assert ADDRESS in log
    secrets = (FIRST_PASSWORD, "Canary-Passw0rd", "canary canary", shared.keys["northwind"])
    assert [secret for secret in secrets if secret in log] == []


@pytest.mark.parametrize(
    "function", ["CreateAccount", "SuspendAccount", "UnsuspendAccount", "TerminateAccount", "ChangePackage"]
)
def test_a_portal_that_is_down_is_told(boxes: Whmcs, function: str) -> None:
    boxes.server["serverport"] = "1"

    assert "Nothing answers at" in called(boxes, function)
