"""Calls of two services on one shared domain at the same moment, and one of them meets a fault."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.at_once import at_once
from tests.shared_mailbox.stage import CALLS, Stage, repeated
from tests.shared_world import DOMAIN, PASSWORD
from tests.views.api.whmcs import problem

PAIRS = [
    ("create", "create"),
    ("create", "terminate"),
    ("suspend", "unsuspend"),
    ("plan", "password"),
    ("terminate", "terminate suspended"),
]
FAULTS = {
    "lost": {"kind": "down", "when": "after", "times": 4},
    "500 after": {"kind": "500", "when": "after", "times": 4},
    "refused": {"kind": "refuse", "when": "before", "times": 1},
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("pair", PAIRS, ids=" and ".join)
def test_both_end_as_without_a_fault(stage: Stage, pair: tuple[str, str], fault: str) -> None:
    without = [stage.faultless(name) for name in pair]
    others = stage.others
    failed = 0

    # Every fourth of their calls, whosever it turns out to be.
    for place in range(0, sum(outcome.calls for outcome in without), 4):
        cases = [stage.ready(name) for name in pair]
        stage.world.mail.faults(FAULTS[fault] | {"skip": place})
        first = at_once(2, lambda number, cases=cases: CALLS[pair[number]][1](cases[number]))  # type: ignore[misc]
        stage.world.mail.faults()
        stage.reconnect()
        failed += any(answer.status_code != 200 for answer in first)

        for name, case, answer, outcome in zip(pair, cases, first, without, strict=True):
            where = f"{name}, {fault} at call {place + 1} of both"
            given = repeated(name, case, answer)
            assert given[-1].status_code == 200, (where, [one.text for one in given])
            assert case.post("finish").status_code == 200, where
            assert case.on_the_server() == outcome.on_the_server, where
            assert case.in_the_portal() == outcome.in_the_portal, where
    assert failed
    assert stage.others == others


@pytest.mark.parametrize("fault", [None, "lost", "500 after"])
def test_of_two_that_want_one_name_one_gets_it_and_the_other_is_told(stage: Stage, fault: str | None) -> None:
    cases = [stage.case(), stage.case()]
    wanted = f"{cases[0].name}-both"
    passwords = (PASSWORD, "An0ther-Password")
    stage.reconnect()
    if fault:
        stage.world.mail.faults(FAULTS[fault] | {"action": "addUser"})

    def create(number: int) -> TestResponse:
        return cases[number].seller.create(wanted, password=passwords[number])

    answers: list[Any] = at_once(2, create)
    stage.world.mail.faults()
    stage.reconnect()
    for _ in range(2):
        answers = [answer if answer.status_code == 200 else create(place) for place, answer in enumerate(answers)]

    [winner] = [place for place, answer in enumerate(answers) if answer.status_code == 200]
    assert problem(answers[1 - winner]) in [(409, "taken"), (409, "exists")]
    assert [stage.world.mail.lets_in(f"{wanted}@{DOMAIN}", one) for one in passwords] == [winner == 0, winner == 1]
