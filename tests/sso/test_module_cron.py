"""What the module and the portal tell one another around the invoice run."""

import json
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.sso.billing_portal import BillingPortal, statement
from tests.sso.people import SETTINGS
from tests.sso.test_module_connection import MODULE, STAND_INS
from tests.sso.whmcs import Whmcs, hosting

EAS = ("eas", "ActiveSync: alice@alice.test", "2.00")
PUT = "PUT /api/v1/services/101"
STATEMENTS = "POST /api/v1/statements"
# What is told of statement 7 on invoice 1001.
NOVEMBER = {"svc": 101, "invoice": 1001, "from": "2026-11-04T09:00:00+00:00", "to": "2026-12-04T09:00:00+00:00"}


@pytest.fixture
def alice(whmcs: Whmcs, billing_portal: BillingPortal) -> None:
    """alice.test uses three tiers and ActiveSync."""
    whmcs.add_service(101, "Alice.test ", username="hidden-admin")
    billing_portal.statements[101] = [statement("7", 3, EAS)]


@pytest.mark.usefixtures("alice")
@pytest.mark.parametrize("hook", ["PreCronJob", "AfterCronJob"])
def test_the_portal_is_told_of_a_service_and_then_asked(whmcs: Whmcs, billing_portal: BillingPortal, hook: str) -> None:
    whmcs.cron(hook)

    assert billing_portal.paths() == [PUT, STATEMENTS]
    assert billing_portal.registered[101] == {
        "product": "domain",
        "name": "alice.test",
        "username": "hidden-admin",
        "plan": SETTINGS,
        "client": 11,
        "status": "Active",
        "billing": {
            "cycle": "Monthly",
            "months": 1,
            "next_due": "2026-12-05",
            "unit_price": "6.00",
            "status": "Active",
            "since": "2026-01-05",
        },
        "lang": "en",
        "currency": {"code": "CAD", "prefix": "$", "suffix": " CAD"},
    }


@pytest.mark.usefixtures("alice")
def test_what_the_portal_was_told_is_told_again_when_it_changes(whmcs: Whmcs, billing_portal: BillingPortal) -> None:
    whmcs.cron()
    whmcs.an_hour_passes()
    whmcs.cron()
    whmcs.an_hour_passes()
    whmcs.query("update tblhosting set domainstatus = 'Suspended'")
    whmcs.cron()

    assert billing_portal.paths() == [PUT, STATEMENTS, STATEMENTS, PUT, STATEMENTS]
    assert billing_portal.registered[101]["status"] == "Suspended"


@pytest.mark.usefixtures("alice")
def test_only_services_of_this_module_in_use_are_told(whmcs: Whmcs, billing_portal: BillingPortal) -> None:
    whmcs.add_service(102, "another-module.test", packageid=2)
    whmcs.add_service(103, "another-server.test", server=2)
    for number, status in enumerate(["Pending", "Terminated", "Cancelled", "Fraud", "Completed"], 104):
        whmcs.add_service(number, f"{status.lower()}.test", domainstatus=status)

    whmcs.cron()

    assert set(billing_portal.registered) == {101}
    assert [one["svc"] for one in billing_portal.asked("/api/v1/statements")[0]["services"]] == [101]


@pytest.mark.usefixtures("alice")
def test_a_cron_every_five_minutes_asks_once_an_hour(whmcs: Whmcs, billing_portal: BillingPortal) -> None:
    for _ in range(4):
        whmcs.cron("AfterCronJob")
    whmcs.query("update mod_mailporch_portals set tried = tried - 700")
    whmcs.cron("AfterCronJob")
    once = billing_portal.paths().count(STATEMENTS)
    whmcs.cron("PreCronJob")

    assert once == 1
    assert billing_portal.paths().count(STATEMENTS) == 2


def test_hundreds_of_services_are_asked_for_in_a_few_calls(whmcs: Whmcs, billing_portal: BillingPortal) -> None:
    for number in range(1, 231):
        whmcs.add_service(number, f"{number}.test")

    whmcs.cron()

    assert [len(body["services"]) for body in billing_portal.asked("/api/v1/statements")] == [100, 100, 30]
    assert len(billing_portal.registered) == 230


@pytest.mark.usefixtures("alice")
def test_what_was_written_is_settled_afterwards_once(whmcs: Whmcs, billing_portal: BillingPortal) -> None:
    whmcs.cron()
    whmcs.create_invoice(1001, hosting(101))

    whmcs.cron()
    whmcs.cron()

    assert billing_portal.asked("/api/v1/statements/7/settle") == [NOVEMBER | {"amounts": ["18.00", "2.00"]}]
    assert whmcs.states() == [(1001, 101, "settled")]


