"""What a tenant may know of the mail servers it uses."""

from functools import partial
from typing import Any

from flask import Response, g, jsonify

from portal import current
from portal.auth import public
from portal.mail import MailError
from portal.pools import Pool
from portal.store import servers
from portal.store.servers import MailServer
from portal.store.tenants import Tenant
from portal.version import VERSION
from portal.views.api.calls import bp


@bp.get("/ping")
@public
def ping() -> Response:
    tenant: Tenant = g.tenant
    lent = servers.available_to(tenant)
    with Pool(8) as pool:
        clients = [(current.connections().client(server), server) for server in lent]
        states = list(pool.map(partial(_state_of, whole=tenant.owner), clients))
    return jsonify(tenant=tenant.slug, version=VERSION, servers=states)


@bp.get("/servers")
@public
def list_servers() -> Response:
    return jsonify(servers=[{"name": server.name, "kind": server.kind} for server in servers.available_to(g.tenant)])


def _state_of(pair: tuple[Any, MailServer], *, whole: bool) -> dict[str, Any]:
    """What a server answers; to whom it does not belong, only whether it does (`whole` tells more)."""
    client, server = pair
    try:
        detail, ok = client.check(), True
    except MailError as error:
        detail, ok = str(error), False
    if not whole:
        detail = (
            "The mail server answers."
            if ok
            else "The mail server does not answer as it should. Tell the provider who lends it to you."
        )
    return {"name": server.name, "kind": server.kind, "ok": ok, "detail": detail}
