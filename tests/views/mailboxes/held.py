"""What the mail server holds of alice.test, the forms of a mailbox, and what the answers say."""

from typing import Any

from tests.views.pages import value_of
from tests.world import Visitor, World

MB = 2**20
CREATE = "settings/domain/user-put"
CHANGE = "settings/domain/post-user"
DELETE = "settings/domain/account-list-delete"
LOST = {"kind": "down", "when": "after"}
NEW_PASSWORD = "An0ther!Good-Word"
IN_USE = "This address is already in use"
UNKNOWN = "we do not know whether this was done"
UNREAD = "The mail server could not be asked just now, so nothing was changed."


def users(world: World) -> dict[str, Any]:
    found: dict[str, Any] = world.mail.state("alice.test")["users"]
    return found


def stored(world: World, name: str) -> dict[str, Any]:
    """What the mail server holds of a mailbox of alice.test."""
    found: dict[str, Any] = users(world)[name]["userData"]
    return found


def settings_form(visitor: Visitor, address: str, **typed: str) -> dict[str, str]:
    """The form as the mailbox's page shows it, with some fields typed over."""
    page = visitor.get(f"mailboxes/{address}")
    return {name: value_of(page, name) for name in ("seen", "display_name", "limit_mb")} | typed


def passwords(new: str, again: str | None = None) -> dict[str, str]:
    return {"password": new, "password_again": new if again is None else again}


def aliases_of(world: World) -> dict[str, list[str]]:
    """The aliases of alice.test with their targets, as the mail server holds them."""
    return {name: alias["aliasTargetList"] for name, alias in world.mail.state("alice.test")["aliases"].items()}
