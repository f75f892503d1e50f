"""The usage card: what the domain uses of what it may use."""

from flask import Blueprint, Response

from portal import current, htmx

bp = Blueprint("usage", __name__, url_prefix="/usage")


@bp.get("")
def show() -> Response:
    snapshot = current.directory()
    return htmx.card(
        "cards/usage.html", snapshot=snapshot, figures=snapshot.figures, max_users=current.plan().max_users
    )
