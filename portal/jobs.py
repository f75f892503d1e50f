"""The DNS watch, which runs by itself, outside of any request."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import as_completed
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from threading import Event

from structlog.contextvars import bind_contextvars

from portal import deliverability, dkim_verification
from portal.connections import Connections
from portal.dkim_state import status_of
from portal.dns import CouldNotLook, Finding, Verdict
from portal.dns.lookup import Lookup
from portal.mail import MailError
from portal.plan import Plan
from portal.pools import Pool
from portal.store import Unavailable, release, services
from portal.store.services import Service
from portal.store.tenants import Tenant
from portal.store.turns import Busy

AT_ONCE = 4  # services of one mail server
MAX_AGE = 60  # seconds; far less than the pause between two watches
# What DNS shows of a service, by record (`mx`, `spf` …).
Verdicts = Callable[[Service], Mapping[str, Finding]]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the watch has to say of one record of a service; `note` is for staff."""

    service: Service
    record: str
    verdict: Verdict
    note: str


def watch(
    connections: Connections,
    lookup: Lookup,
    *,
    tenant: Tenant | None = None,
    verdicts: Verdicts = lambda service: {},
    stopping: Event | None = None,
) -> Iterator[Seen]:
    """Look at the DNS of every active service, of this tenant or of all, and have what waits for it go on.

    Each mail server is asked about a few services at a time and delays no other; what fails is told of, and stops
    nothing else. `verdicts` may ask DNS for whatever other records it knows of. Once it is `stopping`, nothing
    more is begun.
    """
    with ExitStack() as stack:
        pools: dict[int | None, Pool] = {}
        looks = []
        for service in services.manageable(tenant):
            if service.server_id not in pools:
                pools[service.server_id] = stack.enter_context(Pool(AT_ONCE, "watch"))
            pool = pools[service.server_id]
            looks.append(pool.submit(_alone, service, "dkim", partial(_dkim, service, connections, lookup), stopping))
            looks.append(pool.submit(_alone, service, "dns", partial(_dns, service, verdicts), stopping))
        for look in as_completed(looks):
            yield from look.result()


def verdicts_of(lookup: Lookup) -> Verdicts:
    """What these look-ups show of all records that a service's plan has checked."""

    def verdicts(service: Service) -> Mapping[str, Finding]:
        judges = deliverability.judges(service.name, Plan.parse(service.plan), service.server)
        found: Mapping[str, Finding] = lookup.judge(deliverability.together(judges), max_age=0).value
        return found

    return verdicts


def _alone(service: Service, record: str, look: Callable[[], Iterable[Seen]], stopping: Event | None) -> list[Seen]:
    """What a look shows; whatever fails in it concerns nothing else."""
    if stopping is not None and stopping.is_set():
        return []
    bind_contextvars(tenant=service.tenant.slug, svc=service.svc)
    try:
        return list(look())
    except (MailError, CouldNotLook, *Unavailable) as error:
        return [Seen(service, record, Verdict.UNKNOWN, str(error))]
    except Exception as error:
        log.exception("watching %s of %s", record, service.name)
        return [Seen(service, record, Verdict.UNKNOWN, f"our fault: {type(error).__name__}")]
    finally:
        release()


def _dkim(service: Service, connections: Connections, lookup: Lookup) -> Iterator[Seen]:
    if service.server is None:
        raise LookupError("a service without a mail server")
    mail = connections.to(service.server).domain(service.name)
    before = mail.dkim()
    found = lookup.judge(deliverability.of_keys(service.name, before), max_age=MAX_AGE).value
    after, note = before, ""
    try:
        after = dkim_verification.noticed(service, mail, before, found)
    except Busy:
        note = ": somebody else is changing it"
    except MailError as error:
        note = f": {error}"
    if after != before:
        note = ": its key was just found by the mail server"
    status = status_of(after, found)
    yield Seen(service, "dkim", status.verdict, f"{status.state}{note}")


def _dns(service: Service, verdicts: Verdicts) -> Iterator[Seen]:
    for record, finding in verdicts(service).items():
        yield Seen(service, record, finding.verdict, finding.reason.code)
