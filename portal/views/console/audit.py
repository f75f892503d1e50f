"""The audit: everything that was changed of the tenant and its services, by whom, and how it ended."""

from datetime import UTC, date, datetime, timedelta

from flask import Blueprint, Response, request

from portal import console, history_texts, htmx
from portal.store import history
from portal.store.history import Wanted

bp = Blueprint("audit", __name__, url_prefix="/console/audit")


@bp.get("/")
def index() -> Response:
    until = _day("until")
    wanted = Wanted(
        console.scope(),
        service=console.searched("service"),
        actor=console.searched("actor"),
        since=_second(_day("since")),
        until=_second(until + timedelta(days=1) if until and until < date.max else None),
    )
    page = console.paged(history.count_found(wanted), lambda limit, skip: history.found(wanted, limit, skip))
    lines = {row.id: history_texts.line(row, for_staff=True) for row in page.rows}
    asked = {name: text for name in ("service", "actor", "since", "until") if (text := console.searched(name))}
    return htmx.card("console/audit.html", page=page, lines=lines, asked=asked)


def _day(name: str) -> date | None:
    """A day of the address; what is none is left out."""
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None


def _second(day: date | None) -> int | None:
    """When the day begins (UTC)."""
    return None if day is None else int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
