"""The forwards card: addresses without an inbox that send on what they receive."""

from flask import Blueprint, Response, redirect, url_for
from werkzeug.wrappers import Response as AnyResponse

from portal import alias_cards
from portal.alias_cards import FORWARDS

bp = Blueprint("forwards", __name__, url_prefix="/forwards")


@bp.get("/")
def index() -> AnyResponse:
    return redirect(url_for("addresses.show", type="forward"))


@bp.get("/new")
def new() -> Response:
    return alias_cards.new(FORWARDS)


@bp.post("/")
def create() -> Response:
    return alias_cards.create(FORWARDS)


@bp.get("/<address:address>")
def show(address: str) -> Response:
    return alias_cards.show(FORWARDS, address)


@bp.post("/<address:address>")
def change(address: str) -> Response:
    return alias_cards.change(FORWARDS, address)


@bp.post("/<address:address>/delete")
def delete(address: str) -> Response:
    return alias_cards.delete(FORWARDS, address)
