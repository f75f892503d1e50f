"""The server-to-server calls of WHMCS (contract section 3): signed envelopes in, JSON or problem+json out."""

import hashlib
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import msgspec
from flask import Blueprint, Response, current_app, g, jsonify, request
from msgspec import Meta, Struct, ValidationError
from werkzeug.exceptions import HTTPException

from portal import current, domains, handoff
from portal.auth import public
from portal.mail import MailError, Refused, Unreachable
from portal.plan import Plan
from portal.security import limiter
from portal.store import Unavailable, exclusive, servers, services, tenants, tokens
from portal.store.servers import MailServer
from portal.store.services import DomainClaimed, Registration, Service
from portal.store.tenants import Tenant
from portal.version import VERSION
from sso import envelope
from sso.envelope import EnvelopeError

bp = Blueprint("api", __name__, url_prefix="/api/v1")

TAKEN = "Another service already has this domain."

# Proofs of a domain that a tenant may try, so that nobody guesses its admin's password through us.
PROOFS = "5 per 10 minutes"

Word = Annotated[str, Meta(max_length=64)]
Line = Annotated[str, Meta(max_length=1000)]
Id = Annotated[int, Meta(ge=0, le=services.LARGEST_SVC)]


class Body(Struct):
    """What WHMCS tells of a service (contract section 3). What a later module adds is ignored."""

    product: Literal["domain"]
    name: Annotated[str, Meta(max_length=320)]
    plan: Annotated[dict[Word, Line], Meta(max_length=100)]
    client: Id
    status: Literal["Pending", "Active", "Suspended", "Terminated", "Cancelled", "Fraud", "Completed"]
    billing: Annotated[dict[Word, Line | int | None], Meta(max_length=100)]
    lang: Annotated[str, Meta(max_length=35)]
    currency: Annotated[dict[Word, Line], Meta(max_length=100)]
    username: Annotated[str, Meta(max_length=255)] = ""
    password: Annotated[str, Meta(max_length=255)] = ""


