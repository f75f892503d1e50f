"""What a shared domain holds, whoever of its customers it belongs to: the server knows no owners."""

import re
import secrets
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar

from ..played.answers import Refusal

LOCAL_PART = re.compile(r"[a-z0-9]([a-z0-9._-]{0,62}[a-z0-9])?", re.IGNORECASE)
DOMAIN_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+", re.IGNORECASE)
PASSWORD_CLASSES = [re.compile(pattern) for pattern in ("[A-Z]", "[a-z]", "[0-9]", "[^A-Za-z0-9]")]

BASIC, ENHANCED = "1", "2"
LANGUAGE, TIME_ZONE, DATE_FORMAT = "en", "America/Montreal", "yyyy-mm-dd"
QUOTA = Decimal(1)

Kept = TypeVar("Kept")


@dataclass
class Mailbox:
    """`quota` is in GB, `used` in MB; `last_login` "" = never."""

    name: str
    password: str
    quota: Decimal = QUOTA
    account_type: str = BASIC
    display_name: str = ""
    used: int = 0
    disabled: bool = False
    last_login: str = ""
    two_factor: str = "1"
    language: str = LANGUAGE
    time_zone: str = TIME_ZONE
    date_format: str = DATE_FORMAT
    forwards: list[str] = field(default_factory=list)
    former_passwords: list[str] = field(default_factory=list)

    def change_password(self, password: str, may_come_back: bool) -> None:
        """Raise Refusal when it is too weak, or an earlier one that may not come back."""
        check_password(password)
        if not may_come_back and password in (self.password, *self.former_passwords):
            raise Refusal("Password was used before")
        self.former_passwords.append(self.password)
        self.password = password


@dataclass
class Alias:
    name: str
    forward: str


@dataclass
class DistributionList:
    name: str
    members: list[str] = field(default_factory=list)


@dataclass
class Domain:
    """Mailboxes, aliases and lists are keyed by their lower-case names, which they share.

    `pending` is the value of the TXT record that proves the domain, "" once it is proven. `alias_domains` are other
    names of it with their numbers.
    """

    number: int
    name: str
    pending: str = ""
    active: bool = True
    mailboxes: dict[str, Mailbox] = field(default_factory=dict)
    aliases: dict[str, Alias] = field(default_factory=dict)
    lists: dict[str, DistributionList] = field(default_factory=dict)
    alias_domains: dict[str, int] = field(default_factory=dict)
    catchall: str = ""
    time_zone: str = TIME_ZONE
    exchange: bool = False
    dkim: bool = False
    dkim_key: str = field(default_factory=lambda: secrets.token_urlsafe(200))
    footer: str = ""
    brand: dict[str, str] = field(default_factory=dict)

    def mailbox(self, name: str) -> Mailbox:
        return found(self.mailboxes, name, "User")

    def alias(self, name: str) -> Alias:
        return found(self.aliases, name, "Alias")

    def list_of(self, name: str) -> DistributionList:
        return found(self.lists, name, "List")

    def claim(self, name: str, what: str) -> str:
        """The name under which to keep it. Raise Refusal when it is no name, or a mailbox, alias or list has it."""
        if not LOCAL_PART.fullmatch(name):
            raise Refusal(f"Invalid {what} name")
        key = name.lower()
        if key in self.mailboxes or key in self.aliases or key in self.lists:
            raise Refusal(f"{what} already exists")
        return key

    def address(self, name: str) -> str:
        return f"{name}@{self.name}"

    def remove_mailbox(self, name: str, cascades: bool) -> None:
        """Aliases and memberships stay, pointing at nobody, unless the removal `cascades`."""
        gone = self.address(self.mailbox(name).name).lower()
        del self.mailboxes[name.lower()]
        if cascades:
            self.aliases = {key: alias for key, alias in self.aliases.items() if alias.forward.lower() != gone}
            for kept in self.lists.values():
                kept.members = [member for member in kept.members if member.lower() != gone]


def found(kept: dict[str, Kept], name: str, what: str) -> Kept:
    if name.lower() not in kept:
        raise Refusal(f"{what} not found")
    return kept[name.lower()]


def check_password(password: str) -> None:
    if len(password) < 8 or not all(one.search(password) for one in PASSWORD_CLASSES):
        raise Refusal("Password is too weak")
