"""What becomes of a service's aliases and lists that are missing, while it is suspended, and when it ends."""

from collections.abc import Collection, Mapping
from contextlib import suppress

from portal.mail import NotFound, Refused
from portal.mail.mailbox_service import MailboxServer, MailboxService
from portal.shared_mailbox.holder import External, Holder, is_external
from portal.shared_mailbox.presence import bring, remove, take_away
from portal.shared_mailbox.reading import missing
from portal.store import owned, turns
from portal.store.owned import ALIAS, ASKED, CLAIMED, HELD, LEAVING, LIST, PARKED
from portal.store.services import Owned, Service


def mend(holder: Holder) -> Mapping[str, Refused | None]:
    """Make once more what is missing: by address None, or why it could not be. What leads outside only if it may."""
    done: dict[str, Refused | None] = {}
    for kind in (ALIAS, LIST):
        rows = owned.of(holder.service, kind)
        for row in missing(holder, rows, _present(holder.mail, kind) if rows else ()):
            done[row.address] = None
            try:
                _mend(holder, kind, row.name)
            except Refused as error:
                done[row.address] = error
    return done


def park(mail: MailboxService, service: Service) -> None:
    """Remove what leads outside the mailbox's domain for the time of a suspension; what does not stays.

    All that can be is removed, before what cannot is told.
    """
    rows = owned.of(service)
    targets = _targets(mail, rows)
    refusal = None
    for row in rows:
        try:
            _park(mail, service, row, targets.get(row.address, row.destinations))
        except Refused as error:
            refusal = error
    if refusal is not None:
        raise refusal


def restore(mail: MailboxService, service: Service) -> None:
    """Make what was removed once more. All that can be is made, before what cannot is told."""
    refusal = None
    for row in owned.of(service):
        if row.state in (PARKED, ASKED):
            try:
                bring(mail, row)
            except Refused as error:
                refusal = error
    if refusal is not None:
        raise refusal


def remove_all(mail: MailboxService, service: Service, kind: str) -> None:
    """Remove the service's own of that kind and let go of them."""
    for row in owned.of(service, kind):
        take_away(mail, row)


def leave_lists(server: MailboxServer, service: Service) -> None:
    """Take the mailbox out of the lists of its client's other services. Other people's lists are not touched."""
    for known in owned.of_client(service, LIST):
        if service.name not in known.destinations:
            continue
        with turns.taken(known.service):
            row = owned.find(known.service, LIST, known.address)
            if row is None or row.state in (CLAIMED, LEAVING):
                continue
            if row.state != PARKED:
                with suppress(NotFound):
                    server.mailbox(known.service.name).remove_member(row.name, service.name)
            others = [member for member in row.destinations if member != service.name]
            owned.become(row, row.state, destinations=others)


def _park(mail: MailboxService, service: Service, row: Owned, leads_to: list[str]) -> None:
    domain = service.name.rpartition("@")[2]
    if row.state in (CLAIMED, LEAVING):
        take_away(mail, row)
    elif row.state in (ASKED, HELD) and any(is_external(address, domain) for address in leads_to):
        # Written down first: what is known here is what is restored.
        owned.become(row, row.state, destinations=leads_to)
        remove(mail, row)
        owned.become(row, PARKED)


def _mend(holder: Holder, kind: str, name: str) -> None:
    row = holder.find(kind, name)
    with holder.changing(f"{kind}.restore", row.address):
        row = holder.find(kind, name)
        for address in row.destinations:
            if is_external(address, holder.domain) and not holder.plan.external_forwards:
                raise External(address)
        bring(holder.mail, row)


def _present(mail: MailboxService, kind: str) -> Collection[str]:
    return {alias.address for alias in mail.aliases()} if kind == ALIAS else mail.lists()


def _targets(mail: MailboxService, rows: Collection[Owned]) -> Mapping[str, list[str]]:
    """Where those of them that are there lead, by address."""
    found: dict[str, list[str]] = {}
    kinds = {row.kind for row in rows if row.state in (ASKED, HELD)}
    if ALIAS in kinds:
        found |= {alias.address: list(alias.targets) for alias in mail.aliases()}
    if LIST in kinds:
        present = mail.lists()
        for row in rows:
            if row.kind == LIST and row.address in present:
                found[row.address] = list(mail.members(row.name))
    return found
