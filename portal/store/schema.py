"""Brings the database's tables to what this version needs."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from peewee import MySQLDatabase, OperationalError, PostgresqlDatabase
from playhouse.migrations import Runner

from portal.store.connection import database

MIGRATIONS = Path(__file__).parent / "migrations"
ADVISORY_LOCK = 0x6D61696C706F7263
NAMED_LOCK = "portal-upgrade"
LOCK_WAIT = 60


def upgrade() -> list[str]:
    """Apply the migrations that are missing and answer their names. Two at once wait for each other."""
    with _alone():
        return list(Runner(database.obj, str(MIGRATIONS)).up())


def missing() -> list[str]:
    """The migrations that `upgrade` would apply."""
    return [step.name for step in Runner(database.obj, str(MIGRATIONS)).status() if step.applied is None]


@contextmanager
def _alone() -> Iterator[None]:
    """Keep other upgrades out, because peewee's runner does not."""
    if isinstance(database.obj, PostgresqlDatabase):
        database.execute_sql("SELECT pg_advisory_lock(%s)", (ADVISORY_LOCK,))
        try:
            yield
        finally:
            database.execute_sql("SELECT pg_advisory_unlock(%s)", (ADVISORY_LOCK,))
    elif isinstance(database.obj, MySQLDatabase):
        # Named locks are the whole server's, not the database's.
        lock = database.execute_sql("SELECT SHA1(CONCAT(%s, DATABASE()))", (NAMED_LOCK,)).fetchone()
        if database.execute_sql("SELECT GET_LOCK(%s, %s)", (*lock, LOCK_WAIT)).fetchone() != (1,):
            raise OperationalError("another upgrade is running")
        try:
            _prepare_mariadb()
            yield
        finally:
            database.execute_sql("SELECT RELEASE_LOCK(%s)", lock)
    else:
        # SQLite rebuilds a table to change it. With foreign keys on, dropping the old one empties those that refer
        # to it; and they cannot be switched off any more once the transaction has begun.
        database.pragma("foreign_keys", 0)
        try:
            with database.atomic():
                yield
        finally:
            database.pragma("foreign_keys", 1)


def _prepare_mariadb() -> None:
    # The usual collations take `AbC` and `aBc`, `é` and `e`, and names with spaces behind them for the same.
    database.execute_sql("ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin")
    # A failed migration leaves its finished part behind there. MariaDB, unlike MySQL, can create what is missing.
    database.obj.safe_create_index = True
