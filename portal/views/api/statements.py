"""What services owe, and which invoice took it."""

import time
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from flask import Response, g, jsonify, request
from msgspec import Meta, Struct, field

from portal import billing_texts, languages, statements
from portal.auth import public
from portal.billing import Line, Span, Stale, Terms
from portal.billing.rates import amount
from portal.billing.windows import end
from portal.plan import Plan
from portal.statements import Client, Owed, moment
from portal.store import protocols, services
from portal.store import statements as kept
from portal.store.services import Service
from portal.store.statements import NotBillable, Settled
from portal.views.api.calls import Problem, bp, decoded

MOST = 1000
LARGEST_INVOICE = 2**53

Word = Annotated[str, Meta(max_length=64)]
Line_ = Annotated[str, Meta(max_length=1000)]
Id = Annotated[int, Meta(ge=1, le=services.LARGEST_SVC)]
Invoice = Annotated[int, Meta(ge=1, le=LARGEST_INVOICE)]
Moment = Annotated[datetime, Meta(tz=True)]


class Asked(Struct):
    """A service, and how WHMCS bills it now."""

    svc: Id
    billing: Annotated[dict[Word, Line_ | int | None], Meta(max_length=100)]
    lang: Annotated[str, Meta(max_length=35)] = ""
    currency: Annotated[dict[Word, Line_], Meta(max_length=100)] = {}


class Asking(Struct):
    services: Annotated[list[Asked], Meta(max_length=MOST)]


class Meant(Struct):
    """Which statement is meant, beside its number: after a restored backup that may be another's, or nobody's."""

    svc: Id | None = None
    since: Moment | None = field(default=None, name="from")
    until: Moment | None = field(default=None, name="to")

    @property
    def window(self) -> tuple[int, int] | None:
        if self.since is None or self.until is None or self.since >= self.until:
            return None
        return statements.seconds(self.since), statements.seconds(self.until)


class Settling(Meant, kw_only=True):
    """`amounts`: what was written for each line, as text; null for a line that was not written."""

    invoice: Invoice
    amounts: Annotated[list[Word | None], Meta(max_length=100_000)] = []


class Releasing(Meant, kw_only=True):
    invoice: Invoice | None = None


@bp.post("/statements")
@public
def tell_statements() -> Response:
    """One statement for each open window of each service, oldest first."""
    asked = decoded(Asking).services
    known = {service.svc: service for service in services.of(g.tenant, [one.svc for one in asked])}
    now = int(time.time())
    return jsonify(services=[_answer(one, known.get(one.svc), now) for one in asked])


@bp.get("/statements")
@public
def statements_of_invoice() -> Response:
    """Those that are settled with an invoice, as they were told."""
    invoice = request.args.get("invoice", type=int)
    if invoice is None or not 0 < invoice <= LARGEST_INVOICE:
        raise Problem(400, "malformed", "Name the invoice: ?invoice=N.")
    rows = kept.of_invoice(g.tenant, invoice)
    return jsonify(statements=[{"svc": row.service.svc, **told(row)} for row in rows])


@bp.post("/statements/<int:number>/settle")
@public
def settle_statement(number: int) -> Response:
    body = decoded(Settling)
    try:
        row = _found(number, body)
        if row is not None:
            row = kept.settle(row, body.invoice, body.amounts)
        else:
            row = kept.settle_unknown(*_named(body), body.invoice, body.amounts)
    except Settled as error:
        raise _is_elsewhere(error) from error
    except NotBillable as error:
        raise Problem(409, "stale", f"{error}.".capitalize()) from error
    return jsonify(state=row.state)


@bp.post("/statements/<int:number>/release")
@public
def release_statement(number: int) -> Response:
    """The invoice was cancelled. Of another invoice than the statement's, nothing is released."""
    body = decoded(Releasing)
    row = _found(number, body)
    if row is None:
        row = kept.held(*_named(body))
    if row is None:
        # What is not known to be on the invoice is off it.
        return jsonify(state=kept.RELEASED)
    try:
        return jsonify(state=kept.release(row, body.invoice).state)
    except Settled as error:
        raise _is_elsewhere(error) from error


def told(row: kept.Statement) -> dict[str, Any]:
    """A statement as the contract has it."""
    return {
        "id": str(row.id),
        "from": moment(row.since).isoformat(),
        "to": moment(row.until).isoformat(),
        "state": "stale" if row.stale else "ok",
        "reason": row.stale,
        "lines": row.lines,
    }


def _is_elsewhere(error: Settled) -> Problem:
    return Problem(409, "settled", f"{error}.".capitalize())


def _found(number: int, meant: Meant) -> kept.Statement | None:
    row = kept.find(g.tenant, number) if number <= services.LARGEST_SVC else None
    if row is None or meant.svc not in (None, row.service.svc) or meant.window not in (None, (row.since, row.until)):
        return None
    return row


def _named(meant: Meant) -> tuple[Service, tuple[int, int]]:
    """The service and window of a statement that is not here."""
    service = None if meant.svc is None else services.find(g.tenant.slug, meant.svc)
    if service is None or meant.window is None:
        raise Problem(404, "no-statement", "There is no such statement.")
    return service, meant.window


def _answer(asked: Asked, service: Service | None, now: int) -> dict[str, Any]:
    if service is None:
        return {"svc": asked.svc, "error": "unknown-service"}
    client = Client(Plan.parse(service.plan), asked.billing, asked.currency.get("code", ""), asked.lang)
    if not statements.is_billed(service, client):
        return {"svc": asked.svc, "statements": []}
    with languages.speaking(asked.lang):
        return {"svc": asked.svc, "statements": [told(row) for row in _offers(service, client, now)]}


def _offers(service: Service, client: Client, now: int) -> Iterator[kept.Statement]:
    terms = statements.terms(client)
    conditions = {"terms": _plain(terms), "lang": client.lang, "currency": client.currency}
    for window in statements.windows(service, now):
        since, until = statements.seconds(window.since), statements.seconds(end(window))
        row = kept.offered(service, since, until)
        if row is not None and not row.stale and row.basis.items() >= conditions.items():
            yield row
            continue
        known = protocols.count(service)
        owed = statements.of_window(service, window, client, known)
        reading = None if owed.reading is None else [owed.reading.used, owed.reading.at.isoformat()]
        lines = [_line(line, owed) for line in owed.statement.lines]
        basis = conditions | {"reading": reading, "events": known}
        yield kept.offer(service, (since, until), owed.statement.stale, lines, basis)


def _line(line: Line, owed: Owed) -> dict[str, Any]:
    price, owing = line.unit_price, amount(line)
    return {
        "kind": line.kind,
        "description": billing_texts.described(line, owed),
        "quantity": line.quantity,
        "unit_price": None if price is None else str(price),
        "amount": None if owing is None else str(owing),
        "address": line.address,
        "on": {use.protocol: [_dates(span) for span in use.spans] for use in line.uses},
    }


def _dates(span: Span) -> list[str | None]:
    return [span.since.isoformat(), span.until.isoformat() if span.until else None]


def _plain(terms: Terms | Stale) -> Any:
    if isinstance(terms, Stale):
        return str(terms)
    return {name: None if value is None else str(value) for name, value in asdict(terms).items()}
