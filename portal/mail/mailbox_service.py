"""What one mailbox on a shared domain is and can do, where the domain holds other customers' mailboxes too."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal, Protocol

from portal.mail import Alias
from portal.mail.checked import Checked

AccountType = Literal["basic", "enhanced"]
# Of a shared domain: it can take mailboxes; the account has not got it; it is switched off; or its owner has not shown
# the vendor yet that it is theirs.
DomainState = Literal["ready", "missing", "inactive", "unverified"]


@dataclass(frozen=True, slots=True)
class SharedMailbox:
    """A mailbox on a shared domain. `used` and `limit` are bytes; None is what the server did not tell.

    `last_login` may be NEVER.
    """

    address: str
    display_name: str | None
    used: int | None
    limit: int | None
    last_login: datetime | None
    enabled: bool
    account_type: AccountType | None

    @property
    def name(self) -> str:
        """The local part."""
        return self.address.rpartition("@")[0]


@dataclass(frozen=True, slots=True)
class NewSharedMailbox:
    """What is asked for when a mailbox is created; the plan's words for languages, time zones and date formats."""

    password: str = field(repr=False)
    account_type: AccountType
    quota_gb: Decimal
    language: str
    timezone: str
    date_format: str
    display_name: str = ""


@dataclass(frozen=True, slots=True)
class MailboxChanges:
    """What is to be different; None stays as it is."""

    account_type: AccountType | None = None
    quota_gb: Decimal | None = None
    language: str | None = None
    timezone: str | None = None
    date_format: str | None = None


class MailboxService(Protocol):
    """One mailbox and its domain. Every method raises `Unreachable` or a `Refused`.

    Mail servers do not know which customer an alias or a list belongs to: of what is read of the domain only that may
    be shown which the mailbox's service owns, and nothing else may be named to a method that changes something. Whoever
    creates something has made sure with `is_free` that it was not there, and has written down that it is theirs.
    Names are local parts.
    """

    @property
    def address(self) -> str: ...

    def mailbox(self) -> SharedMailbox:
        """NotFound when there is none."""
        ...

    def aliases(self) -> Sequence[Alias]:
        """Of the whole domain, everybody's."""
        ...

    def lists(self) -> frozenset[str]:
        """Addresses of the distribution lists of the whole domain, everybody's."""
        ...

    def members(self, name: str) -> tuple[str, ...]:
        """Of a list: whole, lower-case addresses. NotFound when there is no such list."""
        ...

    def is_free(self, name: str) -> bool:
        """Whether nothing of that name was found; the server has the last word when it is asked to create it."""
        ...

    def opens(self, password: str) -> bool:
        """Whether the mailbox may be signed in to with it: never, while it is disabled. Never tried twice."""
        ...

    def webmail(self) -> str:
        """An address that signs into webmail once: a secret, only to be redirected to at once."""
        ...

    def create_mailbox(self, new: NewSharedMailbox) -> SharedMailbox:
        """As it is afterwards. NameTaken when there is one already."""
        ...

    def change_mailbox(self, changes: MailboxChanges) -> frozenset[str]:
        """The names of those changes that were sent, but that the server does not tell afterwards.

        Refused when one that it tells did not take effect.
        """
        ...

    def set_password(self, password: str) -> bool:
        """Set it. True when the server confirmed that the mailbox's sessions ended."""
        ...

    def set_enabled(self, on: bool) -> None:
        """Switch it and read it back: Refused when it is not so afterwards."""
        ...

    def delete_mailbox(self) -> None:
        """Delete it with all its messages. NotFound when there is none."""
        ...

    def create_alias(self, name: str, target: str) -> None: ...

    def change_alias(self, name: str, target: str) -> None:
        """Let it lead elsewhere; messages can bounce meanwhile. When that fails it leads where it did, if possible."""
        ...

    def delete_alias(self, name: str) -> None:
        """NotFound when there is none."""
        ...

    def create_list(self, name: str) -> None:
        """Without members."""
        ...

    def delete_list(self, name: str) -> None:
        """NotFound when there is none."""
        ...

    def add_member(self, name: str, member: str) -> None:
        """Nothing is sent when it is one already."""
        ...

    def remove_member(self, name: str, member: str) -> None:
        """Nothing is sent when it is none."""
        ...


class MailboxServer(Protocol):
    """A mail server account, able to reach every mailbox on its domains."""

    def mailbox(self, address: str, quota_gb: Decimal | None = None) -> MailboxService:
        """`quota_gb` is what its plan gives it, as far as known: see `change_mailbox`."""
        ...

    @property
    def webmail_origins(self) -> frozenset[str]:
        """Where one-time sign-ins may lead: `https://webmail.example`, `https://*.example`."""
        ...

    def mailboxes(self, domain: str) -> Sequence[SharedMailbox]:
        """Of the whole domain, everybody's."""
        ...

    def domain_state(self, name: str) -> DomainState: ...

    def check(self) -> str:
        """Sign in. The answer is a sentence for staff."""
        ...

    def assumptions(self, domain: str, quotas: Mapping[str, Decimal]) -> Iterator[Checked]:
        """Try all that the client assumes, changing nothing. `quotas`: what plans give, in GB by address."""
        ...

    def writing_assumptions(self, scratch: str) -> Iterator[Checked]:
        """The same of changes, on a domain that is there: what is made has random names and is removed."""
        ...
