"""Callers of the same key share one attempt and its outcome."""

import time

import pytest

from portal.mail.flights import Flights
from tests.at_once import at_once


def together(count: int, flights: Flights[int], outcome: int | Exception) -> tuple[list[int | Exception], int]:
    """What `count` callers get who all ask while one attempt is under way, and how many attempts there were."""
    attempts: list[int] = []

    def work() -> int:
        attempts.append(1)
        time.sleep(0.1)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def ask(_number: int) -> int | Exception:
        try:
            return flights.join("key", work)
        except ValueError as error:
            return error

    return at_once(count, ask), len(attempts)


def test_twenty_callers_share_one_attempt() -> None:
    answers, attempts = together(20, Flights(), 7)

    assert answers == [7] * 20
    assert attempts == 1


def test_a_failure_reaches_everybody_who_waited() -> None:
    answers, attempts = together(20, Flights(), ValueError("no"))

    assert [str(answer) for answer in answers] == ["no"] * 20
    assert attempts == 1


def test_nothing_is_kept_of_an_attempt_that_ended() -> None:
    flights = Flights[int]()
    flights.join("key", lambda: 1)

    assert flights.join("key", lambda: 2) == 2


def test_a_failed_attempt_does_not_block_the_next() -> None:
    flights = Flights[int]()
    with pytest.raises(ZeroDivisionError):
        flights.join("key", lambda: 1 // 0)

    assert flights.join("key", lambda: 2) == 2
