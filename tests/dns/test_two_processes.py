"""Two processes on one database: what one of them was answered, the other need not ask for."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self

import pytest
from cryptography.fernet import Fernet

from portal import store
from portal.sandbox.dns.server import Dns, Fault
from portal.store import schema

ROOT = Path(__file__).parents[2]
PROGRAM = """
import json, sys
from portal import store
from portal.dns import CouldNotLook
from portal.dns.lookup import Lookup
from portal.store import dns_answers

database, key, host, port = sys.argv[1:]
store.use(database, [key])
lookup = Lookup([(host, int(port))], seconds=0.5, shared=dns_answers)

def text(answers):
    try:
        return " ".join(answers.texts("alice.test"))
    except CouldNotLook:
        return "could not look"

for line in sys.stdin:
    method, *arguments, how = json.loads(line)
    looked = getattr(lookup, method)(*arguments, text, **how)
    print(json.dumps(looked and [looked.value, looked.looked_at]), flush=True)
lookup.close()
store.close()
"""


class Process:
    """A process that looks when it is told to."""

    def __init__(self, *arguments: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *arguments],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.communicate(timeout=20)

    def judge(self, **how: Any) -> Any:
        return self._ask("judge", how)

    def look(self, **how: Any) -> Any:
        return self._ask("look", "key", how)

    def _ask(self, *what: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        print(json.dumps(what), file=self._process.stdin, flush=True)
        return json.loads(self._process.stdout.readline())


@pytest.fixture
def processes(dns: Dns, tmp_path: Path) -> Iterator[tuple[Process, Process]]:
    key, url = Fernet.generate_key().decode(), f"sqlite:///{tmp_path / 'portal.db'}"
    store.use(url, [key])
    schema.upgrade()
    store.close()
    arguments = url, key, dns.host, str(dns.port)
    with Process(*arguments) as first, Process(*arguments) as second:
        yield first, second


def test_what_one_was_answered_the_other_has(dns: Dns, processes: tuple[Process, Process]) -> None:
    dns.zones.put("alice.test", "@ TXT there")
    first, second = processes

    looked = [first.judge(), second.judge(), second.look(patience=0)]

    assert [value for value, _at in looked] == ["there"] * 3
    assert len({at for _value, at in looked}) == 1
    assert len(dns.queries()) == 1


def test_a_live_look_at_one_is_seen_at_the_other_that_had_kept_the_old(
    dns: Dns, processes: tuple[Process, Process]
) -> None:
    dns.zones.put("alice.test", "@ TXT old")
    first, second = processes
    before = [first.judge(), second.judge()]
    dns.zones.put("alice.test", "@ TXT new")

    live = first.judge(live=True)

    assert [value for value, _at in before] == ["old", "old"]
    assert second.judge() == first.judge() == live
    assert live[0] == "new"


def test_who_looked_live_at_one_fetches_it_at_the_other(dns: Dns, processes: tuple[Process, Process]) -> None:
    dns.zones.put("alice.test", "@ TXT there")
    dns.latency(300)
    first, second = processes
    pressed = time.time()
    at_first = first.look(since=pressed, live=True, patience=0.01)
    time.sleep(0.6)

    fetched = second.look(since=pressed, live=True, patience=0)

    assert at_first is None
    assert fetched[0] == "there"
    assert len(dns.queries()) == 1


def test_a_resolver_that_failed_one_is_left_alone_by_the_other(dns: Dns, processes: tuple[Process, Process]) -> None:
    dns.faults(Fault("alice.test", "servfail"))
    first, second = processes

    looked = [first.judge(), second.judge()]

    assert [value for value, _at in looked] == ["could not look"] * 2
    assert len(dns.queries()) == 1
