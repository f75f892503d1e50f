"""A mail server that lets every call wait in vain holds nobody for long."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest

from portal.mail import Refused, Unreachable, silence
from portal.mail.silence import TIMEOUTS
from portal.mail.smartermail.wire import Wire, get

GOOD = {"success": True}
HANGING, ALIVE, REFUSING = get("look", "hanging"), get("look", "alive"), get("look", "refusing")
TIMEOUT = 0.2


@pytest.fixture(autouse=True)
def waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same with a tenth of the times."""
    monkeypatch.setattr(silence, "TRY_EVERY", 0.6)
    monkeypatch.setattr(silence, "PATIENCE", 0.1)


@pytest.fixture
def wire(scripted: Any) -> Iterator[Wire]:
    going = Event()
    scripted.answers |= {
        "hanging": lambda: (going.wait(3), (200, GOOD))[1],
        "alive": (200, GOOD),
        "refusing": (400, {"success": False, "message": "NO"}),
    }
    wire = Wire(scripted.url, connect_timeout=1, timeout=TIMEOUT, pool=32)
    yield wire
    going.set()
    wire.close()


def ask(wire: Wire, call: Any) -> tuple[str, float]:
    """How a call ended, and how long it took."""
    began = time.monotonic()
    try:
        wire.send(call)
        ended = "answered"
    except Refused:
        ended = "refused"
    except Unreachable as error:
        ended = "not asked" if "not asked" in str(error) else "in vain"
    return ended, time.monotonic() - began


def wait_in_vain(wire: Wire, times: int = TIMEOUTS) -> None:
    with ThreadPoolExecutor(times) as pool:
        assert [ended for ended, _ in pool.map(lambda _: ask(wire, HANGING), range(times))] == ["in vain"] * times


def test_who_comes_to_a_silent_server_does_not_wait_for_it(wire: Wire, scripted: Any) -> None:
    wait_in_vain(wire)
    ask(wire, HANGING)
    asked = len(scripted.seen)

    with ThreadPoolExecutor(8) as pool:
        ends = list(pool.map(lambda _: ask(wire, HANGING), range(8)))

    assert {ended for ended, _ in ends} == {"not asked"}
    assert max(seconds for _, seconds in ends) < TIMEOUT
    assert len(scripted.seen) == asked


def test_a_few_calls_that_wait_in_vain_are_no_silence(wire: Wire) -> None:
    wait_in_vain(wire, TIMEOUTS - 1)

    ended, _ = ask(wire, HANGING)

    assert ended == "in vain"


@pytest.mark.parametrize("call", [ALIVE, REFUSING], ids=["answer", "refusal"])
def test_any_answer_in_between_shows_that_the_server_is_there(wire: Wire, call: Any) -> None:
    wait_in_vain(wire, TIMEOUTS - 1)
    ask(wire, call)

    wait_in_vain(wire, TIMEOUTS - 1)

    assert ask(wire, ALIVE)[0] == "answered"


def test_where_one_domain_hangs_others_are_answered(wire: Wire) -> None:
    wait_in_vain(wire)

    with ThreadPoolExecutor(6) as pool:
        ends = list(pool.map(lambda _: ask(wire, ALIVE)[0], range(6)))

    assert ends == ["answered"] * 6


def test_a_server_that_answers_again_is_noticed(wire: Wire) -> None:
    wait_in_vain(wire)
    ask(wire, HANGING)
    while_silent = ask(wire, ALIVE)[0]
    time.sleep(0.6)

    afterwards = ask(wire, ALIVE)[0]

    assert (while_silent, afterwards) == ("not asked", "answered")


def test_each_server_is_silent_for_itself(wire: Wire, scripted: Any) -> None:
    wait_in_vain(wire)
    ask(wire, HANGING)
    other = Wire(scripted.url, connect_timeout=1, timeout=TIMEOUT, pool=4)

    ended, _ = ask(other, ALIVE)

    other.close()
    assert ended == "answered"
