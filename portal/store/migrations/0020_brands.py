"""Drafts of brands, their pictures, and tenants' own host names."""

from typing import Any

from peewee import AutoField, BigIntegerField, BlobField, CharField, ForeignKeyField, IntegerField, Model, TextField


class LongBlob(BlobField):
    field_type = "LONGBLOB"


class Table(Model):
    class Meta:
        legacy_table_names = False


class Tenant(Table):
    id = AutoField()


class BrandDraft(Table):
    tenant = ForeignKeyField(Tenant, on_delete="CASCADE", primary_key=True)
    settings = TextField()
    changed = BigIntegerField()


class Picture(Table):
    id = AutoField()
    tenant = ForeignKeyField(Tenant, on_delete="CASCADE", index=False)
    digest = CharField(max_length=64)
    mime = CharField(max_length=64)
    width = IntegerField()
    height = IntegerField()
    data = LongBlob()
    created = BigIntegerField()

    class Meta:
        indexes = ((("tenant", "digest"), True),)


class OwnHost(Table):
    tenant = ForeignKeyField(Tenant, on_delete="CASCADE", primary_key=True)
    name = CharField(max_length=253, unique=True)
    created = BigIntegerField()


def up(_migrator: Any, db: Any) -> None:
    with db.bind_ctx([Tenant, BrandDraft, Picture, OwnHost]):
        db.create_tables([BrandDraft, Picture, OwnHost])
