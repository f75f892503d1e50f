"""What staff read when WHMCS and the portal do not come together, whichever function they used."""

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
import time_machine

from tests.sso.whmcs import Whmcs
from tests.world import World

# Answers with what went wrong: a text, or an array that has it.
FUNCTIONS = (
    *("CreateAccount", "SuspendAccount", "UnsuspendAccount", "TerminateAccount", "ChangePackage"),
    *("RefreshUsage", "FinishSteps", "RegisterExisting", "NewAdminPassword"),
    *("TestConnection", "UsageUpdate", "ListAccounts", "AdminServicesTabFields"),
)
# One for each thing that an answer must have.
KINDS_OF_ANSWER = ("CreateAccount", "RegisterExisting", "TestConnection", "ListAccounts", "AdminServicesTabFields")
QUIET = ("Renew", "AdminCustomButtonArray", "AdminLink", "ClientArea", "ServiceSingleSignOn", "AdminSingleSignOn")

GARBAGE = {
    "html": b"<html>Welcome</html>",
    "truncated": b'{"status": "act',
    "a list": b"[]",
    "a text": b'"active"',
    "another type": b'{"status": 5, "services": "none", "servers": 1, "svc": "101", "tenant": "northwind"}',
    "nothing": b"",
}


@pytest.fixture
def whmcs(beside_portal: Whmcs) -> Whmcs:
    return beside_portal


def silent_about(whmcs: Whmcs, *words: str, functions: Sequence[str] = FUNCTIONS) -> list[str]:
    """The functions that leave out some of these words."""
    texts = {function: str(whmcs.call(function, 101)["result"]) for function in functions}
    return [function for function, text in texts.items() if not all(word in text for word in words)]


@contextmanager
def something_else(answer: Any) -> Iterator[int]:
    """What answers at some port, instead of the portal, to any call: (status, body) of its headers and its body."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            status, text = answer(dict(self.headers), body)
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_PUT = _answer

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(("shift", "side"), [(-1000, "ahead of"), (1000, "behind")])
def test_a_wrong_clock_is_told_by_how_much(whmcs: Whmcs, shift: int, side: str) -> None:
    with time_machine.travel(time.time() + shift):
        assert silent_about(whmcs, "The clock of this WHMCS is", side, "Set both by NTP.") == []


def test_a_wrong_key_is_told(whmcs: Whmcs) -> None:
    whmcs.server["serverpassword"] = "x" * 43

    assert silent_about(whmcs, "the password is not its key") == []


def test_an_unknown_tenant_is_told(whmcs: Whmcs) -> None:
    whmcs.server["serverusername"] = "nobody"

    assert silent_about(whmcs, "does not know this user name (tenant)") == []


def test_a_portal_by_another_name_is_told(whmcs: Whmcs, world: World) -> None:
    world.app.config["PORTAL_BASE_URL"] = "https://mail.example.com"

    assert silent_about(whmcs, "PORTAL_BASE_URL") == []


def test_a_portal_that_is_down_is_told(whmcs: Whmcs) -> None:
    whmcs.server["serverport"] = "1"

    assert silent_about(whmcs, "the portal is down, or a firewall is between") == []


@pytest.mark.parametrize("garbage", GARBAGE)
def test_something_that_is_not_the_portal_is_told(whmcs: Whmcs, garbage: str) -> None:
    with something_else(lambda headers, body: (200, GARBAGE[garbage])) as port:
        whmcs.server["serverport"] = str(port)

        assert silent_about(whmcs, "is not the portal", functions=KINDS_OF_ANSWER) == []


def test_a_fault_of_the_portal_is_told_with_where_to_look(whmcs: Whmcs) -> None:
    with something_else(lambda headers, body: (502, b"<html>Bad Gateway</html>")) as port:
        whmcs.server["serverport"] = str(port)

        assert silent_about(whmcs, "has a fault of its own (HTTP 502). Its log says more under") == []


def test_both_logs_tell_of_a_call_under_the_same_number(whmcs: Whmcs) -> None:
    (call,) = whmcs.run("TestConnection", whmcs.server)["module_calls"]

    assert call["request"]["request_id"]
    assert call["response"]["HTTP 200"]["tenant"] == "northwind"


@pytest.mark.parametrize("echo", ["json", "html", "problem"])
def test_no_secret_is_in_any_log_whoever_answers(whmcs: Whmcs, echo: str) -> None:
    """Something that sends back all it got, to every function."""
    whmcs.query("update tblhosting set password = 'encrypted:Canary-Of/The-Admin-1' where id = 101")
    got = ""

    def answer(headers: dict[str, str], body: str) -> tuple[int, bytes]:
        nonlocal got
        got += headers["Authorization"] + body
        if echo == "html":
            return 200, f"<html>{headers} {body}</html>".encode()
        told = {
            "headers": headers,
            "said": body,
            "new_password": "Canary-Of/The-Portal-2",
            "password": 'Canary-3/"Long',
        }
        if echo == "json":
            return 200, json.dumps(told | {"status": "active", "svc": 101, "servers": [], "services": []}).encode()
        return 409, json.dumps(told | {"code": "taken", "detail": f"{headers['Authorization']} {body}"}).encode()

    with something_else(answer) as port:
        whmcs.server["serverport"] = str(port)
        answers = [whmcs.call(function, 101) for function in (*FUNCTIONS, *QUIET)]

    logs = json.dumps([[each["module_calls"], each["activity"], each["mails"]] for each in answers])
    shown = json.dumps([each["result"] for each in answers])
    assert "Canary" in got
    assert logs.count("request_id") >= len(FUNCTIONS)
    assert "eyJ" not in logs
    assert [secret for secret in ("Canary", whmcs.server["serverpassword"]) if secret in logs + shown] == []


def test_no_secret_is_in_any_log_or_answer_of_a_service_s_whole_life(whmcs: Whmcs, world: World) -> None:
    whmcs.add_service(110, "new.test", domainstatus="Pending", password="encrypted:Canary-Of-Whmcs-1")
    whmcs.add_service(111, "old.test", username="oldadmin", password="encrypted:Canary-Of-Old-2!")
    world.mail.domain("old.test", admin="oldadmin", admin_password="Canary-Of-Old-2!")
    secrets = ["Canary-", whmcs.server["serverpassword"], world.mail.password]

    answers = [whmcs.call("RegisterExisting", 111)]
    for function in ("CreateAccount", "NewAdminPassword", "SuspendAccount", "UnsuspendAccount", "ChangePackage"):
        answers.append(whmcs.call(function, 110))
        secrets.append(whmcs.service(110)["password"].removeprefix("encrypted:"))
    answers += [whmcs.call(function, 110) for function in (*FUNCTIONS, "AdminServicesTabFields", "TerminateAccount")]

    assert answers[1]["result"] == "success"
    written = json.dumps(answers, ensure_ascii=False)
    assert [secret for secret in secrets if secret in written] == []
    assert "Authorization" not in written
