"""Whether a reseller's set-up is whole, all the way round: what stands here, what answers, and what was heard of.

What only the reseller's WHMCS can do, signing above all, is seen by what arrived from it. The sentence of each code is
in `reseller_texts`.
"""

import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from portal import resellers
from portal.connections import Connections
from portal.dns import CouldNotLook
from portal.dns.hosts import place
from portal.dns.lookup import Lookup
from portal.mail import MailError
from portal.plan import PLANS
from portal.store import contacts, loans, own_hosts, servers, services, tenants
from portal.store.base import now
from portal.store.services import OPEN_STATUS, Service
from portal.store.tenants import Tenant
from portal.version import VERSION

# Its cron calls once an hour.
SILENT = 86_400
PATIENCE = 5  # seconds, for the certificate of the own host name
HTTPS = 443


class State(StrEnum):
    """`later`: it cannot be so before something else is."""

    OK = "ok"
    MISSING = "missing"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Line:
    """Something that was looked at; `facts` are the sentence's."""

    code: str
    state: State
    facts: Mapping[str, Any] = field(default_factory=dict)


Look = Callable[[Tenant], Iterator[Line]]


def check(tenant: Tenant, connections: Connections, lookup: Lookup, base_url: str) -> list[Line]:
    """Each line of it, from the key to the customer's browser."""
    host = _host(lookup, base_url)
    looks: tuple[Look, ...] = (_key, _origins, _contacts, _servers(connections), _services, _hand_off, host, _brand)
    return [line for look in looks for line in look(tenant)]


def _ok(code: str, **facts: Any) -> Line:
    return Line(code, State.OK, facts)


def _missing(code: str, **facts: Any) -> Line:
    return Line(code, State.MISSING, facts)


def _key(tenant: Tenant) -> Iterator[Line]:
    yield _ok("key") if tenants.keys(tenant) else _missing("no-key", slug=tenant.slug)


def _origins(tenant: Tenant) -> Iterator[Line]:
    present, own = tenants.origins(tenant), resellers.origin_of(tenant.whmcs_url)
    if own not in present:
        yield _missing("no-origin", origin=own, slug=tenant.slug)
    elif not own.startswith("https:"):
        yield Line("insecure-origin", State.LATER, {"origin": own})
    else:
        yield _ok("origin", origin=own)


def _contacts(tenant: Tenant) -> Iterator[Line]:
    heard = contacts.of(tenant)
    newest = max(heard.values(), key=lambda row: (bool(row.module), row.at), default=None)
    if contacts.PING in heard:
        yield _ok("ping", at=heard[contacts.PING].at)
    else:
        yield _missing("no-ping")
    if newest is not None and newest.module not in ("", VERSION):
        yield _missing("other-module", module=newest.module, version=VERSION)
    elif newest is not None and newest.module:
        yield _ok("module", module=newest.module)
    if contacts.CALL not in heard:
        yield Line("no-call", State.LATER)
    elif heard[contacts.CALL].at < now() - SILENT:
        yield _missing("silent", at=heard[contacts.CALL].at)
    else:
        yield _ok("call", at=heard[contacts.CALL].at)


def _servers(connections: Connections) -> Look:
    def look(tenant: Tenant) -> Iterator[Line]:
        lent = servers.available_to(tenant)
        if not lent:
            yield _missing("no-server", slug=tenant.slug)
        for server in lent:
            try:
                connections.client(server).check()
                yield _ok("server", server=server.name)
            except MailError as error:
                yield _missing("silent-server", server=server.name, said=str(error))
        for use in loans.all_of(tenant=tenant):
            for name in use.full:
                there, most = getattr(use, name), getattr(use.loan, name)
                yield _missing(f"full-{name}", server=use.server.name, there=there, most=most)

    return look


def _services(tenant: Tenant) -> Iterator[Line]:
    known = services.of_tenant(tenant)
    if not known:
        yield Line("no-service", State.LATER)
        return
    yield _ok("services", number=len(known), active=sum(_is_live(service) for service in known))
    wrong = [(service, PLANS[service.product].parse(service.plan).errors) for service in known]
    wrong = [(service, errors) for service, errors in wrong if errors]
    for service, errors in wrong[:3]:
        yield _missing("plan", svc=service.svc, name=service.name, errors=" ".join(errors.values()))
    if not wrong:
        yield _ok("plans")


def _is_live(service: Service) -> bool:
    return service.status == OPEN_STATUS and service.proved


def _hand_off(tenant: Tenant) -> Iterator[Line]:
    heard = contacts.of(tenant).get(contacts.HANDOFF)
    yield Line("no-hand-off", State.LATER) if heard is None else _ok("hand-off", at=heard.at)


def _host(lookup: Lookup, base_url: str) -> Look:
    """Its own host name, if it has one: that DNS leads it here, and that browsers believe the certificate there."""
    portal = urlsplit(base_url)

    def look(tenant: Tenant) -> Iterator[Line]:
        name = own_hosts.of(tenant)
        if not name:
            return
        try:
            found = lookup.judge(partial(place, name, portal.hostname or ""), max_age=0).value
        except CouldNotLook:
            yield Line("host-unknown", State.LATER, {"host": name})
            return
        if found.state != "here":
            yield _missing("host-elsewhere", host=name, portal=portal.hostname)
        elif portal.scheme == "https":
            yield _certificate(name, found.found[0], portal.port or HTTPS)
        else:
            yield _ok("host", host=name)

    return look


def _certificate(name: str, address: str, port: int) -> Line:
    """The address is told: nobody else's is ever connected to, whatever the name leads to a moment later."""
    trusting = ssl.create_default_context()
    try:
        with (
            socket.create_connection((address, port), PATIENCE) as plain,
            trusting.wrap_socket(plain, server_hostname=name),
        ):
            return _ok("host", host=name)
    except ssl.SSLCertVerificationError:
        return _missing("host-certificate", host=name)
    except OSError as error:
        return _missing("host-silent", host=name, said=type(error).__name__)


def _brand(tenant: Tenant) -> Iterator[Line]:
    yield _ok("support") if tenant.brand.get("support") else _missing("no-support")
