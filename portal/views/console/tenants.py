"""The tenants, for the portal's owner: all of them with what they use, and a new one set up."""

from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _

from portal import console, htmx, resellers
from portal.console_forms import ResellerForm
from portal.resellers import Lending, Wanted
from portal.store import AlreadyExists, loans, overview, servers, tenants
from portal.views.console import tenant

bp = Blueprint("tenants", __name__, url_prefix="/console/tenants")


@bp.before_request
def _owner_only() -> None:
    console.require_owner()


@bp.get("/")
def index() -> Response:
    return _list(ResellerForm(formdata=None))


@bp.post("/")
def set_up() -> Response:
    """Make the tenant, its origin, what is lent to it and the beginning of its brand; its key is shown this once."""
    form = ResellerForm()
    lendings, trouble = _lendings()
    if not form.validate() or trouble:
        return _list(form, trouble=trouble, status=422)
    if tenants.by_slug(form.slug.data) is not None:
        return _taken(form)
    wanted = Wanted(form.slug.data, form.name.data, form.whmcs_url.data, (), form.brand(), lendings)
    try:
        with console.recorded("tenant.set-up", wanted.slug):
            made = resellers.set_up(wanted)
    except AlreadyExists:
        return _taken(form)
    except ValueError:
        form.refuse("whmcs_url", _("Write it as in a browser: https:// and a host name in lower case."))
        return _list(form, status=422)
    if not made.key:
        # Somebody else was first by an instant.
        return _taken(form)
    htmx.say(_("%(name)s is set up. Enter in its WHMCS what stands below.", name=made.tenant.name))
    return htmx.moved(tenant.card(made.tenant, key=made.key), url_for("tenant.show", slug=made.tenant.slug))


def _taken(form: ResellerForm) -> Response:
    form.refuse("slug", _("There is a tenant of this name already."))
    return _list(form, status=422)


def _lendings() -> tuple[list[Lending], str]:
    """The mail servers that were ticked, with their limits."""
    chosen = [server for server in servers.all_servers() if request.form.get(f"lend-{server.id}") == "on"]
    typed = [(server, *tenant.typed_limits(server, f"-{server.id}")) for server in chosen]
    trouble = next((wrong for _server, _typed, wrong in typed if wrong), "")
    return [Lending(server, **limits) for server, limits, wrong in typed if not wrong], trouble


def _list(form: ResellerForm, *, trouble: str = "", status: int = 200) -> Response:
    rows = [
        (known, overview.counts(overview.Wanted(known))[""], loans.all_of(tenant=known))
        for known in tenants.all_tenants()
    ]
    return htmx.card(
        "console/tenants.html",
        status,
        rows=rows,
        form=form,
        trouble=trouble,
        servers=[(server, loans.limited(server)) for server in servers.all_servers()],
        typed=request.form,
        opened=status != 200,
    )
