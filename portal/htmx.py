"""Whole page or bare card: the one place that knows who asked, and the names of htmx's answer headers."""

from collections.abc import Iterable
from typing import Any

from flask import Flask, Response, g, make_response, render_template, request


def init_app(app: Flask) -> None:
    """Give every template its `layout`."""
    app.context_processor(lambda: {"layout": layout()})


def layout() -> str:
    """`bare.html` around a card that htmx puts in place, `base.html` around a document."""
    return "bare.html" if is_for_a_card() else "base.html"


def is_for_a_card() -> bool:
    """Whether htmx asks for a card. It says `partial` then, and `full` where it takes a whole page apart."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-Request-Type") != "full"


def card(template: str, status: int = 200, **values: Any) -> Response:
    """Render a card as the answer to this request."""
    return make_response(render_template(template, **values), status)


def say(message: str) -> None:
    """Tell the customer what happened, in the page's live region."""
    g.setdefault("flashes", []).append(message)


def announce(response: Response, events: Iterable[str]) -> Response:
    """Tell the page's other cards what happened; names are past tense, `mailboxes-changed`."""
    response.headers["HX-Trigger"] = ", ".join(events)
    return response


def moved(response: Response, url: str) -> Response:
    """Show `url` as the page's address: in a frame without a history entry, so that Back leaves in one step."""
    embedded = g.visit.mode == "embed"
    response.headers["HX-Replace-Url" if embedded else "HX-Push-Url"] = url
    return response


def in_place_of(response: Response, selector: str) -> Response:
    """Have htmx put this in the place of `selector`, and leave alone what the element asked for."""
    response.headers["HX-Retarget"] = selector
    response.headers["HX-Reswap"] = "outerHTML"
    return response


def retarget(response: Response, selector: str) -> Response:
    """Have htmx put this card into `selector` whatever the element asked for; a whole page goes where it was going."""
    if is_for_a_card():
        response.headers["HX-Retarget"] = selector
        response.headers["HX-Reswap"] = "innerHTML"
    return response
