"""What is wanted of a mailbox: its address, its plan in the mail server's terms, and a password that can hold."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from portal import handles
from portal.handles import DomainNotAllowed, Fault, NoDomain
from portal.mail import LimitReached, NotFound, PasswordRejected
from portal.mail.mailbox_service import MailboxChanges, MailboxServer, MailboxService, NewSharedMailbox
from portal.plan import MailboxPlan, NotConfigured
from portal.provisioning.running import NotPossible
from portal.store.servers import MailServer as ServerRecord
from portal.store.services import Service

Connect = Callable[[ServerRecord], MailboxServer]

SHORTEST_PASSWORD = 10
HANDLES = {
    Fault.EMPTY: "No mailbox name was given. Fill in the custom field Mailbox of the service: the part before the @.",
    Fault.LONG: "The mailbox name is longer than 64 characters. Shorten it in the custom field Mailbox.",
    Fault.CHARACTERS: 'The mailbox name "{handle}" holds other characters than a-z, 0-9, ".", "_" and "-". Correct'
    " it in the custom field Mailbox.",
    Fault.EDGES: 'The mailbox name "{handle}" has to start and end with a letter or digit. Correct it in the custom'
    " field Mailbox.",
    Fault.SEPARATORS: 'The mailbox name "{handle}" has two of ".", "_" and "-" in a row. Correct it in the custom field'
    " Mailbox.",
    Fault.RESERVED: 'The mailbox name "{handle}" is reserved and cannot be sold. Choose another one in the custom field'
    " Mailbox.",
}
NO_DOMAIN = (
    "No domain found. Enter the domain on the service, or allow one domain only in the product's setting"
    " allowed_domains."
)
NOT_ALLOWED = (
    "Domain not allowed: {domain} is not in the product's setting allowed_domains ({allowed}). Add it there, or choose"
    " one of them."
)
NO_SERVER = "The service has no mail server: its setting server names none of yours for mailboxes."
MISSING = "The mailbox {name} is not on the mail server. Create it again, or terminate the service."
CAPACITY = (
    "The mail platform has no room for this: the account's mailboxes of that type, or its space, are used up. Order"
    " more from the vendor, or choose a smaller quota or another account type, and repeat."
)
PASSWORD = "The password does not do for the mail platform: it needs {lacking}. Set another one and repeat."
REJECTED = (
    "The mail platform refused the password: it may be too weak, have been used before, or hold characters that it does"
    " not take. Set another one and repeat."
)


def address_of(handle: str, domain: str, plan: MailboxPlan) -> str:
    """The address that was ordered. Raise NotPossible for one that is not sold."""
    name = handles.normal(handle)
    fault = handles.fault(name)
    if fault is not None:
        raise NotPossible("handle", HANDLES[fault].format(handle=name[: handles.LONGEST]))
    try:
        return f"{name}@{handles.domain(domain, plan.allowed_domains)}"
    except NoDomain:
        raise NotPossible("no-domain", NO_DOMAIN) from None
    except DomainNotAllowed as error:
        allowed = ", ".join(plan.allowed_domains)
        raise NotPossible("domain-not-allowed", NOT_ALLOWED.format(domain=error, allowed=allowed)) from None
    except NotConfigured as error:
        raise NotPossible("plan", str(error)) from None


def place(service: Service, connect: Connect) -> tuple[MailboxServer, MailboxService]:
    """The mail server that the service is on, and its mailbox there."""
    if service.server is None:
        raise NotPossible("no-server", NO_SERVER)
    server = connect(service.server)
    try:
        quota = MailboxPlan.parse(service.plan).quota_gb
    except NotConfigured:
        quota = None
    return server, server.mailbox(service.name, quota)


def new_mailbox(plan: MailboxPlan, password: str) -> NewSharedMailbox:
    return NewSharedMailbox(
        password=password,
        account_type=plan.account_type,
        quota_gb=plan.quota_gb,
        language=plan.language,
        timezone=plan.timezone,
        date_format=plan.date_format,
    )


def changes(plan: MailboxPlan) -> MailboxChanges:
    """All that the plan says of a mailbox."""
    return MailboxChanges(
        account_type=plan.account_type,
        quota_gb=plan.quota_gb,
        language=plan.language,
        timezone=plan.timezone,
        date_format=plan.date_format,
    )


def check_password(password: str) -> None:
    """Raise NotPossible for one that the mail platform would refuse as far as its rules are known."""
    wanted = {
        f"at least {SHORTEST_PASSWORD} characters": len(password) >= SHORTEST_PASSWORD,
        "no spaces": not any(char.isspace() for char in password),
        "a lower-case letter": any(char.islower() for char in password),
        "an upper-case letter": any(char.isupper() for char in password),
        "a digit": any(char.isdigit() for char in password),
        "a special character": any(not char.isalnum() and not char.isspace() for char in password),
    }
    lacking = [what for what, kept in wanted.items() if not kept]
    if lacking:
        raise NotPossible("password", PASSWORD.format(lacking=", ".join(lacking)))


def is_there(mail: MailboxService) -> bool:
    try:
        mail.mailbox()
    except NotFound:
        return False
    return True


@contextmanager
def in_words(service: Service) -> Iterator[None]:
    """What the mail server refuses, as something that staff can see to."""
    try:
        yield
    except NotFound:
        raise NotPossible("missing", MISSING.format(name=service.name)) from None
    except LimitReached:
        raise NotPossible("capacity", CAPACITY) from None
    except PasswordRejected:
        raise NotPossible("password-rejected", REJECTED) from None
