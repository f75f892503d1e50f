"""The operator's console: until it is built, the tenant, its mail servers and how they are."""

from flask import Blueprint, Response

from portal import current, htmx
from portal.mail import MailError
from portal.mail import MailServer as Client
from portal.pools import Pool
from portal.store import servers

bp = Blueprint("console", __name__, url_prefix="/console")


@bp.get("/")
def show() -> Response:
    lent = servers.available_to(current.tenant())
    with Pool(8) as pool:
        answers = list(pool.map(_answers, [current.connections().client(server) for server in lent]))
    return htmx.card("console/overview.html", servers=list(zip(lent, answers, strict=True)))


def _answers(client: Client) -> bool:
    try:
        client.check()
    except MailError:
        return False
    return True
