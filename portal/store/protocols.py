"""Protocols: for which mailbox EAS and MAPI were on, and when, told by events that are added and never changed.

An event is written only when it changes what is recorded, under the lock of its service: so those of one mailbox and
protocol take turns being on and off, the first is on, and the later of two never took effect before the earlier one.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from peewee import (
    BigIntegerField,
    BooleanField,
    CharField,
    CompositeKey,
    ForeignKeyField,
    IntegerField,
    MySQLDatabase,
    chunked,
    fn,
)

from portal.store.base import Table, now
from portal.store.connection import database, exclusive
from portal.store.prepared import Prepared
from portal.store.services import OPEN_STATUS, Service

EAS = "eas"
MAPI = "mapi"
LONGEST_ADDRESS = 320
AT_ONCE = 500  # rows of one INSERT

# Where an event comes from.
PORTAL = "portal"  # a change made here that the mail server confirmed
SERVER = "server"  # found changed on the mail server
REGISTRATION = "registration"  # found when the service was read for the first time
SUSPENSION = "suspension"  # the service is not open any more
UNSUSPENSION = "unsuspension"
DELETION = "deletion"  # of the mailbox, made here and confirmed

# A mailbox's address (whole, lower-case) and a protocol.
Pair = tuple[str, str]
# From when to when it was on (unix seconds); None = it goes on.
Spans = tuple[tuple[int, int | None], ...]


class ProtocolEvent(Table):
    """It was switched: `at` is since when that counts, as far as known, `seen_at` when we learnt of it (unix seconds).

    `number` counts the events of a service.
    """

    service = ForeignKeyField(Service, index=False)
    number = IntegerField()
    address = CharField(max_length=LONGEST_ADDRESS)
    protocol = CharField(max_length=8)
    on = BooleanField()
    at = BigIntegerField()
    seen_at = BigIntegerField()
    source = CharField(max_length=16)

    class Meta:
        primary_key = CompositeKey("service", "number")
        indexes = ((("service", "at"), False),)


class ProtocolState(Table):
    """The newest event of a mailbox and protocol, so that nobody has to look for it."""

    service = ForeignKeyField(Service, index=False)
    address = CharField(max_length=LONGEST_ADDRESS)
    protocol = CharField(max_length=8)
    on = BooleanField()
    at = BigIntegerField()
    source = CharField(max_length=16)
    number = IntegerField()

    class Meta:
        primary_key = CompositeKey("service", "address", "protocol")


def count(service: Service) -> int:
    """How many events of the service are recorded."""
    [row] = _COUNT.all(service.id)
    return int(row.number or 0)


def switched(service: Service, address: str, protocol: str, on: bool) -> None:
    """Record that it was just switched here, and that the mail server confirmed it."""
    with exclusive(service):
        states = _told(_STATES_OF.all(service.id, address.lower()))
        _record(service, {(address.lower(), protocol): on}, source=PORTAL, at=now(), states=states)


def deleted(service: Service, address: str) -> None:
    """Record that the mailbox was just deleted, and that the mail server confirmed it."""
    with exclusive(service):
        states = _told(_STATES_OF.all(service.id, address.lower()))
        _record(service, dict.fromkeys(states, False), source=DELETION, at=now(), states=states)


def follow_status(service: Service) -> None:
    """Let protocols count as off while the service is not open, since it was registered so, and as before after that.

    What has been recorded already stays as it is.
    """
    with exclusive(service):
        follow(service)


def follow(service: Service) -> int:
    """The same inside the caller's transaction, which is exclusive to the service; how many events it took."""
    states = _told(_STATES.all(service.id))
    if service.status == OPEN_STATUS:
        wanted = {pair: True for pair, state in states.items() if not state.on and state.source == SUSPENSION}
        return _record(service, wanted, source=UNSUSPENSION, at=service.changed, states=states)
    wanted = {pair: False for pair, state in states.items() if state.on}
    return _record(service, wanted, source=SUSPENSION, at=service.changed, states=states)


def ended(service: Service) -> None:
    """Record that its domain is gone, and every mailbox with it: nothing of it comes back if it is created anew.

    Inside the caller's transaction, which is exclusive to the service.
    """
    states = _told(_STATES.all(service.id))
    wanted = {pair: False for pair, state in states.items() if state.on}
    _record(service, wanted, source=DELETION, at=now(), states=states)
    paused = (ProtocolState.service == service) & (ProtocolState.source == SUSPENSION)
    ProtocolState.update(source=DELETION).where(paused).execute()


def compare(service: Service, found: Mapping[str, Collection[str]], *, read_at: int, known: int, source: str) -> int:
    """Record how the mail server's lists, by protocol, differ from what is recorded; how many events it took.

    The lists were read at `read_at`, after `known` events were counted. What was recorded meanwhile may be newer than
    they are, and stays. Inside the caller's transaction, which is exclusive to the service.
    """
    states = _told(_STATES.all(service.id))
    on = {(address.lower(), protocol) for protocol, addresses in found.items() for address in addresses}
    recorded = {pair for pair, state in states.items() if state.on and pair[1] in found}
    newer = {pair for pair, state in states.items() if state.number > known}
    wanted = {pair: pair in on for pair in (on ^ recorded) - newer if _fits(pair[0])}
    return _record(service, wanted, source=source, at=read_at, states=states)


def on_at(service: Service, at: int) -> frozenset[Pair]:
    """What was on at that time (unix seconds)."""
    on_now = _on_now(service)
    return _on_before(on_now, _events(service, at + 1))


