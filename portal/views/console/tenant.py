"""One reseller, for the portal's owner: what is lent to it, what to enter in its WHMCS, a new key, and a check."""

import re

from flask import Blueprint, Response, abort, current_app, request
from flask_babel import gettext as _

from portal import console, current, htmx, reseller_check, reseller_texts
from portal.languages import listed
from portal.security import limiter
from portal.store import loans, servers, tenants
from portal.store.loans import InUse
from portal.store.servers import MailServer
from portal.store.tenants import Tenant
from portal.views.console.keys import OVERLAPS

LIMIT = re.compile(r"[0-9]{1,9}")

bp = Blueprint("tenant", __name__, url_prefix="/console/tenants/<slug:slug>")


@bp.before_request
def _owner_only() -> None:
    console.require_owner()


@bp.get("/")
def show(slug: str) -> Response:
    return card(_found(slug))


@bp.post("/lend")
def lend(slug: str) -> Response:
    """Lend a mail server, or change its limits; what is there stays, also where it is more."""
    tenant, server = _found(slug), _server()
    limits, trouble = typed_limits(server)
    if trouble:
        return card(tenant, trouble=trouble, status=422)
    with console.recorded("loan.change", server.name, at=tenant, limits=limits):
        loans.lend(server, tenant, **limits)
    htmx.say(_("%(tenant)s may use the mail server %(server)s within these limits.", tenant=slug, server=server.name))
    return card(tenant)


@bp.post("/take-back")
def take_back(slug: str) -> Response:
    """End a loan, unless services of the tenant are on the mail server."""
    tenant, server = _found(slug), _server()
    present = servers.loan(server, tenant) or abort(404)
    try:
        with console.recorded("loan.end", server.name, at=tenant):
            loans.end(present)
    except InUse as error:
        names = listed([*error.names, *(["…"] if error.more else [])])
        trouble = _("It was not taken back: services of this tenant are on it, %(names)s.", names=names)
        return card(tenant, trouble=trouble, status=422)
    htmx.say(_("The mail server %(server)s was taken back.", server=server.name))
    return card(tenant)


@bp.post("/rotate")
@limiter.limit("5 per minute")
def rotate(slug: str) -> Response:
    """Make a key on the tenant's behalf and show it, this once."""
    tenant, hours = _found(slug), request.form.get("overlap", type=int)
    if hours is None or hours not in OVERLAPS:
        return card(tenant, trouble=_("Choose how long the present key stays good."), status=422)
    with console.recorded("key.rotate", tenant.slug, at=tenant, overlap_hours=hours):
        key = tenants.rotate(tenant, hours * 3600)
    htmx.say(_("A new key was made. Copy it into WHMCS now."))
    return card(tenant, key=key)


@bp.get("/check")
@limiter.limit("10 per minute")
def check(slug: str) -> Response:
    """All the way round: mail servers are asked, and what was heard of its WHMCS is told."""
    tenant = _found(slug)
    lines = reseller_check.check(tenant, current.connections(), current.dns(), current_app.config["PORTAL_BASE_URL"])
    told = [(line.state, reseller_texts.sentence(line.code, line.facts)) for line in lines]
    return htmx.card("console/tenant_check.html", tenant=tenant, lines=told)


def typed_limits(server: MailServer, suffix: str = "") -> tuple[dict[str, int], str]:
    """The limits that were typed, none for what is empty; or what is wrong with them."""
    typed = {name: request.form.get(f"{name}{suffix}", "").strip() or "0" for name in loans.limited(server)}
    if all(LIMIT.fullmatch(text) and int(text) <= loans.LARGEST for text in typed.values()):
        return {name: int(text) for name, text in typed.items()}, ""
    return {}, _("A limit is a number; 0 is none.")


def card(tenant: Tenant, *, key: str = "", trouble: str = "", status: int = 200) -> Response:
    uses = loans.all_of(tenant=tenant)
    lent = {use.server.id for use in uses}
    return htmx.card(
        "console/tenant.html",
        status,
        tenant=tenant,
        key=key,
        trouble=trouble,
        uses=uses,
        others=[(server, loans.limited(server)) for server in servers.all_servers() if server.id not in lent],
        parts=list(reseller_texts.entries(tenant, current_app.config["PORTAL_BASE_URL"], key)),
        overlaps=OVERLAPS,
    )


def _found(slug: str) -> Tenant:
    """A reseller: the owner's own things stand on the other pages."""
    found = tenants.by_slug(slug)
    if found is None or found.owner:
        abort(404)
    return found


def _server() -> MailServer:
    number = request.form.get("server", 0, type=int)
    return servers.of_number(current.tenant(), number) or abort(404)
