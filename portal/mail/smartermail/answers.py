"""Reads SmarterMail's answers into the nouns of `portal.mail`: field names, units, and what may be absent or null."""

import math
from datetime import UTC, datetime
from typing import Any, TypeVar

import msgspec
from msgspec import UNSET, Struct

from portal.mail import (
    NEVER,
    Alias,
    AliasSettings,
    Dkim,
    DkimKey,
    Features,
    Figures,
    Forwarding,
    Mailbox,
    PasswordRules,
    Unreachable,
)
from portal.mail.smartermail.wire import Answer, Outcome

T = TypeVar("T")
Row = dict[str, Any]
# Of one mailbox this must not cost the whole list.
NoObject = bool | int | float | str | list[Any] | None

MEGABYTE = 1024 * 1024


class Flags(Struct, gc=False, rename="camel"):
    """`securityFlags` of a user."""

    is_disabled: Any = None
    is_domain_admin: Any = None


NO_FLAGS = Flags()


class User(Struct, gc=False, rename="camel"):
    """A user of list-users and get-user. UNSET where null says something else than an absent field."""

    email_address: Any = None
    user_name: Any = None
    full_name: Any = None
    current_mailbox_size: Any = None
    max_mailbox_size: Any = UNSET
    last_login_time: Any = UNSET
    security_flags: Flags | NoObject = None
    is_primary_domain_admin: Any = None


class ListedAlias(Struct, gc=False, rename="camel"):
    """An alias of the alias list."""

    name: Any = None
    targets: list[Any] | None = None
    include_all_domain_users: Any = None


class Users(Outcome, total=False):
    """The answer of list-users."""

    userData: list[User] | None


class Aliases(Outcome, total=False):
    """The answer of the alias list."""

    gridInfo: list[ListedAlias] | None


def rows(answer: Answer, key: str, kind: type[list[T]], what: str) -> list[T]:
    """The list under `key`, null being an empty one. Raises Unreachable when it is absent: that is not "none"."""
    return [] if answer.get(key, UNSET) is None else row(answer, key, kind, what)


def row(answer: Answer, key: str, kind: type[T], what: str) -> T:
    """What stands under `key`. Raises Unreachable when it is absent or of another kind."""
    try:
        return msgspec.convert(answer.get(key), kind)
    except msgspec.ValidationError:
        raise Unreachable(f"{what}: the answer has no such {key}") from None


def number(value: Any) -> int | None:
    """A whole number given as int, float or text; None for anything else."""
    # Nearly always, and asked for each of thousands of rows.
    if type(value) is int:
        return value
    if isinstance(value, str):
        try:
            value = float(value) if "." in value else int(value)
        except ValueError:
            return None
    return int(value) if type(value) in (int, float) and math.isfinite(value) else None


def required(value: Any, key: str, what: str) -> int:
    """A count or limit that must be there: an unknown one is never shown as 0."""
    found = number(value)
    if found is None:
        raise Unreachable(f"{what}: {key} is not a number")
    return found if found > 0 else 0


def limit(value: Any, key: str, what: str) -> int:
    """A size limit in bytes; null means none, which is 0 for us."""
    # Nearly always, and asked for each of thousands of rows.
    if type(value) is int and value >= 0:
        return value
    return 0 if value is None else required(value, key, what)


def moment(row: Row, key: str) -> datetime | None:
    """As `instant`, of what stands under `key`."""
    return instant(row.get(key, UNSET))


def instant(value: Any) -> datetime | None:
    """A date in UTC; NEVER for null, empty and .NET's smallest date; None where nothing is told, or no date."""
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


def whole(name: Any, at: str) -> str:
    """`name`, a local part or an address, as a whole lower-case address; `at` is the domain with its @."""
    text = (name if type(name) is str else str(name or "")).strip().lower()
    return text if "@" in text else text + at


