"""Copies of an SQLite database. PostgreSQL and MariaDB have programs of their own for that."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from peewee import SqliteDatabase

from portal.store.connection import database
from portal.store.sessions import Session


class NoBackup(Exception):
    """It cannot be made, or brought back. The text is a sentence for whoever gave the command."""


def save(target: Path) -> None:
    """Write the database, as it is at one moment, to a new file. Others go on working. Raise NoBackup."""
    try:
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError as error:
        raise NoBackup(f"{target} cannot be made: {error.strerror}") from None
    with closing(sqlite3.connect(target)) as copy:
        _sqlite().backup(copy)


def restore(source: Path) -> None:
    """Put what that file holds in the place of the whole database, and end all sessions. Raise NoBackup.

    A session that was ended since the backup was made would otherwise live again.
    """
    try:
        with closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as copy:
            [(health,)] = copy.execute("PRAGMA integrity_check(1)").fetchall()
            known = copy.execute("SELECT 1 FROM sqlite_master WHERE name = 'schema_migration'").fetchall()
            if health != "ok" or not known:
                raise NoBackup(f"{source} is no whole backup of the portal")
            copy.backup(_sqlite())
    except sqlite3.DatabaseError as error:
        raise NoBackup(f"{source} cannot be read: {error}") from None
    Session.delete().execute()


def _sqlite() -> sqlite3.Connection:
    if not isinstance(database.obj, SqliteDatabase):
        raise NoBackup("only SQLite is copied by this command: use pg_dump or mariadb-dump (docs/operations.md)")
    connection: sqlite3.Connection = database.connection()
    return connection
