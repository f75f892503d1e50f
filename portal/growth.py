"""Which mailboxes grow: their sizes of now against the lists of the weeks before."""

import heapq
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from portal.chart import EPOCH
from portal.mail import Mailbox
from portal.store.mailbox_sizes import MailboxSizes


class Growth(NamedTuple):
    """What a mailbox has gained since a day (days since 1970), in bytes. `new`: it was made after that day."""

    gained: int
    address: str
    day: int
    new: bool

    @property
    def since(self) -> date:
        return EPOCH + timedelta(days=self.day)


def fastest(mailboxes: Iterable[Mailbox], lists: Sequence[MailboxSizes], most: int) -> list[Growth]:
    """The mailboxes that gained most since the oldest of the lists that knows them; the lists come newest first.

    Left out are those that have not grown, and those of which nobody knows.
    """
    found = (_growth(mailbox.address, mailbox.used, lists) for mailbox in mailboxes if mailbox.used)
    return heapq.nlargest(most, (growth for growth in found if growth is not None and growth.gained > 0))


def _growth(address: str, used: int, lists: Sequence[MailboxSizes]) -> Growth | None:
    oldest = None
    for known in lists:
        before = known.sizes.get(address)
        if address not in known.sizes:
            # What had the address before that was another mailbox. A list that is not whole may have left it out.
            if known.whole:
                return Growth(used, address, known.day, True)
            break
        if before is not None:
            oldest = Growth(used - before, address, known.day, False)
    return oldest
