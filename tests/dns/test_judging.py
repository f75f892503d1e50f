"""Judges get their answers beside one another, in time, and from what is kept where that is good enough."""

import threading
import time
from contextlib import closing, suppress

import pytest
import time_machine

from portal.dns import Answers, CouldNotLook, Pending, Question
from portal.dns import lookup as lookups
from portal.dns.lookup import Lookup
from portal.sandbox.dns.server import Dns, Fault
from tests.at_once import at_once


def text(answers: Answers) -> str:
    return " ".join(answers.texts("alice.test"))


def asked(dns: Dns) -> list[str]:
    return [f"{query['type']} {query['name']}" for query in dns.queries()]


def test_what_is_wanted_is_asked_beside_one_another(dns: Dns) -> None:
    names = [f"n{number}.test" for number in range(20)]
    dns.latency(500)

    def judge(answers: Answers) -> int:
        answers.want(*(Question(name, "TXT") for name in names))
        return len([answers.texts(name) for name in names])

    began = time.monotonic()

    with closing(Lookup([(dns.host, dns.port)], seconds=3)) as lookup:
        looked = lookup.judge(judge)

    assert looked.value == 20
    assert time.monotonic() - began < 1


def test_no_question_waits_for_one_that_it_does_not_depend_on(dns: Dns) -> None:
    dns.zones.put("alice.test", "a TXT b\nb TXT c\nc TXT end")
    dns.faults(Fault("slow.test", "timeout"))
    seen = []

    def judge(answers: Answers) -> None:
        answers.want(Question("slow.test", "TXT"))
        name = "a"
        while name != "end":
            (name,) = answers.texts(f"{name}.alice.test")
        seen.append(time.monotonic())
        answers.get("slow.test", "TXT")

    began = time.monotonic()
    with closing(Lookup([(dns.host, dns.port)], seconds=1)) as lookup, pytest.raises(CouldNotLook):
        lookup.judge(judge)

    assert seen[0] - began < 0.5


def test_what_is_missing_at_the_deadline_has_failed(silent: tuple[str, int]) -> None:
    def judge(answers: Answers) -> list[str]:
        said = []
        for number in range(5):
            try:
                answers.get(f"n{number}.test", "TXT")
            except CouldNotLook as error:
                said.append(str(error))
        return said

    began = time.monotonic()
    with closing(Lookup([silent], seconds=0.5, deadline=0.8)) as lookup:
        said = lookup.judge(judge).value

    assert len(said) == 5
    assert time.monotonic() - began < 1.3


def test_no_judge_asks_without_an_end(dns: Dns, lookup: Lookup) -> None:
    def judge(answers: Answers) -> str:
        answers.want(*(Question(f"n{number}.test", "TXT") for number in range(2 * lookups.MOST_QUESTIONS)))
        for number in range(2 * lookups.MOST_QUESTIONS):
            answers.get(f"n{number}.test", "TXT")
        return "all"

    with pytest.raises(CouldNotLook):
        lookup.judge(judge)

    assert len(dns.queries()) <= lookups.MOST_QUESTIONS


def test_a_judgement_that_nobody_answers_has_few_questions_under_way(dns: Dns) -> None:
    names = [f"n{number}.test" for number in range(100)]
    dns.faults(Fault("", "timeout"))

    def judge(answers: Answers) -> None:
        answers.want(*(Question(name, "TXT") for name in names))
        with suppress(CouldNotLook):
            answers.get(names[-1], "TXT")

    with closing(Lookup([(dns.host, dns.port)], seconds=2)) as lookup:
        looker = threading.Thread(target=lookup.judge, args=[judge])
        looker.start()
        time.sleep(1)

        under_way = asked(dns)
        looker.join()

    assert sorted(under_way) == sorted(f"TXT {name}" for name in names[: lookups.AT_A_TIME])


def test_all_of_many_questions_are_asked_in_the_end(dns: Dns, lookup: Lookup) -> None:
    names = [f"n{number}.test" for number in range(100)]

    def judge(answers: Answers) -> int:
        answers.want(*(Question(name, "TXT") for name in names))
        return len([answers.texts(name) for name in names])

    looked = lookup.judge(judge)

    assert looked.value == len(asked(dns)) == 100


def test_a_judge_that_waits_for_nothing_is_a_fault(lookup: Lookup) -> None:
    def judge(_answers: Answers) -> None:
        raise Pending

    with pytest.raises(Pending):
        lookup.judge(judge)


