"""What all tables share: the database, the kinds of column that peewee does not have, and the clock."""

import json
import time
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from peewee import BlobField, Field, Model

from portal.store import secrets
from portal.store.connection import database

Value = TypeVar("Value")

if TYPE_CHECKING:

    class _Field(Field[Value]):
        """peewee's field is generic in its stubs alone."""
else:

    class _Field(Field, Generic[Value]):
        """peewee's field is generic in its stubs alone."""


class AlreadyExists(Exception):
    """There is one of that name. The text is a sentence for whoever gave the command."""


class Table(Model):
    """A table of the portal. Times are whole seconds since 1970 (UTC) on every database."""

    class Meta:
        database = database
        legacy_table_names = False


class JsonField(_Field[Value]):
    """JSON kept as text, because PostgreSQL's own type loses the order of keys."""

    field_type = "TEXT"

    def db_value(self, value: Any) -> str | None:
        return None if value is None else json.dumps(value)

    def python_value(self, value: str | None) -> Any:
        return None if value is None else json.loads(value)


class LongJsonField(JsonField[Value]):
    """The same for what may be longer than 64 kB: there can be thousands of addresses in it."""

    field_type = "LONGTEXT"


class LongBlobField(BlobField):
    """Bytes of any length."""

    field_type = "LONGBLOB"


class EncryptedField(_Field[str]):
    """Text that only holders of PORTAL_ENCRYPTION_KEYS can read; a dump of the database holds none of it."""

    field_type = "TEXT"

    def db_value(self, value: str | None) -> str | None:
        return None if value is None else secrets.encrypt(value)

    def python_value(self, value: str | None) -> str | None:
        return None if value is None else secrets.decrypt(value)


def now() -> int:
    """The time as the store keeps it."""
    return int(time.time())
