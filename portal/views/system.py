"""What no customer asks for: health, counts, and reports of the content security policy."""

import hmac
import json
from ipaddress import ip_address

from flask import Blueprint, Response, abort, current_app, jsonify, request

from portal import metrics, readiness
from portal.auth import public
from portal.security import limiter

bp = Blueprint("system", __name__)

LONGEST_REPORT = 4096
# What proxies add to a request.
FORWARDED = ("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip", "Forwarded", "Via")


@bp.get("/healthz")
@public
def health() -> Response:
    return Response("ok\n", mimetype="text/plain")


@bp.get("/readyz")
@public
def ready() -> Response:
    """200 when requests can be sent here; 503 with the part that does not work."""
    parts = readiness.parts()
    is_ready = set(parts.values()) == {"ok"}
    answer = jsonify(ready=is_ready, **parts)
    answer.status_code = 200 if is_ready else 503
    return answer


@bp.get("/metrics")
@public
def counts() -> Response:
    """For this machine and for whoever has the token; for all others there is no such address."""
    if not (_is_from_this_machine() or _has_token()):
        abort(404)
    return Response(metrics.exposition(), content_type=metrics.CONTENT_TYPE)


def _is_from_this_machine() -> bool:
    """Whether it came straight from here. What a proxy brings is from elsewhere, whatever it says about itself."""
    if any(name in request.headers for name in FORWARDED):
        return False
    try:
        address = ip_address(request.environ.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback


def _has_token() -> bool:
    token = current_app.config["PORTAL_METRICS_TOKEN"]
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(token) and hmac.compare_digest(given.encode(), token.encode())


@bp.post("/csp")
@public
@limiter.limit("30 per minute")
def csp_report() -> tuple[str, int]:
    """Log what a browser refused to load: it is our mistake, or somebody's attempt."""
    body = request.get_data()[:LONGEST_REPORT]
    current_app.logger.warning("csp report: %s", json.dumps(body.decode(errors="replace")))
    return "", 204
