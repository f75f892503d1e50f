"""What DNS said."""

from typing import Any

from peewee import BigIntegerField, CharField, Model, TextField


class Table(Model):
    class Meta:
        legacy_table_names = False


class DnsAnswer(Table):
    key_hash = CharField(max_length=64, primary_key=True)
    text = TextField()
    at = BigIntegerField()
    expires = BigIntegerField(index=True)


TABLES = [DnsAnswer]


def up(_migrator: Any, db: Any) -> None:
    with db.bind_ctx(TABLES):
        db.create_tables(TABLES)
