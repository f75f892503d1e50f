"""Room in the history for what is about no service: keys, origins, mail servers."""

from typing import Any

from peewee import (
    AutoField,
    BigIntegerField,
    CharField,
    ForeignKeyField,
    Model,
    MySQLDatabase,
    SqliteDatabase,
    TextField,
)


class Table(Model):
    class Meta:
        legacy_table_names = False


class LongText(TextField):
    field_type = "LONGTEXT"


class Tenant(Table):
    id = AutoField()


class Service(Table):
    id = AutoField()


class Session(Table):
    id = AutoField()


class History(Table):
    id = AutoField()
    tenant = ForeignKeyField(Tenant)
    service = ForeignKeyField(Service, index=False, null=True)
    session = ForeignKeyField(Session, on_delete="SET NULL", null=True)
    at = BigIntegerField()
    actor_role = CharField(max_length=16)
    actor_id = CharField(max_length=64)
    actor_name = CharField()
    admin_id = CharField(max_length=64)
    admin_name = CharField()
    action = CharField(max_length=64)
    subject = CharField(max_length=320)
    result = CharField(max_length=16)
    detail = LongText()

    class Meta:
        indexes = ((("service", "id"), False),)


class NewHistory(History):
    class Meta:
        table_name = "history_new"
        indexes = ()


def up(_migrator: Any, db: Any) -> None:
    if isinstance(db, SqliteDatabase):
        _copy(db)
    elif isinstance(db, MySQLDatabase):
        db.execute_sql("ALTER TABLE `history` MODIFY `service_id` INTEGER NULL")  # type: ignore[no-untyped-call]
    else:
        db.execute_sql('ALTER TABLE "history" ALTER COLUMN "service_id" DROP NOT NULL')


def _copy(db: Any) -> None:
    """SQLite changes no column: the table is made anew."""
    new: Any = NewHistory
    old: Any = History
    with db.bind_ctx([Tenant, Service, Session, old, new]):
        new._schema.create_table()
        db.execute_sql('INSERT INTO "history_new" SELECT * FROM "history"')
        db.execute_sql('DROP TABLE "history"')
        # In this order: what refers to a table follows it when it is given another name.
        db.execute_sql('ALTER TABLE "history_new" RENAME TO "history"')
        old._schema.create_indexes()
