"""Services: one WHMCS service of a tenant, as its WHMCS last registered it, and the name it holds."""

from collections.abc import Collection
from typing import Any, TypedDict

from peewee import (
    JOIN,
    AutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    DoesNotExist,
    ForeignKeyField,
    IntegerField,
    ModelSelect,
)

from portal.store import locks, servers
from portal.store.base import JsonField, LongJsonField, Table, now
from portal.store.prepared import Prepared
from portal.store.servers import MailServer
from portal.store.tenants import Tenant

LARGEST_SVC = 2**31 - 1
# WHMCS's word for a service that is paid for and open.
OPEN_STATUS = "Active"
SUSPENDED_STATUS = "Suspended"
# WHMCS's words for a service that has let go of its name.
RELEASED = frozenset({"terminated", "cancelled", "fraud"})


class Service(Table):
    """A service. `plan` is WHMCS's raw text as of `plan_at`.

    `proved`: it was shown that the domain of that name on that mail server is its own; without that nothing is managed.
    `claim` is the name while it holds it: proved, and not let go. Nobody keeps others from a name by asking for it.

    `generation` counts the changes made to its mail domain, so that every process knows when its snapshot is old.
    """

    id = AutoField()
    tenant = ForeignKeyField(Tenant, index=False)
    svc = IntegerField()
    product = CharField(max_length=16)
    name = CharField(max_length=320)
    claim = CharField(max_length=320, unique=True, null=True)
    server = ForeignKeyField(MailServer, null=True)
    proved = BooleanField(default=False)
    username = CharField(default="")
    plan: JsonField[dict[str, str]] = JsonField(default=dict)
    plan_at = BigIntegerField(default=0)
    client = BigIntegerField()
    status = CharField(max_length=32)
    billing: JsonField[dict[str, Any]] = JsonField(default=dict)
    lang = CharField(max_length=35, default="")
    currency: JsonField[dict[str, Any]] = JsonField(default=dict)
    generation = IntegerField(default=0)
    created = BigIntegerField()
    changed = BigIntegerField()

    server_id: int | None

    class Meta:
        indexes = ((("tenant", "svc"), True),)


class DomainAlias(Table):
    """A domain that a service holds besides its own, from before its mail server is asked until it is gone there.

    So one that the mail server has not got may be on its way, or was not told to have failed.
    """

    id = AutoField()
    service = ForeignKeyField(Service, on_delete="CASCADE")
    name = CharField(max_length=253, unique=True)
    created = BigIntegerField()


class Owned(Table):
    """An alias or list of a service. `destinations`: the alias's target, or the list's members as last known here.

    No two have one address, of whatever kind, service or tenant. What becomes of them: `store.owned`.
    """

    id = AutoField()
    service = ForeignKeyField(Service, on_delete="CASCADE")
    server = ForeignKeyField(MailServer, index=False)
    kind = CharField(max_length=8)
    address = CharField(max_length=320)
    state = CharField(max_length=8)
    destinations: LongJsonField[list[str]] = LongJsonField(default=list)
    created = BigIntegerField()
    changed = BigIntegerField()

    class Meta:
        indexes = ((("server", "address"), True),)

    @property
    def name(self) -> str:
        """The local part."""
        return self.address.rpartition("@")[0]


class Registration(TypedDict):
    """What WHMCS tells about a service; `status` is WHMCS's word."""

    product: str
    name: str
    server: MailServer | None
    proved: bool
    username: str
    plan: dict[str, str]
    plan_at: int
    client: int
    status: str
    billing: dict[str, Any]
    lang: str
    currency: dict[str, Any]


class DomainClaimed(Exception):
    """Another service holds this name."""


class NoPlace(Exception):
    """The tenant has no place on the mail server for one more service. The text is for its staff."""


NOT_LENT = "The mail server {server} is not lent to you. Choose one that is, or ask whoever lends you mail servers."
FULL = (
    "You may have {most} {limited} on the mail server {server}, and have {used}. Your provider sets this limit: ask"
    " them for more, or terminate a service that is not needed any more."
)
# What of a loan limits how many services of each product there may be.
LIMITED = {"domain": "domains", "mailbox": "mailboxes"}


