"""Has the mail server look for a DKIM key that DNS shows by now: for a person, for a page, for the DNS watch."""

import time

from portal.dkim_state import Findings, Retired, State, Step, status_of
from portal.dns import Answers, Pending
from portal.dns.dkim import judge
from portal.mail import Dkim, DkimKey, DomainService, Refused
from portal.recording import recorded
from portal.store import history, turns
from portal.store.history import Actor
from portal.store.services import Service
from portal.store.sessions import Session

VERIFY = "dkim.verify"  # the pending key comes into use
RECHECK = "dkim.recheck"  # the active key is looked for again
# Seconds after which the portal by itself asks again a server that did not find the key: DNS takes its time to spread.
PAUSE = 600
DAY = 86400
# How long the record of a replaced key is to stay, and how long its owner is told that it may go.
KEEP_OLD = 7 * DAY
MENTION_OLD = 30 * DAY


def judge_keys(answers: Answers, domain: str, dkim: Dkim) -> Findings:
    """The judge of all keys of a domain, for `Lookup`: they are looked up beside one another."""
    found, pending = {}, None
    for key in dkim.keys:
        try:
            found[key] = judge(answers, domain, key.selector, key.public_key)
        except Pending as error:
            pending = error
    if pending is not None:
        raise pending
    return found


def verified(
    service: Service,
    mail: DomainService,
    actor: Actor,
    session: Session | None = None,
    *,
    patience: float = turns.PATIENCE,
) -> Dkim:
    """Have the server look for the key that waits, and record it; what it says afterwards.

    Nothing is sent when none waits any more, or DKIM was disabled. Refused: it does not find it. Raise Busy too, after
    `patience` seconds.
    """
    with turns.taken(service, patience=patience):
        before = mail.dkim()
        key = waiting(before)
        if key is None:
            return before
        action, detail = RECHECK, {"selector": key.selector}
        if key is before.pending:
            action = VERIFY
            if before.active:
                detail["replaced"] = before.active.selector
        with recorded(service, actor, session, action, service.name, **detail):
            after = mail.verify_dkim()
            if not after.validated:
                raise Refused("verify DKIM: accepted, but the key is not validated")
            return after


def noticed(service: Service, mail: DomainService, dkim: Dkim, found: Findings) -> Dkim:
    """The same by the portal itself, because of what DNS shows, unless the server did not find the key a while ago.

    Raise Refused, Unreachable and Busy only where something was tried.
    """
    _settle(service, dkim)
    if status_of(dkim, found).step is not Step.VERIFY or _tried_lately(service, dkim):
        return dkim
    # Whoever is at it does the same, or something of which the next look will tell.
    return verified(service, mail, history.AUTOMATIC, patience=0)


def waiting(dkim: Dkim) -> DkimKey | None:
    """The key that the server has still to find in DNS."""
    if status_of(dkim, {}).state in (State.OFF, State.DISABLED):
        return None
    return dkim.pending or (None if dkim.validated else dkim.active)


def retired(service: Service, dkim: Dkim) -> Retired | None:
    """The key that was replaced by the active one, for as long as its record is worth a word."""
    row = history.newest(service, VERIFY, service.name)
    if row is None or row.result != "done" or dkim.active is None or row.at + MENTION_OLD < time.time():
        return None
    if row.detail.get("selector") != dkim.active.selector or not row.detail.get("replaced"):
        return None
    until = row.at + KEEP_OLD
    return Retired(row.detail["replaced"], until, removable=until <= time.time())


def _settle(service: Service, dkim: Dkim) -> None:
    """An attempt whose answer was lost turned out to have worked."""
    row = history.newest(service, VERIFY, service.name)
    if row is None or row.result not in history.OPEN_RESULTS or dkim.active is None or not dkim.validated:
        return
    # One that has just begun will be ended by whoever began it.
    is_over = row.result == "unknown" or row.at < time.time() - history.LONGEST_CHANGE
    if is_over and row.detail.get("selector") == dkim.active.selector:
        history.finish(row, "done", row.detail)


def _tried_lately(service: Service, dkim: Dkim) -> bool:
    key = waiting(dkim)
    if key is None:
        return True
    action = VERIFY if key is dkim.pending else RECHECK
    row = history.latest(service, action, service.name)
    since = time.time() - PAUSE
    return row is not None and row.result == "refused" and row.detail.get("selector") == key.selector and row.at > since
