"""The API's envelope, and its parameters: texts, whatever they mean."""

import json
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias

from flask import Response

from ..played.answers import Refusal

Parameters: TypeAlias = Mapping[str, str]
Envelope: TypeAlias = dict[str, Any]

ADDRESS = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


def done(returndata: Any, **more: Any) -> Envelope:
    """Success; `more` stands beside the data."""
    return {"returncode": 1, "returndata": returndata} | more


def refused(text: str, in_message: bool = False) -> Envelope:
    said = {"returndata": "", "message": text} if in_message else {"returndata": text}
    return {"returncode": 0} | said


def on_the_wire(envelope: Envelope) -> Response:
    """HTTP says 200 whatever the outcome; PHP calls its JSON a page."""
    return Response(json.dumps(envelope), mimetype="text/html")


def one_of(given: Parameters, name: str, *allowed: str) -> str:
    if given[name] not in allowed:
        raise Refusal(f"Invalid value of {name}")
    return given[name]


def flag(given: Parameters, name: str) -> bool:
    return one_of(given, name, "0", "1") == "1"


def whole(given: Parameters, name: str) -> int:
    if not given[name].isdecimal():
        raise Refusal(f"Invalid value of {name}")
    return int(given[name])


def gigabytes(given: Parameters, name: str) -> Decimal:
    """A size above 0; fractions are allowed."""
    try:
        size = Decimal(given[name])
    except InvalidOperation:
        size = Decimal(0)
    if not size.is_finite() or size <= 0:
        raise Refusal(f"Invalid value of {name}")
    return size


def matching(given: Parameters, name: str, pattern: re.Pattern[str]) -> str:
    if not pattern.fullmatch(given[name]):
        raise Refusal(f"Invalid value of {name}")
    return given[name]


def address(given: Parameters, name: str) -> str:
    return matching(given, name, ADDRESS)
