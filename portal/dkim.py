"""The acts on a domain's DKIM, as its pages offer them: each in turn, recorded, safe to repeat.

Each returns what the mail server says afterwards, and raises Refused (nothing took effect), Unreachable (not known) or
Busy. Those that have nothing to do change and record nothing.
"""

from contextlib import suppress

from flask import g

from portal import changes, current, dkim_verification
from portal.dkim_state import Findings, Status, status_of
from portal.mail import Dkim, MailError, Refused
from portal.store.turns import Busy

ENABLE = "dkim.enable"
DISABLE = "dkim.disable"
ROTATE = "dkim.rotate"
CANCEL = "dkim.rotate-cancel"


class NotInUse(Refused):
    """There is no key in use that could be rotated."""


def read() -> Dkim:
    """What the mail server says now."""
    return current.mail().dkim()


def status(dkim: Dkim, found: Findings) -> Status:
    """What both together mean, and what comes next."""
    return status_of(dkim, found, dkim_verification.retired(current.service(), dkim))


def enable() -> Dkim:
    """Switch it on; without a key a new one is made, which waits to be published."""
    with changes.turn(), changes.recorded(ENABLE, current.domain()) as detail:
        after = current.mail().enable_dkim()
        detail["selector"] = after.keys[-1].selector
        return after


def disable() -> Dkim:
    """From now on messages are not signed."""
    with changes.turn(), changes.recorded(DISABLE, current.domain()):
        return current.mail().disable_dkim()


def rotate() -> Dkim:
    """Make a new key beside the one in use. Raise NotInUse."""
    with changes.turn():
        before = _in_use()
        if before.pending:
            return before
        with changes.recorded(ROTATE, current.domain()) as detail:
            after = current.mail().start_dkim_rotation()
            detail["selector"] = after.keys[-1].selector
            return after


def cancel_rotation() -> Dkim:
    """Drop the new key; the one in use stays. Raise NotInUse."""
    with changes.turn():
        before = _in_use()
        if not before.pending:
            return before
        with changes.recorded(CANCEL, current.domain(), selector=before.pending.selector):
            return current.mail().drop_dkim_rotation()


def verify() -> Dkim:
    """Have the mail server look for the key that waits, because a person wants it. Refused: it does not find it."""
    return dkim_verification.verified(current.service(), current.mail(), current.actor(), g.visit.session)


def noticed(dkim: Dkim, found: Findings) -> Dkim:
    """What is so after the portal had the server look for a key that DNS shows by now; as before where that failed."""
    with suppress(MailError, Busy):
        return dkim_verification.noticed(current.service(), current.mail(), dkim, found)
    return dkim


def _in_use() -> Dkim:
    """Raise NotInUse when DKIM is off, disabled, or its first key still waits."""
    found = read()
    if found.active is None or found.signing is False:
        raise NotInUse("there is no key in use")
    return found
