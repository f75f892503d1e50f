"""The life cycle of single mailboxes on shared domains, in the same manner as that of domains.

No mail server tells whose a mailbox is: one that stands there before it was asked for is never taken over, and one
whose creation brought no answer only by whoever knows the password it was to have.
"""

from portal.provisioning.mailbox.creation import create
from portal.provisioning.mailbox.finishing import finish
from portal.provisioning.mailbox.life import change_plan, set_password, suspend, terminate, unsuspend
from portal.provisioning.mailbox.wanted import Connect, address_of

__all__ = [
    "Connect",
    "address_of",
    "change_plan",
    "create",
    "finish",
    "set_password",
    "suspend",
    "terminate",
    "unsuspend",
]
