"""The history card: who changed what of the service, when, and how it ended, in a customer's words."""

from flask import Blueprint, Response, request

from portal import current, history_texts, htmx
from portal.store import history

bp = Blueprint("history", __name__, url_prefix="/history")

PER_PAGE = 50


@bp.get("")
def show() -> Response:
    total = history.count(current.service())
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(1, request.args.get("page", 1, type=int)), pages)
    skip = (page - 1) * PER_PAGE
    for_staff = current.role() == "admin"
    lines = [history_texts.line(row, for_staff=for_staff) for row in history.recent(current.service(), PER_PAGE, skip)]
    return htmx.card("cards/history.html", lines=lines, page=page, pages=pages, first=skip + 1, total=total)
