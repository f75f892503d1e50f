"""Create a mailbox, or finish a creation whose answer was lost."""

from collections.abc import Sequence
from typing import Any

from flask import Response, url_for
from flask_babel import gettext as _

from portal import changes, checklist, clashes, current, estimate, htmx
from portal.forms import NewMailboxForm
from portal.mail import (
    NEVER,
    LimitReached,
    Mailbox,
    NameTaken,
    NewMailbox,
    PasswordRejected,
    Refused,
    Unreachable,
)
from portal.mailbox_parts import MB
from portal.store import mailbox_sizes
from portal.store.history import History
from portal.views.mailboxes.card import bp, existing


@bp.get("/new")
def new() -> Response:
    return _new_card(NewMailboxForm(formdata=None))


@bp.post("/")
def create() -> Response:
    form = NewMailboxForm()
    name = form.name.data or ""
    broken = checklist.broken(form, name)
    if not form.validate() or broken:
        return _new_card(form, broken=broken, status=422)
    address = f"{name}@{current.domain()}"
    attempt = changes.left_open("mailbox.create", address)
    clash = "" if attempt is not None else clashes.before(name)
    if clash:
        form.refuse("name", clash)
        return _new_card(form, status=422)
    wanted = NewMailbox(name, form.password.data, form.display_name.data or "", (form.limit_mb.data or 0) * MB)
    try:
        _create(wanted, address, attempt)
    except NameTaken:
        form.refuse("name", clashes.after(name))
    except changes.NoMoreSold:
        form.refuse("name", _("No more mailboxes can be added at the moment. Your provider can change that."))
    except LimitReached:
        form.refuse("name", _("Your plan has no room for another mailbox."))
    except PasswordRejected as error:
        return _new_card(form, broken=checklist.refused(error, form, name), status=422)
    except Refused:
        return _new_card(form, trouble="refused", status=422)
    except Unreachable:
        return _new_card(form, trouble="unknown", status=503)
    else:
        htmx.say(_("Mailbox %(address)s created.", address=address))
        answer = htmx.card("cards/mailbox_created.html", address=address, display_name=wanted.display_name)
        return htmx.moved(answer, url_for(".show", address=address))
    return _new_card(form, status=422)


def _create(wanted: NewMailbox, address: str, attempt: History | None) -> None:
    """Create the mailbox, or finish an attempt of this session whose answer was lost. Raise NameTaken and others."""
    mail = current.mail()
    found = existing(wanted.name) if attempt is not None else None
    made = [wanted.display_name, wanted.limit]
    if attempt is None or found is None:
        with changes.recorded_creation("mailbox.create", address, at_most=current.plan().max_users, tried=[made]):
            mail.create_mailbox(wanted)
        mailbox_sizes.forget(current.service(), address)
        return
    tried = attempt.detail["tried"]
    if not _is_of(tried, found):
        raise NameTaken(wanted.name)
    with changes.resumed(attempt, attempt.detail | {"tried": [*tried, made]}):
        mail.change_mailbox(wanted.name, display_name=wanted.display_name, limit=wanted.limit)
        mail.set_password(wanted.name, wanted.password)


def _is_of(tried: Sequence[Sequence[Any]], found: Mailbox) -> bool:
    """Whether the mailbox is what one of these attempts would have made, and nobody has used it since.

    Else somebody else made it under the same name, past the portal, and their password would be overwritten.
    """
    unused = found.last_login in (None, NEVER)
    return unused and [found.display_name.strip(), found.limit] in [list(attempt) for attempt in tried]


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
        price=estimate.of_a_mailbox(),
        rules=checklist.rules(policy),
        policy=policy,
    )
