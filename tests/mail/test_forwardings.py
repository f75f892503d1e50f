import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest

from portal.mail import Forwarding
from portal.mail.forwardings import GIVE_UP, REMEMBERED, Forwardings, Known
from portal.sandbox.control import ROOT

PATH = "settings/domain/mailbox-forward-list"
SHORTLY = 0.01


@pytest.fixture
def forwardings() -> Iterator[Forwardings]:
    made = Forwardings(pause=0, rest=SHORTLY, hold=0.3)
    yield made
    made.close()


@pytest.fixture
def known(forwardings: Forwardings) -> Known:
    return forwardings.known("alice", 1)


def addresses(count: int, domain: str = "big.test") -> list[str]:
    return [f"box{number}@{domain}" for number in range(count)]


@pytest.fixture
def big(sandbox, server):
    """A domain with 30 mailboxes; the first one forwards."""
    sandbox.domain("big.test")
    for address in addresses(30):
        sandbox.mailbox("big.test", address.partition("@")[0])
    domain = server.domain("big.test")
    domain.set_forwarding("box0", Forwarding(("x@example.com",)))
    sandbox.clear_log()
    return domain


def asked(sandbox) -> list[dict[str, object]]:
    return [call for call in sandbox.calls() if call["path"].startswith(PATH)]


def overlaps(calls: list[dict[str, float]]) -> int:
    """How many of the calls began before the one before them had ended; a call's length is told to 0.1 ms."""
    pairs = pairwise(sorted(calls, key=lambda call: call["at"]))
    return sum(one["at"] + (one["ms"] - 0.1) / 1000 > other["at"] for one, other in pairs)


def until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def ended(forwardings: Forwardings, known: Known) -> bool:
    return known not in forwardings._walks


def test_what_was_read_is_known_and_the_rest_is_not(big, forwardings, known) -> None:
    forwardings.read(big, known, addresses(2), since=0)

    assert known.destinations() == {"box0@big.test": ("x@example.com",), "box1@big.test": ()}
    assert known.due(addresses(4)) == addresses(4)[2:]


def test_rows_are_read_some_at_a_time(sandbox, big, forwardings, known) -> None:
    sandbox.latency(100)

    began = time.monotonic()
    forwardings.read(big, known, addresses(30), since=0)
    took = time.monotonic() - began

    assert len(asked(sandbox)) == 30
    assert 30 / 8 * 0.1 < took < 1.5  # one after the other they take 3 seconds