def between(service: Service, since: int, until: int, known: int | None = None) -> dict[Pair, Spans]:
    """When what was on within this window (unix seconds, its end left out), in order.

    What was on before begins with the window, and what is on at its end goes on. The events since the window's
    beginning and what is on now are all that is read. As it was known when only `known` events were recorded, if given:
    some are seen later than they count from.
    """
    # In this order, so that what is recorded between the two is told by its event.
    on_now = _on_now(service)
    changes = _events(service, since, known)
    found: dict[Pair, list[tuple[int, int | None]]] = {}
    for pair, on, at, number in changes:
        spans = found.get(pair)
        if spans is None:
            # The first of each says that it was not so before.
            spans = found[pair] = [] if on else [(since, None)]
        if at >= until or (known is not None and number > known):
            continue
        if on:
            # Off and on again in the same second is no pause.
            spans.append((spans.pop()[0] if spans and spans[-1][1] == at else at, None))
        else:
            began = spans.pop()[0]
            if at > began:
                spans.append((began, at))
    throughout: Spans = ((since, None),)
    switched_within = {pair: tuple(spans) for pair, spans in found.items() if spans}
    return dict.fromkeys(on_now - found.keys(), throughout) | switched_within


def events(service: Service, since: int, until: int) -> list[ProtocolEvent]:
    """What was recorded of this window, oldest first."""
    of_window = (ProtocolEvent.at >= since) & (ProtocolEvent.at < until)
    query = ProtocolEvent.select().where((ProtocolEvent.service == service) & of_window)
    return list(query.order_by(ProtocolEvent.number))


def _told(rows: Iterable[ProtocolState]) -> dict[Pair, ProtocolState]:
    return {(row.address, row.protocol): row for row in rows}


def _events(service: Service, since: int, known: int | None = None) -> Iterator[tuple[Pair, bool, int, int]]:
    """What was switched since then, when, and its event's number, in order; and all that was recorded after `known`.

    It is read at once.
    """
    rows = _EVENTS_SINCE.rows(service.id, since) if known is None else _EVENTS_TOO.rows(service.id, since, known)
    return (((address, protocol), bool(on), at, number) for address, protocol, on, at, number in rows)


def _on_now(service: Service) -> set[Pair]:
    return set(_ON_NOW.rows(service.id))


def _on_before(on_now: Collection[Pair], changes: Iterable[tuple[Pair, bool, int, int]]) -> frozenset[Pair]:
    """What was on before all of these changes: the first of each says that it was not so before."""
    first: dict[Pair, bool] = {}
    for pair, on, _at, _number in changes:
        first.setdefault(pair, on)
    return frozenset({*on_now} - first.keys() | {pair for pair, on in first.items() if not on})


def _record(
    service: Service, wanted: Mapping[Pair, bool], *, at: int, source: str, states: Mapping[Pair, ProtocolState]
) -> int:
    """Add an event for each that is not recorded so. Inside a transaction that is exclusive to the service."""
    never = ProtocolState(on=False, at=0)
    before = {pair: states.get(pair, never) for pair in sorted(wanted)}
    changes = [(pair, state) for pair, state in before.items() if state.on != wanted[pair]]
    if not changes:
        return 0
    number, seen_at = count(service), now()
    rows: list[dict[str, Any]] = [
        {
            "service": service.id,
            "number": number + place,
            "address": pair[0],
            "protocol": pair[1],
            "on": wanted[pair],
            # A clock that was set back must not have it end before it began.
            "at": max(at, state.at),
            "seen_at": seen_at,
            "source": source,
        }
        for place, (pair, state) in enumerate(changes, start=1)
    ]
    row = ProtocolState
    target = (
        {} if isinstance(database.obj, MySQLDatabase) else {"conflict_target": [row.service, row.address, row.protocol]}
    )
    for some in chunked(rows, AT_ONCE):
        ProtocolEvent.insert_many(some).execute()
        newest = [{name: value for name, value in event.items() if name != "seen_at"} for event in some]
        row.insert_many(newest).on_conflict(preserve=[row.on, row.at, row.source, row.number], **target).execute()
    return len(rows)


def _fits(address: str) -> bool:
    """Whether databases can hold it: nothing that does not is an address."""
    return len(address) <= LONGEST_ADDRESS and "\0" not in address


_COUNT = Prepared(
    lambda service: ProtocolEvent.select(fn.MAX(ProtocolEvent.number).alias("number")).where(
        ProtocolEvent.service == service
    )
)
_SWITCHED = (ProtocolEvent.address, ProtocolEvent.protocol, ProtocolEvent.on, ProtocolEvent.at, ProtocolEvent.number)
_EVENTS_SINCE = Prepared(
    lambda service, since: (
        ProtocolEvent.select(*_SWITCHED)
        .where((ProtocolEvent.service == service) & (ProtocolEvent.at >= since))
        .order_by(ProtocolEvent.number)
    )
)
_EVENTS_TOO = Prepared(
    lambda service, since, known: (
        ProtocolEvent.select(*_SWITCHED)
        .where((ProtocolEvent.service == service) & ((ProtocolEvent.at >= since) | (ProtocolEvent.number > known)))
        .order_by(ProtocolEvent.number)
    )
)
_ON_NOW = Prepared(
    lambda service: ProtocolState.select(ProtocolState.address, ProtocolState.protocol).where(
        (ProtocolState.service == service) & ProtocolState.on
    )
)
_STATES = Prepared(lambda service: ProtocolState.select().where(ProtocolState.service == service))
_STATES_OF = Prepared(
    lambda service, address: ProtocolState.select().where(
        (ProtocolState.service == service) & (ProtocolState.address == address)
    )
)
