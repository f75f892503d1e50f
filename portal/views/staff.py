"""The staff page: what the seller's admins see and do beyond what customers can."""

from flask import Blueprint, Response, abort

from portal import current, htmx, sign_on
from portal.auth import for_admins

bp = Blueprint("staff", __name__, url_prefix="/staff")


@bp.get("")
@for_admins
def show() -> Response:
    return htmx.card("cards/staff.html", managed=bool(current.hidden()))


@bp.post("/panel")
@for_admins
def panel() -> Response:
    """Open the mail server's own panel as the domain's admin."""
    if not current.hidden():
        abort(404)
    return sign_on.opened(current.hidden(), "admin.panel", current.domain())