def test_who_asks_for_the_same_at_the_same_time_shares_the_calls(sandbox, big, forwardings, known) -> None:
    sandbox.latency(100)
    threads = [
        threading.Thread(target=forwardings.read, args=(big, known, addresses(5), time.time() - 60)) for _ in range(4)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(known) == 5
    assert len(asked(sandbox)) < 4 * 5


def test_what_is_refused_for_one_is_read_for_the_others(big, forwardings, known) -> None:
    forwardings.read(big, known, ["nobody@big.test", *addresses(3)], since=0)

    assert known.destinations().keys() == set(addresses(3))
    assert known.due(["nobody@big.test"])


@pytest.mark.parametrize("kind", ["down", "500", "html", "cut"])
def test_a_server_that_does_not_answer_is_not_asked_for_all_of_them(sandbox, big, forwardings, known, kind) -> None:
    big.forwarding("box0")
    sandbox.faults({"path": PATH, "kind": kind})
    sandbox.latency(20)
    sandbox.clear_log()

    forwardings.read(big, known, addresses(30), since=0)

    assert len(known) == 0
    assert known.due(addresses(30)) == addresses(30)
    assert len(asked(sandbox)) < 60  # a read may be tried twice


def test_what_was_read_long_ago_is_not_known_any_more(known) -> None:
    known.keep("old@big.test", (), time.time() - REMEMBERED - 1)
    known.keep("new@big.test", (), time.time() - REMEMBERED + 60)
    known._swept_at -= 3600

    known.sweep()

    assert list(known.destinations()) == ["new@big.test"]


def test_a_reading_that_began_before_a_change_of_ours_is_not_remembered(known) -> None:
    known.keep("box@big.test", ("old@example.com",), 10)

    known.forget(["box@big.test"], 20, generation=2)

    assert not known.keep("box@big.test", ("old@example.com",), 15)
    assert known.destinations() == {}
    assert known.keep("box@big.test", ("new@example.com",), 21)
    assert known.destinations() == {"box@big.test": ("new@example.com",)}
    assert known.generation == 2


def test_the_later_of_two_readings_stays_whichever_ends_last(known) -> None:
    known.keep("box@big.test", ("new@example.com",), 20)

    known.keep("box@big.test", ("old@example.com",), 10)

    assert known.destinations() == {"box@big.test": ("new@example.com",)}


def test_a_reader_who_joined_one_that_began_before_a_change_asks_again(sandbox, big, forwardings, known) -> None:
    sandbox.faults({"path": PATH, "kind": "slow", "when": "after", "times": 1, "ms": 400})
    early = threading.Thread(target=forwardings.read, args=(big, known, ["box0@big.test"], 0))
    early.start()
    time.sleep(0.2)
    big.set_forwarding("box0", Forwarding(("new@example.com",)))
    known.forget(["box0@big.test"], time.time(), generation=2)

    forwardings.read(big, known, ["box0@big.test"], since=0)

    early.join()
    assert known.destinations() == {"box0@big.test": ("new@example.com",)}


def test_a_walk_reads_all_of_them_one_at_a_time(sandbox, big, forwardings, known) -> None:
    sandbox.latency(5)

    going_on = forwardings.walk(big, known, addresses(30))

    assert going_on
    until(lambda: len(known) == 30)
    assert known.destinations()["box0@big.test"] == ("x@example.com",)
    assert len(asked(sandbox)) == 30
    assert overlaps(asked(sandbox)) == 0


def test_a_domain_is_walked_once_at_a_time_and_not_again_while_it_is_known(sandbox, big, forwardings, known) -> None:
    sandbox.latency(5)
    for _ in range(5):
        forwardings.walk(big, known, addresses(30))
    until(lambda: ended(forwardings, known))

    again = forwardings.walk(big, known, known.due(addresses(30)))

    assert not again
    assert len(asked(sandbox)) == 30


def test_a_walk_survives_faults_and_comes_back_to_what_failed(sandbox, big, forwardings, known) -> None:
    # A read is tried twice.
    sandbox.faults({"path": PATH, "kind": "500", "times": 2 * (GIVE_UP - 1)})

    forwardings.walk(big, known, addresses(30))

    until(lambda: len(known) == 30)


def test_a_server_that_goes_on_failing_is_left_alone_for_a_while(sandbox, big, forwardings, known) -> None:
    sandbox.faults({"path": PATH, "kind": "500"})
    forwardings.walk(big, known, addresses(30))
    until(lambda: ended(forwardings, known))
    calls = len(asked(sandbox))
    sandbox.faults()

    at_once = forwardings.walk(big, known, addresses(30))
    time.sleep(0.4)
    later = forwardings.walk(big, known, addresses(30))

    assert calls <= 2 * GIVE_UP
    assert (at_once, later) == (False, True)
    until(lambda: len(known) == 30)


def test_closing_ends_a_walk_after_the_call_it_is_making(sandbox, big, known) -> None:
    forwardings = Forwardings(pause=0)
    known = forwardings.known("alice", 1)
    sandbox.latency(50)
    forwardings.walk(big, known, addresses(30))
    time.sleep(0.2)

    began = time.monotonic()
    forwardings.close()
    took = time.monotonic() - began

    calls = len(asked(sandbox))
    time.sleep(0.2)
    assert took < 0.5
    assert 0 < calls == len(asked(sandbox)) < 30


def test_no_process_waits_for_a_walk_at_its_end(sandbox, big) -> None:
    sandbox.latency(0, {PATH: 8000})
    program = """
import sys, time
from portal.mail.forwardings import Forwardings
from portal.mail.smartermail import SmarterMail
forwardings = Forwardings()
domain = SmarterMail(*sys.argv[1:]).domain("big.test")
assert forwardings.walk(domain, forwardings.known("alice", 1), ["box0@big.test"])
time.sleep(0.5)
"""

    began = time.monotonic()
    arguments = [sys.executable, "-c", program, sandbox.url, sandbox.username, sandbox.password]
    ended = subprocess.run(arguments, cwd=ROOT, capture_output=True, timeout=20)
    took = time.monotonic() - began

    assert (ended.returncode, ended.stderr) == (0, b"")
    assert took < 6


def test_two_services_do_not_know_what_the_other_one_reads(forwardings, known) -> None:
    known.keep("box@big.test", ("x@example.com",), time.time())

    other = forwardings.known("bob", 1)

    assert other.destinations() == {}


def test_the_domains_used_last_are_kept_within_the_bound() -> None:
    forwardings = Forwardings(max_kept=25)
    for name in ("a", "b", "c"):
        for address in addresses(10, f"{name}.test"):
            forwardings.known(name, 1).keep(address, (), time.time())

    sizes = {name: len(forwardings.known(name, 1)) for name in ("c", "b", "a")}

    forwardings.close()
    assert sizes == {"c": 10, "b": 10, "a": 0}
