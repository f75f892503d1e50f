"""A call of WHMCS: who signed it, that it is made once, and how what fails is told (RFC 9457)."""

import hashlib
import re
import time
from typing import Any

import msgspec
from flask import Blueprint, Response, current_app, g, jsonify, request
from msgspec import ValidationError
from structlog.contextvars import bind_contextvars
from werkzeug.exceptions import HTTPException

from portal import handoff, security
from portal.mail import Refused, Unreachable
from portal.provisioning import NotPossible
from portal.store import Unavailable, contacts, exclusive, tenants, tokens
from sso import envelope
from sso.envelope import EnvelopeError

# What WHMCS told is wrong; else it is how things stand (409).
NOT_POSSIBLE = dict.fromkeys(
    ("plan", "no-server", "handle", "no-domain", "domain-not-allowed", "password", "password-rejected"), 422
)

MODULE = re.compile(r"mailporch/([0-9A-Za-z.+-]{1,32})(?: |$)")

bp = Blueprint("api", __name__, url_prefix="/api/v1")


class Problem(Exception):
    """A refusal with an RFC 9457 body. `code` is for programs, `detail` for WHMCS's staff."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail


@bp.errorhandler(NotPossible)
def _not_possible(error: NotPossible) -> Response:
    return _problem(Problem(NOT_POSSIBLE.get(error.code, 409), error.code, str(error)))


@bp.errorhandler(Problem)
def _problem(problem: Problem) -> Response:
    answer = jsonify(
        type="about:blank",
        status=problem.status,
        code=problem.code,
        detail=problem.detail,
        request_id=g.request_id,
    )
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


def decoded(shape: Any) -> Any:
    """The body of the call, in that shape."""
    try:
        return msgspec.json.decode(request.get_data(), type=shape)
    except (ValueError, RecursionError) as error:
        text = str(error) if isinstance(error, ValidationError) else "The body is not JSON."
        raise Problem(400, "malformed", text) from error


def _module() -> str:
    """The version of WHMCS's module, as it tells it; "" when something else called."""
    found = MODULE.match(request.headers.get("User-Agent", ""))
    return found[1] if found else ""


@bp.before_request
def _authenticate() -> None:
    """Check who signed this very call, and that it is made for the first time."""
    if "Cookie" in request.headers or "Origin" in request.headers:
        raise Problem(401, "not-signed", "This address is for servers, not for browsers.")
    scheme, slug, token = [*request.headers.get("Authorization", "").split(" "), "", ""][:3]
    tenant = tenants.by_slug(slug) if scheme == "Portal" else None
    host = security.own_host()
    if tenant is None or host not in (None, tenant):
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
    }
    signed = opened.payload
    theirs = {"jti": signed.get("jti"), "host": signed.get("host")}
    if signed != expected | theirs or not handoff.is_jti(theirs["jti"]) or not security.serves(theirs["host"], tenant):
        raise Problem(401, "not-this-call", "The signature is for another call.")
    with exclusive(tenant):
        first = tokens.spend(tenant, signed["jti"], None, int(time.time()))
        if first:
            contacts.note(tenant, contacts.PING if request.endpoint == "api.ping" else contacts.CALL, _module())
    if not first:
        raise Problem(401, "replayed", "This call was made before.")
    g.tenant = tenant
    bind_contextvars(tenant=tenant.slug, svc=(request.view_args or {}).get("svc"))
    g.signed_at = opened.signed_at
