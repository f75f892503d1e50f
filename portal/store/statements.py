"""Statements: what was offered for a window of a service, and which invoice it was written on.

The windows of those that are settled never overlap; what none of them covers is open. A row is never changed but by
settling and releasing, so an invoice shows for ever what it was made of.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from peewee import AutoField, BigIntegerField, CharField, ForeignKeyField

from portal.store.base import LongJsonField, Table, now
from portal.store.connection import exclusive
from portal.store.services import Service
from portal.store.tenants import Tenant

OFFERED = "offered"
SETTLED = "settled"
RELEASED = "released"
# Who asks again within this time (seconds) is given the same statement. One that no invoice took is kept for two weeks:
# what is settled later than that is settled without its lines.
REUSED = 6 * 3600
KEPT = 14 * 86400


class Statement(Table):
    """A statement for the window from `since` to `until` (unix seconds).

    `lines` are as they were told, money as text; `basis` is what they were computed from. `amounts` is what the
    invoice's writer says it wrote.
    """

    id = AutoField()
    service = ForeignKeyField(Service, on_delete="CASCADE", index=False)
    since = BigIntegerField()
    until = BigIntegerField()
    stale = CharField(max_length=32, default="")
    lines: LongJsonField[list[dict[str, Any]]] = LongJsonField(default=list)
    basis: LongJsonField[dict[str, Any]] = LongJsonField(default=dict)
    created = BigIntegerField()
    state = CharField(max_length=16, default=OFFERED)
    invoice = BigIntegerField(null=True, index=True)
    amounts: LongJsonField[Any] = LongJsonField(null=True)
    settled_at = BigIntegerField(null=True)
    released_at = BigIntegerField(null=True)

    class Meta:
        indexes = ((("service", "state", "since"), False),)


class Settled(Exception):
    """The statement, or another for a part of its window, is on another invoice. The text is for staff."""


class NotBillable(Exception):
    """The statement is stale: nothing of it was written on any invoice, and its window stays open."""


def find(tenant: Tenant, number: int) -> Statement | None:
    """A statement of this tenant's, with its service."""
    query = Statement.select(Statement, Service).join(Service)
    found: Statement | None = query.where((Statement.id == number) & (Service.tenant == tenant)).first()
    return found


def of_invoice(tenant: Tenant, invoice: int) -> list[Statement]:
    """What is settled with this invoice of the tenant's."""
    query = Statement.select(Statement, Service).join(Service)
    query = query.where((Statement.invoice == invoice) & (Statement.state == SETTLED) & (Service.tenant == tenant))
    return list(query.order_by(Service.svc, Statement.since))


def recent(service: Service, most: int) -> list[Statement]:
    """The newest statements of a service."""
    query = Statement.select().where(Statement.service == service)
    return list(query.order_by(Statement.id.desc()).limit(most))


def settled(service: Service) -> list[tuple[int, int]]:
    """The windows that are on invoices, oldest first."""
    query = Statement.select(Statement.since, Statement.until)
    query = query.where((Statement.service == service) & (Statement.state == SETTLED))
    return [(row.since, row.until) for row in query.order_by(Statement.since)]


def offered(service: Service, since: int, until: int) -> Statement | None:
    """The newest statement that was offered for a window with this beginning, if it is no older than `REUSED`.

    One for an earlier window, which something else ends, has to end at `until` too.
    """
    row = (
        Statement.select()
        .where((Statement.service == service) & (Statement.since == since) & (Statement.state == OFFERED))
        .order_by(Statement.id.desc())
        .first()
    )
    return row if row is not None and until - REUSED <= row.until <= until else None


def offer(
    service: Service, window: tuple[int, int], stale: str, lines: Sequence[Mapping[str, Any]], basis: Mapping[str, Any]
) -> Statement:
    """Keep what is offered for a window, so that it can be settled whatever becomes of prices and readings."""
    row: Statement = Statement.create(
        service=service,
        since=window[0],
        until=window[1],
        stale=stale,
        lines=list(lines),
        basis=dict(basis),
        created=now(),
    )
    return row


def settle(row: Statement, invoice: int, amounts: Any) -> Statement:
    """Put it on the invoice, once. Raise Settled when it, or a part of its window, is on another already.

    Raise NotBillable for a stale one.
    """
    if row.stale:
        raise NotBillable(f"statement {row.id} is stale: {row.stale}")
    with exclusive(row.service):
        present = Statement.get_by_id(row.id)
        if present.state == SETTLED:
            if present.invoice != invoice:
                raise Settled(f"statement {row.id} is on invoice {present.invoice}")
            return present
        other = _holder(row.service, row.since, row.until)
        if other is not None:
            raise _is_held(other)
        present.state, present.invoice, present.amounts, present.settled_at = SETTLED, invoice, amounts, now()
        present.save()
    return present


def settle_unknown(service: Service, window: tuple[int, int], invoice: int, amounts: Any) -> Statement:
    """Settle a window whose statement is not here any more, like after a restored backup. Raise Settled as `settle`."""
    with exclusive(service):
        other = _holder(service, *window)
        if other is None:
            settled: dict[str, Any] = {"state": SETTLED, "invoice": invoice, "amounts": amounts, "settled_at": now()}
            made: Statement = Statement.create(
                service=service, since=window[0], until=window[1], created=now(), **settled
            )
            return made
    if (other.since, other.until, other.invoice) != (*window, invoice):
        raise _is_held(other)
    return other


def held(service: Service, window: tuple[int, int]) -> Statement | None:
    """What is settled for exactly this window."""
    found = _holder(service, *window)
    return found if found is not None and (found.since, found.until) == window else None


def release(row: Statement, invoice: int | None = None) -> Statement:
    """Take it off its invoice, which was cancelled: its window is open again. One that is on none stays as it is.

    Raise Settled when it is on another invoice than this one, where one is named.
    """
    with exclusive(row.service):
        present = Statement.get_by_id(row.id)
        if invoice is not None and present.invoice not in (None, invoice):
            raise Settled(f"statement {row.id} is on invoice {present.invoice}")
        if present.state == SETTLED:
            present.state, present.released_at = RELEASED, now()
            present.save()
    return present


def _holder(service: Service, since: int, until: int) -> Statement | None:
    """What is settled for a part of this window."""
    overlaps = (Statement.since < until) & (Statement.until > since)
    query = Statement.select().where((Statement.service == service) & (Statement.state == SETTLED) & overlaps)
    found: Statement | None = query.first()
    return found


def _is_held(other: Statement) -> Settled:
    return Settled(f"a part of its window is on invoice {other.invoice}, by statement {other.id}")


def forget_old() -> int:
    """Remove statements that no invoice ever took, once nobody will settle them any more; how many."""
    old = (Statement.state == OFFERED) & (Statement.created < now() - KEPT)
    return int(Statement.delete().where(old).execute())