def own(name: Any, at: str, what: str) -> str:
    """As `whole`. Raises Unreachable unless it belongs to that domain: a server that ignored the scope of a call would
    otherwise show one customer another one's mailboxes."""
    address = whole(name, at)
    if not address.endswith(at) or address.startswith("@"):
        raise Unreachable(f"{what}: the answer is about another domain")
    return address


def mailbox(user: User, at: str, what: str) -> Mailbox:
    """From `userData` of list-users and get-user."""
    flags = user.security_flags if isinstance(user.security_flags, Flags) else NO_FLAGS
    return Mailbox(
        address=own(user.email_address or user.user_name, at, what),
        display_name=str(user.full_name or ""),
        used=number(user.current_mailbox_size),
        limit=limit(user.max_mailbox_size, "maxMailboxSize", what),
        last_login=instant(user.last_login_time),
        enabled=not flags.is_disabled,
        domain_admin=bool(flags.is_domain_admin or user.is_primary_domain_admin),
    )


def searched_mailbox(user: Row, at: str, what: str) -> Mailbox:
    """From `users` of account-search-quick, which does not tell administrators apart."""
    return Mailbox(
        address=own(user.get("userName"), at, what),
        display_name=str(user.get("displayName") or ""),
        used=number(user.get("bytesUsed")),
        limit=limit(user.get("bytesAllowed", UNSET), "bytesAllowed", what),
        last_login=moment(user, "lastLoginTime"),
        enabled=user.get("status") != "Disabled",
        domain_admin=False,
    )


def alias(entry: ListedAlias, at: str, what: str) -> Alias:
    """From `gridInfo` of the alias list. Raises Unreachable when it does not tell the targets: that is not "none"."""
    if is_untold(entry):
        raise Unreachable(f"{what}: the answer lacks targets")
    targets = [whole(target, at) for target in entry.targets or () if target]
    return Alias(
        address=own(entry.name, at, what),
        targets=tuple(targets if len(targets) < 2 else dict.fromkeys(targets)),
        everyone=bool(entry.include_all_domain_users),
    )


def is_untold(entry: ListedAlias) -> bool:
    """Whether it is not told where an alias leads: one that leads to everyone needs no targets."""
    return entry.targets is None and not entry.include_all_domain_users


def alias_settings(entry: Row, at: str, what: str) -> AliasSettings:
    """From `alias` of the single read. Raises Unreachable when it does not tell the targets: that is not "none"."""
    everyone = bool(entry.get("includeAllDomainUsers"))
    targets = entry.get("aliasTargetList", None if everyone else UNSET)
    if targets is not None and not isinstance(targets, list):
        raise Unreachable(f"{what}: the answer lacks aliasTargetList")
    return AliasSettings(
        name=own(entry.get("name"), at, what).removesuffix(at),
        targets=tuple(dict.fromkeys(whole(target, at) for target in targets or () if target)),
        may_send=bool(entry.get("allowSending")),
        hide_from_gal=bool(entry.get("hideFromGAL")),
        internal_only=bool(entry.get("internalOnly")),
        everyone=everyone,
        enabled=entry.get("isEnabled") is not False,
    )


def forwarding(entry: Row, at: str, what: str) -> Forwarding:
    """From `mailboxForwardList`. Raises Unreachable when it does not tell the destinations: that is not "none"."""
    destinations = entry.get("forwardList", UNSET)
    if destinations is not None and not isinstance(destinations, list):
        raise Unreachable(f"{what}: the answer lacks forwardList")
    return Forwarding(
        destinations=tuple(dict.fromkeys(whole(target, at) for target in destinations or () if target)),
        delete_after=bool(entry.get("deleteOnForward")),
        keep_sender=bool(entry.get("keepRecipients")),
    )


def features(settings: Row) -> Features:
    """From `domainSettings`, which holds secrets: nothing else of it goes on from here."""

    def told(key: str) -> bool | None:
        value = settings.get(key)
        return value if isinstance(value, bool) else None

    return Features(
        activesync=told("enableActiveSyncAccountManagement"),
        mapi=told("enableMapiEwsAccountManagement"),
        forwarding=told("enableMailForwarding"),
        domain_aliases=number(settings.get("maxDomainAliases")),
    )


