"""Delete a mailbox, and the aliases that lead nowhere else."""

from collections.abc import Sequence
from contextlib import suppress

from flask import Response, abort, request, url_for
from flask_babel import gettext as _

from portal import alias_graph, changes, current, htmx, mailbox_parts
from portal.mail import MailError, NotFound, Refused, Unreachable
from portal.views.mailboxes.card import bp, card, existing, local_part, state_of, unread_card


@bp.post("/<address>/delete")
def delete(address: str) -> Response:
    name, address = local_part(address), address.lower()
    attempt = changes.left_open("mailbox.delete", address)
    try:
        mailbox = existing(name)
        if mailbox is None and attempt is None:
            abort(404)
        if mailbox is not None and request.form.get("confirm", "").strip().lower() != address:
            return card(mailbox_parts.read(name), trouble="confirm", status=422)
        named = [alias.name for alias in alias_graph.naming(current.directory(fresh=True).aliases, address)]
    except MailError:
        return unread_card(address)
    try:
        if mailbox is None and attempt is not None:
            with changes.resumed(attempt, attempt.detail):
                _detach(named, address)
        else:
            with changes.recorded("mailbox.delete", address):
                _delete(name, named, address)
    except _AliasesLeft as error:
        return htmx.card("cards/mailbox_half_deleted.html", 503, address=address, left=error.names)
    except Refused:
        return card(state_of(address), trouble="not-deleted", status=422)
    except Unreachable:
        return unread_card(address, trouble="unknown")
    return _deleted(address)


class _AliasesLeft(Exception):
    """The mailbox is gone, and these aliases still name it."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(f"{len(names)} aliases are left")
        self.names = names


def _delete(name: str, named: Sequence[str], address: str) -> None:
    """The mailbox goes first: an alias that went before a mailbox that then stays would lose its messages."""
    # Somebody else may be faster, which is as good.
    with suppress(NotFound):
        current.mail().delete_mailbox(name)
    _detach(named, address)


def _detach(named: Sequence[str], address: str) -> None:
    for place, name in enumerate(named):
        try:
            alias_graph.detach(current.mail(), name, address)
        except MailError as error:
            raise _AliasesLeft(named[place:]) from error


def _deleted(address: str) -> Response:
    htmx.say(_("Mailbox %(address)s deleted.", address=address))
    answer = htmx.card("cards/mailbox_deleted.html", address=address)
    return htmx.moved(answer, url_for("addresses.show"))
