"""What can go wrong with a call: the answers of a server in trouble, chosen by path and method."""

import operator
from collections.abc import Callable

from flask import Response

from ..played.faults import Faults
from .answers import refused

# `refuse` is told by the body alone.
ANSWERS: dict[str, Callable[[str], Response]] = {
    "500": lambda text: Response(text or "Internal Server Error", 500, mimetype="text/plain"),
    "html": lambda text: Response(f"<!doctype html><title>{text or 'Maintenance'}</title>", 200, mimetype="text/html"),
    "401": lambda text: refused(text or "Token has expired", 401),
    "403": lambda text: refused(text or "Unauthorized", 403),
    "404": lambda text: refused(text or "Not Found", 404),
    "refuse": lambda text: refused(text or "REFUSED", 200),
    "refuse400": lambda text: refused(text or "REFUSED", 400),
}


def faults() -> Faults:
    """A path stands for all that begin with it."""
    return Faults(ANSWERS, {"path": str.startswith, "method": operator.eq})