class Problem(Exception):
    """A refusal with an RFC 9457 body. `code` is for programs, `detail` for WHMCS's staff."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail


@bp.errorhandler(Problem)
def _problem(problem: Problem) -> Response:
    answer = jsonify(type="about:blank", status=problem.status, code=problem.code, detail=problem.detail)
    answer.status_code = problem.status
    answer.content_type = "application/problem+json"
    if problem.status == 401:
        answer.headers["WWW-Authenticate"] = "Portal"
    return answer


@bp.errorhandler(Unreachable)
def _unreachable(error: Unreachable) -> Response:
    current_app.logger.warning("api: %s", error)
    return _problem(Problem(503, "mail-server-unreachable", "The mail server did not answer. Try again later."))


@bp.errorhandler(Refused)
def _refused(error: Refused) -> Response:
    current_app.logger.warning("api: %s", error)
    return _problem(Problem(502, "mail-server-refused", "The mail server refused. Its words are in the portal's log."))


@bp.errorhandler(HTTPException)
def http_problem(error: HTTPException) -> Response:
    """What Flask itself refuses: an address or a method there is none of, a body too long."""
    return _problem(Problem(error.code or 500, error.name.lower().replace(" ", "-"), error.description or error.name))


@bp.errorhandler(Exception)
def _our_fault(error: Exception) -> Response:
    current_app.logger.exception("request %s failed", g.get("request_id"))
    if isinstance(error, Unavailable):
        return _problem(Problem(503, "try-again", "The portal's database is not available. Try again later."))
    return _problem(Problem(500, "internal", f"The portal failed; its log tells why under {g.get('request_id')}."))


@bp.before_request
def _authenticate() -> None:
    """Check who signed this very call, and that it is made for the first time."""
    if "Cookie" in request.headers or "Origin" in request.headers:
        raise Problem(401, "not-signed", "This address is for servers, not for browsers.")
    scheme, slug, token = [*request.headers.get("Authorization", "").split(" "), "", ""][:3]
    tenant = tenants.by_slug(slug) if scheme == "Portal" else None
    if tenant is None:
        raise Problem(401, "not-signed", "The tenant or the key is not known here.")
    try:
        opened = envelope.unseal(token, tenants.keys(tenant), envelope.API)
    except envelope.WrongAge as error:
        raise Problem(401, "wrong-age", "The call's time is off. Check the clocks of both servers.") from error
    except EnvelopeError as error:
        raise Problem(401, "not-signed", "The tenant or the key is not known here.") from error
    expected = {
        "method": request.method,
        "path": request.full_path if request.query_string else request.path,
        "body": hashlib.sha256(request.get_data()).hexdigest(),
        "host": urlsplit(current_app.config["PORTAL_BASE_URL"]).netloc,
    }
    signed = opened.payload
    if signed != {**expected, "jti": signed.get("jti")} or not handoff.is_jti(signed.get("jti")):
        raise Problem(401, "not-this-call", "The signature is for another call.")
    with exclusive(tenant):
        first = tokens.spend(tenant, signed["jti"], None, int(time.time()))
    if not first:
        raise Problem(401, "replayed", "This call was made before.")
    g.tenant = tenant
    g.signed_at = opened.signed_at


@bp.get("/ping")
@public
def ping() -> Response:
    tenant: Tenant = g.tenant
    lent = servers.available_to(tenant)
    with ThreadPoolExecutor(max_workers=8) as pool:
        clients = [(current.connections().to(server), server) for server in lent]
        states = list(pool.map(partial(_state_of, whole=tenant.owner), clients))
    return jsonify(tenant=tenant.slug, version=VERSION, servers=states)


@bp.get("/servers")
@public
def list_servers() -> Response:
    return jsonify(servers=[{"name": server.name, "kind": server.kind} for server in servers.available_to(g.tenant)])


@bp.put("/services/<int:svc>")
@public
def put_service(svc: int) -> Response:
    """Register a service, or bring its registration up to date. Provisions nothing."""
    if not 0 < svc <= services.LARGEST_SVC:
        raise Problem(400, "malformed", "This is no id of a WHMCS service.")
    tenant: Tenant = g.tenant
    body = _body()
    known = services.find(tenant.slug, svc)
    plan = Plan.parse(body.plan)
    server, errors = _server(tenant, plan, known)
    if known is not None and known.server is not None and known.server != server:
        raise Problem(409, "move-first", "The service is on another mail server. Move it there first.")
    facts = _facts(body, known, server)
    if services.is_claimed(facts["name"], tenant, svc):
        raise Problem(409, "taken", TAKEN)
    facts["proved"] = _proves(tenant, known, facts, body.password)
    try:
        service = services.put(tenant, svc, facts)
    except DomainClaimed as error:
        raise Problem(409, "taken", TAKEN) from error
    return jsonify(_as_known(service, errors))


def _state_of(pair: tuple[Any, MailServer], *, whole: bool) -> dict[str, Any]:
    """What a server answers; to whom it does not belong, only whether it does (`whole` tells more)."""
    client, server = pair
    try:
        detail, ok = client.check(), True
    except MailError as error:
        detail, ok = str(error), False
    if not whole:
        detail = "The mail server answers." if ok else "The mail server does not answer as it should."
    return {"name": server.name, "kind": server.kind, "ok": ok, "detail": detail}


def _body() -> Body:
    """The facts of the call, each of its kind."""
    try:
        body = msgspec.json.decode(request.get_data(), type=Body)
    except (ValueError, RecursionError) as error:
        text = str(error) if isinstance(error, ValidationError) else "The body is not JSON."
        raise Problem(400, "malformed", text) from error
    for name in ("username", "lang", "password"):
        if getattr(body, name) and not getattr(body, name).isprintable():
            raise Problem(400, "malformed", f"{name} holds control characters.")
    return body


def _facts(body: Body, known: Service | None, server: MailServer | None) -> Registration:
    """What is registered; a user name that the call leaves out stays as it is."""
    name = domains.normal(body.name)
    if not name:
        raise Problem(400, "no-domain", "The service has no valid domain.")
    return Registration(
        product=body.product,
        name=name,
        server=server,
        proved=False,
        username=body.username or (known.username if known is not None else ""),
        plan=body.plan,
        plan_at=g.signed_at,
        client=body.client,
        status=body.status,
        billing=body.billing,
        lang=body.lang,
        currency=body.currency,
    )


def _server(tenant: Tenant, plan: Plan, known: Service | None) -> tuple[MailServer | None, dict[str, str]]:
    """The mail server that the plan names, or the only one the tenant has; and the plan's errors.

    Where the plan leads to none, a service that has one keeps it: a slip in the settings locks nobody out.
    """
    lent = servers.available_to(tenant)
    present = known.server if known is not None else None
    if not plan.server:
        return present or (lent[0] if len(lent) == 1 else None), dict(plan.errors)
    named = next((server for server in lent if server.name == plan.server), None)
    if named is not None:
        return named, dict(plan.errors)
    return present, {**plan.errors, "server": f'server: "{plan.server}" is not one of your mail servers.'}


def _proves(tenant: Tenant, known: Service | None, facts: Registration, password: str) -> bool:
    """Whether the domain of that name is the service's to manage: the owner says so, or its domain admin signs in.

    False while there is no such domain. Raise Problem `not-yours` for one that nothing shows to be theirs.
    """
    name, server = facts["name"], facts["server"]
    if facts["status"].lower() in services.RELEASED or server is None:
        return False
    if tenant.owner:
        return True
    if known is not None and known.proved and (known.claim, known.server_id) == (name, server.id):
        return True
    client = current.connections().to(server)
    if not client.has_domain(name):
        return False
    username = facts["username"]
    if password and username:
        with limiter.limit(PROOFS, key_func=lambda: f"proof:{tenant.id}:{name}"):
            if client.is_domain_admin(name, username, password):
                return True
    raise Problem(
        409, "not-yours", "This domain exists on the mail server. Send its domain admin's sign-in to take it."
    )


def _as_known(service: Service, plan_errors: dict[str, str]) -> dict[str, Any]:
    return {
        "svc": service.svc,
        "product": service.product,
        "name": service.name,
        "username": service.username,
        "server": service.server.name if service.server else None,
        "status": service.status,
        "plan": service.plan,
        "plan_errors": plan_errors,
        "client": service.client,
        "billing": service.billing,
        "lang": service.lang,
        "currency": service.currency,
    }
