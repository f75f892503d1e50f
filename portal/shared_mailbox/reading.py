"""What a service owns, as its mail server has it now, and what of it is missing there."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from portal.mail import Alias
from portal.shared_mailbox.holder import Holder, is_parked
from portal.store import owned
from portal.store.owned import ALIAS, LIST
from portal.store.services import OPEN_STATUS, Owned

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """`present` by address; `missing` are the service's own that the mail server has not got: see `mend`.

    `used` is how many places of the plan are taken.
    """

    present: Sequence[T]
    missing: Sequence[Owned]
    used: int


def aliases(holder: Holder) -> Found[Alias]:
    """The service's aliases, each leading where the mail server says."""
    return found(holder, ALIAS, lambda: {alias.address: alias for alias in holder.mail.aliases()})


def lists(holder: Holder) -> Found[str]:
    """Addresses of the service's distribution lists."""
    return found(holder, LIST, lambda: {address: address for address in holder.mail.lists()})


def found(holder: Holder, kind: str, read: Callable[[], Mapping[str, T]]) -> Found[T]:
    """What the service owns of a kind. `read` tells what the mail server has, at least as of when it is called."""
    before = {(row.id, row.changed, row.state) for row in owned.of(holder.service, kind)}
    everybodys = read()
    rows = owned.of(holder.service, kind)
    # What was changed while the mail server told may well be there, or gone, by now.
    settled = [row for row in rows if (row.id, row.changed, row.state) in before]
    return Found(
        [everybodys[row.address] for row in owned.shown(rows, everybodys)],
        missing(holder, settled, everybodys),
        len(rows),
    )


def missing(holder: Holder, rows: Collection[Owned], present: Collection[str]) -> list[Owned]:
    """Of these, what should be there and is not: also what could not be restored after a suspension."""
    lost = owned.missing(rows, present)
    if holder.service.status == OPEN_STATUS:
        lost += [row for row in rows if is_parked(row)]
    return sorted(lost, key=lambda row: row.address)
