"""What goes wrong on purpose in the PolarisMail sandbox, its hosts, its log and its clock."""

import time

import pytest
import requests

from portal.sandbox.control import ControlError
from portal.sandbox.polarismail.control import PolarisMail

SALES = {"alias": "sales", "domain": "mail.test", "forward": "x@example.net"}


def exists(sandbox):
    return "sales" in sandbox.state("mail.test")["aliases"]


@pytest.mark.parametrize(("kind", "status"), [("500", 500), ("502", 502), ("403", 403), ("429", 429), ("html", 200)])
@pytest.mark.parametrize(("when", "done"), [("before", False), ("after", True)])
def test_an_answer_is_replaced_before_or_after_the_effect(admin, sandbox, kind, status, when, done):
    sandbox.faults({"action": "addAlias", "kind": kind, "when": when, "times": 1})

    answer = admin.post("addAlias", **SALES)

    assert (answer.status_code, exists(sandbox)) == (status, done)


@pytest.mark.parametrize("kind", ["html", "nonsense", "empty"])
def test_an_answer_may_be_no_json(admin, sandbox, kind):
    sandbox.faults({"action": "getAllDomains", "kind": kind})

    answer = admin.post("getAllDomains")

    assert answer.status_code == 200
    with pytest.raises(requests.JSONDecodeError):
        answer.json()


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("array", [{"returncode": 1, "returndata": "OK"}]),
        ("no-code", {"returndata": "OK"}),
        ("wrong-code", {"returncode": "maybe", "returndata": "OK"}),
        ("wrong-type", {"returncode": 1, "returndata": 7}),
        ("wrong-rows", {"returncode": 1, "returndata": [7, None, {"x": []}]}),
        ("refuse", {"returncode": 0, "returndata": "Refused"}),
    ],
)
def test_an_answer_may_be_json_that_means_nothing(admin, sandbox, kind, said):
    sandbox.faults({"action": "getAllAliasesDomain", "kind": kind})

    assert admin.call("getAllAliasesDomain", domain="mail.test") == said


def test_a_refusal_carries_the_wanted_text(admin, sandbox):
    sandbox.faults({"action": "addAlias", "kind": "refuse", "message": "Permission denied"})

    assert admin.refusal("addAlias", **SALES) == "Permission denied"
    assert not exists(sandbox)


@pytest.mark.parametrize(("when", "done"), [("before", False), ("after", True)])
def test_down_closes_the_connection_without_a_word(admin, sandbox, when, done):
    sandbox.faults({"action": "addAlias", "kind": "down", "when": when, "times": 1})

    with pytest.raises(requests.ConnectionError, match="without response"):
        admin.post("addAlias", **SALES)

    assert exists(sandbox) is done


@pytest.mark.parametrize(("when", "done"), [("before", False), ("after", True)])
def test_cut_breaks_off_in_the_middle_of_the_body(admin, sandbox, when, done):
    sandbox.faults({"action": "addAlias", "kind": "cut", "when": when, "times": 1})

    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        admin.post("addAlias", **SALES)

    assert exists(sandbox) is done


@pytest.mark.parametrize(("when", "done"), [("before", False), ("after", True)])
def test_a_client_may_give_up_on_a_call_that_hangs(admin, sandbox, when, done):
    sandbox.faults({"action": "addAlias", "kind": "slow", "when": when, "ms": 1500})
    call = {"action": "addAlias", "token": admin.token} | SALES

    with pytest.raises(requests.ReadTimeout):
        admin.http.post(admin.url, data=call, timeout=0.3)

    assert exists(sandbox) is done


def test_a_fault_strikes_the_action_of_that_very_name(admin, sandbox):
    sandbox.faults({"action": "addList", "kind": "500"})

    answer = admin.post("addListMember", editlname="list00001", editdomain="mail.test", newmember="x@example.net")

    assert answer.status_code == 200


@pytest.mark.parametrize("everything", [{}, {"action": "*"}, {"action": "", "host": "*"}])
def test_a_fault_that_names_nothing_strikes_everything(admin, sandbox, everything):
    sandbox.faults({"kind": "500"} | everything)

    assert admin.post("getAllDomains").status_code == 500


def test_a_fault_may_strike_one_endpoint(nobody, door, sandbox, marie):
    sandbox.faults({"action": "login", "endpoint": "user", "kind": "500"})

    answers = [
        nobody.post("login", username=sandbox.username, password=sandbox.password),
        door.post("login", **marie, password="Marie-Pass-1"),
    ]

    assert [answer.status_code for answer in answers] == [200, 500]


