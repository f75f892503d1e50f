"""What the module writes on an invoice while WHMCS makes it."""

import json
import re
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from portal.sandbox.whmcs import php
from tests.sso.billing_portal import BillingPortal, statement
from tests.sso.whmcs import UNTOUCHED, Whmcs, everything, hosting

EAS = ("eas", "ActiveSync: alice@alice.test", "2.00")
MAPI = ("mapi", "MAPI: alice@alice.test", "3.00")
BASE = "E-mail (05/12/2026 - 04/01/2027)"


@pytest.fixture
def alice(whmcs: Whmcs, billing_portal: BillingPortal) -> None:
    """alice.test uses three tiers and ActiveSync, and the figures are there."""
    whmcs.add_service(101, "alice.test")
    billing_portal.statements[101] = [statement("7", 3, EAS)]
    whmcs.cron()


@pytest.mark.usefixtures("alice")
def test_the_line_is_multiplied_and_others_are_added(whmcs: Whmcs) -> None:
    whmcs.create_invoice(1001, hosting(101))

    assert whmcs.lines(1001) == [
        (f"{BASE}\nStorage: 3 × 10 GB", "18.00"),
        ("ActiveSync: alice@alice.test", "2.00"),
    ]
    assert whmcs.activity == []


@pytest.mark.usefixtures("alice")
@pytest.mark.parametrize("taxed", [0, 1])
def test_an_added_line_is_taxed_due_and_paid_as_its_service_but_renews_nothing(whmcs: Whmcs, taxed: int) -> None:
    whmcs.create_invoice(1001, hosting(101), taxed=taxed)

    base, added = whmcs.items(1001)
    assert (base["type"], base["relid"]) == ("Hosting", 101)
    assert (added["type"], added["relid"], added["notes"]) == ("", 0, "")
    for column in ("taxed", "duedate", "paymentmethod", "userid"):
        assert added[column] == base[column]
    assert base["taxed"] == taxed


@pytest.mark.usefixtures("alice")
def test_totals_are_left_to_whmcs(whmcs: Whmcs) -> None:
    whmcs.add_invoice(1001, hosting(101))

    whmcs.invoice_hook(1001)

    assert whmcs.totals(1001) == UNTOUCHED


@pytest.mark.usefixtures("alice")
def test_the_worked_example_of_the_sellers_page(whmcs: Whmcs, billing_portal: BillingPortal) -> None:
    billing_portal.statements[101] = [statement("7", 3, EAS, ("combined", "ActiveSync and MAPI", "4.50"))]
    whmcs.an_hour_passes()
    whmcs.cron()

    whmcs.create_invoice(1001, hosting(101))

    totals = whmcs.totals(1001)
    assert (totals["subtotal"], totals["tax"], totals["total"]) == ("24.50", "3.67", "28.17")


@pytest.mark.usefixtures("alice")
def test_the_portal_is_not_asked_while_an_invoice_is_made(whmcs: Whmcs, billing_portal: BillingPortal) -> None:
    before = len(billing_portal.calls)

    whmcs.create_invoice(1001, hosting(101))

    assert len(billing_portal.calls) == before


@pytest.mark.usefixtures("alice")
def test_a_call_from_where_there_is_no_network_would_be_seen(whmcs: Whmcs) -> None:
    whmcs.an_hour_passes()

    with pytest.raises(php.ModuleFault, match=r"undefined function .*curl_exec"):
        whmcs.cron(offline=True)


@pytest.mark.usefixtures("alice")
def test_the_hook_run_again_changes_nothing(whmcs: Whmcs) -> None:
    whmcs.create_invoice(1001, hosting(101))
    written = everything(whmcs)

    whmcs.invoice_hook(1001)
    whmcs.cron()
    whmcs.invoice_hook(1001)

    changed = [row for row in everything(whmcs) if row not in written]
    assert [row.get("state") for row in changed] == ["settled"]
    assert whmcs.activity == []


@pytest.mark.usefixtures("alice")
def test_the_hook_run_by_many_at_once_writes_once(whmcs: Whmcs) -> None:
    whmcs.add_invoice(1001, hosting(101))

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(whmcs.invoice_hook, [1001] * 6))

    assert [amount for _, amount in whmcs.lines(1001)] == ["18.00", "2.00"]
    assert whmcs.activity == []


