"""The billing card: what the next statement would hold, and what it will be at the period's end."""

from flask import Blueprint, Response, request

from portal import current, estimate, htmx

bp = Blueprint("billing", __name__, url_prefix="/billing")


@bp.get("")
def show() -> Response:
    if not estimate.is_billed():
        return htmx.card("cards/billing.html", estimates=None)
    page = max(0, request.args.get("page", 0, type=int))
    estimates = estimate.now(page)
    pages = -(-sum(each.lines for each in estimates) // estimate.PER_PAGE)
    if page > pages:
        page, estimates = pages, estimate.now(pages)
    return htmx.card(
        "cards/billing.html",
        estimates=estimates,
        page=page,
        pages=pages,
        later=estimate.at_the_periods_end(),
        terms=estimate.prices(),
        months=estimate.client().months,
        # Prices are the seller's business: only their staff is told what is odd about them.
        warnings=estimate.price_warnings() if current.role() == "admin" else (),
    )
