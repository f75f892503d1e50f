"""This request's tenant, service, plan, person and mail service, typed."""

import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app, g

from portal import shared_mailbox
from portal.brand import Brand
from portal.brand import of as brand_of
from portal.connections import Connections
from portal.dns.lookup import Lookup
from portal.mail import Dkim, DomainService
from portal.mail.directory import Snapshot
from portal.mail.forwardings import Known
from portal.mail.mailbox_service import MailboxService
from portal.passwords import Policy
from portal.plan import MailboxPlan, NotConfigured, Plan
from portal.shared_mailbox import Found, Holder
from portal.store import history, owned
from portal.store.services import Service
from portal.store.tenants import Tenant

RULES_MAX_AGE = 900  # seconds
# What PolarisMail's panel asks for, with the ten characters and the spaces of the product itself.
MAILBOX_POLICY = Policy(10, upper=True, lower=True, digit=True, special=True, no_spaces=True, names=False)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, for the history: the customer, or the admin acting for them."""

    role: str
    id: str
    name: str
    admin_id: str
    admin_name: str


def tenant() -> Tenant:
    """The tenant whose WHMCS sent this person."""
    found: Tenant = g.tenant
    return found


def brand() -> Brand:
    """How that tenant looks to its customers."""
    return brand_of(tenant().brand, tenant().name)


def service() -> Service:
    """The service that the address names; this session holds a role for it."""
    found: Service = g.service
    return found


def role() -> str:
    """`customer`, `readonly`, `admin` or `operator`."""
    return str(g.grant.role)


def claims() -> dict[str, Any]:
    """The claims of the hand-off that opened this service."""
    found: dict[str, Any] = g.grant.claims
    return found


def actor() -> Actor:
    """The person behind this request, as the hand-off of this very service named them."""
    return actor_of(role(), claims())


def actor_of(role: str, claims: Mapping[str, Any]) -> Actor:
    """The person whom a hand-off with these claims brings."""
    user = claims["user"]
    admin = user.get("admin", {})
    return Actor(role, str(user["id"]), user["name"], str(admin.get("id", "")), admin.get("name", ""))


def is_mailbox() -> bool:
    """Whether the service is one mailbox on a shared domain, and not a domain of the customer's own."""
    return service().product == "mailbox"


def plan() -> Plan:
    """The plan of a domain."""
    return Plan.parse(_settings())


def mailbox_plan() -> MailboxPlan:
    """The plan of a mailbox on a shared domain."""
    return MailboxPlan.parse(_settings())


def _settings() -> dict[str, str]:
    """The registration's settings and the hand-off's; for a setting that both carry the newer wins."""
    registered: dict[str, str] = service().plan
    handed: dict[str, str] = claims()["plan"]
    return registered | handed if g.grant.signed_at > service().plan_at else handed | registered


def domain() -> str:
    """The service's mail domain, its own or the one it shares."""
    return str(service().name.rpartition("@")[2])


def dns() -> Lookup:
    """This process's questions to DNS. No page waits for them but one that says so."""
    found: Lookup = current_app.extensions["dns"]
    return found


def connections() -> Connections:
    """This process's connections to mail servers."""
    found: Connections = current_app.extensions["mail"]
    return found


def mail() -> DomainService:
    """The service's domain on its mail server. Raise NotConfigured without a mail server, or a right to the domain."""
    record = service().server
    if not service().username:
        raise NotConfigured("username", "", "the hidden admin's name")
    if record is None or not service().proved:
        raise NotConfigured(
            "server", record.name if record else "", "a mail server where this domain was shown to be theirs"
        )
    return connections().to(record).domain(domain())


def mailbox() -> MailboxService:
    """The service's mailbox on its mail server. Raise NotConfigured without one where it was shown to be theirs."""
    record = service().server
    if record is None or not service().proved:
        raise NotConfigured(
            "server", record.name if record else "", "a mail server where this mailbox was shown to be theirs"
        )
    return connections().to_shared(record).mailbox(service().name)


