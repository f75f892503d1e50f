"""The switches that every played server has under /_sandbox, no part of the product's API."""

from collections.abc import Callable

from flask import Blueprint, Response, request

from .answers import Refusal, as_json, body_of, checked
from .server import Played


def switches(here: Callable[[], Played]) -> Blueprint:
    """The log of calls, latency and faults; a product adds its own."""
    routes = Blueprint("switches", __name__, url_prefix="/_sandbox")

    @routes.errorhandler(Refusal)
    def not_possible(refusal: Refusal) -> Response:
        return as_json({"error": refusal.message}, refusal.status)

    @routes.get("/log")
    def read_log() -> Response:
        return as_json({"calls": here().log.all()})

    @routes.delete("/log")
    def clear_log() -> Response:
        here().log.clear()
        return as_json({})

    @routes.post("/latency")
    def set_latency() -> Response:
        wanted = checked(body_of(request), {"ms": int, "paths": dict}, ["ms"])
        here().latency.set(wanted["ms"], wanted.get("paths", {}))
        return as_json({})

    @routes.post("/faults")
    def set_faults() -> Response:
        here().faults.replace(checked(body_of(request), {"faults": list}, ["faults"])["faults"])
        return as_json({})

    return routes
