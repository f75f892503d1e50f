"""Alice's mailboxes, their prices, and time written short. Windows are January 2026 unless a test is about time."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from portal.billing import Kind, Line, Protocol, Reading, Span, Statement, Terms, Use
from portal.billing.protocols import joined
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


@dataclass(frozen=True, slots=True)
class Switch:
    """A protocol became, or was seen, on or off for a mailbox. Off: also when the mailbox was deleted."""

    address: str
    protocol: Protocol
    on: bool
    at: datetime


def fold(switches: Iterable[Switch]) -> tuple[Use, ...]:
    """When each protocol was on, from switches in the order in which they were recorded: the store's work, as a model.

    That order holds, not the clock's: if the clock was set back, a switch counts as of the one before it. On-time is
    never negative, and what was recorded last is how it stands. One that switches nothing is not recorded.
    """
    spans: dict[tuple[str, Protocol], list[Span]] = {}
    latest: dict[tuple[str, Protocol], datetime] = {}
    for switch in switches:
        key = (switch.address, switch.protocol)
        known = spans.setdefault(key, [])
        is_on = bool(known) and known[-1].until is None
        if switch.on == is_on:
            continue
        latest[key] = at = max(switch.at, latest.get(key, switch.at))
        if switch.on:
            known.append(Span(at, None))
        else:
            known[-1] = Span(known[-1].since, at)
    return tuple(Use(*key, joined(known)) for key, known in sorted(spans.items()))


def seconds_on(use: Use, part: Span) -> float:
    assert part.until is not None
    ends = [(max(span.since, part.since), min(span.until or part.until, part.until)) for span in use.spans]
    return sum(max(0.0, (until - since).total_seconds()) for since, until in ends)


# It may be set back.
CLOCK = st.integers(-24 * 20, 24 * 120).map(lambda hour: JANUARY.since + hours(hour))
SWITCHES = st.lists(
    st.builds(
        Switch,
        st.sampled_from([ANN, BEN]),
        st.sampled_from(Protocol),
        st.booleans(),
        CLOCK,
    ),
    max_size=20,
)
WINDOWS = st.integers(1, 24 * 100).map(lambda hour: Span(JANUARY.since, JANUARY.since + hours(hour)))
CENTS = st.integers(0, 900).map(lambda cents: Decimal(cents).scaleb(-2))


@st.composite
def sensible_terms(draw: st.DrawFn) -> Terms:
    """max(eas, mapi) <= combined <= eas + mapi, or none."""
    eas, mapi = draw(CENTS), draw(CENTS)
    share = draw(st.decimals(0, 1, places=2))
    combined = (max(eas, mapi) + share * min(eas, mapi)).quantize(Decimal("0.01"))
    days = draw(st.integers(0, 3))
    return Terms(10, Decimal("6.00"), eas, mapi, draw(st.sampled_from([combined, Decimal(0)])), days)


# What becomes of statements: one is offered after so many days, or the one of that number is settled or released.
STEPS = st.lists(
    st.tuples(st.sampled_from(["offer", "offer", "settle", "settle", "release"]), st.integers(0, 40)),
    min_size=6,
    max_size=30,
)
