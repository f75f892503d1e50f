"""Where a domain's mailboxes forward to: asked one by one, since no call tells it of several, and remembered."""

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Collection, Hashable, Iterable
from contextlib import suppress

from portal.mail import DomainService, MailError, Refused, Unreachable
from portal.mail.directory import raise_first_failure
from portal.mail.flights import Flights
from portal.pools import Pool

REMEMBERED = 3600  # seconds; what was read longer ago is not known any more
SWEEP = 60
WALKS = 4  # domains of one mail server
GIVE_UP = 3  # failures in a row


class Known:
    """The forwarding of one domain's mailboxes, as far as this process has read it. Times are unix seconds.

    `generation` and `looked_at`: the last change of the domain by the portal that this takes into account, and when it
    was asked for.
    """

    def __init__(self, generation: int) -> None:
        self.generation = generation
        self.looked_at = time.time()
        self.hold_until = 0.0
        self._lock = threading.Lock()
        self._destinations: dict[str, tuple[str, ...]] = {}
        self._read_at: dict[str, float] = {}
        self._changed_at: dict[str, float] = {}
        self._swept_at = self.looked_at

    def __len__(self) -> int:
        return len(self._read_at)

    def destinations(self) -> dict[str, tuple[str, ...]]:
        """By address, empty = forwards nowhere. Of an address that is missing it is not known."""
        with self._lock:
            return dict(self._destinations)

    def leading_to(self, destination: str) -> list[str]:
        """The mailboxes known to forward there."""
        return [address for address, found in self.destinations().items() if destination in found]

    def due(self, addresses: Iterable[str], since: float = 0) -> list[str]:
        """Those of the addresses that were not read since then, or never."""
        with self._lock:
            return [address for address in addresses if self._read_at.get(address, -1) < since]

    def keep(self, address: str, destinations: tuple[str, ...], at: float) -> bool:
        """Remember what a reading that began at that time found; False when the portal has changed it since."""
        with self._lock:
            if at < self._changed_at.get(address, 0):
                return False
            if at >= self._read_at.get(address, 0):
                self._destinations[address], self._read_at[address] = destinations, at
            return True

    def forget(self, addresses: Iterable[str], at: float, generation: int) -> None:
        """The portal has changed these, so nothing is known of them that was read before this time."""
        with self._lock:
            for address in addresses:
                self._changed_at[address] = at
                if self._read_at.get(address, at) < at:
                    del self._read_at[address], self._destinations[address]
            self.generation, self.looked_at = max(self.generation, generation), at

    def sweep(self) -> None:
        """Let go of what is too old, once in a while."""
        with self._lock:
            if (now := time.time()) - self._swept_at > SWEEP:
                self._swept_at = now
                for address in [old for old, at in self._read_at.items() if at < now - REMEMBERED]:
                    del self._read_at[address], self._destinations[address]
                # No reading takes that long, so none is under way that began before these changes.
                for address in [old for old, at in self._changed_at.items() if at < now - REMEMBERED]:
                    del self._changed_at[address]


class Forwardings:
    """What is known of the domains of one mail server: `max_kept` mailboxes in all, of about 0.3 kB each.

    A walk makes one call at a time, `pause` seconds apart, or `rest` after one that failed; after several failures the
    domain is left alone for `hold`. So is the server, as far as pages wait for it, after a call that failed in `slow`
    seconds or more: threads that wait in vain are missing elsewhere.
    """

    def __init__(
        self,
        *,
        max_kept: int = 100_000,
        parallel: int = 8,
        pause: float = 0.02,
        rest: float = 5,
        hold: float = 60,
        slow: float = 2,
    ) -> None:
        self._max_kept = max_kept
        self._pause, self._rest, self._hold, self._slow = pause, rest, hold, slow
        self._silent_until = 0.0
        self._pool = Pool(parallel, thread_name_prefix="forwardings")
        self._flights = Flights[tuple[tuple[str, ...], float]]()
        self._lock = threading.Lock()
        self._known: OrderedDict[Hashable, Known] = OrderedDict()
        self._walks: dict[Known, threading.Thread] = {}
        self._closed = threading.Event()

    def close(self) -> None:
        """End the threads, each after the call it is making."""
        self._closed.set()
        self._pool.shutdown(cancel_futures=True)
        with self._lock:
            walks = list(self._walks.values())
        for walk in walks:
            walk.join()

    def known(self, key: Hashable, generation: int) -> Known:
        """What is known of the domain that `key` names, at that number of changes when it is asked for first."""
        with self._lock:
            found = self._known.setdefault(key, Known(generation))
            self._known.move_to_end(key)
            kept = sum(len(each) + 1 for each in self._known.values())
            for other, old in list(self._known.items()) if kept > self._max_kept else ():
                if kept > self._max_kept and old is not found and old not in self._walks:
                    kept -= len(self._known.pop(other)) + 1
        found.sweep()
        return found

    def read(self, service: DomainService, known: Known, addresses: Iterable[str], since: float) -> None:
        """Read these mailboxes, some at a time, each not before `since`.

        What the mail server refuses stays as it was; once it does not answer, no more is asked.
        """

        def one(address: str) -> None:
            if time.monotonic() < self._silent_until:
                raise Unreachable("read where mailboxes forward to: others have just waited in vain")
            with suppress(Refused):
                self._read(service, known, address, since)

        with suppress(MailError):
            raise_first_failure([self._pool.submit(one, address) for address in addresses])

    def walk(self, service: DomainService, known: Known, addresses: Collection[str]) -> bool:
        """Have these mailboxes read in the background, unless a walk has lately been given up; whether one is going on.

        What fails is tried again at the end.
        """
        if not addresses:
            return False
        with self._lock:
            if known in self._walks:
                return True
            if self._closed.is_set() or time.time() < known.hold_until or len(self._walks) >= WALKS:
                return False
            # A daemon: no process waits for it.
            thread = threading.Thread(target=self._walk, args=(service, known, addresses), name="walk", daemon=True)
            self._walks[known] = thread
            thread.start()
        return True

    def _walk(self, service: DomainService, known: Known, addresses: Collection[str]) -> None:
        queue, failures = deque(addresses), 0
        try:
            while queue:
                address = queue.popleft()
                if not known.due([address]):
                    continue
                if self._closed.wait(self._rest if failures else self._pause):
                    return
                try:
                    self._read(service, known, address, 0)
                    failures = 0
                except MailError:
                    queue.append(address)
                    failures += 1
                    if failures == GIVE_UP:
                        known.hold_until = time.time() + self._hold
                        return
        finally:
            with self._lock:
                del self._walks[known]

    def _read(self, service: DomainService, known: Known, address: str, since: float) -> None:
        def ask() -> tuple[tuple[str, ...], float]:
            at, began = time.time(), time.monotonic()
            try:
                return service.forwarding(address.rpartition("@")[0]).destinations, at
            except Unreachable:
                if (now := time.monotonic()) - began >= self._slow:
                    self._silent_until = now + self._hold
                raise

        while True:
            destinations, at = self._flights.join((known, address), ask)
            # An attempt that began before may not know of a change.
            if known.keep(address, destinations, at) and at >= since:
                return
