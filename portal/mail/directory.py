"""One snapshot of a domain: read in parallel, shared by everybody in this process who asks within a few seconds."""

import threading
import time
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, wait
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from operator import attrgetter
from typing import Any, Generic, TypeVar

from msgspec import Struct

from portal.mail import Alias, Dkim, DomainService, Figures, Mailbox, Unreachable
from portal.mail.flights import Flights
from portal.pools import Pool

T = TypeVar("T")
Entry = Mailbox | Alias
BY_ADDRESS = attrgetter("address")
SEARCHES = 50
# Where mailboxes forward to, by address, as far as it is known.
Forwarding = Mapping[str, tuple[str, ...]]


class Row(Struct, frozen=True, gc=False):
    """A line of the address list: a mailbox, a forward, or an alias that is neither a mailbox's nor a forward.

    `destinations` is None for a mailbox of which it is not known whether it forwards.
    """

    kind: str
    address: str
    mailbox: Mailbox | None
    aliases: tuple[str, ...]
    destinations: tuple[str, ...] | None
    activesync: bool
    mapi: bool


@dataclass(frozen=True)
class Snapshot:
    """What a domain held at `read_at` (unix seconds, when the reading began), sorted by address.

    `mailboxes` leaves the hidden admin out; `local` holds every mailbox's address, that one's too. What is derived is
    made when it is first asked for, and rows only for the page that is shown: a domain may have 10,000 of them.
    """

    figures: Figures
    mailboxes: tuple[Mailbox, ...]
    local: frozenset[str]
    aliases: tuple[Alias, ...]
    activesync: frozenset[str]
    mapi: frozenset[str]
    read_at: float

    @cached_property
    def by_address(self) -> Mapping[str, Mailbox]:
        return {mailbox.address: mailbox for mailbox in self.mailboxes}

    def tags(self, address: str) -> tuple[str, ...]:
        """The names of the aliases that lead to this mailbox."""
        return tuple([alias.name for alias in self._leading_to.get(address, ())])

    @cached_property
    def _leading_to(self) -> Mapping[str, Sequence[Alias]]:
        """The aliases that lead to a mailbox, by its address; mailboxes without any are left out."""
        found: dict[str, list[Alias]] = defaultdict(list)
        mailboxes = self.by_address
        for alias in self.aliases:
            if not alias.everyone:
                for target in alias.targets:
                    if target in mailboxes:
                        found[target].append(alias)
        return dict(found)

    @cached_property
    def forwards(self) -> tuple[Alias, ...]:
        """The aliases without a mailbox of this domain among their targets."""
        return tuple([alias for alias in self.loose if not alias.everyone])

    @cached_property
    def loose(self) -> tuple[Alias, ...]:
        """The aliases that are no mailbox's: forwards, and those that lead to everyone."""
        apart = self.local.isdisjoint
        return tuple([alias for alias in self.aliases if alias.everyone or apart(alias.targets)])

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """The address list, by address: the mailboxes and the loose aliases."""
        return tuple(sorted((*self.mailboxes, *self.loose), key=BY_ADDRESS))

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """What a search looks through: a text for each of the entries, folded for comparison."""
        return tuple("\n".join(self._words(entry)).casefold() for entry in self.entries)

    @cached_property
    def holding(self) -> "Callable[[tuple[str, ...]], bytes]":
        """A byte for each of the entries: 1 where these words, folded, all stand in its text, else 0.

        Of the last few searches it is kept: who pages through what was found, or has its card come back, asks again.
        """
        return lru_cache(SEARCHES)(partial(hits, self.texts))

    def once(self, name: str, make: "Callable[[Snapshot], T]") -> T:
        """What `make` makes of this snapshot, made when it is first asked for under that name."""
        if name not in self._made:
            self._made[name] = make(self)
        found: T = self._made[name]
        return found

    @cached_property
    def _made(self) -> dict[str, Any]:
        return {}

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Where each mailbox stands among the entries."""
        return {entry.address: place for place, entry in enumerate(self.entries) if isinstance(entry, Mailbox)}

    def row(self, entry: Entry, forwarding: Forwarding) -> Row:
        """An entry of the address list with all that its line shows."""
        if isinstance(entry, Mailbox):
            return Row(
                kind="mailbox",
                address=entry.address,
                mailbox=entry,
                aliases=self.tags(entry.address),
                destinations=forwarding.get(entry.address),
                activesync=entry.address in self.activesync,
                mapi=entry.address in self.mapi,
            )
        return Row(
            kind="alias" if entry.everyone else "forward",
            address=entry.address,
            mailbox=None,
            aliases=(),
            destinations=entry.targets,
            activesync=False,
            mapi=False,
        )

    def _words(self, entry: Entry) -> tuple[str, ...]:
        if isinstance(entry, Mailbox):
            return entry.address, entry.display_name, *self.tags(entry.address)
        return entry.address, *entry.targets


@dataclass(frozen=True)
class Told(Generic[T]):
    """What the server told of a domain at `read_at`, besides what it holds."""

    read_at: float
    value: T


Kept = TypeVar("Kept", bound=Snapshot | Told[Any])


class Directory:
    """What this process read, that used last: `max_rows` mailboxes and aliases in all, of about 0.5 kB each."""

    def __init__(self, max_rows: int = 100_000, workers: int = 32) -> None:
        self._max_rows = max_rows
        self._pool = Pool(workers, thread_name_prefix="directory")
        self._flights = Flights[Any]()
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, Snapshot | Told[Any]] = OrderedDict()

    def close(self) -> None:
        """End the threads."""
        self._pool.shutdown()

    def snapshot(
        self,
        service: DomainService,
        key: Hashable,
        *,
        hidden: str | None = None,
        max_age: float = 15.0,
        fresh: bool = False,
    ) -> Snapshot:
        """The domain's snapshot, at most `max_age` seconds old; one read after this call began when `fresh`.

        `key` names the service and the number of its changes, so that a change is never hidden by an older snapshot.
        `hidden` is the local part of a mailbox to leave out. Raises what the reads raise; a failure is shared by those
        who waited for it and never kept.
        """
        return self._recent((Snapshot, key, hidden), lambda: self._read(service, hidden), max_age, fresh)

    def held(self, key: Hashable, *, hidden: str | None = None, max_age: float = 15.0) -> Snapshot | None:
        """The same if it is kept; nothing is read."""
        kept: Snapshot | None = self._fetch_kept((Snapshot, key, hidden))
        return kept if kept is not None and kept.read_at >= time.time() - max_age else None

    def domain_aliases(
        self, service: DomainService, key: Hashable, *, max_age: float = 15.0, fresh: bool = False
    ) -> frozenset[str]:
        """The domain's other names, under the same terms. They come apart: few services have any."""
        return self._told(service.domain_aliases, key, max_age, fresh)

    def dkim(self, service: DomainService, key: Hashable, *, max_age: float = 15.0, fresh: bool = False) -> Dkim:
        """Where the domain's DKIM stands, under the same terms: only the cards of DNS need it."""
        return self._told(service.dkim, key, max_age, fresh)

    def _told(self, read: Callable[[], T], key: Hashable, max_age: float, fresh: bool) -> T:
        place = (read.__name__, key)
        return self._recent(place, lambda: Told(time.time(), read()), max_age, fresh).value

    def _recent(self, place: Hashable, read: Callable[[], Kept], max_age: float, fresh: bool) -> Kept:
        asked = time.time()
        while True:
            kept: Kept | None = self._fetch_kept(place)
            if kept is not None and kept.read_at >= (asked if fresh else asked - max_age):
                return kept
            found: Kept = self._flights.join(place, lambda: self._keep(place, read()))
            # An attempt that began before a change may not know of it.
            if not fresh or found.read_at >= asked:
                return found

    def _fetch_kept(self, place: Hashable) -> Any:
        with self._lock:
            kept = self._kept.get(place)
            if kept is not None:
                self._kept.move_to_end(place)
            return kept

    def _keep(self, place: Hashable, found: Kept) -> Kept:
        with self._lock:
            self._kept[place] = found
            self._kept.move_to_end(place)
            rows = sum(size(other) for other in self._kept.values())
            while rows > self._max_rows and len(self._kept) > 1:
                rows -= size(self._kept.popitem(last=False)[1])
        return found

    def _read(self, service: DomainService, hidden: str | None) -> Snapshot:
        """Five reads at once. The figures and the list come apart, so a change in between can make the list look short:
        it is cut off only if it looks so twice."""
        snapshot = self._read_once(service, hidden)
        if is_cut_off(snapshot):
            snapshot = self._read_once(service, hidden)
            if is_cut_off(snapshot):
                raise Unreachable("list the addresses: shorter than the server's own count")
        return snapshot

    def _read_once(self, service: DomainService, hidden: str | None) -> Snapshot:
        read_at = time.time()
        figures = self._pool.submit(service.figures)
        mailboxes = self._pool.submit(service.mailboxes)
        aliases = self._pool.submit(service.aliases)
        activesync = self._pool.submit(service.activesync)
        mapi = self._pool.submit(service.mapi)
        raise_first_failure([figures, mailboxes, aliases, activesync, mapi])
        rows = sorted(mailboxes.result(), key=BY_ADDRESS)
        hidden_address = f"{hidden}@{service.name}"
        return Snapshot(
            figures=figures.result(),
            # Lists, because a generator takes twice as long, and there may be 10,000 of them.
            mailboxes=tuple([mailbox for mailbox in rows if mailbox.address != hidden_address]),
            local=frozenset(map(BY_ADDRESS, rows)),
            aliases=tuple(sorted(aliases.result(), key=BY_ADDRESS)),
            activesync=activesync.result() - {hidden_address},
            mapi=mapi.result() - {hidden_address},
            read_at=read_at,
        )


def hits(texts: Sequence[str], words: tuple[str, ...]) -> bytes:
    first, *others = words
    found = bytes([first in text for text in texts])
    for word in others:
        found = bytes([hit and word in text for hit, text in zip(found, texts, strict=True)])
    return found


def is_cut_off(snapshot: Snapshot) -> bool:
    """Whether the server itself counts more. Of aliases only "none" is doubted: what their count covers is unknown."""
    figures = snapshot.figures
    return len(snapshot.local) < figures.mailboxes or (figures.aliases > 0 and not snapshot.aliases)


def raise_first_failure(reads: Sequence[Future[Any]]) -> None:
    """Wait for all; at the first failure give up what has not begun and raise it."""
    done, _ = wait(reads, return_when=FIRST_EXCEPTION)
    failures = [error for read in done if (error := read.exception())]
    if failures:
        for read in reads:
            read.cancel()
        raise failures[0]


def size(kept: Snapshot | Told[Any]) -> int:
    if isinstance(kept, Told):
        return (len(kept.value) if isinstance(kept.value, frozenset) else 0) + 1
    return len(kept.mailboxes) + len(kept.aliases) + 1
