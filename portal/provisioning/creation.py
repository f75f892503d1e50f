"""Creating a service's domain, with an admin that nobody knows."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from portal.mail import DomainService, MailServer, NameTaken, NewDomain, Refused
from portal.plan import Plan
from portal.provisioning import credentials
from portal.provisioning.running import Caller, Connect, NotPossible, Running, alone, running
from portal.provisioning.wanted import OVER, for_creation, is_over, place, same_server, settings
from portal.store import exclusive, operations, protocols, services
from portal.store.operations import DONE
from portal.store.services import OPEN_STATUS, SUSPENDED_STATUS, DomainClaimed, NoPlace, Registration, Service
from portal.store.tenants import Tenant

PENDING = "Pending"
TAKEN = "This {product} is in use here already, by another service."
EXISTS = (
    "The domain {name} exists on the mail server already, and nothing shows that it is this service's. It was left"
    " alone. If it is theirs, register it (“Register existing” in WHMCS) instead of creating it."
)
HAS_ANOTHER = "The service has the {product} {name} on the mail server. Terminate it first."
# And "password", where a domain is there already; "dkim", where one is made: later it is the customer's to switch.
STEPS = ("domain", "settings", "hide")
# What an operation knows of its domain: that it was asked for, that the service began with it, that WHMCS was told.
UNTOUCHED = {"made": False, "begun": False, "told": False}


@dataclass(frozen=True, slots=True)
class Created:
    """The service, and its hidden admin's sign-in as of now; the password is kept nowhere here."""

    service: Service
    username: str
    password: str = field(repr=False)


def create(tenant: Tenant, svc: int, facts: Registration, connect: Connect, caller: Caller) -> Created:
    """Create what WHMCS tells of, or complete what an earlier call began; a repeat sets a fresh password."""
    for_creation(facts["plan"], tenant)
    if facts["server"] is None:
        raise NotPossible("no-server", "The setting server names none of your mail servers.")
    if services.is_claimed(facts["name"], tenant, svc):
        raise NotPossible("taken", TAKEN.format(product="domain"))
    known = services.find(tenant.slug, svc)
    with placed():
        services.check_place(tenant, facts["server"], "domain", besides=known)
    service = known or services.put(tenant, svc, {**facts, "proved": False, "status": PENDING})
    with alone(service):
        return _create(registered(services.reread(service), facts), connect, caller)


def finish_creation(service: Service, connect: Connect, caller: Caller) -> Created:
    """Complete what an earlier call began. The password is empty when WHMCS was told one that still holds."""
    with alone(service):
        service = services.reread(service)
        if is_over(service):
            raise NotPossible("terminated", OVER)
        return _create(service, connect, caller, finishing=True)


def registered(service: Service, facts: Registration) -> Service:
    """The service with what WHMCS tells now. What it holds on a mail server stays its own, and where it is."""
    mine = service.claim == facts["name"]
    if service.claim is not None:
        assert facts["server"] is not None
        same_server(service, facts["server"])
        if not mine and (service.status != PENDING or operations.creation(service) is not None):
            raise NotPossible("has-another", HAS_ANOTHER.format(product=service.product, name=service.claim))
    told = facts.copy()
    told["status"] = service.status if mine else PENDING
    told["proved"] = service.proved and mine
    told["username"] = service.username
    try:
        with placed():
            return services.put(service.tenant, service.svc, told)
    except DomainClaimed:
        raise NotPossible("taken", TAKEN.format(product=service.product)) from None


@contextmanager
def placed() -> Iterator[None]:
    """A tenant's limit, as something that its staff can see to."""
    try:
        yield
    except NoPlace as error:
        raise NotPossible("limit", str(error)) from None


def _create(service: Service, connect: Connect, caller: Caller, *, finishing: bool = False) -> Created:
    plan = for_creation(service.plan, service.tenant)
    server, domain = place(service, connect)
    wanted = _begun(service) | ({} if finishing else {"told": False})
    # What was suspended meanwhile stays so, unless WHMCS calls for its creation once more.
    opens = not (finishing and service.status == SUSPENDED_STATUS)
    with running(service, "create", STEPS, caller, wanted) as run:
        with run.step("domain"):
            password = _have_domain(run, service, server, domain, plan)
        admin = run.wanted["admin"]
        with run.step("settings"):
            domain.configure(settings(plan, None if password else domain), opened=opens)
        if not password and not (finishing and run.wanted.get("told")):
            with run.step("password"):
                password = credentials.new_password(
                    plan.password_min_length, domain.password_rules(), admin, service.name
                )
                domain.set_password(admin, password)
        # Mail works without these two: a refusal is left for staff to see to.
        with run.left_if_refused(), run.step("hide"):
            domain.hide(admin)
        if run.wanted.get("made"):
            with run.left_if_refused(), run.step("dkim"):
                domain.enable_dkim()
        if opens:
            _open(service, caller)
        run.add(told=True)
    return Created(services.reread(service), admin, password)


def _begun(service: Service) -> dict[str, Any]:
    """What is written down of this domain's creation: its hidden admin, and of one that did not end how far it came."""
    begun = operations.creation(service)
    if begun is None:
        return UNTOUCHED | {"name": service.name, "admin": credentials.new_name()}
    return UNTOUCHED | (begun.wanted if begun.state != DONE else {"name": service.name, "admin": begun.wanted["admin"]})


def _have_domain(run: Running, service: Service, server: MailServer, domain: DomainService, plan: Plan) -> str:
    """See to it that the domain is there and this service's; its admin's password if it was made by this very call.

    The admin's name was written down before the domain was asked for: whoever finds that name in it knows whose it is.
    """
    if server.has_domain(service.name):
        _take(run, service, domain)
        return ""
    _claim(service)
    password = credentials.new_password(plan.password_min_length, None, run.wanted["admin"], service.name)
    run.add("dkim", made=True)
    try:
        domain.create(NewDomain(run.wanted["admin"], password, plan.domain_path, settings(plan)))
    except NameTaken:
        # An earlier call that brought no answer may have arrived just now. A domain alias has that name, or else.
        if server.has_domain(service.name):
            _take(run, service, domain)
            return ""
        services.unclaim(service)
        raise NotPossible("exists", EXISTS.format(name=service.name)) from None
    except Refused:
        services.unclaim(service)
        raise
    _prove(run, service)
    return password


def _take(run: Running, service: Service, domain: DomainService) -> None:
    """Go on with the domain that is there. Raise NotPossible unless its admin is the one that is written down."""
    registered = service.username.partition("@")[0].lower() if service.proved else ""
    names = [name for name in (run.wanted["admin"], registered) if name]
    admin = next((name for name in names if domain.is_administered_by(name)), None)
    if admin is None:
        services.unclaim(service)
        raise NotPossible("exists", EXISTS.format(name=service.name))
    _claim(service)
    run.add(admin=admin)
    _prove(run, service)


def _claim(service: Service) -> None:
    try:
        with placed():
            services.claim(service)
    except DomainClaimed:
        raise NotPossible("taken", TAKEN.format(product="domain")) from None


def _prove(run: Running, service: Service) -> None:
    """The domain is the service's. One that was made for it begins now, whatever an earlier one of it held."""
    begins = bool(run.wanted.get("made")) and not run.wanted.get("begun")
    if begins:
        with exclusive(service):
            protocols.ended(service)
    services.prove(service, run.wanted["admin"], fresh=begins)
    if begins:
        run.add(begun=True)


def _open(service: Service, caller: Caller) -> None:
    with exclusive(service):
        services.set_status(service, OPEN_STATUS, caller.signed_at)
        protocols.follow(services.reread(service))
