"""Domain aliases: which service holds which domain besides its own, each held by one service in the whole portal."""

from collections.abc import Collection

from portal.store import locks
from portal.store.base import now
from portal.store.connection import database
from portal.store.services import DomainAlias, DomainClaimed, Service, is_claimed


class NoRoom(Exception):
    """The service has as many domain aliases as it may have."""


def held(service: Service) -> frozenset[str]:
    """The names it holds."""
    rows = DomainAlias.select(DomainAlias.name).where(DomainAlias.service == service)
    return frozenset(row.name for row in rows)


def hold(service: Service, name: str, *, present: Collection[str], at_most: int) -> bool:
    """Hold the name for this service. False when it did so already.

    `present` are those that its mail server has, whoever added them: they count too. Raise DomainClaimed, NoRoom.
    A service that has let go of its own name meanwhile gets no other: nobody would let go of that one.
    """
    with locks.domain_names():
        claims = Service.select(Service.claim).where(Service.id == service.id)
        if (claims.for_update() if database.for_update else claims).scalar() is None:
            raise DomainClaimed(name)
        mine = held(service)
        if name in mine:
            return False
        if service.claim == name or is_claimed(name, service.tenant, service.svc):
            raise DomainClaimed(name)
        if len(mine.union(present)) >= at_most:
            raise NoRoom(f"{at_most} domain aliases")
        DomainAlias.create(service=service, name=name, created=now())
        return True


def release(service: Service, name: str) -> None:
    """Let go of the name, so that anybody may have it."""
    DomainAlias.delete().where((DomainAlias.service == service) & (DomainAlias.name == name)).execute()


def may_be_anothers(service: Service, name: str) -> bool:
    """Whether mail for the name may come to us for the sake of another service, without that service holding it.

    It lies inside a domain of theirs; or they asked for it and have not got it yet, or had it until they left.
    """
    labels = name.split(".")
    around = [".".join(labels[place:]) for place in range(1, len(labels) - 1)]
    named = Service.name.in_(around) | ((Service.name == name) & Service.claim.is_null())
    return bool(
        Service.select().where(named & (Service.id != service.id)).exists()
        or DomainAlias.select().where(DomainAlias.name.in_(around) & (DomainAlias.service != service)).exists()
    )
