"""The cases that a published WHMCS module for the same mail server was measured with, and what our rules make of each.

T1 to T20 are its test vectors, S1 to P17 its worked examples, D-B1 to D-B28 its faults. Where ours differ, the comment
says what it billed and why we do not. Prices are 2.00, 3.00 and 4.50, a tier of 10 GB 6.00, the threshold a day.
"""

from decimal import Decimal

import pytest

from portal.billing import Kind, Line, Reading, Span, Stale, Use
from portal.billing.rates import amount, gigabytes, money, total
from portal.billing.statements import projection, statement
from portal.billing.windows import open_windows, parts
from tests.billing.cast import (
    ANN,
    BEFORE,
    BEN,
    CAT,
    DAN,
    JANUARY,
    TERMS,
    at,
    billed,
    dates,
    eas,
    for_hours,
    mapi,
    owed,
    protocol_lines,
    reading,
    size,
    span,
    terms,
)

YEAR = span("2026-01-01", "2027-01-01")
SINCE_THE_5TH = span("2026-01-05")


def storage(gigabytes: str, price: str = "6.00") -> tuple[int, str]:
    """Tiers and their amount."""
    (line,) = billed(gigabytes=gigabytes, terms=terms(storage=price)).lines
    return line.quantity, str(amount(line))


# --- storage -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("used", ["0", "0.0001", "9.9999", "10"])
def test_s1_t1_up_to_a_full_tier_is_one_tier(used: str) -> None:
    assert storage(used) == (1, "6.00")


# T2, D-B10: no reading was 0 GB, one tier. Ours: stale, nothing is billed.
def test_t2_without_a_reading_the_statement_is_stale() -> None:
    found = statement(JANUARY, None, [eas(BEFORE)], TERMS)

    assert (found.stale, found.lines) == (Stale.NO_READING, ())


# The text said "10.00 GB used · 2 Tier(s)". Ours shows a third place.
def test_s2_t1_a_little_over_a_tier_is_two_and_looks_it() -> None:
    assert storage("10.0001") == (2, "12.00")
    assert str(gigabytes(size("10.0001"), 10)) == "10.001"


# T3: an empty setting was 10 on the invoice and 1 on the dashboard (126.00). Ours is parsed once, in portal.plan.
def test_t3_the_estimate_has_the_tiers_of_the_invoice() -> None:
    invoice = billed(gigabytes="21")

    estimate = projection(JANUARY, at("2026-02-01"), reading("21"), [], TERMS)

    assert (str(total(invoice.lines)), str(total(estimate.lines))) == ("18.00", "18.00")


@pytest.mark.parametrize(
    ("used", "price", "found"),
    [
        pytest.param("20", "6.00", (2, "12.00"), id="S3"),
        pytest.param("20.0001", "6.00", (3, "18.00"), id="S3, a little more"),
        pytest.param("155.58", "6.00", (16, "96.00"), id="S4"),
        pytest.param("1234.5", "6.00", (124, "744.00"), id="S5"),
        pytest.param("21", "6.50", (3, "19.50"), id="S6, 6.50"),
        pytest.param("21", "7.49", (3, "22.47"), id="S6, 7.49"),
        pytest.param("21", "9.99", (3, "29.97"), id="S6, 9.99"),
        pytest.param("21", "0", (3, "0.00"), id="S6, nothing"),
    ],
)
def test_s3_to_s6_storage_is_tiers_times_the_price(used: str, price: str, found: tuple[int, str]) -> None:
    assert storage(used, price) == found


# D-B18: the dashboard had 3 places and said 1 tier for 10.0004 GB, took the catalogue's price (18.00 for a service that
# pays 4.00 a tier) and showed -3.00 where that was switched off. Ours is one computation, with the service's own price.
def test_the_estimate_has_the_bytes_and_the_service_s_own_price() -> None:
    own = terms(storage="4.00")

    estimate = projection(JANUARY, at("2026-02-01"), reading("10.0004"), [], own)

    assert estimate.lines == (Line(Kind.STORAGE, 2, Decimal("4.00")),)


