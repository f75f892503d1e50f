"""What happens to a service between its creation and its end, and the end."""

from portal.mail import DomainService, MailServer, NotFound
from portal.plan import NotConfigured, Plan, Settings
from portal.provisioning import credentials
from portal.provisioning.running import Caller, Connect, NotPossible, alone, running
from portal.provisioning.wanted import checked, is_over, live, place, same_server, settings
from portal.store import exclusive, operations, protocols, services
from portal.store.operations import DONE
from portal.store.servers import MailServer as ServerRecord
from portal.store.services import OPEN_STATUS, SUSPENDED_STATUS, Service

TERMINATED_STATUS = "Terminated"
GONE = "The domain {name} is not on the mail server."
NOT_OURS = (
    "The domain {name} on the mail server has no admin {admin}, so it may be somebody else's. Nothing was deleted. If"
    " it is this service's, register its domain admin as the service's user name; else delete it on the mail server."
)
NO_ADMIN = "The domain has no admin {admin}. Register the name of its domain admin as the service's user name."


def suspend(service: Service, connect: Connect, caller: Caller) -> Service:
    """Nobody signs in, sends or receives; all it holds stays."""
    return _switch(service, "suspend", connect, caller, on=False)


def unsuspend(service: Service, connect: Connect, caller: Caller) -> Service:
    return _switch(service, "unsuspend", connect, caller, on=True)


def terminate(service: Service, connect: Connect, caller: Caller) -> Service:
    """Delete the domain, and its files when the plan says so, and let go of its name.

    Files are never deleted of a domain whose creation was not seen to succeed: what lies there may be older.
    """
    with alone(service):
        service = services.reread(service)
        if is_over(service) and not _may_hold(service):
            return service
        with running(service, "terminate", ("domain",), caller) as run:
            with run.step("domain"):
                if _may_hold(service):
                    _remove(service, *place(service, connect))
            _become(service, TERMINATED_STATUS, caller)
        return services.reread(service)


def change_plan(
    service: Service, raw: dict[str, str], server: ServerRecord | None, connect: Connect, caller: Caller
) -> tuple[Service, list[str]]:
    """Keep another plan and set the domain up by it; the names of the settings that differ, in alphabetical order.

    `server` is the mail server that the plan leads to.
    """
    plan = checked(Plan.parse(raw))
    with alone(service):
        service = services.reread(service)
        live(service)
        if server is not None:
            same_server(service, server)
        changed = differing(Plan.parse(service.plan), plan)
        _server, domain = place(service, connect)
        with running(service, "plan", ("settings",), caller, {"plan": raw}) as run:
            with run.step("settings"):
                domain.configure(settings(plan, domain))
            services.set_plan(service, raw, caller.signed_at)
        return services.reread(service), changed


def new_password(service: Service, connect: Connect, caller: Caller) -> tuple[Service, str]:
    """Give the hidden admin a new password, which is kept nowhere here."""
    with alone(service):
        service = services.reread(service)
        live(service)
        _server, domain = place(service, connect)
        admin = service.username.partition("@")[0]
        with running(service, "password", ("password",), caller) as run, run.step("password"):
            if not admin or not domain.is_administered_by(admin):
                raise NotPossible("no-admin", NO_ADMIN.format(admin=admin))
            rules = domain.password_rules()
            password = credentials.new_password(0, rules, admin, service.name)
            domain.set_password(admin, password)
        return service, password


def _switch(service: Service, kind: str, connect: Connect, caller: Caller, *, on: bool) -> Service:
    with alone(service):
        service = services.reread(service)
        live(service)
        _server, domain = place(service, connect)
        with running(service, kind, ("domain",), caller) as run:
            with run.step("domain"):
                try:
                    domain.set_open(on)
                except NotFound:
                    raise NotPossible("missing", GONE.format(name=service.name)) from None
            _become(service, OPEN_STATUS if on else SUSPENDED_STATUS, caller)
        return services.reread(service)


def _may_hold(service: Service) -> bool:
    """Whether a domain on a mail server may be the service's; WHMCS may have called it over before it was."""
    if service.server is None or services.is_claimed(service.name, service.tenant, service.svc):
        return False
    return service.claim is not None or operations.creation(service) is not None


def _remove(service: Service, server: MailServer, domain: DomainService) -> None:
    """Delete the domain when it is the service's; nothing is to be done where it is gone."""
    if not server.has_domain(service.name):
        return
    begun = operations.creation(service)
    admin = str(begun.wanted["admin"]) if begun is not None else service.username.partition("@")[0]
    if not domain.is_administered_by(admin):
        if not service.proved:
            return
        raise NotPossible("not-yours", NOT_OURS.format(name=service.name, admin=admin))
    seen = service.proved if begun is None else begun.state == DONE or bool(begun.wanted.get("begun"))
    try:
        domain.delete(files=seen and _deletes_data(service))
    except NotFound:
        if server.has_domain(service.name):
            raise


def _deletes_data(service: Service) -> bool:
    try:
        return Plan.parse(service.plan).delete_data
    except NotConfigured as error:
        raise NotPossible("plan", str(error)) from None


def _become(service: Service, status: str, caller: Caller) -> None:
    with exclusive(service):
        services.set_status(service, status, caller.signed_at)
        if status == TERMINATED_STATUS:
            protocols.ended(service)
        else:
            protocols.follow(services.reread(service))


def differing(old: Settings, new: Settings) -> list[str]:
    """The names of the settings that differ."""
    return sorted(name for name in old.raw.keys() | new.raw.keys() if old.raw.get(name) != new.raw.get(name))
