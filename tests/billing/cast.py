"""Alice's mailboxes, their prices, and time written short. Windows are January 2026 unless a test is about time."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from portal.billing import Kind, Line, Protocol, Reading, Span, Statement, Terms, Use
from portal.billing.rates import GB, amount, total
from portal.billing.statements import statement

ANN = "ann@alice.test"
BEN = "ben@alice.test"
CAT = "cat@alice.test"
DAN = "dan@alice.test"

TERMS = Terms(
    tier_gb=10,
    storage=Decimal("6.00"),
    eas=Decimal("2.00"),
    mapi=Decimal("3.00"),
    combined=Decimal("4.50"),
    activation_days=1,
)


def terms(**changes: str | int) -> Terms:
    """Prices are written as text."""
    values = {name: Decimal(value) if isinstance(value, str) else value for name, value in changes.items()}
    return replace(TERMS, **values)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def span(since: str, until: str | None = None) -> Span:
    return Span(at(since), at(until) if until else None)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def for_hours(since: str, count: float) -> Span:
    return Span(at(since), at(since) + hours(count))


JANUARY = span("2026-01-01", "2026-02-01")
BEFORE = span("2025-06-01")


def eas(*spans: Span, address: str = ANN) -> Use:
    return Use(address, Protocol.EAS, spans)


def mapi(*spans: Span, address: str = ANN) -> Use:
    return Use(address, Protocol.MAPI, spans)


def size(gigabytes: str) -> int:
    return int(Decimal(gigabytes) * GB)


def reading(gigabytes: str = "0", window: Span = JANUARY) -> Reading:
    """Made when the window ends."""
    assert window.until is not None
    return Reading(size(gigabytes), window.until)


def billed(*uses: Use, window: Span = JANUARY, gigabytes: str = "0", terms: Terms = TERMS) -> Statement:
    return statement(window, reading(gigabytes, window), uses, terms)


def protocol_lines(found: Statement) -> list[tuple[str, str, int, str]]:
    """Kind, address, quantity and amount of all lines but storage."""
    return [
        (line.kind.value, line.address, line.quantity, str(amount(line)))
        for line in found.lines
        if line.kind is not Kind.STORAGE
    ]


def owed(found: Statement) -> str:
    """For protocols alone."""
    return str(total(line for line in found.lines if line.kind is not Kind.STORAGE))


def dates(lines: Iterable[Line]) -> list[Use]:
    return [use for line in lines for use in line.uses]
