"""The portal is killed in the middle of the calls of six services: each is completed by being repeated."""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest
import requests

from bench.serving import Gunicorn
from portal import shared_mailbox
from portal.store import operations
from portal.store.turns import Turn
from tests.conftest import ENCRYPTION_KEY
from tests.shared_mailbox.seller import order
from tests.shared_mailbox.stage import AWAY, EXTERNAL, Case, Outcome, Stage
from tests.shared_world import DOMAIN, PASSWORD
from tests.views.api.whmcs import Whmcs, problem
from tests.world import BASE

DEADLINE = 10  # seconds
HANGS = 2.5  # seconds: the call comes to its end on the mail server when nobody waits for it any more


def made(case: Case) -> None:
    assert case.create().status_code == 200


def with_list(case: Case) -> None:
    made(case)
    shared_mailbox.create_list(case.seller.world.holder("northwind", case.seller.svc), f"{case.name}-list", [AWAY])


# What was there before, the call, and the first of its actions that is slow: there it is when the portal dies. In this
# order: of those that disable a mailbox only the first one hangs there.
CALLS: dict[str, tuple[Callable[[Case], Any], str, str]] = {
    "create, at the mailbox": (lambda _case: None, "create", "mailbox"),
    "suspend, at the mailbox": (Case.furnish, "suspend", "mailbox"),
    "suspend, at what leads outside": (Case.furnish, "suspend", "external"),
    "terminate, at an alias": (Case.furnish, "terminate", "aliases"),
    "terminate, at a list": (with_list, "terminate", "lists"),
    "terminate, at the mailbox": (made, "terminate", "mailbox"),
}
SLOW = [
    {"action": action, "kind": "slow", "when": "before", "ms": int(HANGS * 1000)} | more
    for action, more in {
        "addUser": {},
        "disableUser": {"times": 1},
        "removeAlias": {},
        "removeList": {},
        "removeUser": {},
    }.items()
]


def post(process: Gunicorn, case: Case, call: str) -> None:
    """As WHMCS does, whose call nobody will answer."""
    body = order(case.name, plan=EXTERNAL) if call == "create" else {}
    path, raw = f"/api/v1/services/{case.seller.svc}/{call}", json.dumps(body).encode()
    headers = {"Authorization": Whmcs(case.seller.world, "northwind").header("POST", path, raw)}
    with suppress(requests.RequestException):
        requests.post(f"http://127.0.0.1:{process.port}{path}", raw, headers=headers, timeout=30)


def is_at(case: Case, call: str, step: str) -> bool:
    """Whether the portal has tried that step, and nobody knows what became of it."""
    with suppress(AssertionError):
        newest = operations.newest(case.seller.service)
        if newest is not None and newest.kind == call:
            results = {one["name"]: one["result"] for one in newest.steps}
            return results[step] == "unknown" and (call != "create" or newest.wanted["asked"])
    return False


def wait(so: Callable[[], bool]) -> None:
    last = time.monotonic() + DEADLINE
    while not so():
        assert time.monotonic() < last, "it never got there"
        time.sleep(0.02)
    # What it asks of the mail server is on its way.
    time.sleep(0.1)


@pytest.fixture(scope="module")
def killed(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], tuple[Case, Outcome, Any]]:
    """By the name of a call: its case after the kill, what comes of it without one, what a repeat at once is told."""
    without, cases = {}, {}
    for name, (before, call, _) in CALLS.items():
        for kept in (without, cases):
            case = kept[name] = stage.case()
            before(case)
        case = without[name]
        answer = case.create() if call == "create" else case.post(call)
        assert answer.status_code == 200
    outcomes = {name: Outcome(case.on_the_server(), case.in_the_portal(), 0) for name, case in without.items()}
    environment = {
        "PORTAL_SECRET_KEYS": "s" * 43,
        "PORTAL_ENCRYPTION_KEYS": ENCRYPTION_KEY,
        "PORTAL_BASE_URL": BASE,
        "DATABASE_URL": stage.world.app.config["DATABASE_URL"],
        "REDIS_URL": "",
    }
    log = tmp_path_factory.mktemp("killed") / "log"
    with ThreadPoolExecutor(len(CALLS)) as pool, Gunicorn("wsgi:app", environment, log) as doomed:
        stage.world.mail.faults(*SLOW)
        for name, (_, call, step) in CALLS.items():
            pool.submit(post, doomed, cases[name], call)
            wait(lambda case=cases[name], call=call, step=step: is_at(case, call, step))  # type: ignore[misc]
        doomed.kill()
    stage.world.mail.faults()
    stage.reconnect()
    at_once = {name: repeat(cases[name], call) for name, (_, call, _) in CALLS.items()}
    time.sleep(HANGS)
    Turn.update(until=0).execute()
    return lambda name: (cases[name], outcomes[name], at_once[name])


def repeat(case: Case, call: str) -> Any:
    return case.create() if call == "create" else case.post(call)


@pytest.mark.parametrize("name", CALLS)
def test_it_is_completed_by_a_repeat_once_nobody_waits_for_the_dead(killed: Any, stage: Stage, name: str) -> None:
    case, without, too_soon = killed(name)
    left = operations.newest(case.seller.service)

    answer = repeat(case, CALLS[name][1])

    assert left is not None
    assert (left.state, problem(too_soon)) == ("running", (409, "busy"))
    assert answer.status_code == 200, answer.text
    assert case.on_the_server() == without.on_the_server
    assert case.in_the_portal() == without.in_the_portal
    assert operations.newest(case.seller.service).id == left.id  # type: ignore[union-attr]
    if CALLS[name][1] == "create":
        assert stage.world.mail.lets_in(f"{case.name}@{DOMAIN}", PASSWORD)