@pytest.mark.usefixtures("alice")
def test_the_next_invoice_has_the_next_window(whmcs: Whmcs, billing_portal: BillingPortal) -> None:
    whmcs.cron()
    whmcs.create_invoice(1001, hosting(101))
    billing_portal.statements[101].append(statement("8", 4))
    whmcs.an_hour_passes()
    whmcs.cron()

    whmcs.create_invoice(1002, hosting(101))

    assert [amount for _, amount in whmcs.lines(1002)] == ["24.00"]


@pytest.mark.usefixtures("alice")
def test_a_portal_that_was_down_is_told_later(whmcs: Whmcs, billing_portal: BillingPortal) -> None:
    whmcs.cron()
    whmcs.create_invoice(1001, hosting(101))
    billing_portal.status = 500
    whmcs.cron()
    still = whmcs.states()
    billing_portal.status = 200
    whmcs.an_hour_passes()

    whmcs.cron()

    assert still == [(1001, 101, "written")]
    assert whmcs.states() == [(1001, 101, "settled")]
    assert len(whmcs.activity) == 2
    assert "a fault of its own (HTTP 500)" in whmcs.activity[0]
    assert "answers again" in whmcs.activity[1]


@pytest.mark.usefixtures("alice")
def test_a_portal_that_is_down_is_not_waited_for_every_five_minutes(
    whmcs: Whmcs, billing_portal: BillingPortal
) -> None:
    whmcs.cron()
    whmcs.create_invoice(1001, hosting(101))
    billing_portal.status = 500
    before = len(billing_portal.calls)
    whmcs.cron()
    whmcs.cron()

    assert len(billing_portal.calls) == before + 1


@pytest.mark.usefixtures("alice")
def test_figures_are_not_fetched_while_the_portal_cannot_settle_those_before(
    whmcs: Whmcs, billing_portal: BillingPortal
) -> None:
    whmcs.cron()
    whmcs.create_invoice(1001, hosting(101))
    billing_portal.unable_to = {"settle"}
    whmcs.an_hour_passes()
    whmcs.cron()
    whmcs.create_invoice(1002, hosting(101))
    billing_portal.unable_to.clear()
    whmcs.cron()

    assert [amount for _, amount in whmcs.lines(1002)] == ["6.00"]
    assert whmcs.states() == [(1001, 101, "settled"), (1002, 101, "left")]


@pytest.mark.usefixtures("alice")
def test_a_mail_server_that_is_down_does_not_keep_other_services_from_being_told(
    whmcs: Whmcs, billing_portal: BillingPortal
) -> None:
    whmcs.add_service(102, "alice-shop.test")
    billing_portal.unable_to = {"101"}
    whmcs.cron()
    without = set(billing_portal.registered)
    billing_portal.unable_to.clear()
    whmcs.an_hour_passes()

    whmcs.cron()

    assert without == {102}
    assert set(billing_portal.registered) == {101, 102}
    assert whmcs.activity == []


@pytest.mark.usefixtures("alice")
def test_while_the_portal_is_down_invoices_have_the_figures_of_before(
    whmcs: Whmcs, billing_portal: BillingPortal
) -> None:
    whmcs.cron()
    billing_portal.status = 503
    whmcs.an_hour_passes()
    whmcs.cron("PreCronJob")

    whmcs.create_invoice(1001, hosting(101))

    assert [amount for _, amount in whmcs.lines(1001)] == ["18.00", "2.00"]


@pytest.mark.usefixtures("alice")
def test_lines_that_the_portal_does_not_know_of_yet_are_not_on_a_second_invoice(
    whmcs: Whmcs, billing_portal: BillingPortal
) -> None:
    whmcs.cron()
    whmcs.create_invoice(1001, hosting(101))
    billing_portal.status = 500
    whmcs.cron()
    whmcs.an_hour_passes()
    whmcs.cron()

    whmcs.create_invoice(1002, hosting(101))

    assert [amount for _, amount in whmcs.lines(1002)] == ["6.00"]


@pytest.mark.usefixtures("alice")
def test_staff_are_mailed_once_when_the_portal_stays_down(whmcs: Whmcs, billing_portal: BillingPortal) -> None:
    billing_portal.status = 500
    whmcs.cron()
    for _ in range(5):
        whmcs.an_hour_passes()
        whmcs.query("update mod_mailporch_portals set since = since - 3600")
        whmcs.cron()

    assert len(whmcs.activity) == 1
    assert len(whmcs.mails) == 1
    assert "a fault of its own (HTTP 500)" in whmcs.mails[0]


