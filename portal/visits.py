"""The end of a visit: whoever acts for somebody says that they are done."""

import time

from flask import Response, g

from portal import current, htmx
from portal.store import sessions


def ended() -> Response:
    """End the session, here and in every tab that it opened."""
    back = current.claims()["links"]["service"]
    sessions.end(g.visit.session, int(time.time()))
    for name in ("visit", "grant", "service"):
        g.pop(name, None)
    answer = htmx.card("left.html", back=back)
    answer.headers["Clear-Site-Data"] = '"storage"'
    return answer
