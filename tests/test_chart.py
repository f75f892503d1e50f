"""The shape of a chart: what was read is joined, what was not is a gap, and nothing leaves the field."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from portal.chart import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, drawn

GB = 2**30


def test_daily_readings_are_one_line() -> None:
    chart = drawn([(0, 0), (1, GB), (2, 2 * GB)], 0, 2)

    assert list(chart.lines) == ["92.0,176.0 402.0,98.0 712.0,20.0"]
    assert not chart.points


def test_days_without_a_reading_are_a_gap_and_never_nothing() -> None:
    chart = drawn([(0, GB), (1, GB), (30, GB), (31, GB), (60, GB)], 0, 60)

    assert len(chart.lines) == 2
    assert len(chart.points) == 1
    assert not any(f",{HEIGHT - BOTTOM}" in line for line in chart.lines)


def test_the_sizes_at_the_axis_are_round_and_reach_over_the_largest() -> None:
    chart = drawn([(0, 21 * GB)], 0, 365)

    assert [mark.value for mark in chart.sizes] == [0, 10 * GB, 20 * GB, 30 * GB]


def test_every_other_month_is_named() -> None:
    first = (date(2026, 1, 15) - date(1970, 1, 1)).days

    chart = drawn([], first, first + 200)

    assert [mark.value for mark in chart.months] == [date(2026, month, 1) for month in (2, 4, 6, 8)]


@given(st.lists(st.tuples(st.integers(20_000, 20_366), st.integers(0, 2**55)), unique_by=lambda reading: reading[0]))
def test_nothing_leaves_the_field(readings: list[tuple[int, int]]) -> None:
    chart = drawn(sorted(readings), 20_000, 20_366)

    places = [tuple(map(float, place.split(","))) for line in chart.lines for place in line.split()] + list(
        chart.points
    )
    assert len(places) == len(readings)
    assert all(LEFT <= x <= WIDTH - RIGHT and TOP <= y <= HEIGHT - BOTTOM for x, y in places)
    assert len(chart.sizes) <= 5
