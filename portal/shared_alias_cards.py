"""The aliases card of a mailbox on a shared domain: each of its aliases leads to one address."""

from hashlib import sha256

from flask import Response, abort, request, url_for
from flask_babel import gettext as _

from portal import current, htmx, shared_cards, shared_mailbox
from portal.forms import NewSharedAliasForm, SharedAliasForm
from portal.mail import MailError, NotFound
from portal.shared_cards import TROUBLES, Line
from portal.store.owned import ALIAS


def index(trouble: str = "", status: int = 200) -> Response:
    return shared_cards.index(ALIAS, "cards/shared_aliases.html", trouble, status)


def new() -> Response:
    shared_cards.maximum(ALIAS)
    return _new_card(NewSharedAliasForm(formdata=None, destinations=[current.service().name]))


def create() -> Response:
    shared_cards.maximum(ALIAS)
    form = NewSharedAliasForm()
    if form.destinations.data is None:
        form.destinations.data = [current.service().name]
    if not shared_cards.is_valid(form):
        return _new_card(form, status=422)
    try:
        shared_mailbox.add_alias(current.holder(), form.name.data, form.destinations.address)
    except TROUBLES as error:
        trouble, status = shared_cards.explain(error, form, "destinations")
        return _new_card(form, trouble, status)
    htmx.say(_("Alias %(address)s created.", address=f"{form.name.data}@{current.domain()}"))
    return htmx.moved(index(), url_for("aliases.index"))


def show(address: str) -> Response:
    return _card(shared_cards.line(ALIAS, address))


def change(address: str) -> Response:
    form = SharedAliasForm()
    try:
        line = shared_cards.line(ALIAS, address)
    except MailError:
        return _card(shared_cards.recorded(ALIAS, address), form, "unread", 503)
    if form.destinations.data is not None and not shared_cards.is_valid(form):
        return _card(line, form, status=422)
    wanted = tuple(form.destinations.data or line.destinations)
    if wanted == line.destinations:
        htmx.say(_("Nothing was changed."))
        return _card(line)
    if request.form.get("seen", seen(line)) != seen(line):
        return _card(line, form, "moved", 409)
    try:
        shared_mailbox.change_alias(current.holder(), line.address, wanted[0])
    except TROUBLES as error:
        trouble, status = shared_cards.explain(error, form, "destinations")
        return _card(line, form, trouble, status)
    htmx.say(_("Saved."))
    return show(address)


def delete(address: str) -> Response:
    line = shared_cards.recorded(ALIAS, address)
    try:
        shared_mailbox.remove_alias(current.holder(), line.address)
    except NotFound:
        abort(404)
    except TROUBLES as error:
        trouble, status = shared_cards.explain(error)
        return _card(line, None, trouble, status)
    deleted = _("Alias %(address)s deleted.", address=line.address)
    later = _("It may take a few minutes before this name can be used again.")
    htmx.say(f"{deleted} {later}")
    return htmx.moved(index(), url_for("aliases.index"))


def seen(line: Line) -> str:
    """A digest of where it leads: if that is another one when a form comes back, somebody else changed it."""
    return sha256(repr(line.destinations).encode()).hexdigest()[:16]


def _anywhere() -> bool:
    return current.mailbox_plan().external_forwards


def _new_card(form: NewSharedAliasForm, trouble: str = "", status: int = 200) -> Response:
    return htmx.card("cards/shared_aliases_new.html", status, form=form, anywhere=_anywhere(), trouble=trouble)


def _card(line: Line, form: SharedAliasForm | None = None, trouble: str = "", status: int = 200) -> Response:
    return htmx.card(
        "cards/shared_aliases_one.html",
        status,
        line=line,
        form=form or SharedAliasForm(formdata=None, destinations=list(line.destinations)),
        seen=seen(line),
        own=current.service().name,
        anywhere=_anywhere(),
        trouble=trouble,
    )
