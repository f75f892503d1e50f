"""Which database, what each kind needs to behave like the others, and the lock that makes a limit hold."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from peewee import Database, DatabaseProxy, InterfaceError, InternalError, Model, OperationalError
from playhouse import db_url
from playhouse.pool import (
    MaxConnectionsExceeded,
    PooledMySQLDatabase,
    PooledPostgresqlDatabase,
    PooledSqliteDatabase,
)

from portal.store import secrets

database = DatabaseProxy()

# The database is down, locked, or has no connection left: nothing can be said about what it holds.
Unavailable = (OperationalError, InterfaceError, InternalError, MaxConnectionsExceeded)

# `timeout` is the wait for a free connection of the pool.
POOL: dict[str, Any] = {"max_connections": 32, "stale_timeout": 300, "timeout": 10}
# On MariaDB a TEXT or BLOB ends at 64 kB; where it has no end, there is nothing longer.
LONG = {"LONGTEXT": "TEXT", "LONGBLOB": "BLOB"}
SQLITE = {
    "field_types": LONG,
    "pragmas": [("busy_timeout", 10_000), ("journal_mode", "wal"), ("foreign_keys", 1)],
    # A transaction that begins by reading fails at once when it then writes while another one does.
    "lock_type": "IMMEDIATE",
    "check_same_thread": False,
}
POSTGRESQL = {"field_types": LONG | {"LONGBLOB": "BYTEA"}, "prefer_psycopg3": True, "connect_timeout": 5}
MARIADB = {
    "mariadb": True,
    "charset": "utf8mb4",
    # Refuse what does not fit, as PostgreSQL does, instead of cutting it off.
    "sql_mode": "STRICT_ALL_TABLES",
    # FOUND_ROWS: count the rows an UPDATE found, as the others do, not those whose values differ.
    "client_flag": 2,
    "connect_timeout": 5,
}
KINDS: dict[str, tuple[Callable[..., Database], dict[str, Any]]] = {
    "sqlite": (PooledSqliteDatabase, SQLITE),
    "postgresql": (PooledPostgresqlDatabase, POSTGRESQL),
    "postgres": (PooledPostgresqlDatabase, POSTGRESQL),
    "mariadb": (PooledMySQLDatabase, MARIADB),
    "mysql": (PooledMySQLDatabase, MARIADB),
}


class BadDatabaseUrl(ValueError):
    """The database's URL cannot be used. The text does not hold it: there may be a password in it."""


def use(url: str, encryption_keys: Sequence[str]) -> None:
    """Use this database, with secrets encrypted by these keys (oldest first). Nothing is opened yet."""
    secrets.use(encryption_keys)
    connect(url)


def release() -> None:
    """Give this thread's connection back to the pool: at the end of each request, job and pool thread."""
    if not database.is_closed():
        database.close()


def close() -> None:
    """Close every connection of this process."""
    release()
    database.close_all()


def connect(url: str) -> Database:
    """Make `url` the store's database: `sqlite:///path`, `postgresql://…` or `mariadb://…` (`mysql://` is the same).

    Nothing is opened yet. What stands in the URL's query wins over what is added here. Raise BadDatabaseUrl.
    """
    scheme = url.partition(":")[0].lower()
    if scheme not in KINDS:
        raise BadDatabaseUrl("DATABASE_URL has to begin with sqlite:, postgresql: or mariadb:")
    try:
        given = db_url.parse(url, unquote_password=True, unquote_user=True)
    except ValueError:
        raise BadDatabaseUrl("DATABASE_URL cannot be read: write special characters as %40 and so on") from None
    if not given.get("database"):
        raise BadDatabaseUrl("DATABASE_URL names no database")
    if scheme == "sqlite":
        Path(given["database"]).parent.mkdir(parents=True, exist_ok=True)
    kind, needed = KINDS[scheme]
    found = kind(**POOL | needed | given)
    database.initialize(found)
    return found


@contextmanager
def exclusive(*rows: Model) -> Iterator[None]:
    """A transaction in which `rows` are locked first, so that "count, compare, insert" below it cannot be overtaken.

    It must be the outermost transaction: MariaDB fixes what a transaction sees at its first read, and a lock taken
    after that would guard counts of the past. Whoever locks several has them in one order. Raise the row's DoesNotExist
    when it is gone.
    """
    if database.in_transaction():
        raise RuntimeError("exclusive() has to open the transaction itself")
    with database.atomic():
        for row in rows:
            key: Any = row._meta.primary_key
            query = type(row).select(key).where(key == getattr(row, key.name))
            # SQLite has no row locks: there the transaction itself is the lock.
            (query.for_update() if database.for_update else query).get()
        yield