@pytest.mark.usefixtures("alice")
def test_a_line_that_staff_edited_between_two_runs_stays_as_they_made_it(whmcs: Whmcs) -> None:
    whmcs.create_invoice(1001, hosting(101))
    whmcs.query("update tblinvoiceitems set amount = '15.00', description = 'As agreed' where relid = 101")

    whmcs.invoice_hook(1001)

    assert whmcs.lines(1001)[0] == ("As agreed", "15.00")


@pytest.mark.usefixtures("alice")
def test_the_amount_that_was_found_is_kept(whmcs: Whmcs) -> None:
    whmcs.create_invoice(1001, hosting(101, "7.49"))

    (kept,) = whmcs.query("select base_amount, base_text, amounts from mod_mailporch_invoiced")
    assert kept == {"base_amount": "7.49", "base_text": BASE, "amounts": '["22.47","2.00"]'}


def test_each_service_of_an_invoice_has_its_own_lines(whmcs: Whmcs, billing_portal: BillingPortal) -> None:
    whmcs.add_service(101, "alice.test")
    whmcs.add_service(102, "alice-shop.test")
    whmcs.add_service(103, "another-module.test", packageid=2)
    billing_portal.statements = {101: [statement("7", 3, EAS)], 102: [statement("8", 2, MAPI)]}
    whmcs.cron()

    whmcs.create_invoice(
        1001, hosting(101), ("Domain", 5, "alice.test - 1 Year", "15.00"), hosting(102, "10.00"), hosting(103, "9.00")
    )

    assert [amount for _, amount in whmcs.lines(1001)] == ["18.00", "15.00", "20.00", "9.00", "2.00", "3.00"]


@pytest.mark.usefixtures("alice")
def test_a_discount_stays_as_whmcs_computed_it(whmcs: Whmcs) -> None:
    whmcs.create_invoice(1001, hosting(101), ("PromoHosting", 101, "10% off", "-0.60"))

    assert [amount for _, amount in whmcs.lines(1001)] == ["18.00", "-0.60", "2.00"]


def test_each_client_is_billed_in_their_own_currency_and_language(whmcs: Whmcs, billing_portal: BillingPortal) -> None:
    whmcs.add_service(101, "alice.test", client=11)
    whmcs.add_service(201, "bob.test", client=12, amount="5.00")
    billing_portal.statements = {
        101: [statement("7", 3, EAS)],
        201: [statement("8", 2, ("eas", "ActiveSync : bob@bob.test", "1.60"))],
    }
    whmcs.cron()

    whmcs.create_invoice(1001, hosting(101), client=11)
    whmcs.create_invoice(1002, hosting(201, "5.00"), client=12)

    (asked,) = billing_portal.asked("/api/v1/statements")
    assert [(one["svc"], one["lang"], one["currency"]["code"]) for one in asked["services"]] == [
        (101, "en", "CAD"),
        (201, "fr", "EUR"),
    ]
    assert [amount for _, amount in whmcs.lines(1001)] == ["18.00", "2.00"]
    assert [amount for _, amount in whmcs.lines(1002)] == ["10.00", "1.60"]


@pytest.mark.usefixtures("alice")
def test_figures_in_another_currency_are_not_billed(whmcs: Whmcs) -> None:
    whmcs.query("update tblclients set currency = 2 where id = 11")

    whmcs.create_invoice(1001, hosting(101))

    assert whmcs.lines(1001) == [(BASE, "6.00")]
    assert "not the client's currency any more" in whmcs.activity[0]


@pytest.mark.usefixtures("alice")
def test_a_service_moved_between_cycles_is_billed_by_the_amount_on_its_line(whmcs: Whmcs) -> None:
    whmcs.query("update tblhosting set billingcycle = 'Annually', amount = '60.00' where id = 101")

    whmcs.create_invoice(1001, hosting(101, "60.00"))

    assert [amount for _, amount in whmcs.lines(1001)] == ["180.00", "2.00"]


@pytest.mark.usefixtures("alice")
def test_two_lines_of_one_service_are_not_charged_twice(whmcs: Whmcs) -> None:
    whmcs.create_invoice(1001, hosting(101), hosting(101, text="The month after"))

    assert whmcs.lines(1001) == [
        (f"{BASE}\nStorage: 3 × 10 GB", "18.00"),
        ("The month after", "6.00"),
        ("ActiveSync: alice@alice.test", "2.00"),
    ]


