"""What domains that customers share hold, read at most once for all who ask within a few seconds.

It is everybody's: only what was asked for by name leaves this module.
"""

import time
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock

from portal.mail.flights import Flights
from portal.mail.mailbox_service import MailboxService

MAX_AGE = 15  # seconds


@dataclass(frozen=True, slots=True)
class Present:
    """Aliases with where they lead, and lists, by whole addresses. `read_at`: unix seconds, when the reading began."""

    aliases: Mapping[str, tuple[str, ...]]
    lists: frozenset[str]
    read_at: float

    def only(self, addresses: Collection[str]) -> "Present":
        """Those of these addresses."""
        aliases = {address: self.aliases[address] for address in addresses if address in self.aliases}
        return Present(aliases, self.lists.intersection(addresses), self.read_at)


class SharedDirectory:
    """The shared domains of one mail server. It has threads of its own, so that a slow server delays no other."""

    def __init__(self, workers: int = 16) -> None:
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="shared-directory")
        self._flights = Flights[Present]()
        self._lock = Lock()
        self._kept: dict[str, Present] = {}

    def close(self) -> None:
        """End the threads."""
        self._pool.shutdown()

    def present(self, service: MailboxService, addresses: Collection[str], *, since: float = 0) -> Present:
        """Which of these addresses are there, by what was read at that time or later, and MAX_AGE ago at most.

        Raises what the reads raise; a failure is shared by those who waited for it and never kept.
        """
        domain = service.address.rpartition("@")[2]
        while True:
            not_before = max(since, time.time() - MAX_AGE)
            with self._lock:
                kept = self._kept.get(domain)
            if kept is None or kept.read_at < not_before:
                kept = self._flights.join(domain, lambda: self._read(domain, service))
            # One that began before a change may not know of it.
            if kept.read_at >= since:
                return kept.only(addresses)

    def _read(self, domain: str, service: MailboxService) -> Present:
        read_at = time.time()
        lists = self._pool.submit(service.lists)
        aliases = {alias.address: alias.targets for alias in service.aliases()}
        found = Present(aliases, lists.result(), read_at)
        with self._lock:
            recent = {name: kept for name, kept in self._kept.items() if kept.read_at >= read_at - MAX_AGE}
            self._kept = {**recent, domain: found}
        return found
