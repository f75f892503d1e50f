"""The mailbox page as every act on a mailbox answers it, and who may be found under an address."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, abort, request

from portal import alias_graph, checklist, current, estimate, htmx, mailbox_parts
from portal.forms import MailboxForm
from portal.mail import Alias, Forwarding, Mailbox, NotFound
from portal.mailbox_parts import Outcome, State, megabytes

PROTOCOLS = ("eas", "mapi")

bp = Blueprint("mailboxes", __name__, url_prefix="/mailboxes")


def local_part(address: str) -> str:
    """The local part of one of this domain's addresses; nothing else exists, and neither does the hidden admin."""
    name, _at, domain = address.lower().rpartition("@")
    if domain != current.domain() or not name or name == current.hidden():
        abort(404)
    return name


def existing(name: str) -> Mailbox | None:
    try:
        return current.mail().mailbox(name)
    except NotFound:
        return None


def state_of(address: str) -> State:
    name = local_part(address)
    try:
        return mailbox_parts.read(name)
    except NotFound:
        abort(404)


def as_shown(state: State) -> dict[str, Any]:
    """The values of the form for a mailbox as it is."""
    forwarding = state.forwarding or Forwarding()
    return {
        "display_name": state.display_name,
        "limit_mb": megabytes(state.mailbox.limit),
        "aliases": list(state.aliases or ()),
        "forwards": list(forwarding.destinations),
        "delete_after_forwarding": forwarding.delete_after,
        "keep_sender": forwarding.keep_sender,
        "eas": state.eas,
        "mapi": state.mapi,
    }


def card(
    state: State,
    form: MailboxForm | None = None,
    *,
    seen: str = "",
    trouble: str = "",
    asked: Sequence[Alias] = (),
    outcomes: Sequence[Outcome] = (),
    status: int = 200,
) -> Response:
    policy, plan = current.password_policy(), current.plan()
    mailbox = state.mailbox
    shown = MailboxForm(formdata=None, **as_shown(state))
    for field in form or ():
        # What was not sent is unchanged, and must not come back as empty.
        if field.name not in request.form:
            field.data = shown[field.name].data
    return htmx.card(
        "cards/mailboxes.html",
        status,
        address=mailbox.address,
        mailbox=mailbox,
        state=state,
        form=form or shown,
        shown=shown,
        seen=seen or state.seen,
        trouble=trouble,
        asked=asked,
        outcomes=outcomes,
        offered={"eas": plan.offer_eas, "mapi": plan.offer_mapi},
        prices={name: _price(state, name) for name in PROTOCOLS},
        left=None if state.every_alias is None else alias_graph.left_by(state.every_alias, mailbox.address),
        forwarders=_forwarders(mailbox.address),
        rules=checklist.rules(policy),
        policy=policy,
    )


def unread_card(
    address: str, form: MailboxForm | None = None, *, trouble: str = "unread", status: int = 503
) -> Response:
    """The card of a mailbox that was not read before a change, with what was typed and nothing made up."""
    policy = current.password_policy()
    return htmx.card(
        "cards/mailboxes.html",
        status,
        address=address.lower(),
        mailbox=None,
        state=None,
        form=form,
        seen=request.form.get("seen", ""),
        trouble=trouble,
        asked=(),
        outcomes=(),
        offered={name: name in request.form for name in PROTOCOLS},
        prices={},
        left=None,
        forwarders=_forwarders(address.lower()),
        rules=checklist.rules(policy),
        policy=policy,
    )


def _price(state: State, protocol: str) -> str:
    """What switching it on adds to the bill, in a sentence; "" where it is on, or that is not known."""
    on = [name for name in PROTOCOLS if getattr(state, name)]
    return "" if protocol in on else estimate.of_switching_on(protocol, on)


def _forwarders(address: str) -> list[str]:
    """The mailboxes known to forward here, and those that a form named as such."""
    return sorted({*current.forwardings().leading_to(address), *request.form.get("unforward", "").split()})
