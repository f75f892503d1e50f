"""Writes a change of a service down before it is tried and how it ended, and tells every process of it.

Requests do so through `changes`, which knows who acts; what happens outside of one says it itself.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from portal.mail import MailError, Refused
from portal.store import database, history, services
from portal.store.history import Actor, History
from portal.store.services import Service
from portal.store.sessions import Session


@contextmanager
def recorded(
    service: Service, actor: Actor, session: Session | None, action: str, subject: str, **detail: Any
) -> Iterator[dict[str, Any]]:
    """As `changes.recorded`."""
    with ending(begin(service, actor, session, action, subject, detail), service, detail):
        yield detail


def begin(
    service: Service, actor: Actor, session: Session | None, action: str, subject: str, detail: dict[str, Any]
) -> History:
    """The record of a change that is about to be tried."""
    return history.begin(
        tenant=service.tenant,
        service=service,
        session=session,
        actor=actor,
        action=action,
        subject=subject,
        detail=detail,
    )


@contextmanager
def ending(row: History, service: Service, detail: dict[str, Any]) -> Iterator[None]:
    """Try what was written down."""
    try:
        yield
    except Refused as error:
        history.finish(row, "refused", detail | _told(error))
        raise
    except BaseException as error:
        end(row, service, "unknown", detail | _told(error))
        raise
    end(row, service, "done", detail)


def end(row: History, service: Service, result: str, detail: dict[str, Any]) -> None:
    """Something may have changed, so what was read before is no longer to be shown.

    At once with the result: whoever counts must never see a creation that has ended, but not yet its effect.
    """
    with database.atomic():
        history.finish(row, result, detail)
        services.bump(service)


def _told(error: BaseException) -> dict[str, str]:
    """What staff may read of it. A mail server's errors hold nothing that was sent to it; of others only the kind."""
    return {"error": str(error) if isinstance(error, MailError) else type(error).__name__}
