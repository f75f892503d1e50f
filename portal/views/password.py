"""The password of a mailbox on a shared domain, apart from all else."""

from flask import Blueprint, Response

from portal import changes, checklist, current, htmx
from portal.forms import PasswordForm
from portal.mail import PasswordRejected, Refused, Unreachable

bp = Blueprint("password", __name__, url_prefix="/password")


@bp.get("")
def show() -> Response:
    return _card()


@bp.post("")
def change() -> Response:
    form, mailbox = PasswordForm(), current.mailbox()
    name = mailbox.address.partition("@")[0]
    broken = checklist.broken(form, name)
    if broken:
        return _card(broken=broken, status=422)
    try:
        with changes.recorded("mailbox.password", mailbox.address) as detail:
            ended = detail["sessions_ended"] = mailbox.set_password(form.password.data)
    except PasswordRejected as error:
        return _card(broken=checklist.refused(error, form, name), status=422)
    except Refused:
        return _card(trouble="refused", status=422)
    except Unreachable:
        return _card(trouble="unknown", status=503)
    return htmx.announce(_card(changed=True, sessions_ended=ended), ["password-changed"])


def _card(
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
        address=current.service().name,
        broken=broken or [],
        trouble=trouble,
        changed=changed,
        sessions_ended=sessions_ended,
        rules=checklist.rules(policy),
        policy=policy,
    )
