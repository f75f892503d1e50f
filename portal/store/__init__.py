"""The store: peewee tables and their queries, one module per noun."""

from portal.store.base import AlreadyExists
from portal.store.connection import BadDatabaseUrl, Unavailable, close, connect, database, exclusive, release, use

__all__ = [
    "AlreadyExists",
    "BadDatabaseUrl",
    "Unavailable",
    "close",
    "connect",
    "database",
    "exclusive",
    "release",
    "use",
]
