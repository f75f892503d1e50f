"""Each call of a mailbox's life cycle, with a fault at each of its own calls, repeated until it succeeds."""

import time
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.shared_mailbox.stage import CALLS, LATE, Case, Stage, repeated
from tests.shared_world import DOMAIN, PASSWORD

# Twice: once more than a read is repeated.
FAULTS = {
    "lost before": {"kind": "down", "when": "before", "times": 2},
    "lost after": {"kind": "down", "when": "after", "times": 2},
    "500 after": {"kind": "500", "when": "after", "times": 2},
    "refused": {"kind": "refuse", "when": "before", "times": 1},
    "late": {"kind": "slow", "when": "before", "times": 1, "ms": int(LATE * 1000)},
}


@pytest.mark.parametrize(
    ("name", "fault"),
    [(name, fault) for name in CALLS for fault in FAULTS if name in ("create", "unsuspend") or fault != "500 after"],
)
def test_repeated_until_it_succeeds_it_ends_as_without_a_fault(stage: Stage, name: str, fault: str) -> None:
    without = stage.faultless(name)
    others = stage.others
    assert without.calls > 1

    struck = [struck_once(stage, name, FAULTS[fault] | {"skip": place}) for place in range(without.calls)]
    # What came too late has come by now.
    time.sleep(LATE if fault == "late" else 0)
    answers = [repeated(name, case, first) for case, first in struck]

    for place, ((case, _), given) in enumerate(zip(struck, answers, strict=True)):
        where = f"{fault} at call {place + 1} of {without.calls}"
        assert given[-1].status_code == 200, (where, [answer.text for answer in given])
        left = case.post("finish")
        assert left.status_code == 200, (where, left.text)
        assert case.on_the_server() == without.on_the_server, where
        assert case.in_the_portal() == without.in_the_portal, where
        if name == "create":
            assert stage.world.mail.lets_in(f"{case.name}@{DOMAIN}", PASSWORD), where
    assert stage.others == others


def struck_once(stage: Stage, name: str, fault: dict[str, Any]) -> tuple[Case, TestResponse]:
    """A service of its own, and the answer of the call that is struck."""
    case = stage.ready(name)
    stage.world.mail.faults(fault)
    answer = CALLS[name][1](case)
    stage.world.mail.faults()
    stage.reconnect()
    return case, answer
