"""The worker: what the portal does by itself, at its times. A queue only wakes it; how far all is, the store knows."""

import logging
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import wraps
from pathlib import Path
from typing import Any

from huey import Huey, RedisHuey, SqliteHuey, crontab
from huey.consumer import Consumer
from huey.serializer import SignedSerializer
from playhouse import db_url
from redis import RedisError
from structlog.contextvars import bound_contextvars

from portal import collection, jobs
from portal.config import DEFAULT_DATABASE
from portal.connections import Connections
from portal.dns.lookup import Lookup
from portal.metrics import JOBS
from portal.store import Unavailable, collecting, dns_answers, job_runs, release, statements
from portal.store.services import Service

NAME = "portal"
THREADS = 4

log = logging.getLogger(__name__)


def queue(config: Mapping[str, Any]) -> Huey:
    """The queue: in Redis, or in a file beside the database's; where that is no file, where it would be."""
    options: dict[str, Any] = {
        # Nobody waits for results.
        "results": False,
        # What stands in a queue is unpickled: nobody else is to put anything there.
        "serializer": SignedSerializer(secret=config["PORTAL_SECRET_KEYS"][-1], salt="worker"),
    }
    if config["REDIS_URL"]:
        return RedisHuey(NAME, url=config["REDIS_URL"], **options)
    url = config["DATABASE_URL"]
    database = db_url.parse(url if url.startswith("sqlite:") else DEFAULT_DATABASE)["database"]
    Path(database).parent.mkdir(parents=True, exist_ok=True)
    return SqliteHuey(NAME, filename=f"{database}-queue", **options)


def waiting(config: Mapping[str, Any]) -> int | None:
    """How many jobs wait in the queue; None when it cannot be asked."""
    try:
        huey = queue(config)
        try:
            return int(huey.pending_count())
        finally:
            huey.storage.close()
    except (OSError, RedisError, sqlite3.Error):
        return None


def consumer(huey: Huey, connections: Connections, lookup: Lookup, *, schedule: bool) -> Consumer:
    """What runs the jobs until INT or TERM, and then ends what it has begun. One of several has the schedule."""
    made = huey.create_consumer(workers=THREADS, periodic=schedule)
    # The library lets one of the two end what runs, and the other one cut it off.
    made._signal_actions[signal.SIGTERM] = made._signal_actions[signal.SIGINT]

    def collect() -> None:
        for found in collection.due(connections, stopping=made.stop_flag):
            said = "; ".join(found.failures) or "read"
            log.info("usage of %s: %s", found.service.name, said, extra=_whose(found.service))

    def watch() -> None:
        for seen in jobs.watch(connections, lookup, verdicts=jobs.verdicts_of(lookup), stopping=made.stop_flag):
            log.debug("%s of %s: %s", seen.record, seen.service.name, seen.verdict, extra=_whose(seen.service))

    def clean() -> None:
        statements.forget_old()
        dns_answers.clean()

    often, at_night = crontab(minute="*/10"), crontab(minute="20", hour="3")
    wake = huey.periodic_task(often, name="usage")(_one_at_a_time(_noted(collect)))
    huey.periodic_task(often, name="dns")(_one_at_a_time(_noted(watch)))
    huey.periodic_task(at_night, name="clean")(_one_at_a_time(_noted(clean)))
    if schedule:
        # What an earlier worker had begun when it was killed. That somebody else is reading it still does no harm.
        collecting.free()
        wake()
    return made


def _whose(service: Service) -> dict[str, Any]:
    """As in the lines of requests."""
    return {"tenant": service.tenant.slug, "svc": service.svc}


def _one_at_a_time(job: Callable[[], None]) -> Callable[[], None]:
    """Leave a job out while it still runs from the time before; a database that is down ends it until the next time."""
    running = threading.Lock()
    kind = job.__name__

    @wraps(job)
    def guarded() -> None:
        if not running.acquire(blocking=False):
            JOBS.labels(kind, "still-running").observe(0)
            return
        began, result = time.perf_counter(), "failed"
        try:
            with bound_contextvars(job=kind):
                job()
            result = "done"
        except Unavailable as error:
            result = "store-down"
            log.warning("%s: the database: %s", kind, type(error).__name__)
        finally:
            running.release()
            release()
            seconds = time.perf_counter() - began
            JOBS.labels(kind, result).observe(seconds)
            log.info("job", extra={"job": kind, "result": result, "seconds": round(seconds, 1)})

    return guarded


def _noted(job: Callable[[], None]) -> Callable[[], None]:
    """Write down that it runs and how it ended, for people to see."""

    @wraps(job)
    def noted() -> None:
        job_runs.begin(job.__name__)
        result = "failed"
        try:
            job()
            result = "done"
        finally:
            with suppress(*Unavailable):
                job_runs.end(job.__name__, result)

    return noted
