"""When a tenant's WHMCS was last heard of, in what way, and by which version of its module."""

from peewee import BigIntegerField, CharField, CompositeKey, ForeignKeyField

from portal.store.base import Table, now
from portal.store.tenants import Tenant

# In what way. A ping is no call, so that a test of the connection is told from the work that comes after it.
PING = "ping"
CALL = "call"
HANDOFF = "handoff"

# Seconds. Nobody needs to know it more exactly.
EVERY = 60


class Contact(Table):
    """The last contact of a kind. `module`: of a hand-off "", and of what does not tell its version."""

    tenant = ForeignKeyField(Tenant, on_delete="CASCADE", index=False)
    kind = CharField(max_length=16)
    at = BigIntegerField()
    module = CharField(max_length=64, default="")

    class Meta:
        primary_key = CompositeKey("tenant", "kind")


def note(tenant: Tenant, kind: str, module: str = "") -> None:
    """It was heard of just now; once a minute at most that is written down.

    Inside a transaction that is exclusive to the tenant.
    """
    which = (Contact.tenant == tenant) & (Contact.kind == kind)
    present = Contact.get_or_none(which)
    if present is None:
        Contact.create(tenant=tenant, kind=kind, at=now(), module=module)
    elif not present.at <= now() < present.at + EVERY or present.module != module:
        Contact.update(at=now(), module=module).where(which).execute()


def of(tenant: Tenant) -> dict[str, Contact]:
    """The last ones, by kind."""
    return {row.kind: row for row in Contact.select().where(Contact.tenant == tenant)}
