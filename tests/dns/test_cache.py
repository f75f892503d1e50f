import time

import pytest

from portal.dns import Answer, Mx, Question, Srv, cache
from portal.dns.cache import Cache


class Table:
    """What all processes share, as a dictionary."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}

    def recall(self, keys):
        return {key: self.texts[key] for key in keys if key in self.texts}

    def keep(self, texts):
        self.texts |= {key: text for key, (text, _at, _expires) in texts.items()}


def good(**more: object) -> Answer:
    return Answer(**{"looked_at": time.time(), "expires": time.time() + 60, **more})


def question(number: int = 0) -> Question:
    return Question(f"n{number}.test", "TXT")


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        ("TXT", {"records": ("<script>\0\x1b é", "\\xff", "")}),
        ("MX", {"records": (Mx(10, "mail.example.test"), Mx(0, ""))}),
        ("SRV", {"records": (Srv(1, 2, 443, "mail.example.test"),)}),
        ("A", {"records": ("192.0.2.1",), "chain": ("a.test", "b.test")}),
        ("A", {"exists": False}),
        ("A", {"failed": "timeout"}),
        ("A", {"live": True}),
    ],
)
def test_another_process_reads_what_was_written(kind: str, answer: dict[str, object]) -> None:
    shared, asked, said = Table(), Question("alice.test", kind), good(**answer)
    Cache(shared).share({asked: said})

    found = Cache(shared).find([asked], 0, live=False)

    assert found == {asked: said}
    assert [type(record) for record in found[asked].records] == [type(record) for record in said.records]


def test_the_newer_of_both_counts() -> None:
    shared, asked = Table(), question()
    old, new = good(looked_at=time.time() - 5, records=("old",)), good(records=("new",))
    here, there = Cache(shared), Cache(shared)
    here.put(asked, old)
    there.put(asked, new)
    here.share({asked: old})
    before = there.find([asked], 0, live=False)
    here.share({asked: new})

    after = here.find([asked], 0, live=False)

    assert before == after == {asked: new}


@pytest.mark.parametrize(
    ("answer", "oldest", "live", "counts"),
    [
        ({}, 0, False, True),
        ({"expires": time.time() - 1}, 0, False, False),
        ({"looked_at": 1000.5}, 1000.5, False, True),
        ({"looked_at": 1000.5}, 1001, False, False),
        ({}, 0, True, False),
        ({"live": True}, 0, True, True),
    ],
)
def test_an_answer_counts_while_it_is_good_and_new_enough(answer, oldest, live, counts) -> None:
    kept = Cache()
    kept.put(question(), good(**answer))

    found = kept.find([question()], oldest, live=live)

    assert bool(found) == counts


def test_it_holds_so_many_and_lets_the_oldest_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MOST", 10)
    kept = Cache()
    for number in range(25):
        kept.put(question(number), good())

    found = kept.find([question(number) for number in range(25)], 0, live=False)

    assert set(found) == {question(number) for number in range(15, 25)}


def test_it_holds_so_many_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "MOST_BYTES", 300_000)
    kept = Cache()
    for number in range(25):
        kept.put(question(number % 20), good(records=("x" * 65_000,)))

    found = kept.find([question(number) for number in range(25)], 0, live=False)

    assert len(found) == 4
    assert kept._bytes == sum(cache._size(*each) for each in kept._answers.items())
