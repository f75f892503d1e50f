"""The mailboxes card: create, change and delete a mailbox, and its password."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, Response, abort, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal import alias_graph, changes, current, htmx, mailbox_parts, passwords
from portal.alias_graph import Left
from portal.forms import MailboxForm, NewMailboxForm, PasswordForm, has_unseen
from portal.mail import (
    NEVER,
    Alias,
    Forwarding,
    LimitReached,
    Mailbox,
    MailError,
    NameTaken,
    NewMailbox,
    NotFound,
    PasswordRejected,
    Refused,
    Unreachable,
)
from portal.mailbox_parts import MB, Outcome, State, Wanted, megabytes

bp = Blueprint("mailboxes", __name__, url_prefix="/mailboxes")

LONGEST_PASSWORD = 200


@bp.get("/")
def index() -> AnyResponse:
    return redirect(url_for("addresses.show", type="mailbox"))


@bp.get("/new")
def new() -> Response:
    return _new_card(NewMailboxForm(formdata=None))


@bp.post("/")
def create() -> Response:
    form = NewMailboxForm()
    name = form.name.data or ""
    broken = _broken(form, name)
    if not form.validate() or broken:
        return _new_card(form, broken=broken, status=422)
    if name == current.hidden():
        form.refuse("name", _("This address is already in use."))
        return _new_card(form, status=422)
    wanted = NewMailbox(name, form.password.data, form.display_name.data or "", (form.limit_mb.data or 0) * MB)
    address = f"{name}@{current.domain()}"
    try:
        _create(wanted, address)
    except NameTaken:
        form.refuse("name", _("This address is already in use."))
    except LimitReached:
        form.refuse("name", _("Your plan has no room for another mailbox."))
    except PasswordRejected as error:
        return _new_card(form, broken=_refused_rules(error, form, name), status=422)
    except Refused:
        return _new_card(form, trouble="refused", status=422)
    except Unreachable:
        return _new_card(form, trouble="unknown", status=503)
    else:
        htmx.say(_("Mailbox %(address)s created.", address=address))
        answer = htmx.card("cards/mailbox_created.html", address=address, display_name=wanted.display_name)
        return htmx.moved(answer, url_for(".show", address=address))
    return _new_card(form, status=422)


@bp.get("/<address>")
def show(address: str) -> Response:
    state = _state(address)
    # The password window is on this page.
    current.password_policy(max_age=current.RULES_MAX_AGE)
    return _card(state)


@bp.post("/<address>")
def change(address: str) -> Response:
    form = MailboxForm()
    form.aliases.domain = form.share.domain = form.forwards.domain = current.domain()
    valid = form.validate()
    try:
        state = _state(address)
        wanted = _wanted(form, state)
        asked = _asked(form, state, wanted)
    except MailError:
        return _unread_card(address, form)
    if wanted.parts and state.seen not in request.form.get("seen", state.seen).split():
        return _card(state, form, trouble="moved", status=409)
    if not valid or form.errors:
        return _card(state, form, status=422)
    if asked:
        return _card(state, form, trouble="share", asked=asked, status=422)
    if not wanted.parts:
        htmx.say(_("Saved.") if _all_settled(state.mailbox.address) else _("Nothing was changed."))
        return _card(state)
    outcomes = mailbox_parts.save(state, wanted)
    if all(outcome.result == "done" for outcome in outcomes):
        htmx.say(_("Saved."))
        return _card(_state(address))
    unknown = any(outcome.result == "unknown" for outcome in outcomes)
    alone = len(outcomes) == 1
    return _card(
        state,
        form,
        seen=" ".join(dict.fromkeys(each.seen for each in mailbox_parts.possible(state, wanted, outcomes))),
        trouble=("unknown" if unknown else "refused") if alone else "partly",
        outcomes=outcomes,
        status=503 if unknown else 422,
    )


@bp.post("/<address>/enable")
def enable(address: str) -> Response:
    return _switch(address, on=True)


@bp.post("/<address>/disable")
def disable(address: str) -> Response:
    return _switch(address, on=False)


def _switch(address: str, *, on: bool) -> Response:
    """Let the mailbox be signed in to, or not. What it is already is fine."""
    try:
        state = _state(address)
    except MailError:
        return _unread_card(address)
    action = "mailbox.enable" if on else "mailbox.disable"
    if state.mailbox.enabled == on:
        _settled(action, state.mailbox.address)
    else:
        try:
            with changes.recorded(action, state.mailbox.address):
                current.mail().set_enabled(state.mailbox.name, on)
        except Refused:
            return _card(state, trouble="refused", status=422)
        except Unreachable:
            return _card(state, trouble="unknown", status=503)
    htmx.say(
        _("People can sign in to this mailbox again.") if on else _("Nobody can sign in to this mailbox any more.")
    )
    return _card(_state(address))


@bp.post("/<address>/password")
def password(address: str) -> Response:
    form = PasswordForm()
    try:
        mailbox = _find(address)
    except MailError:
        return _password_card(address.lower(), trouble="unread", status=503)
    broken = _broken(form, mailbox.name)
    if broken:
        return _password_card(mailbox.address, broken=broken, status=422)
    try:
        with changes.recorded("mailbox.password", mailbox.address) as detail:
            ended = current.mail().set_password(mailbox.name, form.password.data)
            detail["sessions_ended"] = ended
    except PasswordRejected as error:
        return _password_card(mailbox.address, broken=_refused_rules(error, form, mailbox.name), status=422)
    except Refused:
        return _password_card(mailbox.address, trouble="refused", status=422)
    except Unreachable:
        return _password_card(mailbox.address, trouble="unknown", status=503)
    return htmx.announce(_password_card(mailbox.address, changed=True, sessions_ended=ended), ["password-changed"])


@bp.post("/<address>/delete")
def delete(address: str) -> Response:
    name, address = _local_part(address), address.lower()
    attempt = changes.left_open("mailbox.delete", address)
    try:
        mailbox = _existing(name)
        if mailbox is None and attempt is None:
            abort(404)
        if mailbox is not None and request.form.get("confirm", "").strip().lower() != address:
            return _card(mailbox_parts.read(name), trouble="confirm", status=422)
        named = [alias.name for alias in alias_graph.naming(current.directory(fresh=True).aliases, address)]
    except MailError:
        return _unread_card(address)
    try:
        if mailbox is None and attempt is not None:
            with changes.resumed(attempt, attempt.detail):
                _detach(named, address)
        else:
            with changes.recorded("mailbox.delete", address):
                _delete(name, named, address)
    except _AliasesLeft as error:
        return htmx.card("cards/mailbox_half_deleted.html", 503, address=address, left=error.names)
    except Refused:
        return _card(_state(address), trouble="not-deleted", status=422)
    except Unreachable:
        return _unread_card(address, trouble="unknown")
    return _deleted(address)


class _AliasesLeft(Exception):
    """The mailbox is gone, and these aliases still name it."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(f"{len(names)} aliases are left")
        self.names = names


