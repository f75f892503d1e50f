import sqlite3
import time
from contextlib import closing

import pytest

from portal.store import turns


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_turn_that_cannot_be_given_back_breaks_nothing_and_ends_by_itself(store, alices):
    done = False
    with closing(sqlite3.connect(store.database, isolation_level=None)) as somebody_else:
        store.pragma("busy_timeout", 50)
        with turns.taken(alices, lasts=1):
            done = True
            somebody_else.execute("BEGIN IMMEDIATE")
        somebody_else.execute("ROLLBACK")
    store.pragma("busy_timeout", 10_000)
    time.sleep(1.1)

    with turns.taken(alices, patience=1):
        assert done