@pytest.mark.parametrize(
    ("quantity", "price", "written"), [(3, "1.335", "4.01"), (1, "2.005", "2.01"), (7, "0.145", "1.02")]
)
def test_t17_amounts_are_rounded_half_up(quantity: int, price: str, written: str) -> None:
    assert str(money(quantity * Decimal(price))) == written


# --- what a month costs --------------------------------------------------------------------------------------------


# S7, T12, D-B4: 200.00, an annual service paid 2.00 for EAS a year. Ours: prices are monthly.
def test_s7_t12_an_annual_service_pays_for_each_month() -> None:
    found = billed(eas(BEFORE), window=YEAR, gigabytes="21", terms=terms(storage="66.00"))

    assert protocol_lines(found) == [("eas", ANN, 12, "24.00")]
    assert str(total(found.lines)) == "222.00"


def test_p1_both_protocols_and_one_on_since_long_ago() -> None:
    found = billed(eas(BEFORE), mapi(BEFORE), eas(BEFORE, address=BEN), gigabytes="21")

    assert protocol_lines(found) == [("combined", ANN, 1, "4.50"), ("eas", BEN, 1, "2.00")]
    assert str(total(found.lines)) == "24.50"


# P2, T4: 2.00 for 6 minutes, since it was on at the invoice. Ours: it has to reach the threshold.
def test_p2_t4_on_for_6_minutes_at_the_invoice_is_not_billed() -> None:
    found = billed(eas(span("2026-01-31T23:54")))

    assert protocol_lines(found) == []


def test_t4_without_a_threshold_it_is() -> None:
    found = billed(eas(span("2026-01-31T23:54")), terms=terms(activation_days=0))

    assert protocol_lines(found) == [("eas", ANN, 1, "2.00")]


# T5: hours were rounded, 23 h 30 min was enough. Ours: 24 hours to the second.
@pytest.mark.parametrize(
    ("until", "cost"), [("23:29:59", "0.00"), ("23:30:00", "0.00"), ("23:59:59", "0.00"), ("24:00:00", "2.00")]
)
def test_t5_the_threshold_is_24_hours_exactly(until: str, cost: str) -> None:
    hour, minute, second = map(int, until.split(":"))
    on = for_hours("2026-01-10", hour + minute / 60 + second / 3600)

    found = billed(eas(on))

    assert owed(found) == cost


# T6, D-B7: 0, each switching off forgot the time. Ours adds up.
def test_t6_twice_12_hours_are_a_day() -> None:
    found = billed(eas(for_hours("2026-01-10", 12), for_hours("2026-01-11", 12)))

    assert owed(found) == "2.00"


# T7, D-B7: 0, switching on and off again at the end erased 29 days.
def test_t7_switching_on_and_off_again_erases_nothing() -> None:
    found = billed(eas(span("2026-01-01", "2026-01-30"), for_hours("2026-01-30T12:00", 0.1)))

    assert owed(found) == "2.00"


# T8, P11, D-B5: 0, what was on since an earlier period had no record to end.
def test_t8_p11_on_since_an_earlier_month_and_off_on_the_29th_day() -> None:
    found = billed(eas(span("2025-11-01", "2026-01-30")))

    assert owed(found) == "2.00"
    assert dates(found.lines) == [eas(span("2026-01-01", "2026-01-30"))]


def test_p3_off_two_days_before_the_invoice_has_its_dates() -> None:
    found = billed(eas(span("2026-01-05", "2026-01-30")))

    assert protocol_lines(found) == [("eas", ANN, 1, "2.00")]
    assert dates(found.lines) == [eas(span("2026-01-05", "2026-01-30"))]


# T9, P10, D-B12: 2.00 instead of 4.50; adding EAS to MAPI lowered the bill.
def test_t9_p10_eas_added_to_a_mapi_of_long_ago_is_combined() -> None:
    found = billed(mapi(BEFORE), eas(SINCE_THE_5TH))

    assert protocol_lines(found) == [("combined", ANN, 1, "4.50")]


