"""Which rows of the address list a query shows: search, filters, order, page. Pure functions of what was read."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import compress, islice
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from portal.mail import Alias, Mailbox
from portal.mail.directory import Entry, Forwarding, Row, Snapshot

S = TypeVar("S")
T = TypeVar("T")

PER_PAGE = 50
LONGEST_SEARCH = 200
FOREMOST = 2

# Before every time, NEVER included.
UNKNOWN = float("-inf")

SORT_KEYS: Mapping[str, Callable[[Entry], Any]] = {
    "address": lambda entry: entry.address,
    "size": lambda entry: entry.used if isinstance(entry, Mailbox) and entry.used is not None else -1,
    "last": lambda entry: entry.last_login.timestamp() if isinstance(entry, Mailbox) and entry.last_login else UNKNOWN,
}
# The addresses that each filter lets through.
FILTERS: Mapping[str, Callable[[Snapshot], Collection[str]]] = {
    "mailbox": lambda snapshot: snapshot.by_address.keys(),
    "forward": lambda snapshot: {alias.address for alias in snapshot.forwards},
    "eas": lambda snapshot: snapshot.by_address.keys() & snapshot.activesync,
    "mapi": lambda snapshot: snapshot.by_address.keys() & snapshot.mapi,
    "disabled": lambda snapshot: {mailbox.address for mailbox in snapshot.mailboxes if not mailbox.enabled},
}


@dataclass(frozen=True, slots=True)
class Query:
    """What the address asks to see. Empty text means "no filter"; `sort` begins with `-` for descending."""

    q: str = ""
    type: str = ""
    protocol: str = ""
    state: str = ""
    sort: str = "address"
    page: int = 1

    @classmethod
    def parse(cls, values: Mapping[str, str]) -> "Query":
        """Read an address's parameters. What has no meaning is left out, so that a mistyped address shows the list."""
        sort = values.get("sort", "address")
        page = values.get("page", "1")
        return cls(
            q=values.get("q", "").strip()[:LONGEST_SEARCH],
            type=_one_of(values.get("type", ""), "mailbox", "forward"),
            protocol=_one_of(values.get("protocol", ""), "eas", "mapi"),
            state=_one_of(values.get("state", ""), "disabled"),
            sort=sort if sort.removeprefix("-") in SORT_KEYS else "address",
            page=int(page) if page.isascii() and page.isdigit() and len(page) < 8 and int(page) > 0 else 1,
        )

    def string(self, *, refresh: int = 0, forwarding: int = 0, **changed: Any) -> str:
        """The same as a query string, "" or with its question mark."""
        asked = {name: 1 for name, on in (("refresh", refresh), ("forwarding", forwarding)) if on}
        parameters = asked | self.parameters(**changed)
        return f"?{urlencode(parameters)}" if parameters else ""

    def parameters(self, **changed: Any) -> dict[str, Any]:
        """The parameters of this query with some changed and defaults left out; page 1 unless that is changed too."""
        wanted = {"page": 1} | changed
        return {
            name: value
            for name, standard in STANDARD.items()
            if (value := wanted.get(name, getattr(self, name))) != standard
        }


STANDARD: Mapping[str, Any] = {field.name: field.default for field in fields(Query)}


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """The rows to show, and where they stand: `first` to `last` of `total`, on page `number` of `pages`."""

    rows: Sequence[T]
    total: int
    number: int
    pages: int

    @property
    def first(self) -> int:
        return (self.number - 1) * PER_PAGE + 1 if self.total else 0

    @property
    def last(self) -> int:
        return min(self.number * PER_PAGE, self.total)


AddressPage = Page[Row]


@dataclass(frozen=True, slots=True)
class Hits(Generic[T]):
    """What a search found: those of the entries that have a 1 in `hits`, looked up only as far as they are shown."""

    entries: Sequence[T]
    hits: bytes

    def __len__(self) -> int:
        return self.hits.count(1)

    def __iter__(self) -> Iterator[T]:
        return compress(self.entries, self.hits)

    def __getitem__(self, part: slice) -> Sequence[T]:
        return list(islice(self, part.start, part.stop))


