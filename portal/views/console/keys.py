"""The keys that sign WHMCS's calls: when each was made, until when it is good, and a new one."""

from flask import Blueprint, Response, request
from flask_babel import gettext as _

from portal import console, current, htmx
from portal.security import limiter
from portal.store import tenants

bp = Blueprint("keys", __name__, url_prefix="/console/keys")

# Hours that the key before a new one stays good.
OVERLAPS = (0, 1, 24, 72, 168)


@bp.get("/")
def index() -> Response:
    return _card()


@bp.post("/rotate")
@limiter.limit("5 per minute")
def rotate() -> Response:
    """Make a key and show it, this once."""
    hours = request.form.get("overlap", type=int)
    if hours is None or hours not in OVERLAPS:
        return _card(error=_("Choose how long the present key stays good."), status=422)
    with console.recorded("key.rotate", current.tenant().slug, overlap_hours=hours):
        made = tenants.rotate(current.tenant(), hours * 3600)
    htmx.say(_("A new key was made. Copy it into WHMCS now."))
    return _card(made=made)


def _card(*, made: str = "", error: str = "", status: int = 200) -> Response:
    keys = tenants.live_keys(current.tenant())
    return htmx.card("console/keys.html", status, keys=keys, overlaps=OVERLAPS, made=made, error=error)
