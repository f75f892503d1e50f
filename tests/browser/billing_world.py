"""A past for a service: what it used, and when its protocols were on, as the portal has recorded it."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import time_machine

from portal import store
from portal.store import exclusive, mailbox_sizes, protocols, services, usage
from portal.store.services import Service
from portal.store.usage import DAY, Sample

GB = 2**30
# The open window: two months and a half, so that an invoice for a quarter is on its way.
REGISTERED = 75  # days ago
LONG = "maximiliane-alexandra.von-der-beaujardiere@alice.test"


@dataclass(frozen=True)
class Records:
    """Where the running portal keeps its records."""

    url: str
    key: str

    @property
    def settings(self) -> tuple[tuple[str, str], ...]:
        return ("DATABASE_URL", self.url), ("PORTAL_ENCRYPTION_KEYS", self.key)

    @contextmanager
    def open(self) -> Iterator[None]:
        """For what only time could put there."""
        store.use(self.url, [self.key])
        yield
        store.close()


def give_many_lines(slug: str, svc: int) -> None:
    """More mailboxes with ActiveSync than a card has room for."""
    at = int(time.time()) - REGISTERED * DAY
    Service.update(created=at).where(Service.svc == svc).execute()
    service = services.find(slug, svc)
    assert service is not None
    addresses = {f"user{number:03}@{service.name}" for number in range(150)}
    with time_machine.travel(at, tick=False), exclusive(service):
        protocols.compare(service, {"eas": addresses}, read_at=at, known=0, source=protocols.SERVER)


def give_past(slug: str, svc: int, sizes: Mapping[str, int | None]) -> None:
    """Protocols on throughout, since some day, for a while, and again; mailboxes that grew up to these sizes."""
    now = int(time.time())
    Service.update(created=now - REGISTERED * DAY).where(Service.svc == svc).execute()
    service = services.find(slug, svc)
    assert service is not None
    with exclusive(service):
        usage.keep(service, Sample(now, 216 * GB, 120, 30, 4, 3))
    for address, protocol, on, days_ago in (
        ("adele.arnaud@alice.test", "eas", True, REGISTERED),
        ("adele.arnaud@alice.test", "mapi", True, REGISTERED),
        ("bruno.arnaud@alice.test", "eas", True, 40),
        (LONG, "mapi", True, 70),
        (LONG, "eas", True, 60),
        (LONG, "mapi", False, 30),
        (LONG, "eas", False, 20),
        (LONG, "eas", True, 10),
    ):
        with time_machine.travel(now - days_ago * DAY, tick=False):
            protocols.switched(service, address, protocol, on)
    with exclusive(service):
        mailbox_sizes.keep(service, now // DAY - 21, dict.fromkeys(sizes, GB))
        mailbox_sizes.keep(service, now // DAY - 7, sizes)
