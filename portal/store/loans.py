"""Loans of mail servers: their limits, how much of them is used, and their end.

A service holds a place on its mail server while it holds its name: from before its creation on, suspended too, until
it is ended. The mailboxes of a domain are counted by its newest reading and by what the history has since then.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from portal.store import locks, usage
from portal.store.base import now
from portal.store.connection import exclusive
from portal.store.history import LONGEST_CHANGE, History
from portal.store.servers import Loan, MailServer, loan
from portal.store.services import Service, holders
from portal.store.tenants import Tenant

CREATE, DELETE = "mailbox.create", "mailbox.delete"
FULL = "All mailboxes that this seller may have on the mail server {server} are used: {there} of {most}."
LARGEST = 1_000_000
# What is sold on mail servers of a kind, and so what of them can be limited.
LIMITED = {"smartermail": ("domains", "mailboxes"), "polarismail": ("mailboxes",)}


class InUse(Exception):
    """Services of the tenant are on the mail server; `names` are those of some, and how many there are more."""

    def __init__(self, present: Loan, names: Sequence[str]) -> None:
        self.names, self.more = list(names[:3]), len(names[3:])
        some = ", ".join(self.names) + (f" and {self.more} more" if self.more else "")
        super().__init__(f"services of {present.tenant.slug} are on {present.server.name}: {some}")


class Full(Exception):
    """There may be no more mailboxes on the mail server. The text is for the tenant's staff."""


@dataclass(frozen=True, slots=True)
class Use:
    """A loan, and how many domains and mailboxes the tenant has on its server; one can be above its limit."""

    loan: Loan
    domains: int
    mailboxes: int

    @property
    def tenant(self) -> Tenant:
        return self.loan.tenant

    @property
    def server(self) -> MailServer:
        return self.loan.server

    @property
    def limited(self) -> Sequence[str]:
        """What of it can be limited."""
        return limited(self.server)

    @property
    def full(self) -> list[str]:
        """Of what there may be no more."""
        return [name for name in self.limited if getattr(self, name) >= getattr(self.loan, name) > 0]


def limited(server: MailServer) -> Sequence[str]:
    """What of it can be limited, by the names of a loan's limits."""
    return LIMITED[server.kind]


def check_limits(server: MailServer, domains: int, mailboxes: int) -> None:
    """Raise ValueError with a sentence for limits that are none, or that this kind of server has no use for."""
    if min(domains, mailboxes) < 0:
        raise ValueError("a limit is a number, and 0 is none")
    if domains and "domains" not in limited(server):
        raise ValueError(f"{server.name} has no domains of customers' own: limit its mailboxes")


def lend(server: MailServer, tenant: Tenant, *, domains: int = 0, mailboxes: int = 0) -> Loan:
    """Let the tenant use it within these limits, 0 for none; again changes the limits. Raise ValueError for the owner.

    What is there stays, also where it is more.
    """
    if tenant.owner:
        raise ValueError(f"{tenant.slug} is the owner, and may use every mail server")
    check_limits(server, domains, mailboxes)
    with exclusive(server):
        present = loan(server, tenant) or Loan(server=server, tenant=tenant)
        present.domains, present.mailboxes = domains, mailboxes
        present.save()
        return present


def end(present: Loan) -> None:
    """Take it back. Raise InUse while the tenant has services on it."""
    with locks.domain_names():
        names = [
            service.name
            for product in ("domain", "mailbox")
            for service in holders(present.tenant, present.server, product).order_by(Service.name)
        ]
        if names:
            raise InUse(present, names)
        present.delete_instance()


def all_of(*, server: MailServer | None = None, tenant: Tenant | None = None) -> list[Use]:
    """The loans of this server, this tenant, or all, with what is used of each."""
    query = Loan.select(Loan, MailServer, Tenant).join(MailServer).switch(Loan).join(Tenant)
    if server is not None:
        query = query.where(Loan.server == server)
    if tenant is not None:
        query = query.where(Loan.tenant == tenant)
    return [used(found) for found in query.order_by(Tenant.slug, MailServer.name)]


def used(present: Loan) -> Use:
    """How much of a loan is used."""
    domains = list(holders(present.tenant, present.server, "domain"))
    single = holders(present.tenant, present.server, "mailbox").count()
    return Use(present, len(domains), int(single) + _mailboxes(domains))


@contextmanager
def place_for_mailbox(service: Service) -> Iterator[None]:
    """A transaction exclusive to the service, in which the tenant may have one more mailbox there. Raise Full.

    It holds for all domains of the tenant's on that server, if what is created is written down before its end.
    """
    limit = loan(service.server, service.tenant) if service.server is not None and not service.tenant.owner else None
    if limit is None or not limit.mailboxes:
        with exclusive(service):
            yield
        return
    with exclusive(limit, service):
        most, there = limit.mailboxes, used(limit).mailboxes
        if there >= most:
            raise Full(FULL.format(server=limit.server.name, there=there, most=most))
        yield


def _mailboxes(domains: Sequence[Service]) -> int:
    """How many these have: as last read, and what became of them here since. What may have been made counts."""
    read = usage.newest(domains)
    number = sum(sample.mailboxes for sample in read.values())
    since = {service.id: read[service.id].read_at if service.id in read else service.created for service in domains}
    for service, action, result, at in _changes(domains, min(since.values(), default=0)):
        if at < since[service]:
            continue
        if action == DELETE:
            number -= result == "done"
        elif result == "started":
            number += at > now() - LONGEST_CHANGE
        else:
            number += result != "refused"
    return max(0, number)


def _changes(domains: Sequence[Service], since: int) -> Iterator[tuple[int, str, str, int]]:
    """The creations and deletions of mailboxes in these domains since that time."""
    row = History
    changes = row.service.in_(list(domains)) & row.action.in_((CREATE, DELETE)) & (row.at >= since)
    query: Any = row.select(row.service, row.action, row.result, row.at).where(changes).tuples()
    yield from query if domains else ()
