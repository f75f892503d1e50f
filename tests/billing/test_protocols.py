from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.billing import Protocol, Span
from portal.billing.protocols import billable, by_mailbox, joined, on_times, within
from portal.billing.windows import parts
from tests.billing.cast import ANN, BEN, JANUARY, Switch, at, eas, fold, for_hours, hours, mapi, span

HOURS = 24 * 70
MIDNIGHT = at("2026-01-01")


def switch(on: bool, when: str, address: str = ANN, protocol: Protocol = Protocol.EAS) -> Switch:
    return Switch(address, protocol, on, at(when))


@st.composite
def spans(draw: st.DrawFn) -> list[Span]:
    """In any order, overlapping, some ending before they begin, one or two going on."""
    hour = st.integers(0, HOURS)
    pairs = draw(st.lists(st.tuples(hour, hour | st.none()), max_size=8))
    return [Span(MIDNIGHT + hours(since), None if until is None else MIDNIGHT + hours(until)) for since, until in pairs]


def hours_on(spans: Sequence[Span], part: Span) -> int:
    """Counted hour by hour, without any of the arithmetic under test."""
    assert part.until is not None
    every = range(int((part.until - part.since) / hours(1)))
    moments = [part.since + hours(hour) for hour in every]
    return sum(
        any(span.since <= moment < (span.until or datetime.max.replace(tzinfo=UTC)) for span in spans)
        for moment in moments
    )


def test_switches_become_spans() -> None:
    found = fold([switch(True, "2026-01-02"), switch(False, "2026-01-05"), switch(True, "2026-01-09")])

    assert found == (eas(span("2026-01-02", "2026-01-05"), span("2026-01-09")),)


def test_each_mailbox_and_protocol_has_its_own_spans() -> None:
    switches = [
        switch(True, "2026-01-02", BEN),
        switch(True, "2026-01-03", ANN, Protocol.MAPI),
        switch(True, "2026-01-04", ANN),
        switch(False, "2026-01-05", BEN),
    ]

    found = fold(switches)

    assert found == (
        eas(span("2026-01-04")),
        mapi(span("2026-01-03")),
        eas(span("2026-01-02", "2026-01-05"), address=BEN),
    )


def test_what_is_on_already_stays_on_since_the_first_time() -> None:
    found = fold([switch(True, "2026-01-02"), switch(True, "2026-01-04")])

    assert found == (eas(span("2026-01-02")),)


def test_what_is_off_already_cannot_end_again() -> None:
    found = fold([switch(True, "2026-01-02"), switch(False, "2026-01-04"), switch(False, "2026-01-06")])

    assert found == (eas(span("2026-01-02", "2026-01-04")),)


# Deleting switches off; D-B14 had the time erased.
def test_a_mailbox_deleted_and_made_again_keeps_the_time_before() -> None:
    switches = [switch(True, "2026-01-02"), switch(False, "2026-01-05"), switch(True, "2026-01-05")]

    (found,) = fold(switches)

    assert on_times(found.spans, [JANUARY]) == [timedelta(days=30)]


def test_when_the_clock_was_set_back_on_time_is_not_negative() -> None:
    found = fold([switch(True, "2026-01-05T10:00"), switch(False, "2026-01-05T09:00")])

    assert found == (eas(),)


def test_when_the_clock_was_set_back_what_was_recorded_last_holds() -> None:
    switches = [switch(True, "2026-01-05T10:00"), switch(False, "2026-01-05T09:00"), switch(True, "2026-01-05T09:30")]

    found = fold(switches)

    assert found == (eas(span("2026-01-05T10:00")),)


def test_a_clock_set_back_for_one_mailbox_leaves_the_others_alone() -> None:
    switches = [switch(True, "2026-01-05T10:00"), switch(True, "2026-01-05T09:00", BEN)]

    found = fold(switches)

    assert found[1] == eas(span("2026-01-05T09:00"), address=BEN)


def test_uses_of_one_mailbox_and_protocol_add_up() -> None:
    uses = [eas(span("2026-01-08", "2026-01-12")), mapi(span("2026-01-02")), eas(span("2026-01-02", "2026-01-09"))]

    found = dict(by_mailbox(uses))

    assert found == {ANN: {Protocol.EAS: (span("2026-01-02", "2026-01-12"),), Protocol.MAPI: (span("2026-01-02"),)}}


def test_spans_that_touch_are_one() -> None:
    found = joined([span("2026-01-05", "2026-01-09"), span("2026-01-02", "2026-01-05")])

    assert found == (span("2026-01-02", "2026-01-09"),)


def test_spans_are_cut_to_the_window() -> None:
    found = within([span("2025-12-20", "2026-01-03"), span("2026-01-31"), span("2026-03-01")], JANUARY)

    assert found == (span("2026-01-01", "2026-01-03"), span("2026-01-31", "2026-02-01"))


