"""Collecting usage from a mail server of many domains: wall time against what its calls take at least, and our own."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from bench import dashboard
from bench.dashboard import FIRST_SVC, LATENCY_MS, TENANT, Stage
from bench.serving import ROOT
from portal import store
from portal.collection import AT_ONCE
from portal.store import services
from portal.store.usage import UsageSample
from tests.world import ADMIN

# Of the first collection and of the next one: the sizes of the mailboxes are read once a week.
CALLS = {"first": 4, "again": 3}
MAILBOXES = 8  # of each domain; two have ActiveSync and one has MAPI


@dataclass(frozen=True)
class Run:
    """One run of `usage collect`, as a process of its own: seconds of wall and processor time, and its largest size.

    All but `megabytes` is without what the same process needs for a single service.
    """

    services: int
    calls: int  # for each
    wall: float
    own: float
    megabytes: float

    @property
    def ideal(self) -> float:
        """What the calls take at least, so many services at once with one call each at a time."""
        return self.services * self.calls * LATENCY_MS / 1000 / AT_ONCE

    @property
    def own_ms(self) -> float:
        """Processor time for a service."""
        return 1000 * self.own / self.services


def measure(folder: Path, count: int) -> dict[str, Run]:
    """The first collection from so many services, and the next one, which finds nothing new."""
    with dashboard.stage(folder, ()) as stage:
        stage.mail.latency(0)
        for number in range(count):
            stage.mail.domain(f"domain{number}.test", mailboxes=MAILBOXES, aliases=4, admin=ADMIN)
        _register(stage, count)
        stage.mail.latency(LATENCY_MS)
        alone = _collect(stage, "--service", f"{TENANT}-{FIRST_SVC}")
        runs = {}
        for kind, calls in CALLS.items():
            whole = _collect(stage, "--tenant", TENANT)
            runs[kind] = Run(count, calls, whole.wall - alone.wall, whole.own - alone.own, whole.megabytes)
        if UsageSample.select().count() < count:
            raise RuntimeError("not every service was read")
        store.release()
    return runs


def _register(stage: Stage, count: int) -> None:
    """As copies of a service that is registered: by WHMCS's calls it would take minutes."""
    like = stage.world.service().__data__
    rows = [
        {
            **like,
            "id": FIRST_SVC + number,
            "svc": FIRST_SVC + number,
            "name": f"domain{number}.test",
            "claim": f"domain{number}.test",
        }
        for number in range(count)
    ]
    for start in range(0, count, 500):
        services.Service.insert_many(rows[start : start + 500]).execute()
    store.release()


def _collect(stage: Stage, *which: str) -> Run:
    """Seconds and megabytes of the whole process."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "usage", "collect", *which],
        cwd=ROOT,
        env={**os.environ, **stage.environment},
        stdout=subprocess.DEVNULL,
    )
    _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - began
    if process.returncode:
        raise RuntimeError("usage collect failed")
    return Run(0, 0, wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
