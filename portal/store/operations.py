"""Operations: the calls of a service's life cycle, each with its steps, so that one that broke off can be gone on with.

One operation of a service runs at a time, in whatever process: it holds the service's turn. Whoever dies in the middle
leaves `running` behind, and the next one who has the turn goes on with it.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any, TypedDict

from peewee import JOIN, AutoField, BigIntegerField, CharField, ForeignKeyField, IntegerField, ModelSelect, fn

from portal.store import turns
from portal.store.base import JsonField, LongJsonField, Table, now
from portal.store.history import History
from portal.store.servers import MailServer
from portal.store.services import Service
from portal.store.tenants import Tenant
from portal.store.turns import Turn

KINDS = ("create", "suspend", "unsuspend", "terminate", "plan", "password")

# States.
RUNNING = "running"  # by a process that holds the service's turn, or died
DONE = "done"
FAILED = "failed"  # it can be gone on with
SUPERSEDED = "superseded"  # it never ended, and what was asked for after it is the contrary

# What is not to be finished any more once the contrary was asked for.
SUPERSEDES = {
    "create": ("terminate",),
    "suspend": ("unsuspend",),
    "unsuspend": ("suspend",),
    "terminate": ("create", "suspend", "unsuspend", "plan", "password"),
}

# Results of a step.
PENDING = "pending"  # not tried yet
UNKNOWN = "unknown"  # tried, and no answer came: it may be done
# besides DONE and FAILED

LONGEST_ERROR = 1000


class Step(TypedDict):
    """`result` as above; `at`: of the last try (unix seconds); `text`: for admins, the mail server's words included."""

    name: str
    result: str
    at: int | None
    text: str


class Operation(Table):
    """A call of the life cycle. `started` is its first try's beginning, `changed` the last thing that happened.

    `actor`: "WHMCS", or an admin's name; `request_id`: of the last try, as in the log. `wanted` holds no secrets.
    `error`: for admins, never for customers.
    """

    id = AutoField()
    service = ForeignKeyField(Service, on_delete="CASCADE", index=False)
    history = ForeignKeyField(History, on_delete="SET NULL", null=True)
    kind = CharField(max_length=16)
    state = CharField(max_length=16, index=True)
    started = BigIntegerField()
    changed = BigIntegerField()
    attempts = IntegerField()
    request_id = CharField(max_length=64)
    actor = CharField()
    wanted: JsonField[dict[str, Any]] = JsonField()
    steps: LongJsonField[list[Step]] = LongJsonField()
    error = CharField(max_length=LONGEST_ERROR)

    service_id: int

    class Meta:
        indexes = ((("service", "id"), False),)

    @property
    def unfinished(self) -> bool:
        """Whether there may be something left to do."""
        return self.state in (RUNNING, FAILED)


_UNFINISHED = Operation.state.in_((RUNNING, FAILED))


class Overtaken(turns.Busy):
    """Another operation of the service runs, or ran while this one waited for its turn."""


@contextmanager
def alone(service: Service) -> Iterator[None]:
    """Hold the service's turn, for an operation. Raise Busy: the operation is not to be tried.

    It waits a little for a customer's change, never for another operation: that one's answer is the one that counts.
    """
    before = _mark(service)
    if under_way(service):
        raise Overtaken
    with turns.taken(service):
        if _mark(service) != before:
            raise Overtaken
        yield


def under_way(service: Service) -> bool:
    """Whether an operation runs, in a process that is alive."""
    running = Operation.select().where((Operation.service == service) & (Operation.state == RUNNING)).exists()
    held = Turn.select().where((Turn.service == service) & (Turn.until > now())).exists()
    return bool(running and held)


def begin(
    service: Service, kind: str, steps: Collection[str], *, wanted: dict[str, Any], actor: str, request_id: str
) -> Operation:
    """Write down that it is tried now: the newest unfinished one of that kind once more, else a new one.

    Of one that is tried again, what was wanted or done stays written down where nothing new is said about it. What
    was asked for before and is the contrary is never to be finished after it, however this one ends.
    """
    contrary = (Operation.service == service) & Operation.kind.in_(SUPERSEDES.get(kind, ()))
    Operation.update(state=SUPERSEDED, changed=now()).where(contrary & _UNFINISHED).execute()
    found = unfinished(service, kind)
    begun = (
        found[-1] if found else Operation(service=service, kind=kind, started=now(), attempts=0, wanted={}, steps=[])
    )
    begun.wanted = begun.wanted | wanted
    begun.attempts += 1
    begun.state, begun.error, begun.actor, begun.request_id = RUNNING, "", actor, request_id
    plan(begun, steps)
    keep(begun)
    return begun


