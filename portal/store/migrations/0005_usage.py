"""What each service used on each day, when its protocols were switched, and how far the reading of all that is."""

from typing import Any

from peewee import (
    BigIntegerField,
    BooleanField,
    CharField,
    CompositeKey,
    ForeignKeyField,
    IntegerField,
    Model,
)


class Table(Model):
    class Meta:
        legacy_table_names = False


class Service(Table):
    id = IntegerField(primary_key=True)


class UsageSample(Table):
    service = ForeignKeyField(Service, index=False)
    day = IntegerField()
    read_at = BigIntegerField()
    disk = BigIntegerField()
    mailboxes = IntegerField()
    aliases = IntegerField()
    eas = IntegerField(null=True)
    mapi = IntegerField(null=True)
    disk_limit = BigIntegerField(null=True)

    class Meta:
        primary_key = CompositeKey("service", "day")


class ProtocolEvent(Table):
    service = ForeignKeyField(Service, index=False)
    number = IntegerField()
    address = CharField(max_length=320)
    protocol = CharField(max_length=8)
    on = BooleanField()
    at = BigIntegerField()
    seen_at = BigIntegerField()
    source = CharField(max_length=16)

    class Meta:
        primary_key = CompositeKey("service", "number")
        indexes = ((("service", "at"), False),)


class ProtocolState(Table):
    service = ForeignKeyField(Service, index=False)
    address = CharField(max_length=320)
    protocol = CharField(max_length=8)
    on = BooleanField()
    at = BigIntegerField()
    source = CharField(max_length=16)
    number = IntegerField()

    class Meta:
        primary_key = CompositeKey("service", "address", "protocol")


class UsageCollection(Table):
    service = ForeignKeyField(Service, primary_key=True)
    due = BigIntegerField(index=True)
    started = BigIntegerField(null=True)
    finished = BigIntegerField(null=True)
    attempts = IntegerField()
    error = CharField(max_length=1000)


TABLES = [UsageSample, ProtocolEvent, ProtocolState, UsageCollection]


def up(_migrator: Any, db: Any) -> None:
    with db.bind_ctx([Service, *TABLES]):
        db.create_tables(TABLES)
