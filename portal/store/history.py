"""The history: what was changed of a service, or of a tenant itself, by whom, and how it ended."""

from dataclasses import dataclass
from typing import Any, Protocol

from peewee import JOIN, AutoField, BigIntegerField, CharField, ForeignKeyField, fn

from portal.store.base import LongJsonField, Table, now
from portal.store.services import LARGEST_SVC, Service
from portal.store.sessions import Session
from portal.store.tenants import Tenant

OPEN_RESULTS = ("started", "unknown")
# Seconds; longer than the time-outs of all calls of a change together.
LONGEST_CHANGE = 600


class History(Table):
    """One change. `result`: `started` until it ended, then `done`, `refused`, or `unknown` when no answer came.

    Without a service it is about the tenant: its keys, its origins, the mail servers. The actor is written out, not
    referred to: the record outlives the session.
    """

    id = AutoField()
    tenant = ForeignKeyField(Tenant)
    service = ForeignKeyField(Service, index=False, null=True)
    session = ForeignKeyField(Session, on_delete="SET NULL", null=True)
    at = BigIntegerField()
    actor_role = CharField(max_length=16)
    actor_id = CharField(max_length=64)
    actor_name = CharField()
    admin_id = CharField(max_length=64)
    admin_name = CharField()
    action = CharField(max_length=64)
    subject = CharField(max_length=320)
    result = CharField(max_length=16)
    detail: LongJsonField[dict[str, Any]] = LongJsonField()

    session_id: int | None

    class Meta:
        indexes = ((("service", "id"), False),)


class Actor(Protocol):
    """Whoever makes a change, and the admin acting for them (else empty)."""

    @property
    def role(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def admin_id(self) -> str: ...
    @property
    def admin_name(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Nobody:
    """The portal itself, when it acts because of what it saw."""

    role: str = "automatic"
    id: str = ""
    name: str = ""
    admin_id: str = ""
    admin_name: str = ""


AUTOMATIC = Nobody()
# WHMCS, by a signed call.
SELLER = Nobody(role="seller", name="WHMCS")


def begin(
    *,
    tenant: Tenant,
    service: Service | None,
    session: Session | None,
    actor: Actor,
    action: str,
    subject: str,
    detail: dict[str, Any],
) -> History:
    """Write down a change that is about to be tried."""
    return History.create(
        tenant=tenant,
        service=service,
        session=session,
        at=now(),
        actor_role=actor.role,
        actor_id=actor.id,
        actor_name=actor.name,
        admin_id=actor.admin_id,
        admin_name=actor.admin_name,
        action=action,
        subject=subject,
        result="started",
        detail=detail,
    )


def finish(row: History, result: str, detail: dict[str, Any]) -> None:
    """Write down how it ended, or how far it came. What was done has no error any more."""
    kept = {name: value for name, value in detail.items() if name != "error" or result != "done"}
    row.result, row.detail = result, kept
    row.save(only=["result", "detail"])


def note(
    tenant: Tenant, service: Service | None, session: Session | None, actor: Actor, action: str, subject: str
) -> None:
    """Write down what has happened and had no other end to wait for."""
    row = begin(tenant=tenant, service=service, session=session, actor=actor, action=action, subject=subject, detail={})
    finish(row, "done", {})


def recent(service: Service, limit: int, skip: int = 0) -> list[History]:
    """The newest changes of a service, newest first, those after the first `skip`."""
    query = History.select().where(History.service == service).order_by(History.id.desc())
    return list(query.limit(limit).offset(skip))


def count(service: Service) -> int:
    """How many changes of a service are written down."""
    return int(History.select().where(History.service == service).count())


def unfinished(session: Session, service: Service, action: str, subject: str) -> History | None:
    """This session's newest change of that kind to that subject, when it is not known to have ended."""
    query = History.select().where(
        (History.session == session)
        & (History.service == service)
        & (History.action == action)
        & (History.subject == subject)
    )
    newest = query.order_by(History.id.desc()).first()
    return newest if newest is not None and newest.result in OPEN_RESULTS else None


def newest(service: Service, action: str, subject: str) -> History | None:
    """The newest change of that kind to that subject that was not refused, whoever made it."""
    query = History.select().where(
        (History.service == service)
        & (History.action == action)
        & (History.subject == subject)
        & (History.result != "refused")
    )
    found: History | None = query.order_by(History.id.desc()).first()
    return found


def latest(service: Service, action: str, subject: str) -> History | None:
    """The newest change of that kind to that subject, however it ended and whoever made it."""
    query = History.select().where(
        (History.service == service) & (History.action == action) & (History.subject == subject)
    )
    found: History | None = query.order_by(History.id.desc()).first()
    return found


def changed(service: Service, since: float) -> set[str]:
    """What was changed, as far as its change can have ended since that time (unix seconds)."""
    began = int(since) - LONGEST_CHANGE
    query = History.select(History.subject).where((History.service == service) & (History.at >= began))
    return {row.subject for row in query}


def in_progress(service: Service, action: str) -> int:
    """How many changes of that kind are being tried now; one whose process died is forgotten after a while."""
    young = now() - LONGEST_CHANGE
    query = History.select().where(
        (History.service == service) & (History.action == action) & (History.result == "started") & (History.at > young)
    )
    return int(query.count())


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which changes an operator looks for. `tenant` None is every tenant; `since` and `until` are unix seconds."""

    tenant: Tenant | None
    service: str = ""
    actor: str = ""
    since: int | None = None
    until: int | None = None


def found(wanted: Wanted, limit: int, skip: int = 0) -> list[History]:
    """These changes with their tenants and services, newest first, those after the first `skip`."""
    query = History.select(History, Service, Tenant).join(Service, JOIN.LEFT_OUTER).switch(History).join(Tenant)
    query = _matching(wanted, query)
    return list(query.order_by(History.id.desc()).limit(limit).offset(skip))


def count_found(wanted: Wanted) -> int:
    """How many there are."""
    # Of all that was ever changed, rows are counted faster without others beside them.
    return int(_matching(wanted, History.select()).count())


def _matching(wanted: Wanted, query: Any) -> Any:
    if wanted.tenant is not None:
        query = query.where(History.tenant == wanted.tenant)
    if wanted.service:
        those: Any = Service.alias()
        named = fn.LOWER(those.name).contains(wanted.service.lower())
        number = wanted.service.removeprefix("#")
        if number.isascii() and number.isdecimal() and 0 < int(number) <= LARGEST_SVC:
            named |= those.svc == int(number)
        query = query.where(History.service.in_(those.select(those.id).where(named)))
    if wanted.actor:
        text = wanted.actor.lower()
        query = query.where(fn.LOWER(History.actor_name).contains(text) | fn.LOWER(History.admin_name).contains(text))
    if wanted.since is not None:
        query = query.where(History.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(History.at < wanted.until)
    return query