def test_p4_both_protocols_cost_the_combined_price() -> None:
    found = billed(eas(SINCE_THE_5TH), mapi(SINCE_THE_5TH))

    assert protocol_lines(found) == [("combined", ANN, 1, "4.50")]


# P5, D-B24: 4.50 too, but marked "disabled" although MAPI was on. Ours has the dates of each.
def test_p5_eas_ended_100_hours_before_mapi_began() -> None:
    found = billed(eas(span("2026-01-02", "2026-01-10")), mapi(span("2026-01-14T04:00")))

    assert protocol_lines(found) == [("combined", ANN, 1, "4.50")]
    assert dates(found.lines) == [eas(span("2026-01-02", "2026-01-10")), mapi(span("2026-01-14T04:00", "2026-02-01"))]


# P6, T16, D-B19: the invoice had 4.50 without a date, the dashboard 7.50.
def test_p6_t16_mapi_switched_off_beside_eas_is_4_50_in_invoice_and_estimate() -> None:
    uses = [eas(BEFORE), mapi(span("2026-01-02", "2026-01-20"))]

    invoice, estimate = billed(*uses), projection(JANUARY, at("2026-02-01"), reading(), uses, TERMS)

    assert (owed(invoice), owed(estimate)) == ("4.50", "4.50")
    assert dates(invoice.lines) == [mapi(span("2026-01-02", "2026-01-20"))]


def test_t10_p7_without_a_combined_price_both_are_charged() -> None:
    found = billed(eas(BEFORE), mapi(BEFORE), terms=terms(combined="0"))

    assert protocol_lines(found) == [("eas", ANN, 1, "2.00"), ("mapi", ANN, 1, "3.00")]


def test_p8_a_free_eas_leaves_the_combined_price() -> None:
    found = billed(eas(BEFORE), mapi(BEFORE), terms=terms(eas="0"))

    assert owed(found) == "4.50"


# P9, T11, D-B17: 0. Ours: a price of 0 drops its own line only (and the admin is warned of such prices).
def test_p9_t11_free_singles_leave_the_combined_price() -> None:
    found = billed(eas(BEFORE), mapi(BEFORE), terms=terms(eas="0", mapi="0"))

    assert owed(found) == "4.50"


def test_p12_without_a_threshold_what_is_on_at_the_end_is_billed() -> None:
    uses = [eas(span("2026-01-02", "2026-01-30")), eas(BEFORE, address=BEN)]

    found = billed(*uses, terms=terms(activation_days=0))

    assert protocol_lines(found) == [("eas", BEN, 1, "2.00")]


# P13, D-B11 and P14, T15, D-B9: without access to the mail server, or when its list failed, protocols were not billed
# and nobody knew. Ours come from the records; what could not be read ends no span.
def test_p13_p14_t15_a_mail_server_that_does_not_answer_makes_nothing_free() -> None:
    found = billed(eas(SINCE_THE_5TH), gigabytes="21")

    assert str(total(found.lines)) == "20.00"


# And if it was silent for more than two days, nothing is billed as if it were known.
def test_t15_a_mail_server_silent_for_three_days_makes_the_statement_stale() -> None:
    found = statement(JANUARY, Reading(size("21"), at("2026-01-29")), [eas(BEFORE)], TERMS)

    assert (found.stale, found.lines) == (Stale.OLD_READING, ())


# P17: 108.50 with MAPI on two lines, one for each phase. Ours is the same sum, by address.
def test_p17_storage_and_four_mailboxes() -> None:
    uses = [
        eas(SINCE_THE_5TH, address=ANN),
        mapi(span("2026-01-05", "2026-01-20"), address=DAN),
        *(eas(BEFORE, address=CAT), mapi(BEFORE, address=CAT)),
        mapi(BEFORE, address=BEN),
    ]

    found = billed(*uses, gigabytes="155.58")

    assert protocol_lines(found) == [
        ("eas", ANN, 1, "2.00"),
        ("mapi", BEN, 1, "3.00"),
        ("combined", CAT, 1, "4.50"),
        ("mapi", DAN, 1, "3.00"),
    ]
    assert str(total(found.lines)) == "108.50"


