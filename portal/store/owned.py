"""Aliases and distribution lists of shared domains: which of them are whose, since mail servers do not know.

What a service owns here is all that it sees and touches. A name is claimed before the mail server is asked, and what
stands there already is nobody's to claim: whoever claims looks before asking, and says here that it was free.
"""

from collections.abc import Collection, Sequence

from peewee import IntegrityError

from portal.store import locks
from portal.store.base import now
from portal.store.services import Owned, Service, is_taken

ALIAS = "alias"
LIST = "list"

# How far it has come. In each of these it takes up its name and a place in the plan.
CLAIMED = "claimed"  # the mail server has not been asked
ASKED = "asked"  # the name was free there, and the mail server was asked to make it
HELD = "held"  # the mail server made it
LEAVING = "leaving"  # the mail server was asked to remove it for good
PARKED = "parked"  # removed for the time of a suspension

MAY_BE_THERE = (ASKED, HELD, LEAVING)

# From which states it gets to each; from any it may be released.
FROM = {
    ASKED: (CLAIMED, ASKED, HELD, PARKED),
    HELD: (ASKED, HELD),
    LEAVING: (ASKED, HELD, LEAVING),
    PARKED: (ASKED, HELD, LEAVING, PARKED),
}


class Taken(Exception):
    """Another service has this name, or this one has it as something else."""


class NoRoom(Exception):
    """The service has as many of them as its plan allows."""


class Moved(Exception):
    """Somebody else changed what becomes of it meanwhile."""


def claim(service: Service, kind: str, address: str, *, destinations: Sequence[str] = (), at_most: int | None) -> Owned:
    """Let nobody else have the address (whole, lower-case). One that the service has already is answered as it is.

    `at_most` of this kind: 0 is any number, None none. Raise Taken, NoRoom.
    """
    if service.server_id is None:
        raise ValueError("a service without a mail server owns nothing there")
    try:
        with locks.domain_names():
            present = Owned.get_or_none((Owned.service == service) & (Owned.address == address))
            if present is not None and present.kind == kind:
                return present
            if present is not None or service.name == address:
                raise Taken(address)
            taken = Owned.select().where((Owned.service == service) & (Owned.kind == kind)).count()
            # Before all that tells of others.
            if at_most is None or 0 < at_most <= taken:
                raise NoRoom(f"{taken} of {at_most or 0}")
            if is_taken(address, service.tenant, service.svc):
                raise Taken(address)
            return Owned.create(
                service=service,
                server=service.server_id,
                kind=kind,
                address=address,
                state=CLAIMED,
                destinations=list(destinations),
                created=now(),
                changed=now(),
            )
    except IntegrityError:
        raise Taken(address) from None


def of(service: Service, kind: str | None = None) -> list[Owned]:
    """What the service owns, by address."""
    query = Owned.select().where(Owned.service == service)
    if kind is not None:
        query = query.where(Owned.kind == kind)
    return list(query.order_by(Owned.address))


def of_client(service: Service, kind: str) -> list[Owned]:
    """What the service's client owns on its mail server by other services of the same seller."""
    mates = (Service.tenant == service.tenant) & (Service.client == service.client) & (Service.id != service.id)
    query = Owned.select(Owned, Service).join(Service).where(mates & (Owned.kind == kind))
    return list(query.where(Owned.server == service.server).order_by(Owned.address))


def find(service: Service, kind: str, address: str) -> Owned | None:
    """The service's own of that address, never anybody else's."""
    return Owned.get_or_none((Owned.service == service) & (Owned.kind == kind) & (Owned.address == address))


def become(row: Owned, state: str, *, destinations: Sequence[str] | None = None) -> None:
    """Go on to that state, and keep these destinations. Raise Moved when it is not where it was when it was read."""
    if row.state not in FROM[state]:
        raise ValueError(f"what is {row.state} does not become {state}")
    kept = row.destinations if destinations is None else list(destinations)
    changes = {"state": state, "destinations": kept, "changed": now()}
    if not Owned.update(changes).where((Owned.id == row.id) & (Owned.state == row.state)).execute():
        raise Moved(row.address)
    row.state, row.destinations = state, kept


def release(row: Owned) -> None:
    """Let go of it: it is not on the mail server, or never was ours there."""
    Owned.delete().where(Owned.id == row.id).execute()


def shown(rows: Collection[Owned], present: Collection[str]) -> list[Owned]:
    """Those that are there; `present` are the addresses that the mail server has.

    What it was not asked for is not the service's, even if it stands there.
    """
    return [row for row in rows if row.state in MAY_BE_THERE and row.address in present]


def missing(rows: Collection[Owned], present: Collection[str]) -> list[Owned]:
    """Those that should be there and are not: nobody's answer told that they were made, or others removed them."""
    return [row for row in rows if row.state in (ASKED, HELD) and row.address not in present]


def settle(row: Owned, *, is_there: bool) -> None:
    """Draw the end from what the mail server has, where an answer was lost or never asked for.

    Nobody may be changing it meanwhile. What was asked for and is not there stays the service's: it may still come.
    """
    if row.state == ASKED and is_there:
        become(row, HELD)
    elif row.state == CLAIMED or (row.state == LEAVING and not is_there):
        release(row)
