"""Each request's number, its line in the log, and its place in the counts. No address and no query is written down."""

import logging
import re
import secrets
import time

from flask import Flask, Response, g, request
from structlog.contextvars import bind_contextvars, clear_contextvars

from portal import security
from portal.metrics import REQUESTS

HEADER = "X-Request-Id"
NUMBER = re.compile(r"[A-Za-z0-9_-]{8,64}")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "OPTIONS"})

log = logging.getLogger(__name__)


def init_app(app: Flask) -> None:
    """Before all other parts: so it begins first, and tells at the end what became of the request."""
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(lambda _error: clear_contextvars())


def _begin() -> None:
    """WHMCS may give its calls a number of its own, which then stands in both sides' logs."""
    g.began = time.perf_counter()
    given = request.headers.get(HEADER, "") if request.path.startswith("/api/") else ""
    g.request_id = given if NUMBER.fullmatch(given) else secrets.token_hex(6)
    bind_contextvars(request_id=g.request_id)
    named = security.place()
    if named is not None:
        bind_contextvars(tenant=named.slug, svc=named.svc)


def _end(response: Response) -> Response:
    seconds = time.perf_counter() - g.began
    route = request.url_rule.rule if request.url_rule else ""
    method = request.method if request.method in METHODS else "other"
    REQUESTS.labels(method, route, response.status_code).observe(seconds)
    slug, svc = _where()
    fields = {"method": method, "route": route, "tenant": slug, "svc": svc}
    log.info("request", extra=fields | {"status": response.status_code, "ms": round(seconds * 1000, 1)})
    response.headers[HEADER] = g.request_id
    return response


def _where() -> tuple[str | None, int | None]:
    """Which tenant and service it was about, as its address, its session or its signature names them."""
    named = security.place()
    if named is not None:
        return named.slug, named.svc
    tenant = g.get("tenant")
    return (tenant.slug if tenant is not None else None), (request.view_args or {}).get("svc")
