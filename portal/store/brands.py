"""Brands: what of one is published stands with its tenant; here are the drafts, and the pictures of both."""

import hashlib
from collections.abc import Mapping
from typing import Any, Protocol

from peewee import AutoField, BigIntegerField, CharField, ForeignKeyField, IntegerField

from portal.store.base import JsonField, LongBlobField, Table, now
from portal.store.connection import exclusive
from portal.store.prepared import Prepared
from portal.store.tenants import Tenant

PICTURES = ("logo", "favicon")


class NewPicture(Protocol):
    """A picture to keep, made safe (`portal.pictures`)."""

    @property
    def data(self) -> bytes: ...
    @property
    def mime(self) -> str: ...
    @property
    def width(self) -> int: ...
    @property
    def height(self) -> int: ...


class BrandDraft(Table):
    """A brand that its tenant's customers do not see yet."""

    tenant = ForeignKeyField(Tenant, on_delete="CASCADE", primary_key=True)
    settings: JsonField[dict[str, Any]] = JsonField()
    changed = BigIntegerField()


class Picture(Table):
    """A logo or favicon, named by the SHA-256 of what it holds."""

    id = AutoField()
    tenant = ForeignKeyField(Tenant, on_delete="CASCADE", index=False)
    digest = CharField(max_length=64)
    mime = CharField(max_length=64)
    width = IntegerField()
    height = IntegerField()
    data = LongBlobField()
    created = BigIntegerField()

    class Meta:
        indexes = ((("tenant", "digest"), True),)


def draft(tenant: Tenant) -> BrandDraft | None:
    """What is not published yet."""
    return BrandDraft.get_or_none(BrandDraft.tenant == tenant)


def save_draft(tenant: Tenant, settings: dict[str, Any], pictures: Mapping[str, NewPicture] | None = None) -> None:
    """Keep these settings as the draft, in place of the one before, with these new pictures by `PICTURES`."""
    with exclusive(tenant):
        settings = _with_pictures(tenant, settings, pictures or {})
        _drop_draft(tenant)
        BrandDraft.create(tenant=tenant, settings=settings, changed=now())
        _forget_pictures(tenant, settings)


def publish(tenant: Tenant, settings: dict[str, Any], pictures: Mapping[str, NewPicture] | None = None) -> None:
    """Show customers these settings from now on; no draft is left."""
    with exclusive(tenant):
        settings = _with_pictures(tenant, settings, pictures or {})
        _drop_draft(tenant)
        Tenant.update(brand=settings).where(Tenant.id == tenant.id).execute()
        _forget_pictures(tenant, settings)
    tenant.brand = settings


def discard_draft(tenant: Tenant) -> None:
    """Go back to what is published."""
    with exclusive(tenant):
        _drop_draft(tenant)
        _forget_pictures(tenant, {})


def picture(slug: str, digest: str) -> Picture | None:
    """The tenant's picture of that name."""
    return _PICTURE.first(slug, digest)


def _drop_draft(tenant: Tenant) -> None:
    # Asked first: MariaDB locks the gap where it finds nothing to change, and two who do wait for each other.
    if draft(tenant) is not None:
        BrandDraft.delete().where(BrandDraft.tenant == tenant).execute()


def _with_pictures(tenant: Tenant, settings: dict[str, Any], pictures: Mapping[str, NewPicture]) -> dict[str, Any]:
    """The settings that name these pictures, kept by now, and no picture that somebody dropped meanwhile."""
    settings = dict(settings)
    for kind, new in pictures.items():
        names = {"digest": hashlib.sha256(new.data).hexdigest(), "width": new.width, "height": new.height}
        row = Picture.insert(tenant=tenant, mime=new.mime, data=new.data, created=now(), **names)
        row.on_conflict_ignore().execute()
        settings[kind] = names
    kept = {row.digest for row in Picture.select(Picture.digest).where(Picture.tenant == tenant)}
    return {name: value for name, value in settings.items() if name not in PICTURES or value["digest"] in kept}


def _forget_pictures(tenant: Tenant, settings: dict[str, Any]) -> None:
    """Drop what neither these settings nor the published ones name."""
    published = Tenant.select(Tenant.brand).where(Tenant.id == tenant.id).get().brand
    named = {one[kind]["digest"] for one in (settings, published) for kind in PICTURES if one.get(kind)}
    rows = Picture.select(Picture.id, Picture.digest).where(Picture.tenant == tenant)
    for row in [row for row in rows if row.digest not in named]:
        row.delete_instance()


_PICTURE = Prepared(
    lambda slug, digest: Picture.select().join(Tenant).where((Tenant.slug == slug) & (Picture.digest == digest))
)
