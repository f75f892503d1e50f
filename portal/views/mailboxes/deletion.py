"""Delete a mailbox, the aliases that lead nowhere else, and on request the forwarding of others to it."""

from contextlib import suppress
from dataclasses import dataclass

from flask import Response, abort, request, url_for
from flask_babel import gettext as _

from portal import alias_graph, changes, current, htmx, mailbox_parts
from portal.mail import MailError, NotFound, Refused, Unreachable
from portal.store import mailbox_sizes, protocols
from portal.store.turns import Busy
from portal.views.mailboxes.card import bp, card, existing, local_part, state_of, unread_card


@bp.post("/<address:address>/delete")
def delete(address: str) -> Response:
    name, address = local_part(address), address.lower()
    try:
        with changes.turn():
            return _delete_or_finish(name, address)
    except Busy:
        return unread_card(address, trouble="busy", status=409)


def _delete_or_finish(name: str, address: str) -> Response:
    attempt = changes.left_open("mailbox.delete", address)
    try:
        mailbox = existing(name)
        if mailbox is None and attempt is None:
            abort(404)
        if mailbox is not None and request.form.get("confirm", "").strip().lower() != address:
            return card(mailbox_parts.read(name), trouble="confirm", status=422)
        snapshot = current.directory(fresh=True)
    except MailError:
        return unread_card(address)
    unforward = request.form.get("unforward", "").lower().split()
    if mailbox is None and attempt is not None:
        unforward += attempt.detail["unforward"]
    left = Left(
        aliases=[alias.name for alias in alias_graph.naming(snapshot.aliases, address)],
        forwarders=[other for other in dict.fromkeys(unforward) if other in snapshot.by_address],
    )
    try:
        if mailbox is None and attempt is not None:
            with changes.resumed(attempt, attempt.detail | {"unforward": list(left.forwarders)}):
                _detach(left, address)
        else:
            with changes.recorded("mailbox.delete", address, unforward=list(left.forwarders)):
                _delete(name, left, address)
    except _NotAllDetached:
        return htmx.card("cards/mailbox_half_deleted.html", 503, address=address, left=left)
    except Refused:
        return card(state_of(address), trouble="not-deleted", status=422)
    except Unreachable:
        return unread_card(address, trouble="unknown")
    return _deleted(address)


@dataclass(frozen=True, slots=True)
class Left:
    """What leads to the mailbox still: names of aliases, and addresses of mailboxes that forward to it."""

    aliases: list[str]
    forwarders: list[str]


class _NotAllDetached(Exception):
    """The mailbox is gone, and something leads to it still."""


def _delete(name: str, left: Left, address: str) -> None:
    """The mailbox goes first: an alias that went before a mailbox that then stays would lose its messages."""
    # Somebody else may be faster, which is as good.
    with suppress(NotFound):
        current.mail().delete_mailbox(name)
    _detach(left, address)


def _detach(left: Left, address: str) -> None:
    """The mailbox is gone: note it, and take away one after the other what is left, as far as that goes."""
    protocols.deleted(current.service(), address)
    mailbox_sizes.forget(current.service(), address)
    try:
        while left.aliases:
            alias_graph.detach(current.mail(), left.aliases[0], address)
            del left.aliases[0]
        while left.forwarders:
            mailbox_parts.stop_forwarding(left.forwarders[0], address)
            del left.forwarders[0]
    except MailError as error:
        raise _NotAllDetached from error


def _deleted(address: str) -> Response:
    htmx.say(_("Mailbox %(address)s deleted.", address=address))
    answer = htmx.card("cards/mailbox_deleted.html", address=address)
    return htmx.moved(answer, url_for("addresses.show"))
