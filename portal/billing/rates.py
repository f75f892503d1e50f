"""Tiers of disk space, prices of protocols, what a click adds. Sizes are bytes; 1 GB is 2^30 of them."""

from collections.abc import Collection, Iterable
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from portal.billing import Line, Protocol, Terms

GB = 2**30
CENT = Decimal("0.01")
BOTH = frozenset(Protocol)


class PriceWarning(StrEnum):
    """Prices with which having more can cost less, or both protocols more than each alone."""

    COMBINED_BELOW_SINGLE = "combined-below-single"
    COMBINED_ABOVE_SUM = "combined-above-sum"


def warnings(terms: Terms) -> tuple[PriceWarning, ...]:
    """What an admin should know of these prices, which hold all the same."""
    pair = price(BOTH, terms)
    if pair < max(terms.eas, terms.mapi):
        return (PriceWarning.COMBINED_BELOW_SINGLE,)
    if pair > terms.eas + terms.mapi:
        return (PriceWarning.COMBINED_ABOVE_SUM,)
    return ()


def money(value: Decimal) -> Decimal:
    """Rounded half up to 2 places."""
    return value.quantize(CENT, ROUND_HALF_UP)


def amount(line: Line) -> Decimal | None:
    """None where the unit price is not known."""
    return None if line.unit_price is None else money(line.quantity * line.unit_price)


def total(lines: Iterable[Line]) -> Decimal | None:
    """The sum of the lines before tax; None where one of them is not known."""
    found = Decimal("0.00")
    for line in lines:
        of_line = amount(line)
        if of_line is None:
            return None
        found += of_line
    return found


def tiers(used: int, tier_gb: int) -> int:
    """How many tiers it takes to hold `used`, at least 1."""
    return max(1, -(-used // (tier_gb * GB)))


def left_in_tier(used: int, tier_gb: int) -> int:
    """How many bytes more there may be before another tier is charged."""
    return tiers(used, tier_gb) * tier_gb * GB - used


def gigabytes(used: int, tier_gb: int) -> Decimal:
    """`used` as shown beside its tiers: to 2 places, or rounded up to 3 where 2 would show a size of fewer tiers."""
    hundredths = (200 * used + GB) // (2 * GB)
    if tiers(hundredths * GB, 100 * tier_gb) == tiers(used, tier_gb):
        return Decimal(hundredths).scaleb(-2)
    return Decimal(-(-1000 * used // GB)).scaleb(-3)


def price(on: Collection[Protocol], terms: Terms) -> Decimal:
    """What a mailbox with these protocols costs a month."""
    singles = {Protocol.EAS: terms.eas, Protocol.MAPI: terms.mapi}
    if terms.combined and set(on) >= BOTH:
        return terms.combined
    return sum((singles[protocol] for protocol in set(on)), Decimal(0))


def switching_on(protocol: Protocol, on: Collection[Protocol], terms: Terms) -> Decimal:
    """What this protocol adds a month to a mailbox that has those of `on`; 0 if it is among them.

    Less than 0 where combined costs less than the single one: a seller is warned of such prices.
    """
    return price({*on, protocol}, terms) - price(on, terms)


def for_cycle(monthly: Decimal, months: int) -> Decimal:
    """A monthly price as the invoice of a cycle of so many months has it."""
    return money(monthly * months)
