"""The addresses card: every mailbox and forward of the domain, searched, filtered, sorted and paged on the server."""

import csv
import io
import re
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from flask import Blueprint, Response, g, make_response, request, url_for
from flask_babel import gettext as _

from portal import current, htmx, listing
from portal.address_lines import choose, frame, lines
from portal.auth import for_readers
from portal.mail import NEVER
from portal.security import limiter

bp = Blueprint("addresses", __name__)

LATELY = 300  # seconds; the forwarding of a row on screen that was read longer ago is read again
REFRESHES = "12 per minute"

# What a spreadsheet takes for a formula (the last four are full-width), wherever it sees a cell begin: some split at
# semicolons. Between two of these places nothing is looked at twice, whatever a display name is made of.
FORMULA = re.compile(r"""(^|[;\t\r\n])(?=(?:[^\S\t\r\n]|[\0"'])*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r])""")


@bp.get("/addresses/")
def show() -> Response:
    query = listing.Query.parse(request.args)
    asked, refresh, again = time.time(), "refresh" in request.args, "forwarding" in request.args
    # A card that comes back by itself is about the list that it showed.
    if refresh:
        with limiter.limit(REFRESHES, key_func=lambda: f"refresh:{g.visit.session.id}"):
            snapshot = current.directory(fresh=True)
    else:
        snapshot = current.directory(max_age=LATELY if again else 15)
    known = current.forwardings()
    forwarding = known.destinations()
    page = listing.page(snapshot, query, forwarding)
    since = asked if refresh else asked - LATELY
    due = known.due((row.address for row in page.rows if row.mailbox), since)
    # The first answer does not wait for the forwarding of its rows: the card comes back for it.
    waited = refresh or again
    if waited and due:
        current.read_forwardings(due, since)
        forwarding = known.destinations()
        page = listing.page(snapshot, query, forwarding)
    unsearched = listing.unsearched(snapshot, query, forwarding)
    all_rows, here = len(snapshot.entries), url_for("addresses.show")
    return htmx.card(
        "cards/addresses.html",
        query=query,
        page=page,
        all_rows=all_rows,
        read_at=snapshot.read_at,
        here=here,
        frame=frame(query, page, listing.counts(snapshot), all_rows, here),
        lines=lines(page.rows, query, here, waited=waited),
        choose=choose,
        pending=bool(due) and not waited,
        mailboxes=len(snapshot.mailboxes),
        unsearched=unsearched,
        walking=current.walk_forwardings(snapshot.by_address.keys() if unsearched else ()),
    )


@bp.get("/addresses.csv")
def export() -> Response:
    """Every row that the list's search and filters find, as RFC 4180 text that a spreadsheet opens and does not run."""
    file = io.StringIO(newline="")
    csv.writer(file).writerows([guarded(cell) for cell in line] for line in _lines())
    answer = make_response(file.getvalue().encode("utf-8-sig"))
    answer.mimetype = "text/csv"
    answer.headers.set("Content-Disposition", "attachment", filename=f"addresses-{current.domain()}.csv")
    return answer


@bp.post("/addresses.csv")
@for_readers
def download() -> Response:
    """The same for a browser that keeps no cookies: the page token comes in a form."""
    return export()


def guarded(cell: Any) -> Any:
    """The cell with an apostrophe before whatever a spreadsheet would take for a formula (OWASP, CSV injection)."""
    return FORMULA.sub(r"\1'", cell) if isinstance(cell, str) else cell


def _lines() -> Iterator[Iterable[Any]]:
    yield (
        _("address"),
        _("kind"),
        _("display name"),
        _("aliases"),
        _("destinations"),
        _("used bytes"),
        _("limit bytes"),
        _("last sign-in"),
        "EAS",
        "MAPI",
        _("disabled"),
    )
    words = {
        "mailbox": _("mailbox"),
        "forward": _("forward"),
        "alias": _("everyone"),
        "never": _("never"),
        "yes": _("yes"),
        "unknown": _("not read"),
    }
    forwarding = current.forwardings().destinations()
    for row in listing.rows(current.directory(), listing.Query.parse(request.args), forwarding):
        yield _line(row, words)


def _line(row: Any, words: Mapping[str, str]) -> Iterable[Any]:
    mailbox = row.mailbox
    last = mailbox.last_login if mailbox else None
    return (
        row.address,
        words[row.kind],
        mailbox.display_name if mailbox else "",
        " ".join(f"{name}@{current.domain()}" for name in row.aliases),
        words["unknown"] if row.destinations is None else " ".join(row.destinations),
        mailbox.used if mailbox else None,
        mailbox.limit if mailbox else None,
        words["never"] if last == NEVER else last.isoformat() if last else None,
        words["yes"] if row.activesync else "",
        words["yes"] if row.mapi else "",
        words["yes"] if mailbox and not mailbox.enabled else "",
    )
