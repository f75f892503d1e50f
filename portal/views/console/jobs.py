"""The jobs: what the worker did last, how far the collection of usage is, and which readings are to be tried again."""

from flask import Blueprint, Response
from flask_babel import gettext as _

from portal import console, htmx
from portal.store import collecting, job_runs, overview

bp = Blueprint("jobs", __name__, url_prefix="/console/jobs")


@bp.get("/")
def index() -> Response:
    return _card()


@bp.post("/<slug:slug>/<int:svc>/retry")
def retry(slug: str, svc: int) -> Response:
    """Have it read at the worker's next round, however often it has failed."""
    service = console.service(slug, svc)
    with console.recorded("usage.retry", service.name, service):
        collecting.hasten(service)
    htmx.say(_("The usage of %(name)s is read at the worker's next round, within ten minutes.", name=service.name))
    return _card()


def _card() -> Response:
    progress = overview.progress(console.scope())
    page = console.paged(progress.failed, lambda limit, skip: overview.failed(console.scope(), limit, skip))
    return htmx.card("console/jobs.html", progress=progress, page=page, runs=job_runs.newest())