def find(slug: str, svc: int) -> Service | None:
    """The service, with its tenant and mail server, in one query."""
    if not 0 < svc <= LARGEST_SVC:
        return None
    return _BY_PLACE.first(slug, svc)


def of(tenant: Tenant, svcs: Collection[int]) -> list[Service]:
    """Those of these services of the tenant's that are registered; at most some thousand are asked for at a time."""
    return list(_whole().where((Service.tenant == tenant) & Service.svc.in_(list(svcs))))


def of_tenant(tenant: Tenant) -> list[Service]:
    """All services of the tenant's."""
    return list(_whole().where(Service.tenant == tenant).order_by(Service.svc))


def page(tenant: Tenant, after: int, limit: int) -> list[Service]:
    """So many of the tenant's services behind that number."""
    return list(_whole().where((Service.tenant == tenant) & (Service.svc > after)).order_by(Service.svc).limit(limit))


def claimed() -> set[str]:
    """The names that any service holds, as its own or as a domain alias."""
    own: Any = Service.select(Service.claim).where(Service.claim.is_null(False)).tuples()
    aliases: Any = DomainAlias.select(DomainAlias.name).tuples()
    return {name for (name,) in own} | {name for (name,) in aliases}


def manageable(tenant: Tenant | None = None) -> list[Service]:
    """The services of domains that are active and whose mail server we may ask, of this tenant or of all."""
    return list(_askable(tenant, OPEN_STATUS).where(Service.product == "domain").order_by(Tenant.slug, Service.svc))


def collectable(tenant: Tenant | None = None) -> "ModelSelect[Service]":
    """Those whose usage is collected: single mailboxes and the suspended ones too."""
    return _askable(tenant, OPEN_STATUS, SUSPENDED_STATUS)


def on(server: MailServer) -> list[Service]:
    """Those that are active and whose domain or mailbox is on this mail server."""
    return list(_askable(None, OPEN_STATUS).where(Service.server == server).order_by(Tenant.slug, Service.svc))


def reread(service: Service) -> Service:
    """The service as it is registered now. Raise DoesNotExist when it is gone."""
    found = _BY_ID.first(service.id)
    if found is None:
        raise DoesNotExist
    return found


def put(tenant: Tenant, svc: int, facts: Registration) -> Service:
    """Register the service, or what changed about it; its name is kept in lower case. Raise DomainClaimed, NoPlace.

    Under another name, or ended, it lets go of its domain aliases. While its domain is being created it holds the name.
    It begins (`created`) when its domain is its own: nothing from before is billed, nor what was between an end and
    this.
    """
    name = facts["name"].lower()
    released = facts["status"].lower() in RELEASED
    with locks.domain_names():
        known = Service.get_or_none((Service.tenant == tenant) & (Service.svc == svc))
        coming = known is not None and not known.proved and known.claim == name
        claim = name if (facts["proved"] or coming) and not released else None
        values = {**facts, "name": name, "claim": claim, "changed": now()}
        if claim and is_taken(claim, tenant, svc):
            raise DomainClaimed(name)
        if claim:
            check_place(tenant, facts["server"], facts["product"], besides=known)
        if known is None:
            known = Service.create(tenant=tenant, svc=svc, created=now(), **values)
        else:
            if released or known.name != name:
                DomainAlias.delete().where(DomainAlias.service == known).execute()
            if claim and facts["proved"] and not known.proved:
                # What was before is none of its: that it was registered, or that it held another domain, and let go.
                values["created"] = now()
            Service.update(values).where(Service.id == known.id).execute()
    return reread(known)


def is_claimed(name: str, tenant: Tenant, svc: int) -> bool:
    """Whether a service other than this one holds the name, as its own or as a domain alias."""
    own = (Service.tenant == tenant) & (Service.svc == svc)
    return bool(
        Service.select().where((Service.claim == name) & ~own).exists()
        or DomainAlias.select().join(Service).where((DomainAlias.name == name) & ~own).exists()
    )


def is_taken(name: str, tenant: Tenant, svc: int) -> bool:
    """Whether a service other than this one holds the name, or any has it as an alias or list.

    By whichever entry of a mail server: several may be of one account.
    """
    of_any = Owned.server.in_(MailServer.select(MailServer.id))
    return bool(Owned.select().where((Owned.address == name) & of_any).exists() or is_claimed(name, tenant, svc))


