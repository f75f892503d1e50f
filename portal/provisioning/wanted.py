"""What is wanted of a service: its plan as the mail server's settings, and what must be so before anything is tried."""

from collections.abc import Mapping
from typing import TypeVar

from portal.mail import DomainService, DomainSettings, MailServer
from portal.plan import Plan, Settings
from portal.provisioning.running import Connect, NotPossible
from portal.store.servers import MailServer as ServerRecord
from portal.store.services import RELEASED, Service
from portal.store.tenants import Tenant

P = TypeVar("P", bound=Settings)

OVER = "The service is terminated. Create it anew."
OWNERS_FOLDER = (
    "The setting domain_path is for the owner of the mail server alone. Leave it empty: the domain then lies beside the"
    " others."
)
MOVE_FIRST = "The service is on the mail server {present}. Move it to {wanted} first, then change the setting."


def checked(plan: P) -> P:
    """The plan, when every setting of it has a meaning."""
    if plan.errors:
        raise NotPossible("plan", " ".join(plan.errors.values()))
    return plan


def for_creation(raw: Mapping[str, str], tenant: Tenant) -> Plan:
    """The plan of a domain to create. Whom a mail server is lent to does not say where on it files are written."""
    plan = checked(Plan.parse(raw))
    if plan.domain_path and not tenant.owner:
        raise NotPossible("plan", OWNERS_FOLDER)
    return plan


def settings(plan: Plan, domain: DomainService | None = None) -> DomainSettings:
    """The mail server's settings by the plan, for a domain that is there or (None) that comes.

    A protocol that is no longer offered stays manageable while a mailbox has it: it must be possible to switch it off.
    """
    return DomainSettings(
        mailboxes=plan.max_users,
        domain_aliases=plan.max_domain_aliases,
        activesync=plan.offer_eas or (domain is not None and bool(domain.activesync())),
        mapi=plan.offer_mapi or (domain is not None and bool(domain.mapi())),
        outbound_ip=str(plan.outbound_ip or ""),
    )


def same_server(service: Service, wanted: ServerRecord) -> None:
    """Raise NotPossible for a service that is on another mail server."""
    if service.server is not None and service.server != wanted:
        text = MOVE_FIRST.format(present=service.server.name, wanted=wanted.name)
        raise NotPossible("move-first", text)


def place(service: Service, connect: Connect) -> tuple[MailServer, DomainService]:
    """The mail server that the service is on, and its domain there."""
    if service.server is None:
        raise NotPossible("no-server", "The service has no mail server: its setting server names none of yours.")
    server = connect(service.server)
    return server, server.domain(service.name)


def live(service: Service) -> None:
    """Raise NotPossible for a service whose domain or mailbox is not there to be changed."""
    if is_over(service):
        raise NotPossible("terminated", OVER)
    if not service.proved:
        raise NotPossible(
            "not-created", f"The service has no {service.product} on the mail server yet. Create it first."
        )


def is_over(service: Service) -> bool:
    return service.status.lower() in RELEASED
