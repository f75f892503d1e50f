"""The module settings of WHMCS's products, as typed values; the only place that parses them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Generic, Literal, Self, TypeVar, cast, overload
from zoneinfo import ZoneInfo

T = TypeVar("T")

HOST_NAME = re.compile(r"(?=.{1,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
SPF_MECHANISM = re.compile(r"\+?((include|exists|ip4|ip6):[!-~]+|(a|mx)([:/][!-~]+)?)", re.IGNORECASE)
REPORT_ADDRESS = re.compile(r"(?:mailto:)?([^\s@,;!]+@[^\s@,;!]+)", re.IGNORECASE)
AMOUNT = re.compile(r"[0-9]{1,7}(\.[0-9]{1,2})?")
AMOUNT_IN_CURRENCY = re.compile(rf"([A-Za-z]{{3}})\s+({AMOUNT.pattern})")
GIGABYTES = re.compile(r"([0-9]{1,5}(?:\.[0-9]{1,3})?)\s*(?:GB)?", re.IGNORECASE)
DATE_FORMAT = re.compile(r"(?=.*yyyy)(?=.*mm)(?=.*dd)(yyyy|mm|dd)(-(yyyy|mm|dd)){2}")
LANGUAGES = ("en", "pt-br", "id", "es", "de", "fr")
YES = frozenset({"on", "yes", "true", "1"})
NO = frozenset({"off", "no", "false", "0"})


AccountType = Literal["basic", "enhanced"]
ACCOUNT_TYPES: dict[str, AccountType] = {"1": "basic", "2": "enhanced", "basic": "basic", "enhanced": "enhanced"}


class NotConfigured(Exception):
    """A setting whose text has no meaning; the message is a sentence for the admin who typed it."""

    def __init__(self, name: str, raw: str, expected: str) -> None:
        super().__init__(f'{name}: "{raw}" is not {expected}.')
        self.name = name
        self.raw = raw


class CurrencyNotPriced(LookupError):
    """The price is given for other currencies only. It is unknown, never 0."""


@dataclass(frozen=True, slots=True)
class Price:
    """A monthly price: one amount for all currencies, or one for each of those listed."""

    for_all: Decimal | None
    listed: Mapping[str, Decimal]

    def amount(self, currency: str) -> Decimal:
        """The amount in a currency (ISO code, any case). Raise CurrencyNotPriced when the seller listed others only."""
        found = self.for_all if self.for_all is not None else self.listed.get(currency.upper())
        if found is None:
            raise CurrencyNotPriced(currency)
        return found


# The readers turn stripped text into a value; their ValueError says what was expected, to follow "… is not ".


def whole(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text) or not least <= int(text) <= most:
            raise ValueError(f"a whole number from {least} to {most}")
        return int(text)

    return read


def switch(text: str) -> bool:
    if text.lower() not in YES | NO:
        raise ValueError("on or off")
    return text.lower() in YES


def price(text: str) -> Price:
    if AMOUNT.fullmatch(text):
        return Price(Decimal(text), {})
    parts = [AMOUNT_IN_CURRENCY.fullmatch(part.strip()) for part in text.split(",")]
    listed = {part[1].upper(): Decimal(part[2]) for part in parts if part}
    if len(listed) != len(parts):
        raise ValueError('a price like "2.00" or "CAD 2.00, USD 1.60"')
    return Price(None, listed)


def address(text: str) -> IPv4Address | IPv6Address | None:
    """None stands for the mail server's own default."""
    if text.lower() == "default":
        return None
    try:
        return ip_address(text)
    except ValueError:
        raise ValueError('"default" or an IP address') from None


def host_name(text: str) -> str:
    host = text.lower().removesuffix(".")
    if host and not HOST_NAME.fullmatch(host):
        raise ValueError("a host name")
    return host


def mechanism(text: str) -> str:
    if text and not SPF_MECHANISM.fullmatch(text):
        raise ValueError('one SPF mechanism like "include:mail.example.com"')
    return text


def mechanisms(text: str) -> tuple[str, ...]:
    return tuple(mechanism(part) for part in _parts(text))


def report_addresses(text: str) -> tuple[str, ...]:
    found = [REPORT_ADDRESS.fullmatch(part) for part in _parts(text)]
    if not all(found):
        raise ValueError("one or more e-mail addresses")
    return tuple(match[1] for match in found if match)


def policy(text: str) -> str:
    if text.lower() not in ("none", "quarantine", "reject"):
        raise ValueError("none, quarantine or reject")
    return text.lower()


def at_most(most: int) -> Callable[[str], int | None]:
    """How many a customer may have: 0 is any number, and None none at all."""
    number = whole(0, most)

    def read(text: str) -> int | None:
        try:
            return None if text.lower() == "off" else number(text)
        except ValueError:
            raise ValueError(f'a whole number from 0 (any number) to {most}, or "off"') from None

    return read


def host_names(text: str) -> tuple[str, ...]:
    try:
        return tuple(dict.fromkeys(host_name(part) for part in _parts(text)))
    except ValueError:
        raise ValueError("one or more domains") from None


