"""What the actions ask of the request: the server it came to, and the objects it names."""

from collections.abc import Collection
from typing import Any

from flask import current_app

from ..played.answers import Refusal
from .server import MailServer
from .state import Domain


def here() -> MailServer:
    """The server this request came to."""
    server: MailServer = current_app.extensions["mail_server"]
    return server


def has_build(name: str) -> bool:
    return name in here().builds


def proven(name: str) -> Domain:
    """The domain of that name. Raise Refusal when there is none, or it is still to be proven."""
    domain = here().domain(name)
    if domain.pending:
        raise Refusal("Domain verification is pending")
    return domain


def rows(found: Collection[Any]) -> Any:
    """A collection as the build shows it: what an empty one looks like is unknown."""
    if found or not here().builds & {"empty-text", "empty-object", "empty-refused"}:
        return list(found)
    if has_build("empty-refused"):
        raise Refusal("No records found")
    return "" if has_build("empty-text") else {}


def is_remote(address: str) -> bool:
    """Whether another account hosts it."""
    return address.rpartition("@")[2].lower() not in here().domains


def check_remote(address: str, among: Collection[str], what: str) -> None:
    """Raise Refusal when the build allows no more addresses of others, and that is one."""
    if has_build("remote-limit") and is_remote(address) and sum(map(is_remote, among)) >= 4:
        raise Refusal(f"Maximum number of remote {what} reached")