@pytest.mark.usefixtures("alice")
def test_a_slow_portal_is_not_waited_for_again_and_again(whmcs: Whmcs, billing_portal: BillingPortal) -> None:
    for number in range(102, 122):
        whmcs.add_service(number, f"{number}.test")
    billing_portal.pause = 1
    script = (
        f"require '{STAND_INS}'; Stage::open(json_decode($argv[1], true)); require '{MODULE}';"
        "WHMCS\\Module\\Server\\Mailporch\\Cron::run(3300, 200); echo implode(Stage::$activity);"
    )
    began = time.monotonic()

    ended = subprocess.run(
        ["php", "-r", script, json.dumps({"database": str(whmcs.file)})], capture_output=True, text=True, check=True
    )

    assert time.monotonic() - began < 3
    assert "did not answer in time" in ended.stdout
    assert len(billing_portal.calls) <= 1


def test_what_the_portal_refuses_for_one_service_does_not_stop_the_others(
    whmcs: Whmcs, billing_portal: BillingPortal
) -> None:
    whmcs.add_service(101, "taken.test")
    whmcs.add_service(102, "alice.test")
    whmcs.add_service(103, "", domainstatus="Active")
    billing_portal.not_yours.add(101)
    billing_portal.statements[102] = [statement("8", 2)]

    whmcs.cron()
    whmcs.an_hour_passes()
    whmcs.cron()
    whmcs.create_invoice(1001, hosting(101), hosting(102))

    assert [amount for _, amount in whmcs.lines(1001)] == ["6.00", "12.00"]
    (sentence,) = whmcs.activity
    assert "Service 101 (taken.test): The portal refused: This domain exists on the mail server." in sentence
    assert billing_portal.paths().count(PUT) == 1


@pytest.mark.usefixtures("alice")
def test_a_portal_that_lost_its_services_is_told_of_them_again(whmcs: Whmcs, billing_portal: BillingPortal) -> None:
    whmcs.cron()
    billing_portal.registered.clear()
    for _ in range(2):
        whmcs.an_hour_passes()
        whmcs.cron()

    assert set(billing_portal.registered) == {101}


@pytest.mark.usefixtures("alice")
def test_a_cancelled_invoice_is_released_and_its_window_billed_again(
    whmcs: Whmcs, billing_portal: BillingPortal
) -> None:
    whmcs.cron()
    whmcs.create_invoice(1001, hosting(101))
    whmcs.cron()
    whmcs.cancel(1001)
    whmcs.an_hour_passes()
    whmcs.cron()
    whmcs.cron()

    whmcs.create_invoice(1002, hosting(101))
    whmcs.cron()

    assert billing_portal.asked("/api/v1/statements/7/release") == [NOVEMBER]
    assert [amount for _, amount in whmcs.lines(1002)] == ["18.00", "2.00"]
    assert billing_portal.settled["7"]["invoice"] == 1002
    assert whmcs.states() == [(1001, 101, "released"), (1002, 101, "settled")]


@pytest.mark.usefixtures("alice")
def test_an_invoice_cancelled_before_it_was_settled_is_released_all_the_same(
    whmcs: Whmcs, billing_portal: BillingPortal
) -> None:
    whmcs.cron()
    whmcs.create_invoice(1001, hosting(101))
    whmcs.cancel(1001)

    whmcs.cron()

    assert billing_portal.settled == {}
    assert whmcs.states() == [(1001, 101, "released")]


@pytest.mark.usefixtures("alice")
def test_an_invoice_opened_again_is_settled_again(whmcs: Whmcs, billing_portal: BillingPortal) -> None:
    whmcs.cron()
    whmcs.create_invoice(1001, hosting(101))
    whmcs.cron()
    whmcs.cancel(1001)
    whmcs.cron()
    whmcs.open_again(1001)
    whmcs.cron()

    assert billing_portal.settled["7"]["invoice"] == 1001
    assert whmcs.states() == [(1001, 101, "settled")]


@pytest.mark.usefixtures("alice")
@pytest.mark.parametrize("gone", ["delete from tblinvoices", "update tblinvoices set status = 'Cancelled'"])
def test_an_invoice_that_went_without_a_hook_is_released(
    whmcs: Whmcs, billing_portal: BillingPortal, gone: str
) -> None:
    whmcs.cron()
    whmcs.create_invoice(1001, hosting(101))
    whmcs.cron()
    whmcs.query(gone)
    whmcs.an_hour_passes()

    whmcs.cron()

    assert billing_portal.settled == {}
    assert whmcs.states() == [(1001, 101, "released")]