def test_two_open_windows_go_with_two_lines(whmcs: Whmcs, billing_portal: BillingPortal) -> None:
    whmcs.add_service(101, "alice.test")
    billing_portal.statements[101] = [statement("7", 2, EAS), statement("8", 3, MAPI)]
    whmcs.cron()

    whmcs.create_invoice(1001, hosting(101), hosting(101))

    assert [amount for _, amount in whmcs.lines(1001)] == ["12.00", "18.00", "2.00", "3.00"]
    assert whmcs.states() == [(1001, 101, "written")] * 2


def test_a_window_without_a_line_of_its_own_has_its_protocols_billed(
    whmcs: Whmcs, billing_portal: BillingPortal
) -> None:
    whmcs.add_service(101, "alice.test")
    billing_portal.statements[101] = [statement("7", 2, EAS), statement("8", 3, MAPI)]
    whmcs.cron()

    whmcs.create_invoice(1001, hosting(101))
    whmcs.cron()

    assert [amount for _, amount in whmcs.lines(1001)] == ["18.00", "2.00", "3.00"]
    assert billing_portal.settled["7"]["amounts"] == [None, "2.00"]
    assert billing_portal.settled["8"]["amounts"] == ["18.00", "3.00"]
    assert "is not charged, since WHMCS made no line for it" in whmcs.activity[0]


@pytest.mark.usefixtures("alice")
def test_figures_are_on_one_invoice_only(whmcs: Whmcs) -> None:
    whmcs.create_invoice(1001, hosting(101))

    whmcs.create_invoice(1002, hosting(101))

    assert whmcs.lines(1002) == [(BASE, "6.00")]
    assert "on invoice #1001 already" in whmcs.activity[0]


@pytest.mark.usefixtures("alice")
def test_a_text_with_markup_is_shown_as_text(whmcs: Whmcs, billing_portal: BillingPortal) -> None:
    billing_portal.statements[101] = [statement("7", 1, ("eas", "Téléphone <b> & l’été", "2.00"))]
    whmcs.an_hour_passes()
    whmcs.cron()

    whmcs.create_invoice(1001, hosting(101))

    assert whmcs.lines(1001)[1] == ("Téléphone &lt;b&gt; &amp; l’été", "2.00")


def test_a_stale_statement_leaves_the_line_and_tells_staff_once(whmcs: Whmcs, billing_portal: BillingPortal) -> None:
    whmcs.add_service(101, "alice.test")
    billing_portal.statements[101] = [statement("7", 3, EAS, state="stale")]
    whmcs.cron()

    whmcs.create_invoice(1001, hosting(101))
    whmcs.invoice_hook(1001)
    whmcs.cron()
    whmcs.cron()

    assert whmcs.lines(1001) == [(BASE, "6.00")]
    (sentence,) = whmcs.activity
    assert sentence.startswith("Mailporch: Invoice #1001, service 101 (alice.test): the line is as WHMCS made it")
    assert [sentence.removeprefix("Mailporch: ") in mail for mail in whmcs.mails] == [True]
    assert billing_portal.settled == {}


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("old-reading", "last read more than two days before."),
        ("no-price", "for other currencies than the client's."),
        ("something-new", "2026-12-04 09:00: something-new."),
        ("", "it does not say why."),
    ],
)
def test_staff_read_why_a_statement_is_stale(
    whmcs: Whmcs, billing_portal: BillingPortal, reason: str, words: str
) -> None:
    whmcs.add_service(101, "alice.test")
    billing_portal.statements[101] = [statement("7", 3, state="stale") | {"reason": reason, "lines": []}]
    whmcs.cron()

    whmcs.create_invoice(1001, hosting(101))

    assert whmcs.activity[0].endswith(words)


@pytest.mark.usefixtures("alice")
def test_one_service_without_figures_does_not_stop_the_others(whmcs: Whmcs) -> None:
    whmcs.add_service(102, "alice-shop.test")

    whmcs.create_invoice(1001, hosting(102), hosting(101))

    assert [amount for _, amount in whmcs.lines(1001)] == ["6.00", "18.00", "2.00"]
    assert len(whmcs.activity) == 1
    assert "service 102 (alice-shop.test)" in whmcs.activity[0]
    assert "has not told its figures yet" in whmcs.activity[0]


