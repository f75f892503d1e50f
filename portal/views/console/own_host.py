"""The own host name: under it customers see this tenant, and nobody else. DNS has to lead it here."""

from functools import partial
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal import console, current, host_names, htmx
from portal.console_forms import HostForm
from portal.dns import CouldNotLook
from portal.dns.hosts import Place, place
from portal.host_names import BadHost
from portal.security import limiter
from portal.store import AlreadyExists, own_hosts

bp = Blueprint("own-host", __name__, url_prefix="/console/own-host")

REFUSED = {
    "none": _l("A host name looks like this: mail.example.com"),
    "private": _l("Nobody on the internet can reach this name. Use one of your own domain."),
    "portal": _l("This is the portal's own name. Use one of your own domain."),
}


@bp.get("/")
@limiter.limit("60 per minute")
def index() -> Response:
    """Waits for DNS: the page loads it by itself."""
    return _card()


@bp.post("/")
@limiter.limit("20 per minute")
def put() -> Response:
    """Another name, or none."""
    form, tenant = HostForm(), current.tenant()
    if not form.validate():
        return _card(form, status=422)
    try:
        name = host_names.parse(form.host.data, _portal()) if form.host.data else ""
        if name != own_hosts.of(tenant):
            with console.recorded("brand.host", name or tenant.slug, host=name):
                own_hosts.put(tenant, name)
    except BadHost as error:
        form.refuse("host", str(REFUSED[error.code]))
        return _card(form, status=422)
    except AlreadyExists:
        form.refuse("host", _("This name is in use already."))
        return _card(form, status=422)
    htmx.say(
        _("%(name)s is your own host name now.", name=name) if name else _("You have no host name of your own now.")
    )
    return _card()


def _card(form: HostForm | None = None, *, status: int = 200) -> Response:
    name = own_hosts.of(current.tenant())
    return htmx.card(
        "console/own_host.html",
        status,
        form=form or HostForm(formdata=None, data={"host": name}),
        name=name,
        portal=_portal(),
        place=_place(name) if name else None,
    )


def _place(name: str) -> Place | None:
    """Where it leads by now; None when that could not be looked up."""
    try:
        return current.dns().judge(partial(place, name, _portal()), max_age=0).value
    except CouldNotLook:
        return None


def _portal() -> str:
    return urlsplit(current_app.config["PORTAL_BASE_URL"]).hostname or ""
