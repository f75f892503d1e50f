"""What of a mail server's interface is told with its entry, because no document tells it."""

from typing import Any

from peewee import TextField


def up(migrator: Any, db: Any) -> None:
    if "options" not in {column.name for column in db.get_columns("mail_server")}:
        migrator.migrate(migrator.add_column("mail_server", "options", TextField(default="{}")))
