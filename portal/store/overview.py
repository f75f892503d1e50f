"""What an operator's console lists: services with how they are, searched and paged by the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from peewee import JOIN, fn

from portal.store import operations, services
from portal.store.base import now
from portal.store.collecting import UsageCollection
from portal.store.operations import FAILED, RUNNING, Operation
from portal.store.servers import MailServer
from portal.store.services import LARGEST_SVC, SUSPENDED_STATUS, Service
from portal.store.tenants import Tenant

STATES = ("unfinished", "unread", "suspended")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which services. `tenant` None is every tenant; `state` is one of STATES, or empty."""

    tenant: Tenant | None
    q: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A service with its newest operation and how the reading of its usage goes, where there are any."""

    service: Service
    operation: Operation | None
    collection: UsageCollection | None

    @property
    def error(self) -> str:
        """What went wrong last and has not gone right since; "" when nothing did."""
        if self.operation is not None and self.operation.state == FAILED:
            return self.operation.error
        return "" if self.collection is None else self.collection.error


def rows(wanted: Wanted, limit: int, skip: int) -> list[Row]:
    """These services, those with something left to finish first, then by name."""
    query = _matching(wanted, Service.select(Service, Tenant, MailServer))
    query = query.switch(Service).join(MailServer, JOIN.LEFT_OUTER)
    unfinished = fn.EXISTS(_unfinished())
    found = list(query.order_by(unfinished.desc(), Service.name, Service.id).limit(limit).offset(skip))
    newest, collections = operations.newest_of(found), collections_of(found)
    return [Row(service, newest.get(service.id), collections.get(service.id)) for service in found]


def counts(wanted: Wanted) -> Mapping[str, int]:
    """How many the words find in all, under "", and in each state."""
    return {
        state: int(_matching(Wanted(wanted.tenant, wanted.q, state), Service.select()).count())
        for state in ("", *STATES)
    }


def collections_of(found: Sequence[Service]) -> dict[int, UsageCollection]:
    """How the reading of each of these goes, by the service's id."""
    query = UsageCollection.select().where(UsageCollection.service.in_(list(found)))
    return {row.service_id: row for row in query}


@dataclass(frozen=True, slots=True)
class Progress:
    """Of how many services the usage is collected: those read, waiting, being read, failed."""

    all: int
    read: int
    waiting: int
    reading: int
    failed: int


def progress(tenant: Tenant | None) -> Progress:
    """How far the collection of usage is."""
    query = services.collectable(tenant).join_from(Service, UsageCollection, JOIN.LEFT_OUTER)
    row = UsageCollection

    def number(condition: Any) -> int:
        return int(query.where(condition).count())

    failed, reading = row.error != "", row.started.is_null(False)
    return Progress(
        all=int(services.collectable(tenant).count()),
        read=number((row.error == "") & row.finished.is_null(False) & (row.due > now()) & row.started.is_null()),
        waiting=number(row.service.is_null() | ((row.error == "") & row.started.is_null() & (row.due <= now()))),
        reading=number(reading),
        failed=number(failed & row.started.is_null()),
    )


def failed(tenant: Tenant | None, limit: int, skip: int = 0) -> list[UsageCollection]:
    """The readings that failed, with their services and tenants, those that wait longest first."""
    query = UsageCollection.select(UsageCollection, Service, Tenant).join(Service).join(Tenant)
    query = query.where(UsageCollection.error != "")
    query = query if tenant is None else query.where(Service.tenant == tenant)
    return list(query.order_by(UsageCollection.due, Service.id).limit(limit).offset(skip))


def _matching(wanted: Wanted, query: Any) -> Any:
    query = query.join(Tenant)
    if wanted.tenant is not None:
        query = query.where(Service.tenant == wanted.tenant)
    if wanted.q:
        named = Service.name.contains(wanted.q.lower())
        number = wanted.q.removeprefix("#")
        if number.isascii() and number.isdecimal() and len(number) < 11 and 0 < int(number) <= LARGEST_SVC:
            named |= Service.svc == int(number)
        query = query.where(named)
    if wanted.state == "unfinished":
        query = query.where(fn.EXISTS(_unfinished()))
    elif wanted.state == "unread":
        failed = UsageCollection.select().where((UsageCollection.service == Service.id) & (UsageCollection.error != ""))
        query = query.where(fn.EXISTS(failed))
    elif wanted.state == "suspended":
        query = query.where(Service.status == SUSPENDED_STATUS)
    return query


def _unfinished() -> Any:
    return Operation.select().where((Operation.service == Service.id) & Operation.state.in_((RUNNING, FAILED)))
