import itertools
import time
from contextlib import suppress

import pytest
import time_machine

from portal.store import database, services, turns
from portal.store.turns import LASTS, Busy, Turn
from tests.store.conftest import NOW

ALICE, OMAR = "a" * 32, "b" * 32


def test_a_turn_is_one_holders(alices):
    turns.take(alices, ALICE)

    assert not turns.take(alices, OMAR)


def test_a_turn_that_has_ended_is_the_next_ones(alices):
    turns.take(alices, ALICE)

    turns.release(alices, ALICE)

    assert turns.take(alices, OMAR)


def test_nobody_ends_the_turn_of_another(alices):
    turns.take(alices, ALICE)

    turns.release(alices, OMAR)

    assert not turns.take(alices, OMAR)


def test_a_holder_that_died_is_overtaken_when_its_time_is_over(alices):
    with time_machine.travel(NOW, tick=False) as clock:
        turns.take(alices, ALICE)
        clock.shift(LASTS - 1)
        early = turns.take(alices, OMAR)
        clock.shift(1)

        late = turns.take(alices, OMAR)

    assert (early, late) == (False, True)


def test_who_was_overtaken_ends_and_renews_no_turn(alices):
    with time_machine.travel(NOW, tick=False) as clock:
        turns.take(alices, ALICE)
        clock.shift(LASTS)
        turns.take(alices, OMAR)

        turns.renew(alices, ALICE, 2 * LASTS)
        turns.release(alices, ALICE)

    row = Turn.get()
    assert (row.holder, row.until) == (OMAR, NOW + 2 * LASTS)


def test_a_turn_that_has_ended_is_not_renewed(alices):
    turns.take(alices, ALICE)
    turns.release(alices, ALICE)

    turns.renew(alices, ALICE)

    assert turns.take(alices, OMAR)


def test_each_service_has_turns_of_its_own(alices, northwind, registration):
    shop = services.put(northwind, 102, {**registration, "name": "alice-shop.test"})
    turns.take(alices, ALICE)

    assert turns.take(shop, OMAR)


@pytest.mark.parametrize("before", ["never", "ended", "died"])
def test_of_50_who_want_the_turn_at_once_one_gets_it(alices, race, before):
    if before != "never":
        turns.take(alices, ALICE, -1 if before == "died" else LASTS)
    if before == "ended":
        turns.release(alices, ALICE)
    numbers = itertools.count()

    answers = race(50, lambda: turns.take(alices, f"{next(numbers):032}"))

    assert answers.count(True) == 1


def test_of_20_at_once_each_gets_a_turn_alone(alices, race):
    inside = []

    def work():
        with turns.taken(alices, patience=60):
            inside.append("in")
            time.sleep(0.01)
            inside.append("out")

    race(20, work)

    assert inside == ["in", "out"] * 20


def test_whoever_waits_in_vain_is_told(alices):
    turns.take(alices, ALICE)

    with pytest.raises(Busy), turns.taken(alices, patience=0.1):
        pass

    assert Turn.get().holder == ALICE


def test_the_turn_ends_with_an_error_too(alices):
    with suppress(LookupError), turns.taken(alices):
        raise LookupError

    assert turns.take(alices, OMAR)


def test_no_transaction_is_open_meanwhile(alices):
    with turns.taken(alices):
        assert not database.in_transaction()


def test_who_takes_longer_keeps_the_turn_while_alive(alices):
    with turns.taken(alices, lasts=3):
        time.sleep(4.5)

        overtaken = turns.take(alices, OMAR)

    assert not overtaken