def _delete(name: str, named: Sequence[str], address: str) -> None:
    """The mailbox goes first: an alias that went before a mailbox that then stays would lose its messages."""
    # Somebody else may be faster, which is as good.
    with suppress(NotFound):
        current.mail().delete_mailbox(name)
    _detach(named, address)


def _detach(named: Sequence[str], address: str) -> None:
    for place, name in enumerate(named):
        try:
            alias_graph.detach(current.mail(), name, address)
        except MailError as error:
            raise _AliasesLeft(named[place:]) from error


@dataclass(frozen=True, slots=True)
class _Rule:
    """A line of the password checklist."""

    name: str
    text: str


def rules(asked: passwords.Policy) -> list[_Rule]:
    """The checklist of a policy, in the order it is shown."""
    texts = {
        "length": _("At least %(count)s characters", count=asked.min_length),
        "upper": _("At least one upper-case letter"),
        "digit": _("At least one digit"),
        "special": _("At least one special character (! @ # $ % ^ & * - _ = +)"),
        "user": _("Does not contain the user name"),
        "domain": _("Does not contain the domain name"),
        "match": _("Both fields match"),
    }
    return [_Rule(rule, texts[rule]) for rule in asked.rules]


def _broken(form: NewMailboxForm | PasswordForm, name: str, *, max_age: float | None = None) -> list[str]:
    """The rules that the typed password breaks; with `max_age`, the mail server is asked for its own ones."""
    typed, again = form.password.data or "", form.password_again.data or ""
    if len(typed) > LONGEST_PASSWORD or has_unseen(typed):
        return ["impossible"]
    return passwords.check(typed, again, current.password_policy(max_age=max_age), name, current.domain())


