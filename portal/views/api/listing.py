"""The services of a tenant, for the list by which WHMCS imports and compares."""

import re
from typing import Any

from flask import Response, g, jsonify, request

from portal import current
from portal.auth import public
from portal.connections import KIND_OF
from portal.mail import MailError
from portal.statements import moment
from portal.store import operations, servers, services
from portal.store.operations import Operation
from portal.store.services import Service
from portal.views.api.calls import Problem, bp
from portal.views.api.told import status_of

MOST = 500
# What every database can compare with.
NUMBER = re.compile("[0-9]{1,10}")
# Behind the services come the domains that no service has: their place is told by their name.
DOMAINS = "domain:"


@bp.get("/services")
@public
def list_services() -> Response:
    """A page of them, and `next`, by which to ask for the one after it."""
    limit = request.args.get("limit", 100, type=int)
    after = request.args.get("after", "")
    if not 0 < limit <= MOST or not (after == "" or NUMBER.fullmatch(after) or after.startswith(DOMAINS)):
        raise Problem(400, "malformed", f"limit is 1 to {MOST}, and after is what next told.")
    rows: list[dict[str, Any]] = []
    silent: list[str] = []
    if not after.startswith(DOMAINS):
        found = services.page(g.tenant, int(after or 0), limit + 1)
        newest = operations.newest_of(found[:limit])
        rows = [_row(service, newest.get(service.id)) for service in found[:limit]]
        if len(found) > limit:
            return jsonify(services=rows, next=str(rows[-1]["svc"]), silent=silent)
    names: list[str] = []
    if g.tenant.owner:
        names, silent = _unassigned(after.removeprefix(DOMAINS) if after.startswith(DOMAINS) else "")
    room = limit - len(rows)
    rows += [_domain(name) for name in names[:room]]
    more = f"{DOMAINS}{names[room - 1] if room else ''}" if len(names) > room else None
    return jsonify(services=rows, next=more, silent=silent)


def _unassigned(after: str) -> tuple[list[str], list[str]]:
    """The domains behind that name that no service has; and the silent servers."""
    found: set[str] = set()
    silent = []
    for record in servers.all_servers():
        if record.kind != KIND_OF["domain"]:
            continue
        try:
            found |= current.connections().to(record).domains()
        except MailError:
            silent.append(record.name)
    return sorted(name for name in found - services.claimed() if name > after), silent


def _row(service: Service, newest: Operation | None) -> dict[str, Any]:
    return {
        "svc": service.svc,
        "name": service.name,
        "username": service.username,
        "email": "",
        "status": status_of(service, newest),
        "created": moment(service.created).isoformat(),
    }


def _domain(name: str) -> dict[str, Any]:
    return {"svc": None, "name": name, "username": "", "email": "", "status": "active", "created": None}
