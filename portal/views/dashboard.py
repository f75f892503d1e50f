"""The landing page of a service: a place for each card, which loads, fails and is retried on its own."""

from flask import Blueprint, Response

from portal import current, dns_cards, htmx, sections
from portal.store import owned

bp = Blueprint("dashboard", __name__)


@bp.get("/")
def show() -> Response:
    if current.is_mailbox():
        kinds = {"aliases": sections.has(owned.ALIAS), "lists": sections.has(owned.LIST)}
        return htmx.card("cards/dashboard_mailbox.html", **kinds)
    plan = current.plan()
    # Where the plan cannot be read, the card itself says so.
    offered = "max_domain_aliases" in plan.errors or plan.max_domain_aliases > 0
    return htmx.card("cards/dashboard.html", where=dns_cards.own_domain(), domain_aliases=offered)
