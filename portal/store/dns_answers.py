"""What DNS said, for all processes. It can be asked again: so nothing here is an error, and little is kept."""

import hashlib
import logging
import math
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from typing import Any

from peewee import BigIntegerField, CharField, MySQLDatabase, PeeweeException, TextField

from portal.store.base import Table, now
from portal.store.connection import Unavailable, database, release

MOST = 20_000
LARGEST = 16_384  # characters
CLEANED_EVERY = 60  # seconds, in each process

log = logging.getLogger(__name__)
_cleaning = Lock()
_cleaned_at = -math.inf


class DnsAnswer(Table):
    """A text said `at` that time, by the SHA-256 of its key: names in DNS can hold what databases cannot."""

    key_hash = CharField(max_length=64, primary_key=True)
    text = TextField()
    at = BigIntegerField()
    expires = BigIntegerField(index=True)


def recall(keys: Collection[str]) -> dict[str, str]:
    """The texts that are kept, of these keys."""
    by_hash = {_hash(key): key for key in keys}
    found: dict[str, str] = {}
    with _whatever_happens():
        rows = DnsAnswer.select().where(DnsAnswer.key_hash.in_(list(by_hash)) & (DnsAnswer.expires > now()))
        found = {by_hash[row.key_hash]: row.text for row in rows}
    return found


def keep(texts: Mapping[str, tuple[str, float, float]]) -> None:
    """Keep each text, said at the first time (unix seconds) and good until the second, unless a newer one is there."""
    rows: dict[str, dict[str, Any]] = {
        _hash(key): {"key_hash": _hash(key), "text": text, "at": int(at), "expires": math.ceil(expires)}
        for key, (text, at, expires) in texts.items()
        if len(text) <= LARGEST
    }
    with _whatever_happens():
        there = DnsAnswer.select(DnsAnswer.key_hash, DnsAnswer.at).where(DnsAnswer.key_hash.in_(list(rows)))
        newer = {row.key_hash for row in there if row.at > rows[row.key_hash]["at"]}
        # In one order, so that two who keep the same do not wait for each other.
        wanted = [rows[key_hash] for key_hash in sorted(rows.keys() - newer)]
        if wanted:
            target = {} if isinstance(database.obj, MySQLDatabase) else {"conflict_target": [DnsAnswer.key_hash]}
            fields = [DnsAnswer.text, DnsAnswer.at, DnsAnswer.expires]
            DnsAnswer.insert_many(wanted).on_conflict(preserve=fields, **target).execute()
        if _has_to_be_cleaned():
            clean()


def clean(most: int = MOST) -> None:
    """Remove what is good no more and, of more than `most`, what will be so first."""
    DnsAnswer.delete().where(DnsAnswer.expires <= now()).execute()
    surplus = DnsAnswer.select(DnsAnswer.expires).order_by(DnsAnswer.expires.desc()).offset(most).limit(1).first()
    if surplus is not None:
        DnsAnswer.delete().where(DnsAnswer.expires <= surplus.expires).execute()


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode(errors="backslashreplace")).hexdigest()


def _has_to_be_cleaned() -> bool:
    global _cleaned_at
    with _cleaning:
        due = time.monotonic() - _cleaned_at >= CLEANED_EVERY
        if due:
            _cleaned_at = time.monotonic()
        return due


@contextmanager
def _whatever_happens() -> Iterator[None]:
    """Go on without the database when it does not work. A thread that had no connection before has none afterwards."""
    had_one = not database.is_closed()
    try:
        yield
    except (PeeweeException, *Unavailable) as error:
        log.warning("DNS answers are not shared: %s", type(error).__name__)
    finally:
        if not had_one:
            release()
