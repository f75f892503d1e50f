"""What the pages of the operator's console share: whose things, how lists are paged, how acts are kept."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from flask import abort, g, request

from portal import current
from portal.current import Actor
from portal.mail import MailError, Refused
from portal.provisioning import NotPossible
from portal.store import AlreadyExists, history, services
from portal.store.loans import InUse
from portal.store.services import Service
from portal.store.tenants import LastOrigin, Tenant

T = TypeVar("T")

PER_PAGE = 50
LONGEST_SEARCH = 200
REFUSALS = (Refused, NotPossible, AlreadyExists, LastOrigin, InUse)


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows of a list: from `first` to `last` of `total`, on page `number` of `pages`."""

    rows: list[T]
    total: int
    number: int
    pages: int

    @property
    def first(self) -> int:
        return (self.number - 1) * PER_PAGE + 1 if self.total else 0

    @property
    def last(self) -> int:
        return min(self.number * PER_PAGE, self.total)


def paged(total: int, read: Callable[[int, int], list[T]]) -> Page[T]:
    """The page that the address asks for; beyond the last one the last. `read` takes how many, and how many to skip."""
    pages = max(1, -(-total // PER_PAGE))
    number = min(max(1, request.args.get("page", 1, type=int)), pages)
    return Page(read(PER_PAGE, (number - 1) * PER_PAGE), total, number, pages)


def searched(name: str) -> str:
    """What was typed into a search field."""
    # PostgreSQL takes no NUL.
    return request.args.get(name, "").replace("\0", "").strip()[:LONGEST_SEARCH]


def scope() -> Tenant | None:
    """Whose things are shown: the operator's own tenant's; those of all (None) to the portal's owner."""
    return None if current.tenant().owner else current.tenant()


def require_owner() -> None:
    """What belongs to the portal's owner does not exist for others."""
    if not current.tenant().owner:
        abort(404)


def service(slug: str, svc: int) -> Service:
    """The service of that name, if it is in the operator's scope."""
    found = services.find(slug, svc)
    if found is None or not (current.tenant().owner or found.tenant == current.tenant()):
        abort(404)
    return found


def actor_for(service: Service) -> Actor:
    """The operator, as the service's own people may read of them: to another tenant's, the portal's owner is nobody."""
    return _actor_for(service.tenant)


def _actor_for(tenant: Tenant) -> Actor:
    actor = current.actor()
    return actor if tenant == current.tenant() else replace(actor, id="", name="")


@contextmanager
def recorded(
    action: str, subject: str, of: Service | None = None, at: Tenant | None = None, **detail: Any
) -> Iterator[None]:
    """Write down an act before it is tried, and how it ended. That of a service its customer reads too.

    `at`: the tenant it is about, when that is another one; its operators read it.
    """
    owner = of.tenant if of is not None else at or current.tenant()
    actor = _actor_for(owner)
    if owner != current.tenant():
        # Who it was is for the portal's owner to know.
        history.note(current.tenant(), None, g.visit.session, current.actor(), action, subject)
    row = history.begin(
        tenant=owner,
        service=of,
        session=g.visit.session,
        actor=actor,
        action=action,
        subject=subject,
        detail=detail,
    )
    try:
        yield
    except BaseException as error:
        # What is about no service asks a mail server before it keeps anything.
        refused = isinstance(error, REFUSALS if of is not None else (*REFUSALS, MailError))
        text = str(error) if isinstance(error, (*REFUSALS, MailError)) else type(error).__name__
        history.finish(row, "refused" if refused else "unknown", detail | {"error": text})
        raise
    history.finish(row, "done", detail)
