"""The mail servers: their state, which each asks for itself; the portal's owner adds, tests and changes them."""

from flask import Blueprint, Response, abort, request
from flask_babel import gettext as _

from portal import console, core_texts, current, htmx
from portal.connections import VENDORS
from portal.console_forms import NEEDED, PasswordOfServerForm, ServerForm
from portal.mail import MailError
from portal.security import limiter
from portal.store import AlreadyExists, servers
from portal.store.servers import MailServer

bp = Blueprint("servers", __name__, url_prefix="/console/servers")

# Each try is a sign-in, and a mail server blocks whoever signs in wrongly too often.
TRIES = "10 per minute"


@bp.get("/")
def index() -> Response:
    """No mail server is asked here, so that a silent one keeps nobody waiting."""
    return _list(ServerForm(formdata=None))


@bp.get("/<int:number>/state")
def state(number: int) -> Response:
    """What the mail server itself says, asked with the connections that customers' pages use."""
    found = _found(number)
    try:
        said, answers = current.connections().client(found).check(), True
    except MailError as error:
        said, answers = str(error), False
    return _state(found, answers, said)


@bp.post("/")
@limiter.limit(TRIES)
def add() -> Response:
    """Keep one more, once it was signed in to."""
    console.require_owner()
    form = ServerForm()
    if not form.validate():
        return _list(form, status=422)
    given = form.settings(VENDORS)
    if not given["url"]:
        form.refuse("url", NEEDED)
        return _list(form, status=422)
    if servers.named(current.tenant(), given["name"]) is not None:
        form.refuse("name", _("There is a mail server of this name already."))
        return _list(form, status=422)
    try:
        with console.recorded("server.add", given["name"], url=given["url"], username=given["username"]):
            said = current.connections().try_sign_in(MailServer(**given, created=0, changed=0))
            servers.add(**given)
    except MailError as error:
        return _list(form, trouble=str(error), status=502)
    except AlreadyExists:
        form.refuse("name", _("There is a mail server of this name already."))
        return _list(form, status=422)
    htmx.say(_("Mail server %(name)s added. %(said)s", name=given["name"], said=core_texts.said(said)))
    return _list(ServerForm(formdata=None))


@bp.post("/<int:number>/test")
@limiter.limit(TRIES)
def test(number: int) -> Response:
    """Sign in anew with what is kept: a connection that is open proves nothing about the password."""
    console.require_owner()
    found = _found(number)
    try:
        with console.recorded("server.test", found.name):
            said, answers = current.connections().try_sign_in(found), True
    except MailError as error:
        said, answers = str(error), False
    return _state(found, answers, said)


@bp.get("/<int:number>/password")
def password(number: int) -> Response:
    console.require_owner()
    return htmx.card("console/server_password.html", server=_found(number), form=PasswordOfServerForm(formdata=None))


@bp.post("/<int:number>/password")
@limiter.limit(TRIES)
def replace_password(number: int) -> Response:
    """Keep another password, once it was signed in with."""
    console.require_owner()
    found, form = _found(number), PasswordOfServerForm()
    if not form.validate():
        return htmx.card("console/server_password.html", 422, server=found, form=form)
    try:
        with console.recorded("server.password", found.name):
            found.password = form.password.data
            said = current.connections().try_sign_in(found)
            servers.replace_password(found, form.password.data)
    except MailError as error:
        return htmx.card("console/server_password.html", 502, server=found, form=form, trouble=str(error))
    htmx.say(_("The password of %(name)s was replaced. %(said)s", name=found.name, said=core_texts.said(said)))
    return _list(ServerForm(formdata=None))


def _found(number: int) -> MailServer:
    return servers.of_number(current.tenant(), number) or abort(404)


def _state(found: MailServer, answers: bool, said: str) -> Response:
    owner = current.tenant().owner
    return htmx.card("console/server_state.html", server=found, answers=answers, said=said, owner=owner)


def _list(form: ServerForm, *, trouble: str = "", status: int = 200) -> Response:
    return htmx.card(
        "console/servers.html",
        status,
        servers=servers.available_to(current.tenant()),
        owner=current.tenant().owner,
        form=form,
        trouble=trouble,
        opened=request.method == "POST" and status != 200,
    )
