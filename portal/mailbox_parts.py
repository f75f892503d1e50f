"""What the page of a mailbox shows and saves: its settings, aliases, forwarding, ActiveSync and MAPI, part by part."""

import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import msgspec

from portal import alias_graph, changes, current
from portal.mail import Alias, Forwarding, Mailbox, MailError, NotFound, Refused
from portal.store import protocols

T = TypeVar("T")

MB = 2**20
# Of a part of more calls than this it is not told how far a failed save came: each is one more state to remember.
MOST_STEPS = 100


@dataclass(frozen=True, slots=True)
class State:
    """A mailbox as it is. A part that could not be read is None, and is neither shown nor saved.

    `aliases` are names of aliases that lead here, those that lead to everyone apart; `every_alias` are the domain's.
    """

    mailbox: Mailbox
    aliases: tuple[str, ...] | None
    forwarding: Forwarding | None
    eas: bool | None
    mapi: bool | None
    every_alias: Sequence[Alias] | None

    @property
    def display_name(self) -> str:
        """As a field for one line of text holds it."""
        return self.mailbox.display_name.replace("\r", "").replace("\n", "").strip()

    @property
    def seen(self) -> str:
        """A digest of the values a form shows: if they are others when it comes back, somebody else changed them."""
        mailbox = self.mailbox
        shown = (
            self.display_name,
            megabytes(mailbox.limit),
            self.aliases,
            self.forwarding,
            self.eas,
            self.mapi,
        )
        return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a save has to change; None = that part is as it should be."""

    settings: dict[str, Any] | None = None
    aliases: tuple[tuple[str, ...], tuple[str, ...]] | None = None  # to add, to drop
    forwarding: Forwarding | None = None
    eas: bool | None = None
    mapi: bool | None = None

    @property
    def parts(self) -> list[str]:
        """The names of the parts to change, in the order in which they are saved."""
        return [part for part in PARTS if getattr(self, part) is not None]


ACTIONS = {
    "settings": "mailbox.change",
    "aliases": "mailbox.aliases",
    "forwarding": "mailbox.forwarding",
    "eas": "mailbox.eas",
    "mapi": "mailbox.mapi",
}
PARTS = tuple(ACTIONS)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the save of one part ended: `done`, `refused`, `unknown` when no answer came, or `untried`."""

    part: str
    result: str