def test_a_fault_may_strike_one_host(admin, sandbox):
    sandbox.faults({"host": "first", "kind": "502"})
    call = {"action": "getAllDomains", "token": admin.token}

    answers = [admin.http.post(f"{host}/admin/json.php", call) for host in (sandbox.url, sandbox.second_url)]

    assert [answer.status_code for answer in answers] == [502, 200]


def test_a_fault_may_strike_one_domain(admin, sandbox):
    sandbox.faults({"domain": "mail.test", "kind": "500"})

    answers = [admin.post("getAllListsDomain", domain=name) for name in ("mail.test", "post.test")]

    assert [answer.status_code for answer in answers] == [500, 200]


def test_a_fault_strikes_as_often_as_it_should(admin, sandbox):
    sandbox.faults({"action": "getAllDomains", "kind": "500", "times": 2})

    assert [admin.post("getAllDomains").status_code for _ in range(3)] == [500, 500, 200]


@pytest.mark.parametrize(
    "fault", [{"kind": "flood"}, {"kind": "500", "when": "during"}, {"action": "*"}, {"kind": "500", "path": "x"}]
)
def test_a_fault_that_is_not_understood_is_refused(sandbox, fault):
    with pytest.raises(ControlError):
        sandbox.faults(fault)


def test_switches_and_webmail_work_while_everything_is_down(sandbox, marie):
    sandbox.faults({"kind": "down"})

    assert sandbox.lets_in("marie@mail.test", "Marie-Pass-1")
    assert requests.get(f"{sandbox.url}/webmail/").status_code == 200


def test_every_call_takes_its_time_and_some_actions_more(admin, sandbox):
    sandbox.latency(40, {"getAllListsDomain": 90})

    answers = [admin.post("getAllDomains"), admin.post("getAllListsDomain", domain="mail.test")]

    took = [answer.elapsed.total_seconds() for answer in answers]
    assert 0.04 <= took[0] < took[1]
    assert took[1] >= 0.09


def test_the_log_tells_each_call_and_what_became_of_it(admin, door, sandbox, marie):
    sandbox.clear_log()
    sandbox.faults({"action": "addAlias", "kind": "down"})
    with pytest.raises(requests.ConnectionError):
        admin.post("addAlias", **SALES)
    admin.call("updateUser", editusername="marie", editdomain="Mail.test", editquota="3")
    door.call("login", **marie, password="canary-word")

    calls = sandbox.calls()

    assert [(call["endpoint"], call["action"], call["domain"], call["status"]) for call in calls] == [
        ("admin", "addAlias", "mail.test", None),
        ("admin", "updateUser", "mail.test", 200),
        ("user", "login", "mail.test", 200),
    ]
    assert all(call["host"] == "first" and abs(time.time() - call["at"]) < 60 for call in calls)
    assert "canary" not in str(calls)


def test_a_connection_is_kept_for_the_next_call(admin, sandbox):
    sandbox.clear_log()
    sandbox.faults({"action": "getAllDomains", "kind": "500", "times": 1})

    for _ in range(4):
        admin.post("getAllDomains")

    assert len({call["port"] for call in sandbox.calls()}) == 1


def test_a_reset_brings_the_start_back(admin, sandbox):
    admin.rows("addAlias", **SALES)
    sandbox.domain("third.test", mailboxes=1)

    sandbox.reset()

    assert not exists(sandbox)
    assert sandbox.calls() == []
    with pytest.raises(LookupError):
        sandbox.state("third.test")


def test_what_is_not_there_cannot_be_taken_away(sandbox):
    with pytest.raises(LookupError):
        sandbox.remove("mail.test", "nothing")


def test_ten_thousand_mailboxes_are_there_in_time(admin, sandbox):
    began = time.monotonic()

    sandbox.domain("big.test", mailboxes=10_000, aliases=10_000)

    took = time.monotonic() - began
    assert len(admin.users("big.test")) == 10_000
    assert took < 2


def test_a_stopped_sandbox_refuses_connections_on_both_hosts():
    with PolarisMail() as running:
        urls = [running.url, running.second_url]

    for url in urls:
        with pytest.raises(requests.ConnectionError, match="refused"):
            requests.get(url)
