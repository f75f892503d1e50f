"""The staff page: what the seller's admins see and do beyond what customers can."""

import time

from flask import Blueprint, Response, abort, g

from portal import current, htmx, provisioning, sign_on
from portal.auth import for_admins
from portal.mail import MailError
from portal.provisioning import Caller, NotPossible

bp = Blueprint("staff", __name__, url_prefix="/staff")


@bp.get("")
@for_admins
def show() -> Response:
    return _card()


@bp.post("/password")
@for_admins
def password() -> Response:
    """Give the hidden admin a new password and show it, this once."""
    if current.is_mailbox():
        abort(404)
    caller = Caller(current.actor(), g.request_id, int(time.time()))
    try:
        _service, made = provisioning.new_password(current.service(), current.connections().to, caller)
    except NotPossible as error:
        return _card(trouble=str(error), status=409)
    except MailError as error:
        return _card(trouble=str(error), status=502)
    return _card(made=made)


@bp.post("/panel")
@for_admins
def panel() -> Response:
    """Open the mail server's own panel as the domain's admin."""
    if not current.hidden():
        abort(404)
    return sign_on.opened(current.hidden(), "admin.panel", current.domain())


def _card(*, made: str = "", trouble: str = "", status: int = 200) -> Response:
    managed = bool(current.hidden())
    return htmx.card("cards/staff.html", status, managed=managed, made=made, trouble=trouble)