def webmail_origins() -> list[str]:
    """Where the service's one-time webmail sign-in may lead."""
    record = service().server
    if record is None or not is_mailbox():
        return []
    return sorted(connections().to_shared(record).webmail_origins)


def holder() -> Holder:
    """The service as whoever acts here changes its aliases and lists."""
    return Holder(service(), mailbox(), mailbox_plan(), actor(), g.visit.session)


def found(kind: str) -> Found[tuple[str, tuple[str, ...]]]:
    """What the service owns of a kind, with where its aliases lead; nothing of anybody else's is ever in it.

    It is a few seconds old at most, and never older than our own last change.
    """
    mail, kept = mailbox(), connections().shared_directory(service())

    def read() -> dict[str, tuple[str, tuple[str, ...]]]:
        rows = owned.of(service(), kind)
        # Changes are dated in whole seconds.
        since = max((row.changed + 1 for row in rows), default=0)
        present = kept.present(mail, [row.address for row in rows], since=min(since, time.time()))
        there = present.aliases if kind == owned.ALIAS else dict.fromkeys(present.lists, ())
        return {address: (address, targets) for address, targets in there.items()}

    return shared_mailbox.found(holder(), kind, read)


def password_policy(*, max_age: float | None = None) -> Policy:
    """The plan's password policy, and what the mail server asks beyond it, as far as known.

    With `max_age` (seconds) the mail server is asked when it was not for that long.
    """
    if is_mailbox():
        return MAILBOX_POLICY
    own = plan()
    policy = Policy(own.password_min_length, own.password_upper, own.password_digit, own.password_special)
    record = service().server
    theirs = connections().password_rules(record, mail(), max_age=max_age) if record is not None else None
    if theirs is None:
        return policy
    return Policy(
        max(policy.min_length, theirs.min_length),
        policy.upper or theirs.upper,
        policy.digit or theirs.digit,
        policy.special or theirs.special,
    )


def directory(*, fresh: bool = False, max_age: float = 15) -> Snapshot:
    """What the domain holds, a few seconds old at most; never older than our own last change."""
    domain_service, kept = mail(), connections().directory(service())
    return kept.snapshot(domain_service, _read_key(), hidden=hidden(), max_age=max_age, fresh=fresh)


def held() -> Snapshot | None:
    """The same if it is here already."""
    return connections().directory(service()).held(_read_key(), hidden=hidden())


def domain_aliases(*, fresh: bool = False) -> frozenset[str]:
    """The domain aliases on the mail server, as old at most."""
    domain_service = mail()
    return connections().directory(service()).domain_aliases(domain_service, _read_key(), fresh=fresh)


def dkim(*, fresh: bool = False) -> Dkim:
    """Where the domain's DKIM stands by the mail server's word, as old at most."""
    domain_service = mail()
    return connections().directory(service()).dkim(domain_service, _read_key(), fresh=fresh)


def forwardings() -> Known:
    """Where the mailboxes forward to, as far as this process has read it since our own last change of each."""
    record = service()
    known = connections().forwardings(record).known((record.id, record.name), record.generation)
    if known.generation != record.generation:
        asked = time.time()
        known.forget(history.changed(record, known.looked_at), asked, record.generation)
    return known


def read_forwardings(addresses: Iterable[str], since: float) -> None:
    """Read where these mailboxes forward to, not before that time (unix seconds), as far as they can be read."""
    connections().forwardings(service()).read(mail(), forwardings(), addresses, since)


def walk_forwardings(addresses: Collection[str]) -> bool:
    """Have it read of these in the background; whether such a walk is going on."""
    return connections().forwardings(service()).walk(mail(), forwardings(), addresses)


def _read_key() -> tuple[int, str, int]:
    return service().id, service().name, service().generation


def hidden() -> str:
    """The local part of the domain's hidden admin: no mailbox of the customer's, and shown nowhere; "" for none."""
    if is_mailbox():
        return ""
    return service().username.partition("@")[0].lower()