def _refused_rules(error: PasswordRejected, form: NewMailboxForm | PasswordForm, name: str) -> list[str]:
    """Why the mail server refused a password that keeps our rules: what it tells when asked now, or what it named."""
    return _broken(form, name, max_age=0) or [error.rule or "server"]


def _create(wanted: NewMailbox, address: str) -> None:
    """Create the mailbox, or finish a creation of this session whose answer was lost. Raise NameTaken and others."""
    mail = current.mail()
    attempt = changes.left_open("mailbox.create", address)
    found = _existing(wanted.name) if attempt is not None else None
    made = [wanted.display_name, wanted.limit]
    if attempt is None or found is None:
        with changes.recorded_creation("mailbox.create", address, at_most=current.plan().max_users, tried=[made]):
            mail.create_mailbox(wanted)
        return
    tried = attempt.detail["tried"]
    if not _is_of(tried, found):
        raise NameTaken(wanted.name)
    with changes.resumed(attempt, attempt.detail | {"tried": [*tried, made]}):
        mail.change_mailbox(wanted.name, display_name=wanted.display_name, limit=wanted.limit)
        mail.set_password(wanted.name, wanted.password)


def _existing(name: str) -> Mailbox | None:
    try:
        return current.mail().mailbox(name)
    except NotFound:
        return None


def _is_of(tried: Sequence[Sequence[Any]], found: Mailbox) -> bool:
    """Whether the mailbox is what one of these attempts would have made, and nobody has used it since.

    Else somebody else made it under the same name, past the portal, and their password would be overwritten.
    """
    unused = found.last_login in (None, NEVER)
    return unused and [found.display_name.strip(), found.limit] in [list(attempt) for attempt in tried]


def _local_part(address: str) -> str:
    """The local part of one of this domain's addresses; nothing else exists, and neither does the hidden admin."""
    name, _at, domain = address.lower().rpartition("@")
    if domain != current.domain() or not name or name == current.hidden():
        abort(404)
    return name


def _state(address: str) -> State:
    name = _local_part(address)
    try:
        return mailbox_parts.read(name)
    except NotFound:
        abort(404)


def _find(address: str) -> Mailbox:
    name = _local_part(address)
    try:
        return current.mail().mailbox(name)
    except NotFound:
        abort(404)


def _wanted(form: MailboxForm, state: State) -> Wanted:
    """What was sent and is not so already. An absent field is unchanged; the form strips the display name."""
    mailbox = state.mailbox
    sent = {"display_name": form.display_name.data or "", "limit_mb": form.limit_mb.data or 0}
    present = {"display_name": mailbox.display_name.strip(), "limit_mb": megabytes(mailbox.limit)}
    settings = {name: value for name, value in sent.items() if name in request.form and value != present[name]}
    aliases = None
    if form.aliases.data is not None and state.aliases is not None:
        typed, had = form.aliases.data, state.aliases
        aliases = tuple(name for name in typed if name not in had), tuple(name for name in had if name not in typed)
    switched = {
        name: form[name].data
        for name in ("eas", "mapi")
        if form[name].data is not None and getattr(state, name) not in (None, form[name].data)
    }
    return Wanted(
        settings=settings or None,
        aliases=aliases if aliases and any(aliases) else None,
        forwarding=_wanted_forwarding(form, state.forwarding),
        **switched,
    )


