"""Reads PolarisMail's answers into the nouns of `portal.mail`: field names, units, and numbers that may be text."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from portal.mail import NEVER, Alias, Unreachable
from portal.mail.mailbox_service import AccountType, SharedMailbox
from portal.mail.polarismail.wire import Envelope, truth

Row = dict[str, Any]

GIGABYTE = 2**30
SIZE = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([KMGT]?)I?B?\s*", re.IGNORECASE)
POWERS = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4}
TYPES: dict[int, AccountType] = {1: "basic", 2: "enhanced"}
NUMBERS: dict[AccountType, str] = {"basic": "1", "enhanced": "2"}
# 1 GB is 1000 MB by one source and 1024 by another.
TOLERANCE = Decimal("0.03")


def rows(answer: Envelope, what: str) -> list[Row]:
    """The rows of a list. None of them may be answered by anything that is empty, but not by nothing at all."""
    data = answer.returndata
    if isinstance(data, dict):
        # PHP writes a list with gaps in its numbers like this.
        data = list(data.values())
    elif data in ("", None, False):
        data = []
    if not isinstance(data, list) or not all(isinstance(row, dict) for row in data):
        raise Unreachable(f"{what}: the answer is no list of rows")
    total = number(answer.meta.get("all")) if isinstance(answer.meta, dict) else None
    if total is not None and len(data) < total:
        raise Unreachable(f"{what}: the answer has {len(data)} of {total} rows")
    return data


def text(row: Mapping[str, Any], key: str) -> str:
    """The text under `key`, also where it looks like a number to the server; "" where there is none."""
    value = row.get(key)
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""


def required(row: Mapping[str, Any], key: str, what: str) -> str:
    """A text without which the row says nothing."""
    found = text(row, key)
    if not found:
        raise Unreachable(f"{what}: a row lacks {key}")
    return found


def number(value: Any) -> Decimal | None:
    """A number of 0 or more given as int, float or text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() and found >= 0 else None


def local_part(value: str) -> str:
    """The name in what may be a name or a whole address."""
    return value.partition("@")[0].lower()


def mailbox(row: Row, address: str, mb_per_gb: int) -> SharedMailbox:
    quota = number(row.get("quota"))
    return SharedMailbox(
        address=address,
        display_name=text(row, "uname") if "uname" in row else None,
        used=used(row.get("usage"), mb_per_gb),
        limit=None if quota is None else int(quota * GIGABYTE / mb_per_gb),
        last_login=last_login(row),
        enabled=not truth(row.get("disabled")),
        account_type=account_type(row),
    )


def account_type(row: Row) -> AccountType | None:
    found = number(row.get("account_type"))
    return None if found is None else TYPES.get(int(found))


def type_number(row: Row) -> str | None:
    found = account_type(row)
    return None if found is None else NUMBERS[found]


def used(value: Any, mb_per_gb: int) -> int | None:
    """Bytes: a bare number is in the unit of quotas, and a text may have a unit of its own."""
    megabytes = number(value)
    if megabytes is not None:
        return int(megabytes * GIGABYTE / mb_per_gb)
    told = SIZE.fullmatch(value) if isinstance(value, str) else None
    return int(Decimal(told[1]) * 1024 ** POWERS[told[2].upper()]) if told else None


def last_login(row: Row) -> datetime | None:
    """In a time zone that nobody tells, taken for UTC: good for a day."""
    value = row.get("lastauth_timestamp")
    if value in (None, "", 0, "0", False):
        return NEVER
    try:
        if (seconds := number(value)) is not None:
            return datetime.fromtimestamp(float(seconds), UTC)
        found = datetime.fromisoformat(str(value))
    except (ValueError, OverflowError, OSError):
        # 0000-00-00 is how MySQL writes "never".
        return NEVER if str(value).startswith("0000-") else None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def is_about(megabytes: Decimal, gigabytes: Decimal, mb_per_gb: int) -> bool:
    """Whether that is the quota read where this one was written."""
    wanted = gigabytes * mb_per_gb
    return abs(megabytes - wanted) <= wanted * TOLERANCE


def written(gigabytes: Decimal) -> str:
    """As it is sent: 25, 0.5."""
    exact = round(gigabytes, 6).normalize()
    return f"{exact:f}"


def aliases(found: Iterable[Row], domain: str, what: str) -> list[Alias]:
    """The aliases; one that comes in several rows leads to all of their targets."""
    targets: dict[str, dict[str, None]] = {}
    for row in found:
        name = local_part(required(row, "alias", what))
        leads_to = re.split(r"[\s,;]+", text(row, "forward").lower())
        targets.setdefault(f"{name}@{domain}", {}).update(dict.fromkeys(filter(None, leads_to)))
    return [Alias(address, tuple(leads_to)) for address, leads_to in targets.items()]


def members(found: Iterable[Row], what: str) -> dict[str, str]:
    """The members in lower case, each with the spelling that the server knows it by."""
    spelled = [required(row, "member", what) for row in found]
    return {member.lower(): member for member in spelled}
