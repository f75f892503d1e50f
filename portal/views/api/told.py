"""What services are told by in several answers."""

from portal.store.operations import Operation
from portal.store.services import OPEN_STATUS, RELEASED, SUSPENDED_STATUS, Service


def status_of(service: Service, newest: Operation | None = None) -> str:
    """`active`, `suspended`, `terminated`; `failed` where its creation broke off, `pending` where none was begun."""
    if service.status.lower() in RELEASED:
        return "terminated"
    if service.status == SUSPENDED_STATUS:
        return "suspended"
    if service.status == OPEN_STATUS:
        return "active"
    return "failed" if newest is not None and newest.unfinished else "pending"