def _wanted_forwarding(form: MailboxForm, present: Forwarding | None) -> Forwarding | None:
    """The forwarding that was sent, None when it is so already or could not be read."""
    if present is None:
        return None
    typed, delete, keep = form.forwards.data, form.delete_after_forwarding.data, form.keep_sender.data
    wanted = Forwarding(
        destinations=present.destinations if typed is None else tuple(typed),
        delete_after=present.delete_after if delete is None else delete,
        keep_sender=present.keep_sender if keep is None else keep,
    )
    same = set(wanted.destinations) == set(present.destinations)
    return None if replace(wanted, destinations=present.destinations) == present and same else wanted


def _asked(form: MailboxForm, state: State, wanted: Wanted) -> list[Alias]:
    """The aliases to ask about first, since they lead elsewhere already. What cannot be is said in the form."""
    plan = current.plan()
    for name, offered in (("eas", plan.offer_eas), ("mapi", plan.offer_mapi)):
        if getattr(wanted, name) and not offered:
            form.refuse(name, _("Your plan does not offer this."))
    if wanted.forwarding and state.mailbox.address in wanted.forwarding.destinations:
        form.refuse("forwards", _("A mailbox cannot forward to itself."))
    if not wanted.aliases:
        return []
    snapshot, (added, _dropped) = current.directory(), wanted.aliases
    taken = [name for name in added if f"{name}@{current.domain()}" in snapshot.local]
    if taken:
        form.refuse("aliases", _("There is a mailbox of this name: %(names)s", names=", ".join(taken)))
    shared = form.share.data or []
    return [alias for alias in snapshot.aliases if alias.name in added and alias.name not in shared]


def _all_settled(address: str) -> bool:
    """Whether any part was tried before by this session without an answer: as nothing differs now, that was done."""
    return any([_settled(action, address) for action in mailbox_parts.ACTIONS.values()])


def _settled(action: str, address: str) -> bool:
    """Whether this session tried the same before and got no answer: as it is so now, that was done."""
    attempt = changes.unfinished(action, address)
    if attempt is not None:
        changes.settle(attempt)
    return attempt is not None


def _left(address: str) -> Left | None:
    """What becomes of its aliases when the mailbox is deleted; None when the mail server does not tell."""
    try:
        return alias_graph.left_by(current.directory().aliases, address)
    except MailError:
        return None


def _new_card(
    form: NewMailboxForm, *, broken: list[str] | None = None, trouble: str = "", status: int = 200
) -> Response:
    policy = current.password_policy()
    return htmx.card(
        "cards/mailboxes_new.html",
        status,
        form=form,
        broken=broken or [],
        trouble=trouble,
        rules=rules(policy),
        policy=policy,
    )


def _card(
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
    shown = MailboxForm(
        formdata=None,
        display_name=mailbox.display_name,
        limit_mb=megabytes(mailbox.limit),
        aliases=list(state.aliases or ()),
        forwards=list(state.forwarding.destinations) if state.forwarding else [],
        delete_after_forwarding=state.forwarding.delete_after if state.forwarding else False,
        keep_sender=state.forwarding.keep_sender if state.forwarding else False,
        eas=state.eas,
        mapi=state.mapi,
    )
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
        # Who has just waited for a mail server in vain does not wait a second time.
        left=None if status == 503 else _left(mailbox.address),
        rules=rules(policy),
        policy=policy,
    )


def _unread_card(address: str, form: MailboxForm | None = None, *, trouble: str = "unread") -> Response:
    """The card of a mailbox that could not be read before a change, with what was typed and nothing made up."""
    policy = current.password_policy()
    return htmx.card(
        "cards/mailboxes.html",
        503,
        address=address.lower(),
        mailbox=None,
        state=None,
        form=form,
        seen=request.form.get("seen", ""),
        trouble=trouble,
        asked=(),
        outcomes=(),
        offered={name: name in request.form for name in ("eas", "mapi")},
        left=None,
        rules=rules(policy),
        policy=policy,
    )


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
        rules=rules(policy),
        policy=policy,
    )


def _deleted(address: str) -> Response:
    htmx.say(_("Mailbox %(address)s deleted.", address=address))
    answer = htmx.card("cards/mailbox_deleted.html", address=address)
    return htmx.moved(answer, url_for("addresses.show"))
