"""Collects usage again and again in a process of its own, which tests kill; or once, after which it says so.

For each line of its input it starts one: "for ever", "once", or the number of the statement to the database before
which it kills itself. All are children of a process that has loaded everything and opened nothing.
"""

import itertools
import os
import signal
import sys
from typing import Any

from portal import collection, config, store
from portal.connections import Connections
from portal.store import services


def collect(what: str) -> None:
    settings = config.from_env()
    store.use(settings["DATABASE_URL"], settings["PORTAL_ENCRYPTION_KEYS"])
    if what.isdigit():
        die_before(int(what))
    connections = Connections(settings)
    while True:
        list(collection.now_of(connections, list(services.collectable())))
        if what != "for ever":
            break
    connections.close()
    store.close()


def die_before(last: int) -> None:
    database = store.database.obj
    execute, count = database.execute_sql, itertools.count(1)

    def execute_or_die(*query: Any, **options: Any) -> Any:
        if next(count) == last:
            os.kill(os.getpid(), signal.SIGKILL)
        return execute(*query, **options)

    database.execute_sql = execute_or_die


def main() -> None:
    for line in sys.stdin:
        child = os.fork()
        if not child:
            collect(line.strip())
            os._exit(0)
        print(child, flush=True)
        print(os.waitpid(child, 0)[1], flush=True)


if __name__ == "__main__":
    main()