def test_a_dead_resolver_takes_no_threads(silent: tuple[str, int]) -> None:
    def judge(answers: Answers) -> None:
        answers.want(*(Question(f"n{number}.test", "TXT") for number in range(100)))
        with suppress(CouldNotLook):
            answers.get("n0.test", "TXT")

    with closing(Lookup([silent], seconds=1)) as lookup:
        before = threading.active_count()
        looker = threading.Thread(target=lookup.judge, args=[judge])
        looker.start()
        time.sleep(0.5)

        during = threading.active_count()
        looker.join()

    # The one that judges, and the one that sends.
    assert during - before <= 2


def test_a_question_that_many_have_at_once_is_asked_once(dns: Dns, lookup: Lookup) -> None:
    dns.zones.put("alice.test", "@ TXT there")
    dns.latency(200)

    looked = at_once(20, lambda _number: lookup.judge(text))

    assert [each.value for each in looked] == ["there"] * 20
    assert asked(dns) == ["TXT alice.test"]


def test_a_question_under_way_is_not_joined_by_who_wants_it_newer(dns: Dns, lookup: Lookup) -> None:
    dns.zones.put("alice.test", "@ TXT there")
    dns.latency(300)
    lookup.look("key", text, patience=0.1)

    looked = lookup.judge(text, max_age=0)

    assert looked.value == "there"
    assert len(dns.queries()) == 2


def test_what_was_answered_is_asked_again_when_its_time_is_over(dns: Dns, lookup: Lookup) -> None:
    dns.zones.put("alice.test", "@ TXT old")
    with time_machine.travel(time.time(), tick=True) as clock:
        first = lookup.judge(text)
        dns.zones.put("alice.test", "@ TXT new")
        kept = lookup.judge(text)
        clock.shift(61)

        after = lookup.judge(text)

    assert [each.value for each in (first, kept, after)] == ["old", "old", "new"]
    assert first.looked_at == kept.looked_at < after.looked_at


def test_what_is_older_than_somebody_wants_is_asked_again(dns: Dns, lookup: Lookup) -> None:
    dns.zones.put("alice.test", "@ TXT old")
    lookup.judge(text)
    dns.zones.put("alice.test", "@ TXT new")
    with time_machine.travel(time.time() + 20, tick=True):
        young_enough = lookup.judge(text, max_age=25)

        too_old = lookup.judge(text, max_age=15)

    assert (young_enough.value, too_old.value) == ("old", "new")


def test_a_judgement_is_as_old_as_its_oldest_answer(dns: Dns, lookup: Lookup) -> None:
    dns.zones.put("alice.test", "@ TXT one")
    dns.zones.put("bob.test", "@ TXT two")
    first = lookup.judge(text)
    time.sleep(0.1)

    both = lookup.judge(lambda answers: text(answers) + answers.texts("bob.test")[0])

    assert both.looked_at == first.looked_at


def test_a_failure_is_no_absence_and_soon_asked_again(dns: Dns, lookup: Lookup) -> None:
    dns.zones.put("alice.test", "@ TXT there")
    dns.faults(Fault("alice.test", "servfail"))
    with time_machine.travel(time.time(), tick=True) as clock:
        for _ in range(3):
            with pytest.raises(CouldNotLook):
                lookup.judge(text)
        while_kept = len(dns.queries())
        dns.faults()
        clock.shift(6)

        after = lookup.judge(text)

    assert while_kept == 1
    assert after.value == "there"


def test_live_is_past_what_is_kept_and_then_kept_for_everybody(dns: Dns, lookup: Lookup) -> None:
    dns.zones.put("alice.test", "@ TXT old")
    lookup.judge(text)
    dns.zones.put("alice.test", "@ TXT new")

    live = lookup.judge(text, live=True)

    assert (live.value, lookup.judge(text)) == ("new", live)
    assert len(dns.queries()) == 2


def test_what_a_judge_raises_comes_out(dns: Dns, lookup: Lookup) -> None:
    dns.zones.put("alice.test", "@ TXT there")

    def judge(answers: Answers) -> None:
        raise LookupError(text(answers))

    with pytest.raises(LookupError, match="there"):
        lookup.judge(judge)


def test_who_is_under_way_at_the_end_is_told(silent: tuple[str, int]) -> None:
    lookup = Lookup([silent], seconds=5)
    ended = threading.Timer(0.3, lookup.close)
    ended.start()
    began = time.monotonic()

    with pytest.raises(CouldNotLook):
        lookup.judge(text)

    ended.join()
    assert time.monotonic() - began < 2
