"""Registering a service: what WHMCS tells of it, and whether its domain is the tenant's to manage."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from flask import Response, g, jsonify
from msgspec import Meta, Struct

from portal import current, domains, statements
from portal.auth import public
from portal.billing import Stale
from portal.billing.rates import PriceWarning, warnings
from portal.connections import KIND_OF
from portal.plan import Plan
from portal.security import limiter
from portal.store import operations, protocols, servers, services
from portal.store.servers import MailServer
from portal.store.services import DomainClaimed, Registration, Service
from portal.store.tenants import Tenant
from portal.views.api.calls import Problem, bp, decoded

WARNINGS = {
    PriceWarning.COMBINED_BELOW_SINGLE: "combined_price is below a single price: switching the second protocol on makes"
    " a mailbox cheaper.",
    PriceWarning.COMBINED_ABOVE_SUM: "combined_price is above both single prices together.",
}
TAKEN = "Another service already has this domain."

# Proofs of a domain that a tenant may try, so that nobody guesses its admin's password through us.
PROOFS = "5 per 10 minutes"

Word = Annotated[str, Meta(max_length=64)]
Line = Annotated[str, Meta(max_length=1000)]
Id = Annotated[int, Meta(ge=0, le=services.LARGEST_SVC)]


class Body(Struct):
    """What WHMCS tells of a service. What a later module adds is ignored."""

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


@bp.put("/services/<int:svc>")
@public
def put_service(svc: int) -> Response:
    """Register a service, or bring its registration up to date. Provisions nothing."""
    if not 0 < svc <= services.LARGEST_SVC:
        raise Problem(400, "malformed", "This is no id of a WHMCS service.")
    tenant: Tenant = g.tenant
    body = decoded(Body)
    known = services.find(tenant.slug, svc)
    server, errors = server_of(tenant, body.plan, known)
    if known is not None and known.server is not None and known.server != server:
        raise Problem(409, "move-first", "The service is on another mail server. Move it there first.")
    facts = facts_of(body, known, server)
    if services.is_claimed(facts["name"], tenant, svc):
        raise Problem(409, "taken", TAKEN)
    facts["proved"] = _proves(tenant, known, facts, body.password)
    try:
        service = services.put(tenant, svc, facts)
    except DomainClaimed as error:
        raise Problem(409, "taken", TAKEN) from error
    protocols.follow_status(service)
    return jsonify(_as_known(service, errors))


def facts_of(body: Body, known: Service | None, server: MailServer | None) -> Registration:
    """What is registered; a user name that the call leaves out stays as it is, and so does one that was made here."""
    for field in ("username", "lang", "password"):
        if getattr(body, field) and not getattr(body, field).isprintable():
            raise Problem(400, "malformed", f"{field} holds control characters.")
    name = domains.normal(body.name)
    if not name:
        raise Problem(400, "no-domain", "The service has no valid domain.")
    return Registration(
        product=body.product,
        name=name,
        server=server,
        proved=False,
        username=(_made(known, name) or body.username or known.username) if known is not None else body.username,
        plan=body.plan,
        plan_at=g.signed_at,
        client=body.client,
        status=body.status,
        billing=body.billing,
        lang=body.lang,
        currency=body.currency,
    )


def _made(known: Service, name: str) -> str:
    """The hidden admin of a domain that was created here: WHMCS may still hold the name that it made up itself."""
    created = known.proved and known.name == name and operations.creation(known) is not None
    return known.username if created else ""


def server_of(
    tenant: Tenant, raw: Mapping[str, str], known: Service | None
) -> tuple[MailServer | None, dict[str, str]]:
    """The mail server that the plan names, or the only one of its kind the tenant has; and the plan's errors.

    Where the plan leads to none, a service that has one keeps it: a slip in the settings locks nobody out.
    """
    plan = Plan.parse(raw)
    lent = [server for server in servers.available_to(tenant) if server.kind == KIND_OF["domain"]]
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
    held = known is not None and (known.claim, known.server_id) == (name, server.id)
    if known is not None and held:
        # It was shown before, or its creation has not shown it yet.
        return known.proved
    if tenant.owner:
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


def warnings_of(service: Service) -> list[str]:
    """What an admin should know of the prices, which hold all the same."""
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
