"""Routes for forwarding: where a mailbox forwards to, asked by its domain or by itself."""

from typing import Any

from flask import Blueprint, Response, request

from ..played.answers import INVALID, Refusal, body_of, checked
from .access import bearer, require_domain, require_user, the_domain
from .answers import ok
from .defaults import NO_FORWARDS

routes = Blueprint("forwarding", __name__, url_prefix="/api/v1/settings/domain")
routes.before_request(require_domain)
own_routes = Blueprint("own_forwarding", __name__, url_prefix="/api/v1/settings")
own_routes.before_request(require_user)

FORWARDS = {"forwardList": list, "keepRecipients": bool, "deleteOnForward": bool, "spamForwardOption": str}
SPAM_OPTIONS = ("None", "Delete", "MoveToJunk", "NoProcessing")


def checked_forwards(value: Any) -> dict[str, Any]:
    """The whole forward list to keep: it is replaced, never merged."""
    forwards = NO_FORWARDS | checked(value, FORWARDS, ["forwardList"])
    if not all(isinstance(target, str) and "@" in target for target in forwards["forwardList"]):
        raise Refusal(INVALID)
    if forwards["spamForwardOption"] not in SPAM_OPTIONS:
        raise Refusal(INVALID)
    return forwards


@routes.get("/mailbox-forward-list/<email>")
def read(email: str) -> Response:
    return ok(mailboxForwardList=the_domain().user(email).forwards)


@routes.post("/get-mailbox-forward-list")
def get() -> Response:
    return read(checked(body_of(request), {"email": str}, ["email"])["email"])


@routes.post("/post-mailbox-forward-list")
def replace() -> Response:
    known = {"email": str, "mailboxForwardList": dict}
    wanted = checked(body_of(request), known, known)
    the_domain().user(wanted["email"]).forwards = checked_forwards(wanted["mailboxForwardList"])
    return ok()


@own_routes.get("/mailbox-forward-list")
def read_own() -> Response:
    return read(bearer().identity.name)


@own_routes.post("/mailbox-forward-list")
def replace_own() -> Response:
    wanted = checked(body_of(request), {"mailboxForwardList": dict}, ["mailboxForwardList"])
    the_domain().user(bearer().identity.name).forwards = checked_forwards(wanted["mailboxForwardList"])
    return ok()
