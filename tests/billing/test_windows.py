from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.billing import Span
from portal.billing.windows import months_after, open_windows, parts
from tests.billing.cast import STEPS, at, hours, span

START = at("2026-01-01")
MOMENTS = st.integers(0, 24 * 400).map(lambda hour: START + hours(hour))
BEGINNINGS = st.datetimes(datetime(2023, 1, 1), datetime(2028, 12, 31)).map(lambda time: time.replace(tzinfo=UTC))
# A first day that every month has.
ORDINARY = BEGINNINGS.filter(lambda time: time.day <= 28)


def beginnings(found: Sequence[Span]) -> list[str]:
    return [part.since.strftime("%Y-%m-%d") for part in found]


@st.composite
def windows(draw: st.DrawFn, since: st.SearchStrategy[datetime] = BEGINNINGS) -> Span:
    beginning = draw(since)
    return Span(beginning, beginning + timedelta(seconds=draw(st.integers(1, 40 * 31 * 86400))))


def disjoint(moments: Sequence[datetime]) -> list[Span]:
    """Every second stretch of time between the moments."""
    ordered = sorted(set(moments))
    return [Span(since, until) for since, until in list(pairwise(ordered))[::2]]


# Decision 5.1: the cycle plays no part.
@pytest.mark.parametrize(
    ("window", "count"),
    [
        pytest.param(span("2026-01-10", "2026-12-25"), 12, id="11 months and a half"),
        pytest.param(span("2026-01-10", "2026-12-24T23:59:59"), 11, id="a second less"),
        pytest.param(span("2026-01-10", "2027-01-10"), 12, id="12 months"),
        pytest.param(span("2026-01-10", "2026-02-10"), 1, id="1 month of a cycle of 12"),
        pytest.param(span("2026-01-10", "2026-03-10"), 2, id="2 months of a cycle of 1"),
        pytest.param(span("2026-01-10", "2026-01-10T05:00"), 1, id="5 hours"),
        pytest.param(span("2026-01-10", "2026-01-25"), 1, id="15 days alone"),
        pytest.param(span("2026-01-10", "2026-02-24"), 1, id="1 month and 14 days"),
        pytest.param(span("2026-01-10", "2026-02-25"), 2, id="1 month and 15 days"),
    ],
)
def test_a_window_has_as_many_parts_as_months(window: Span, count: int) -> None:
    assert len(parts(window)) == count


def test_a_long_remainder_is_a_part_of_its_own() -> None:
    found = parts(span("2026-01-10", "2026-02-25"))

    assert found == (span("2026-01-10", "2026-02-10"), span("2026-02-10", "2026-02-25"))


def test_a_short_remainder_belongs_to_the_last_part() -> None:
    found = parts(span("2026-01-10", "2026-03-24"))

    assert found == (span("2026-01-10", "2026-02-10"), span("2026-02-10", "2026-03-24"))


def test_month_ends_are_clamped_from_the_first_day() -> None:
    found = parts(span("2026-01-31", "2026-05-31"))

    assert beginnings(found) == ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]


def test_in_a_leap_year_february_has_its_29th() -> None:
    found = parts(span("2028-01-31", "2028-03-31"))

    assert beginnings(found) == ["2028-01-31", "2028-02-29"]


def test_four_years_from_a_leap_day_lead_to_the_next() -> None:
    found = parts(span("2024-02-29", "2028-02-29"))

    assert len(found) == 48
    assert found[12].since == at("2025-02-28")
    assert found[-1] == span("2028-01-29", "2028-02-29")


def test_a_part_begins_at_the_window_s_time_of_day() -> None:
    found = parts(span("2026-01-10T17:45:12", "2026-03-10T17:45:12"))

    assert found[1].since == at("2026-02-10T17:45:12")


def test_two_months_less_a_second_are_two_parts() -> None:
    found = parts(span("2026-01-10T17:45:12", "2026-03-10T17:45:11"))

    assert len(found) == 2


def test_a_change_of_daylight_saving_time_moves_no_part() -> None:
    montreal = ZoneInfo("America/Toronto")

    found = parts(span("2026-02-15T05:00", "2026-04-15T05:00"))

    assert [part.since.hour for part in found] == [5, 5]
    assert [part.since.astimezone(montreal).hour for part in found] == [0, 1]


def test_a_window_that_goes_on_has_no_parts_yet() -> None:
    with pytest.raises(ValueError, match="a window has an end"):
        parts(span("2026-01-10"))


@given(windows())
def test_parts_partition_their_window(window: Span) -> None:
    found = parts(window)

    assert (found[0].since, found[-1].until) == (window.since, window.until)
    assert all(one.until == other.since for one, other in pairwise(found))
    assert [part.since for part in found] == [months_after(window.since, month) for month in range(len(found))]


@given(windows())
def test_no_part_is_over_a_month_and_15_days_nor_the_last_of_several_under_15_days(window: Span) -> None:
    found = parts(window)

    lengths = [part.until - part.since for part in found if part.until]
    assert max(lengths) < timedelta(days=31 + 15)
    assert len(found) == 1 or lengths[-1] >= timedelta(days=15)


# From the 29th on a month has not always that day, so the second window counts from another one.
@given(windows(ORDINARY), st.data())
def test_a_window_split_where_a_month_ends_has_as_many_parts(window: Span, data: st.DataObject) -> None:
    whole = parts(window)
    split = data.draw(st.sampled_from([part.since for part in whole[1:]] or [None]))

    if split is not None:
        assert len(parts(Span(window.since, split))) + len(parts(Span(split, window.until))) == len(whole)


