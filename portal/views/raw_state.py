"""The raw-state card: what the mail server tells of the domain, in its own words and without secrets; for admins."""

import json
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response

from portal import current, htmx
from portal.auth import for_admins

bp = Blueprint("raw-state", __name__, url_prefix="/raw-state")


@bp.get("")
@for_admins
def show() -> Response:
    told = current.mail().raw_state()
    return htmx.card("cards/raw_state.html", parts={name: list(_lines(value)) for name, value in told.items()})


def _lines(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Each value with the path to it."""
    if isinstance(value, dict) and value:
        for name, item in value.items():
            yield from _lines(item, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list) and any(isinstance(item, dict | list) for item in value):
        for number, item in enumerate(value):
            yield from _lines(item, f"{path}[{number}]")
    elif isinstance(value, list):
        yield path, ", ".join(map(str, value))
    else:
        yield path, value if isinstance(value, str) else json.dumps(value)
