"""What no customer asks for: the health check, reports of the content security policy, and a tenant's colours."""

import json

from flask import Blueprint, Response, current_app, request

from portal import brand
from portal.auth import public
from portal.security import limiter
from portal.store import tenants

bp = Blueprint("system", __name__)

LONGEST_REPORT = 4096


@bp.get("/healthz")
@public
def health() -> Response:
    return Response("ok\n", mimetype="text/plain")


@bp.post("/csp")
@public
@limiter.limit("30 per minute")
def csp_report() -> tuple[str, int]:
    """Log what a browser refused to load: it is our mistake, or somebody's attempt."""
    body = request.get_data()[:LONGEST_REPORT]
    current_app.logger.warning("csp report: %s", json.dumps(body.decode(errors="replace")))
    return "", 204


@bp.get("/brand/<slug:slug>.css")
@public
def brand_css(slug: str) -> Response:
    """The tenant's colour, readable in both themes. The address carries the colour, so it can be kept for ever."""
    tenant = tenants.by_slug(slug)
    shades = brand.shades(brand.of(tenant.brand if tenant is not None else {}))
    light = f"--brand:{shades.light};--on-brand:{shades.on_light}"
    dark = f"--brand:{shades.dark};--on-brand:{shades.on_dark}"
    css = (
        f":root{{{light}}}\n[data-theme=dark]{{{dark}}}\n"
        f"@media (prefers-color-scheme:dark){{[data-theme=auto]{{{dark}}}}}\n"
    )
    response = Response(css, mimetype="text/css")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
