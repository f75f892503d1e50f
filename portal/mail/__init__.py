"""What a mail server holds, in the field's words, and what can go wrong when asking it.

Nothing here knows an API: each server's client (``smartermail``) turns its answers into these and its failures
into these errors. Sizes are bytes; a limit of 0 means "no limit"; ``None`` means the server did not say.
What comes in thousands is a ``Struct``: as frozen as a dataclass, made in a tenth of its time.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from msgspec import Struct

from portal.mail.checked import Checked

# The last sign-in of a mailbox nobody has signed in to yet.
NEVER = datetime.min.replace(tzinfo=UTC)


class MailError(Exception):
    """Anything a mail server can answer that is not a result. The text is for logs and staff, never for customers.

    `result` is its kind in a word, for counting.
    """

    result = "unreachable"


class Unreachable(MailError):
    """No usable answer came: it is *unknown* whether a change happened, and nothing read may be shown as empty."""


class Refused(MailError):
    """The mail server understood and said no. Nothing was changed."""

    result = "refused"


class NameTaken(Refused):
    """The name is already a mailbox, alias or list of this domain."""


class NotFound(Refused):
    """The object (or the domain) does not exist on the mail server."""


class LimitReached(Refused):
    """The mail server's own limit for this domain is reached."""


class PasswordRejected(Refused):
    """The mail server's password policy refused it. `rule` is our rule's name where the answer tells which."""

    def __init__(self, text: str, rule: str | None = None) -> None:
        super().__init__(text)
        self.rule = rule


class Mailbox(Struct, frozen=True, gc=False):
    """A mailbox. `address` is whole and lower-case; `used` and `limit` are bytes (`limit` 0 = no own limit).

    `last_login` may be NEVER.
    """

    address: str
    display_name: str
    used: int | None
    limit: int
    last_login: datetime | None
    enabled: bool
    domain_admin: bool

    @property
    def name(self) -> str:
        """The local part."""
        return self.address.rpartition("@")[0]


class Alias(Struct, frozen=True, gc=False):
    """A name that delivers to `targets` (whole, lower-case addresses, each once), or to every user when `everyone`."""

    address: str
    targets: tuple[str, ...]
    everyone: bool = False

    @property
    def name(self) -> str:
        """The local part."""
        return self.address.rpartition("@")[0]


@dataclass(frozen=True, slots=True)
class Figures:
    """The server's own counts of a domain; `mailboxes` includes the hidden admin. Limits: 0 = none."""

    used: int | None
    limit: int
    mailboxes: int
    mailbox_limit: int
    aliases: int
    alias_limit: int


@dataclass(frozen=True, slots=True)
class NewMailbox:
    """What is asked for when a mailbox is created. `name` is the local part; `limit` bytes, 0 = no own limit."""

    name: str
    password: str = field(repr=False)
    display_name: str = ""
    limit: int = 0


@dataclass(frozen=True, slots=True)
class AliasSettings:
    """An alias with what can be set of it. `targets` as in Alias; a disabled one bounces."""

    name: str
    targets: tuple[str, ...]
    may_send: bool = False
    hide_from_gal: bool = False
    internal_only: bool = False
    everyone: bool = False
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Forwarding:
    """Where a mailbox sends its messages on to (whole, lower-case addresses; none = nowhere).

    `delete_after`: no copy stays in the mailbox. `keep_sender`: the original sender and recipients stay on the message.
    """

    destinations: tuple[str, ...] = ()
    delete_after: bool = False
    keep_sender: bool = False


@dataclass(frozen=True, slots=True)
class Features:
    """What the mail server lets a domain use; None = it does not say."""

    activesync: bool | None
    mapi: bool | None
    forwarding: bool | None
    domain_aliases: int | None


@dataclass(frozen=True, slots=True)
class DkimKey:
    """The public half of a key: DNS has to hold `public_key` (base64) at `<selector>._domainkey.<domain>`."""

    selector: str
    public_key: str
    size: int | None  # bits


@dataclass(frozen=True, slots=True)
class Dkim:
    """What a mail server says of a domain's DKIM. It never sees DNS as its customers' recipients do: see `dkim_state`.

    `active` is the key that it signs with, or signed with until signing was switched off; `validated`: it found that
    one in DNS. `pending` is a new one that it will use once it finds it there. `signing`: None where untold.
    """

    active: DkimKey | None = None
    pending: DkimKey | None = None
    validated: bool = False
    signing: bool | None = None

    @property
    def keys(self) -> tuple[DkimKey, ...]:
        """The active one first."""
        return tuple(key for key in (self.active, self.pending) if key is not None)


@dataclass(frozen=True, slots=True)
class PasswordRules:
    """What a mail server asks of passwords, as far as it told."""

    min_length: int = 0
    upper: bool = False
    digit: bool = False
    special: bool = False


@dataclass(frozen=True, slots=True)
class DomainSettings:
    """What a domain may use. `mailboxes` does not count the hidden admin; 0 = any number, of domain aliases too.

    `activesync`, `mapi`: whether mailboxes may be given it. `outbound_ip` "" = the server's own choice.
    """

    mailboxes: int = 0
    domain_aliases: int = 0
    activesync: bool = True
    mapi: bool = True
    outbound_ip: str = ""


@dataclass(frozen=True, slots=True)
class NewDomain:
    """What is asked for when a domain is created, with its first admin. `folder` "" = beside the server's others."""

    admin: str
    password: str = field(repr=False)
    folder: str = ""
    settings: DomainSettings = DomainSettings()


