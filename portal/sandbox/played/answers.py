"""JSON on the wire, and the one way to say no."""

import json
from collections.abc import Collection, Mapping
from types import UnionType
from typing import Any, TypeAlias, get_args

from flask import Request, Response

Kind: TypeAlias = type | UnionType

INVALID = "Invalid input parameters"


class Refusal(Exception):
    """The server says no: `message` is a code with arguments after pipes, or a sentence."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.message = message
        self.status = status


def as_json(value: Mapping[str, Any], status: int = 200) -> Response:
    return Response(json.dumps(value, separators=(",", ":")), status, mimetype="application/json")


def body_of(request: Request) -> Any:
    """The JSON body; nothing at all, ``{}`` and ``[]`` all count as an empty object."""
    raw = request.get_data()
    if not raw:
        return {}
    if not request.is_json:
        raise Refusal("Unsupported Media Type", 415)
    try:
        return json.loads(raw) or {}
    except ValueError:
        raise Refusal(INVALID) from None


def checked(value: Any, known: Mapping[str, Kind], required: Collection[str] = ()) -> dict[str, Any]:
    """`value` as an object with the required keys, none unknown, each of its kind.

    A real server ignores keys it does not know; here a misspelt one must not pass for a change that was made.
    """
    if not isinstance(value, dict):
        raise Refusal(INVALID)
    missing = set(required) - value.keys()
    unknown = value.keys() - known.keys()
    wrong = {key for key in value.keys() & known.keys() if not fits(value[key], known[key])}
    if missing or unknown or wrong:
        raise Refusal(INVALID)
    return value


def fits(value: Any, kind: Kind) -> bool:
    """isinstance, but JSON's true is no number here."""
    return isinstance(value, kind) and (not isinstance(value, bool) or bool in (get_args(kind) or (kind,)))
