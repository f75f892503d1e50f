from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.billing import Kind, Line, Protocol, Reading, Span, Stale, Statement, Terms, Use
from portal.billing.protocols import joined
from portal.billing.rates import total
from portal.billing.statements import has_statements, projection, statement
from portal.billing.windows import parts
from tests.billing.cast import (
    ANN,
    BEFORE,
    BEN,
    CAT,
    JANUARY,
    SWITCHES,
    TERMS,
    WINDOWS,
    Switch,
    at,
    billed,
    dates,
    eas,
    fold,
    for_hours,
    mapi,
    owed,
    protocol_lines,
    reading,
    seconds_on,
    sensible_terms,
    size,
    span,
    terms,
)

YEAR = span("2026-01-01", "2027-01-01")


def test_storage_comes_first_then_the_mailboxes_by_address() -> None:
    uses = [mapi(BEFORE, address=CAT), eas(BEFORE, address=BEN), eas(BEFORE), mapi(BEFORE)]

    found = billed(*uses, gigabytes="21")

    assert found == Statement(
        JANUARY,
        (
            Line(Kind.STORAGE, 3, Decimal("6.00")),
            Line(Kind.COMBINED, 1, Decimal("4.50"), ANN),
            Line(Kind.EAS, 1, Decimal("2.00"), BEN),
            Line(Kind.MAPI, 1, Decimal("3.00"), CAT),
        ),
    )


def test_a_mailbox_has_one_line_for_each_price() -> None:
    uses = [eas(span("2026-01-01", "2026-10-01")), mapi(span("2026-04-01"))]

    found = billed(*uses, window=YEAR)

    assert protocol_lines(found) == [
        ("combined", ANN, 6, "27.00"),
        ("eas", ANN, 3, "6.00"),
        ("mapi", ANN, 3, "9.00"),
    ]


def test_a_line_has_the_dates_of_what_was_not_on_throughout() -> None:
    partly = eas(span("2025-12-01", "2026-01-05"), span("2026-01-20"))

    found = billed(partly, mapi(BEFORE))

    assert dates(found.lines) == [eas(span("2026-01-01", "2026-01-05"), span("2026-01-20", "2026-02-01"))]


def test_the_quantity_is_the_number_of_months_it_was_on() -> None:
    found = billed(eas(for_hours("2026-03-10", 48)), window=YEAR)

    assert protocol_lines(found) == [("eas", ANN, 1, "2.00")]


# A part of each: their on-time is in different months, so neither month has both.
def test_protocols_of_different_months_are_not_combined() -> None:
    found = billed(eas(span("2026-02-01", "2026-03-01")), mapi(span("2026-03-01", "2026-04-01")), window=YEAR)

    assert protocol_lines(found) == [("eas", ANN, 1, "2.00"), ("mapi", ANN, 1, "3.00")]


def test_a_price_of_0_drops_its_line_only() -> None:
    uses = [eas(BEFORE), mapi(span("2026-04-01")), eas(BEFORE, address=BEN)]

    found = billed(*uses, window=YEAR, terms=terms(eas="0"))

    assert protocol_lines(found) == [("combined", ANN, 9, "40.50")]


def test_storage_that_costs_nothing_keeps_its_line() -> None:
    found = billed(gigabytes="21", terms=terms(storage="0"))

    assert found.lines == (Line(Kind.STORAGE, 3, Decimal("0")),)


def test_an_unknown_price_of_storage_leaves_its_tiers_known() -> None:
    found = billed(gigabytes="21", terms=terms(storage=None))

    assert (found.stale, found.lines) == ("", (Line(Kind.STORAGE, 3, None),))


def test_without_a_reading_nothing_is_billed() -> None:
    found = statement(JANUARY, None, [eas(BEFORE)], TERMS)

    assert found == Statement(JANUARY, (), Stale.NO_READING)


