"""When a tenant's WHMCS was last heard of."""

from typing import Any

from peewee import AutoField, BigIntegerField, CharField, CompositeKey, ForeignKeyField, Model


class Table(Model):
    class Meta:
        legacy_table_names = False


class Tenant(Table):
    id = AutoField()


class Contact(Table):
    tenant = ForeignKeyField(Tenant, on_delete="CASCADE", index=False)
    kind = CharField(max_length=16)
    at = BigIntegerField()
    module = CharField(max_length=64)

    class Meta:
        primary_key = CompositeKey("tenant", "kind")


def up(_migrator: Any, db: Any) -> None:
    with db.bind_ctx([Tenant, Contact]):
        db.create_tables([Contact])
