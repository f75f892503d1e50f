"""The aliases card: every alias of the domain with its destinations and options.

Of a mailbox on a shared domain, those that it owns.
"""

from flask import Blueprint, Response, abort, request

from portal import alias_cards, current, htmx, listing, shared_alias_cards, shared_cards
from portal.alias_cards import ALIASES

bp = Blueprint("aliases", __name__, url_prefix="/aliases")


@bp.get("/")
def index() -> Response:
    if current.is_mailbox():
        return shared_alias_cards.index()
    query = listing.Query.parse(request.args)
    snapshot = current.directory()
    return htmx.card(
        "cards/aliases.html",
        query=query,
        page=listing.alias_page(snapshot, query),
        total=len(snapshot.aliases),
        local=snapshot.local,
    )


@bp.post("/mend")
def mend() -> Response:
    if not current.is_mailbox():
        abort(404)
    return shared_cards.mend(shared_alias_cards.index)


@bp.get("/new")
def new() -> Response:
    return shared_alias_cards.new() if current.is_mailbox() else alias_cards.new(ALIASES)


@bp.post("/")
def create() -> Response:
    return shared_alias_cards.create() if current.is_mailbox() else alias_cards.create(ALIASES)


@bp.get("/<address:address>")
def show(address: str) -> Response:
    return shared_alias_cards.show(address) if current.is_mailbox() else alias_cards.show(ALIASES, address)


@bp.post("/<address:address>")
def change(address: str) -> Response:
    return shared_alias_cards.change(address) if current.is_mailbox() else alias_cards.change(ALIASES, address)


@bp.post("/<address:address>/delete")
def delete(address: str) -> Response:
    return shared_alias_cards.delete(address) if current.is_mailbox() else alias_cards.delete(ALIASES, address)
