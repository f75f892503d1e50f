"""Usage: one sample per service and UTC day. What could not be read has no sample, and is never 0."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from peewee import BigIntegerField, CompositeKey, ForeignKeyField, IntegerField, fn

from portal.store.base import Table
from portal.store.prepared import Prepared
from portal.store.services import Service

DAY = 86_400


class UsageSample(Table):
    """What a service used on a day (days since 1970), as it was read at `read_at` (unix seconds). `disk` is bytes.

    `mailboxes` leaves the hidden admin out. `eas` and `mapi` are None where their list was not read that day.
    `disk_limit` is bytes, 0 for none; None where a sample came from another record.
    """

    service = ForeignKeyField(Service, index=False)
    day = IntegerField()
    read_at = BigIntegerField()
    disk = BigIntegerField()
    mailboxes = IntegerField()
    aliases = IntegerField()
    eas = IntegerField(null=True)
    mapi = IntegerField(null=True)
    disk_limit = BigIntegerField(null=True)

    service_id: int

    class Meta:
        primary_key = CompositeKey("service", "day")


class Sample(NamedTuple):
    """The same without its service."""

    read_at: int
    disk: int
    mailboxes: int
    aliases: int
    eas: int | None = None
    mapi: int | None = None
    disk_limit: int | None = None

    @property
    def day(self) -> int:
        """Days since 1970."""
        return self.read_at // DAY


COLUMNS = tuple(getattr(UsageSample, name) for name in Sample._fields)


def keep(service: Service, sample: Sample) -> None:
    """Keep it as the sample of its day, unless a later reading is there. What it lacks stays as read that day.

    Inside the caller's transaction, which is exclusive to the service.
    """
    present = _OF_DAY.first(service.id, sample.day)
    values = sample._asdict()
    if present is None:
        UsageSample.insert(service=service, day=sample.day, **values).execute()
    elif present.read_at <= sample.read_at:
        known = {name: value for name, value in values.items() if value is not None}
        that_day = (UsageSample.service == service) & (UsageSample.day == sample.day)
        UsageSample.update(known).where(that_day).execute()


def latest(service: Service, at: int) -> Sample | None:
    """The newest sample of that time's day or of an earlier one.

    Of a time that is past, it may have been read later that day: a day keeps its last reading, and one that once had a
    reading has one for ever.
    """
    query = UsageSample.select(*COLUMNS).where((UsageSample.service == service) & (UsageSample.day <= at // DAY))
    rows: Any = query.order_by(UsageSample.day.desc()).limit(1).tuples()
    return next((Sample(*row) for row in rows), None)


def between(service: Service, first: int, last: int) -> list[Sample]:
    """The samples of these days (since 1970) and those between them, oldest first; a day without one is left out."""
    query = UsageSample.select(*COLUMNS).where((UsageSample.service == service) & UsageSample.day.between(first, last))
    rows: Any = query.order_by(UsageSample.day).tuples()
    return [Sample(*row) for row in rows]


def newest(services: Sequence[Service]) -> Mapping[int, Sample]:
    """The newest sample of each of these services, by its id; a service without any is left out."""
    each = UsageSample.alias()
    last_day = each.select(fn.MAX(each.day)).where(each.service == UsageSample.service)
    query = UsageSample.select(UsageSample.service, *COLUMNS).where(
        UsageSample.service.in_(list(services)) & (UsageSample.day == last_day)
    )
    rows: Any = query.tuples()
    return {service: Sample(*rest) for service, *rest in rows}


def bring(service: Service, samples: Iterable[Sample]) -> int:
    """Keep samples of days that have none yet, from another record; how many. Inside such a transaction too."""
    days: Any = UsageSample.select(UsageSample.day).where(UsageSample.service == service).tuples()
    here = {day for (day,) in days}
    rows = {sample.day: sample._asdict() for sample in samples if sample.day not in here}
    if rows:
        UsageSample.insert_many([{"service": service.id, "day": day, **row} for day, row in rows.items()]).execute()
    return len(rows)


_OF_DAY = Prepared(
    lambda service, day: UsageSample.select().where((UsageSample.service == service) & (UsageSample.day == day))
)
