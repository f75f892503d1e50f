"""Where a domain's DKIM stands, as its cards show it: what the mail server says and what DNS holds, in one finding."""

from dataclasses import dataclass, replace

from portal import dkim
from portal.dkim_state import Findings, State, Status, Step
from portal.dns import Finding, Note, Verdict
from portal.mail import Dkim

ALIAS = Finding(Verdict.OFF, Note("alias"))
NOT_ANSWERED = Finding(Verdict.UNKNOWN, Note("not-answered"))


@dataclass(frozen=True, slots=True)
class Stand:
    """`status` is None where nothing is known of it: no answer of the mail server's, or a domain alias."""

    finding: Finding
    status: Status | None = None

    @property
    def state(self) -> str:
        """As `data-state` has it; empty where the mail server did not answer."""
        if self.status is None:
            return State.OFF if self.finding is ALIAS else ""
        return self.status.state


def stand(keys: Dkim, findings: Findings) -> Stand:
    """Where it stands by these. For a key that DNS shows by now, the mail server is made to look first."""
    status = dkim.status(dkim.noticed(keys, findings), findings)
    return Stand(_finding(status), status)


def _finding(status: Status) -> Finding:
    """What DNS holds, with the verdict and the reason for all of it."""
    held = status.finding or Finding(status.verdict, Note(status.state))
    reason, hints = held.reason, list(held.hints)
    if status.verdict in (Verdict.OK, Verdict.OFF):
        reason = Note(status.state)
    elif status.step is Step.VERIFY:
        reason = Note("not-noticed")
    if status.rotating:
        hints.insert(0, Note("new-key"))
    if status.retired is not None and status.step in (Step.KEEP_OLD, Step.REMOVE_OLD):
        hints.append(Note(status.step, {"selector": status.retired.selector}))
    return replace(held, verdict=status.verdict, reason=reason, hints=tuple(hints))
