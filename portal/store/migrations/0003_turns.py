"""Whose turn it is to change a service's domain."""

from typing import Any

from peewee import AutoField, BigIntegerField, CharField, ForeignKeyField, Model


class Table(Model):
    class Meta:
        legacy_table_names = False


class Service(Table):
    id = AutoField()


class Turn(Table):
    service = ForeignKeyField(Service, on_delete="CASCADE", primary_key=True)
    holder = CharField(max_length=32)
    until = BigIntegerField()


TABLES = [Turn]


def up(_migrator: Any, db: Any) -> None:
    with db.bind_ctx([Service, *TABLES]):
        db.create_tables(TABLES)
