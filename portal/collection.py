"""Collecting usage: what each service uses is read from its mail server, compared with what is recorded, and kept.

Nothing is recorded of what could not be read. Each service has one transaction, after all of its reading: whoever is
killed before it has recorded nothing, and whoever comes after it finds all of it done.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import as_completed
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from threading import Event
from typing import Any, TypeVar

from structlog.contextvars import bind_contextvars

from portal.connections import Connections
from portal.mail import DomainService, Figures, MailError, Refused
from portal.mail.mailbox_service import MailboxServer, SharedMailbox
from portal.pools import Pool
from portal.store import Unavailable, collecting, exclusive, mailbox_sizes, owned, protocols, release, services, usage
from portal.store.base import now
from portal.store.owned import ALIAS
from portal.store.protocols import EAS, MAPI, REGISTRATION, SERVER
from portal.store.services import OPEN_STATUS, Service
from portal.store.tenants import Tenant
from portal.store.usage import DAY, Sample

T = TypeVar("T")

AT_ONCE = 8  # services of one mail server, each with one call at a time
# So many services in a row without any answer, and the others of that mail server are left for later.
PATIENCE = AT_ONCE

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Collected:
    """What was read of a service, and how many events that took; `failures` say for staff what was not.

    `silent`: nothing at all was answered.
    """

    service: Service
    sample: Sample | None = None
    events: int = 0
    failures: tuple[str, ...] = ()
    silent: bool = False


def due(
    connections: Connections, *, tenant: Tenant | None = None, stopping: Event | None = None
) -> Iterator[Collected]:
    """Collect from the services whose time has come, and which nobody else is reading."""
    return _each(connections, collecting.due(tenant), collecting.take, stopping)


def now_of(connections: Connections, chosen: Sequence[Service]) -> Iterator[Collected]:
    """Collect from these services now."""

    def begin(service: Service) -> bool:
        collecting.begin(service)
        return True

    return _each(connections, chosen, begin, None)


def collect(service: Service, mail: DomainService) -> Collected:
    """Read the service's domain in three calls, and record what it uses and which protocols were switched there.

    Once a week the sizes of its mailboxes are read too. Of one that is not open only its figures are read. Raises what
    the store raises; what the mail server does not tell is a failure among the others, but for those sizes.
    """
    read_at, known = now(), protocols.count(service)
    wants_sizes = service.status == OPEN_STATUS and mailbox_sizes.is_due(service, read_at // DAY)
    # The mail server may take its time; nobody is to wait for this connection meanwhile.
    release()
    reads = _Reads()
    figures = reads.attempt(mail.figures)
    lists: dict[str, frozenset[str]] = {}
    hidden = f"{service.username.partition('@')[0].lower()}@{service.name}"
    if service.status == OPEN_STATUS:
        for protocol, ask in ((EAS, mail.activesync), (MAPI, mail.mapi)):
            found = reads.attempt(ask)
            if found is not None:
                lists[protocol] = found - {hidden}
    sizes = _sizes(mail, hidden) if wants_sizes and not reads.silent else None
    sample = _sample(read_at, figures, lists)
    if figures is not None and sample is None:
        reads.failures.append("the mail server does not say how much disk space is used")
    events = 0
    with exclusive(service):
        present = services.reread(service)
        if _is_other(present, service):
            collecting.give_back(service)
            return Collected(service, failures=("its registration changed meanwhile",))
        events += protocols.follow(present)
        if lists:
            source = SERVER if collecting.was_read(service) else REGISTRATION
            events += protocols.compare(present, lists, read_at=read_at, known=known, source=source)
        if sample is not None:
            usage.keep(present, sample)
        if sizes is not None:
            mailbox_sizes.keep(present, read_at // DAY, sizes)
        collecting.finish(present, "; ".join(reads.failures))
    return Collected(service, sample, events, tuple(reads.failures), reads.silent)


def collect_mailboxes(mates: Sequence[Service], server: MailboxServer) -> list[Collected]:
    """Read all mailboxes of a shared domain in one call, and record what those of these services use."""
    read_at = now()
    release()
    try:
        everybodys = {box.address: box for box in server.mailboxes(mates[0].name.rpartition("@")[2])}
    except MailError as error:
        return [_failed(service, str(error), silent=not isinstance(error, Refused)) for service in mates]
    return [_keep_mailbox(service, everybodys.get(service.name), read_at) for service in mates]


def _keep_mailbox(service: Service, box: SharedMailbox | None, read_at: int) -> Collected:
    if box is None:
        return _failed(service, "the mailbox is not on the mail server")
    if box.used is None:
        return _failed(service, "the mail server does not say how much disk space is used")
    aliases = len(owned.of(service, ALIAS))
    sample = Sample(read_at, box.used, mailboxes=1, aliases=aliases, disk_limit=box.limit)
    with exclusive(service):
        present = services.reread(service)
        if _is_other(present, service):
            collecting.give_back(service)
            return Collected(service, failures=("its registration changed meanwhile",))
        usage.keep(present, sample)
        collecting.finish(present)
    return Collected(service, sample)


class _Reads:
    """Reads one after the other, each for itself."""

    def __init__(self) -> None:
        self.failures: list[str] = []
        self.silent = True

    def attempt(self, read: Callable[[], T]) -> T | None:
        try:
            found = read()
        except MailError as error:
            self.failures.append(str(error))
            self.silent = self.silent and not isinstance(error, Refused)
            return None
        self.silent = False
        return found


def _sizes(mail: DomainService, hidden: str) -> Mapping[str, int | None] | None:
    """How large each mailbox is. None where that cannot be read, which spoils nothing else: it is tried again."""
    try:
        return {mailbox.address: mailbox.used for mailbox in mail.mailboxes() if mailbox.address != hidden}
    except MailError as error:
        log.info("the sizes of the mailboxes of %s: %s", mail.name, error)
        return None


def _sample(read_at: int, figures: Figures | None, lists: dict[str, frozenset[str]]) -> Sample | None:
    if figures is None or figures.used is None:
        return None
    return Sample(
        read_at,
        figures.used,
        # The hidden admin is no mailbox of the customer's.
        mailboxes=max(0, figures.mailboxes - 1),
        aliases=figures.aliases,
        eas=len(lists[EAS]) if EAS in lists else None,
        mapi=len(lists[MAPI]) if MAPI in lists else None,
        disk_limit=figures.limit,
    )


def _is_other(present: Service, read: Service) -> bool:
    """Whether what was read may be of another domain, or of another state of the service."""

    def what(service: Service) -> tuple[Any, ...]:
        return service.name, service.server_id, service.username, service.status, service.proved

    return what(present) != what(read)


class _Server:
    """A mail server's own threads, so that it delays no other, and how many services in a row it was silent about."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.silent = 0


