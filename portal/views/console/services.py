"""The services: a list with how each is, and a page of one: its plan, its operations, what it owes, its history."""

import time

from flask import Blueprint, Response, g, request
from flask_babel import gettext as _

from portal import billing_texts, console, current, history_texts, htmx, provisioning, statements
from portal.billing import Stale
from portal.mail import MailError
from portal.plan import PLANS
from portal.provisioning import Caller, NotPossible, mailbox
from portal.store import collecting, history, operations, overview, services
from portal.store import statements as kept
from portal.store.services import Service
from portal.views.console.statements import as_kept, open_windows

bp = Blueprint("services", __name__, url_prefix="/console")

STATEMENTS = 24
CHANGES = 20


@bp.get("/")
def index() -> Response:
    state = request.args.get("state", "")
    wanted = overview.Wanted(console.scope(), console.searched("q"), state if state in overview.STATES else "")
    counts = overview.counts(wanted)
    page = console.paged(counts[wanted.state], lambda limit, skip: overview.rows(wanted, limit, skip))
    return htmx.card("console/services.html", wanted=wanted, counts=counts, page=page)


@bp.get("/services/<slug:slug>/<int:svc>")
def show(slug: str, svc: int) -> Response:
    """All of it comes from our own records: no mail server is asked."""
    return _card(console.service(slug, svc))


@bp.post("/services/<slug:slug>/<int:svc>/finish")
def finish(slug: str, svc: int) -> Response:
    """Go on with what broke off. A password that this gives the hidden admin is shown, this once."""
    service = console.service(slug, svc)
    caller = Caller(console.actor_for(service), g.request_id, int(time.time()))
    try:
        with console.recorded("operation.finish", service.name, service):
            service, password = _finished(service, caller)
    except NotPossible as error:
        return _card(services.reread(service), trouble=str(error), status=409)
    except MailError as error:
        return _card(services.reread(service), trouble=str(error), status=502)
    htmx.say(_("Finished: nothing is left to do."))
    return _card(service, password=password or "")


def _finished(service: Service, caller: Caller) -> tuple[Service, str | None]:
    if service.product == "mailbox":
        return mailbox.finish(service, current.connections().to_shared, caller)[0], None
    service, _kinds, password = provisioning.finish(service, current.connections().to, caller)
    return service, password


def _card(service: Service, *, trouble: str = "", password: str = "", status: int = 200) -> Response:
    sold = statements.registered(service)
    plan = PLANS[service.product].parse(service.plan)
    billed = service.product == "domain"
    terms = statements.terms(sold) if billed else Stale.NO_PRICE
    return htmx.card(
        "console/service.html",
        status,
        trouble=trouble,
        password=password,
        service=service,
        plan=plan.texts,
        errors=plan.errors,
        warnings=billing_texts.warnings(None if isinstance(terms, Stale) else terms),
        operations=operations.of(service),
        collection=collecting.of(service),
        windows=open_windows(service, sold, int(time.time())) if billed else [],
        statements=[as_kept(row) for row in kept.recent(service, STATEMENTS)],
        lines=[history_texts.line(row, for_staff=True) for row in history.recent(service, CHANGES)],
    )
