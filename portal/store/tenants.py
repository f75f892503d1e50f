"""Tenants: one WHMCS installation each, with the keys that sign its calls and the origins that may embed the portal."""

import re
import secrets
from collections.abc import Mapping
from typing import Any

from peewee import AutoField, BigIntegerField, BooleanField, CharField, ForeignKeyField, IntegrityError

from portal.store.base import AlreadyExists, EncryptedField, JsonField, Table, now
from portal.store.connection import database, exclusive
from portal.store.prepared import Prepared

SLUG = re.compile(r"[a-z0-9-]{2,32}")
ORIGIN = re.compile(r"https://[a-z0-9.-]+(:\d+)?|http://([a-z0-9-]+\.)*localhost(:\d+)?")


class Tenant(Table):
    """One WHMCS installation. `owner`: of the one tenant marked as the portal's own."""

    id = AutoField()
    slug = CharField(max_length=32, unique=True)
    name = CharField()
    owner = BooleanField(default=False)
    whmcs_url = CharField()
    brand: JsonField[dict[str, Any]] = JsonField(default=dict)
    created = BigIntegerField()


class TenantKey(Table):
    """A signing key. From `retired` on it verifies nothing any more."""

    id = AutoField()
    tenant = ForeignKeyField(Tenant, on_delete="CASCADE")
    secret = EncryptedField()
    created = BigIntegerField()
    retired = BigIntegerField(null=True)


class Origin(Table):
    """An origin whose pages may embed this tenant's services."""

    id = AutoField()
    tenant = ForeignKeyField(Tenant, on_delete="CASCADE", index=False)
    origin = CharField()

    class Meta:
        indexes = ((("tenant", "origin"), True),)


class LastOrigin(Exception):
    """Without any origin nobody could open a service any more."""


def by_slug(slug: str) -> Tenant | None:
    """The tenant of that name."""
    return Tenant.get_or_none(Tenant.slug == slug)


def all_tenants() -> list[Tenant]:
    """Every tenant, by slug."""
    return list(Tenant.select().order_by(Tenant.slug))


def add(
    slug: str, *, name: str, whmcs_url: str, owner: bool = False, brand: dict[str, Any] | None = None
) -> tuple[Tenant, str]:
    """Make a tenant and its first key.

    Raise ValueError for a slug that is not one, AlreadyExists when it is taken or there is an owner already.
    """
    if not SLUG.fullmatch(slug):
        raise ValueError("a slug is 2 to 32 of a-z, 0-9 and -")
    if owner and Tenant.select().where(Tenant.owner).exists():
        raise AlreadyExists("there is an owner already")
    try:
        with database.atomic():
            tenant = Tenant.create(
                slug=slug, name=name, whmcs_url=whmcs_url.rstrip("/"), owner=owner, brand=brand or {}, created=now()
            )
            return tenant, _add_key(tenant)
    except IntegrityError:
        raise AlreadyExists(f"there is a tenant {slug} already") from None


def complete_brand(tenant: Tenant, brand: Mapping[str, str]) -> None:
    """Put into its brand what is not there yet."""
    whole = {**brand, **tenant.brand}
    if whole != tenant.brand:
        tenant.brand = whole
        tenant.save(only=["brand"])


def keys(tenant: Tenant) -> list[str]:
    """The keys that verify now, oldest to newest; the last one signs."""
    live = TenantKey.retired.is_null() | (TenantKey.retired > now())
    query = TenantKey.select().where((TenantKey.tenant == tenant) & live).order_by(TenantKey.id)
    return [key.secret for key in query]


def live_keys(tenant: Tenant) -> list[TenantKey]:
    """The same as rows, newest first."""
    live = TenantKey.retired.is_null() | (TenantKey.retired > now())
    query = TenantKey.select(TenantKey.id, TenantKey.created, TenantKey.retired)
    return list(query.where((TenantKey.tenant == tenant) & live).order_by(TenantKey.id.desc()))


def rotate(tenant: Tenant, overlap: int) -> str:
    """Make a new key. The present one verifies for `overlap` more seconds; older ones are deleted."""
    with exclusive(tenant):
        present = TenantKey.select().where(TenantKey.tenant == tenant).order_by(TenantKey.id.desc()).get()
        TenantKey.delete().where((TenantKey.tenant == tenant) & (TenantKey.id != present.id)).execute()
        TenantKey.update(retired=now() + overlap).where(TenantKey.id == present.id).execute()
        return _add_key(tenant)


def origins(tenant: Tenant) -> list[str]:
    """The origins that may embed this tenant's services, in alphabetical order."""
    return [row.origin for row in _ORIGINS.all(tenant.id)]


def check_origin(origin: str) -> None:
    """Raise ValueError when no browser would write it like this."""
    if not ORIGIN.fullmatch(origin):
        raise ValueError("an origin is https://host or https://host:port, in lower case and with nothing behind it")
    if origin.startswith("https:") and origin.endswith(":443"):
        raise ValueError("browsers leave out :443, and so must the origin")


def add_origin(tenant: Tenant, origin: str) -> None:
    """Allow one more origin; an allowed one stays so. Raise ValueError when no browser would write it like this."""
    check_origin(origin)
    Origin.insert(tenant=tenant, origin=origin).on_conflict_ignore().execute()


def remove_other_origin(tenant: Tenant, origin: str) -> bool:
    """The same, unless it is the last one. Raise LastOrigin then."""
    with exclusive(tenant):
        present = [row.origin for row in Origin.select().where(Origin.tenant == tenant)]
        if present == [origin]:
            raise LastOrigin
        return remove_origin(tenant, origin)


def remove_origin(tenant: Tenant, origin: str) -> bool:
    """Stop allowing it. False when it was not allowed."""
    return bool(Origin.delete().where((Origin.tenant == tenant) & (Origin.origin == origin)).execute())


def _add_key(tenant: Tenant) -> str:
    # 43 characters of A-Za-z0-9_-: WHMCS is known to HTML-encode what it stores.
    secret = secrets.token_urlsafe(32)
    TenantKey.create(tenant=tenant, secret=secret, created=now())
    return secret


_ORIGINS = Prepared(lambda tenant: Origin.select().where(Origin.tenant == tenant).order_by(Origin.origin))