@pytest.mark.parametrize(
    ("seconds", "is_billable"),
    [
        pytest.param(86_400, True, id="24 hours"),
        pytest.param(86_399, False, id="a second less"),
    ],
)
def test_the_threshold_is_exact_to_the_second(seconds: int, is_billable: bool) -> None:
    on = Span(at("2026-01-05T10:00"), at("2026-01-05T10:00") + timedelta(seconds=seconds))

    found = billable([on], parts(JANUARY), activation_days=1)

    assert found == ({0} if is_billable else set())


def test_off_and_on_adds_up() -> None:
    on = [for_hours("2026-01-05", 12), for_hours("2026-01-20", 12)]

    found = billable(on, parts(JANUARY), activation_days=1)

    assert found == {0}


def test_time_of_one_part_does_not_count_for_the_next() -> None:
    months = parts(span("2026-01-01", "2026-03-01"))

    found = billable([span("2026-01-31T12:00", "2026-02-01T12:00")], months, activation_days=1)

    assert found == set()


def test_each_part_has_to_reach_the_threshold() -> None:
    months = parts(span("2026-01-01", "2026-05-01"))

    found = billable([span("2026-02-10", "2026-04-01T23:59:59")], months, activation_days=1)

    assert found == {1, 2}


def test_a_part_shorter_than_the_threshold_is_never_billable() -> None:
    first = parts(span("2026-01-10", "2026-01-10T05:00"))

    found = billable([span("2026-01-10")], first, activation_days=1)

    assert found == set()


@pytest.mark.parametrize(
    ("on", "is_billable"),
    [
        pytest.param(span("2026-01-31T23:59:59"), True, id="since a second before"),
        pytest.param(span("2026-01-01", "2026-01-31T23:59:59"), False, id="until a second before"),
        pytest.param(span("2026-01-31", "2026-02-01"), True, id="until the end itself"),
        pytest.param(span("2026-02-01"), False, id="since the end itself"),
    ],
)
def test_without_a_threshold_it_counts_whether_it_is_on_at_the_end(on: Span, is_billable: bool) -> None:
    found = billable([on], parts(JANUARY), activation_days=0)

    assert found == ({0} if is_billable else set())


def test_without_a_threshold_each_part_s_end_counts() -> None:
    months = parts(span("2026-01-01", "2026-05-01"))

    found = billable([span("2026-01-20", "2026-02-10"), span("2026-03-31")], months, activation_days=0)

    assert found == {0, 2, 3}


# From noon to noon the wall clock shows a day, whichever way it was changed in between; on-time is what passed.
@pytest.mark.parametrize(
    ("noon", "on_hours", "is_billable"),
    [
        pytest.param(datetime(2026, 3, 7, 12), 23, False, id="spring"),
        pytest.param(datetime(2026, 10, 31, 12), 25, True, id="autumn"),
        pytest.param(datetime(2026, 6, 1, 12), 24, True, id="summer"),
    ],
)
def test_a_change_of_daylight_saving_time_neither_adds_nor_takes_time(
    noon: datetime, on_hours: int, is_billable: bool
) -> None:
    montreal = ZoneInfo("America/Toronto")
    ends = [day.replace(tzinfo=montreal).astimezone(UTC) for day in (noon, noon + timedelta(days=1))]
    year = span("2026-01-15", "2027-01-15")

    [found] = on_times([Span(*ends)], [year])

    assert found == hours(on_hours)
    assert bool(billable([Span(*ends)], parts(year), activation_days=1)) is is_billable


@given(spans())
def test_joined_spans_hold_the_same_time_in_order_and_without_overlaps(given: list[Span]) -> None:
    found = joined(given)

    window = Span(MIDNIGHT, MIDNIGHT + hours(HOURS))
    assert on_times(found, [window]) == [hours(hours_on(given, window))]
    assert all(one.until and one.until < other.since for one, other in pairwise(found))


@given(spans(), st.integers(1, 3))
def test_a_part_is_billable_if_its_hours_reach_the_threshold(given: list[Span], days: int) -> None:
    months = parts(span("2026-01-01", "2026-03-01"))

    found = billable(joined(given), months, days)

    assert found == {number for number, part in enumerate(months) if hours_on(given, part) >= 24 * days}


@given(st.lists(st.tuples(st.booleans(), st.integers(0, HOURS)), max_size=12))
def test_switches_in_any_order_never_make_negative_or_overlapping_time(switches: list[tuple[bool, int]]) -> None:
    recorded = [Switch(ANN, Protocol.EAS, on, MIDNIGHT + hours(hour)) for on, hour in switches]

    found = [found for use in fold(recorded) for found in use.spans]

    assert found == list(joined(found))
    assert bool(found and found[-1].until is None) is bool(recorded and recorded[-1].on)
