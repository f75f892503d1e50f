"""The addresses card: every mailbox and forward of the domain, searched, filtered, sorted and paged on the server."""

from flask import Blueprint, Response, g, request

from portal import current, htmx, listing
from portal.security import limiter

bp = Blueprint("addresses", __name__, url_prefix="/addresses")


@bp.get("/")
@limiter.limit(
    "12 per minute",
    key_func=lambda: f"refresh:{g.visit.session.id}",
    exempt_when=lambda: "refresh" not in request.args,
)
def show() -> Response:
    query = listing.Query.parse(request.args)
    snapshot = current.directory(fresh="refresh" in request.args)
    return htmx.card(
        "cards/addresses.html",
        query=query,
        page=listing.page(snapshot, query),
        counts=listing.counts(snapshot),
        all_rows=len(snapshot.entries),
        read_at=snapshot.read_at,
    )