def account_type(text: str) -> AccountType:
    """As WHMCS has it: a number, a label, or both as in `1|Basic`."""
    found = {ACCOUNT_TYPES.get(part.strip()) for part in text.lower().split("|")}
    if None in found or len(found) != 1:
        raise ValueError("Basic or Enhanced")
    return cast(AccountType, found.pop())


def gigabytes(text: str) -> Decimal:
    """Also as WHMCS has the value of an option: `25|25 GB`."""
    found = GIGABYTES.fullmatch(text.partition("|")[0].strip())
    if not found or not Decimal(found[1]):
        raise ValueError("a size in GB above 0")
    return Decimal(found[1])


def time_zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (LookupError, ValueError, OSError):
        raise ValueError("a time zone like America/Montreal") from None
    return text


def date_format(text: str) -> str:
    if not DATE_FORMAT.fullmatch(text.lower()):
        raise ValueError("a date format like yyyy-mm-dd")
    return text.lower()


def language(text: str) -> str:
    if text.lower() not in LANGUAGES:
        raise ValueError(f"one of {', '.join(LANGUAGES)}")
    return text.lower()


def _parts(text: str) -> list[str]:
    return [part for part in re.split(r"[\s,]+", text) if part]


class Setting(Generic[T]):
    """One setting: what it is when WHMCS sends none, and how its text is read.

    Empty text stands for the default too, except where `empty` says otherwise.
    """

    def __init__(self, default: str, read: Callable[[str], T], empty: str | None = None) -> None:
        self.default = default
        self._empty = default if empty is None else empty
        self._read = read

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, plan: None, owner: type) -> Self: ...
    @overload
    def __get__(self, plan: "Settings", owner: type) -> T: ...
    def __get__(self, plan: "Settings | None", owner: type) -> Self | T:
        if plan is None:
            return self
        raw = plan.raw.get(self._name, self.default)
        try:
            return self._read(raw.strip() or self._empty)
        except ValueError as error:
            raise NotConfigured(self._name, raw, str(error)) from None


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a product. Reading one whose text has no meaning raises NotConfigured."""

    raw: Mapping[str, str]

    @classmethod
    def parse(cls, raw: Mapping[str, str]) -> Self:
        """The plan WHMCS holds by `raw` (name to text). Never raises: what is wrong shows when it is read."""
        return cls(dict(raw))

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Of the settings, in WHMCS's order."""
        return tuple(name for name, member in vars(cls).items() if isinstance(member, Setting))

    @property
    def texts(self) -> Mapping[str, str]:
        """What each setting is, as text: WHMCS's, or the default where it sends none."""
        return {name: self.raw.get(name, "").strip() or getattr(type(self), name).default for name in self.names()}

    @property
    def errors(self) -> Mapping[str, str]:
        """For each setting that has no meaning, a sentence for the admin who typed it."""
        found = {}
        for name in self.names():
            try:
                getattr(self, name)
            except NotConfigured as error:
                found[name] = str(error)
        return found


class Plan(Settings):
    """The settings of the domain product."""

    __slots__ = ()

    tier_gb = Setting("10", whole(1, 100_000))
    eas_price = Setting("2.00", price)
    mapi_price = Setting("3.00", price)
    combined_price = Setting("4.50", price)
    domain_path = Setting("", str)
    outbound_ip = Setting("default", address)
    max_users = Setting("0", whole(0, 1_000_000))
    # An unticked box of WHMCS arrives as empty text.
    delete_data = Setting("on", switch, empty="off")
    password_min_length = Setting("8", whole(1, 128))
    password_upper = Setting("on", switch, empty="off")
    password_digit = Setting("on", switch, empty="off")
    password_special = Setting("on", switch, empty="off")
    spf_primary = Setting("", mechanism)
    offer_eas = Setting("on", switch, empty="off")
    offer_mapi = Setting("on", switch, empty="off")
    activation_days = Setting("1", whole(0, 366))
    max_domain_aliases = Setting("0", whole(0, 10_000))
    spf_secondary = Setting("", mechanisms)
    autodiscover_host = Setting("", host_name)
    autodiscover_srv = Setting("", host_name)
    check_dmarc = Setting("on", switch, empty="off")
    dmarc_rua = Setting("", report_addresses)
    dmarc_policy = Setting("none", policy)
    server = Setting("", str)


class MailboxPlan(Settings):
    """The settings of the mailbox product; WHMCS's configurable options stand in for those they override."""

    __slots__ = ()

    server = Setting("", str)
    allowed_domains = Setting("", host_names)
    account_type = Setting("Basic", account_type)
    quota_gb = Setting("25", gigabytes)
    max_aliases = Setting("25", at_most(10_000))
    # An unticked box of WHMCS arrives as empty text.
    external_forwards = Setting("off", switch)
    timezone = Setting("America/Montreal", time_zone)
    date_format = Setting("yyyy-mm-dd", date_format)
    language = Setting("en", language)
    max_lists = Setting("5", at_most(10_000))


# By the products' names in the contract.
PLANS: dict[str, type[Plan] | type[MailboxPlan]] = {"domain": Plan, "mailbox": MailboxPlan}
SETTINGS = Plan.names()
