"""What a service owes for a window of time: rules without a clock, a database or a network.

Times are aware, in UTC; a span holds its beginning and not its end. Money is ``Decimal``; sizes are bytes.
What comes in thousands is a ``NamedTuple``: as fixed as a frozen dataclass, and sooner made, compared and hashed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Literal, NamedTuple


class Protocol(StrEnum):
    EAS = "eas"
    MAPI = "mapi"


class Kind(StrEnum):
    """What a line is for."""

    STORAGE = "storage"
    EAS = "eas"
    MAPI = "mapi"
    COMBINED = "combined"


class Span(NamedTuple):
    """From `since` to `until`; None = it goes on."""

    since: datetime
    until: datetime | None


class Use(NamedTuple):
    """When a protocol was on for a mailbox, in order, without overlaps."""

    address: str
    protocol: Protocol
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """The disk space in use at a time."""

    used: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Terms:
    """What is charged, in the client's currency. `storage` is the price of one tier for the cycle; None = not known."""

    tier_gb: int
    storage: Decimal | None
    eas: Decimal
    mapi: Decimal
    combined: Decimal
    activation_days: int


class Line(NamedTuple):
    """A line of a statement. `quantity` counts tiers, or parts of the window in which the protocol is billable.

    `address` is empty for storage. `unit_price` is None where it is not known. `uses` holds when the line's protocols
    were on within the window; one that was on throughout is left out.
    """

    kind: Kind
    quantity: int
    unit_price: Decimal | None
    address: str = ""
    uses: tuple[Use, ...] = ()


class Stale(StrEnum):
    """Why nothing can be billed as things stand."""

    NO_READING = "no-reading"  # the disk space in use was never read
    OLD_READING = "old-reading"  # it was last read more than 48 hours before the window's end
    NO_PRICE = "no-price"  # a price is listed for other currencies only
    NOT_CONFIGURED = "not-configured"  # a setting that money depends on has no meaning


@dataclass(frozen=True, slots=True)
class Statement:
    """What is owed for the window. `stale` says why nothing can be billed; "" when it can. A stale one has no lines."""

    window: Span
    lines: Sequence[Line]
    stale: Stale | Literal[""] = ""
