"""Makes up domains of a wanted size: the same names, sizes and dates every time."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from ..played.people import EXTERNAL, local_part, person
from .defaults import NEVER
from .server import MailServer
from .state import Domain, new_alias, new_user

ADMIN = "admin"
ADMIN_PASSWORD = "Domain-Admin-1"
PASSWORD = "Seeded-Password-1"
GIGABYTE = 1024**3
EPOCH = datetime(2026, 1, 1, 8, tzinfo=UTC)


class Size(NamedTuple):
    """A domain to make up; the admin comes on top of the mailboxes."""

    name: str
    mailboxes: int
    aliases: int


def parse(text: str) -> Size:
    """Read ``NAME=MAILBOXES,ALIASES``. Raise ValueError when it is something else."""
    name, _, sizes = text.partition("=")
    mailboxes, aliases = sizes.split(",")
    return Size(name, int(mailboxes), int(aliases))


def sow(server: MailServer, sizes: Iterable[Size]) -> None:
    for size in sizes:
        seed(server, size, ADMIN, ADMIN_PASSWORD)


def seed(server: MailServer, size: Size, admin: str, admin_password: str) -> Domain:
    """A domain of that size; every third alias is a forward to somewhere else."""
    domain = server.add_domain(size.name, admin, admin_password)
    # As a provisioning system leaves a domain behind.
    for setting in ("enableMailForwarding", "enableActiveSyncAccountManagement", "enableMapiEwsAccountManagement"):
        domain.settings[setting] = True
    names = []
    for number in range(size.mailboxes):
        first, last = person(number)
        names.append(local_part(first, last, number))
        user = new_user(domain, names[-1], PASSWORD, f"{first} {last}", (number % 4) * 5 * GIGABYTE)
        user.row["currentMailboxSize"] = number * 7919 * 4096 % (4 * GIGABYTE)
        user.row["lastLoginTime"] = last_login(number)
        domain.add_user(user)
        if number % 7 == 0:
            domain.active_sync[names[-1]] = True
        if number % 11 == 0:
            domain.mapi_ews[names[-1]] = True
    for number in range(size.aliases):
        alias = f"alias{number + 1:05}"
        if number % 3 == 2 or not names:
            targets = [f"{alias}@{EXTERNAL[number % len(EXTERNAL)]}"]
        else:
            targets = [f"{names[number % len(names)]}@{domain.name}"]
        domain.aliases[alias] = new_alias(alias, targets)
    return domain


def last_login(number: int) -> str:
    if number % 10 == 9:
        return NEVER
    return (EPOCH + timedelta(hours=number * 37 % 6000)).strftime("%Y-%m-%dT%H:%M:%SZ")