def claim(service: Service) -> None:
    """Let it hold its name from now on, before its domain or mailbox is created. Raise DomainClaimed, NoPlace."""
    with locks.domain_names():
        if is_taken(service.name, service.tenant, service.svc):
            raise DomainClaimed(service.name)
        check_place(service.tenant, service.server, service.product, besides=service)
        Service.update(claim=service.name).where(Service.id == service.id).execute()
    service.claim = service.name


def check_place(tenant: Tenant, server: MailServer | None, product: str, *, besides: Service | None) -> None:
    """Raise NoPlace unless the tenant may have one more service of that product on that server; `besides` is it.

    Under the lock of the domain names this holds until the transaction's end: nobody else gets a name meanwhile.
    """
    has_one = besides is not None and besides.claim is not None and besides.server == server
    if server is None or tenant.owner or has_one:
        return
    loan = servers.loan(server, tenant)
    if loan is None:
        raise NoPlace(NOT_LENT.format(server=server.name))
    most = getattr(loan, LIMITED[product])
    others = holders(tenant, server, product).where(Service.id != (0 if besides is None else besides.id))
    used = int(others.count()) if most else 0
    if used >= most > 0:
        raise NoPlace(FULL.format(most=most, limited=LIMITED[product], server=server.name, used=used))


def holders(tenant: Tenant, server: MailServer, product: str) -> "ModelSelect[Service]":
    """The tenant's services that hold a place on that server: from before their creation on, until they are ended."""
    of_tenant = (Service.tenant == tenant) & (Service.server == server) & (Service.product == product)
    return Service.select().where(of_tenant & Service.claim.is_null(False))


def unclaim(service: Service) -> None:
    """Let go of a name whose domain was not created."""
    Service.update(claim=None).where((Service.id == service.id) & ~Service.proved).execute()


def prove(service: Service, username: str, *, fresh: bool) -> None:
    """Its domain is there and its own, with that hidden admin; `fresh`: it was created just now, and so begins now."""
    values: dict[str, Any] = {"proved": True, "claim": service.name, "username": username}
    if fresh:
        values["created"] = now()
    Service.update(values).where(Service.id == service.id).execute()


def set_plan(service: Service, plan: dict[str, str], at: int) -> None:
    """Keep another plan, as of that time."""
    Service.update(plan=plan, plan_at=max(at, service.plan_at)).where(Service.id == service.id).execute()


def set_status(service: Service, status: str, at: int) -> None:
    """Keep another status (WHMCS's word) as of that time: the next request of every session goes by it.

    One that ends lets go of its name and its domain aliases. Inside a transaction that is exclusive to the service.
    """
    values: dict[str, Any] = {"status": status, "plan_at": max(at, service.plan_at)}
    if status != service.status:
        values["changed"] = now()
    if status.lower() in RELEASED:
        values |= {"claim": None, "proved": False}
        DomainAlias.delete().where(DomainAlias.service == service).execute()
    Service.update(values).where(Service.id == service.id).execute()


def bump(service: Service) -> None:
    """Count one more change of the mail domain, so that no process shows what it read before."""
    Service.update(generation=Service.generation + 1).where(Service.id == service.id).execute()
    service.generation = generation(service)


def generation(service: Service) -> int:
    """How many changes every process has counted by now."""
    return int(Service.select(Service.generation).where(Service.id == service.id).scalar())


def _askable(tenant: Tenant | None, *statuses: str) -> "ModelSelect[Service]":
    query = _whole().where(Service.status.in_(statuses) & Service.proved & (Service.username != ""))
    query = query.where(Service.server.is_null(False))
    return query if tenant is None else query.where(Service.tenant == tenant)


def _whole() -> "ModelSelect[Service]":
    return Service.select(Service, Tenant, MailServer).join(Tenant).switch(Service).join(MailServer, JOIN.LEFT_OUTER)


_BY_PLACE = Prepared(lambda slug, svc: _whole().where((Tenant.slug == slug) & (Service.svc == svc)))
_BY_ID = Prepared(lambda number: _whole().where(Service.id == number))
