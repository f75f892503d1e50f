"""The mailboxes card: create, change and delete a mailbox, and its password."""

from portal.views.mailboxes import creation, deletion, page, password, webmail
from portal.views.mailboxes.card import bp

__all__ = ["bp", "creation", "deletion", "page", "password", "webmail"]
