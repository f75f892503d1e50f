"""Set a mailbox's password, apart from its other settings."""

from flask import Response, abort

from portal import changes, checklist, current, htmx
from portal.forms import PasswordForm
from portal.mail import MailError, PasswordRejected, Refused, Unreachable
from portal.views.mailboxes.card import bp, existing, local_part


@bp.post("/<address:address>/password")
def password(address: str) -> Response:
    form = PasswordForm()
    try:
        mailbox = existing(local_part(address))
    except MailError:
        return _password_card(address.lower(), trouble="unread", status=503)
    if mailbox is None:
        abort(404)
    broken = checklist.broken(form, mailbox.name)
    if broken:
        return _password_card(mailbox.address, broken=broken, status=422)
    try:
        with changes.recorded("mailbox.password", mailbox.address) as detail:
            ended = current.mail().set_password(mailbox.name, form.password.data)
            detail["sessions_ended"] = ended
    except PasswordRejected as error:
        return _password_card(mailbox.address, broken=checklist.refused(error, form, mailbox.name), status=422)
    except Refused:
        return _password_card(mailbox.address, trouble="refused", status=422)
    except Unreachable:
        return _password_card(mailbox.address, trouble="unknown", status=503)
    return htmx.announce(_password_card(mailbox.address, changed=True, sessions_ended=ended), ["password-changed"])


def _password_card(
    address: str,
    *,
    broken: list[str] | None = None,
    trouble: str = "",
    changed: bool = False,
    sessions_ended: bool = False,
    status: int = 200,
) -> Response:
    policy = current.password_policy()
    return htmx.card(
        "cards/password.html",
        status,
        address=address,
        broken=broken or [],
        trouble=trouble,
        changed=changed,
        sessions_ended=sessions_ended,
        rules=checklist.rules(policy),
        policy=policy,
    )
