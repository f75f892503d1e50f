"""Open a mailbox's webmail without its password, for admins."""

from flask import Response, abort

from portal import sign_on
from portal.auth import for_admins
from portal.mail import MailError
from portal.views.mailboxes.card import bp, existing, local_part, unread_card


@bp.post("/<address:address>/webmail")
@for_admins
def webmail(address: str) -> Response:
    try:
        mailbox = existing(local_part(address))
    except MailError:
        return unread_card(address)
    if mailbox is None:
        abort(404)
    return sign_on.opened(mailbox.name, "mailbox.webmail", mailbox.address)
