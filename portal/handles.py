"""The name that a customer chooses for a mailbox on a shared domain, and which domain it is on.

The module for WHMCS checks names in the cart by the same rules; they hold for aliases and lists too.
"""

import re
from collections.abc import Sequence
from enum import StrEnum

LONGEST = 64
RESERVED = frozenset(
    {
        "abuse",
        "admin",
        "administrator",
        "billing",
        "contact",
        "hostmaster",
        "info",
        "mail",
        "mailer-daemon",
        "no-reply",
        "noreply",
        "postmaster",
        "root",
        "sales",
        "security",
        "support",
        "webmail",
        "www",
    }
)


class Fault(StrEnum):
    """Why a name cannot be had by anybody."""

    EMPTY = "empty"
    LONG = "long"
    CHARACTERS = "characters"  # something else than a-z 0-9 . _ -
    EDGES = "edges"  # it does not start and end with a letter or digit
    SEPARATORS = "separators"  # two of . _ - in a row
    RESERVED = "reserved"


class NoDomain(Exception):
    """Nothing says which domain the mailbox is to be on."""


class DomainNotAllowed(Exception):
    """The product does not sell mailboxes on this domain."""


def normal(text: str) -> str:
    """The name as it is kept and compared."""
    return text.strip().lower()


def fault(handle: str) -> Fault | None:
    """What is wrong with a name in its normal spelling; None when nothing is."""
    if not handle:
        return Fault.EMPTY
    if not re.fullmatch(r"[a-z0-9._-]+", handle):
        return Fault.CHARACTERS
    if len(handle) > LONGEST:
        return Fault.LONG
    if not (handle[0].isalnum() and handle[-1].isalnum()):
        return Fault.EDGES
    if re.search(r"[._-]{2}", handle):
        return Fault.SEPARATORS
    return Fault.RESERVED if handle in RESERVED else None


def domain(wanted: str, allowed: Sequence[str]) -> str:
    """The domain that the service names, or the only one allowed. Raise NoDomain, DomainNotAllowed.

    `allowed` are in their normal spelling.
    """
    name = wanted.strip().lower().removesuffix(".")
    if not name:
        if len(allowed) != 1:
            raise NoDomain
        return allowed[0]
    if name not in allowed:
        raise DomainNotAllowed(name)
    return name
