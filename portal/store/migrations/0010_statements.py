"""What was offered for a window of a service, and the invoice that took it."""

from typing import Any

from peewee import AutoField, BigIntegerField, CharField, ForeignKeyField, Model, TextField


class Table(Model):
    class Meta:
        legacy_table_names = False


class LongText(TextField):
    field_type = "LONGTEXT"


class Service(Table):
    id = AutoField()


class Statement(Table):
    id = AutoField()
    service = ForeignKeyField(Service, on_delete="CASCADE", index=False)
    since = BigIntegerField()
    until = BigIntegerField()
    stale = CharField(max_length=32)
    lines = LongText()
    basis = LongText()
    created = BigIntegerField()
    state = CharField(max_length=16)
    invoice = BigIntegerField(null=True, index=True)
    amounts = LongText(null=True)
    settled_at = BigIntegerField(null=True)
    released_at = BigIntegerField(null=True)

    class Meta:
        indexes = ((("service", "state", "since"), False),)


TABLES = [Statement]


def up(_migrator: Any, db: Any) -> None:
    with db.bind_ctx([Service, *TABLES]):
        db.create_tables(TABLES)
