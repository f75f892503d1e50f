"""Domain aliases, and the lock under which domains are given to services."""

from typing import Any

from peewee import AutoField, BigIntegerField, CharField, ForeignKeyField, Model


class Table(Model):
    class Meta:
        legacy_table_names = False


class Service(Table):
    id = AutoField()


class DomainAlias(Table):
    id = AutoField()
    service = ForeignKeyField(Service, on_delete="CASCADE")
    name = CharField(max_length=253, unique=True)
    created = BigIntegerField()


class Lock(Table):
    name = CharField(max_length=32, primary_key=True)


TABLES = [DomainAlias, Lock]


def up(_migrator: Any, db: Any) -> None:
    with db.bind_ctx([Service, *TABLES]):
        db.create_tables(TABLES)
