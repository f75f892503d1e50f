"""The help card: the guide's questions and answers, with links to the cards they are about."""

from flask import Blueprint, Response

from portal import current, htmx, sections
from portal.store import owned

bp = Blueprint("help", __name__, url_prefix="/help")


@bp.get("")
def show() -> Response:
    if current.is_mailbox():
        kinds = {"aliases": sections.has(owned.ALIAS), "lists": sections.has(owned.LIST)}
        return htmx.card("cards/help_mailbox.html", upgrade=current.claims()["links"]["upgrade"], **kinds)
    return htmx.card("cards/help.html")
