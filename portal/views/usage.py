"""The usage card: what the domain uses of what it may use, and how that has changed in a year.

Of a mailbox on a shared domain, where it stands.
"""

import heapq
import time
from datetime import date, timedelta

from flask import Blueprint, Response

from portal import chart, checklist, current, growth, htmx
from portal.mail import NotFound
from portal.store import mailbox_sizes, usage
from portal.store.usage import DAY, Sample

bp = Blueprint("usage", __name__, url_prefix="/usage")

YEAR = 366  # days
LARGEST = 5


@bp.get("")
def show() -> Response:
    return _of_mailbox() if current.is_mailbox() else _of_domain()


def _of_mailbox() -> Response:
    policy = current.password_policy()
    try:
        mailbox = current.mailbox().mailbox()
    except NotFound:
        mailbox = None
    return htmx.card(
        "cards/usage_mailbox.html",
        address=current.service().name,
        mailbox=mailbox,
        upgrade=current.claims()["links"]["upgrade"],
        rules=checklist.rules(policy),
        policy=policy,
    )


def _of_domain() -> Response:
    snapshot = current.directory()
    today = int(time.time()) // DAY
    samples = usage.between(current.service(), today - YEAR + 1, today)
    readings = [(sample.day, sample.disk) for sample in samples]
    with_mail = [mailbox for mailbox in snapshot.mailboxes if mailbox.used]
    return htmx.card(
        "cards/usage.html",
        snapshot=snapshot,
        figures=snapshot.figures,
        max_users=current.plan().max_users,
        chart=chart.drawn(readings, samples[0].day, today) if len(samples) > 1 else None,
        months=_by_month(samples),
        growing=growth.fastest(snapshot.mailboxes, mailbox_sizes.recent(current.service(), today), LARGEST),
        largest=heapq.nlargest(LARGEST, with_mail, key=lambda mailbox: mailbox.used or 0),
    )


def _by_month(samples: list[Sample]) -> list[tuple[date, Sample]]:
    """The last sample of each month with its day, the newest first."""
    last = {}
    for sample in samples:
        day = chart.EPOCH + timedelta(days=sample.day)
        last[day.year, day.month] = (day, sample)
    return list(reversed(last.values()))
