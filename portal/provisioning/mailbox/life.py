"""What happens to a mailbox between its creation and its end, and the end."""

from contextlib import suppress

from portal.mail import MailError, NotFound, PasswordRejected
from portal.mail.mailbox_service import MailboxService
from portal.plan import MailboxPlan
from portal.provisioning.life import TERMINATED_STATUS, differing
from portal.provisioning.mailbox.wanted import Connect, changes, check_password, in_words, is_there, place
from portal.provisioning.running import Caller, NotPossible, alone, running
from portal.provisioning.wanted import checked, is_over, live, same_server
from portal.shared_mailbox import mending
from portal.store import exclusive, operations, owned, services
from portal.store.owned import ALIAS, LIST
from portal.store.servers import MailServer as ServerRecord
from portal.store.services import OPEN_STATUS, SUSPENDED_STATUS, Service

NOT_OURS = (
    "The creation of {name} was never confirmed, so the mailbox of that name on the mail server may be somebody else's."
    " Nothing was deleted. Create it again to find out, or delete it on the mail server."
)


def suspend(service: Service, connect: Connect, caller: Caller) -> Service:
    """Nobody signs in. Aliases and lists that lead outside the domain are removed, and remembered; others stay."""
    return _switch(service, "suspend", connect, caller, on=False)


def unsuspend(service: Service, connect: Connect, caller: Caller) -> Service:
    """As before the suspension, its aliases and lists too."""
    return _switch(service, "unsuspend", connect, caller, on=True)


def terminate(service: Service, connect: Connect, caller: Caller) -> Service:
    """Remove its aliases and lists, its memberships in lists of its client's, and the mailbox with all its messages."""
    with alone(service):
        service = services.reread(service)
        if is_over(service) and not _may_hold(service):
            return service
        with running(service, "terminate", ("aliases", "lists", "memberships", "mailbox"), caller) as run:
            if _may_hold(service):
                server, mail = place(service, connect)
                with run.step("aliases"):
                    mending.remove_all(mail, service, ALIAS)
                with run.step("lists"):
                    mending.remove_all(mail, service, LIST)
                with run.step("memberships"):
                    mending.leave_lists(server, service)
                with run.step("mailbox"):
                    _remove(service, mail)
            _become(service, TERMINATED_STATUS, caller)
        return services.reread(service)


def change_plan(
    service: Service, raw: dict[str, str], server: ServerRecord | None, connect: Connect, caller: Caller
) -> tuple[Service, list[str], list[str]]:
    """Keep another plan and bring the mailbox to it: its quota, type, language, time zone and date format.

    The names of the settings that differ, and of what the mail server does not tell afterwards.
    """
    plan = checked(MailboxPlan.parse(raw))
    with alone(service):
        service = services.reread(service)
        live(service)
        if server is not None:
            same_server(service, server)
        changed = differing(MailboxPlan.parse(service.plan), plan)
        _server, mail = place(service, connect)
        with running(service, "plan", ("settings",), caller, {"plan": raw}) as run:
            with run.step("settings"), in_words(service):
                untold = mail.change_mailbox(changes(plan))
            services.set_plan(service, raw, caller.signed_at)
        return services.reread(service), changed, sorted(untold)


def set_password(service: Service, password: str, connect: Connect, caller: Caller) -> Service:
    """Give the mailbox this password, which is kept nowhere here."""
    check_password(password)
    with alone(service):
        service = services.reread(service)
        live(service)
        _server, mail = place(service, connect)
        with running(service, "password", ("password",), caller) as run, run.step("password"), in_words(service):
            try:
                mail.set_password(password)
            except PasswordRejected:
                # Perhaps as one that was used before: by an earlier call.
                if not _opens(mail, password):
                    raise
        return service


def _switch(service: Service, kind: str, connect: Connect, caller: Caller, *, on: bool) -> Service:
    with alone(service):
        service = services.reread(service)
        live(service)
        _server, mail = place(service, connect)
        with running(service, kind, ("mailbox", "external"), caller) as run:
            with run.step("mailbox"), in_words(service):
                mail.set_enabled(on)
            # What is refused here is left for staff to see to.
            with run.left_if_refused(), run.step("external"):
                if on:
                    mending.restore(mail, service)
                else:
                    mending.park(mail, service)
            _become(service, OPEN_STATUS if on else SUSPENDED_STATUS, caller)
        return services.reread(service)


def _may_hold(service: Service) -> bool:
    """Whether something on a mail server may be the service's; WHMCS may have called it over before it was."""
    if service.server is None:
        return False
    held = service.claim is not None or operations.creation(service) is not None
    return held or bool(owned.of(service))


def _remove(service: Service, mail: MailboxService) -> None:
    """Delete the mailbox when it is the service's; nothing is to be done where it is gone."""
    if services.is_claimed(service.name, service.tenant, service.svc):
        return
    begun = operations.creation(service)
    seen = service.proved or (begun is not None and bool(begun.wanted.get("begun")))
    if not seen:
        asked = begun is not None and bool(begun.wanted.get("asked"))
        if asked and is_there(mail):
            raise NotPossible("not-yours", NOT_OURS.format(name=service.name))
        return
    with suppress(NotFound):
        mail.delete_mailbox()


def _become(service: Service, status: str, caller: Caller) -> None:
    with exclusive(service):
        services.set_status(service, status, caller.signed_at)


def _opens(mail: MailboxService, password: str) -> bool:
    with suppress(MailError):
        return mail.opens(password)
    return False
