"""What the checks of every kind of mail server share: how each is named, tried, and what it may have seen."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from portal.mail import MailError, Refused
from portal.mail.checked import Checked, Standing

S = TypeVar("S")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Seen:
    """What a check saw."""

    standing: Standing
    text: str


def ok(text: str) -> Seen:
    return Seen(Standing.OK, text)


def noted(text: str) -> Seen:
    return Seen(Standing.NOTED, text)


def differs(text: str) -> Seen:
    return Seen(Standing.DIFFERS, text)


@dataclass(frozen=True, slots=True)
class Check(Generic[S]):
    name: str
    expected: str
    means: str
    look: Callable[[S], Seen]


def check(checks: list[Check[S]], name: str, *, expected: str, means: str) -> Callable[[Callable[[S], Seen]], None]:
    """Put the function into the list under that name."""
    return lambda look: checks.append(Check(name, expected, means, look))


def run(checks: Iterable[Check[S]], stage: S) -> Iterator[Checked]:
    for one in checks:
        try:
            seen = one.look(stage)
        except Refused as error:
            seen = differs(f"refused ({error})")
        except MailError as error:
            seen = Seen(Standing.UNKNOWN, f"no usable answer ({error})")
        yield Checked(one.name, seen.standing, one.expected, seen.text, one.means)


def run_and_remove(
    first: Iterable[Check[S]], then: Iterable[Check[S]], stage: S, removed: Callable[[S], Checked]
) -> Iterator[Checked]:
    """The first, and if all of them are good the rest; what they made is gone afterwards, or the last one tells."""
    told: list[Checked] = []
    try:
        for one in run(first, stage):
            told.append(one)
            yield one
        if all(one.good for one in told):
            yield from run(then, stage)
    finally:
        left = removed(stage)
        if not left.good:
            # Also when nobody is told any more, because it was interrupted.
            log.error("%s: %s", left.seen, left.means)
    yield left


def lacking(found: Mapping[str, Any], kinds: Mapping[str, type | tuple[type, ...]]) -> list[str]:
    """The fields that are not there, or not of their kind. A yes or no is no number."""
    return [
        name
        for name, kind in kinds.items()
        if not isinstance(found.get(name), kind) or (isinstance(found.get(name), bool) and not holds(kind, bool))
    ]


def holds(kind: type | tuple[type, ...], wanted: type) -> bool:
    return wanted in (kind if isinstance(kind, tuple) else (kind,))


def told(missing: Iterable[str]) -> Seen:
    """All of them, or which are lacking."""
    names = list(missing)
    return differs(f"lacking: {', '.join(names)}") if names else ok("all of them")
