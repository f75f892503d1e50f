"""A call of the life cycle while it runs: alone, written down step by step, and told in the customer's history."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from portal import recording
from portal.mail import MailError, MailServer, Refused
from portal.store import database, history, operations
from portal.store.history import Actor
from portal.store.operations import DONE, FAILED, UNKNOWN, Operation
from portal.store.servers import MailServer as ServerRecord
from portal.store.services import Service
from portal.store.turns import Busy

Connect = Callable[[ServerRecord], MailServer]

BUSY = "Something else is being done to this service at the moment. Try again in half a minute."


class NotPossible(Exception):
    """It is not to be done as things stand. `code` is for programs, the text for the seller's staff."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True, slots=True)
class Caller:
    """On whose behalf. `signed_at`: since when what they say is so (unix seconds)."""

    actor: Actor
    request_id: str
    signed_at: int

    @property
    def name(self) -> str:
        return self.actor.admin_name or self.actor.name


class Running:
    """The operation that runs."""

    def __init__(self, operation: Operation) -> None:
        self.operation = operation
        self.left = ""

    @contextmanager
    def left_if_refused(self) -> Iterator[None]:
        """What is refused in here is left to be finished later, and keeps nothing from ending well."""
        try:
            yield
        except Refused as error:
            self.left = str(error)

    @property
    def wanted(self) -> dict[str, Any]:
        return self.operation.wanted

    def add(self, *steps: str, **wanted: Any) -> None:
        """Write down what turned out to be wanted besides."""
        self.operation.wanted = self.operation.wanted | wanted
        operations.plan(self.operation, steps)
        operations.keep(self.operation)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Written down as unknown before it is tried: that is what it is when this process dies."""
        operations.note(self.operation, name, UNKNOWN)
        try:
            yield
        except (Refused, NotPossible) as error:
            operations.note(self.operation, name, FAILED, str(error))
            raise
        except Exception as error:
            operations.note(self.operation, name, UNKNOWN, _text(error))
            raise
        operations.note(self.operation, name, DONE)


@contextmanager
def alone(service: Service) -> Iterator[None]:
    """Nobody else changes the service's domain meanwhile. Raise NotPossible `busy`."""
    try:
        with operations.alone(service):
            yield
    except Busy:
        raise NotPossible("busy", BUSY) from None


@contextmanager
def running(
    service: Service, kind: str, steps: Collection[str], caller: Caller, wanted: dict[str, Any] | None = None
) -> Iterator[Running]:
    """Go on with the unfinished operation of that kind, or begin one. The caller is alone with the service."""
    with database.atomic():
        operation = operations.begin(
            service, kind, steps, wanted=wanted or {}, actor=caller.name, request_id=caller.request_id
        )
        line = operation.history
        if line is None or line.subject != service.name:
            line = recording.begin(service, caller.actor, None, f"service.{kind}", service.name, {})
            operation.history = line
            operations.keep(operation)
        else:
            history.finish(line, "started", {})
    run = Running(operation)
    try:
        yield run
    except BaseException as error:
        refused = isinstance(error, Refused | NotPossible)
        with database.atomic():
            operations.end(operation, FAILED, _text(error))
            recording.end(line, service, "refused" if refused else "unknown", {"raw": _text(error)})
        raise
    with database.atomic():
        operations.end(operation, FAILED if run.left else DONE, run.left)
        recording.end(line, service, "done", {"raw": run.left} if run.left else {})


def _text(error: BaseException) -> str:
    """Errors of mail servers are written without secrets; of anything else only its kind is told."""
    return str(error) if isinstance(error, MailError | NotPossible) else type(error).__name__
