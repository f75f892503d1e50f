"""The switch between languages."""

from flask import Blueprint, Response, abort, current_app, make_response, request

from portal import session
from portal.auth import for_readers
from portal.languages import LANGUAGES, refresh

bp = Blueprint("language", __name__, url_prefix="/language")


@bp.post("")
@for_readers
def choose() -> Response:
    chosen = request.form.get("lang", "")
    if chosen not in LANGUAGES:
        abort(400)
    session.choose_language(chosen)
    refresh()
    return make_response(current_app.view_functions["dashboard.show"]())