@pytest.mark.usefixtures("alice")
@pytest.mark.parametrize(("hours", "amount"), [(23.9, "18.00"), (24.1, "6.00")])
def test_figures_are_billed_by_for_a_day(whmcs: Whmcs, hours: float, amount: str) -> None:
    whmcs.figures_age(hours)

    whmcs.create_invoice(1001, hosting(101))

    assert whmcs.lines(1001)[0][1] == amount
    assert ["24 hours old" in sentence for sentence in whmcs.activity] == ([] if hours < 24 else [True])


@pytest.mark.usefixtures("alice")
@pytest.mark.parametrize(("hours", "amount"), [(23.9, "18.00"), (24.1, "6.00")])
def test_figures_of_the_future_are_not_billed_by(whmcs: Whmcs, hours: float, amount: str) -> None:
    whmcs.figures_age(-hours)

    whmcs.create_invoice(1001, hosting(101))

    assert whmcs.lines(1001)[0][1] == amount
    assert ["clock was set back" in sentence for sentence in whmcs.activity] == ([] if hours < 24 else [True])


@pytest.mark.usefixtures("alice")
def test_an_order_that_was_not_made_yet_raises_no_alarm(whmcs: Whmcs) -> None:
    whmcs.add_service(104, "alice-new.test", domainstatus="Pending")

    whmcs.create_invoice(1001, hosting(104), ("Setup", 104, "Setup fee", "10.00"))

    assert [amount for _, amount in whmcs.lines(1001)] == ["6.00", "10.00"]
    assert whmcs.activity == []
    assert whmcs.states() == []


def test_before_the_first_cron_an_order_raises_no_alarm_and_a_renewal_does(whmcs: Whmcs) -> None:
    whmcs.add_service(101, "alice.test")
    whmcs.add_service(104, "alice-new.test", domainstatus="Pending")

    whmcs.create_invoice(1001, hosting(104))
    whmcs.create_invoice(1002, hosting(101))

    assert whmcs.lines(1002) == [(BASE, "6.00")]
    assert len(whmcs.activity) == 1
    assert "Invoice #1002" in whmcs.activity[0]


def test_a_service_that_the_portal_does_not_know_raises_no_alarm(whmcs: Whmcs, billing_portal: BillingPortal) -> None:
    whmcs.add_service(101, "alice.test")
    billing_portal.not_yours.add(101)
    whmcs.cron()
    whmcs.activity.clear()

    whmcs.create_invoice(1001, hosting(101))

    assert whmcs.lines(1001) == [(BASE, "6.00")]
    assert whmcs.activity == []


def test_a_suspended_service_is_billed(whmcs: Whmcs, billing_portal: BillingPortal) -> None:
    whmcs.add_service(101, "alice.test", domainstatus="Suspended")
    billing_portal.statements[101] = [statement("7", 3)]
    whmcs.cron()

    whmcs.create_invoice(1001, hosting(101))

    assert whmcs.lines(1001)[0][1] == "18.00"


@pytest.mark.parametrize("cycle", ["Free Account", "One Time"])
def test_a_service_without_a_cycle_has_no_statement_and_no_alarm(whmcs: Whmcs, cycle: str) -> None:
    whmcs.add_service(101, "alice.test", billingcycle=cycle)
    whmcs.cron()

    whmcs.create_invoice(1001, hosting(101))

    assert whmcs.lines(1001) == [(BASE, "6.00")]
    assert whmcs.activity == []


@pytest.mark.usefixtures("alice")
@pytest.mark.parametrize("amount", ["", "abc", "1e3", "1234567890.00", "6.00001"])
def test_an_amount_that_cannot_be_computed_with_is_left(whmcs: Whmcs, amount: str) -> None:
    whmcs.add_invoice(1001, hosting(101, amount))

    whmcs.invoice_hook(1001)

    assert whmcs.lines(1001) == [(BASE, amount)]
    assert "cannot be computed" in whmcs.activity[0]


@pytest.mark.usefixtures("alice")
def test_a_line_that_is_a_refund_is_not_multiplied(whmcs: Whmcs) -> None:
    whmcs.create_invoice(1001, hosting(101, "-6.00"))

    assert whmcs.lines(1001) == [(BASE, "-6.00")]
    assert "is a refund" in whmcs.activity[0]