@pytest.mark.usefixtures("alice")
def test_lines_merged_into_another_invoice_stay_billed(whmcs: Whmcs, billing_portal: BillingPortal) -> None:
    whmcs.cron()
    whmcs.create_invoice(1001, hosting(101))
    whmcs.cron()
    whmcs.add_invoice(1002)
    whmcs.query("update tblinvoiceitems set invoiceid = 1002")
    whmcs.query("delete from tblinvoices where id = 1001")
    whmcs.an_hour_passes()

    whmcs.cron()

    assert billing_portal.settled["7"]["invoice"] == 1001


# Staff split invoices: here the added line went to one of its own.
@pytest.mark.usefixtures("alice")
@pytest.mark.parametrize(("first", "then"), [(1001, 1002), (1002, 1001)])
def test_a_window_on_two_invoices_opens_when_both_are_cancelled(
    whmcs: Whmcs, billing_portal: BillingPortal, first: int, then: int
) -> None:
    whmcs.cron()
    whmcs.create_invoice(1001, hosting(101))
    whmcs.cron()
    whmcs.add_invoice(1002)
    whmcs.query("update tblinvoiceitems set invoiceid = 1002 where type = ''")
    whmcs.cancel(first)
    whmcs.an_hour_passes()
    whmcs.cron()
    meanwhile = dict(billing_portal.settled)
    whmcs.cancel(then)
    whmcs.an_hour_passes()
    whmcs.cron()

    assert meanwhile["7"]["invoice"] == 1001
    assert billing_portal.settled == {}


@pytest.mark.usefixtures("alice")
def test_a_portal_that_forgot_an_invoice_is_told_again_and_bills_nothing_twice(
    whmcs: Whmcs, billing_portal: BillingPortal
) -> None:
    whmcs.cron()
    whmcs.create_invoice(1001, hosting(101))
    whmcs.cron()
    # Its database was restored from a backup.
    billing_portal.settled.clear()
    whmcs.an_hour_passes()
    whmcs.cron()

    whmcs.create_invoice(1002, hosting(101))
    whmcs.cron()

    assert whmcs.lines(1002) == [(hosting(101)[2], "6.00")]
    assert "is on invoice #1001 already" in whmcs.activity[0]
    assert billing_portal.settled["7"]["invoice"] == 1001


@pytest.mark.usefixtures("alice")
def test_a_window_of_another_shape_is_not_billed_twice_either(whmcs: Whmcs, billing_portal: BillingPortal) -> None:
    whmcs.cron()
    whmcs.create_invoice(1001, hosting(101))
    whmcs.cron()
    longer = statement("9", 3, EAS) | {"from": statement("7", 1)["from"]}
    billing_portal.statements[101] = [longer]
    whmcs.an_hour_passes()
    whmcs.cron()
    whmcs.create_invoice(1002, hosting(101))
    for _ in range(2):
        whmcs.an_hour_passes()
        whmcs.cron()

    whmcs.create_invoice(1003, hosting(101))

    assert [whmcs.lines(number)[0][1] for number in (1002, 1003)] == ["6.00", "6.00"]


@pytest.mark.usefixtures("alice")
def test_an_invoice_opened_again_keeps_its_window_from_the_next(whmcs: Whmcs, billing_portal: BillingPortal) -> None:
    whmcs.cron()
    whmcs.create_invoice(1001, hosting(101))
    whmcs.cron()
    whmcs.cancel(1001)
    whmcs.an_hour_passes()
    whmcs.cron()
    whmcs.open_again(1001)

    whmcs.create_invoice(1002, hosting(101))

    assert whmcs.lines(1002) == [(hosting(101)[2], "6.00")]


@pytest.mark.usefixtures("alice")
def test_a_clock_that_was_set_back_does_not_end_the_fetching(whmcs: Whmcs, billing_portal: BillingPortal) -> None:
    whmcs.cron()
    whmcs.query("update mod_mailporch_portals set tried = tried + 100000, failing = 'HTTP 500'")
    before = billing_portal.paths().count(STATEMENTS)

    whmcs.cron()
    whmcs.cron()

    assert billing_portal.paths().count(STATEMENTS) == before + 1


