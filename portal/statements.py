"""What a service owes: its records, its plan and its client's currency, brought to the rules of billing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from portal.billing import Protocol, Reading, Span, Stale, Statement, Terms, Use
from portal.billing.rates import amount
from portal.billing.statements import has_statements, projection
from portal.billing.windows import end, open_windows
from portal.plan import CurrencyNotPriced, NotConfigured, Plan
from portal.store import protocols, usage
from portal.store import statements as kept
from portal.store.services import Service

PROTOCOLS = {protocol.value: protocol for protocol in Protocol}
# Nobody's price: the module computes with nine digits at most, and exact money has 28.
ENDLESS = Decimal(10**9)


@dataclass(frozen=True, slots=True)
class Client:
    """How WHMCS sells the service at this moment: by its registration, or as it has just told."""

    plan: Plan
    billing: Mapping[str, Any]
    currency: str
    lang: str = ""

    @property
    def months(self) -> int:
        """The months of the cycle; 0 for what is free or paid once."""
        months = self.billing.get("months")
        return months if isinstance(months, int) and months > 0 else 0


@dataclass(frozen=True, slots=True)
class Owed:
    """A statement with what it was computed from."""

    statement: Statement
    reading: Reading | None
    terms: Terms | Stale


def registered(service: Service) -> Client:
    """As the registration has it."""
    currency = str(service.currency.get("code", ""))
    return Client(Plan.parse(service.plan), service.billing, currency, service.lang)


def terms(client: Client) -> Terms | Stale:
    """What is charged; why nothing can be where a setting has no meaning, or no price for the currency."""
    plan = client.plan
    try:
        eas, mapi, combined = (
            price.amount(client.currency) for price in (plan.eas_price, plan.mapi_price, plan.combined_price)
        )
        return Terms(plan.tier_gb, _unit_price(client.billing), eas, mapi, combined, plan.activation_days)
    except CurrencyNotPriced:
        return Stale.NO_PRICE
    except NotConfigured:
        return Stale.NOT_CONFIGURED


def windows(service: Service, now: int) -> Sequence[Span]:
    """What is on no invoice yet, since the registration; oldest first."""
    settled = [Span(moment(since), moment(until)) for since, until in kept.settled(service)]
    return open_windows(moment(service.created), settled, moment(now))


def of_window(service: Service, window: Span, client: Client, known: int | None = None) -> Owed:
    """What is owed for the window, by what is recorded of it; of protocols, by the first `known` events alone."""
    return _owed(service, window, client, end(window), known)


def projected(service: Service, window: Span, until: datetime, client: Client) -> Owed:
    """The same as it will be at that time if nothing changes."""
    return _owed(service, window, client, until, None)


def recomputed(row: kept.Statement) -> Statement:
    """The statement once more, from what is recorded of its window and from its own basis."""
    window = Span(moment(row.since), moment(row.until))
    reading, charged = row.basis["reading"], row.basis["terms"]
    return projection(
        window,
        end(window),
        None if reading is None else Reading(reading[0], datetime.fromisoformat(reading[1])),
        uses(row.service, window, row.basis.get("events")),
        Stale(charged) if isinstance(charged, str) else _terms(charged),
    )


def agrees(row: kept.Statement, again: Statement) -> bool:
    """Whether what was told is the same as `again`."""
    told = [tuple(line[name] for name in ("kind", "address", "quantity", "unit_price", "amount")) for line in row.lines]
    found = [
        (line.kind.value, line.address, line.quantity, _text(line.unit_price), _text(amount(line)))
        for line in again.lines
    ]
    return (again.stale, found) == (row.stale, told)


def is_billed(service: Service, client: Client) -> bool:
    """Whether there are statements: not for what is free or paid once, nor for a domain that is not managed here."""
    return has_statements(client.months) and service.proved and service.product == "domain"


def moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def seconds(at: datetime) -> int:
    return int(at.timestamp())


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _owed(service: Service, window: Span, client: Client, until: datetime, known: int | None) -> Owed:
    sample = usage.latest(service, seconds(end(window)))
    if sample is not None and sample.read_at < service.created:
        # Of a domain that the service had before it was created anew.
        sample = None
    reading = None if sample is None else Reading(sample.disk, moment(sample.read_at))
    charged = terms(client)
    return Owed(projection(window, until, reading, uses(service, window, known), charged), reading, charged)


def uses(service: Service, window: Span, known: int | None = None) -> Iterator[Use]:
    """When protocols were on, by what is recorded, or by the first `known` events alone."""
    recorded = protocols.between(service, seconds(window.since), seconds(end(window)), known)
    # Of thousands of mailboxes most were on throughout.
    spans = cache(lambda found: tuple(map(_span, found)))
    for (address, protocol), found in recorded.items():
        yield Use(address, PROTOCOLS[protocol], spans(found))


def _terms(told: Mapping[str, str | None]) -> Terms:
    """The terms of a statement's basis, where they are text."""
    storage, eas, mapi, combined = (told[name] for name in ("storage", "eas", "mapi", "combined"))
    return Terms(
        int(str(told["tier_gb"])),
        None if storage is None else Decimal(storage),
        Decimal(str(eas)),
        Decimal(str(mapi)),
        Decimal(str(combined)),
        int(str(told["activation_days"])),
    )


def _span(recorded: tuple[int, int | None]) -> Span:
    since, until = recorded
    return Span(moment(since), None if until is None else moment(until))


def _unit_price(billing: Mapping[str, Any]) -> Decimal | None:
    """The price of the service for a cycle, as WHMCS has it; None where that is no amount."""
    try:
        found = Decimal(str(billing.get("unit_price", "")))
    except InvalidOperation:
        return None
    return found if found.is_finite() and 0 <= found < ENDLESS else None