@pytest.mark.usefixtures("alice")
def test_a_line_that_costs_nothing_stays_free_and_protocols_are_charged(whmcs: Whmcs) -> None:
    whmcs.create_invoice(1001, hosting(101, "0.00"))

    assert [amount for _, amount in whmcs.lines(1001)] == ["0.00", "2.00"]


@pytest.mark.usefixtures("alice")
def test_a_run_that_is_killed_in_the_middle_has_done_nothing(whmcs: Whmcs) -> None:
    whmcs.query("create table numbers as select value from json_each(?)", json.dumps([*range(3000)]))
    whmcs.query(
        "create trigger slow before insert on mod_mailporch_invoiced begin"
        " select count(*) from numbers as a, numbers as b, numbers as c; end"
    )
    whmcs.add_invoice(1001, hosting(101))
    before = everything(whmcs)
    with subprocess.Popen(["php", str(php.RUNNER)], stdin=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        process.stdin.write(
            json.dumps({"hook": "InvoiceCreation", "params": {"invoiceid": 1001}, "database": str(whmcs.file)})
        )
        process.stdin.close()
        journal = whmcs.file.with_name(f"{whmcs.file.name}-journal")
        while not journal.exists():
            assert process.poll() is None
            time.sleep(0.01)
        process.kill()

    assert everything(whmcs) == before
    whmcs.query("drop trigger slow")
    whmcs.invoice_hook(1001)
    assert [amount for _, amount in whmcs.lines(1001)] == ["18.00", "2.00"]


@pytest.mark.usefixtures("alice")
def test_nothing_is_half_written(whmcs: Whmcs) -> None:
    whmcs.query(
        "create trigger full before insert on tblinvoiceitems when new.type = '' begin select raise(abort, 'full'); end"
    )
    whmcs.add_invoice(1001, hosting(101))
    before = everything(whmcs)

    with pytest.raises(Exception, match="full"):
        whmcs.invoice_hook(1001)

    assert everything(whmcs) == before


def _without(line: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in line.items() if key != name}


@pytest.mark.parametrize(
    "told",
    [
        statement("7", 0),
        statement("../settle", 1),
        statement("7", 1, ("eas", "ActiveSync", "2,00")),
        statement("7", 1, ("imap", "IMAP", "2.00")),
        statement("7", 1, state="perhaps"),
        statement("7", 1) | {"lines": statement("7", 1)["lines"] * 2},
        statement("7", 1) | {"lines": [_without(statement("7", 1)["lines"][0], "description")]},
        _without(statement("7", 1), "id"),
        _without(statement("7", 1), "from"),
        statement("7", 1) | {"to": "soon"},
        statement("7", 1) | {"to": statement("7", 1)["from"]},
        "statement",
    ],
)
def test_a_statement_of_another_form_is_not_billed(whmcs: Whmcs, billing_portal: BillingPortal, told: Any) -> None:
    whmcs.add_service(101, "alice.test")
    billing_portal.statements[101] = [statement("6", 2)]
    whmcs.cron()
    billing_portal._owed = lambda svc: {"svc": svc, "statements": [told]}
    whmcs.an_hour_passes()
    whmcs.cron()

    whmcs.create_invoice(1001, hosting(101))

    assert whmcs.lines(1001) == [(f"{BASE}\nStorage: 2 × 10 GB", "12.00")]
    (sentence,) = whmcs.activity
    assert re.search("in a form that this module does not know|cannot be computed", sentence)


def test_more_tiers_than_can_be_computed_with_are_not_billed(whmcs: Whmcs, billing_portal: BillingPortal) -> None:
    whmcs.add_service(101, "alice.test")
    billing_portal.statements[101] = [statement("7", 100_000)]
    whmcs.cron()

    whmcs.create_invoice(1001, hosting(101))

    assert whmcs.lines(1001) == [(BASE, "6.00")]
    assert "cannot be computed" in whmcs.activity[0]


def test_two_statements_of_the_same_time_are_not_billed(whmcs: Whmcs, billing_portal: BillingPortal) -> None:
    whmcs.add_service(101, "alice.test")
    billing_portal.statements[101] = [statement("7", 2), statement("7", 3) | {"id": "8"}]
    whmcs.cron()

    whmcs.create_invoice(1001, hosting(101))

    assert whmcs.lines(1001) == [(BASE, "6.00")]
    assert "statements of the same time" in whmcs.activity[0]
