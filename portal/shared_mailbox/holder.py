"""Who holds aliases and lists, what of a name or destination is refused, and how a change of them is made."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from portal import handles, recording
from portal.handles import Fault
from portal.mail import LimitReached, NameTaken, NotFound, Refused
from portal.mail.mailbox_service import MailboxService
from portal.plan import MailboxPlan
from portal.shared_mailbox.presence import IN_USE, tidy
from portal.store import owned, services, turns
from portal.store.history import Actor
from portal.store.owned import ASKED, HELD, LEAVING, PARKED, NoRoom, Taken
from portal.store.services import OPEN_STATUS, Owned, Service
from portal.store.sessions import Session

# Of names on a shared domain, with tags: by a % or ! in one, some mail servers send a message on to elsewhere.
LOCAL_PART = re.compile(r"[a-z0-9._+-]+")
ADDRESS = re.compile(r"[^\s@,;<>\"]{1,64}@[a-z0-9-]+(\.[a-z0-9-]+)+")


class BadName(Refused):
    """Nobody can have this name; `fault` says why."""

    def __init__(self, name: str, fault: Fault) -> None:
        super().__init__(f"{name}: {fault}")
        self.fault = fault


class BadAddress(Refused):
    """It is no address of a destination, or the very one that is to lead there."""


class External(Refused):
    """It lies outside the mailbox's own domain, and the plan does not allow that."""


class PlanFull(LimitReached):
    """The plan allows no further one."""


class NotOpen(Refused):
    """The service was suspended or has ended."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A service, its mailbox on the mail server, what its plan allows, and who acts on it."""

    service: Service
    mail: MailboxService
    plan: MailboxPlan
    actor: Actor
    session: Session | None = None

    @property
    def domain(self) -> str:
        return self.service.name.rpartition("@")[2]

    def address(self, name: str) -> str:
        """Of something of this domain by that name."""
        return f"{handles.normal(name).removesuffix(f'@{self.domain}')}@{self.domain}"

    def new_address(self, name: str) -> str:
        """The same for what is to be created. Raise BadName, NameTaken."""
        address = self.address(name)
        local = address.removesuffix(f"@{self.domain}")
        fault = handles.fault(local)
        if fault is not None:
            raise BadName(local, fault)
        if address == self.service.name:
            raise NameTaken(f"{address}: it is the mailbox itself")
        return address

    def destination(self, text: str, source: str) -> str:
        """Where the address `source` may lead, in the usual spelling. Raise BadAddress, External."""
        address = text.strip().lower()
        address = address if "@" in address else f"{address}@{self.domain}"
        if not ADDRESS.fullmatch(address) or address == source:
            raise BadAddress(address)
        if is_external(address, self.domain):
            if not self.plan.external_forwards:
                raise External(address)
        elif not LOCAL_PART.fullmatch(address.rpartition("@")[0]):
            raise BadAddress(address)
        return address

    def find(self, kind: str, name: str) -> Owned:
        """The service's own of that name, that is or should be on the mail server. Raise NotFound."""
        row = owned.find(self.service, kind, self.address(name))
        if row is None:
            raise NotFound(f"{self.address(name)}: the service has none")
        return row

    def find_working(self, kind: str, name: str) -> Owned:
        """The same without those that are being removed or were for the time of a suspension."""
        row = self.find(kind, name)
        if row.state not in (ASKED, HELD):
            raise NotFound(f"{row.address}: it is {row.state}")
        return row

    @contextmanager
    def changing(self, action: str, subject: str, **detail: Any) -> Iterator[None]:
        """A change in the service's turn, written down before it is tried."""
        with turns.taken(self.service):
            present = services.reread(self.service)
            if present.status != OPEN_STATUS or not present.proved or present.name != self.service.name:
                raise NotOpen(self.service.name)
            with recording.recorded(self.service, self.actor, self.session, action, subject, **detail):
                yield

    def claim(self, kind: str, address: str, destinations: Sequence[str], at_most: int | None) -> Owned:
        """Let nobody else have the address. Raise NameTaken, PlanFull."""
        tidy(self.mail, self.service)
        try:
            row = owned.claim(self.service, kind, address, destinations=destinations, at_most=at_most)
        except Taken:
            raise NameTaken(IN_USE.format(address)) from None
        except NoRoom as error:
            raise PlanFull(f"the plan's number: {error}") from None
        if row.state == LEAVING:
            raise NameTaken(f"{address}: the mail server refuses to remove it")
        return row


def is_external(address: str, domain: str) -> bool:
    return address.rpartition("@")[2] != domain


def is_parked(row: Owned) -> bool:
    return row.state == PARKED
