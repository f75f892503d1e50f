"""The help card: the guide's questions and answers, with links to the cards they are about."""

from flask import Blueprint, Response

from portal import htmx

bp = Blueprint("help", __name__, url_prefix="/help")


@bp.get("")
def show() -> Response:
    return htmx.card("cards/help.html")
