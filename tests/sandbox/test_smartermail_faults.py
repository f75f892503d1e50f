"""What goes wrong on purpose in the SmarterMail sandbox, its log, its clock and its connections."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from portal.sandbox.control import ControlError, Running

PUT = "settings/domain/user-put"
DATA = "settings/domain/data"
ADELE, PASSWORD = "adele.arnaud@alice.test", "Seeded-Password-1"
MARIE = {"userData": {"userName": "marie", "password": "Marie-Pass-1"}}


def exists(sandbox):
    return "marie" in sandbox.state("alice.test")["users"]


@pytest.mark.parametrize(
    ("kind", "status"), [("500", 500), ("401", 401), ("403", 403), ("404", 404), ("refuse400", 400), ("refuse", 200)]
)
@pytest.mark.parametrize(("when", "done"), [("before", False), ("after", True)])
def test_an_answer_is_replaced_before_or_after_the_effect(alice, sandbox, kind, status, when, done):
    sandbox.faults({"path": PUT, "kind": kind, "when": when, "times": 1})

    answer = alice.post(PUT, MARIE)

    assert (answer.status_code, exists(sandbox)) == (status, done)


@pytest.mark.parametrize("kind", ["refuse", "refuse400"])
def test_a_refusal_carries_the_wanted_message(alice, sandbox, kind):
    sandbox.faults({"path": PUT, "kind": kind, "message": "SOME_LIMIT_EXCEEDED|3"})

    answer = alice.post(PUT, MARIE)

    assert (answer.json()["success"], answer.json()["message"]) == (False, "SOME_LIMIT_EXCEEDED|3")


def test_html_comes_as_a_success(alice, sandbox):
    sandbox.faults({"kind": "html"})

    answer = alice.get(DATA)

    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")


@pytest.mark.parametrize(("when", "done"), [("before", False), ("after", True)])
def test_down_closes_the_connection_without_a_word(alice, sandbox, when, done):
    sandbox.faults({"path": PUT, "kind": "down", "when": when, "times": 1})

    with pytest.raises(requests.ConnectionError, match="without response"):
        alice.post(PUT, MARIE)

    assert exists(sandbox) is done


@pytest.mark.parametrize(("when", "done"), [("before", False), ("after", True)])
def test_cut_breaks_off_in_the_middle_of_the_body(alice, sandbox, when, done):
    sandbox.faults({"path": PUT, "kind": "cut", "when": when, "times": 1})

    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        alice.post(PUT, MARIE)

    assert exists(sandbox) is done


def test_slow_answers_in_the_end(alice, sandbox):
    sandbox.faults({"path": DATA, "kind": "slow", "ms": 120})

    answer = alice.get(DATA)

    assert (answer.status_code, answer.elapsed.total_seconds() >= 0.12) == (200, True)


def test_slow_after_the_effect_lets_a_client_give_up_on_a_change_that_was_made(alice, sandbox):
    sandbox.faults({"path": PUT, "kind": "slow", "when": "after", "ms": 300})

    with pytest.raises(requests.ReadTimeout):
        alice.http.post(f"{sandbox.url}/api/v1/{PUT}", json=MARIE, headers=alice.headers, timeout=0.1)

    assert exists(sandbox)


def test_a_fault_strikes_as_often_as_it_should(alice, sandbox):
    sandbox.faults({"path": DATA, "kind": "500", "times": 2})

    assert [alice.get(DATA).status_code for _ in range(3)] == [500, 500, 200]


def test_a_fault_lets_as_many_calls_through_as_it_should(alice, sandbox):
    sandbox.faults({"path": DATA, "kind": "500", "times": 1, "skip": 2})

    assert [alice.get(DATA).status_code for _ in range(4)] == [200, 200, 500, 200]


def test_a_fault_without_number_strikes_until_it_is_replaced(alice, sandbox):
    sandbox.faults({"path": "settings/domain/", "kind": "500"})
    struck = [alice.get(DATA).status_code for _ in range(3)]

    sandbox.faults()

    assert (struck, alice.get(DATA).status_code) == ([500] * 3, 200)


def test_a_fault_strikes_no_other_path(alice, admin, sandbox):
    sandbox.faults({"path": "settings/domain/", "kind": "500"})

    assert admin.get("settings/sysadmin/domain-names").status_code == 200


@pytest.mark.parametrize(
    "fault", [{"kind": "flood"}, {"kind": "500", "when": "during"}, {"path": "*"}, {"kinds": "500"}]
)
def test_a_fault_that_is_not_understood_is_refused(sandbox, fault):
    with pytest.raises(ControlError):
        sandbox.faults(fault)


def test_the_switches_work_while_everything_is_down(sandbox):
    sandbox.faults({"kind": "down"})

    sandbox.reset()

    assert requests.get(f"{sandbox.url}/api/v1/{DATA}").status_code == 401


def test_every_call_takes_its_time_and_some_paths_more(alice, sandbox):
    sandbox.latency(40, {"settings/domain/mailbox": 90})

    answers = [alice.get(DATA), alice.get("settings/domain/mailbox-forward-list/admin@alice.test")]

    took = [answer.elapsed.total_seconds() for answer in answers]
    assert 0.04 <= took[0] < took[1]
    assert took[1] >= 0.09


def test_calls_at_the_same_time_wait_at_the_same_time(alice, sandbox):
    sandbox.latency(100)
    began = time.monotonic()

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: alice.get(DATA).status_code, range(8)))

    assert statuses == [200] * 8
    assert time.monotonic() - began < 0.5


def test_the_log_tells_what_was_called_and_how_it_went(alice, sandbox):
    sandbox.clear_log()
    sandbox.faults({"path": PUT, "kind": "down", "times": 1})
    with pytest.raises(requests.ConnectionError):
        alice.post(PUT, MARIE)

    alice.get("settings/domain/user/nobody@alice.test")
    alice.get("nowhere")

    calls = sandbox.calls()
    assert [(call["method"], call["path"], call["status"], call["domain"]) for call in calls] == [
        ("POST", PUT, None, ""),
        ("GET", "settings/domain/user/nobody@alice.test", 400, "alice.test"),
        ("GET", "nowhere", 404, ""),
    ]
    assert all(call["ms"] >= 0 and abs(time.time() - call["at"]) < 60 for call in calls)


def test_the_log_holds_sign_ins_but_no_secret(nobody, sandbox):
    nobody.post("auth/authenticate-user", {"username": "adele.arnaud@alice.test", "password": "canary-word"})

    calls = sandbox.calls()

    assert [(call["path"], call["domain"]) for call in calls] == [("auth/authenticate-user", "alice.test")]
    assert "canary" not in str(calls)


def test_a_connection_is_kept_for_the_next_call(alice, sandbox):
    sandbox.clear_log()

    for _ in range(5):
        alice.get(DATA)

    assert len({call["port"] for call in sandbox.calls()}) == 1


def test_a_connection_is_kept_after_an_answer_that_left_the_body_unread(alice, sandbox):
    sandbox.clear_log()
    sandbox.faults({"path": PUT, "kind": "500"})

    answers = [alice.post(PUT, MARIE), alice.get(DATA)]

    assert [answer.status_code for answer in answers] == [500, 200]
    assert len({call["port"] for call in sandbox.calls()}) == 1


def test_a_reset_brings_the_start_back(alice, sandbox):
    alice.post(PUT, MARIE)
    sandbox.domain("carol.test")

    sandbox.reset()

    assert not exists(sandbox)
    assert sandbox.calls() == []
    with pytest.raises(LookupError):
        sandbox.state("carol.test")


def test_a_call_that_a_reset_overtakes_does_nothing_afterwards(nobody, sandbox):
    sandbox.faults({"kind": "slow", "ms": 5000})
    url, credentials = f"{sandbox.url}/api/v1/auth/authenticate-user", {"username": ADELE, "password": PASSWORD}
    with pytest.raises(requests.ReadTimeout):
        nobody.http.post(url, json=credentials, timeout=0.1)

    sandbox.reset()

    time.sleep(0.05)
    assert sandbox.sessions(ADELE) == []
    assert sandbox.calls() == []


def test_ten_thousand_mailboxes_and_aliases_are_there_in_time(admin, sandbox):
    began = time.monotonic()

    sandbox.domain("big.test", mailboxes=10_000, aliases=10_000)

    took = time.monotonic() - began
    figures = admin.get("settings/sysadmin/domain/big.test").json()["domainData"]
    assert (figures["userCount"], figures["aliasCount"]) == (10_001, 10_000)
    assert took < 2


def test_a_stopped_sandbox_refuses_connections():
    with Running() as running:
        url = running.url

    with pytest.raises(requests.ConnectionError, match="refused"):
        requests.get(url)
