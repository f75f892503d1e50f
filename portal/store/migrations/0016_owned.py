"""Which aliases and distribution lists of a shared domain are whose."""

from typing import Any

from peewee import AutoField, BigIntegerField, CharField, ForeignKeyField, Model, TextField


class Table(Model):
    class Meta:
        legacy_table_names = False


class Service(Table):
    id = AutoField()


class MailServer(Table):
    id = AutoField()


class LongTextField(TextField):
    field_type = "LONGTEXT"


class Owned(Table):
    id = AutoField()
    service = ForeignKeyField(Service, on_delete="CASCADE")
    server = ForeignKeyField(MailServer, index=False)
    kind = CharField(max_length=8)
    address = CharField(max_length=320)
    state = CharField(max_length=8)
    destinations = LongTextField()
    created = BigIntegerField()
    changed = BigIntegerField()

    class Meta:
        indexes = ((("server", "address"), True),)


def up(_migrator: Any, db: Any) -> None:
    with db.bind_ctx([Service, MailServer, Owned]):
        db.create_tables([Owned])
