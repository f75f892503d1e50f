"""What concerns the operator's own visit: the language, and its end."""

from flask import Blueprint, Response, abort, current_app, make_response, request

from portal import session, visits
from portal.languages import LANGUAGES, refresh

bp = Blueprint("visit", __name__, url_prefix="/console")


@bp.post("/language")
def language() -> Response:
    chosen = request.form.get("lang", "")
    if chosen not in LANGUAGES:
        abort(400)
    session.choose_language(chosen)
    refresh()
    return make_response(current_app.view_functions["services.index"]())


@bp.post("/leave")
def leave() -> Response:
    return visits.ended()