class DomainService(Protocol):
    """One mail domain. Every method raises `Unreachable` or a `Refused`; reads may be retried, writes never are."""

    @property
    def name(self) -> str: ...

    def figures(self) -> Figures: ...

    def mailboxes(self) -> Sequence[Mailbox]: ...

    def mailbox(self, name: str) -> Mailbox: ...

    def aliases(self) -> Sequence[Alias]: ...

    def activesync(self) -> frozenset[str]:
        """Addresses (lower-case) with ActiveSync on."""
        ...

    def mapi(self) -> frozenset[str]:
        """Addresses (lower-case) with MAPI/EWS on."""
        ...

    def features(self) -> Features: ...

    def alias(self, name: str) -> AliasSettings: ...

    def forwarding(self, name: str) -> Forwarding:
        """Where the mailbox forwards to. There is no call that tells it of several."""
        ...

    def domain_aliases(self) -> frozenset[str]:
        """The domain aliases: the domain's other names, in lower case, ASCII."""
        ...

    def dkim(self) -> Dkim: ...

    def password_rules(self) -> PasswordRules | None:
        """What the server asks of passwords; None when it does not tell."""
        ...

    def raw_state(self) -> Mapping[str, Any]:
        """What the server tells of the domain, in its own words and without secrets: for staff to read."""
        ...

    def sign_in_link(self, name: str) -> str:
        """An address that signs whoever opens it in as this mailbox, once."""
        ...

    def create_mailbox(self, new: NewMailbox) -> None: ...

    def change_mailbox(self, name: str, *, display_name: str | None = None, limit: int | None = None) -> None:
        """Change what is given and nothing else."""
        ...

    def set_password(self, name: str, password: str) -> bool:
        """Set it and end the mailbox's sessions. True when the server confirmed that they ended."""
        ...

    def set_forwarding(self, name: str, forwarding: Forwarding) -> None:
        """Replace it, keeping what is not ours to set. No destination ends it."""
        ...

    def set_activesync(self, name: str, on: bool) -> None:
        """Switch it and read it back: Refused when it is not so afterwards."""
        ...

    def set_mapi(self, name: str, on: bool) -> None:
        """Switch it and read it back: Refused when it is not so afterwards."""
        ...

    def set_enabled(self, name: str, on: bool) -> None:
        """Let the mailbox be signed in to, or not. A disabled one still receives."""
        ...

    def create_alias(self, new: AliasSettings) -> None:
        """NameTaken where the name is a mailbox, an alias or a list."""
        ...

    def change_alias(
        self,
        name: str,
        *,
        targets: Sequence[str] | None = None,
        may_send: bool | None = None,
        hide_from_gal: bool | None = None,
        internal_only: bool | None = None,
    ) -> None:
        """Change what is given; everything else the server holds of it stays, also what we know nothing of."""
        ...

    def delete_alias(self, name: str) -> None:
        """Delete the alias, never a mailbox of the same name. NotFound when there is none."""
        ...

    def add_domain_alias(self, name: str) -> None:
        """Give the domain another name; that it is the customer's, the caller has checked."""
        ...

    def remove_domain_alias(self, name: str) -> None: ...

    def enable_dkim(self) -> Dkim:
        """Switch signing on, with a new key where there is none. Nothing is sent where it is on already.

        This and the next four return what the server says afterwards: Refused when nothing of it took effect.
        """
        ...

    def disable_dkim(self) -> Dkim:
        """Switch signing off. The active key stays, a pending one goes."""
        ...

    def start_dkim_rotation(self) -> Dkim:
        """Make a new key, pending beside the active one. One that is pending already stays and is the new one."""
        ...

    def verify_dkim(self) -> Dkim:
        """Have the server look for its pending key in DNS, and use it if it is there; without one, for the active key.

        Refused when it does not find the pending one, and NotFound when there is no key at all.
        """
        ...

    def drop_dkim_rotation(self) -> Dkim:
        """Drop the pending key, if there is one."""
        ...

    def create(self, new: NewDomain) -> None:
        """Create the domain. NameTaken when it exists, or is another's domain alias."""
        ...

    def delete(self, *, files: bool) -> None:
        """Delete the domain with all it holds, and with `files` its files too. NotFound: it is gone."""
        ...

    def set_open(self, on: bool) -> None:
        """Let the domain send, receive and be signed in to, or not. What it holds stays."""
        ...

    def configure(self, settings: DomainSettings, *, opened: bool = False) -> bool:
        """Have it so, and open if `opened`; whether anything had to be changed. What is not named stays."""
        ...

    def is_administered_by(self, name: str) -> bool:
        """Whether that mailbox is in it and is one of its admins."""
        ...

    def hide(self, name: str) -> None:
        """Leave the mailbox out of the domain's list of addresses."""
        ...

    def delete_mailbox(self, name: str) -> None:
        """Delete the mailbox and its messages, never an alias of the same name. NotFound when there is none."""
        ...


class MailServer(Protocol):
    """One mail server account, able to reach every domain it holds."""

    def domain(self, name: str) -> DomainService: ...

    def check(self) -> str:
        """Sign in and prove the role. The answer is a sentence for staff (version, where it told)."""
        ...

    def domains(self) -> frozenset[str]:
        """The names of all domains, in lower case."""
        ...

    def has_domain(self, name: str) -> bool:
        """Whether the domain exists there; raises when that cannot be told."""
        ...

    def is_domain_admin(self, domain: str, username: str, password: str) -> bool:
        """Whether the server accepts this sign-in as a domain admin of `domain`. Never tried twice."""
        ...

    def assumptions(self, domain: str, policies: Mapping[str, PasswordRules]) -> Iterator[Checked]:
        """Try all that the client assumes, changing nothing. `policies`: what plans ask of passwords, by service."""
        ...

    def writing_assumptions(self, scratch: str) -> Iterator[Checked]:
        """The same of changes, on a domain of that name, which is made and removed. Refused when it exists."""
        ...
