"""The health: the store, the worker, the collection of usage, the queue; mail servers and DNS are asked one by one."""

import time
from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app

from portal import console, current, htmx, worker
from portal.dns import CouldNotLook
from portal.store import job_runs, overview, servers

bp = Blueprint("health", __name__, url_prefix="/console/health")

# The worker is woken every ten minutes.
LATE = 1500


@bp.get("/")
def index() -> Response:
    """From our own records; what has to be asked for comes by itself."""
    runs = job_runs.newest()
    return htmx.card(
        "console/health.html",
        worker=runs[0] if runs else None,
        late=not runs or runs[0].seen < time.time() - LATE,
        progress=overview.progress(console.scope()),
        waiting=worker.waiting(current_app.config),
        servers=servers.available_to(current.tenant()),
    )


@bp.get("/dns")
def dns() -> Response:
    """Whether DNS gives usable answers, about the name that matters most here."""
    lent = servers.available_to(current.tenant())
    name = lent[0].mail_host if lent else urlsplit(current_app.config["PORTAL_BASE_URL"]).hostname or ""
    began = time.monotonic()
    try:
        current.dns().mx(name)
        failure = ""
    except CouldNotLook as error:
        failure = str(error)
    return htmx.card("console/dns_state.html", name=name, failure=failure, seconds=time.monotonic() - began)
