"""What the browser is told and what it must prove: headers, who may frame us, and requests from other sites."""

import re
from dataclasses import dataclass

from flask import Flask, Response, current_app, g, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from werkzeug.exceptions import Forbidden

from portal import htmx
from portal.store import tenants
from portal.store.tenants import Tenant

PLACE = re.compile(r"/(?:s/(?P<slug>[a-z0-9-]{2,32})-(?P<svc>[0-9]{1,10})|sso/(?P<sso>[a-z0-9-]{2,32}))(?:/|$)")

ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?(?=[/?#]|$)")

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action {forms}",
        "base-uri 'none'",
        "object-src 'none'",
        "frame-ancestors {ancestors}",
        "report-uri /csp",
    )
)


def caller() -> str:
    """Who is counted where nothing else is said: an address, for each tenant apart. One that is none's is nobody's."""
    owner = tenant()
    return f"{owner.slug if owner is not None else ''} {get_remote_address()}"


# Counted in Redis where there is one, else in each process; while Redis is down, in each process too.
# What a session may send in all; forms and checks that cost others something have limits of their own.
CHANGES = "600 per minute"
limiter = Limiter(caller, strategy="moving-window", in_memory_fallback_enabled=True)


class OtherSite(Forbidden):
    """An unsafe request that another site made the browser send."""


@dataclass(frozen=True, slots=True)
class Place:
    """The tenant, and the service where there is one, that the address names. Neither need exist."""

    slug: str
    svc: int | None


def place() -> Place | None:
    """Read the request's address; also where no route matches, so that errors too are framed and branded right."""
    found = PLACE.match(request.path)
    if found is None:
        return None
    return Place(found["slug"] or found["sso"], int(found["svc"]) if found["svc"] else None)


def tenant() -> Tenant | None:
    """The tenant whose page this is: of the session's service, or else the one that the address names."""
    if "tenant" not in g:
        named = place()
        g.tenant = tenants.by_slug(named.slug) if named else None
    found: Tenant | None = g.tenant
    return found


def parents() -> list[str]:
    """The origins whose pages may embed the tenant's services, read once for this request."""
    owner = tenant()
    if "parents" not in g:
        g.parents = tenants.origins(owner) if owner is not None else []
    found: list[str] = g.parents
    return found


def init_app(app: Flask) -> None:
    """Put the headers on every answer, and start counting where there are limits."""
    app.config["RATELIMIT_STORAGE_URI"] = app.config["REDIS_URL"] or "memory://"
    limiter.init_app(app)
    app.after_request(_headers)


def refuse_other_sites() -> None:
    """Raise OtherSite when the browser says that this request was not made by our own page."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise OtherSite
    if "Origin" in request.headers and request.headers["Origin"] not in own_origins():
        raise OtherSite


def slow_down(session: str) -> None:
    """Raise 429 for a session that sends changes faster than anybody types or saves."""
    with limiter.limit(CHANGES, key_func=lambda: f"changes:{session}"):
        pass


def own_origins() -> tuple[str, str]:
    """The origin under which this request reached us, and the portal's configured one (a proxy may hide the first)."""
    return request.host_url.rstrip("/"), str(current_app.config["PORTAL_BASE_URL"])


def origin(url: str) -> str:
    """The origin of an address, as browsers compare it; "" when it has none that a policy can name."""
    found = ORIGIN.match(url.lower())
    return found[0].removesuffix(":443" if found[0].startswith("https") else ":80") if found else ""


def mail_server_origins() -> list[str]:
    """Where the mail server's own pages are, when an admin is here: their forms lead there and nobody else's do."""
    service, grant = g.get("service"), g.get("grant")
    if service is None or service.server is None or grant is None or grant.role != "admin":
        return []
    return sorted({origin(service.server.url), origin(service.server.webmail_url)} - {""})


def _headers(response: Response) -> Response:
    headers = response.headers
    # A form of ours that leads on to webmail is only let go there by a page that says so.
    forms = dict.fromkeys(["'self'", *mail_server_origins(), *g.get("webmail_origins", ())])
    headers["Content-Security-Policy"] = POLICY.format(ancestors=_ancestors(), forms=" ".join(forms))
    headers.setdefault("Referrer-Policy", "same-origin")
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin-allow-popups"
    headers["Permissions-Policy"] = (
        "clipboard-write=(self), camera=(), microphone=(), geolocation=(), payment=(), usb=()"
    )
    if request.is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.endpoint == "static" and response.status_code in (200, 206, 304) and "v" in request.args:
        headers["Cache-Control"] = "public, max-age=31536000, immutable"
    elif "Cache-Control" not in headers or request.endpoint == "static":
        headers["Cache-Control"] = "no-cache" if request.endpoint == "static" else "no-store"
    if request.endpoint != "static":
        headers["Vary"] = "HX-Request, HX-Request-Type, Cookie"
    return response


def _ancestors() -> str:
    """The tenant's WHMCS may frame its customers' pages; a window of its own, staff's pages and cards by nobody."""
    if htmx.is_for_a_card():
        return "'none'"
    visit, grant = g.get("visit"), g.get("grant")
    alone = visit is not None and visit.mode == "top"
    staff = grant is not None and grant.role in ("admin", "operator")
    if alone or staff or g.get("never_framed", False):
        return "'none'"
    return " ".join(parents()) or "'none'"
