"""Who may do what: everything is denied unless a view says otherwise.

A view is reached with a live session that holds a role for the service its address names; what is not theirs does not
exist (404), and neither does what its product has not got. Reading needs any role, changing needs `customer` or
`admin`; what is for admins alone does not exist for others.
"""

from collections.abc import Callable, Mapping
from typing import Any, ParamSpec, TypeVar

from flask import Flask, abort, current_app, g, request
from flask.typing import ResponseReturnValue
from structlog.contextvars import bind_contextvars
from werkzeug.exceptions import Forbidden, Unauthorized

from portal import security, session
from portal.store import services, sessions

WRITERS = frozenset({"customer", "admin"})

P = ParamSpec("P")
R = TypeVar("R")


class ReadOnly(Forbidden):
    """This person may look and not change."""


class Closed(Exception):
    """The service is not active; `status` is WHMCS's word for its state."""

    def __init__(self, status: str) -> None:
        super().__init__(status)
        self.status = status


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view that answers without a session. It checks for itself whatever it needs."""
    return _marked(view, "is_public")


def for_readers(view: Callable[P, R]) -> Callable[P, R]:
    """Mark an unsafe view that changes nothing of the service, so read-only people may use it."""
    return _marked(view, "is_for_readers")


def for_admins(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view of a service that exists for the seller's admins alone."""
    return _marked(view, "is_for_admins")


def init_app(app: Flask) -> None:
    """Put the guard before every request."""
    app.before_request(_guard)


def _marked(view: Callable[P, R], mark: str) -> Callable[P, R]:
    setattr(view, mark, True)
    return view


def _guard() -> ResponseReturnValue | None:
    view = current_app.view_functions.get(request.endpoint or "")
    where = security.place()
    if view is None or request.endpoint == "static" or getattr(view, "is_public", False):
        return None
    if request.method not in session.SAFE_METHODS:
        security.refuse_other_sites()
    visit = session.identify()
    if visit is None:
        raise Unauthorized
    host = security.own_host()
    if host is not None and host.id != visit.session.tenant_id:
        abort(404)
    g.visit = visit
    if request.method not in session.SAFE_METHODS:
        security.slow_down(str(visit.session.id))
    if where is None or where.svc is None:
        _enter_console(visit)
    else:
        _enter_service(visit, where.slug, where.svc)
        if request.method not in session.SAFE_METHODS and not getattr(view, "is_for_readers", False):
            require_writer()
        if getattr(view, "is_for_admins", False) and g.grant.role != "admin":
            abort(404)
        require_card()
    return None


def enter(visit: session.Visit, grant: sessions.Grant, service: services.Service | None) -> None:
    """Make this the request's session, role and service."""
    g.visit = visit
    g.grant = grant
    g.service = service
    if service is not None:
        g.tenant = service.tenant


def is_for(service: services.Service, claims: Mapping[str, Any], signed_at: int) -> bool:
    """Whether a hand-off is for the service as registered: a later change of name or client ends what it opened."""
    same = (service.product, service.name) == (claims["product"], claims["name"])
    return same and (service.client == claims["client"] or signed_at > service.plan_at)


def require_open() -> None:
    """Raise Closed unless the service is active, by the newer of WHMCS's registration and its hand-off."""
    service, grant = g.service, g.grant
    status = service.status if service.plan_at >= grant.signed_at else grant.claims["billing"]["status"]
    if status != services.OPEN_STATUS:
        raise Closed(status)


def require_card() -> None:
    """Abort with 404 when services of this product do not have the card that the address names."""
    if g.service.product not in current_app.extensions["products"].get(request.blueprint, ()):
        abort(404)


def require_writer() -> None:
    """Raise ReadOnly for people who may only look."""
    if g.grant.role not in WRITERS:
        raise ReadOnly


def _enter_service(visit: session.Visit, slug: str, svc: int) -> None:
    found = sessions.granted(visit.session, slug, svc)
    if found is None:
        # Not even whose address it is says a page that somebody else's session asks for.
        g.tenant = visit.session.tenant
        abort(404)
    service, grant = found
    if not is_for(service, grant.claims, grant.signed_at):
        raise Unauthorized
    enter(visit, grant, service)
    require_open()


def _enter_console(visit: session.Visit) -> None:
    grant = sessions.console_grant(visit.session)
    if grant is None:
        abort(404)
    enter(visit, grant, None)
    g.tenant = visit.session.tenant
    bind_contextvars(tenant=g.tenant.slug)
