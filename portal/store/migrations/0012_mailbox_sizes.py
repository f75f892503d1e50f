"""How large the mailboxes of each service were, week by week."""

from typing import Any

from peewee import AutoField, BooleanField, CharField, CompositeKey, ForeignKeyField, IntegerField, Model, TextField


class Table(Model):
    class Meta:
        legacy_table_names = False


class LongText(TextField):
    field_type = "LONGTEXT"


class Service(Table):
    id = AutoField()


class MailboxSizes(Table):
    service = ForeignKeyField(Service, index=False)
    day = IntegerField()
    domain = CharField(max_length=320)
    whole = BooleanField()
    sizes = LongText()

    class Meta:
        primary_key = CompositeKey("service", "day")


TABLES = [MailboxSizes]


def up(_migrator: Any, db: Any) -> None:
    with db.bind_ctx([Service, *TABLES]):
        db.create_tables(TABLES)
