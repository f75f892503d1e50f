"""What is counted, for /metrics: by this process, or in files that all processes share (PROMETHEUS_MULTIPROC_DIR)."""

import fcntl
import itertools
import os
from pathlib import Path
from typing import IO

from prometheus_client import CollectorRegistry, Counter, Histogram, Summary, generate_latest, multiprocess, values

SHARED = os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_places: dict[int, tuple[int, IO[str]]] = {}


def _place() -> int:
    """This process's number among those that run: the lowest that is free.

    By process ids, which is the library's way, each process that ends would leave its files behind; so the next one
    goes on counting in them.
    """
    pid = os.getpid()
    if pid not in _places:
        # After a fork those of the parent.
        _places.clear()
        for number in itertools.count():
            lock = (Path(SHARED) / f"{number}.lock").open("w")
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.close()
                continue
            _places[pid] = number, lock
            break
    return _places[pid][0]


if SHARED:
    Path(SHARED).mkdir(parents=True, exist_ok=True)
    values.ValueClass = values.MultiProcessValue(_place)  # type: ignore[no-untyped-call]


REQUESTS = Histogram(
    "portal_request_seconds",
    "Requests that were answered; `route` as it is written in the code, empty where there is none.",
    ["method", "route", "status"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
# `result`: ok, refused, unauthorized (the token had ended, or the sign-in was not accepted), no-route (this build lacks
# the call, or the object is missing), unreachable.
MAIL_CALLS = Summary("portal_mail_call_seconds", "Calls to mail servers.", ["operation", "result"])
# `result`: found, absent, timeout, servfail, refused, failed.
DNS_QUESTIONS = Counter("portal_dns_questions", "Questions sent to DNS; not those answered from memory.", ["result"])
# `result`: done, failed, store-down, still-running (left out, because it still ran from the time before).
JOBS = Summary("portal_job_seconds", "What the worker did by itself.", ["kind", "result"])


def exposition() -> bytes:
    """All of it in Prometheus's text format."""
    if not SHARED:
        return generate_latest()
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry, SHARED)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
