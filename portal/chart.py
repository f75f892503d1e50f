"""The shape of a chart of daily readings: where the line runs, where there was none, and what stands at the axes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

WIDTH, HEIGHT = 720, 200
LEFT, RIGHT, TOP, BOTTOM = 92, 8, 20, 24
# Two readings further apart (days) are not joined: nobody knows what was in between.
GAP = 3
STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500)
LINES = 4
EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Mark:
    """A value of an axis and where it stands."""

    at: float
    value: int | date


@dataclass(frozen=True, slots=True)
class Chart:
    """Polylines as `x,y x,y …` in a field of `WIDTH` by `HEIGHT`; a lone reading is a point."""

    lines: Sequence[str]
    points: Sequence[tuple[float, float]]
    sizes: Sequence[Mark]
    months: Sequence[Mark]


def drawn(readings: Sequence[tuple[int, int]], first: int, last: int) -> Chart:
    """The chart of (day since 1970, bytes) from day `first` to day `last`, oldest first."""
    step = _step(max((value for _, value in readings), default=0))
    top = max(1, -(-max((value for _, value in readings), default=0) // step)) * step

    def place(day: int, value: int) -> tuple[float, float]:
        x = LEFT + (WIDTH - LEFT - RIGHT) * (day - first) / max(1, last - first)
        y = HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top
        return round(x, 1), round(y, 1)

    runs = [[place(*reading) for reading in run] for run in _runs(readings)]
    return Chart(
        lines=[" ".join(f"{x},{y}" for x, y in run) for run in runs if len(run) > 1],
        points=[run[0] for run in runs if len(run) == 1],
        sizes=[Mark(place(first, size)[1], size) for size in range(0, top + 1, step)],
        months=[Mark(place(day, 0)[0], EPOCH + timedelta(days=day)) for day in _months(first, last)],
    )


def _runs(readings: Sequence[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """Readings that may be joined by a line."""
    runs: list[list[tuple[int, int]]] = []
    for reading in readings:
        if not runs or reading[0] - runs[-1][-1][0] > GAP:
            runs.append([])
        runs[-1].append(reading)
    return runs


def _step(most: int) -> int:
    """The distance of the lines, so that there are at most `LINES` above 0: round in MB, GB or TB."""
    for unit in (2**20, 2**30, 2**40, 2**50):
        for step in STEPS:
            if most <= LINES * step * unit:
                return step * unit
    return most


def _months(first: int, last: int) -> list[int]:
    """Every other first of a month in between."""
    days = [day for day in range(first, last + 1) if (EPOCH + timedelta(days=day)).day == 1]
    return days[::2]
