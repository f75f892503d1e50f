"""Brings what a service owns to its mail server and takes it away, so that each can be repeated where it broke off."""

from collections.abc import Sequence
from contextlib import suppress

from portal.mail import MailError, NameTaken, NotFound, Refused
from portal.mail.mailbox_service import MailboxService
from portal.store import owned
from portal.store.owned import ALIAS, ASKED, CLAIMED, HELD, LEAVING, MAY_BE_THERE, PARKED
from portal.store.services import Owned, Service

# Whosever it is: a seller's staff reads this too.
IN_USE = "{}: it is in use on the mail server"


def bring(mail: MailboxService, row: Owned, destinations: Sequence[str] | None = None) -> None:
    """Have it there, leading where it says. Nobody else changes it meanwhile.

    Raise NameTaken for what stands there and is not ours. What was claimed just now is let go of when it is refused;
    what the service had before stays its own, and missing.
    """
    if destinations is None:
        destinations = row.destinations
    # Of what was not asked for yet, what is there is somebody else's.
    if row.state in (CLAIMED, PARKED) or not is_there(mail, row):
        _create(mail, row, destinations)
    if row.kind != ALIAS:
        _fill(mail, row, destinations)
    if row.state != HELD or row.destinations != list(destinations):
        owned.become(row, HELD, destinations=destinations)


def tidy(mail: MailboxService, service: Service) -> None:
    """Finish what broke off, and takes up names and places of the plan. Nobody else changes the service meanwhile."""
    for row in owned.of(service):
        if row.state in (CLAIMED, LEAVING):
            with suppress(Refused):
                take_away(mail, row)


def take_away(mail: MailboxService, row: Owned) -> None:
    """Remove it for good and let go of it."""
    if row.state in MAY_BE_THERE:
        owned.become(row, LEAVING)
        remove(mail, row)
    owned.release(row)


def remove(mail: MailboxService, row: Owned) -> None:
    """Remove it from the mail server; nothing is to be done where it is gone."""
    delete = mail.delete_alias if row.kind == ALIAS else mail.delete_list
    with suppress(NotFound):
        delete(row.name)


def is_there(mail: MailboxService, row: Owned) -> bool:
    """Whether the mail server has one of that kind and name, whosever it is."""
    if row.kind == ALIAS:
        return any(alias.address == row.address for alias in mail.aliases())
    return row.address in mail.lists()


def _create(mail: MailboxService, row: Owned, destinations: Sequence[str]) -> None:
    before = row.state
    try:
        # What was free when it was asked for may have come since, from that very call.
        if before != ASKED and not mail.is_free(row.name):
            raise NameTaken(IN_USE.format(row.address))
        owned.become(row, ASKED, destinations=destinations)
        if row.kind == ALIAS:
            mail.create_alias(row.name, destinations[0])
        else:
            mail.create_list(row.name)
    except MailError as error:
        if isinstance(error, NameTaken) and before == ASKED and is_there(mail, row):
            return
        if row.state == CLAIMED or (before == CLAIMED and isinstance(error, Refused)):
            owned.release(row)
        elif row.state == ASKED and isinstance(error, Refused):
            # What stands there now, if anything does, is not ours.
            owned.become(row, PARKED)
        raise


def _fill(mail: MailboxService, row: Owned, wanted: Sequence[str]) -> None:
    """Have these in the list too: all that can be, before what cannot is told."""
    present = mail.members(row.name)
    refusal = None
    for member in wanted:
        if member not in present:
            try:
                mail.add_member(row.name, member)
            except Refused as error:
                refusal = error
    if refusal is not None:
        raise refusal
