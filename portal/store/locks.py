"""Locks for what concerns the whole portal, whichever tenant or service asks."""

from collections.abc import Iterator
from contextlib import contextmanager

from peewee import CharField

from portal.store.base import Table
from portal.store.connection import exclusive

DOMAIN_NAMES = "domain-names"


class Lock(Table):
    """A row that nothing refers to, so that whoever holds it is in nobody else's way."""

    name = CharField(max_length=32, primary_key=True)


@contextmanager
def domain_names() -> Iterator[None]:
    """A transaction in which nobody else gives a domain to anybody, as a service's own or as a domain alias."""
    lock = Lock(name=DOMAIN_NAMES)
    if not Lock.select().where(Lock.name == lock.name).exists():
        Lock.insert(name=lock.name).on_conflict_ignore().execute()
    with exclusive(lock):
        yield