# --- what is billed once -------------------------------------------------------------------------------------------


# T13, D-B3: the total became the sum of the lines, and the tax was lost. Ours are lines before tax; totals are WHMCS's.
def test_t13_lines_are_before_tax() -> None:
    found = billed(eas(BEFORE), gigabytes="21")

    assert [str(amount(line)) for line in found.lines] == ["18.00", "2.00"]


# T14, D-B1: 58.00, the second run multiplied what the first had written. Ours computes from records, never from a line.
def test_t14_computing_twice_gives_the_same() -> None:
    uses = [eas(BEFORE)]

    found = [billed(*uses, gigabytes="21") for _ in range(2)]

    assert found[0] == found[1]
    assert str(total(found[1].lines)) == "20.00"


# T18, P16, D-B13: two lines of one service charged EAS twice. P15, T20: so did a second run. Ours is settled once.
def test_t18_t20_p15_p16_a_settled_window_is_not_billed_again() -> None:
    found = open_windows(JANUARY.since, [JANUARY], at("2026-02-01"))

    assert found == ()


# T19, D-B20: the period of a service due on Mar 31 began on Mar 3. Ours are clamped, and due dates have no say.
def test_t19_a_month_before_march_31_begins_on_the_last_of_february() -> None:
    found = parts(span("2025-01-31", "2025-03-31"))

    assert found[1] == span("2025-02-28", "2025-03-31")


# 3.2, D-B20: with its periods Mar 3 to 31, 2025 was all there was of March; the days before belonged to nobody.
def test_no_day_of_february_or_march_belongs_to_nobody() -> None:
    found = parts(span("2025-01-31", "2025-05-31"))

    assert [part.since for part in found] == [at(f"2025-{day}") for day in ("01-31", "02-28", "03-31", "04-30")]


# --- life across months (its table 3.7) ----------------------------------------------------------------------------


# An invoice is made on the 20th, for a service that is due on Feb 1.
FIRST, SECOND = span("2026-01-01", "2026-01-20"), span("2026-01-20", "2026-02-20")


def both_invoices(use: Use) -> list[str]:
    return [owed(billed(use, window=window)) for window in (FIRST, SECOND)]


@pytest.mark.parametrize(
    ("on", "cost"),
    [
        pytest.param(span("2026-01-05"), ["2.00", "2.00"], id="switched on, still on at the invoice"),
        pytest.param(BEFORE, ["2.00", "2.00"], id="on since an earlier month, still on"),
        pytest.param(span("2026-01-05", "2026-01-10"), ["2.00", "0.00"], id="on and off before the invoice"),
        pytest.param(for_hours("2026-01-05", 20), ["0.00", "0.00"], id="on and off below the threshold"),
        # 0 (D-B5): it had no record in this period.
        pytest.param(span("2025-06-01", "2026-01-10"), ["2.00", "0.00"], id="on since an earlier month, off before"),
        # 0 (D-B6): its record belonged to a period that was never asked for again.
        pytest.param(span("2026-01-22", "2026-01-28"), ["0.00", "2.00"], id="on and off between invoice and due date"),
        pytest.param(span("2026-01-22"), ["0.00", "2.00"], id="on between invoice and due date, still on at the next"),
        # 0 at both: here the threshold of each window counts, as P2.
        pytest.param(for_hours("2026-01-19T06:00", 36), ["0.00", "0.00"], id="a day and a half, cut by the invoice"),
    ],
)
def test_life_across_invoices(on: Span, cost: list[str]) -> None:
    assert both_invoices(eas(on)) == cost


# D-B21: records had the due date as their key, and moving it lost them. Windows are cut where invoices are made.
def test_moving_the_due_date_loses_nothing() -> None:
    found = open_windows(at("2026-01-01"), [FIRST], at("2026-03-20"))

    assert [owed(billed(eas(BEFORE), window=window)) for window in found] == ["4.00"]