def dkim(settings: Row, what: str) -> Dkim:
    """From `domainSettings`, of which nothing secret goes on from here: beside the public key lies the private one.

    Raises Unreachable where keys are not told, or half a key is: that is not "none". A pending key comes as an object;
    null, false and absent all mean none.
    """
    told = settings.get("domainKeysSettings", UNSET)
    if told is not None and not isinstance(told, dict):
        raise Unreachable(f"{what}: the answer has no such domainKeysSettings")
    keys: Row = told or {}
    active = dkim_key(keys, what)
    return Dkim(
        active=active,
        pending=dkim_key(keys.get("pending"), what),
        # It is about the key, and stays as it was when signing is switched off.
        validated=active is not None and keys.get("isActive") is True,
        signing=dkim_signing(settings, keys),
    )


def dkim_key(told: Any, what: str) -> DkimKey | None:
    """The key of an object with `selector` and `publicKey`; none when both are empty, whatever else it holds."""
    if told is None or told is False:
        return None
    if isinstance(told, dict):
        selector, public = told.get("selector") or "", told.get("publicKey") or ""
        if selector == public == "":
            return None
        if isinstance(selector, str) and isinstance(public, str) and selector.strip() and public.strip():
            return DkimKey(selector.strip(), "".join(public.split()), number(told.get("keySize")) or None)
    raise Unreachable(f"{what}: a DKIM key that is not told as a whole")


def dkim_signing(settings: Row, keys: Row) -> bool | None:
    """Whether messages are signed; None where no field tells.

    There is a field for it, apart from the key's `isActive`, and it is kept as `enable_dkim_signing` (seen on a running
    server; its name in the API was not), so `enableDkimSigning` is believed where it comes. Else it is
    `enableDkimSigningDomainAdmin`, which one client in production takes for the switch, and another, written from the
    vendor's documentation, for the domain admin's right to use it: unresolved. It is taken for the switch, because that
    is the reading that was tried. Where it is the right, it stays as it is and disabling looks like having no effect.
    """
    places = (settings, "enableDkimSigning"), (keys, "enableDkimSigning"), (settings, "enableDkimSigningDomainAdmin")
    return next((place[name] for place, name in places if isinstance(place.get(name), bool)), None)


def domain_aliases(answer: Answer, what: str) -> frozenset[str]:
    """From `domainAliasData`, which builds before 2023 call `data`."""
    key = "domainAliasData" if "domainAliasData" in answer else "data"
    names = [entry.get("name") for entry in rows(answer, key, list[Row], what)]
    if not all(isinstance(name, str) and name for name in names):
        raise Unreachable(f"{what}: a domain alias without a name")
    return frozenset(str(name).lower() for name in names)


def figures(data: Row, what: str) -> Figures:
    """From `domainData`. `size` is bytes; `sizeMb` may be fractional."""
    used = number(data.get("size"))
    megabytes = data.get("sizeMb")
    if used is None and isinstance(megabytes, int | float):
        used = number(megabytes * MEGABYTE)
    return Figures(
        used=used,
        limit=required(data.get("maxSize"), "maxSize", what),
        mailboxes=required(data.get("userCount"), "userCount", what),
        mailbox_limit=required(data.get("userLimit"), "userLimit", what),
        aliases=required(data.get("aliasCount"), "aliasCount", what),
        alias_limit=required(data.get("aliasLimit"), "aliasLimit", what),
    )


def switched_on(entries: list[Row], at: str, what: str) -> frozenset[str]:
    """Addresses of an ActiveSync or MAPI list: to be in it is "on", unless it says otherwise."""
    on = (entry for entry in entries if entry.get("isActive") is not False)
    return frozenset(own(entry.get("emailAddress"), at, what) for entry in on)


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
