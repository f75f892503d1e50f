"""Makes up shared domains full of other customers' objects: the same every time."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from ..played.people import EXTERNAL, local_part, person
from .server import MailServer
from .state import BASIC, ENHANCED, Alias, DistributionList, Domain, Mailbox

# The shared domains of the demo.
SHARED = ("mail.test=12,6,3", "post.test=5,2,1")
PASSWORD = "Seeded-Password-1"
# 0.5 GB reads as 500 MB, which must not be taken for 500 GB.
QUOTAS = (Decimal(10), Decimal("0.5"), Decimal(25), Decimal(1))
EPOCH = datetime(2026, 1, 1, 8)


class Size(NamedTuple):
    """A shared domain to make up."""

    name: str
    mailboxes: int = 0
    aliases: int = 0
    lists: int = 0


def parse(text: str) -> Size:
    """Read ``NAME=MAILBOXES,ALIASES,LISTS``. Raise ValueError when it is something else."""
    name, _, sizes = text.partition("=")
    mailboxes, aliases, lists = map(int, sizes.split(","))
    return Size(name, mailboxes, aliases, lists)


def sow(server: MailServer, sizes: Iterable[Size]) -> None:
    for size in sizes:
        seed(server, size)


def seed(server: MailServer, size: Size) -> Domain:
    """A domain of that size; afterwards there is room for more."""
    domain = server.add_domain(size.name)
    for number in range(size.mailboxes):
        made = mailbox(number)
        domain.mailboxes[made.name.lower()] = made
    addresses = [domain.address(box.name) for box in domain.mailboxes.values()]
    for number in range(size.aliases):
        alias = Alias(f"alias{number + 1:05}", destination(addresses, number))
        domain.aliases[alias.name] = alias
    for number in range(size.lists):
        # The first list has nobody yet.
        members = {destination(addresses, number + place): None for place in range(number)}
        made_list = DistributionList(f"list{number + 1:05}", list(members))
        domain.lists[made_list.name] = made_list
    server.make_room()
    return domain


def mailbox(number: int) -> Mailbox:
    first, last = person(number)
    name = local_part(first, last, number)
    return Mailbox(
        # Somebody else's client wrote some names with capitals.
        name=name.title() if number % 5 == 4 else name,
        password=PASSWORD,
        quota=QUOTAS[number % len(QUOTAS)],
        account_type=ENHANCED if number % 3 == 2 else BASIC,
        display_name=f"{first} {last}",
        used=number * 7919 % 450,
        disabled=number % 6 == 5,
        last_login="" if number % 10 == 9 else str(EPOCH + timedelta(hours=number * 37 % 6000)),
    )


def destination(addresses: list[str], number: int) -> str:
    """One of the domain's own mailboxes, and every third time somewhere else."""
    if number % 3 == 2 or not addresses:
        return f"somebody{number}@{EXTERNAL[number % len(EXTERNAL)]}"
    return addresses[number % len(addresses)]
