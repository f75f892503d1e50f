"""The plan card: the product's settings as they are read here, with what is wrong about them; for admins."""

from flask import Blueprint, Response

from portal import billing_texts, current, estimate, htmx
from portal.auth import for_admins

bp = Blueprint("plan", __name__, url_prefix="/plan")


@bp.get("")
@for_admins
def show() -> Response:
    of_mailbox = current.is_mailbox()
    plan = current.mailbox_plan() if of_mailbox else current.plan()
    return htmx.card(
        "cards/plan.html",
        settings=plan.texts,
        errors=plan.errors,
        numbered=not of_mailbox,
        warnings=[] if of_mailbox else billing_texts.warnings(estimate.prices()),
    )
