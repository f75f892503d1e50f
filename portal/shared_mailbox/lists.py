"""Changes of distribution lists and their members."""

from collections.abc import Sequence

from portal.mail import Refused
from portal.shared_mailbox.holder import Holder
from portal.shared_mailbox.presence import bring, take_away
from portal.store import owned
from portal.store.owned import HELD, LIST


def create_list(holder: Holder, name: str, members: Sequence[str] = ()) -> None:
    """Create the list. One that the service has already is a success, and gets those members that it lacks.

    When the mail server refuses a member, the list is there without it, and its refusal is raised.
    """
    address = holder.new_address(name)
    wanted = list(dict.fromkeys(holder.destination(member, address) for member in members))
    with holder.changing("list.create", address, destinations=wanted):
        row = holder.claim(LIST, address, wanted, holder.plan.max_lists)
        bring(holder.mail, row, list(dict.fromkeys([*row.destinations, *wanted])))


def delete_list(holder: Holder, name: str) -> None:
    """Delete it, also one that is missing. Raise NotFound for one that the service has not got."""
    with holder.changing("list.delete", holder.find(LIST, name).address):
        take_away(holder.mail, holder.find(LIST, name))


def members(holder: Holder, name: str) -> tuple[str, ...]:
    """Of one of the service's lists, as the mail server tells. Raise NotFound also when it is missing there."""
    return holder.mail.members(holder.find_working(LIST, name).name)


def add_member(holder: Holder, name: str, member: str) -> None:
    """Who is one already stays one."""
    row = holder.find_working(LIST, name)
    address = holder.destination(member, row.address)
    with holder.changing("list.add-member", row.address, member=address):
        row = holder.find_working(LIST, name)
        present = holder.mail.members(row.name)
        # Written down first: what is known here is what is restored.
        owned.become(row, HELD, destinations=list(dict.fromkeys([*present, address])))
        try:
            holder.mail.add_member(row.name, address)
        except Refused:
            owned.become(row, HELD, destinations=present)
            raise


def remove_member(holder: Holder, name: str, member: str) -> None:
    """Who is none is a success."""
    row = holder.find_working(LIST, name)
    address = member.strip().lower()
    with holder.changing("list.remove-member", row.address, member=address):
        row = holder.find_working(LIST, name)
        holder.mail.remove_member(row.name, address)
        owned.become(row, HELD, destinations=holder.mail.members(row.name))