@pytest.mark.parametrize(
    ("read", "stale"),
    [
        pytest.param("2026-01-30T00:00:00", "", id="48 hours before"),
        pytest.param("2026-01-29T23:59:59", Stale.OLD_READING, id="a second earlier"),
        pytest.param("2026-02-01T00:00:01", "", id="after the clock was set back"),
    ],
)
def test_a_reading_may_be_48_hours_old_at_the_window_s_end(read: str, stale: str) -> None:
    found = statement(JANUARY, Reading(size("21"), at(read)), [], TERMS)

    assert found.stale == stale
    assert bool(found.lines) is not bool(stale)


@pytest.mark.parametrize("why", [Stale.NO_PRICE, Stale.NOT_CONFIGURED])
def test_without_terms_nothing_is_billed(why: Stale) -> None:
    found = statement(JANUARY, reading("21"), [eas(BEFORE)], why)

    assert found == Statement(JANUARY, (), why)


@pytest.mark.parametrize(("months", "found"), [(1, True), (12, True), (36, True), (0, False)])
def test_free_and_one_time_services_have_no_statements(months: int, found: bool) -> None:
    assert has_statements(months) is found


def test_the_projection_assumes_that_nothing_changes() -> None:
    month = span("2026-01-01", "2026-01-01T12:00")
    uses = [eas(span("2026-01-01T06:00")), mapi(for_hours("2026-01-01", 6), address=BEN)]

    found = projection(month, at("2026-02-01"), reading("21", month), uses, TERMS)

    assert found == Statement(
        JANUARY,
        (
            Line(Kind.STORAGE, 3, Decimal("6.00")),
            Line(Kind.EAS, 1, Decimal("2.00"), ANN, (eas(span("2026-01-01T06:00", "2026-02-01")),)),
        ),
    )


def test_the_projection_of_a_year_counts_the_months_to_come() -> None:
    so_far = span("2026-01-01", "2026-03-20")

    found = projection(so_far, at("2027-01-01"), reading("0", so_far), [eas(span("2026-03-01"))], TERMS)

    assert protocol_lines(found) == [("eas", ANN, 10, "20.00")]


# The estimate is read at its own time: a projection to next year is no reason to call a reading of today old.
def test_the_projection_is_as_stale_as_the_statement_of_now() -> None:
    so_far = span("2026-01-01", "2026-03-20")
    old = Reading(0, at("2026-03-17"))

    found = projection(so_far, at("2027-01-01"), old, [], TERMS)

    assert found == Statement(YEAR, (), Stale.OLD_READING)


def test_when_the_period_is_over_the_projection_is_the_statement() -> None:
    uses = [eas(BEFORE)]

    found = projection(JANUARY, at("2026-01-20"), reading("21"), uses, TERMS)

    assert found == billed(*uses, gigabytes="21")


# A service moved between cycles: its window is what it is, and months are months in each.
def test_a_service_moved_from_monthly_to_annual_pays_no_month_twice() -> None:
    before, after = span("2026-01-01", "2026-02-01"), span("2026-02-01", "2027-02-01")
    uses = [eas(BEFORE)]

    found = [protocol_lines(billed(*uses, window=window)) for window in (before, after)]

    assert found == [[("eas", ANN, 1, "2.00")], [("eas", ANN, 12, "24.00")]]


def test_a_skipped_invoice_gives_no_month_away() -> None:
    found = billed(eas(BEFORE), window=span("2026-01-01", "2026-03-01"))

    assert protocol_lines(found) == [("eas", ANN, 2, "4.00")]


# To the lists of a mail server a new name is another mailbox. Each counts where it was on for long enough.
def test_a_renamed_mailbox_is_billed_under_both_names_in_the_month_of_its_renaming() -> None:
    switches = [
        Switch(ANN, Protocol.EAS, True, at("2025-06-01")),
        Switch(ANN, Protocol.EAS, False, at("2026-02-10")),
        Switch(BEN, Protocol.EAS, True, at("2026-02-10")),
    ]

    found = billed(*fold(switches), window=span("2026-01-01", "2026-04-01"))

    assert protocol_lines(found) == [("eas", ANN, 2, "4.00"), ("eas", BEN, 2, "4.00")]


