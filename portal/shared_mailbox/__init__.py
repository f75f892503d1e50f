"""The aliases and distribution lists of one mailbox on a shared domain: whose they are, and what the plan allows.

Mail servers know no owners. What a service's record (`store.owned`) does not hold is never shown, changed or adopted.
Names may be local parts or addresses of the mailbox's domain; destinations and members are whole addresses. Whoever
changes something raises the errors of `holder`, those of `portal.mail`, `Busy` and `NotConfigured`.
"""

from portal.shared_mailbox.aliases import add_alias, change_alias, remove_alias
from portal.shared_mailbox.holder import BadAddress, BadName, External, Holder, NotOpen, PlanFull
from portal.shared_mailbox.lists import add_member, create_list, delete_list, members, remove_member
from portal.shared_mailbox.mending import mend
from portal.shared_mailbox.reading import Found, aliases, found, lists

__all__ = [
    "BadAddress",
    "BadName",
    "External",
    "Found",
    "Holder",
    "NotOpen",
    "PlanFull",
    "add_alias",
    "add_member",
    "aliases",
    "change_alias",
    "create_list",
    "delete_list",
    "found",
    "lists",
    "members",
    "mend",
    "remove_alias",
    "remove_member",
]
