"""The aliases card: every alias of the domain with its destinations and options."""

from flask import Blueprint, Response, request

from portal import alias_cards, current, htmx, listing
from portal.alias_cards import ALIASES

bp = Blueprint("aliases", __name__, url_prefix="/aliases")


@bp.get("/")
def index() -> Response:
    query = listing.Query.parse(request.args)
    snapshot = current.directory()
    return htmx.card(
        "cards/aliases.html",
        query=query,
        page=listing.alias_page(snapshot, query),
        total=len(snapshot.aliases),
        local=snapshot.local,
    )


@bp.get("/new")
def new() -> Response:
    return alias_cards.new(ALIASES)


@bp.post("/")
def create() -> Response:
    return alias_cards.create(ALIASES)


@bp.get("/<address:address>")
def show(address: str) -> Response:
    return alias_cards.show(ALIASES, address)


@bp.post("/<address:address>")
def change(address: str) -> Response:
    return alias_cards.change(ALIASES, address)


@bp.post("/<address:address>/delete")
def delete(address: str) -> Response:
    return alias_cards.delete(ALIASES, address)
