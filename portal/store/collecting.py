"""Collecting: how far the reading of each service's usage is, so that whoever comes after a kill goes on with it."""

from typing import Any

from peewee import JOIN, BigIntegerField, CharField, ForeignKeyField, IntegerField

from portal.store import services
from portal.store.base import Table, now
from portal.store.history import LONGEST_CHANGE
from portal.store.prepared import Prepared
from portal.store.services import Service
from portal.store.tenants import Tenant

# Seconds until the next reading: after one that succeeded, and after the first that failed. Each further failure
# doubles that, up to the former.
PAUSE = 6 * 3600
FIRST_RETRY = 900
# Seconds after which the process of a reading that has not ended is taken for dead.
LASTS = LONGEST_CHANGE
LONGEST_ERROR = 1000


class UsageCollection(Table):
    """When the service is to be read next (unix seconds), and how its last reading went.

    `started` is None while nobody reads it, `finished` until it was read completely once. `attempts` have failed since.
    """

    service = ForeignKeyField(Service, primary_key=True)
    due = BigIntegerField(index=True)
    started = BigIntegerField(null=True)
    finished = BigIntegerField(null=True)
    attempts = IntegerField(default=0)
    error = CharField(max_length=LONGEST_ERROR, default="")

    service_id: int


def due(tenant: Tenant | None = None) -> list[Service]:
    """The services that are to be read now, of this tenant or of all; those that wait longest come first."""
    row = UsageCollection
    query = services.collectable(tenant).join_from(Service, row, JOIN.LEFT_OUTER)
    query = query.where(row.service.is_null() | (_is_due() & _is_free()))
    # One that was never read has no time: where that is sorted to differs between databases.
    return list(query.order_by(row.service.is_null(False), row.due, Service.id))


def take(service: Service) -> bool:
    """Begin to read it, if it is to be read now and nobody else does."""
    row = UsageCollection
    wanted = (row.service == service) & _is_due() & _is_free()
    if row.update(started=now()).where(wanted).execute() == 1:
        return True
    return _add(service)


def begin(service: Service) -> None:
    """Begin to read it, whoever else does."""
    known = UsageCollection.update(started=now()).where(UsageCollection.service == service)
    if known.execute() == 0:
        _add(service)


def was_read(service: Service) -> bool:
    """Whether it was ever read completely."""
    row = of(service)
    return row is not None and row.finished is not None


def finish(service: Service, error: str = "") -> None:
    """Write down that the reading has ended, and what could not be read."""
    row = UsageCollection
    values: dict[object, object] = {row.started: None, row.error: error[:LONGEST_ERROR]}
    if error:
        failed = row.select(row.attempts).where(row.service == service).scalar() or 0
        values |= {row.attempts: failed + 1, row.due: now() + min(FIRST_RETRY << min(failed, 10), PAUSE)}
    else:
        values |= {row.attempts: 0, row.due: now() + PAUSE, row.finished: now()}
    row.update(values).where(row.service == service).execute()


def hasten(service: Service) -> bool:
    """Have it read at the worker's next round; whether there is such a reading."""
    row = UsageCollection
    return bool(row.update(due=0).where(row.service == service).execute())


def give_back(service: Service) -> None:
    """Leave it to the next one, as if it had not been begun."""
    UsageCollection.update(started=None).where(UsageCollection.service == service).execute()


def free() -> None:
    """Leave all that was begun to the next one: their processes have ended."""
    UsageCollection.update(started=None).where(UsageCollection.started.is_null(False)).execute()


def of(service: Service) -> UsageCollection | None:
    """How far it is; None when it was never begun."""
    return _OF.first(service.id)


def _add(service: Service) -> bool:
    """Whether this is the first reading ever, which then has begun."""
    first = UsageCollection.insert(service=service, due=0, started=now(), attempts=0, error="")
    return bool(first.on_conflict_ignore().as_rowcount().execute() == 1)


def _is_due() -> Any:
    # Nothing is ever due later than that: if it is, the clock was set back since.
    return (UsageCollection.due <= now()) | (UsageCollection.due > now() + PAUSE)


def _is_free() -> Any:
    began = UsageCollection.started
    return began.is_null() | (began <= now() - LASTS) | (began > now())


_OF = Prepared(lambda service: UsageCollection.select().where(UsageCollection.service == service))