def test_a_mailbox_renamed_at_once_is_billed_under_its_last_name_alone() -> None:
    uses = [eas(for_hours("2026-01-10", 5)), eas(span("2026-01-10T05:00"), address=BEN)]

    found = billed(*uses)

    assert protocol_lines(found) == [("eas", BEN, 1, "2.00")]


def test_a_mailbox_deleted_and_made_again_is_billed_once() -> None:
    found = billed(eas(span("2025-06-01", "2026-01-10")), eas(span("2026-01-15")))

    assert protocol_lines(found) == [("eas", ANN, 1, "2.00")]


# Recording ends the spans at the suspension and begins them again after it.
def test_the_time_of_a_suspension_is_not_billed() -> None:
    found = billed(eas(span("2025-06-01", "2026-01-20"), span("2026-03-20")), window=YEAR)

    assert protocol_lines(found) == [("eas", ANN, 11, "22.00")]


@given(WINDOWS, SWITCHES, sensible_terms())
def test_no_order_of_events_makes_a_bill_larger_than_always_on(
    window: Span, switches: list[Switch], prices: Terms
) -> None:
    always_on = [Use(address, protocol, (BEFORE,)) for address in (ANN, BEN) for protocol in Protocol]

    found = billed(*fold(switches), window=window, terms=prices)

    most = total(billed(*always_on, window=window, terms=prices).lines)
    assert total(found.lines) <= most


@given(WINDOWS, SWITCHES, st.integers(1, 3))
def test_no_mailbox_is_billed_for_a_month_with_less_on_time_than_the_threshold(
    window: Span, switches: list[Switch], days: int
) -> None:
    uses = fold(switches)

    found = billed(*uses, window=window, terms=terms(activation_days=days))

    for use in uses:
        kinds = (Kind(use.protocol.value), Kind.COMBINED)
        lines = [line for line in found.lines if line.address == use.address and line.kind in kinds]
        long_enough = [part for part in parts(window) if seconds_on(use, part) >= days * 86_400]
        assert sum(line.quantity for line in lines) == len(long_enough)


@given(WINDOWS, SWITCHES, st.randoms())
def test_the_same_records_give_the_same_statement_in_whatever_order_they_are_read(
    window: Span, switches: list[Switch], random
) -> None:
    uses = fold(switches)
    records = [Use(use.address, use.protocol, (span,)) for use in uses for span in use.spans]
    shuffled = random.sample(records, len(records))

    found = billed(*shuffled, window=window)

    assert found == billed(*uses, window=window)


@given(SWITCHES)
def test_the_dates_of_a_line_lie_within_its_window(switches: list[Switch]) -> None:
    found = billed(*fold(switches))

    for use in dates(found.lines):
        assert use.spans == joined(use.spans)
        assert all(JANUARY.since <= span.since < span.until <= JANUARY.until for span in use.spans)
        assert use.spans != (JANUARY,)


@given(WINDOWS, st.integers(0, 24 * 60), SWITCHES)
def test_the_projection_is_the_statement_to_come_if_nothing_changes(
    window: Span, later: int, switches: list[Switch]
) -> None:
    assert window.until is not None
    past = [switch for switch in switches if switch.at <= window.until]
    uses = fold(past)
    end: datetime = window.until + timedelta(hours=later)

    found = projection(window, end, reading("21", window), uses, TERMS)

    assert found == billed(*uses, window=Span(window.since, end), gigabytes="21")


def test_a_statement_s_protocols_cost_what_its_lines_say() -> None:
    found = billed(eas(BEFORE), mapi(BEFORE), eas(BEFORE, address=BEN), gigabytes="21")

    assert (owed(found), str(total(found.lines))) == ("6.50", "24.50")
