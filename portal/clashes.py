"""Whose a name is that somebody wants to give to something new: mailboxes, aliases, forwards and lists share them."""

from flask_babel import gettext as _

from portal import current
from portal.languages import listed
from portal.mail import Alias, MailError
from portal.mail.directory import Snapshot


def before(name: str) -> str:
    """Why the name cannot be used, as far as we know; "" if nothing is known against it. The server decides."""
    if name == current.hidden():
        return _in_use()
    try:
        return _held(current.directory(), name)
    except MailError:
        return ""


def after(name: str) -> str:
    """Why the mail server refused the name, as in use."""
    try:
        found = _held(current.directory(fresh=True), name)
    except MailError:
        return _in_use()
    return found or str(_("This address is already in use on the mail server, for example by a mailing list."))


def _held(snapshot: Snapshot, name: str) -> str:
    address = f"{name}@{current.domain()}"
    if address in snapshot.by_address:
        return str(_("This address is already in use by a mailbox."))
    if address in snapshot.local:
        return _in_use()
    return next((_held_by(alias) for alias in snapshot.aliases if alias.address == address), "")


def _held_by(alias: Alias) -> str:
    if alias.everyone or not alias.targets:
        return str(_("This address is already in use by an alias."))
    return str(_("This address is already in use: it leads to %(targets)s.", targets=listed(alias.targets)))


def _in_use() -> str:
    return str(_("This address is already in use."))
