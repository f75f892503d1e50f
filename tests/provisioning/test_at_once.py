"""Two calls of one service at once, in two processes of the portal, and a process that is killed in the middle."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import requests
from cryptography.fernet import Fernet

from bench.serving import Gunicorn
from portal import config, create_app, store
from portal.sandbox.control import Running
from portal.store import operations, services, turns
from portal.store.operations import Operation
from portal.store.services import Service
from portal.store.turns import Turn
from tests.at_once import at_once
from tests.provisioning.stage import PLAN
from tests.views.api.whmcs import Whmcs, registration
from tests.world import BASE, World

DEADLINE = 10  # seconds


@dataclass
class Pair:
    """Two processes of the portal, and Northwind's WHMCS that calls either."""

    world: World
    environment: dict[str, str]
    folder: Path
    processes: tuple[Gunicorn, Gunicorn]

    def post(self, process: Gunicorn, svc: int, call: str, body: Any = None) -> requests.Response:
        path, raw = f"/api/v1/services/{svc}/{call}", json.dumps({} if body is None else body).encode()
        headers = {"Authorization": Whmcs(self.world, "northwind").header("POST", path, raw)}
        return requests.post(f"http://127.0.0.1:{process.port}{path}", raw, headers=headers, timeout=30)

    def create(self, process: Gunicorn, svc: int, name: str) -> requests.Response:
        return self.post(process, svc, "create", registration(name, plan=PLAN, status="Pending"))

    def service(self, svc: int) -> Service:
        with self.world.app.app_context():
            found = services.find("northwind", svc)
        assert found is not None
        return found

    def newest(self, svc: int) -> Operation:
        with self.world.app.app_context():
            found = operations.newest(self.service(svc))
        assert found is not None
        return found

    def signs_in(self, name: str, answer: Any) -> bool:
        server = self.world.app.extensions["mail"].to(self.world.server)
        return bool(server.is_domain_admin(name, answer["username"], answer["password"]))


@pytest.fixture(scope="module")
def processes(mail_process: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("at-once")
    environment = {
        "PORTAL_SECRET_KEYS": "s" * 43,
        "PORTAL_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
        "PORTAL_BASE_URL": BASE,
        "DATABASE_URL": f"sqlite:///{folder / 'portal.db'}",
        "REDIS_URL": "",
    }
    world = World(create_app(config.from_env(environment)), mail_process)
    world.build()
    store.close()
    with ExitStack() as stack:
        first, second = (stack.enter_context(Gunicorn("wsgi:app", environment, folder / log)) for log in ("1", "2"))
        yield Pair(world, environment, folder, (first, second))
    world.app.extensions["mail"].close()


@pytest.fixture
def pair(processes: Pair, mail: Running) -> Pair:
    """The mail server is slow enough for calls to meet."""
    mail.latency(60)
    return processes


def codes(answers: list[requests.Response]) -> Counter[str]:
    return Counter("done" if answer.status_code == 200 else answer.json()["code"] for answer in answers)


def test_of_ten_creations_of_one_service_one_is_made_and_nine_are_told_to_wait(pair: Pair) -> None:
    answers = at_once(10, lambda number: pair.create(pair.processes[number % 2], 900, "once.test"))

    [made] = [answer.json() for answer in answers if answer.status_code == 200]
    refused = [answer.json() for answer in answers if answer.status_code != 200]
    assert codes(answers) == {"done": 1, "busy": 9}
    assert pair.signs_in("once.test", made)
    assert all("Try again" in answer["detail"] for answer in refused)
    assert list(pair.world.mail.state("once.test")["users"]) == [made["username"]]


def test_of_two_services_that_want_one_domain_one_gets_it(pair: Pair) -> None:
    answers = at_once(2, lambda number: pair.create(pair.processes[number], 910 + number, "wanted.test"))

    [made] = [answer.json() for answer in answers if answer.status_code == 200]
    [refused] = [answer.json()["code"] for answer in answers if answer.status_code != 200]
    assert refused in ("taken", "exists")
    assert list(pair.world.mail.state("wanted.test")["users"]) == [made["username"]]


def test_a_creation_during_the_end_is_told_to_wait_and_then_creates_anew(pair: Pair) -> None:
    first, second = pair.processes
    pair.create(first, 920, "anew.test")
    pair.world.mail.latency(60, {"settings/sysadmin/domain-delete": 700})
    ending = Thread(target=pair.post, args=(first, 920, "terminate"))
    ending.start()
    _wait(lambda: pair.newest(920).kind == "terminate")

    during = pair.create(second, 920, "anew.test")
    ending.join()
    after = pair.create(second, 920, "anew.test")

    assert (during.status_code, during.json()["code"]) == (409, "busy")
    assert after.status_code == 200
    assert pair.signs_in("anew.test", after.json())


def test_a_customer_who_changes_something_does_not_keep_whmcs_from_suspending(pair: Pair) -> None:
    first, second = pair.processes
    pair.create(first, 930, "both.test")
    with pair.world.app.app_context():
        service = pair.service(930)
        turns.take(service, "a customer's change")
        Thread(target=_release_soon, args=(pair, service)).start()

    answer = pair.post(second, 930, "suspend")

    assert answer.json() == {"status": "suspended"}


@pytest.mark.parametrize("path", ["settings/sysadmin/domain-put", "settings/sysadmin/domain-settings"])
def test_a_creation_whose_process_is_killed_is_completed_by_the_next_call(pair: Pair, path: str) -> None:
    svc, name = 940 + len(path), f"killed{len(path)}.test"
    pair.world.mail.latency(20, {path: 1500})
    with Gunicorn("wsgi:app", pair.environment, pair.folder / "3") as doomed:
        calling = Thread(target=_hopeless, args=(pair, doomed, svc, name))
        calling.start()
        _wait(lambda: _is_asked(pair, svc, path))
        doomed.kill()
        calling.join()
    left = pair.newest(svc)
    pair.world.mail.latency(0)

    too_soon = pair.create(pair.processes[0], svc, name)
    _let_its_turn_end(pair)
    completed = pair.create(pair.processes[0], svc, name)

    assert (left.state, too_soon.status_code, too_soon.json()["code"]) == ("running", 409, "busy")
    assert completed.status_code == 200
    assert completed.json()["username"] == left.wanted["admin"]
    assert pair.signs_in(name, completed.json())
    assert (pair.newest(svc).id, pair.newest(svc).state, pair.newest(svc).attempts) == (left.id, "done", 2)
    assert pair.world.mail.state(name)["settings"]["maxUsers"] == 11


def _wait(so: Any) -> None:
    last = time.monotonic() + DEADLINE
    while time.monotonic() < last:
        try:
            if so():
                return
        except AssertionError:
            pass
        time.sleep(0.02)
    raise TimeoutError


def _is_asked(pair: Pair, svc: int, path: str) -> bool:
    """Whether the mail server has that call, and no answer to it was given yet."""
    newest = pair.newest(svc)
    steps = {step["name"]: step["result"] for step in newest.steps}
    time.sleep(0.1)
    return bool(newest.wanted["made"]) if path.endswith("put") else steps["settings"] == "unknown"


def _hopeless(pair: Pair, process: Gunicorn, svc: int, name: str) -> None:
    try:
        pair.create(process, svc, name)
    except requests.RequestException:
        return


def _release_soon(pair: Pair, service: Service) -> None:
    time.sleep(0.5)
    with pair.world.app.app_context():
        turns.release(service, "a customer's change")


def _let_its_turn_end(pair: Pair) -> None:
    with pair.world.app.app_context():
        Turn.update(until=0).execute()
