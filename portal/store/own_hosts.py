"""Host names of tenants' own: under one of them a tenant is served, and nobody else."""

from peewee import BigIntegerField, CharField, ForeignKeyField, IntegrityError

from portal.store.base import AlreadyExists, Table, now
from portal.store.connection import exclusive
from portal.store.prepared import Prepared
from portal.store.tenants import Tenant


class OwnHost(Table):
    """A tenant's host name: in lower case, as A-labels, without a final dot or port."""

    tenant = ForeignKeyField(Tenant, on_delete="CASCADE", primary_key=True)
    name = CharField(max_length=253, unique=True)
    created = BigIntegerField()


def tenant_of(name: str) -> Tenant | None:
    """The tenant that is served under this name."""
    return _BY_NAME.first(name)


def of(tenant: Tenant) -> str:
    """The tenant's own host name, "" for none."""
    found = OwnHost.get_or_none(OwnHost.tenant == tenant)
    return "" if found is None else str(found.name)


def put(tenant: Tenant, name: str) -> None:
    """Serve the tenant under this name, and under no other of before; "" for none. Raise AlreadyExists."""
    try:
        with exclusive(tenant):
            # Asked first: MariaDB locks the gap where it finds nothing to change, and two who do wait for each other.
            if not OwnHost.select().where(OwnHost.tenant == tenant).exists():
                if name:
                    OwnHost.create(tenant=tenant, name=name, created=now())
            elif name:
                OwnHost.update(name=name, created=now()).where(OwnHost.tenant == tenant).execute()
            else:
                OwnHost.delete().where(OwnHost.tenant == tenant).execute()
    except IntegrityError:
        raise AlreadyExists(f"{name} is a tenant's own host name already") from None


_BY_NAME = Prepared(lambda name: Tenant.select().join(OwnHost).where(OwnHost.name == name))
