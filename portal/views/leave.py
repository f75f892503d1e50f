"""The end of a visit: whoever acts for somebody says that they are done."""

from flask import Blueprint, Response

from portal import visits
from portal.auth import for_readers

bp = Blueprint("leave", __name__, url_prefix="/leave")


@bp.post("")
@for_readers
def leave() -> Response:
    return visits.ended()
