"""The server-to-server calls of WHMCS (contract section 3): signed envelopes in, JSON or problem+json out."""

import hashlib
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flask import Blueprint, Response, current_app, g, jsonify, request
from werkzeug.exceptions import HTTPException

from portal import current, domains, handoff
from portal.auth import public
from portal.mail import MailError, Refused, Unreachable
from portal.plan import Plan
from portal.store import Unavailable, exclusive, servers, services, tenants, tokens
from portal.store.servers import MailServer
from portal.store.services import DomainClaimed, Registration, Service
from portal.store.tenants import Tenant
from portal.version import VERSION
from sso import envelope
from sso.envelope import EnvelopeError

bp = Blueprint("api", __name__, url_prefix="/api/v1")

STATUSES = ("Pending", "Active", "Suspended", "Terminated", "Cancelled", "Fraud", "Completed")
FACTS: Mapping[str, type] = {
    "product": str,
    "name": str,
    "username": str,
    "plan": dict,
    "client": int,
    "status": str,
    "billing": dict,
    "lang": str,
    "currency": dict,
}
LONGEST = {"username": 255, "lang": 35}


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
        signed = envelope.unseal(token, tenants.keys(tenant), envelope.API).payload
    except envelope.WrongAge as error:
        raise Problem(401, "wrong-age", "The call's time is off. Check the clocks of both servers.") from error
    except EnvelopeError as error:
        raise Problem(401, "not-signed", "The tenant or the key is not known here.") from error
    expected = {
        "method": request.method,
        "path": request.full_path if request.query_string else request.path,
        "body": hashlib.sha256(request.get_data()).hexdigest(),
        "host": request.host,
    }
    if signed != {**expected, "jti": signed.get("jti")} or not handoff.is_jti(signed.get("jti")):
        raise Problem(401, "not-this-call", "The signature is for another call.")
    with exclusive(tenant):
        first = tokens.spend(tenant, signed["jti"], None, int(time.time()))
    if not first:
        raise Problem(401, "replayed", "This call was made before.")
    g.tenant = tenant


@bp.get("/ping")
@public
def ping() -> Response:
    tenant: Tenant = g.tenant
    lent = servers.available_to(tenant)
    with ThreadPoolExecutor(max_workers=8) as pool:
        states = list(pool.map(_state_of, [(current.connections().to(server), server) for server in lent]))
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
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise Problem(400, "malformed", "The body is not a JSON object.")
    facts = _facts(body)
    plan = Plan.parse(facts["plan"])
    server = _server(tenant, plan)
    known = services.find(tenant.slug, svc)
    if known is not None and known.server is not None and server is not None and known.server_id != server.id:
        raise Problem(409, "move-first", "The service is on another mail server. Move it there first.")
    facts |= {"server": server, "plan_at": int(time.time())}
    facts["proved"] = _proves(tenant, known, facts, body.get("password"))
    try:
        service = services.put(tenant, svc, facts)
    except DomainClaimed as error:
        raise Problem(409, "taken", "Another service already has this domain.") from error
    return jsonify(_as_known(service, plan))


def _state_of(pair: tuple[Any, MailServer]) -> dict[str, Any]:
    client, server = pair
    try:
        detail, ok = client.check(), True
    except MailError as error:
        detail, ok = str(error), False
    return {"name": server.name, "kind": server.kind, "ok": ok, "detail": detail}


def _facts(body: dict[str, Any]) -> Registration:
    """What the call says about the service, each fact of its kind. What is not known to us is ignored."""
    given = {"username": "", **body}
    for name, kind in FACTS.items():
        if type(given.get(name)) is not kind:
            raise Problem(400, "malformed", f"{name} is missing or of the wrong kind.")
    for name, limit in LONGEST.items():
        if len(given[name]) > limit or not given[name].isprintable():
            raise Problem(400, "malformed", f"{name} is too long or holds control characters.")
    if not 0 <= given["client"] <= services.LARGEST_SVC:
        raise Problem(400, "malformed", "client is no id of a WHMCS client.")
    if given["product"] != "domain":
        raise Problem(400, "malformed", "product has to be domain.")
    if given["status"] not in STATUSES:
        raise Problem(400, "malformed", f"status has to be one of {', '.join(STATUSES)}.")
    if not all(isinstance(text, str) for text in given["plan"].values()):
        raise Problem(400, "malformed", "The plan's settings have to be text, as WHMCS holds them.")
    name = domains.normal(given["name"])
    if not name:
        raise Problem(400, "no-domain", "The service has no valid domain.")
    return Registration(
        product=given["product"],
        name=name,
        server=None,
        proved=False,
        username=given["username"],
        plan=given["plan"],
        plan_at=0,
        client=given["client"],
        status=given["status"],
        billing=given["billing"],
        lang=given["lang"],
        currency=given["currency"],
    )


def _server(tenant: Tenant, plan: Plan) -> MailServer | None:
    """The mail server that the plan names, or the only one the tenant has. None is said where it matters."""
    lent = servers.available_to(tenant)
    if plan.server:
        return next((server for server in lent if server.name == plan.server), None)
    return lent[0] if len(lent) == 1 else None


def _proves(tenant: Tenant, known: Service | None, facts: Registration, password: Any) -> bool:
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
    if isinstance(password, str) and password and username and client.is_domain_admin(name, username, password):
        return True
    raise Problem(
        409, "not-yours", "This domain exists on the mail server. Send its domain admin's sign-in to take it."
    )


def _as_known(service: Service, plan: Plan) -> dict[str, Any]:
    return {
        "svc": service.svc,
        "product": service.product,
        "name": service.name,
        "username": service.username,
        "server": service.server.name if service.server else None,
        "status": service.status,
        "plan": service.plan,
        "plan_errors": plan.errors,
        "client": service.client,
        "billing": service.billing,
        "lang": service.lang,
        "currency": service.currency,
    }
