"""What of a mail server's interface is told with its entry, because no document tells it."""

from typing import Any

from peewee import TextField


def up(migrator: Any, db: Any) -> None:
    columns = {column.name: column for column in db.get_columns("mail_server")}
    if "options" not in columns:
        migrator.migrate(migrator.add_column("mail_server", "options", TextField(default="{}")))
    elif columns["options"].null:
        # It stopped half way, where MariaDB keeps what was done.
        db.execute_sql("UPDATE mail_server SET options = '{}' WHERE options IS NULL")
        migrator.migrate(migrator.add_not_null("mail_server", "options"))
