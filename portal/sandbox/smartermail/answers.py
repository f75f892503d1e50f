"""The API's envelope: how an answer and a refusal look on the wire."""

from typing import Any

from flask import Response

from ..played.answers import INVALID, Refusal, as_json, checked


def ok(**payload: Any) -> Response:
    """Success; `payload` may replace the empty `message`."""
    return as_json({"success": True, "resultCode": 200, "message": "", "debugInfo": None} | payload)


def refused(message: str, status: int) -> Response:
    return as_json({"success": False, "resultCode": status, "message": message, "debugInfo": None}, status)


def texts(value: Any, key: str) -> list[str]:
    """The texts in the one list a body such as ``{"input": [...]}`` consists of."""
    listed = checked(value, {key: list}, [key])[key]
    if not listed or not all(isinstance(item, str) for item in listed):
        raise Refusal(INVALID)
    return list(listed)
