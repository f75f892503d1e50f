"""The lists card: the distribution lists of a mailbox on a shared domain, and their members."""

from dataclasses import replace

from flask import Blueprint, Response, abort, url_for
from flask_babel import gettext as _

from portal import current, htmx, shared_cards, shared_mailbox
from portal.forms import MemberForm, NewListForm
from portal.mail import NotFound
from portal.shared_cards import TROUBLES, Line
from portal.store.owned import LIST

bp = Blueprint("lists", __name__, url_prefix="/lists")


@bp.get("/")
def index(trouble: str = "", status: int = 200) -> Response:
    return shared_cards.index(LIST, "cards/lists.html", trouble, status)


@bp.post("/mend")
def mend() -> Response:
    shared_cards.maximum(LIST)
    return shared_cards.mend(index)


@bp.get("/new")
def new() -> Response:
    shared_cards.maximum(LIST)
    return _new_card(NewListForm(formdata=None))


@bp.post("/")
def create() -> Response:
    shared_cards.maximum(LIST)
    form = NewListForm()
    if not shared_cards.is_valid(form):
        return _new_card(form, status=422)
    try:
        shared_mailbox.create_list(current.holder(), form.name.data)
    except TROUBLES as error:
        trouble, status = shared_cards.explain(error, form)
        return _new_card(form, trouble, status)
    address = f"{form.name.data}@{current.domain()}"
    htmx.say(_("List %(address)s created. Now add its members.", address=address))
    return htmx.moved(show(address), url_for("lists.show", address=address))


@bp.get("/<address:address>")
def show(address: str) -> Response:
    line = shared_cards.line(LIST, address)
    if not line.is_missing:
        try:
            return _card(line, _members(line))
        except NotFound:
            # It went missing since it was last read what there is.
            line = replace(shared_cards.recorded(LIST, address), is_missing=True)
    return _card(line, line.destinations)


@bp.post("/<address:address>/delete")
def delete(address: str) -> Response:
    line = shared_cards.recorded(LIST, address)
    try:
        shared_mailbox.delete_list(current.holder(), line.address)
    except NotFound:
        abort(404)
    except TROUBLES as error:
        return _card(line, None, None, *shared_cards.explain(error))
    htmx.say(_("List %(address)s deleted.", address=line.address))
    return htmx.moved(index(), url_for("lists.index"))


@bp.post("/<address:address>/members")
def add_member(address: str) -> Response:
    line, form = shared_cards.recorded(LIST, address), MemberForm()
    try:
        if not shared_cards.is_valid(form):
            return _card(line, _members(line), form, status=422)
        shared_mailbox.add_member(current.holder(), line.address, form.member.address)
    except NotFound:
        abort(404)
    except TROUBLES as error:
        return _card(line, None, form, *shared_cards.explain(error, form, "member"))
    htmx.say(_("%(member)s added.", member=form.member.address))
    return show(address)


@bp.post("/<address:address>/members/<address:member>/delete")
def remove_member(address: str, member: str) -> Response:
    line = shared_cards.recorded(LIST, address)
    try:
        shared_mailbox.remove_member(current.holder(), line.address, member)
    except NotFound:
        abort(404)
    except TROUBLES as error:
        return _card(line, None, None, *shared_cards.explain(error))
    htmx.say(_("%(member)s removed.", member=member.lower()))
    return show(address)


def _members(line: Line) -> tuple[str, ...]:
    return tuple(sorted(shared_mailbox.members(current.holder(), line.address)))


def _new_card(form: NewListForm, trouble: str = "", status: int = 200) -> Response:
    return htmx.card("cards/lists_new.html", status, form=form, trouble=trouble)


def _card(
    line: Line,
    members: tuple[str, ...] | None,
    form: MemberForm | None = None,
    trouble: str = "",
    status: int = 200,
) -> Response:
    """`members` None: they were not read."""
    return htmx.card(
        "cards/lists_one.html",
        status,
        line=line,
        members=members,
        form=form or MemberForm(formdata=None),
        anywhere=current.mailbox_plan().external_forwards,
        own=current.service().name,
        trouble=trouble,
    )
