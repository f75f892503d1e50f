"""What the cards of aliases and of forwards do alike: make, show, change and delete an alias of the mail server."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, abort, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal import changes, clashes, current, htmx
from portal.forms import AliasForm, Form, ForwardForm, NewAliasForm, NewForwardForm
from portal.languages import listed
from portal.mail import (
    AliasSettings,
    LimitReached,
    MailError,
    NameTaken,
    NotFound,
    Refused,
    Unreachable,
)
from portal.store.turns import Busy

OPTIONS = ("may_send", "hide_from_gal", "internal_only")


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the two cards: its name, the word for what it makes in the history, and its forms."""

    card: str
    noun: str
    created: Any
    deleted: Any
    new_form: type[NewForwardForm | NewAliasForm]
    form: type[ForwardForm]


ALIASES = Kind(
    "aliases",
    "alias",
    _l("Alias %(address)s created."),
    _l("Alias %(address)s deleted."),
    NewAliasForm,
    AliasForm,
)
FORWARDS = Kind(
    "forwards",
    "forward",
    _l("Forward %(address)s created."),
    _l("Forward %(address)s deleted."),
    NewForwardForm,
    ForwardForm,
)


def new(kind: Kind) -> Response:
    return _card(kind, _form(kind.new_form, empty=True))


def create(kind: Kind) -> Response:
    form = _form(kind.new_form)
    valid = form.validate()
    try:
        valid = _suits(form, name=_unless_tried(kind, form.name.data or "")) and valid
        if not valid:
            return _card(kind, form, status=422)
        wanted = AliasSettings(
            form.name.data,
            tuple(form.destinations.data),
            **{option: bool(form[option].data) for option in OPTIONS if option in form},
        )
        _create(kind, wanted)
    except NameTaken:
        form.refuse("name", clashes.after(form.name.data))
    except LimitReached:
        form.refuse("name", _("The mail server has no room for another alias in this domain."))
    except Refused:
        return _card(kind, form, trouble="refused", status=422)
    except Unreachable:
        return _card(kind, form, trouble="unknown", status=503)
    else:
        address = f"{wanted.name}@{current.domain()}"
        htmx.say(str(kind.created) % {"address": address})
        if kind is FORWARDS and not current.directory().local.isdisjoint(wanted.targets):
            htmx.say(_("It leads to a mailbox of this domain, so it is listed as that mailbox's alias."))
        return htmx.moved(show(kind, address), url_for(f"{kind.card}.show", address=address))
    return _card(kind, form, status=422)


def show(kind: Kind, address: str) -> Response:
    present = _find(address)
    return _card(kind, _filled(kind, present), present)


def change(kind: Kind, address: str) -> Response:
    form = _form(kind.form)
    try:
        with changes.turn():
            return _change(kind, address, form)
    except Busy:
        return _card(kind, form, address=address.lower(), trouble="busy", status=409)


def delete(kind: Kind, address: str) -> Response:
    name, address = _local_part(address), address.lower()
    if request.form.get("confirm", "").strip().lower() != address:
        return show(kind, address)
    try:
        with changes.turn():
            return _delete(kind, name, address)
    except Busy:
        return _card(kind, None, address=address, trouble="busy", status=409)


def seen(present: AliasSettings) -> str:
    """A digest of the values a form shows: if they are others when it comes back, somebody else changed them."""
    return hashlib.sha256(repr(present).encode()).hexdigest()[:16]


def _change(kind: Kind, address: str, form: Any) -> Response:
    try:
        present = _find(address)
        form.allow({"destinations": present.targets})
        valid = form.validate()
        valid = _suits(form, present) and valid
    except MailError:
        return _card(kind, form, address=address.lower(), trouble="unread", status=503)
    changed = _changed(form, present)
    if changed and request.form.get("seen", seen(present)) != seen(present):
        return _card(kind, form, present, trouble="moved", status=409)
    if not valid:
        return _card(kind, form, present, status=422)
    if not changed:
        done = changes.unfinished(f"{kind.noun}.change", address.lower())
        if done is not None:
            changes.settle(done)
        htmx.say(_("Saved.") if done is not None else _("Nothing was changed."))
        return _card(kind, form, present)
    try:
        with changes.recorded(f"{kind.noun}.change", address.lower(), **changed):
            current.mail().change_alias(present.name, **changed)
    except Refused:
        return _card(kind, form, present, trouble="refused", status=422)
    except Unreachable:
        return _card(kind, form, present, trouble="unknown", status=503)
    htmx.say(_("Saved."))
    return show(kind, address)


