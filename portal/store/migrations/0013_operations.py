"""The calls of a service's life cycle, with their steps."""

from typing import Any

from peewee import AutoField, BigIntegerField, CharField, ForeignKeyField, IntegerField, Model, TextField


class Table(Model):
    class Meta:
        legacy_table_names = False


class LongText(TextField):
    field_type = "LONGTEXT"


class Service(Table):
    id = AutoField()


class History(Table):
    id = AutoField()


class Operation(Table):
    id = AutoField()
    service = ForeignKeyField(Service, on_delete="CASCADE", index=False)
    history = ForeignKeyField(History, on_delete="SET NULL", null=True)
    kind = CharField(max_length=16)
    state = CharField(max_length=16, index=True)
    started = BigIntegerField()
    changed = BigIntegerField()
    attempts = IntegerField()
    request_id = CharField(max_length=64)
    actor = CharField()
    wanted = TextField()
    steps = LongText()
    error = CharField(max_length=1000)

    class Meta:
        indexes = ((("service", "id"), False),)


TABLES = [Operation]


def up(_migrator: Any, db: Any) -> None:
    with db.bind_ctx([Service, History, *TABLES]):
        db.create_tables(TABLES)
