"""The mailboxes card: create, change and delete a mailbox, and its password."""

import hashlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, abort, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal import changes, current, htmx, passwords
from portal.forms import MailboxForm, NewMailboxForm, PasswordForm, has_unseen
from portal.mail import (
    NEVER,
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

bp = Blueprint("mailboxes", __name__, url_prefix="/mailboxes")

MB = 2**20
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
    mailbox = _find(address)
    # The password window is on this page.
    current.password_policy(max_age=current.RULES_MAX_AGE)
    return _card(mailbox)


@bp.post("/<address>")
def change(address: str) -> Response:
    form = MailboxForm()
    valid = form.validate()
    try:
        mailbox = _find(address)
    except MailError:
        return _unread_card(address, form)
    changed = _changed(form, mailbox)
    if changed and request.form.get("seen", seen(mailbox)) != seen(mailbox):
        return _card(mailbox, form, trouble="moved", status=409)
    if not valid:
        return _card(mailbox, form, status=422)
    if not changed:
        htmx.say(_("Saved.") if _settled("mailbox.change", mailbox.address) else _("Nothing was changed."))
        return _card(mailbox)
    try:
        with changes.recorded("mailbox.change", mailbox.address, **changed):
            current.mail().change_mailbox(
                mailbox.name,
                display_name=changed.get("display_name"),
                limit=changed["limit_mb"] * MB if "limit_mb" in changed else None,
            )
    except Refused:
        return _card(mailbox, form, trouble="refused", status=422)
    except Unreachable:
        return _card(mailbox, form, trouble="unknown", status=503)
    htmx.say(_("Saved."))
    return _card(_find(address))


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
    name = _local_part(address)
    try:
        mailbox = current.mail().mailbox(name)
    except NotFound:
        if not _settled("mailbox.delete", address.lower()):
            abort(404)
        return _deleted(address.lower())
    except MailError:
        return _unread_card(address)
    if request.form.get("confirm", "").strip().lower() != mailbox.address:
        return _card(mailbox, trouble="confirm", status=422)
    try:
        # Somebody else may be faster, which is as good.
        with changes.recorded("mailbox.delete", mailbox.address), suppress(NotFound):
            current.mail().delete_mailbox(mailbox.name)
    except Refused:
        return _card(mailbox, trouble="not-deleted", status=422)
    except Unreachable:
        return _card(mailbox, trouble="unknown", status=503)
    return _deleted(mailbox.address)


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


def megabytes(limit: int) -> int:
    """A limit in whole MB, rounded up, so that a small limit is never shown as none."""
    return -(-limit // MB)


def seen(mailbox: Mailbox) -> str:
    """A digest of the values a form shows: if they are others when it comes back, somebody else changed them."""
    shown = f"{mailbox.display_name}\n{megabytes(mailbox.limit)}"
    return hashlib.sha256(shown.encode()).hexdigest()[:16]


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


def _find(address: str) -> Mailbox:
    name = _local_part(address)
    try:
        return current.mail().mailbox(name)
    except NotFound:
        abort(404)


def _changed(form: MailboxForm, mailbox: Mailbox) -> dict[str, Any]:
    """What was sent and is not so already. An absent field is unchanged; the form strips the display name."""
    sent = {"display_name": form.display_name.data or "", "limit_mb": form.limit_mb.data or 0}
    present = {"display_name": mailbox.display_name.strip(), "limit_mb": megabytes(mailbox.limit)}
    return {name: value for name, value in sent.items() if name in request.form and value != present[name]}


def _settled(action: str, address: str) -> bool:
    """Whether this session tried the same before and got no answer: as it is so now, that was done."""
    attempt = changes.unfinished(action, address)
    if attempt is not None:
        changes.settle(attempt)
    return attempt is not None


def _aliases(address: str) -> Sequence[str] | None:
    """The names of the aliases that lead to a mailbox; None when the mail server does not tell."""
    try:
        return current.directory().tags.get(address, ())
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


def _card(mailbox: Mailbox, form: MailboxForm | None = None, *, trouble: str = "", status: int = 200) -> Response:
    policy = current.password_policy()
    shown = MailboxForm(formdata=None, display_name=mailbox.display_name, limit_mb=megabytes(mailbox.limit))
    return htmx.card(
        "cards/mailboxes.html",
        status,
        address=mailbox.address,
        mailbox=mailbox,
        form=form or shown,
        shown=shown,
        seen=seen(mailbox),
        trouble=trouble,
        # Who has just waited for a mail server in vain does not wait a second time.
        aliases=None if status == 503 else _aliases(mailbox.address),
        rules=rules(policy),
        policy=policy,
    )


def _unread_card(address: str, form: MailboxForm | None = None) -> Response:
    """The card of a mailbox that could not be read before a change, with what was typed and nothing made up."""
    policy = current.password_policy()
    return htmx.card(
        "cards/mailboxes.html",
        503,
        address=address.lower(),
        mailbox=None,
        form=form,
        seen=request.form.get("seen", ""),
        trouble="unread",
        aliases=None,
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
