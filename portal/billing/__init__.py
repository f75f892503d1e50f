"""What a service owes for a window of time: rules without a clock, a database or a network.

Times are aware, in UTC; a span holds its beginning and not its end. Money is ``Decimal``; sizes are bytes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class Protocol(StrEnum):
    EAS = "eas"
    MAPI = "mapi"


class Kind(StrEnum):
    """What a line is for."""

    STORAGE = "storage"
    EAS = "eas"
    MAPI = "mapi"
    COMBINED = "combined"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From `since` to `until`; None = it goes on."""

    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Use:
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


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a statement. `quantity` counts tiers, or parts of the window in which the protocol is billable.

    `address` is empty for storage. `spans` is when it was on, within the window; empty when it was throughout.
    """

    kind: Kind
    quantity: int
    unit_price: Decimal | None
    address: str = ""
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """What is owed for the window. `stale` says why nothing can be billed as things stand; "" when it can."""

    window: Span
    lines: Sequence[Line]
    stale: str = ""
