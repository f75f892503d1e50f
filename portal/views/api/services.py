"""Registering a service: what WHMCS tells of it, and whether its domain or mailbox is the tenant's to manage."""

import re
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Annotated, Any, Literal, TypeAlias

from flask import Response, g, jsonify
from msgspec import Meta, Struct

from portal import current, domains, statements
from portal.auth import public
from portal.billing import Stale
from portal.billing.rates import PriceWarning, warnings
from portal.connections import KIND_OF
from portal.mail import NotFound
from portal.plan import PLANS, MailboxPlan
from portal.provisioning import mailbox
from portal.security import limiter
from portal.store import operations, protocols, servers, services
from portal.store.servers import MailServer
from portal.store.services import DomainClaimed, NoPlace, Registration, Service
from portal.store.tenants import Tenant
from portal.views.api.calls import Problem, bp, decoded

WARNINGS = {
    PriceWarning.COMBINED_BELOW_SINGLE: "combined_price is below a single price: switching the second protocol on makes"
    " a mailbox cheaper.",
    PriceWarning.COMBINED_ABOVE_SUM: "combined_price is above both single prices together.",
}
TAKEN = "This {product} is in use here already, by another service."
NOT_YOURS = {
    "domain": "This domain exists on the mail server. Send its domain admin's sign-in to take it.",
    "mailbox": "This mailbox exists on the mail server. Send its password to take it.",
}
MAILBOX = re.compile(r"[a-z0-9._-]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+")

# Proofs of a domain that a tenant may try, so that nobody guesses its admin's password through us.
PROOFS = "5 per 10 minutes"
# Wrong ones of all names together: to mail servers all tenants are one address, which is blocked for wrong sign-ins.
WRONG_PROOFS = "20 per 10 minutes"

# No database is to find a character that it does not take, and no list a line that is not there.
ONE_LINE = r"^[^\x00-\x1f\x7f]*\Z"

Word = Annotated[str, Meta(max_length=64)]
Line = Annotated[str, Meta(max_length=1000)]
Id = Annotated[int, Meta(ge=0, le=services.LARGEST_SVC)]


class Admin(Struct):
    """The admin who pressed the button, for the history."""

    id: Annotated[int, Meta(ge=0)] | Annotated[str, Meta(max_length=64, pattern=ONE_LINE)]
    name: Annotated[str, Meta(max_length=255, pattern=ONE_LINE)]


class Facts(Struct, kw_only=True):
    """What WHMCS tells of a service. What a later module adds is ignored."""

    plan: Annotated[dict[Word, Line], Meta(max_length=100)]
    client: Id
    status: Literal["Pending", "Active", "Suspended", "Terminated", "Cancelled", "Fraud", "Completed"]
    billing: Annotated[dict[Word, Line | int | None], Meta(max_length=100)]
    lang: Annotated[str, Meta(max_length=35)]
    currency: Annotated[dict[Word, Line], Meta(max_length=100)]
    username: Annotated[str, Meta(max_length=255)] = ""
    password: Annotated[str, Meta(max_length=255)] = ""
    admin: Admin | None = None


class DomainBody(Facts, tag_field="product", tag="domain", kw_only=True):
    name: Annotated[str, Meta(max_length=320)]


class MailboxBody(Facts, tag_field="product", tag="mailbox", kw_only=True):
    """The address as it was ordered, by handle and perhaps domain; or, of one that exists, whole."""

    name: Annotated[str, Meta(max_length=320)] = ""
    handle: Annotated[str, Meta(max_length=320)] = ""
    domain: Annotated[str, Meta(max_length=253)] = ""


Body: TypeAlias = DomainBody | MailboxBody


@bp.put("/services/<int:svc>")
@public
@limiter.limit(
    WRONG_PROOFS,
    key_func=lambda: f"wrong-proofs:{g.tenant.id}",
    deduct_when=lambda response: response.status_code == 409 and "tried_proof" in g,
)
def put_service(svc: int) -> Response:
    """Register a service, or bring its registration up to date. Provisions nothing."""
    if not 0 < svc <= services.LARGEST_SVC:
        raise Problem(400, "malformed", "This is no id of a WHMCS service.")
    tenant: Tenant = g.tenant
    body: Body = decoded(Body)
    product = product_of(body)
    known = services.find(tenant.slug, svc)
    server, errors = server_of(tenant, product, body.plan, known)
    if known is not None and known.server is not None and known.server != server:
        raise Problem(409, "move-first", "The service is on another mail server. Move it there first.")
    facts = facts_of(body, known, server)
    if services.is_taken(facts["name"], tenant, svc):
        raise Problem(409, "taken", TAKEN.format(product=product))
    facts["proved"] = _proves(tenant, known, facts, body.password)
    try:
        service = services.put(tenant, svc, facts)
    except DomainClaimed as error:
        raise Problem(409, "taken", TAKEN.format(product=product)) from error
    except NoPlace as error:
        raise Problem(409, "limit", str(error)) from error
    protocols.follow_status(service)
    operations.replan(service)
    return jsonify(_as_known(service, errors))


