"""Each call of the life cycle, with a fault at each of its calls to the mail server, repeated until it succeeds."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.provisioning.stage import LATE, PLAN, Case, Stage
from tests.world import ADMIN

MOST_REPEATS = 4
READ = "GET"  # of POST it is not known
# Twice: once more than a read is repeated.
FAULTS = {
    "lost before": {"kind": "down", "when": "before", "times": 2},
    "lost after": {"kind": "down", "when": "after", "times": 2},
    "500": {"kind": "500", "when": "before", "times": 2},
    "500 after": {"kind": "500", "when": "after", "times": 2},
    "refused": {"kind": "refuse400", "when": "before", "times": 1},
    "late": {"kind": "slow", "when": "before", "times": 1, "ms": int(LATE * 1000)},
}


@dataclass(frozen=True)
class Call:
    """`before` brings a service to where the call is made."""

    before: Callable[[Case], Any]
    make: Callable[[Case], TestResponse]


def nothing(_case: Case) -> None:
    pass


def created(case: Case) -> None:
    assert case.create().status_code == 200
    case.stage.world.mail.mailbox(case.name, "marie", password="Marie-Pass-1", used=2**20)


def registered(case: Case, **plan: str) -> None:
    """Cheaper than a creation: the domain was there before."""
    case.stage.world.mail.domain(case.name, admin=ADMIN)
    case.stage.whmcs.put(case.svc, case.name, plan=PLAN | plan)
    case.stage.world.mail.mailbox(case.name, "marie", password="Marie-Pass-1", used=2**20)


def suspended(case: Case) -> None:
    registered(case)
    case.post("suspend")


def with_activesync(case: Case) -> None:
    registered(case)
    server = case.stage.world.app.extensions["mail"].to(case.stage.world.server)
    server.domain(case.name).set_activesync("marie", True)


def terminated(case: Case) -> None:
    created(case)
    case.post("terminate")


CALLS = {
    "create": Call(nothing, lambda case: case.create()),
    "create again": Call(created, lambda case: case.create()),
    "create registered": Call(registered, lambda case: case.create()),
    "create anew": Call(terminated, lambda case: case.create()),
    "suspend": Call(registered, lambda case: case.post("suspend")),
    "unsuspend": Call(suspended, lambda case: case.post("unsuspend")),
    "plan": Call(
        with_activesync,
        lambda case: case.post("plan", {"plan": PLAN | {"max_users": "3", "offer_eas": "", "offer_mapi": ""}}),
    ),
    "password": Call(registered, lambda case: case.post("password")),
    "terminate": Call(created, lambda case: case.post("terminate")),
    "terminate, keep": Call(lambda case: registered(case, delete_data=""), lambda case: case.post("terminate")),
}


def is_worth(name: str, fault: str) -> bool:
    """Of the calls that differ in what was there before only, one that leaves most in doubt is enough."""
    return fault == "lost after" or name not in ("create again", "create registered", "create anew")


@pytest.fixture(scope="module")
def faultless(stage: Stage) -> Callable[[str], tuple[Any, Any, list[str]]]:
    """What comes of each call without a fault: on the mail server, in the portal, and the methods of its calls."""
    seen: dict[str, tuple[Any, Any, list[str]]] = {}

    def tell(name: str) -> tuple[Any, Any, list[str]]:
        if name not in seen:
            case = stage.case()
            CALLS[name].before(case)
            stage.reconnect()
            stage.world.mail.clear_log()
            answer = CALLS[name].make(case)
            assert answer.status_code == 200, answer.text
            calls = [call["method"] for call in stage.world.mail.calls()]
            seen[name] = case.state(), case.known(), calls
        return seen[name]

    return tell


@pytest.mark.parametrize(
    ("name", "fault"), [(name, fault) for name in CALLS for fault in FAULTS if is_worth(name, fault)]
)
def test_repeated_until_it_succeeds_it_ends_as_without_a_fault(
    stage: Stage, faultless: Callable[[str], tuple[Any, Any, list[str]]], name: str, fault: str
) -> None:
    on_the_server, in_the_portal, calls = faultless(name)
    others = stage.others
    assert len(calls) > 1
    # Whether a read is lost on the way there or back makes no difference.
    places = [place for place, call in enumerate(calls) if call != READ or FAULTS[fault]["when"] == "before"]

    repeated = [(place, *until_it_succeeds(stage, name, FAULTS[fault] | {"skip": place})) for place in places]
    # What came too late has come by now.
    time.sleep(LATE if fault == "late" else 0)

    for place, case, answers in repeated:
        where = f"{fault} at call {place + 1} of {len(calls)}"
        assert answers[-1].status_code == 200, (where, [answer.text for answer in answers])
        left = case.post("finish")
        assert left.status_code == 200, (where, left.text)
        assert case.state() == on_the_server, where
        assert case.known() == in_the_portal, where
        told = answers[-1].get_json()
        # Of two passwords that are set at the same time, the one that the server is slow with comes last.
        if "password" in told and fault != "late":
            assert case.signs_in(told["username"], told["password"]), where
    assert stage.others == others


def until_it_succeeds(stage: Stage, name: str, fault: dict[str, Any]) -> tuple[Case, list[TestResponse]]:
    """The answers of the call and its repeats, of which the first is struck."""
    case = stage.case()
    CALLS[name].before(case)
    stage.reconnect()
    stage.world.mail.faults(fault)
    answers = [CALLS[name].make(case)]
    stage.world.mail.faults()
    stage.reconnect()
    while answers[-1].status_code != 200 and len(answers) < MOST_REPEATS:
        answers.append(CALLS[name].make(case))
    return case, answers
