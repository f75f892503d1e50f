"""The services: a list with how each is, and a page of one: its plan, its operations, what it owes, its history."""

import time

from flask import Blueprint, Response, request

from portal import billing_texts, console, history_texts, htmx, statements
from portal.billing import Stale
from portal.store import collecting, history, operations, overview
from portal.store import statements as kept
from portal.views.console.statements import as_kept, open_windows

bp = Blueprint("services", __name__, url_prefix="/console")

STATEMENTS = 24
CHANGES = 20


@bp.get("/")
def index() -> Response:
    state = request.args.get("state", "")
    wanted = overview.Wanted(console.scope(), console.searched("q"), state if state in overview.STATES else "")
    counts = overview.counts(wanted)
    page = console.paged(counts[wanted.state], lambda limit, skip: overview.rows(wanted, limit, skip))
    return htmx.card("console/services.html", wanted=wanted, counts=counts, page=page)


@bp.get("/services/<slug:slug>/<int:svc>")
def show(slug: str, svc: int) -> Response:
    """All of it comes from our own records: no mail server is asked."""
    service = console.service(slug, svc)
    sold = statements.registered(service)
    terms = statements.terms(sold)
    return htmx.card(
        "console/service.html",
        service=service,
        plan=sold.plan.texts,
        errors=sold.plan.errors,
        warnings=billing_texts.warnings(None if isinstance(terms, Stale) else terms),
        operations=operations.of(service),
        collection=collecting.of(service),
        windows=open_windows(service, sold, int(time.time())),
        statements=[as_kept(row) for row in kept.recent(service, STATEMENTS)],
        lines=[history_texts.line(row, raw=True) for row in history.recent(service, CHANGES)],
    )
