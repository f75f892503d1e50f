"""Processes that collect and are killed, or do so at the same time: nothing is lost, nothing is counted twice."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count, groupby
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from portal import config, create_app, store
from portal.sandbox.control import Running
from portal.store import protocols
from portal.store.protocols import ProtocolEvent, ProtocolState
from portal.store.usage import DAY, UsageSample
from tests.at_once import at_once
from tests.world import World

ROOT = Path(__file__).parent.parent
KILLS = 50
NAMES = ("alice", "carol", "info")


@dataclass
class Stage:
    """A portal's database, a mail server, and the environment of the processes that collect."""

    world: World
    environment: dict[str, str]

    def switch(self, name: str, protocol: str, on: bool) -> None:
        """On the mail server, past the portal."""
        assert self.world.server is not None
        domain = self.world.app.extensions["mail"].to(self.world.server).domain("alice.test")
        (domain.set_activesync if protocol == "eas" else domain.set_mapi)(name, on)

    def on_the_server(self) -> set[tuple[str, str]]:
        state = self.world.mail.state("alice.test")
        return {(address, protocol) for protocol in ("eas", "mapi") for address in state[protocol]}


@pytest.fixture
def stage(mail: Running, tmp_path: Path) -> Iterator[Stage]:
    environment = {
        "PORTAL_SECRET_KEYS": "s" * 43,
        "PORTAL_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "PORTAL_BASE_URL": "https://portal.test",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'portal.db'}",
        "REDIS_URL": "",
    }
    world = World(create_app(config.from_env(environment)), mail)
    world.build()
    store.release()
    yield Stage(world, environment)
    world.app.extensions["mail"].close()
    store.close()


class Collector:
    """Starts collecting processes, one after the other."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def start(self, what: str) -> int:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{what}\n")
        self._process.stdin.flush()
        return int(self._said())

    def ended(self) -> int:
        """How the one that was started last ended."""
        return int(self._said())

    def _said(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


@contextmanager
def collector(stage: Stage) -> Iterator[Collector]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.collector"],
        cwd=ROOT,
        env={**os.environ, **stage.environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Collector(process)
        assert process.stdin is not None
        process.stdin.close()


def assert_takes_turns() -> None:
    """Each mailbox and protocol is switched on, off, on …, and stands as it was switched last."""
    rows = sorted(ProtocolEvent.select(), key=lambda row: (row.address, row.protocol, row.number))
    last = set()
    for pair, events in groupby(rows, key=lambda row: (row.address, row.protocol)):
        switched = [row.on for row in events]
        assert switched == [place % 2 == 0 for place in range(len(switched))], pair
        last |= {pair} if switched[-1] else set()
    assert sorted(row.number for row in rows) == list(range(1, len(rows) + 1))
    assert {(row.address, row.protocol) for row in ProtocolState.select().where(ProtocolState.on)} == last
    store.release()


def assert_consistent(stage: Stage) -> None:
    """What is recorded is what the mail server has, each change of it once, and a sample for each service and day."""
    service = stage.world.service()
    assert_takes_turns()
    assert {(row.address, row.protocol) for row in ProtocolState.select().where(ProtocolState.on)} == (
        stage.on_the_server()
    )
    assert protocols.on_at(service, int(time.time())) == stage.on_the_server()
    samples = [(row.service_id, row.day) for row in UsageSample.select()]
    assert len(samples) == len(set(samples))
    assert {day for _service, day in samples} <= {int(time.time()) // DAY, int(time.time()) // DAY - 1}
    assert len({service for service, _day in samples}) == 3
    store.release()


def test_a_collector_that_is_killed_at_any_point_loses_nothing_and_counts_nothing_twice(stage: Stage) -> None:
    dice = random.Random(5)
    with collector(stage) as process:
        for _kill in range(KILLS):
            stage.switch(dice.choice(NAMES), dice.choice(["eas", "mapi"]), dice.random() < 0.5)
            child = process.start("for ever")
            time.sleep(dice.uniform(0, 0.15))
            os.kill(child, signal.SIGKILL)
            assert process.ended() == signal.SIGKILL

        process.start("once")
        assert process.ended() == 0

    assert_consistent(stage)


def test_one_that_is_killed_between_any_two_statements_to_the_database_leaves_nothing_half_done(stage: Stage) -> None:
    with collector(stage) as process:
        for point in count(1):
            for name in NAMES:
                stage.switch(name, "eas", point % 2 == 0)
            process.start(str(point))
            if process.ended() == 0:
                break
            assert_takes_turns()
        assert point > 20

    assert_consistent(stage)


def test_two_processes_that_collect_at_once_record_everything_once(stage: Stage) -> None:
    dice = random.Random(7)
    with ExitStack() as stack:
        processes = [stack.enter_context(collector(stage)) for _number in range(2)]
        children = [process.start("for ever") for process in processes]
        for _switch in range(30):
            stage.switch(dice.choice(NAMES), dice.choice(["eas", "mapi"]), dice.random() < 0.5)
            time.sleep(0.02)
        for child, process in zip(children, processes, strict=True):
            os.kill(child, signal.SIGKILL)
            process.ended()
        at_once(2, lambda number: (processes[number].start("once"), processes[number].ended()))

    assert_consistent(stage)
    assert ProtocolEvent.select().count() > 6
    store.release()
