"""When the worker last did what."""

from typing import Any

from peewee import BigIntegerField, CharField, Model


class JobRun(Model):
    name = CharField(max_length=32, primary_key=True)
    started = BigIntegerField()
    ended = BigIntegerField(null=True)
    result = CharField(max_length=64)

    class Meta:
        legacy_table_names = False


def up(_migrator: Any, db: Any) -> None:
    with db.bind_ctx([JobRun]):
        db.create_tables([JobRun])