def megabytes(limit: int) -> int:
    """A limit in whole MB, rounded up, so that a small limit is never shown as none."""
    return -(-limit // MB)


def read(name: str) -> State:
    """The mailbox with all its parts, read at once. Raises what reading the mailbox itself raises.

    What a list that was read just now tells is not asked again; without one, only what this page needs is asked.
    """
    mail, ask, held = current.mail(), current.connections().pool.submit, current.held()
    mailbox, forwarding = ask(mail.mailbox, name), ask(mail.forwarding, name)
    aliases: Sequence[Alias] | None
    activesync: frozenset[str] | None
    mapi: frozenset[str] | None
    if held is not None:
        aliases, activesync, mapi = held.aliases, held.activesync, held.mapi
    else:
        asked = ask(mail.aliases), ask(mail.activesync), ask(mail.mapi)
        aliases, activesync, mapi = _or_none(asked[0]), _or_none(asked[1]), _or_none(asked[2])
    found = mailbox.result()
    address = found.address
    return State(
        mailbox=found,
        aliases=None if aliases is None else alias_graph.names_of(aliases, address),
        forwarding=_or_none(forwarding),
        eas=None if activesync is None else address in activesync,
        mapi=None if mapi is None else address in mapi,
        every_alias=aliases,
    )


def save(state: State, wanted: Wanted) -> list[Outcome]:
    """Change one part after another. What fails is reported, keeps no other part from being saved, and can be repeated.

    After a time-out nothing more is tried: whoever waits has waited long enough.
    """
    outcomes: list[Outcome] = []
    for part in wanted.parts:
        if any(outcome.result == "unknown" for outcome in outcomes):
            outcomes.append(Outcome(part, "untried"))
        else:
            outcomes.append(Outcome(part, _result(part, state, wanted)))
    return outcomes


def stop_forwarding(address: str, destination: str) -> None:
    """Have the mailbox no longer forward there; where else it forwards to stays, and so does how. Safe to repeat.

    As with aliases, whoever calls it holds the turn.
    """
    try:
        present = current.mail().forwarding(address.rpartition("@")[0])
    except NotFound:
        return
    others = tuple(other for other in present.destinations if other != destination)
    if others != present.destinations:
        _set_forwarding(address, replace(present, destinations=others))


def possible(state: State, wanted: Wanted, outcomes: Sequence[Outcome]) -> list[State]:
    """How the mailbox may be after such a save, what is known alone first: one way, but for what is not known."""
    states = [state]
    for outcome in outcomes:
        if outcome.result == "done":
            states = [_applied(each, wanted, outcome.part)[-1] for each in states]
        elif outcome.result in ("unknown", "refused"):
            # A change of several calls may have stopped between two of them.
            states = [after for each in states for after in (each, *_applied(each, wanted, outcome.part))]
    return states


def _applied(state: State, wanted: Wanted, part: str) -> list[State]:
    """The state after each call of a part (of very many: only after all of them), the last one when all is done."""
    if part == "settings":
        changed = wanted.settings or {}
        limit = changed["limit_mb"] * MB if "limit_mb" in changed else state.mailbox.limit
        name = changed.get("display_name", state.mailbox.display_name)
        return [replace(state, mailbox=msgspec.structs.replace(state.mailbox, display_name=name, limit=limit))]
    if part == "aliases":
        add, drop = wanted.aliases or ((), ())
        present, steps = set(state.aliases or ()), len(add) + len(drop)
        ends = range(1, steps + 1) if steps <= MOST_STEPS else (steps,)
        names = [tuple(sorted((present | {*add[:end]}) - {*drop[: max(0, end - len(add))]})) for end in ends]
        return [replace(state, aliases=each, every_alias=None) for each in names]
    return [replace(state, **{part: getattr(wanted, part)})]


def _or_none(read: "Future[T]") -> T | None:
    try:
        return read.result()
    except MailError:
        return None


def _result(part: str, state: State, wanted: Wanted) -> str:
    try:
        SAVE[part](state, wanted)
    except Refused:
        return "refused"
    except MailError:
        return "unknown"
    return "done"


def _save_settings(state: State, wanted: Wanted) -> None:
    changed = wanted.settings or {}
    with changes.recorded(ACTIONS["settings"], state.mailbox.address, **changed):
        current.mail().change_mailbox(
            state.mailbox.name,
            display_name=changed.get("display_name"),
            limit=changed["limit_mb"] * MB if "limit_mb" in changed else None,
        )


def _save_aliases(state: State, wanted: Wanted) -> None:
    add, drop = wanted.aliases or ((), ())
    address = state.mailbox.address
    with changes.recorded(ACTIONS["aliases"], address, added=list(add), removed=list(drop)):
        for name in add:
            alias_graph.attach(current.mail(), name, address)
        for name in drop:
            alias_graph.detach(current.mail(), name, address)


def _save_forwarding(state: State, wanted: Wanted) -> None:
    _set_forwarding(state.mailbox.address, wanted.forwarding or Forwarding())


def _set_forwarding(address: str, new: Forwarding) -> None:
    detail = {
        "targets": list(new.destinations),
        "delete_after": new.delete_after,
        "keep_sender": new.keep_sender,
    }
    with changes.recorded(ACTIONS["forwarding"], address, **detail):
        current.mail().set_forwarding(address.rpartition("@")[0], new)


def _save_eas(state: State, wanted: Wanted) -> None:
    with changes.recorded(ACTIONS["eas"], state.mailbox.address, on=wanted.eas):
        current.mail().set_activesync(state.mailbox.name, bool(wanted.eas))
        protocols.switched(current.service(), state.mailbox.address, protocols.EAS, bool(wanted.eas))


def _save_mapi(state: State, wanted: Wanted) -> None:
    with changes.recorded(ACTIONS["mapi"], state.mailbox.address, on=wanted.mapi):
        current.mail().set_mapi(state.mailbox.name, bool(wanted.mapi))
        protocols.switched(current.service(), state.mailbox.address, protocols.MAPI, bool(wanted.mapi))


SAVE: dict[str, Callable[[State, Wanted], None]] = {
    "settings": _save_settings,
    "aliases": _save_aliases,
    "forwarding": _save_forwarding,
    "eas": _save_eas,
    "mapi": _save_mapi,
}
