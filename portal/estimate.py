"""What the service costs, as its cards show it: the next statement as things stand, and the price of a click."""

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from babel import numbers
from flask import g
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from portal import billing_texts, current, languages, statements
from portal.billing import Kind, Line, Protocol, Span, Stale, Terms
from portal.billing.rates import PriceWarning, amount, for_cycle, left_in_tier, switching_on, total, warnings
from portal.billing.windows import end
from portal.statements import Client, Owed
from portal.store import usage

# Lines that the card has room for: it stands above the list of addresses.
ROOM = 12
PER_PAGE = 100

NO_TIME = timedelta()
# The longest cycle is of 3 years. A due date beyond that, like 9999-12-31, stands for none.
FORESEEN = timedelta(days=4 * 366)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the estimate in words; `amount` is None where its price is not known."""

    kind: str
    text: str
    quantity: int
    unit_price: Decimal | None
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Estimate:
    """An open window as its statement would be now, with so many lines. `total` is before tax.

    `rows` may be some of the lines; where they are `in_brief` there is one for all lines of a kind.
    """

    window: Span
    rows: list[Row]
    stale: str
    total: Decimal | None
    lines: int
    in_brief: bool = False


def client() -> Client:
    """How WHMCS sells the service, by its registration or the hand-off, whichever is newer."""
    service, claims = current.service(), current.claims()
    if _visit_is_newer():
        return Client(current.plan(), claims["billing"], claims["currency"]["code"], claims.get("lang", ""))
    return Client(current.plan(), service.billing, str(service.currency.get("code", "")), service.lang)


def is_billed() -> bool:
    """Whether the service is billed by use at all."""
    return statements.is_billed(current.service(), client())


def now(page: int = 0) -> list[Estimate]:
    """What is on no invoice yet, oldest first: in brief where there are many lines, or this page of all the lines."""
    service, sold = current.service(), client()
    open_windows = statements.windows(service, int(time.time()))
    found = []
    skip = (page - 1) * PER_PAGE
    for window in open_windows:
        owed = statements.of_window(service, window, sold)
        found.append(_part(window, owed, skip) if page else _whole(window, owed))
        skip -= len(owed.statement.lines)
    return found


def at_the_periods_end() -> Estimate | None:
    """The newest of these as it will be on the next due date, if nothing changes; None when that is past or unknown."""
    service, sold = current.service(), client()
    due = _next_due(sold)
    open_windows = statements.windows(service, int(time.time()))
    if due is None or not open_windows:
        return None
    window = open_windows[-1]
    if not NO_TIME < due - end(window) < FORESEEN:
        return None
    return _whole(Span(window.since, due), statements.projected(service, window, due, sold))


def prices() -> Terms | None:
    """What is charged; None where that is not known."""
    found = statements.terms(client())
    return None if isinstance(found, Stale) else found


def price_warnings() -> tuple[PriceWarning, ...]:
    """What an admin should know of the prices."""
    charged = prices()
    return () if charged is None else warnings(charged)


def of_switching_on(protocol: str, on: Collection[str]) -> str:
    """What a protocol adds for a mailbox that has these, in a sentence; "" where that is nothing or not known."""
    charged, months = prices(), client().months
    if charged is None or not is_billed():
        return ""
    adds = switching_on(Protocol(protocol), [Protocol(name) for name in on], charged)
    if adds <= 0:
        return ""
    monthly = str(_("+ %(price)s a month", price=money(adds)))
    if months <= 1:
        return monthly
    whole = money(for_cycle(adds, months))
    return str(
        ngettext(
            "%(monthly)s, billed with your invoice for %(num)s month: %(price)s",
            "%(monthly)s, billed with your invoice for %(num)s months: %(price)s",
            months,
            monthly=monthly,
            price=whole,
        )
    )


def of_a_mailbox() -> str:
    """What a new mailbox adds, in a sentence; "" where that is not known."""
    charged = prices()
    sample = usage.latest(current.service(), int(time.time()))
    if charged is None or sample is None or not is_billed():
        return ""
    room = languages.size(left_in_tier(sample.disk, charged.tier_gb))
    return str(
        _(
            "A new mailbox adds nothing to the bill by itself: what is billed is disk space. %(room)s are left before"
            " another tier is charged (%(price)s).",
            room=room,
            price=money(charged.storage),
        )
    )


def money(value: Decimal | None, currency: Mapping[str, Any] | None = None) -> str:
    """An amount in this currency, or else the client's, written as the reader's language and WHMCS do."""
    if value is None:
        return str(_("not known"))
    if currency is None:
        told = [current.service().currency, current.claims().get("currency")]
        currency = next(filter(None, reversed(told) if _visit_is_newer() else told), {})
    figure = numbers.format_decimal(value, "#,##0.00", locale=get_locale())
    return f"{currency.get('prefix', '')}{figure}{currency.get('suffix', '')}"


def _visit_is_newer() -> bool:
    """Whether the hand-off was signed after the service was last registered."""
    return bool(g.grant.signed_at > current.service().plan_at)


def _whole(window: Span, owed: Owed) -> Estimate:
    lines = owed.statement.lines
    in_brief = len(lines) > ROOM
    rows = list(_in_brief(owed)) if in_brief else [_row(line, owed) for line in lines]
    return Estimate(window, rows, owed.statement.stale, _total(lines), len(lines), in_brief)


def _part(window: Span, owed: Owed, skip: int) -> Estimate:
    lines = owed.statement.lines
    some = lines[max(0, skip) : max(0, skip + PER_PAGE)]
    return Estimate(window, [_row(line, owed) for line in some], owed.statement.stale, _total(lines), len(lines))


def _row(line: Line, owed: Owed) -> Row:
    return Row(line.kind, billing_texts.described(line, owed), line.quantity, line.unit_price, amount(line))


def _in_brief(owed: Owed) -> Iterator[Row]:
    for kind in Kind:
        lines = [line for line in owed.statement.lines if line.kind is kind]
        if len(lines) == 1:
            yield _row(lines[0], owed)
        elif lines:
            text = ngettext(
                "%(what)s: %(num)s mailbox", "%(what)s: %(num)s mailboxes", len(lines), what=billing_texts.NAMES[kind]
            )
            months = sum(line.quantity for line in lines)
            yield Row(kind, text, months, lines[0].unit_price, total(lines))


def _total(lines: Sequence[Line]) -> Decimal | None:
    return total(lines) if lines else None


def _next_due(sold: Client) -> datetime | None:
    try:
        day = date.fromisoformat(str(sold.billing.get("next_due", "")))
    except ValueError:
        return None
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
