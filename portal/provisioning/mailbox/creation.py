"""Creating a service's mailbox."""

from portal.mail import NameTaken, Refused
from portal.mail.mailbox_service import MailboxServer, MailboxService
from portal.plan import MailboxPlan
from portal.provisioning.creation import TAKEN, placed, registered
from portal.provisioning.mailbox.wanted import (
    NO_SERVER,
    Connect,
    changes,
    check_password,
    in_words,
    is_there,
    new_mailbox,
    place,
)
from portal.provisioning.running import Caller, NotPossible, Running, alone, running
from portal.provisioning.wanted import OVER, checked, is_over
from portal.shared_mailbox import mending
from portal.store import exclusive, operations, services
from portal.store.services import OPEN_STATUS, SUSPENDED_STATUS, DomainClaimed, Registration, Service
from portal.store.tenants import Tenant

EXISTS = (
    "The name {name} is in use on the mail server already, by a mailbox, alias or list that nothing shows to be this"
    " service's. It was left alone. Choose another name; or, if the mailbox is theirs, register it with its password."
)
DOMAINS = {
    "missing": "The mail platform's account has no domain {domain}. Add it there, or take it out of allowed_domains.",
    "inactive": "The domain {domain} is switched off on the mail platform. Switch it on there, and repeat.",
    "unverified": "The domain {domain} still waits on the mail platform to be verified. Publish the TXT record that it"
    " asks for, and repeat.",
}
NEEDS_PASSWORD = "The mailbox is not there yet, and the portal keeps no passwords. Create it again instead."
STEPS = ("mailbox",)


def create(tenant: Tenant, svc: int, facts: Registration, password: str, connect: Connect, caller: Caller) -> Service:
    """Create the mailbox that WHMCS tells of, or complete what an earlier call began.

    A repeat when all is done brings the mailbox to the plan; its password stays the customer's.
    """
    checked(MailboxPlan.parse(facts["plan"]))
    if facts["server"] is None:
        raise NotPossible("no-server", NO_SERVER)
    if services.is_taken(facts["name"], tenant, svc):
        raise NotPossible("taken", TAKEN.format(product="mailbox"))
    known = services.find(tenant.slug, svc)
    with placed():
        services.check_place(tenant, facts["server"], "mailbox", besides=known)
    if known is None or not known.proved:
        check_password(password)
    service = known or services.put(tenant, svc, {**facts, "proved": False, "status": "Pending"})
    with alone(service):
        return _create(registered(services.reread(service), facts), password, connect, caller)


def finish_creation(service: Service, connect: Connect, caller: Caller) -> Service:
    """Complete what an earlier call began, as far as that needs no password."""
    with alone(service):
        service = services.reread(service)
        if is_over(service):
            raise NotPossible("terminated", OVER)
        return _create(service, "", connect, caller, opens=service.status != SUSPENDED_STATUS)


def _create(service: Service, password: str, connect: Connect, caller: Caller, *, opens: bool = True) -> Service:
    """With `opens` it is switched on, whatever it was."""
    plan = checked(MailboxPlan.parse(service.plan))
    server, mail = place(service, connect)
    with running(service, "create", STEPS, caller, {"name": service.name} | _known(service)) as run:
        with run.step("mailbox"), in_words(service):
            made = _have(run, service, server, mail, password)
        if not made:
            with run.step("settings"), in_words(service):
                mail.change_mailbox(changes(plan))
                if opens:
                    mail.set_enabled(True)
        if opens:
            # After a suspension. What cannot be made again is told, and keeps nobody from their mail.
            with run.left_if_refused(), run.step("external"):
                mending.restore(mail, service)
            with exclusive(service):
                services.set_status(service, OPEN_STATUS, caller.signed_at)
    return services.reread(service)


def _known(service: Service) -> dict[str, bool]:
    """What is written down of this very mailbox: that it was asked for, and that the service began with it."""
    begun = operations.creation(service)
    wanted = begun.wanted if begun is not None and begun.wanted["name"] == service.name else {}
    return {name: bool(wanted.get(name)) for name in ("asked", "begun")}


def _have(run: Running, service: Service, server: MailboxServer, mail: MailboxService, password: str) -> bool:
    """See to it that the mailbox is there and this service's; whether this very call made it.

    That it was asked for, with a name that was free, is written down before: what then comes late opens by the password
    that it was asked for with.
    """
    asked_before = run.wanted["asked"]
    if not service.proved:
        _check_domain(server, service.name.rpartition("@")[2])
    if is_there(mail):
        _take(run, service, mail, password)
        return False
    # What was asked for before may be coming right now.
    if not asked_before and not mail.is_free(service.name.rpartition("@")[0]):
        raise NotPossible("exists", EXISTS.format(name=service.name))
    if not password:
        raise NotPossible("needs-password", NEEDS_PASSWORD)
    check_password(password)
    _claim(service)
    run.add(asked=True)
    try:
        mail.create_mailbox(new_mailbox(MailboxPlan.parse(service.plan), password))
    except Refused as error:
        if isinstance(error, NameTaken) and asked_before and is_there(mail):
            _take(run, service, mail, password)
            return False
        # What else is refused may be the reading of what was made.
        if isinstance(error, NameTaken) or not is_there(mail):
            run.add(asked=False)
            services.unclaim(service)
        if isinstance(error, NameTaken):
            raise NotPossible("exists", EXISTS.format(name=service.name)) from None
        raise
    _prove(run, service)
    return True


def _take(run: Running, service: Service, mail: MailboxService, password: str) -> None:
    """Go on with the mailbox that is there. Raise NotPossible unless it was shown to be the service's."""
    if not service.proved and not (run.wanted["asked"] and password and mail.opens(password)):
        if run.wanted["asked"] and not password:
            raise NotPossible("needs-password", NEEDS_PASSWORD)
        run.add(asked=False)
        services.unclaim(service)
        raise NotPossible("exists", EXISTS.format(name=service.name))
    _claim(service)
    _prove(run, service)


def _check_domain(server: MailboxServer, domain: str) -> None:
    """Raise NotPossible for a domain that takes no mailboxes."""
    state = server.domain_state(domain)
    if state != "ready":
        raise NotPossible(f"domain-{state}", DOMAINS[state].format(domain=domain))


def _claim(service: Service) -> None:
    try:
        with placed():
            services.claim(service)
    except DomainClaimed:
        raise NotPossible("taken", TAKEN.format(product="mailbox")) from None


def _prove(run: Running, service: Service) -> None:
    """The mailbox is the service's. One that was made for it begins now."""
    begins = run.wanted["asked"] and not run.wanted["begun"]
    services.prove(service, service.name, fresh=begins)
    if begins:
        run.add(begun=True)
