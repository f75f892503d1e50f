"""Changes of aliases: each leads to one destination."""

from portal.mail import NameTaken, NotFound, Refused
from portal.shared_mailbox.holder import Holder
from portal.shared_mailbox.presence import bring, take_away
from portal.store import owned
from portal.store.owned import ALIAS, ASKED, HELD


def add_alias(holder: Holder, name: str, destination: str) -> None:
    """Create the alias. One that the service has already and that leads there is a success."""
    address = holder.new_address(name)
    target = holder.destination(destination, address)
    with holder.changing("alias.create", address, destinations=[target]):
        row = holder.claim(ALIAS, address, [target], holder.plan.max_aliases)
        if row.state in (ASKED, HELD):
            present = next((alias for alias in holder.mail.aliases() if alias.address == address), None)
            if present is not None and present.targets != (target,):
                raise NameTaken(f"{address}: it leads elsewhere")
        bring(holder.mail, row, [target])


def change_alias(holder: Holder, name: str, destination: str) -> None:
    """Let it lead elsewhere. Raise NotFound for one that the service has not got, or that is missing (see `mend`)."""
    address = holder.address(name)
    target = holder.destination(destination, address)
    with holder.changing("alias.change", address, destinations=[target]):
        row = holder.find_working(ALIAS, name)
        before = row.destinations
        if not any(alias.address == address for alias in holder.mail.aliases()):
            raise NotFound(f"{address}: it is missing")
        owned.become(row, ASKED, destinations=[target])
        try:
            holder.mail.change_alias(row.name, target)
        except Refused:
            # It leads where it did, or is missing.
            owned.become(row, HELD, destinations=before)
            raise
        owned.become(row, HELD)


def remove_alias(holder: Holder, name: str) -> None:
    """Remove it, also one that is missing. Raise NotFound for one that the service has not got."""
    with holder.changing("alias.delete", holder.find(ALIAS, name).address):
        take_away(holder.mail, holder.find(ALIAS, name))