def product_of(body: Body) -> str:
    return "mailbox" if isinstance(body, MailboxBody) else "domain"


def facts_of(body: Body, known: Service | None, server: MailServer | None) -> Registration:
    """What is registered; a user name that the call leaves out stays as it is, and so does one that was made here."""
    for field in ("username", "lang", "password"):
        if getattr(body, field) and not getattr(body, field).isprintable():
            raise Problem(400, "malformed", f"{field} holds control characters.")
    product = product_of(body)
    if known is not None and known.claim is not None and known.product != product:
        raise Problem(409, "has-another", f"The service has the {known.product} {known.claim}. Terminate it first.")
    name = address_of(body, known) if isinstance(body, MailboxBody) else domains.normal(body.name)
    if not name:
        raise Problem(400, "no-domain", "The service has no valid domain.")
    return Registration(
        product=product,
        name=name,
        server=server,
        proved=False,
        username=name if product == "mailbox" else _username(body, known, name),
        plan=body.plan,
        plan_at=g.signed_at,
        client=body.client,
        status=body.status,
        billing=body.billing,
        lang=body.lang,
        currency=body.currency,
    )


def address_of(body: MailboxBody, known: Service | None) -> str:
    """The mailbox's address. What the service holds stays its own, and what has ended as it was, whatever is sold."""
    held = known.claim if known is not None else None
    kept = known.name if known is not None and body.status.lower() in services.RELEASED else held
    handle, domain = body.handle.strip().lower(), body.domain.strip().lower()
    if handle or not body.name:
        if kept is not None and kept == f"{handle}@{domain or kept.rpartition('@')[2]}":
            return kept
        name = mailbox.address_of(handle, domain, MailboxPlan.parse(body.plan))
    else:
        name = body.name.strip().lower()
        if not MAILBOX.fullmatch(name):
            raise Problem(400, "malformed", "name is not the address of a mailbox.")
    if held not in (None, name):
        raise Problem(409, "has-another", f"The service has the mailbox {held}. Terminate it first.")
    return name


def _username(body: Body, known: Service | None, name: str) -> str:
    return (_made(known, name) or body.username or known.username) if known is not None else body.username


def _made(known: Service, name: str) -> str:
    """The hidden admin of a domain that was created here: WHMCS may still hold the name that it made up itself."""
    created = known.proved and known.name == name and operations.creation(known) is not None
    return known.username if created else ""


def server_of(
    tenant: Tenant, product: str, raw: Mapping[str, str], known: Service | None
) -> tuple[MailServer | None, dict[str, str]]:
    """The mail server that the plan names, or the only one of that kind the tenant has; and the plan's errors.

    Where the plan leads to none, a service that has one keeps it: a slip in the settings locks nobody out.
    """
    plan = PLANS[product].parse(raw)
    lent = [server for server in servers.available_to(tenant) if server.kind == KIND_OF[product]]
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
    if known is not None and (known.claim, known.server_id) == (name, server.id):
        # It was shown before, or its creation has not shown it yet.
        return known.proved
    if facts["product"] == "mailbox":
        return _is_theirs(tenant, server, facts, password)
    if tenant.owner:
        return True
    client = current.connections().to(server)
    if not client.has_domain(name):
        return False
    username = facts["username"]
    if password and username:
        with _guarded(tenant, name):
            if client.is_domain_admin(name, username, password):
                return True
    raise Problem(409, "not-yours", NOT_YOURS["domain"])


def _is_theirs(tenant: Tenant, server: MailServer, facts: Registration, password: str) -> bool:
    """Whether the mailbox of that name is the service's to manage: the owner says so, or its password opens it.

    One that is still to be created takes nothing over.
    """
    client = current.connections().to_shared(server).mailbox(facts["name"])
    try:
        client.mailbox()
    except NotFound:
        return False
    if facts["status"] == "Pending":
        return False
    if tenant.owner:
        return True
    if password:
        with _guarded(tenant, facts["name"]):
            if client.opens(password):
                return True
    raise Problem(409, "not-yours", NOT_YOURS["mailbox"])


def _guarded(tenant: Tenant, name: str) -> AbstractContextManager[Any]:
    g.tried_proof = True
    limit: AbstractContextManager[Any] = limiter.limit(PROOFS, key_func=lambda: f"proof:{tenant.id}:{name}")
    return limit


def warnings_of(service: Service) -> list[str]:
    """What an admin should know of the prices, which hold all the same."""
    if service.product != "domain":
        return []
    charged = statements.terms(statements.registered(service))
    return [] if isinstance(charged, Stale) else [WARNINGS[code] for code in warnings(charged)]


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
        "plan_warnings": warnings_of(service),
        "client": service.client,
        "billing": service.billing,
        "lang": service.lang,
        "currency": service.currency,
    }
