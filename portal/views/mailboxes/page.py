"""Show a mailbox, change its settings part by part, open and close it."""

from flask import Response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal import changes, current, htmx, mailbox_parts
from portal.forms import MailboxForm
from portal.mail import MailError, Refused, Unreachable
from portal.store.turns import Busy
from portal.views.mailboxes.card import as_shown, bp, card, state_of, unread_card
from portal.views.mailboxes.wanted import to_ask, wanted_by


@bp.get("/")
def index() -> AnyResponse:
    return redirect(url_for("addresses.show", type="mailbox"))


@bp.get("/<address:address>")
def show(address: str) -> Response:
    held = current.held() is not None
    state = state_of(address)
    # The password window is on this page. Where there is much to ask already, the server may as well check by itself.
    current.password_policy(max_age=current.RULES_MAX_AGE if held else None)
    return card(state)


@bp.post("/<address:address>")
def change(address: str) -> Response:
    form = MailboxForm()
    form.aliases.domain = form.share.domain = form.forwards.domain = current.domain()
    try:
        with changes.turn():
            return _change(address, form)
    except Busy:
        return unread_card(address, form, trouble="busy", status=409)


def _change(address: str, form: MailboxForm) -> Response:
    try:
        state = state_of(address)
        form.allow(as_shown(state))
        valid = form.validate()
        wanted = wanted_by(form, state)
        asked = to_ask(form, state, wanted)
    except MailError:
        return unread_card(address, form)
    if wanted.parts and state.seen not in request.form.get("seen", state.seen).split():
        return card(state, form, trouble="moved", status=409)
    if not valid or form.errors:
        return card(state, form, status=422)
    if asked:
        return card(state, form, trouble="share", asked=asked, status=422)
    if not wanted.parts:
        htmx.say(_("Saved.") if _all_settled(state.mailbox.address) else _("Nothing was changed."))
        return card(state)
    outcomes = mailbox_parts.save(state, wanted)
    if all(outcome.result == "done" for outcome in outcomes):
        htmx.say(_("Saved."))
        return card(state_of(address))
    unknown = any(outcome.result == "unknown" for outcome in outcomes)
    alone = len(outcomes) == 1
    possible = mailbox_parts.possible(state, wanted, outcomes)
    return card(
        possible[0],
        form,
        seen=" ".join(dict.fromkeys(each.seen for each in possible)),
        trouble=("unknown" if unknown else "refused") if alone else "partly",
        outcomes=outcomes,
        status=503 if unknown else 422,
    )


@bp.post("/<address:address>/enable")
def enable(address: str) -> Response:
    return _switch(address, on=True)


@bp.post("/<address:address>/disable")
def disable(address: str) -> Response:
    return _switch(address, on=False)


def _switch(address: str, *, on: bool) -> Response:
    """Let the mailbox be signed in to, or not. What it is already is fine.

    It takes no turn: one call sets it and nothing else, and whoever locks somebody out must not have to wait.
    """
    try:
        state = state_of(address)
    except MailError:
        return unread_card(address)
    action = "mailbox.enable" if on else "mailbox.disable"
    if state.mailbox.enabled == on:
        _settled(action, state.mailbox.address)
    else:
        try:
            with changes.recorded(action, state.mailbox.address):
                current.mail().set_enabled(state.mailbox.name, on)
        except Refused:
            return card(state, trouble="refused", status=422)
        except Unreachable:
            return card(state, trouble="unknown", status=503)
    htmx.say(
        _("People can sign in to this mailbox again.") if on else _("Nobody can sign in to this mailbox any more.")
    )
    return card(state_of(address))


def _all_settled(address: str) -> bool:
    """Whether any part was tried before by this session without an answer: as nothing differs now, that was done."""
    return any([_settled(action, address) for action in mailbox_parts.ACTIONS.values()])


def _settled(action: str, address: str) -> bool:
    """Whether this session tried the same before and got no answer: as it is so now, that was done."""
    attempt = changes.unfinished(action, address)
    if attempt is not None:
        changes.settle(attempt)
    return attempt is not None