@given(windows(), st.data())
def test_a_window_split_where_a_month_end_was_clamped_has_one_part_more_at_most(
    window: Span, data: st.DataObject
) -> None:
    whole = parts(window)
    split = data.draw(st.sampled_from([part.since for part in whole[1:]] or [None]))

    if split is not None:
        halves = len(parts(Span(window.since, split))) + len(parts(Span(split, window.until)))
        assert halves - len(whole) in (0, 1)


def test_a_new_service_has_one_window_from_its_start() -> None:
    found = open_windows(at("2026-01-05"), [], at("2026-02-01"))

    assert found == (span("2026-01-05", "2026-02-01"),)


def test_the_next_window_begins_where_the_last_settled_one_ended() -> None:
    settled = [span("2026-01-05", "2026-01-25T06:00")]

    found = open_windows(at("2026-01-05"), settled, at("2026-02-25T06:00"))

    assert found == (span("2026-01-25T06:00", "2026-02-25T06:00"),)


def test_a_released_window_is_open_again_before_the_present_one() -> None:
    settled = [span("2026-02-01", "2026-03-01")]

    found = open_windows(at("2026-01-01"), settled, at("2026-03-15"))

    assert found == (span("2026-01-01", "2026-02-01"), span("2026-03-01", "2026-03-15"))


def test_a_skipped_invoice_makes_one_window_of_two_months() -> None:
    settled = [span("2026-01-01", "2026-02-01")]

    found = open_windows(at("2026-01-01"), settled, at("2026-04-01"))

    assert found == (span("2026-02-01", "2026-04-01"),)


def test_the_order_of_settling_does_not_matter() -> None:
    settled = [span("2026-03-01", "2026-04-01"), span("2026-01-01", "2026-02-01")]

    found = open_windows(at("2026-01-01"), settled, at("2026-04-01"))

    assert found == (span("2026-02-01", "2026-03-01"),)


def test_nothing_is_open_right_after_everything_was_settled() -> None:
    settled = [span("2026-01-01", "2026-02-01")]

    found = open_windows(at("2026-01-01"), settled, at("2026-02-01"))

    assert found == ()


def test_a_clock_set_back_opens_no_window_that_is_settled() -> None:
    settled = [span("2026-01-01", "2026-02-01"), span("2026-02-01", "2026-03-01")]

    found = open_windows(at("2026-01-01"), settled, at("2026-02-10"))

    assert found == ()


def test_a_clock_set_back_opens_no_window_of_the_time_to_come() -> None:
    settled = [span("2026-01-01", "2026-02-01"), span("2026-03-01", "2026-04-01")]

    found = open_windows(at("2026-01-01"), settled, at("2026-01-20"))

    assert found == ()


def test_a_clock_set_back_ends_an_open_window_at_what_it_says() -> None:
    settled = [span("2026-03-01", "2026-04-01")]

    found = open_windows(at("2026-01-01"), settled, at("2026-01-20"))

    assert found == (span("2026-01-01", "2026-01-20"),)


def test_what_was_settled_before_the_service_s_start_opens_nothing_there() -> None:
    settled = [span("2025-11-01", "2025-12-01")]

    found = open_windows(at("2026-01-01"), settled, at("2026-02-01"))

    assert found == (span("2026-01-01", "2026-02-01"),)


@given(st.lists(MOMENTS, max_size=12), MOMENTS, st.randoms())
def test_settled_and_open_windows_partition_time(moments: list[datetime], now: datetime, random) -> None:
    settled = [window for window in disjoint(moments) if window.until and window.until <= now]
    shuffled = random.sample(settled, len(settled))

    found = open_windows(START, shuffled, now)

    every = sorted([*settled, *found], key=lambda window: window.since)
    assert list(found) == sorted(found)
    assert all(one.until == other.since for one, other in pairwise(every))
    assert now == START or (every[0].since, every[-1].until) == (START, now)


class Ledger:
    """Statements as the store keeps them: settled once, never over a window that another settled, released at will."""

    def __init__(self) -> None:
        self.now = START
        self.offered: list[Span] = []
        self.invoices: dict[int, int] = {}

    @property
    def settled(self) -> list[Span]:
        return [self.offered[number] for number in self.invoices]

    def offer(self) -> None:
        self.offered += open_windows(START, self.settled, self.now)

    def settle(self, number: int, invoice: int) -> None:
        window = self.offered[number]
        if not any(other.since < window.until and window.since < other.until for other in self.settled):
            self.invoices[number] = invoice


@given(STEPS)
def test_settling_and_releasing_in_any_order_bills_no_time_twice_and_loses_none(steps: list[tuple[str, int]]) -> None:
    ledger = Ledger()

    for step, number in steps:
        if step == "offer":
            ledger.now += timedelta(days=number)
            ledger.offer()
        elif ledger.offered and step == "settle":
            ledger.settle(number % len(ledger.offered), invoice=number)
        elif ledger.offered:
            ledger.invoices.pop(number % len(ledger.offered), None)

        every = sorted([*ledger.settled, *open_windows(START, ledger.settled, ledger.now)])
        assert all(one.until == other.since for one, other in pairwise(every))
        assert ledger.now == START or (every[0].since, every[-1].until) == (START, ledger.now)
