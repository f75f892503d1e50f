"""The life cycle of a service, as WHMCS calls for it: each call may be repeated (docs/api.md)."""

import time
from dataclasses import replace
from typing import Annotated, Any

from flask import Response, g, jsonify, request
from msgspec import Meta, Struct

from portal import current, provisioning
from portal.auth import public
from portal.provisioning import Caller, NotPossible
from portal.store import services, sessions
from portal.store.history import SELLER
from portal.store.services import Service
from portal.views.api.calls import Problem, bp, decoded
from portal.views.api.services import Body, Line, Word, facts_of, server_of
from portal.views.api.told import status_of


class Admin(Struct):
    """The admin who pressed the button, for the history."""

    id: Annotated[int, Meta(ge=0)] | Annotated[str, Meta(max_length=64)]
    name: Annotated[str, Meta(max_length=255)]


class Acting(Struct):
    admin: Admin | None = None


class Creating(Body):
    admin: Admin | None = None


class Changing(Acting):
    plan: Annotated[dict[Word, Line], Meta(max_length=100)] = {}


class LoggingOut(Struct):
    user: Annotated[int, Meta(ge=0)] | Annotated[str, Meta(min_length=1, max_length=64)]


@bp.post("/services/<int:svc>/create")
@public
def create_service(svc: int) -> Response:
    if not 0 < svc <= services.LARGEST_SVC:
        raise Problem(400, "malformed", "This is no id of a WHMCS service.")
    body: Creating = decoded(Creating)
    known = services.find(g.tenant.slug, svc)
    server, errors = server_of(g.tenant, body.plan, known)
    if errors:
        raise NotPossible("plan", " ".join(errors.values()))
    facts = facts_of(body, known, server)
    made = provisioning.create(g.tenant, svc, facts, current.connections().to, _caller(body.admin))
    return _secret(
        status=status_of(made.service), name=made.service.name, username=made.username, password=made.password
    )


@bp.post("/services/<int:svc>/suspend")
@public
def suspend_service(svc: int) -> Response:
    return _done(provisioning.suspend(_found(svc), current.connections().to, _acting()))


@bp.post("/services/<int:svc>/unsuspend")
@public
def unsuspend_service(svc: int) -> Response:
    return _done(provisioning.unsuspend(_found(svc), current.connections().to, _acting()))


@bp.post("/services/<int:svc>/terminate")
@public
def terminate_service(svc: int) -> Response:
    return _done(provisioning.terminate(_found(svc), current.connections().to, _acting()))


@bp.post("/services/<int:svc>/plan")
@public
def change_plan(svc: int) -> Response:
    body: Changing = decoded(Changing)
    service = _found(svc)
    server, errors = server_of(g.tenant, body.plan, service)
    if errors:
        raise NotPossible("plan", " ".join(errors.values()))
    service, changed = provisioning.change_plan(
        service, body.plan, server, current.connections().to, _caller(body.admin)
    )
    return jsonify(status=status_of(service), changed=changed)


@bp.post("/services/<int:svc>/password")
@public
def new_password(svc: int) -> Response:
    """Of the hidden admin."""
    service, password = provisioning.new_password(_found(svc), current.connections().to, _acting())
    return _secret(status=status_of(service), username=service.username, password=password)


@bp.post("/services/<int:svc>/finish")
@public
def finish_steps(svc: int) -> Response:
    """Go on with what broke off. A password is among the answers when one of the steps gave the hidden admin one."""
    service, finished, password = provisioning.finish(_found(svc), current.connections().to, _acting())
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


def _done(service: Service) -> Response:
    return jsonify(status=status_of(service))


def _secret(**told: Any) -> Response:
    """An answer that nobody on the way keeps."""
    answer = jsonify(told)
    answer.headers["Cache-Control"] = "no-store"
    return answer
