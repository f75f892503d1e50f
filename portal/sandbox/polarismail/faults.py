"""What can go wrong with a call: the answers of a server in trouble, chosen by action, endpoint and host."""

import operator
from collections.abc import Callable

from flask import Response

from ..played.faults import Faults
from .answers import Envelope, on_the_wire, refused


def page(text: str, status: int = 200) -> Response:
    return Response(text, status, mimetype="text/html")


def strange(envelope: Envelope) -> Callable[[str], Response]:
    return lambda _: on_the_wire(envelope)


ANSWERS: dict[str, Callable[[str], Response]] = {
    "500": lambda text: page(text or "Internal Server Error", 500),
    "502": lambda text: page(text or "Bad Gateway", 502),
    "403": lambda text: page(text or "Forbidden", 403),
    "429": lambda text: page(text or "Too Many Requests", 429),
    "html": lambda text: page(f"<!doctype html><title>{text or 'Maintenance'}</title>"),
    "nonsense": lambda text: page(text or "Warning: mysqli_connect(): (HY000/2002)"),
    "empty": lambda _: page(""),
    "array": lambda _: page('[{"returncode":1,"returndata":"OK"}]'),
    "no-code": strange({"returndata": "OK"}),
    "wrong-code": strange({"returncode": "maybe", "returndata": "OK"}),
    "wrong-type": strange({"returncode": 1, "returndata": 7}),
    "wrong-rows": strange({"returncode": 1, "returndata": [7, None, {"x": []}]}),
    "refuse": lambda text: on_the_wire(refused(text or "Refused")),
}


def faults() -> Faults:
    """`endpoint` is ``admin`` or ``user``, `host` is ``first`` or ``second``."""
    return Faults(ANSWERS, dict.fromkeys(("action", "endpoint", "host", "domain"), operator.eq))
