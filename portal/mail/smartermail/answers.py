"""Reads SmarterMail's answers into the nouns of `portal.mail`: field names, units, and what may be absent or null."""

import math
from datetime import UTC, datetime
from typing import Any

from portal.mail import NEVER, Alias, Figures, Mailbox, PasswordRules, Unreachable

Row = dict[str, Any]

MEGABYTE = 1024 * 1024


def rows(answer: Row, key: str, what: str) -> list[Row]:
    """The list under `key`, null being an empty one. Raises Unreachable when it is absent: that is not "none"."""
    if key not in answer:
        raise Unreachable(f"{what}: the answer lacks {key}")
    found = answer[key]
    if found is None:
        return []
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise Unreachable(f"{what}: {key} is not a list of objects")
    return found


def row(answer: Row, key: str, what: str) -> Row:
    """The object under `key`. Raises Unreachable when there is none."""
    found = answer.get(key)
    if not isinstance(found, dict):
        raise Unreachable(f"{what}: the answer lacks {key}")
    return found


def number(value: Any) -> int | None:
    """A whole number given as int, float or text; None for anything else."""
    # Nearly always, and asked twice for each of thousands of rows.
    if type(value) is int:
        return value
    if isinstance(value, str):
        try:
            value = float(value) if "." in value else int(value)
        except ValueError:
            return None
    return int(value) if type(value) in (int, float) and math.isfinite(value) else None


def required(source: Row, key: str, what: str) -> int:
    """A count or limit that must be there: an unknown one is never shown as 0."""
    found = number(source.get(key))
    if found is None:
        raise Unreachable(f"{what}: {key} is not a number")
    return found if found > 0 else 0


def limit(source: Row, key: str, what: str) -> int:
    """A size limit in bytes; null means none, which is 0 for us."""
    return 0 if source.get(key, "") is None else required(source, key, what)


def moment(row: Row, key: str) -> datetime | None:
    """A date in UTC; NEVER for null, empty and .NET's smallest date; None where nothing is told, or no date."""
    value = row.get(key, 0)
    if value is None or value == "":
        return NEVER
    try:
        found = datetime.fromisoformat(value)
        if found.year == 1:
            return NEVER
        if found.tzinfo is UTC:
            return found
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None


def whole(name: Any, domain: str) -> str:
    """`name`, a local part or an address, as a whole lower-case address."""
    text = str(name or "").strip().lower()
    return text if "@" in text else f"{text}@{domain}"


def own(name: Any, domain: str, what: str) -> str:
    """As `whole`. Raises Unreachable unless it belongs to `domain`: a server that ignored the scope of a call would
    otherwise show one customer another one's mailboxes."""
    address = whole(name, domain)
    if not address.endswith(f"@{domain}") or address.startswith("@"):
        raise Unreachable(f"{what}: the answer is about another domain")
    return address


def mailbox(user: Row, domain: str, what: str) -> Mailbox:
    """From `userData` of list-users and get-user."""
    flags = user.get("securityFlags") or {}
    return Mailbox(
        address=own(user.get("emailAddress") or user.get("userName"), domain, what),
        display_name=str(user.get("fullName") or ""),
        used=number(user.get("currentMailboxSize")),
        limit=limit(user, "maxMailboxSize", what),
        last_login=moment(user, "lastLoginTime"),
        enabled=not flags.get("isDisabled"),
        domain_admin=bool(flags.get("isDomainAdmin") or user.get("isPrimaryDomainAdmin")),
    )


def searched_mailbox(user: Row, domain: str, what: str) -> Mailbox:
    """From `users` of account-search-quick, which does not tell administrators apart."""
    return Mailbox(
        address=own(user.get("userName"), domain, what),
        display_name=str(user.get("displayName") or ""),
        used=number(user.get("bytesUsed")),
        limit=limit(user, "bytesAllowed", what),
        last_login=moment(user, "lastLoginTime"),
        enabled=user.get("status") != "Disabled",
        domain_admin=False,
    )


def everyone(entry: Row) -> bool:
    """Whether an alias leads to all users of the domain, whatever its targets."""
    return bool(entry.get("includeAllDomainUsers"))


def alias(entry: Row, domain: str, what: str) -> Alias:
    """From `gridInfo` of the alias list. Raises Unreachable when it does not tell the targets: that is not "none"."""
    targets = entry.get("targets")
    to_all = everyone(entry)
    if targets is None and not to_all:
        raise Unreachable(f"{what}: the answer lacks targets")
    whole_targets = [whole(target, domain) for target in targets or () if target]
    return Alias(
        address=own(entry.get("name"), domain, what),
        targets=tuple(whole_targets if len(whole_targets) < 2 else dict.fromkeys(whole_targets)),
        everyone=to_all,
    )


def figures(data: Row, what: str) -> Figures:
    """From `domainData`. `size` is bytes; `sizeMb` may be fractional."""
    used = number(data.get("size"))
    megabytes = data.get("sizeMb")
    if used is None and isinstance(megabytes, int | float):
        used = number(megabytes * MEGABYTE)
    return Figures(
        used=used,
        limit=required(data, "maxSize", what),
        mailboxes=required(data, "userCount", what),
        mailbox_limit=required(data, "userLimit", what),
        aliases=required(data, "aliasCount", what),
        alias_limit=required(data, "aliasLimit", what),
    )


def switched_on(entries: list[Row], domain: str, what: str) -> frozenset[str]:
    """Addresses of an ActiveSync or MAPI list: to be in it is "on", unless it says otherwise."""
    on = (entry for entry in entries if entry.get("isActive") is not False)
    return frozenset(own(entry.get("emailAddress"), domain, what) for entry in on)


def password_rules(answer: Row) -> PasswordRules | None:
    """From password-requirements, whose fields no source has shown: those of password-settings are looked for, at the
    top or one object down. None when there are none of them."""
    places = [answer, *(value for value in answer.values() if isinstance(value, dict))]
    for place in places:
        if place.keys() & {"minLength", "requireCapital", "requireNumber", "requireSymbol"}:
            length = place.get("minLength")
            if isinstance(length, dict):
                length = length.get("ruleValue") if length.get("enabled") else 0
            return PasswordRules(
                min_length=number(length) or 0,
                upper=place.get("requireCapital") is True,
                digit=place.get("requireNumber") is True,
                special=place.get("requireSymbol") is True,
            )
    return None
