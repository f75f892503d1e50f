"""The billing card: what the next statement would hold, and what it will be at the period's end."""

from flask import Blueprint, Response

from portal import current, estimate, htmx

bp = Blueprint("billing", __name__, url_prefix="/billing")


@bp.get("")
def show() -> Response:
    if not estimate.is_billed():
        return htmx.card("cards/billing.html", estimates=None, later=None, terms=None, months=0, warnings=())
    return htmx.card(
        "cards/billing.html",
        estimates=estimate.now(),
        later=estimate.at_the_periods_end(),
        terms=estimate.prices(),
        months=estimate.client().months,
        # Prices are the seller's business: only their staff is told what is odd about them.
        warnings=estimate.price_warnings() if current.role() == "admin" else (),
    )
