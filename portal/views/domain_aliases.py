"""The domain aliases card: the domain's other names, where the plan allows any."""

from typing import Any

from flask import Blueprint, Response, abort, request, url_for
from flask_babel import gettext as _

from portal import changes, current, domain_aliases, domains, htmx
from portal.dns import control
from portal.domain_aliases import Names, NotLooked, NotProved, PlanFull
from portal.forms import NewDomainAliasForm
from portal.mail import LimitReached, MailError, NameTaken, Refused, Unreachable
from portal.security import limiter

bp = Blueprint("domain-aliases", __name__, url_prefix="/domain-aliases")


@bp.before_request
def _require_offer() -> None:
    if not domain_aliases.maximum():
        abort(404)


@bp.get("/")
def index() -> Response:
    return htmx.card("cards/domain_aliases.html", names=domain_aliases.read(), maximum=domain_aliases.maximum())


@bp.get("/new")
def new() -> Response:
    return _new_card(NewDomainAliasForm(formdata=None))


@bp.post("/")
@limiter.limit("60 per minute", key_func=lambda: f"domain-alias:{current.service().id}")
@limiter.limit(
    "10 per minute",
    key_func=lambda: f"domain-alias-unanswered:{current.service().id}",
    deduct_when=lambda response: response.status_code == 503,
)
def create() -> Response:
    form = NewDomainAliasForm()
    if not form.validate():
        return _new_card(form, status=422)
    name = domains.typed(form.domain.data)
    try:
        names = domain_aliases.read(fresh=True)
    except MailError:
        return _new_card(form, trouble="unread", status=503)
    try:
        if not _was_done(name, names):
            _check(name, names)
            domain_aliases.add(name, names)
    except _Impossible as error:
        form.refuse("domain", str(error))
    except PlanFull:
        form.refuse("domain", _full())
    except NameTaken:
        form.refuse("domain", _("This domain cannot be added here: it is in use. If it is yours, contact support."))
    except LimitReached:
        form.refuse("domain", _("The mail server has no room for another domain alias."))
    except NotProved:
        return _new_card(form, name=name, trouble="not-proved", status=422)
    except NotLooked:
        return _new_card(form, name=name, trouble="not-looked", status=503)
    except Refused:
        return _new_card(form, trouble="refused", status=422)
    except Unreachable:
        return _new_card(form, trouble="unknown", status=503)
    else:
        return _done(_("Domain alias %(name)s added.", name=domains.readable(name)))
    return _new_card(form, status=422)


@bp.get("/<name>")
def show(name: str) -> Response:
    name, names = domains.normal(name), domain_aliases.read()
    if name not in names.all:
        abort(404)
    return _card(name, names)


@bp.post("/<name>/delete")
def delete(name: str) -> Response:
    name = domains.normal(name)
    attempt = changes.unfinished(domain_aliases.REMOVE, name)
    try:
        names = domain_aliases.read(fresh=True)
    except MailError:
        return _card(name, trouble="unread", status=503)
    if name not in names.present and attempt is not None:
        domain_aliases.forget(name)
        changes.settle(attempt)
    elif name not in names.all:
        abort(404)
    elif domains.typed(request.form.get("confirm", "")) != name:
        return _card(name, names, trouble="not-confirmed", status=422)
    else:
        try:
            domain_aliases.remove(name)
        except Refused:
            return _card(name, names, trouble="not-removed", status=422)
        except Unreachable:
            return _card(name, names, trouble="unknown", status=503)
    return _done(_("Domain alias %(name)s removed.", name=domains.readable(name)))


class _Impossible(Exception):
    """It cannot be added; the text is for the customer."""


def _check(name: str, names: Names) -> None:
    """Raise _Impossible for what needs neither DNS nor the mail server to be told."""
    if name == current.domain():
        raise _Impossible(_("This is the domain of the service itself."))
    if name in names.present:
        raise _Impossible(_("This domain is one of your domain aliases already."))
    if name not in names.open and len(names.all) >= domain_aliases.maximum():
        raise _Impossible(_full())


def _full() -> str:
    return str(_("Your plan has no room for another domain alias."))


def _was_done(name: str, names: Names) -> bool:
    """Whether an attempt of this session, whose answer was lost, has added it."""
    attempt = changes.unfinished(domain_aliases.ADD, name) if name in names.present else None
    if attempt is not None:
        changes.settle(attempt)
    return attempt is not None


def _done(said: str) -> Response:
    htmx.say(said)
    return htmx.moved(htmx.card("cards/domain_aliases_done.html"), url_for(".index"))


def _card(name: str, names: Names | None = None, *, trouble: str = "", status: int = 200) -> Response:
    is_open = names is not None and name in names.open
    return htmx.card("cards/domain_aliases_one.html", status, name=name, is_open=is_open, trouble=trouble)


def _new_card(form: Any, *, name: str = "", trouble: str = "", status: int = 200) -> Response:
    server = current.service().server
    return htmx.card(
        "cards/domain_aliases_new.html",
        status,
        form=form,
        name=name,
        trouble=trouble,
        host=control.host(name),
        value=domain_aliases.values()[0],
        mx_hosts=server.mx_hosts if server is not None else [],
    )
