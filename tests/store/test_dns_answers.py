import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine

from portal.store import connect, database, dns_answers
from portal.store.dns_answers import LARGEST, DnsAnswer
from tests.store.conftest import NOW

KEY = "TXT alice.test"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def keep(text, *, key=KEY, at=NOW, lasts=60.0):
    dns_answers.keep({key: (text, at, at + lasts)})


def test_what_is_kept_is_recalled(store):
    keep("there")
    keep("other", key="TXT bob.test")

    found = dns_answers.recall([KEY, "MX alice.test"])

    assert found == {KEY: "there"}


def test_many_are_kept_and_recalled_at_once(store):
    texts = {f"TXT n{number}.test": (str(number), NOW, NOW + 60) for number in range(300)}

    dns_answers.keep(texts)

    assert dns_answers.recall(texts) == {key: text for key, (text, _at, _expires) in texts.items()}


def test_nothing_is_kept_and_recalled_too(store):
    dns_answers.keep({})

    assert dns_answers.recall([]) == {}


def test_the_newer_takes_the_place_of_the_older(store):
    keep("old", at=NOW - 5)

    keep("new")

    assert dns_answers.recall([KEY]) == {KEY: "new"}
    assert DnsAnswer.select().count() == 1


def test_the_older_does_not_take_the_place_of_the_newer(store):
    keep("new")

    keep("old", at=NOW - 5)

    assert dns_answers.recall([KEY]) == {KEY: "new"}


def test_what_is_good_no_more_is_not_recalled(store, clock):
    keep("there", lasts=10)
    clock.shift(9)
    before = dns_answers.recall([KEY])
    clock.shift(1)

    after = dns_answers.recall([KEY])

    assert (before, after) == ({KEY: "there"}, {})


@pytest.mark.parametrize("other", ["TXT ALICE.test", "TXT alice.test ", "TXT alicé.test", "TXT alice.test\0"])
def test_a_key_is_only_that_key(store, other):
    keep("there")
    keep("other", key=other)

    assert dns_answers.recall([KEY, other]) == {KEY: "there", other: "other"}


@pytest.mark.parametrize("key", ["TXT " + "a" * 5000, "TXT \ud800.test", "TXT <script>"])
def test_any_key_can_be_kept(store, key):
    keep("there", key=key)

    assert dns_answers.recall([key]) == {key: "there"}


def test_what_is_too_large_is_not_kept(store):
    keep("x" * LARGEST)
    keep("x" * (LARGEST + 1), key="TXT bob.test")

    assert dns_answers.recall([KEY, "TXT bob.test"]) == {KEY: "x" * LARGEST}


def test_what_is_good_no_more_is_removed(store, clock):
    keep("short", lasts=10)
    keep("long", key="TXT bob.test")
    clock.shift(10)

    dns_answers.clean()

    assert [row.text for row in DnsAnswer.select()] == ["long"]


def test_of_too_many_those_that_last_longest_stay(store):
    for number in range(20):
        keep(str(number), key=f"TXT n{number}.test", lasts=100 + number)

    dns_answers.clean(most=5)

    assert {int(row.text) for row in DnsAnswer.select()} == set(range(15, 20))


def test_keeping_cleans_now_and_then(store, clock, monkeypatch):
    keep("short", lasts=10)
    clock.shift(10)
    monkeypatch.setattr(dns_answers, "_cleaned_at", time.monotonic() - dns_answers.CLEANED_EVERY)

    keep("there", key="TXT bob.test", at=NOW + 10)

    assert [row.text for row in DnsAnswer.select()] == ["there"]


def test_many_who_keep_the_same_at_once_all_end(store, race, caplog):
    texts = {f"TXT n{number}.test": ("there", NOW, NOW + 60) for number in range(30)}

    race(20, lambda: dns_answers.keep(dict(reversed(texts.items()))))

    assert len(dns_answers.recall(texts)) == 30
    assert caplog.messages == []


def test_a_thread_keeps_no_connection(store):
    threads = ThreadPoolExecutor(4)
    together = threading.Barrier(4)

    def work(number):
        together.wait()
        keep("there", key=f"TXT n{number}.test")
        dns_answers.recall([KEY])
        return database.is_closed()

    closed = list(threads.map(work, range(4)))
    threads.shutdown()

    assert closed == [True] * 4


def test_a_connection_that_was_open_stays_open(store):
    database.connect(reuse_if_open=True)

    dns_answers.recall([KEY])

    assert not database.is_closed()


def test_a_database_without_the_table_is_gone_on_without(empty, caplog):
    keep("there")

    assert dns_answers.recall([KEY]) == {}
    assert len(caplog.messages) == 2


@pytest.mark.parametrize("url", ["postgresql://127.0.0.1:1/none", "mariadb://127.0.0.1:1/none"])
def test_a_database_that_is_down_is_gone_on_without(url):
    before = database.obj
    connect(url)

    keep("there")
    found = dns_answers.recall([KEY])

    database.initialize(before)
    assert found == {}