@pytest.mark.usefixtures("alice")
@pytest.mark.parametrize("base", ["delete from tblinvoiceitems", "update tblinvoiceitems set amount = '6.00'"])
def test_lines_that_are_not_on_the_invoice_are_told_and_billed_with_the_next(
    whmcs: Whmcs, billing_portal: BillingPortal, base: str
) -> None:
    whmcs.cron()
    whmcs.create_invoice(1001, hosting(101))
    whmcs.query("delete from tblinvoiceitems where type = ''")
    whmcs.query(base)
    whmcs.cron()
    whmcs.an_hour_passes()
    whmcs.cron()

    whmcs.create_invoice(1002, hosting(101))

    assert whmcs.activity == [
        "Mailporch: Invoice #1001, service 101: the lines for what was used are not on the invoice. "
        "The next invoice has them."
    ]
    assert len(whmcs.mails) == 1
    assert whmcs.states()[0] == (1001, 101, "lost")
    assert [amount for _, amount in whmcs.lines(1002)] == ["18.00", "2.00"]


@pytest.mark.usefixtures("alice")
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("update tblinvoiceitems set amount = '15.00' where relid = 101", "1 of 2"),
        ("update tblinvoiceitems set amount = '15.00'", "2 of 2"),
    ],
)
def test_a_line_that_staff_changed_is_told_and_the_window_settled(
    whmcs: Whmcs, billing_portal: BillingPortal, change: str, said: str
) -> None:
    whmcs.cron()
    whmcs.create_invoice(1001, hosting(101))
    whmcs.query(change)

    whmcs.cron()

    assert f"changed after they were written: {said}, the first of them number 1, which was 18.00" in whmcs.activity[0]
    assert whmcs.states() == [(1001, 101, "settled")]


@pytest.mark.usefixtures("alice")
def test_an_invoice_that_was_not_added_up_again_is_told(whmcs: Whmcs, billing_portal: BillingPortal) -> None:
    whmcs.cron()
    whmcs.add_invoice(1001, hosting(101))
    whmcs.add_up(1001)
    whmcs.invoice_hook(1001)
    whmcs.cron()
    whmcs.cron()

    assert [sentence.rpartition(": ")[2] for sentence in whmcs.activity] == [
        "WHMCS did not add up the invoice again after its lines were written."
    ]
    assert whmcs.states() == [(1001, 101, "settled")]


@pytest.mark.usefixtures("alice")
def test_an_invoice_whose_lines_include_their_tax_is_added_up(whmcs: Whmcs, billing_portal: BillingPortal) -> None:
    whmcs.cron()
    whmcs.create_invoice(1001, hosting(101))
    whmcs.add_up(1001, taxes_included=True)

    whmcs.cron()

    assert whmcs.activity == []
    assert whmcs.states() == [(1001, 101, "settled")]


@pytest.mark.usefixtures("alice")
def test_a_statement_that_the_portal_will_not_settle_is_told_once(whmcs: Whmcs, billing_portal: BillingPortal) -> None:
    whmcs.cron()
    whmcs.create_invoice(1001, hosting(101))
    billing_portal.settled["7"] = {"invoice": 999}
    whmcs.cron()
    whmcs.cron()

    (sentence,) = whmcs.activity
    assert sentence.endswith("would not settle its lines. The portal refused: It is on invoice 999.")
    assert whmcs.states() == [(1001, 101, "refused")]


@pytest.mark.usefixtures("alice")
def test_an_answer_that_comes_after_an_invoice_took_the_one_before_is_dropped(
    whmcs: Whmcs, billing_portal: BillingPortal
) -> None:
    whmcs.cron()
    whmcs.an_hour_passes()
    whmcs.add_invoice(1001, hosting(101))
    whmcs.add_invoice(1002, hosting(101))
    billing_portal.pause = 1.5
    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(whmcs.cron)
        time.sleep(0.8)
        whmcs.invoice_hook(1001)
        asking.result()
    billing_portal.pause = 0

    whmcs.invoice_hook(1002)

    assert [amount for _, amount in whmcs.lines(1001)] == ["18.00", "2.00"]
    assert [amount for _, amount in whmcs.lines(1002)] == ["6.00"]


@pytest.mark.usefixtures("alice")
def test_a_right_that_is_missing_is_told_once_a_day(whmcs: Whmcs, billing_portal: BillingPortal) -> None:
    refused = "SQLSTATE[42000]: 1142 CREATE command denied to user 'whmcs'@'localhost'"
    whmcs.cron(create_refused=refused)
    whmcs.cron(create_refused=refused)
    whmcs.create_invoice(1001, hosting(101))

    answer = whmcs.run("TestConnection", billing_portal.server, create_refused=refused)

    told, invoice = whmcs.activity
    assert "needs the right CREATE on WHMCS's database" in told
    assert "Invoice #1001: its lines are as WHMCS made them" in invoice
    assert [amount for _, amount in whmcs.lines(1001)] == ["6.00"]
    assert answer["result"]["success"] is False
