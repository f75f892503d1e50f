"""Turns: of those who change a service's domain, in whatever process, one at a time."""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

from peewee import BigIntegerField, CharField, ForeignKeyField

from portal.store import connection
from portal.store.base import Table, now
from portal.store.history import LONGEST_CHANGE
from portal.store.services import Service

# Seconds that a turn lasts without a sign of life; whoever dies in the middle keeps others waiting no longer.
LASTS = 30
PATIENCE = 5  # seconds; far less than a time-out of a mail server
PAUSE = 0.05  # seconds


class Busy(Exception):
    """It stayed somebody else's turn."""


class Turn(Table):
    """Whose turn it is, and until when. The row stays: on MariaDB, deleting what others insert is a deadlock."""

    service = ForeignKeyField(Service, on_delete="CASCADE", primary_key=True)
    holder = CharField(max_length=32)
    until = BigIntegerField()


@contextmanager
def taken(service: Service, *, patience: float = PATIENCE, lasts: int = LASTS) -> Iterator[None]:
    """Hold the turn, without a transaction, for as long as this takes. Raise Busy when it did not come in time."""
    holder = secrets.token_hex(16)
    deadline = time.monotonic() + patience
    while not take(service, holder, lasts):
        if time.monotonic() >= deadline:
            raise Busy
        time.sleep(PAUSE)
    ended = Event()
    alive = Thread(target=_keep, args=(service, holder, lasts, ended), daemon=True)
    alive.start()
    try:
        yield
    finally:
        ended.set()
        alive.join()
        # What was done stays done; the turn then ends by itself.
        with suppress(*connection.Unavailable):
            release(service, holder)


def take(service: Service, holder: str, lasts: int = LASTS) -> bool:
    """Whether it is the holder's turn from now on."""
    end = now() + lasts
    query = Turn.update(holder=holder, until=end).where((Turn.service == service) & (Turn.until <= now()))
    if query.execute() == 1:
        return True
    first = Turn.insert(service=service, holder=holder, until=end).on_conflict_ignore()
    return bool(first.as_rowcount().execute() == 1)


def renew(service: Service, holder: str, lasts: int = LASTS) -> None:
    """Let the holder's turn last on. One that has ended does not come back."""
    Turn.update(until=now() + lasts).where(_is_turn_of(service, holder)).execute()


def release(service: Service, holder: str) -> None:
    """End the holder's turn, and nobody else's."""
    Turn.update(holder="", until=0).where(_is_turn_of(service, holder)).execute()


def _is_turn_of(service: Service, holder: str) -> object:
    return (Turn.service == service) & (Turn.holder == holder)


def _keep(service: Service, holder: str, lasts: int, ended: Event) -> None:
    """Give a sign of life until it has ended; after the longest change nobody is believed to be alive."""
    last = time.monotonic() + LONGEST_CHANGE
    try:
        while not ended.wait(lasts / 3) and time.monotonic() < last:
            with suppress(*connection.Unavailable):
                renew(service, holder, lasts)
    finally:
        connection.release()