def page(snapshot: Snapshot, query: Query, forwarding: Forwarding) -> AddressPage:
    """The page of rows that the query asks for; beyond the last page, the last one."""
    return _cut(_found(snapshot, query, forwarding), query.page, lambda entry: snapshot.row(entry, forwarding))


def rows(snapshot: Snapshot, query: Query, forwarding: Forwarding) -> Iterator[Row]:
    """The rows of all pages."""
    return (snapshot.row(entry, forwarding) for entry in _found(snapshot, query, forwarding))


def unsearched(snapshot: Snapshot, query: Query, forwarding: Forwarding) -> int:
    """How many mailboxes the query's words may be missing, because it is not known where they forward to."""
    if not query.q or query.type == "forward":
        return 0
    return len(snapshot.mailboxes) - sum(map(snapshot.by_address.__contains__, forwarding))


def foremost(names: tuple[str, ...], query: Query) -> tuple[str, ...]:
    """The first of these names, those that were searched for before the others."""
    if len(names) <= FOREMOST:
        return names
    words = query.q.casefold().split()
    return tuple(sorted(names, key=lambda name: not any(word in name.casefold() for word in words))[:FOREMOST])


def _found(snapshot: Snapshot, query: Query, forwarding: Forwarding) -> Sequence[Entry] | Hits[Entry]:
    found: Sequence[Entry] | Hits[Entry] = snapshot.entries
    if words := tuple(query.q.casefold().split()):
        found = Hits(snapshot.entries, _hits(snapshot, words, forwarding))
    elif query.sort != "address":
        found = snapshot.once(query.sort, lambda snapshot: _ordered(snapshot.entries, query.sort))
    for name in filter(None, (query.type, query.protocol, query.state)):
        addresses = _let_through(snapshot, name)
        found = [entry for entry in found if entry.address in addresses]
    return _ordered(found, query.sort) if words and query.sort != "address" else found


def _hits(snapshot: Snapshot, words: tuple[str, ...], forwarding: Forwarding) -> bytes:
    """A byte for each of the entries: 1 where every word stands in its text or in where it forwards to, else 0."""
    hits = bytearray(snapshot.holding(words))
    for address, destinations in forwarding.items():
        if destinations and (place := snapshot.places.get(address)) is not None:
            text = "\n".join((snapshot.texts[place], *destinations)).casefold()
            hits[place] = all(word in text for word in words)
    return bytes(hits)


def _ordered(entries: Iterable[Entry], sort: str) -> Sequence[Entry]:
    return sorted(entries, key=SORT_KEYS[sort.removeprefix("-")], reverse=sort.startswith("-"))


def _let_through(snapshot: Snapshot, name: str) -> Collection[str]:
    return snapshot.once(name, FILTERS[name])


def alias_page(snapshot: Snapshot, query: Query) -> Page[Alias]:
    """The page of all aliases, forwards too, that the query's words and page ask for."""
    found: Sequence[Alias] = snapshot.aliases
    for word in query.q.casefold().split():
        found = [alias for alias in found if word in "\n".join((alias.address, *alias.targets)).casefold()]
    return cut(found, query.page)


def counts(snapshot: Snapshot) -> dict[str, int]:
    """How many rows each filter alone would show."""
    return {name: len(_let_through(snapshot, name)) for name in FILTERS}


def cut(found: Sequence[S], wanted: int) -> Page[S]:
    """A page of all of these; beyond the last page, the last one."""
    return _cut(found, wanted, lambda row: row)


def _cut(found: Sequence[S] | Hits[S], wanted: int, shown: Callable[[S], T]) -> Page[T]:
    pages = max(1, -(-len(found) // PER_PAGE))
    number = min(wanted, pages)
    rows = [shown(entry) for entry in found[(number - 1) * PER_PAGE : number * PER_PAGE]]
    return Page(rows, len(found), number, pages)


def _one_of(value: str, *words: str) -> str:
    return value if value in words else ""