def _delete(kind: Kind, name: str, address: str) -> Response:
    attempt = changes.unfinished(f"{kind.noun}.delete", address)
    try:
        with changes.recorded(f"{kind.noun}.delete", address):
            current.mail().delete_alias(name)
    except NotFound:
        if attempt is None:
            abort(404)
        changes.settle(attempt)
    except Refused:
        return _card(kind, _filled(kind, _find(address)), _find(address), trouble="refused", status=422)
    except Unreachable:
        return _card(kind, None, address=address, trouble="unknown", status=503)
    later = _("It may take a few minutes before this name can be used again.")
    htmx.say(f"{str(kind.deleted) % {'address': address}} {later}")
    answer = htmx.card("cards/alias_deleted.html", card=kind.card)
    return htmx.moved(answer, url_for("aliases.index" if kind is ALIASES else "addresses.show"))


def _form(make: Callable[..., Any], *, empty: bool = False) -> Any:
    form = make(formdata=None) if empty else make()
    form.destinations.domain = current.domain()
    return form


def _filled(kind: Kind, present: AliasSettings) -> Form:
    options = {option: getattr(present, option) for option in OPTIONS}
    return kind.form(formdata=None, destinations=list(present.targets), **options)


def _suits(form: Any, present: AliasSettings | None = None, *, name: str = "") -> bool:
    """Whether name and destinations can be so by what the domain holds; what cannot is said in the form.

    Raises what reading the domain raises.
    """
    snapshot = current.directory()
    domain, hidden = current.domain(), f"{current.hidden()}@{current.domain()}"
    held = snapshot.local | {alias.address for alias in snapshot.aliases}
    before = frozenset(present.targets) if present is not None else frozenset[str]()
    clash = clashes.before(name) if name else ""
    if clash:
        form.refuse("name", clash)
        return False
    if form.destinations.data is None:
        return present is not None
    added = [address for address in form.destinations.data if address not in before]
    unknown = [
        address for address in added if address.endswith(f"@{domain}") and (address not in held or address == hidden)
    ]
    if not form.destinations.data and not (present is not None and present.everyone):
        form.refuse("destinations", _("Enter at least one destination."))
    elif unknown:
        form.refuse("destinations", _("There is no such address here: %(texts)s", texts=listed(unknown)))
    return not form.destinations.errors


def _unless_tried(kind: Kind, name: str) -> str:
    """The name, "" when an attempt of this session, whose end is not known, may have taken it."""
    return "" if changes.left_open(f"{kind.noun}.create", f"{name}@{current.domain()}") else name


def _create(kind: Kind, wanted: AliasSettings) -> None:
    """Create it, or find that an attempt of this session whose answer was lost has done so."""
    mail, address = current.mail(), f"{wanted.name}@{current.domain()}"
    attempt = changes.left_open(f"{kind.noun}.create", address)
    if attempt is not None:
        try:
            if mail.alias(wanted.name) == wanted:
                changes.settle(attempt)
                return
        except NotFound:
            pass
    with changes.recorded(f"{kind.noun}.create", address, targets=list(wanted.targets)):
        mail.create_alias(wanted)


def _changed(form: Any, present: AliasSettings) -> dict[str, Any]:
    """What was sent and is not so already."""
    changed: dict[str, Any] = {}
    sent: Sequence[str] | None = form.destinations.data
    if sent is not None and set(sent) != set(present.targets):
        changed["targets"] = list(sent)
    for option in OPTIONS:
        if option in form and form[option].data is not None and form[option].data != getattr(present, option):
            changed[option] = form[option].data
    return changed


def _local_part(address: str) -> str:
    name, _at, domain = address.lower().rpartition("@")
    if domain != current.domain() or not name:
        abort(404)
    return name


def _find(address: str) -> AliasSettings:
    try:
        return current.mail().alias(_local_part(address))
    except NotFound:
        abort(404)


def _card(
    kind: Kind,
    form: Any,
    present: AliasSettings | None = None,
    *,
    address: str = "",
    trouble: str = "",
    status: int = 200,
) -> Response:
    if present is not None:
        address = f"{present.name}@{current.domain()}"
    return htmx.card(
        f"cards/{kind.card}_form.html",
        status,
        card=kind.card,
        form=form,
        address=address,
        present=present,
        seen=seen(present) if present is not None else request.form.get("seen", ""),
        trouble=trouble,
    )
