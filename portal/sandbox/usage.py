"""Makes up what services used in the year before: the same every time, growing up to what they hold now."""

from collections.abc import Iterator
from datetime import date, timedelta
from math import sin

DAYS = 365
# As far as nothing could be read: days before today.
LOST = range(130, 134)


def year(place: str, today: date, disk: int, mailboxes: int, aliases: int, eas: int, mapi: int) -> Iterator[str]:
    """A line for each day before today, as `flask usage import` takes them; `disk` is bytes."""
    for ago in range(DAYS, 0, -1):
        if ago in LOST:
            continue
        grown = 1 - 0.6 * ago / DAYS
        # Weekends bring less, and now and then somebody tidies up.
        tidied = 0.9 + 0.1 * sin(ago / 9) ** 2
        counts = [round(count * grown) for count in (mailboxes, aliases, eas, mapi)]
        figures = [int(disk * grown * tidied), *counts]
        yield ",".join([place, (today - timedelta(days=ago)).isoformat(), *map(str, figures)])