def plan(operation: Operation, steps: Collection[str]) -> None:
    """It takes these steps too. Not saved yet."""
    known = {step["name"] for step in operation.steps}
    new = [Step(name=name, result=PENDING, at=None, text="") for name in steps if name not in known]
    operation.steps = [*operation.steps, *new]


def note(operation: Operation, name: str, result: str, text: str = "") -> None:
    """Write down how far a step is, one that was not planned too."""
    plan(operation, [name])
    tried = Step(name=name, result=result, at=now(), text=text[:LONGEST_ERROR])
    operation.steps = [tried if step["name"] == name else step for step in operation.steps]
    keep(operation)


def end(operation: Operation, state: str, error: str = "") -> None:
    """Write down how it ended."""
    operation.state, operation.error = state, error[:LONGEST_ERROR]
    keep(operation)


def replan(service: Service) -> None:
    """A plan was registered: a change to an earlier one that broke off leads to this one when it is gone on with."""
    for operation in unfinished(service, "plan"):
        if operation.state == FAILED and operation.wanted["plan"] != service.plan:
            operation.wanted = operation.wanted | {"plan": service.plan}
            keep(operation)


def keep(operation: Operation) -> None:
    """Save it as it stands."""
    operation.changed = now()
    operation.save()


def reread(operation: Operation) -> Operation:
    """How it stands now."""
    found: Operation = Operation.get_by_id(operation.id)
    return found


def to_finish(service: Service) -> Iterator[Operation]:
    """What is left to finish, the oldest first; one that those before it left nothing of is passed over."""
    for operation in unfinished(service):
        now_so = reread(operation)
        if now_so.unfinished:
            yield now_so


def newest(service: Service) -> Operation | None:
    """The one that was begun last."""
    found: Operation | None = _of(service).first()
    return found


def of(service: Service, limit: int = 50) -> list[Operation]:
    """Those of a service, the newest first."""
    return list(_of(service).limit(limit))


def unfinished(service: Service, kind: str | None = None) -> list[Operation]:
    """What is left to finish of a service, the oldest first."""
    query = _of(service).where(_UNFINISHED)
    return list(reversed(query if kind is None else query.where(Operation.kind == kind)))


def all_unfinished(tenant: Tenant | None = None, limit: int = 200) -> list[Operation]:
    """What is left to finish of this tenant or of all, the newest first, each with its service and tenant."""
    query = Operation.select(Operation, Service, Tenant, MailServer).join(Service).join(Tenant)
    query = query.switch(Service).join(MailServer, JOIN.LEFT_OUTER).where(_UNFINISHED)
    query = query if tenant is None else query.where(Service.tenant == tenant)
    return list(query.order_by(Operation.changed.desc(), Operation.id.desc()).limit(limit))


def newest_of(services: Collection[Service]) -> dict[int, Operation]:
    """The newest of each of these services, by its id; a service without any is left out."""
    last = Operation.select(fn.MAX(Operation.id)).where(Operation.service.in_(list(services)))
    query = Operation.select().where(Operation.id.in_(last.group_by(Operation.service)))
    return {operation.service_id: operation for operation in query}


def creation(service: Service) -> Operation | None:
    """The newest creation of its domain since the service was last terminated, however far it came.

    Under another name the service had another domain, which is none of this one's.
    """
    ended = _of(service).where((Operation.kind == "terminate") & (Operation.state == DONE)).first()
    query = _of(service).where(Operation.kind == "create")
    query = query if ended is None else query.where(Operation.id > ended.id)
    return next((found for found in query if found.wanted.get("name") == service.name), None)


def _of(service: Service) -> "ModelSelect[Operation]":
    return Operation.select().where(Operation.service == service).order_by(Operation.id.desc())


def _mark(service: Service) -> int:
    """What every operation's beginning changes: an older one may be gone on with after a newer one."""
    return int(Operation.select(fn.SUM(Operation.attempts)).where(Operation.service == service).scalar() or 0)
