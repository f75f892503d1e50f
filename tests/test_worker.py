"""The worker: does by itself what is due, ends cleanly when interrupted, and loses nothing when killed."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import redis
from cryptography.fernet import Fernet
from huey.exceptions import HueyException

from portal import config, store, worker
from portal.dns.lookup import Lookup
from portal.sandbox.control import Running
from portal.sandbox.dns.server import Dns
from portal.store import job_runs
from portal.store.collecting import UsageCollection
from portal.store.statements import KEPT, Statement
from portal.store.usage import UsageSample
from tests import services as programs
from tests.world import World

ROOT = Path(__file__).parent.parent
PATIENCE = 30  # seconds


@pytest.fixture(scope="module")
def dns() -> Iterator[Dns]:
    with Dns() as running:
        yield running


@pytest.fixture
def environment(tmp_path: Path, dns: Dns) -> dict[str, str]:
    return {
        "PORTAL_SECRET_KEYS": "s" * 43,
        "PORTAL_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "PORTAL_BASE_URL": "https://portal.test",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'portal.db'}",
        "REDIS_URL": "",
        "PORTAL_DNS_RESOLVERS": dns.address,
    }


@pytest.fixture
def settings(environment: dict[str, str]) -> dict[str, Any]:
    return config.from_env(environment)


@contextmanager
def started(environment: Mapping[str, str], *options: str) -> Iterator["subprocess.Popen[str]"]:
    """`flask worker` as a process of its own; killed if it is still there at the end."""
    with subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "worker", *options],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, "it did not come about in time"
        store.release()
        time.sleep(0.05)
    store.release()


def read_services() -> int:
    return int(UsageSample.select().count())


def test_it_collects_what_is_due_as_soon_as_it_has_started(world: World, environment: dict[str, str]) -> None:
    with started(environment):
        wait_until(lambda: read_services() == 3)


def test_it_writes_down_when_it_did_what(world: World, environment: dict[str, str]) -> None:
    with started(environment):
        wait_until(lambda: any(run.name == "collect" and run.result == "done" for run in job_runs.newest()))


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_ends_it_cleanly(world: World, environment: dict[str, str], end: signal.Signals) -> None:
    with started(environment) as process:
        wait_until(lambda: read_services() == 3)
        process.send_signal(end)

        assert process.wait(PATIENCE) == 0


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_lets_it_end_what_it_has_begun_and_begins_nothing_more(
    world: World, environment: dict[str, str], end: signal.Signals
) -> None:
    for number in range(30):
        world.mail.domain(f"more{number}.test", admin="q7hidden")
        world.register("northwind", 1000 + number, f"more{number}.test")
    world.mail.latency(300)
    with started(environment) as process:
        wait_until(lambda: UsageCollection.select().where(UsageCollection.started.is_null(False)).count() >= 8)
        process.send_signal(end)
        assert process.wait(PATIENCE) == 0

    begun = UsageCollection.select().count()
    assert UsageCollection.select().where(UsageCollection.started.is_null(False)).count() == 0
    assert 8 <= begun == read_services() < 33
    store.release()


def test_what_a_killed_worker_had_begun_is_done_by_the_next_one(world: World, environment: dict[str, str]) -> None:
    world.mail.latency(500)
    with started(environment) as process:
        wait_until(lambda: UsageCollection.select().where(UsageCollection.started.is_null(False)).count() == 3)
        process.send_signal(signal.SIGKILL)
        process.wait()
    before = read_services()
    world.mail.latency(0)

    with started(environment):
        wait_until(lambda: read_services() == 3)

    assert before == 0


def test_one_without_the_schedule_does_what_another_wakes_it_for(world: World, settings: dict[str, Any]) -> None:
    queue = worker.queue(settings)
    woken = worker.consumer(queue, world.app.extensions["mail"], world.app.extensions["dns"], schedule=False)

    assert queue.pending_count() == 0
    assert woken.periodic is False


@contextmanager
def running(world: World, settings: dict[str, Any]) -> Iterator[Any]:
    """The worker's jobs in this process, without its clock."""
    with closing(Lookup(settings["PORTAL_DNS_RESOLVERS"], seconds=0.5)) as lookup:
        queue = worker.queue(settings)
        worker.consumer(queue, world.app.extensions["mail"], lookup, schedule=False)
        yield {task.__name__: task for task in queue._registry._registry.values()}
    store.release()


def test_old_rows_are_removed_at_night(world: World, settings: dict[str, Any]) -> None:
    old = {"since": 1, "until": 2, "created": int(time.time()) - KEPT - 1}
    Statement.create(service=world.service(), **old)
    with running(world, settings) as tasks:
        tasks["clean"]().execute()

    assert Statement.select().count() == 0
    store.release()


@pytest.mark.parametrize(("name", "times"), [("usage", 144), ("dns", 144), ("clean", 1)])
def test_how_often_a_day_it_is_woken(world: World, settings: dict[str, Any], name: str, times: int) -> None:
    with running(world, settings) as tasks:
        day = [datetime(2026, 11, 21, tzinfo=UTC) + timedelta(minutes=minute) for minute in range(1440)]

        assert sum(map(tasks[name]().validate_datetime, day)) == times


def test_a_job_that_runs_still_is_not_begun_again(world: World, settings: dict[str, Any]) -> None:
    world.mail.latency(300)
    world.mail.clear_log()
    with running(world, settings) as tasks:
        first = threading.Thread(target=tasks["usage"]().execute)
        first.start()
        time.sleep(0.1)
        began = time.monotonic()
        tasks["usage"]().execute()
        took = time.monotonic() - began
        first.join()

    assert took < 0.2


def test_a_database_that_is_down_ends_a_job_and_not_the_worker(world: World, settings: dict[str, Any]) -> None:
    with running(world, settings) as tasks:
        store.connect("postgresql://nobody@127.0.0.1:1/nothing")
        try:
            assert tasks["usage"]().execute() is None
        finally:
            store.connect(settings["DATABASE_URL"])


def test_the_queue_takes_nothing_that_others_put_there(world: World, settings: dict[str, Any]) -> None:
    queue = worker.queue(settings)
    queue.storage.enqueue(b"cos\nsystem\n(S'true'\ntR.", 0)

    with pytest.raises((ValueError, HueyException)):
        queue.dequeue()


def test_with_redis_the_queue_is_there(world: World, settings: dict[str, Any]) -> None:
    with programs.redis() as url:
        queue = worker.queue(settings | {"REDIS_URL": url})
        worker.consumer(queue, world.app.extensions["mail"], world.app.extensions["dns"], schedule=True)

        assert queue.pending_count() == 1
        assert redis.Redis.from_url(url).keys() != []
        queue.storage.conn.close()


def test_with_redis_it_collects_too(world: World, environment: dict[str, str], mail: Running) -> None:
    with programs.redis() as url, started(environment | {"REDIS_URL": url}) as process:
        wait_until(lambda: read_services() == 3)
        process.send_signal(signal.SIGINT)

        assert process.wait(PATIENCE) == 0
