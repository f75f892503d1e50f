"""Room for what a change of thousands of addresses has to tell."""

from typing import Any

from peewee import MySQLDatabase


def up(_migrator: Any, db: Any) -> None:
    if isinstance(db, MySQLDatabase):
        # TEXT ends at 64 kB there; elsewhere it has no end.
        db.execute_sql("ALTER TABLE `history` MODIFY `detail` LONGTEXT NOT NULL")  # type: ignore[no-untyped-call]
