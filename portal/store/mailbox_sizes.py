"""Sizes of mailboxes: a list a week for each service, so that those show that grow."""

from collections.abc import Mapping

from peewee import BooleanField, CharField, CompositeKey, ForeignKeyField, IntegerField, ModelSelect

from portal.store.base import LongJsonField, Table
from portal.store.connection import exclusive
from portal.store.services import Service

# Days between two lists, and days after which one is removed.
WEEK = 7
KEPT = 30
MOST = 1000  # mailboxes of a list: one that grows fast is soon among the largest


class MailboxSizes(Table):
    """How large the mailboxes of the service's `domain` were on a day (days since 1970): bytes by address.

    None where the mail server did not say. `whole` is False where smaller mailboxes are left out.
    """

    service = ForeignKeyField(Service, index=False)
    day = IntegerField()
    domain = CharField(max_length=320)
    whole = BooleanField()
    sizes: LongJsonField[dict[str, int | None]] = LongJsonField()

    class Meta:
        primary_key = CompositeKey("service", "day")


def is_due(service: Service, today: int) -> bool:
    """Whether there is no list of the last days."""
    return not _recent(service, today).where(MailboxSizes.day > today - WEEK).exists()


def keep(service: Service, today: int, sizes: Mapping[str, int | None]) -> None:
    """Keep this list as today's, and remove those that are too old, of another domain, or of days still to come.

    Inside the caller's transaction, which is exclusive to the service.
    """
    row = MailboxSizes
    largest = sorted(sizes, key=lambda address: (-(sizes[address] or 0), address))[:MOST]
    of_no_use = (row.domain != service.name) | (row.day < today - KEPT) | (row.day >= today)
    row.delete().where((row.service == service) & of_no_use).execute()
    row.insert(
        service=service,
        day=today,
        domain=service.name,
        whole=len(largest) == len(sizes),
        sizes={address: sizes[address] for address in largest},
    ).execute()


def recent(service: Service, today: int) -> list[MailboxSizes]:
    """The lists of the last days, the newest first."""
    return list(_recent(service, today).order_by(MailboxSizes.day.desc()))


def forget(service: Service, address: str) -> None:
    """The mailbox was just deleted or made: what had its address before is another one."""
    row = MailboxSizes
    with exclusive(service):
        for known in row.select().where(row.service == service):
            others = {other: size for other, size in known.sizes.items() if other != address}
            if len(others) < len(known.sizes):
                row.update(sizes=others).where((row.service == service) & (row.day == known.day)).execute()


def _recent(service: Service, today: int) -> "ModelSelect[MailboxSizes]":
    row = MailboxSizes
    of_domain = (row.service == service) & (row.domain == service.name)
    # A clock that was set back leaves days that are still to come.
    return row.select().where(of_domain & row.day.between(today - KEPT, today))
