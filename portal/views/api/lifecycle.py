"""The life cycle of a service, as WHMCS calls for it: each call may be repeated (docs/api.md)."""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any

from flask import Response, g, jsonify, request
from msgspec import Meta, Struct

from portal import current, provisioning
from portal.auth import public
from portal.provisioning import Caller, NotPossible, mailbox
from portal.store import services, sessions
from portal.store.history import SELLER
from portal.store.services import Service
from portal.views.api.calls import Problem, bp, decoded
from portal.views.api.services import ONE_LINE, Admin, Body, Line, MailboxBody, Word, facts_of, product_of, server_of
from portal.views.api.told import status_of


class Acting(Struct):
    admin: Admin | None = None


class Changing(Acting):
    plan: Annotated[dict[Word, Line], Meta(max_length=100)] = {}


class Opening(Acting):
    password: Annotated[str, Meta(max_length=255)] = ""


class LoggingOut(Struct):
    user: Annotated[int, Meta(ge=0)] | Annotated[str, Meta(min_length=1, max_length=64, pattern=ONE_LINE)]


@bp.post("/services/<int:svc>/create")
@public
def create_service(svc: int) -> Response:
    if not 0 < svc <= services.LARGEST_SVC:
        raise Problem(400, "malformed", "This is no id of a WHMCS service.")
    body: Body = decoded(Body)
    known = services.find(g.tenant.slug, svc)
    server, errors = server_of(g.tenant, product_of(body), body.plan, known)
    if errors:
        raise NotPossible("plan", " ".join(errors.values()))
    facts = facts_of(body, known, server)
    caller = _caller(body.admin)
    if isinstance(body, MailboxBody):
        service = mailbox.create(g.tenant, svc, facts, body.password, current.connections().to_shared, caller)
        return jsonify(status=status_of(service), name=service.name, username=service.username)
    made = provisioning.create(g.tenant, svc, facts, current.connections().to, caller)
    return _secret(
        status=status_of(made.service), name=made.service.name, username=made.username, password=made.password
    )


@bp.post("/services/<int:svc>/suspend")
@public
def suspend_service(svc: int) -> Response:
    return _changed(svc, provisioning.suspend, mailbox.suspend)


@bp.post("/services/<int:svc>/unsuspend")
@public
def unsuspend_service(svc: int) -> Response:
    return _changed(svc, provisioning.unsuspend, mailbox.unsuspend)


@bp.post("/services/<int:svc>/terminate")
@public
def terminate_service(svc: int) -> Response:
    return _changed(svc, provisioning.terminate, mailbox.terminate)


@bp.post("/services/<int:svc>/plan")
@public
def change_plan(svc: int) -> Response:
    body: Changing = decoded(Changing)
    service = _found(svc)
    server, errors = server_of(g.tenant, service.product, body.plan, service)
    if errors:
        raise NotPossible("plan", " ".join(errors.values()))
    caller = _caller(body.admin)
    if service.product == "mailbox":
        to_shared = current.connections().to_shared
        service, changed, untold = mailbox.change_plan(service, body.plan, server, to_shared, caller)
        return jsonify(status=status_of(service), changed=changed, unconfirmed=untold)
    service, changed = provisioning.change_plan(service, body.plan, server, current.connections().to, caller)
    return jsonify(status=status_of(service), changed=changed)


@bp.post("/services/<int:svc>/password")
@public
def new_password(svc: int) -> Response:
    """A mailbox gets the one that is sent; a domain's hidden admin one that is answered."""
    service = _found(svc)
    if service.product == "mailbox":
        body: Opening = decoded(Opening)
        to_shared = current.connections().to_shared
        return _done(mailbox.set_password(service, body.password, to_shared, _caller(body.admin)))
    service, password = provisioning.new_password(service, current.connections().to, _acting())
    return _secret(status=status_of(service), username=service.username, password=password)


@bp.post("/services/<int:svc>/finish")
@public
def finish_steps(svc: int) -> Response:
    """Go on with what broke off. A password is among the answers when one of the steps gave the hidden admin one."""
    service = _found(svc)
    if service.product == "mailbox":
        service, finished = mailbox.finish(service, current.connections().to_shared, _acting())
        return jsonify(status=status_of(service), finished=finished)
    service, finished, password = provisioning.finish(service, current.connections().to, _acting())
    told: dict[str, Any] = {"status": status_of(service), "finished": finished}
    if password is not None:
        told |= {"username": service.username, "password": password}
    return _secret(**told)


@bp.post("/logout")
@public
def log_out() -> Response:
    """End the sessions of a WHMCS user, or of an admin."""
    ended = sessions.end_of_user(g.tenant, str(decoded(LoggingOut).user), int(time.time()))
    return jsonify(ended=ended)


def _found(svc: int) -> Service:
    service = services.find(g.tenant.slug, svc)
    if service is None:
        raise Problem(404, "unknown-service", "The portal does not know this service. Create or register it first.")
    return service


def _acting() -> Caller:
    # PHP writes an empty array where an empty object is meant.
    empty = request.get_data().strip() in (b"", b"[]")
    return _caller(None if empty else decoded(Acting).admin)


def _caller(admin: Admin | None) -> Caller:
    actor = SELLER if admin is None else replace(SELLER, admin_id=str(admin.id), admin_name=admin.name)
    return Caller(actor, g.request_id, g.signed_at)


def _changed(
    svc: int,
    of_domain: Callable[[Service, provisioning.Connect, Caller], Service],
    of_mailbox: Callable[[Service, mailbox.Connect, Caller], Service],
) -> Response:
    service = _found(svc)
    if service.product == "mailbox":
        return _done(of_mailbox(service, current.connections().to_shared, _acting()))
    return _done(of_domain(service, current.connections().to, _acting()))


def _done(service: Service) -> Response:
    return jsonify(status=status_of(service))


def _secret(**told: Any) -> Response:
    """An answer that nobody on the way keeps."""
    answer = jsonify(told)
    answer.headers["Cache-Control"] = "no-store"
    return answer
