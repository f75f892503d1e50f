"""The origins: whose pages may embed the tenant's services."""

from flask import Blueprint, Response
from flask_babel import gettext as _

from portal import console, current, htmx
from portal.console_forms import OriginForm
from portal.store import tenants
from portal.store.tenants import LastOrigin

bp = Blueprint("origins", __name__, url_prefix="/console/origins")


@bp.get("/")
def index() -> Response:
    return _card(OriginForm(formdata=None))


@bp.post("/")
def add() -> Response:
    form = OriginForm()
    if not form.validate():
        return _card(form, status=422)
    try:
        tenants.check_origin(form.origin.data)
    except ValueError:
        form.refuse("origin", _("An origin is https:// and a host name, with nothing behind it."))
        return _card(form, status=422)
    with console.recorded("origin.add", form.origin.data):
        tenants.add_origin(current.tenant(), form.origin.data)
    htmx.say(_("%(origin)s may embed your services now.", origin=form.origin.data))
    return _card(OriginForm(formdata=None))


@bp.post("/remove")
def remove() -> Response:
    """Never the last one: nobody could open a service any more."""
    form = OriginForm()
    origin = form.origin.data or ""
    if origin not in tenants.origins(current.tenant()):
        return _card(OriginForm(formdata=None))
    try:
        with console.recorded("origin.remove", origin):
            tenants.remove_other_origin(current.tenant(), origin)
    except LastOrigin:
        return _card(
            OriginForm(formdata=None),
            error=_("This is the only origin: without it nobody could open a service. Add another one first."),
            status=422,
        )
    htmx.say(_("%(origin)s may not embed your services any more.", origin=origin))
    return _card(OriginForm(formdata=None))


def _card(form: OriginForm, *, error: str = "", status: int = 200) -> Response:
    return htmx.card("console/origins.html", status, origins=tenants.origins(current.tenant()), form=form, error=error)
