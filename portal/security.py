"""What the browser is told and what it must prove: headers, who may frame us, and requests from other sites."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from werkzeug.exceptions import Forbidden

from portal import htmx
from portal.store import own_hosts, tenants
from portal.store.tenants import Tenant

PLACE = re.compile(
    r"/(?:s/(?P<slug>[a-z0-9-]{2,32})-(?P<svc>[0-9]{1,10})|(?:sso|brand)/(?P<only>[a-z0-9-]{2,32}))(?:/|$)"
)

# What a request may name as its host: an address, or a name in labels of at most 63 characters (RFC 1035).
HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|([A-Za-z0-9_-]{1,63}\.)*[A-Za-z0-9_-]{1,63}\.?)(:[0-9]{1,5})?")
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
    return Place(found["slug"] or found["only"], int(found["svc"]) if found["svc"] else None)


def own_host() -> Tenant | None:
    """The tenant whose own host name this request came for; None on the portal's, and on one that is nobody's."""
    if "own_host" not in g:
        name = host_name(request.host)
        is_the_portals = name == urlsplit(current_app.config["PORTAL_BASE_URL"]).hostname
        g.own_host = None if is_the_portals or not name else own_hosts.tenant_of(name)
    found: Tenant | None = g.own_host
    return found


def host_name(host: str) -> str:
    """The name of a `Host` header, as it is kept; "" for what is none."""
    found = re.fullmatch(r"([A-Za-z0-9_.-]{1,253}?)\.?(:[0-9]{1,5})?", host)
    return found[1].lower() if found else ""


def tenant() -> Tenant | None:
    """The tenant whose page this is: of the host, of the session's service, or the one that the address names."""
    if "tenant" not in g:
        named = place()
        g.tenant = own_host() or (tenants.by_slug(named.slug) if named else None)
    found: Tenant | None = g.tenant
    return found


def parents() -> list[str]:
    """The origins whose pages may embed the tenant's services, read once for this request."""
    if "parents" not in g:
        named = place()
        owner = tenant() if named is not None else None
        g.parents = tenants.origins(owner) if owner is not None and named and owner.slug == named.slug else []
    found: list[str] = g.parents
    return found


def init_app(app: Flask) -> None:
    """Keep tenants on their own hosts, put the headers on every answer, and start counting where there are limits."""
    app.config["RATELIMIT_STORAGE_URI"] = app.config["REDIS_URL"] or "memory://"
    limiter.init_app(app)
    app.before_request(_stay_on_host)
    app.after_request(_headers)


def _stay_on_host() -> Response | None:
    """On a tenant's own host name nobody else exists, and on none that is no name at all nobody."""
    if not HOST.fullmatch(request.host):
        # No address can be written there either, so it is no page.
        return Response("This request names no host.\n", 400, mimetype="text/plain")
    named = place()
    if named is not None and (host := own_host()) is not None and host.slug != named.slug:
        abort(404)
    return None


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
    """The origins of our own pages: that under which this request reached us, and one that a proxy may hide from us.

    Hidden are the scheme where a tenant has a host name of its own, and the portal's own host elsewhere.
    """
    base = str(current_app.config["PORTAL_BASE_URL"])
    if own_host() is not None:
        base = f"{urlsplit(base).scheme}://{request.host}"
    return request.host_url.rstrip("/"), base


def serves(host: object, tenant: Tenant) -> bool:
    """Whether a tenant is served at a host, which is written with its port where that is not the usual one."""
    base = urlsplit(current_app.config["PORTAL_BASE_URL"])
    port = "" if base.port is None else f":{base.port}"
    return host == base.netloc or (bool(own := own_hosts.of(tenant)) and host == f"{own}{port}")


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
    # A tenant's picture comes with a stricter one.
    if "Content-Security-Policy" not in headers:
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
    if request.endpoint != "static" and "public" not in headers["Cache-Control"]:
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
