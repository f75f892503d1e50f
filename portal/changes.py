"""Records each change with its actor and result, has changes take turns, and tells every process of each."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import g

from portal import current, recording
from portal.mail import LimitReached
from portal.store import history, loans, services, turns
from portal.store.history import History


class NoMoreSold(LimitReached):
    """The seller may have no more mailboxes on this mail server; the customer can do nothing about it."""


@contextmanager
def turn() -> Iterator[None]:
    """Change what was read here before anybody else of this domain changes it: reading, comparing, writing is one step.

    Others wait a little, in every process. Raise Busy when it stayed somebody else's turn.
    """
    with turns.taken(current.service()):
        # What was changed while this request waited must not hide behind an older snapshot.
        current.service().generation = services.generation(current.service())
        yield


@contextmanager
def recorded(action: str, subject: str, **detail: Any) -> Iterator[dict[str, Any]]:
    """Write down a change before it is tried and how it ended: `done`, `refused`, or `unknown` when no answer came.

    The yielded dictionary is kept as the detail. The record stands before the first call, so a process that dies in
    the middle leaves `started` behind instead of nothing.
    """
    with recording.ending(_begin(action, subject, detail), current.service(), detail):
        yield detail


@contextmanager
def recorded_creation(action: str, subject: str, *, at_most: int, **detail: Any) -> Iterator[dict[str, Any]]:
    """The same for one more mailbox, of which the plan allows `at_most` (0 = any number). Raise LimitReached.

    The mail server counts what exists; our records count what other requests are creating at this moment. Where the
    seller may have no more on the mail server, that is written down for its staff. Raise NoMoreSold then.
    """
    while True:
        counted_at = current.service().generation
        exist = _mailboxes() if at_most else 0
        with _place(action, subject, detail):
            if services.generation(current.service()) == counted_at:
                if at_most and exist + history.in_progress(current.service(), action) >= at_most:
                    raise LimitReached("the plan's number of mailboxes")
                row = _begin(action, subject, detail)
                break
        current.service().generation = services.generation(current.service())
    with recording.ending(row, current.service(), detail):
        yield detail


@contextmanager
def _place(action: str, subject: str, detail: dict[str, Any]) -> Iterator[None]:
    try:
        with loans.place_for_mailbox(current.service()):
            yield
    except loans.Full as full:
        history.finish(_begin(action, subject, detail), "refused", detail | {"error": str(full)})
        raise NoMoreSold(str(full)) from None


def left_open(action: str, subject: str) -> History | None:
    """This session's own attempt whose end is not known, if nobody has tried the same since."""
    newest = history.newest(current.service(), action, subject)
    if newest is None or newest.session_id != g.visit.session.id:
        return None
    return newest if newest.result in history.OPEN_RESULTS else None


@contextmanager
def resumed(row: History, detail: dict[str, Any]) -> Iterator[None]:
    """Go on with a change whose end was not known; until all of it is done, it stays so and can be gone on with."""
    history.finish(row, row.result, detail)
    try:
        yield
    except BaseException:
        recording.end(row, current.service(), "unknown", detail)
        raise
    recording.end(row, current.service(), "done", detail)


def unfinished(action: str, subject: str) -> History | None:
    """This session's own attempt at the change whose end is not known."""
    return history.unfinished(g.visit.session, current.service(), action, subject)


def under_way(action: str, subject: str) -> bool:
    """Whether somebody's attempt at the change is still waiting for its end."""
    newest = history.newest(current.service(), action, subject)
    return newest is not None and newest.result == "started" and newest.at > time.time() - history.LONGEST_CHANGE


def was_lost(action: str, subject: str) -> bool:
    """Whether the newest attempt at the change, whoever's it is, ended without an answer."""
    newest = history.newest(current.service(), action, subject)
    return newest is not None and newest.result == "unknown"


def settle(row: History) -> None:
    """A change whose end was not known turned out to be done."""
    history.finish(row, "done", row.detail)


def _begin(action: str, subject: str, detail: dict[str, Any]) -> History:
    return recording.begin(current.service(), current.actor(), g.visit.session, action, subject, detail)


def _mailboxes() -> int:
    """How many mailboxes the mail server counts, the hidden admin apart."""
    return current.mail().figures().mailboxes - (1 if current.hidden() else 0)
