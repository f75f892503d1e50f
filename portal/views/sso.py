"""The hand-off: a signed token becomes a session and its service's page (sso/README.md, The hand-off)."""

import time

from flask import Blueprint, Response, current_app, g, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from portal import auth, current, handoff, security, session
from portal.auth import Closed, public
from portal.handoff import BadClaims, HandOff
from portal.security import limiter
from portal.store import Unavailable, contacts, exclusive, history, services, sessions, tenants, tokens
from portal.store.services import Service
from portal.store.tenants import Tenant
from sso import envelope
from sso.envelope import EnvelopeError, Malformed, WrongAge

bp = Blueprint("sso", __name__, url_prefix="/sso")


class Refusal(HTTPException):
    """A hand-off that opens nothing. `kind` chooses the sentence; `reason` is for our log and holds nothing secret."""

    def __init__(self, code: int, kind: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.kind = kind


class Spent(Exception):
    """The token was used before; nothing of this transaction is kept."""


@bp.get("/<slug:slug>")
@public
def show(slug: str) -> str:
    """The page that takes the token out of the address's fragment. A GET never spends it, so no preview can."""
    g.never_framed = True
    return render_template("sso.html", slug=slug)


@bp.post("/<slug:slug>")
@public
@limiter.limit("60 per minute", deduct_when=lambda response: response.status_code in (400, 403))
def enter(slug: str) -> Response:
    try:
        tenant, claims, signed_at = _verified(slug)
        service = _service(tenant, claims, signed_at)
        cookie = _sign_in(tenant, claims, signed_at, service)
    except Refusal as refusal:
        current_app.logger.warning("hand-off of %s refused: %s", slug, refusal)
        return make_response(render_template("sso_refused.html", kind=refusal.kind), refusal.code or 403)
    except Unavailable:
        current_app.logger.exception("hand-off of %s: single use cannot be proved", slug)
        return make_response(render_template("sso_refused.html", kind="try-again"), 503)
    response = _page(service)
    if cookie is not None:
        session.set_cookie(response, cookie, claims.mode)
    return response


def _verified(slug: str) -> tuple[Tenant, HandOff, int]:
    """Check everything that needs no record of ours but the tenant's keys and origins."""
    tenant = security.tenant()
    if tenant is None:
        raise Refusal(403, "not-valid", "unknown tenant")
    try:
        opened = envelope.unseal(_token(), tenants.keys(tenant), envelope.HANDOFF)
        claims = handoff.parse(opened.payload)
    except WrongAge as error:
        raise Refusal(403, "expired", str(error)) from error
    except (Malformed, BadClaims) as error:
        raise Refusal(400, "malformed", str(error)) from error
    except EnvelopeError as error:
        raise Refusal(403, "not-valid", str(error)) from error
    if claims.tenant != slug:
        raise Refusal(403, "not-valid", "for another tenant")
    if claims.origin not in security.parents():
        raise Refusal(403, "not-valid", "an origin that is not the tenant's")
    if request.headers.get("Origin", "null") not in ("null", *security.own_origins(), *security.parents()):
        raise Refusal(403, "not-valid", "posted by a page of another origin")
    if not _arrived_as(claims.mode):
        raise Refusal(403, "not-valid", f"a token for mode {claims.mode} arrived another way")
    return tenant, claims, opened.signed_at


def _arrived_as(mode: str) -> bool:
    """Whether the browser opens the page where its token says: in a frame, or from our own page with the button.

    Otherwise any site could sign a visitor in to a service of the attacker's.
    """
    dest = request.headers.get("Sec-Fetch-Dest")
    if mode == "embed":
        return dest is None or dest in session.EMBEDDED
    return dest in (None, "document") and request.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"


def _token() -> str:
    """The posted token. WHMCS adds its own `token`, against forged requests, to the forms it prints; ours has dots."""
    return next((text for text in request.form.getlist("token") if "." in text), "")


def _service(tenant: Tenant, claims: HandOff, signed_at: int) -> Service | None:
    """The registered service; None for an operator. A hand-off never registers, re-binds or renames one."""
    if claims.svc is None:
        return None
    service = services.find(tenant.slug, claims.svc)
    if service is None or (service.product, service.name) != (claims.product, claims.name):
        raise Refusal(403, "not-known", f"service {claims.svc} is not registered under this name")
    return service


def _sign_in(tenant: Tenant, claims: HandOff, signed_at: int, service: Service | None) -> str | None:
    """Spend the token and open the session in one transaction; return a new session's cookie."""
    user = claims.user
    person = sessions.Identity(user.id, user.name, user.email, user.admin_id, user.admin_name)
    now = int(time.time())
    cookie = None
    try:
        with exclusive(tenant):
            opened, cookie = session.start(tenant, person, now)
            if not tokens.spend(tenant, claims.jti, opened, now):
                raise Spent
            grant = sessions.grant(opened, service, claims.role, claims.claims, signed_at)
            _note_visit(tenant, claims, service, opened)
            contacts.note(tenant, contacts.HANDOFF)
    except Spent:
        opened, grant = _opened_before(tenant, claims, service)
        cookie = None
    session.forget_old(now)
    auth.enter(session.Visit(opened, claims.mode, None), grant, service)
    return cookie


def _note_visit(tenant: Tenant, claims: HandOff, service: Service | None, opened: sessions.Session) -> None:
    """Staff never come unseen: to a service in its own history, to the console in the tenant's."""
    user = claims.user
    if service is None:
        history.note(tenant, None, opened, current.actor_of(claims.role, claims.claims), "console.visit", tenant.slug)
    elif user.admin_id or user.admin_name:
        history.note(tenant, service, opened, current.actor_of(claims.role, claims.claims), "admin.visit", service.name)


def _opened_before(tenant: Tenant, claims: HandOff, service: Service | None) -> tuple[sessions.Session, sessions.Grant]:
    """The session this very browser opened with the token, so that a reload or Back shows the page again."""
    mine = session.by_cookie()
    if mine is None or tokens.spent_by(tenant, claims.jti) != mine.id:
        raise Refusal(403, "expired", "spent")
    grant = sessions.grant_for(mine, service)
    if grant is None:
        raise Refusal(403, "expired", "spent, and its session has lost the service")
    return mine, grant


def _page(service: Service | None) -> Response:
    """The page that the hand-off opens, or the notice of a service that is not active."""
    if service is None:
        return make_response(current_app.view_functions["services.index"]())
    try:
        auth.require_open()
    except Closed as closed:
        return make_response(current_app.handle_user_exception(closed))
    return make_response(current_app.view_functions["dashboard.show"]())
