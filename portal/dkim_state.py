"""What the mail server's word and DNS together mean for a domain's DKIM, and what comes next."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from portal.dns import Finding, Verdict
from portal.mail import Dkim, DkimKey

# What DNS holds of each key; of one that is not among them nothing is known.
Findings = Mapping[DkimKey, Finding]


class State(StrEnum):
    """As `data-state` has it."""

    OFF = "off"
    WAITING = "waiting"
    ACTIVE = "active"
    WRONG_KEY = "wrong-key"
    DISABLED = "disabled"


class Step(StrEnum):
    """What comes next, for the key of the status."""

    ENABLE = "enable"  # nothing waits: signing can be switched on
    PUBLISH = "publish"  # DNS has to hold the key; what it holds now is none, or another
    VERIFY = "verify"  # DNS holds the key, and the mail server has not noticed
    KEEP_OLD = "keep-old"  # the key was rotated: messages under way still need the record of the one before
    REMOVE_OLD = "remove-old"  # that record may go
    NONE = "none"


VERDICTS = {
    State.OFF: Verdict.OFF,
    State.WAITING: Verdict.MISSING,
    State.ACTIVE: Verdict.OK,
    State.WRONG_KEY: Verdict.WRONG,
    State.DISABLED: Verdict.OFF,
}


@dataclass(frozen=True, slots=True)
class Retired:
    """The key before the active one: its record stays published until then (unix seconds)."""

    selector: str
    until: int
    removable: bool


@dataclass(frozen=True, slots=True)
class Status:
    """`key` is the one that `step` is about, else the one in use; `finding` is what DNS holds of it.

    `rotating`: a new key waits beside the one in use. Where DNS could not be asked, the verdict is UNKNOWN and `state`
    is what the mail server says: that alone never makes a verdict of OK.
    """

    state: State
    verdict: Verdict
    step: Step
    key: DkimKey | None = None
    finding: Finding | None = None
    rotating: bool = False
    retired: Retired | None = None


def status_of(dkim: Dkim, findings: Findings, retired: Retired | None = None) -> Status:
    """ACTIVE with a verdict of OK only where the server found its active key in DNS and we do."""
    used = dkim.active or dkim.pending
    if used is None:
        return Status(State.OFF, Verdict.OFF, Step.ENABLE)
    # Before the first key is found in DNS, a server may well say that it does not sign.
    if dkim.active and dkim.signing is False:
        return Status(State.DISABLED, Verdict.OFF, Step.ENABLE, used, findings.get(used))
    state, verdict = _judged(dkim, _seen(findings, used))
    step, key = _next(dkim, findings, used, state)
    if step is Step.NONE and retired is not None:
        step = Step.REMOVE_OLD if retired.removable else Step.KEEP_OLD
    rotating = dkim.active is not None and dkim.pending is not None
    return Status(state, verdict, step, key, findings.get(key), rotating, retired)


def _judged(dkim: Dkim, seen: Verdict) -> tuple[State, Verdict]:
    if seen is Verdict.UNKNOWN:
        return (State.ACTIVE if dkim.validated else State.WAITING), Verdict.UNKNOWN
    if seen in (Verdict.WRONG, Verdict.CONFLICT):
        state = State.WRONG_KEY
    elif seen is Verdict.OK and dkim.validated:
        state = State.ACTIVE
    else:
        state = State.WAITING
    return state, VERDICTS[state]


def _next(dkim: Dkim, findings: Findings, used: DkimKey, state: State) -> tuple[Step, DkimKey]:
    """A new key that DNS holds comes first: with it nothing depends on the one before."""
    if dkim.pending and _seen(findings, dkim.pending) is Verdict.OK:
        return Step.VERIFY, dkim.pending
    if state is not State.ACTIVE:
        return (Step.VERIFY if _seen(findings, used) is Verdict.OK else Step.PUBLISH), used
    return (Step.PUBLISH, dkim.pending) if dkim.pending else (Step.NONE, used)


def _seen(findings: Findings, key: DkimKey) -> Verdict:
    return findings[key].verdict if key in findings else Verdict.UNKNOWN
