"""Windows of time that are billed, and the months they fall into."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import datetime, timedelta

from portal.billing import Span

REMAINDER = timedelta(days=15)


def end(window: Span) -> datetime:
    """Where the window ends. Raise ValueError if it goes on: nothing can be owed for it yet."""
    if window.until is None:
        raise ValueError("a window has an end")
    return window.until


def parts(window: Span) -> tuple[Span, ...]:
    """The window, month by month: as many parts as calendar months fit into it, at least 1.

    A remainder of 15 days or more is a part too; a shorter one belongs to the last. Month ends are clamped from the
    first day, so that parts from Jan 31 begin on Feb 28 and Mar 31.
    """
    until = end(window)
    count = 0
    while months_after(window.since, count + 1) <= until:
        count += 1
    if until - months_after(window.since, count) >= REMAINDER:
        count += 1
    beginnings = [months_after(window.since, month) for month in range(max(1, count))]
    return tuple(map(Span, beginnings, [*beginnings[1:], until]))


def open_windows(start: datetime, settled: Sequence[Span], now: datetime) -> tuple[Span, ...]:
    """What no settled window covers between the service's start and now, oldest first.

    Together with `settled` they fill that time without a gap, whatever was settled or released in whatever order.
    Neighbours that were released are one window again.
    """
    found = []
    since = start
    for window in sorted(settled, key=lambda window: window.since):
        if since < min(window.since, now):
            found.append(Span(since, min(window.since, now)))
        since = max(since, end(window))
    if since < now:
        found.append(Span(since, now))
    return tuple(found)


def months_after(at: datetime, months: int) -> datetime:
    """The same day and time so many months later; the month's last day where it has no such day."""
    years, month = divmod(at.month - 1 + months, 12)
    year = at.year + years
    return at.replace(year=year, month=month + 1, day=min(at.day, monthrange(year, month + 1)[1]))
