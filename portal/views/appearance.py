"""What a brand looks like: its colours as a style sheet, and its pictures. Both are named by what they hold."""

from flask import Blueprint, Response, abort

from portal import brand
from portal.auth import public
from portal.store import brands

bp = Blueprint("appearance", __name__, url_prefix="/brand")

FOR_EVER = "public, max-age=31536000, immutable"
# Not for ever: which shades can be read is our rule, and may change.
FOR_A_DAY = "public, max-age=86400"
# Opened by itself, a picture is no page of ours: nothing in it may run, load or lead anywhere.
PICTURE_POLICY = "default-src 'none'; sandbox"


@bp.get("/<colours:colours>.css")
@public
def colours(colours: str) -> Response:
    """These colours, readable in both themes. Nothing in it is any tenant's."""
    shades = brand.shades(*(f"#{colour}" for colour in colours.split("-")))
    light = f"--brand:{shades.light};--on-brand:{shades.on_light}"
    dark = f"--brand:{shades.dark};--on-brand:{shades.on_dark}"
    css = (
        f":root{{{light}}}\n[data-theme=dark]{{{dark}}}\n"
        f"@media (prefers-color-scheme:dark){{[data-theme=auto]{{{dark}}}}}\n"
    )
    response = Response(css, mimetype="text/css")
    response.headers["Cache-Control"] = FOR_A_DAY
    return response


@bp.get("/<slug:slug>/<digest:digest>")
@public
def picture(slug: str, digest: str) -> Response:
    """A picture of that tenant's."""
    found = brands.picture(slug, digest) or abort(404)
    response = Response(bytes(found.data), mimetype=found.mime)
    response.headers["Cache-Control"] = FOR_EVER
    response.headers["Content-Security-Policy"] = PICTURE_POLICY
    return response
