"""The brand: how the tenant looks to its customers. A draft shows nobody anything until it is published."""

from typing import Any

from flask import Blueprint, Response, request
from flask_babel import gettext as _
from werkzeug.exceptions import RequestEntityTooLarge

from portal import brand, brand_preview, console, current, htmx
from portal.brand_form import BrandForm
from portal.security import limiter
from portal.store import brands

bp = Blueprint("brand", __name__, url_prefix="/console/brand")

# Bytes: two pictures and the rest. What is larger than a picture may be is told in the picture's field up to here.
LARGEST_FORM = 4 * 2**20


@bp.url_value_preprocessor
def _take_pictures(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    request.max_content_length = LARGEST_FORM


@bp.get("/")
def index() -> Response:
    return _card(_filled(_settings()), _settings())


@bp.post("/preview")
@limiter.limit("120 per minute")
def preview() -> Response:
    """The card with what was typed so far, as far as it can be used; nothing is kept."""
    form = BrandForm()
    form.validate()
    return _card(form, form.settings(_settings()))


@bp.post("/")
@limiter.limit("20 per minute")
def save() -> Response:
    """Keep a draft, or show it to customers at once."""
    try:
        form = BrandForm()
        is_good = form.validate()
    except RequestEntityTooLarge:
        return _card(_filled(_settings()), _settings(), error=_("These files are too large."), status=413)
    pictures = form.read_pictures()
    if not is_good or form.errors:
        return _card(form, form.settings(_settings()), status=422)
    settings, tenant = form.settings(_settings()), current.tenant()
    if request.form.get("publish"):
        changed = sorted(name for name in settings | tenant.brand if settings.get(name) != tenant.brand.get(name))
        with console.recorded("brand.publish", tenant.slug, settings=sorted({*changed, *pictures})):
            brands.publish(tenant, settings, pictures)
        htmx.say(_("Published: your customers see it now."))
    else:
        with console.recorded("brand.draft", tenant.slug):
            brands.save_draft(tenant, settings, pictures)
        htmx.say(_("The draft was saved. Your customers do not see it until you publish it."))
    # Made anew, so that no file is left in it to be sent once more.
    return htmx.in_place_of(index(), "#brand")


@bp.post("/discard")
def discard() -> Response:
    if brands.draft(current.tenant()) is not None:
        with console.recorded("brand.discard", current.tenant().slug):
            brands.discard_draft(current.tenant())
        htmx.say(_("The draft was discarded. This is what your customers see."))
    return index()


def _settings() -> dict[str, Any]:
    """Those that are edited: the draft's, or what is published where there is none."""
    draft = brands.draft(current.tenant())
    found: dict[str, Any] = current.tenant().brand if draft is None else draft.settings
    return found


def _filled(settings: dict[str, Any]) -> BrandForm:
    shown = brand.of(settings, current.tenant().name)
    pictures = {"logo": None, "favicon": None}
    given = {name: getattr(shown, name) for name in brand.Brand.__dataclass_fields__ if name not in pictures}
    return BrandForm(formdata=None, data=given)


def _card(form: BrandForm, settings: dict[str, Any], *, error: str = "", status: int = 200) -> Response:
    """With a preview of these settings."""
    shown = brand.of(settings, current.tenant().name)
    return htmx.card(
        "console/brand.html",
        status,
        form=form,
        draft=brands.draft(current.tenant()),
        shown=shown,
        corrections=brand.corrections(shown),
        documents=brand_preview.documents(shown),
        error=error,
    )
