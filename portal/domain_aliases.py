"""What adding and removing a domain alias take: proof, then the hold on the name, then the mail server."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import current_app

from portal import changes, current
from portal.dns import CouldNotLook, control
from portal.mail import LimitReached, NameTaken, NotFound, Refused, Unreachable
from portal.store import domain_aliases, own_hosts
from portal.store.domain_aliases import NoRoom
from portal.store.services import DomainClaimed

ADD = "domain-alias.add"
REMOVE = "domain-alias.remove"


class NotProved(Refused):
    """Nothing in DNS shows that the domain is the customer's."""


class NotLooked(Refused):
    """DNS did not answer, so nothing can be said for now."""


class PlanFull(LimitReached):
    """The plan allows no further one."""


@dataclass(frozen=True, slots=True)
class Names:
    """The service's domain aliases: `present` on its mail server; `open` are those asked for that it has not got."""

    present: frozenset[str]
    open: frozenset[str]

    @property
    def all(self) -> list[str]:
        return sorted(self.present | self.open)


def read(*, fresh: bool = False) -> Names:
    """What the mail server has and what is held for this service."""
    present = current.domain_aliases(fresh=fresh)
    return Names(present, domain_aliases.held(current.service()) - present)


def maximum() -> int:
    """How many the plan allows; 0 = not offered."""
    return current.plan().max_domain_aliases


def values() -> Sequence[str]:
    """The texts that prove a domain, the one to publish first. The others are of keys that are being replaced."""
    service = f"{current.tenant().slug}-{current.service().svc}"
    return [control.value(key, service) for key in reversed(current_app.config["PORTAL_SECRET_KEYS"])]


def add(name: str, names: Names) -> None:
    """Add it, or go on with an attempt whose end is not known, for which proof was asked already.

    Raise NotProved, NotLooked, PlanFull, NameTaken, or what the mail server's client raises.
    """
    goes_on = name in names.open and changes.was_lost(ADD, name)
    with changes.recorded(ADD, name) as detail:
        held_now = False
        if not goes_on:
            detail["proof"] = _proof(name, detail)
            held_now = _hold(name, names)
        try:
            current.mail().add_domain_alias(name)
        except Refused:
            # It may have been added by an attempt whose answer was lost, or by a second click.
            if name in current.domain_aliases(fresh=True):
                return
            if held_now:
                domain_aliases.release(current.service(), name)
            raise


def remove(name: str) -> None:
    """Remove it from the mail server, then let go of the name."""
    with changes.recorded(REMOVE, name):
        try:
            current.mail().remove_domain_alias(name)
        except NotFound:
            if name in current.domain_aliases(fresh=True):
                raise
            if changes.under_way(ADD, name):
                raise Unreachable("remove a domain alias: it is just being added") from None
        domain_aliases.release(current.service(), name)


def forget(name: str) -> None:
    """Let go of a name that turned out to be gone from the mail server."""
    domain_aliases.release(current.service(), name)


def _proof(name: str, detail: dict[str, object]) -> str:
    """How it was shown that the domain is the customer's. Asked before anything is locked."""
    server = current.service().server
    # Where the mail comes here for somebody else's sake, or by the wildcard of the domain around it, it proves nothing.
    foreign = _is_ours(name) or domain_aliases.may_be_anothers(current.service(), name)
    mx_hosts = server.mx_hosts if server is not None and not foreign else []
    try:
        found = control.proof(current.dns(), name, mx_hosts, values())
    except CouldNotLook as error:
        detail["proof"] = "unknown"
        raise NotLooked(str(error)) from error
    if not found:
        detail["proof"] = "missing"
        raise NotProved(name)
    return found


def _is_ours(name: str) -> bool:
    """Whether the mail server, the seller's WHMCS or the portal lies inside: the mail is that of whoever runs them."""
    server = current.service().server
    urls = [current.tenant().whmcs_url, current_app.config["PORTAL_BASE_URL"]]
    hosts = [*(urlsplit(url).hostname or "" for url in urls), own_hosts.of(current.tenant())]
    if server is not None:
        hosts += [server.mail_host, urlsplit(server.url).hostname or "", *server.mx_hosts]
    return any(f".{host.lower().rstrip('.')}".endswith(f".{name}") for host in hosts)


def _hold(name: str, names: Names) -> bool:
    try:
        return domain_aliases.hold(current.service(), name, present=names.present, at_most=maximum())
    except NoRoom as error:
        raise PlanFull(str(error)) from error
    except DomainClaimed as error:
        raise NameTaken(f"{name} is held by another service") from error
