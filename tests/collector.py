"""Collects usage again and again in a process of its own, which tests kill; or once, after which it says so.

For each line of its input it starts one. All are children of a process that has loaded everything and opened nothing.
"""

import os
import sys

from portal import collection, config, store
from portal.connections import Connections
from portal.store import services


def collect(for_ever: bool) -> None:
    settings = config.from_env()
    store.use(settings["DATABASE_URL"], settings["PORTAL_ENCRYPTION_KEYS"])
    connections = Connections(settings)
    while True:
        list(collection.now_of(connections, list(services.collectable())))
        if not for_ever:
            break
    connections.close()
    store.close()


def main() -> None:
    for line in sys.stdin:
        child = os.fork()
        if not child:
            collect(line.strip() == "for ever")
            os._exit(0)
        print(child, flush=True)
        print(os.waitpid(child, 0)[1], flush=True)


if __name__ == "__main__":
    main()
