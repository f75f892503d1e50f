"""Pages do not wait: what takes longer goes on in the background, and whoever comes again fetches it."""

import threading
import time
from contextlib import closing
from functools import partial

import pytest

from portal.dns import Answers, CouldNotLook
from portal.dns import lookup as lookups
from portal.dns.lookup import Looked, Lookup
from portal.sandbox.dns.server import Dns, Fault

KEY = ("alice.test", "spf")


def text(answers: Answers) -> str:
    try:
        return " ".join(answers.texts("alice.test"))
    except CouldNotLook:
        return "could not look"


def fetched(lookup: Lookup, **how: object) -> Looked[str]:
    """What comes of coming again and again."""
    last = time.monotonic() + 10
    while time.monotonic() < last:
        looked = lookup.look(KEY, text, **how)
        if looked is not None:
            return looked
    raise AssertionError("still looking")


def test_an_answer_that_comes_soon_is_there_at_once(dns: Dns, lookup: Lookup) -> None:
    dns.zones.put("alice.test", "@ TXT there")

    looked = lookup.look(KEY, text, patience=5)

    assert looked is not None
    assert looked.value == "there"


def test_nobody_waits_longer_than_they_want_to(dns: Dns, lookup: Lookup) -> None:
    dns.zones.put("alice.test", "@ TXT there")
    dns.latency(300)
    began = time.monotonic()

    looked = lookup.look(KEY, text, patience=0.05)

    assert looked is None
    assert time.monotonic() - began < 0.2
    assert fetched(lookup).value == "there"
    assert len(dns.queries()) == 1


def test_a_dead_resolver_ends_in_an_answer_too(silent: tuple[str, int]) -> None:
    began = time.monotonic()
    with closing(Lookup([silent], seconds=0.5)) as lookup:
        looked = fetched(lookup)

    assert looked.value == "could not look"
    assert time.monotonic() - began < 1.5


def test_what_is_kept_needs_no_question_and_no_thread(dns: Dns, lookup: Lookup) -> None:
    dns.zones.put("alice.test", "@ TXT there")
    first = lookup.judge(text)
    threads = threading.active_count()

    looked = lookup.look(KEY, text, patience=0)

    assert looked == first
    assert len(dns.queries()) == 1
    assert threading.active_count() == threads


def test_who_wants_it_newer_gets_it_newer(dns: Dns, lookup: Lookup) -> None:
    dns.zones.put("alice.test", "@ TXT old")
    old = fetched(lookup)
    dns.zones.put("alice.test", "@ TXT new")
    now = time.time()

    new = fetched(lookup, since=now)

    assert (old.value, new.value) == ("old", "new")
    assert old.looked_at < now <= new.looked_at


def test_live_is_not_satisfied_with_what_caches_said_since(dns: Dns, lookup: Lookup) -> None:
    dns.zones.put("alice.test", "@ TXT old")
    pressed = time.time()
    fetched(lookup, since=pressed)
    dns.zones.put("alice.test", "@ TXT new")

    live = fetched(lookup, since=pressed, live=True)
    again = fetched(lookup, since=pressed, live=True)

    assert live.value == "new"
    assert again == live
    assert len(dns.queries()) == 2


def test_those_who_come_meanwhile_start_nothing_else(dns: Dns, lookup: Lookup) -> None:
    dns.zones.put("alice.test", "@ TXT there")
    dns.latency(300)
    pressed = time.time()

    none_yet = [lookup.look(KEY, text, since=pressed, live=True, patience=0.01) for _ in range(5)]

    assert none_yet == [None] * 5
    assert fetched(lookup, since=pressed, live=True).value == "there"
    assert len(dns.queries()) == 1


def test_a_clock_that_is_ahead_keeps_nobody_waiting(dns: Dns, lookup: Lookup) -> None:
    dns.zones.put("alice.test", "@ TXT there")
    dns.latency(200)
    ahead = time.time() + 3600
    lookup.look(KEY, text, since=ahead, live=True, patience=0)
    time.sleep(0.5)

    looked = lookup.look(KEY, text, since=ahead, live=True, patience=0)

    assert looked is not None
    assert looked.value == "there"
    assert len(dns.queries()) == 1


def test_a_result_that_no_cache_holds_can_be_fetched(dns: Dns, lookup: Lookup, monkeypatch: pytest.MonkeyPatch) -> None:
    """As with a look that took longer than a failure lasts."""
    monkeypatch.setattr("portal.dns.reading.FAILURE_LASTS", 0)
    dns.faults(Fault("alice.test", "servfail"))
    lookup.look(KEY, text, patience=0)
    time.sleep(0.3)

    looked = lookup.look(KEY, text, patience=0)

    assert looked is not None
    assert looked.value == "could not look"


def test_what_a_judge_raises_comes_out(dns: Dns, lookup: Lookup) -> None:
    dns.faults(Fault("alice.test", "servfail"))

    with pytest.raises(CouldNotLook):
        lookup.look(KEY, lambda answers: answers.texts("alice.test"), patience=5)


def test_a_full_house_is_still_looking_and_never_more_threads(silent: tuple[str, int]) -> None:
    with closing(Lookup([silent], seconds=1)) as lookup:
        before = threading.active_count()
        began = time.monotonic()

        looked = [
            lookup.look(number, lambda answers, number=number: answers.texts(f"n{number}.test"), patience=0)
            for number in range(200)
        ]
        took = time.monotonic() - began
        threads = threading.active_count() - before

    assert looked == [None] * 200
    assert threads <= lookups.MOST_IN_BACKGROUND + 1
    assert took < 1


def test_nobody_takes_up_the_places_of_all_others(dns: Dns, lookup: Lookup) -> None:
    dns.zones.put("alice.test", "@ TXT there")
    dns.faults(Fault("bob.test", "timeout"))
    for number in range(50):
        slow = partial(Answers.texts, name=f"n{number}.bob.test")
        lookup.look(number, slow, patience=0, holder="bob")

    looked = lookup.look(KEY, text, patience=0.5, holder="alice")

    assert looked is not None
    assert looked.value == "there"
    assert len(dns.queries()) == lookups.MOST_OF_ONE + 1


def test_places_are_there_again_afterwards(dns: Dns, lookup: Lookup) -> None:
    dns.zones.put("alice.test", "@ TXT there")

    looked = [
        lookup.look(number, lambda answers, number=number: answers.get(f"n{number}.alice.test", "A"), patience=5)
        for number in range(2 * lookups.MOST_IN_BACKGROUND)
    ]

    assert None not in looked


def test_who_wants_it_ever_newer_fills_no_queue(silent: tuple[str, int]) -> None:
    with closing(Lookup([silent], seconds=1)) as lookup:
        for _ in range(200):
            lookup.look(KEY, text, since=time.time(), live=True, patience=0)

        waiting = lookup._pool._work_queue.qsize()

    assert waiting == 0


def test_what_nobody_fetches_is_let_go(dns: Dns, lookup: Lookup, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookups, "MOST_KEPT", 10)
    for number in range(30):
        lookup.look(number, lambda answers, number=number: answers.texts(f"n{number}.test"), patience=5)

    assert len(lookup._work) <= 11
