"""The landing page of a service: a place for each card, which loads, fails and is retried on its own."""

from flask import Blueprint, Response

from portal import htmx

bp = Blueprint("dashboard", __name__)


@bp.get("/")
def show() -> Response:
    return htmx.card("cards/dashboard.html")
