"""How many domains and mailboxes a tenant may have on a mail server that is lent to it."""

from typing import Any

from peewee import IntegerField


def up(migrator: Any, db: Any) -> None:
    for name in ("domains", "mailboxes"):
        columns = {column.name: column for column in db.get_columns("loan")}
        if name not in columns:
            migrator.migrate(migrator.add_column("loan", name, IntegerField(default=0)))
        elif columns[name].null:
            # It stopped half way, where MariaDB keeps what was done.
            db.execute_sql(f"UPDATE loan SET {name} = 0 WHERE {name} IS NULL")
            migrator.migrate(migrator.add_not_null("loan", name))
