"""The log: a line of JSON for each request, by which both sides find it, and nothing in it that opens anything."""

import io
import json
import logging
import logging.config
from collections.abc import Iterator
from typing import Any

import pytest
from structlog.contextvars import bound_contextvars

from portal import collection, logs
from portal.store import database
from tests.views.api.whmcs import Whmcs
from tests.world import BASE, Visitor, World


class Log(io.StringIO):
    def lines(self, event: str = "") -> list[dict[str, Any]]:
        told = [json.loads(line) for line in self.getvalue().splitlines()]
        return [line for line in told if event in line["event"]]


@pytest.fixture
def log() -> Iterator[Log]:
    """What is written meanwhile, as it is in production."""
    written, root, ours = Log(), logging.getLogger(), logging.getLogger("portal")
    handlers, levels = root.handlers[:], (root.level, ours.level)
    logging.config.dictConfig(logs.configuration("json"))
    [handler] = [one for one in root.handlers if one not in handlers]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(written)
    yield written
    root.handlers[:] = handlers
    root.setLevel(levels[0])
    ours.setLevel(levels[1])


def test_each_request_has_one_line_with_what_it_was_about(world: World, alice: Visitor, log: Log) -> None:
    answer = alice.get("mailboxes/carol@alice.test")

    [line] = log.lines("request")
    assert line["request_id"] == answer.headers["X-Request-Id"]
    assert (line["method"], line["route"]) == ("GET", "/s/<where:where>/mailboxes/<address:address>")
    assert (line["tenant"], line["svc"], line["status"]) == ("northwind", 101, 200)
    assert line["ms"] > 0
    assert "carol" not in log.getvalue()


def test_a_call_of_whmcs_keeps_the_number_that_whmcs_gave_it(world: World, log: Log) -> None:
    owner = Whmcs(world, "northwind")
    header = owner.header("GET", "/api/v1/ping", b"")

    answer = owner.send("GET", "/api/v1/ping", b"", header, **{"X-Request-Id": "whmcs-0123456789"})

    assert answer.headers["X-Request-Id"] == "whmcs-0123456789"
    assert [(line["request_id"], line["tenant"]) for line in log.lines("request")] == [
        ("whmcs-0123456789", "northwind")
    ]


def test_a_refused_call_tells_its_number_in_the_problem(world: World, log: Log) -> None:
    answer = Whmcs(world, "northwind").send("GET", "/api/v1/ping", b"", None, **{"X-Request-Id": "whmcs-0123456789"})

    assert answer.status_code == 401
    assert answer.get_json(force=True)["request_id"] == "whmcs-0123456789"


@pytest.mark.parametrize("number", ["short", "x" * 65, "a\"b'c{}{}{}", "with spaces in it", "täglich-und-nächtlich"])
def test_a_number_that_is_not_well_formed_is_replaced(world: World, number: str) -> None:
    answer = world.app.test_client().get("/api/v1/ping", base_url=BASE, headers={"X-Request-Id": number})

    assert answer.headers["X-Request-Id"] != number
    assert answer.get_json(force=True)["request_id"] == answer.headers["X-Request-Id"]


def test_browsers_do_not_choose_their_number(world: World) -> None:
    answer = world.app.test_client().get("/healthz", base_url=BASE, headers={"X-Request-Id": "chosen-by-me"})

    assert answer.headers["X-Request-Id"] != "chosen-by-me"


def test_a_failed_call_to_the_mail_server_is_told_with_the_request_it_was_for(
    world: World, alice: Visitor, log: Log
) -> None:
    world.mail.faults({"path": "settings/", "kind": "500", "message": "Words of the server"})

    answer = alice.get("addresses/")

    failed = log.lines("call failed")
    assert failed
    assert {line["request_id"] for line in failed} == {answer.headers["X-Request-Id"]}
    assert {(line["tenant"], line["svc"]) for line in failed} == {("northwind", 101)}
    assert len({line["operation"] for line in failed}) > 3
    assert "Words of the server" not in log.getvalue()


def test_a_fault_of_ours_is_one_line_without_local_variables(world: World, alice: Visitor, log: Log) -> None:
    with world.app.app_context():
        database.execute_sql("UPDATE mail_server SET password = 'a-secret-in-a-local-variable'")

    answer = alice.get("usage")

    [line] = [line for line in log.lines() if "exception" in line]
    assert answer.status_code == 500
    assert line["exception"][0]["exc_type"] == "WrongKey"
    assert line["request_id"] == answer.headers["X-Request-Id"]
    assert "a-secret-in" not in log.getvalue()


def test_a_line_break_in_what_is_told_makes_no_second_line(log: Log) -> None:
    logging.getLogger("portal.test").warning("one\n%s", '{"event": "forged"}')

    assert [line["event"] for line in log.lines()] == ['one\n{"event": "forged"}']


def test_for_people_the_log_is_text() -> None:
    formatter = logs.configuration("text")["formatters"]["portal"]
    record = logging.LogRecord("portal.access_log", logging.INFO, "", 0, "request", (), None)
    record.route = "/healthz"

    text = formatter["()"](formatter["form"]).format(record)

    assert "request" in text
    assert "route=/healthz" in text


def test_what_a_job_has_its_threads_do_tells_the_job_and_whose_it_is(world: World, log: Log) -> None:
    world.mail.build("100.no-list-users")
    world.mail.faults(
        {"path": "settings/domain/account-search-quick", "kind": "500"},
        {"path": "settings/sysadmin/list-users/alice.test", "kind": "500"},
    )

    with world.app.app_context(), bound_contextvars(job="collect"):
        list(collection.now_of(world.app.extensions["mail"], [world.service("northwind", 101)]))

    told = {tuple(line.get(name) for name in ("job", "tenant", "svc")) for line in log.lines("the sizes of the")}
    assert told == {("collect", "northwind", 101)}