def _each(
    connections: Connections, chosen: Sequence[Service], begin: Callable[[Service], bool], stopping: Event | None
) -> Iterator[Collected]:
    """What is collected from each, as it comes; what fails is told of, and stops nothing else."""
    with ExitStack() as stack:
        at: dict[int | None, _Server] = {}
        readings = []
        for service in chosen:
            if service.server_id not in at:
                at[service.server_id] = _Server(stack.enter_context(Pool(AT_ONCE, "usage")))
        for mates in _together(chosen):
            server = at[mates[0].server_id]
            readings.append(server.pool.submit(_collected, mates, connections, server, begin, stopping))
        for reading in as_completed(readings):
            yield from reading.result()


def _together(chosen: Sequence[Service]) -> Iterator[list[Service]]:
    """What is read at once: a domain, or the mailboxes of a shared domain."""
    shared: dict[tuple[int | None, str], list[Service]] = {}
    for service in chosen:
        if service.product == "mailbox":
            shared.setdefault((service.server_id, service.name.rpartition("@")[2]), []).append(service)
        else:
            yield [service]
    yield from shared.values()


def _collected(
    mates: Sequence[Service],
    connections: Connections,
    server: _Server,
    begin: Callable[[Service], bool],
    stopping: Event | None,
) -> list[Collected]:
    """What is collected from services that are read at once; what is left to others is left out."""
    if stopping is not None and stopping.is_set():
        return []
    if server.silent >= PATIENCE:
        reason = "not tried: its mail server does not answer"
        return [Collected(service, failures=(reason,), silent=True) for service in mates]
    begun: list[Service] = []
    # What is read at once may be of several tenants.
    whose = sorted({service.tenant.slug for service in mates})
    bind_contextvars(tenant=" ".join(whose), svc=mates[0].svc if len(mates) == 1 else None)
    try:
        begun += [service for service in mates if begin(service)]
        collected = _read(begun, connections) if begun else []
    except Unavailable as error:
        return [Collected(service, failures=(f"the database: {type(error).__name__}",)) for service in mates]
    except MailError as error:
        return [_failed(service, str(error)) for service in begun]
    except Exception as error:
        log.exception("collecting from %s", mates[0].name)
        return [_failed(service, f"our fault: {type(error).__name__}") for service in begun]
    finally:
        release()
    if collected:
        server.silent = server.silent + 1 if all(one.silent for one in collected) else 0
    return collected


def _read(mates: Sequence[Service], connections: Connections) -> list[Collected]:
    record = mates[0].server
    if record is None:
        raise LookupError("a service without a mail server")
    if mates[0].product == "mailbox":
        return collect_mailboxes(mates, connections.to_shared(record))
    return [collect(service, connections.to(record).domain(service.name)) for service in mates]


def _failed(service: Service, failure: str, *, silent: bool = False) -> Collected:
    with suppress(*Unavailable):
        collecting.finish(service, failure)
    return Collected(service, failures=(failure,), silent=silent)
