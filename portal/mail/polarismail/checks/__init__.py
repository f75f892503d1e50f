"""Each assumption about a real PolarisMail as one named check: what is expected, what is seen, what it means.

`reading` changes nothing on the server. `writing` makes a mailbox, an alias and a list and removes them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from portal.mail.polarismail import answers
from portal.mail.polarismail.access import Access
from portal.mail.polarismail.answers import Row
from portal.mail.polarismail.mailbox import PolarisMailbox
from portal.mail.polarismail.reading import TOLD, WHOLE
from portal.mail.polarismail.wire import Call, Envelope


@dataclass(slots=True)
class Stage:
    """Where checks look. `quotas`: what plans give to mailboxes of this domain, in GB by address."""

    access: Access
    domain: str
    quotas: Mapping[str, Decimal] = field(default_factory=dict)

    def mailbox(self, name: str, quota_gb: Decimal | None = None) -> PolarisMailbox:
        return PolarisMailbox(self.access, name, self.domain, quota_gb)

    def ask(self, what: str, action: str, **fields: str) -> Envelope:
        return self.access.call(Call(what, action, {"domain": self.domain, **fields}, read=True))

    def mailboxes(self) -> list[Row]:
        what = "list the mailboxes"
        return answers.rows(self.ask(what, "getAllUsersDomain", **WHOLE, **TOLD), what)
