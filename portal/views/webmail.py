"""Sign into webmail once, without the mailbox's password."""

from contextlib import nullcontext

from flask import Blueprint, redirect
from werkzeug.wrappers import Response

from portal import changes, current

bp = Blueprint("webmail", __name__, url_prefix="/webmail")


@bp.post("")
def open_webmail() -> Response:
    """The link is a secret: it is made when it is asked for, and neither shown, kept nor told to anybody else."""
    mailbox = current.mailbox()
    # The customer's own reading of mail is no change; an admin's is written down.
    by_admin = bool(current.actor().admin_name)
    with changes.recorded("mailbox.webmail", mailbox.address) if by_admin else nullcontext():
        link = mailbox.webmail()
    answer = redirect(link, 303)
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
