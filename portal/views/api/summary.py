"""What an admin's service page shows of a service: what is known of it, without waiting for DNS."""

from concurrent.futures import TimeoutError as TooLate
from contextlib import suppress
from typing import Any

from flask import Response, g, jsonify

from portal import current, deliverability, statements
from portal.auth import public
from portal.billing.statements import has_statements
from portal.billing.windows import end
from portal.dkim_state import status_of as dkim_status
from portal.dns import Finding, Verdict
from portal.mail import Dkim, MailError
from portal.plan import Plan
from portal.statements import moment
from portal.store import history, operations, services, usage
from portal.store.operations import Operation
from portal.store.services import Service
from portal.views.api.calls import Problem, bp
from portal.views.api.services import server_of, warnings_of
from portal.views.api.told import status_of

PATIENCE = 1.0  # seconds, for the mail server's word on DKIM
UNKNOWN = {"verdict": str(Verdict.UNKNOWN), "note": "not-looked"}


@bp.get("/services/<int:svc>/summary")
@public
def summary(svc: int) -> Response:
    service = services.find(g.tenant.slug, svc)
    if service is None:
        raise Problem(404, "unknown-service", "The portal does not know this service. Create or register it first.")
    newest = operations.newest(service)
    left = operations.unfinished(service)
    _server, plan_errors = server_of(g.tenant, service.product, service.plan, service)
    return jsonify(
        svc=service.svc,
        name=service.name,
        username=service.username,
        status=status_of(service, newest),
        server=service.server.name if service.server else None,
        usage=_usage(service),
        dns=_dns(service),
        plan_errors=plan_errors,
        plan_warnings=warnings_of(service),
        last_operation=_operation(newest) if newest else None,
        unfinished=[_operation(operation) for operation in left],
        last_error=left[-1].error if left else "",
        last_activity=_activity(service),
        unbilled=_unbilled(service, newest) if newest and _is_over(service, newest) else [],
    )


def _usage(service: Service) -> dict[str, Any] | None:
    """The newest reading; None before the first."""
    sample = usage.newest([service]).get(service.id)
    if sample is None:
        return None
    told = {name: value for name, value in sample._asdict().items() if name != "read_at"}
    return told | {"as_of": moment(sample.read_at).isoformat()}


def _dns(service: Service) -> dict[str, dict[str, str]]:
    """The verdicts on what is known; what is not is being looked up from now on."""
    if not service.proved or service.product != "domain":
        return {}
    judges = deliverability.judges(service.name, Plan.parse(service.plan), service.server)
    told = {}
    for record, judge in judges.items():
        looked = current.dns().look(judge, judge, patience=0)
        told[record] = _finding(looked.value) if looked else UNKNOWN
    return told | {"dkim": _dkim(service)}


def _dkim(service: Service) -> dict[str, str]:
    with suppress(MailError, TooLate):
        keys = _keys(service)
        judge = deliverability.of_keys(service.name, keys)
        looked = current.dns().look(judge, judge, patience=0)
        if looked is not None:
            status = dkim_status(keys, looked.value)
            return {"verdict": str(status.verdict), "note": str(status.state)}
    return UNKNOWN


def _keys(service: Service) -> Dkim:
    """By the mail server's word."""
    if service.server is None:
        return Dkim()
    domain = current.connections().to(service.server).domain(service.name)
    return current.connections().pool.submit(domain.dkim).result(PATIENCE)


def _finding(finding: Finding) -> dict[str, str]:
    return {"verdict": str(finding.verdict), "note": finding.reason.code}


def _operation(operation: Operation) -> dict[str, Any]:
    return {
        "kind": operation.kind,
        "state": operation.state,
        "started": moment(operation.started).isoformat(),
        "changed": moment(operation.changed).isoformat(),
        "attempts": operation.attempts,
        "request": operation.request_id,
        "actor": operation.actor,
        "steps": operation.steps,
        "error": operation.error,
    }


def _unbilled(service: Service, newest: Operation) -> list[dict[str, str]]:
    """What was on no invoice yet when the service was terminated: it is for staff to see, and is not billed."""
    if not has_statements(statements.registered(service).months):
        return []
    windows = statements.windows(service, newest.changed)
    return [{"from": window.since.isoformat(), "to": end(window).isoformat()} for window in windows]


def _is_over(service: Service, newest: Operation) -> bool:
    return (newest.kind, newest.state, status_of(service)) == ("terminate", operations.DONE, "terminated")


def _activity(service: Service) -> dict[str, Any] | None:
    """The newest change, by anybody."""
    rows = history.recent(service, 1)
    if not rows:
        return None
    [row] = rows
    return {
        "at": moment(row.at).isoformat(),
        "who": row.admin_name or row.actor_name or row.actor_role,
        "action": row.action,
        "subject": row.subject,
        "result": row.result,
    }
