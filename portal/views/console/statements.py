"""What a service owes, for its page: open windows, statements, and whether the records give them once more."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from portal import billing_texts, statements
from portal.billing import Span
from portal.billing.rates import amount, total
from portal.billing.windows import end
from portal.statements import Client
from portal.store.services import Service
from portal.store.statements import Statement


@dataclass(frozen=True, slots=True)
class Open:
    """A window that is on no invoice yet, as its statement would be now."""

    window: Span
    stale: str
    lines: list[tuple[str, int, Decimal | None]]
    total: Decimal | None


@dataclass(frozen=True, slots=True)
class Kept:
    """A statement, and whether the records give the same lines once more. None: nobody knows its lines any more."""

    row: Statement
    since: Any
    until: Any
    total: Decimal | None
    again: bool | None


def open_windows(service: Service, sold: Client, now: int) -> list[Open]:
    """Oldest first; none where nothing is billed by use."""
    return list(_open(service, sold, now)) if statements.is_billed(service, sold) else []


def as_kept(row: Statement) -> Kept:
    amounts = [line["amount"] for line in row.lines]
    # Without a basis it was settled as WHMCS told of it.
    known = None not in amounts and bool(row.basis)
    together = sum((Decimal(told) for told in amounts), Decimal("0.00")) if known else None
    since, until = statements.moment(row.since), statements.moment(row.until)
    again = statements.agrees(row, statements.recomputed(row)) if row.basis else None
    return Kept(row, since, until, together, again)


def _open(service: Service, sold: Client, now: int) -> Iterator[Open]:
    for window in statements.windows(service, now):
        owed = statements.of_window(service, window, sold)
        lines = [(billing_texts.described(line, owed), line.quantity, amount(line)) for line in owed.statement.lines]
        yield Open(Span(window.since, end(window)), owed.statement.stale, lines, total(owed.statement.lines))
