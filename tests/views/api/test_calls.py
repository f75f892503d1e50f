"""Who may call: the envelope, its single use, and how a refusal is told."""

import hashlib
import json
import logging
import time
from typing import Any

import pytest

from portal.store import database, tenants
from sso import envelope
from tests.at_once import at_once
from tests.views.api.whmcs import OWN_PASSWORD, Whmcs, find, problem, registration
from tests.world import BASE, World


def test_a_signed_call_is_answered(owner: Whmcs) -> None:
    answer = owner.call("GET", "/api/v1/servers")

    assert answer.status_code == 200
    assert answer.get_json() == {"servers": [{"name": "mail1", "kind": "smartermail"}]}


@pytest.mark.parametrize(
    "signed",
    [
        {"path": "/api/v1/ping"},
        {"method": "POST"},
        {"body": hashlib.sha256(b"{}").hexdigest()},
        {"host": "other.test"},
        {"host": "portal.test:8443"},
        {"jti": "short"},
        {"jti": None},
        {"more": "than the schema has"},
    ],
    ids=str,
)
def test_a_signature_for_another_call_is_refused(owner: Whmcs, signed: dict[str, Any]) -> None:
    answer = owner.call("GET", "/api/v1/servers", **signed)

    assert problem(answer) == (401, "not-this-call")
    assert answer.headers["WWW-Authenticate"] == "Portal"


def test_the_query_is_part_of_what_is_signed(owner: Whmcs) -> None:
    as_signed = owner.call("GET", "/api/v1/servers?after=a%20b&limit=5")
    other_query = owner.call("GET", "/api/v1/servers?limit=6", path="/api/v1/servers?limit=5")
    no_query = owner.call("GET", "/api/v1/servers?limit=6", path="/api/v1/servers")

    assert as_signed.status_code == 200
    assert problem(other_query) == problem(no_query) == (401, "not-this-call")


def test_a_body_changed_on_the_way_is_refused(world: World, owner: Whmcs) -> None:
    honest, forged = (json.dumps(registration(name)).encode() for name in ("new.test", "evil.test"))
    header = owner.header("PUT", "/api/v1/services/900", honest)

    answer = owner.send("PUT", "/api/v1/services/900", forged, header)

    assert problem(answer) == (401, "not-this-call")
    assert find(world, "northwind", 900) is None


@pytest.mark.parametrize(("age", "status"), [(-29, 200), (89, 200), (-40, 401), (100, 401)])
def test_a_call_is_good_from_30_seconds_ahead_to_90_seconds_old(owner: Whmcs, age: int, status: int) -> None:
    answer = owner.call("GET", "/api/v1/servers", now=time.time() - age)

    assert answer.status_code == status
    if status == 401:
        assert problem(answer) == (401, "wrong-age")


def test_a_call_is_answered_once(owner: Whmcs) -> None:
    header = owner.header("GET", "/api/v1/servers", b"")

    first = owner.send("GET", "/api/v1/servers", b"", header)
    again = owner.send("GET", "/api/v1/servers", b"", header)

    assert first.status_code == 200
    assert problem(again) == (401, "replayed")


def test_of_ten_at_once_with_one_envelope_one_is_answered(owner: Whmcs) -> None:
    header = owner.header("GET", "/api/v1/servers", b"")

    answers = at_once(10, lambda _number: owner.send("GET", "/api/v1/servers", b"", header))

    assert sorted(answer.status_code for answer in answers) == [200] + [401] * 9


def test_one_identifier_is_good_once_for_each_tenant(owner: Whmcs, reseller: Whmcs) -> None:
    jti = envelope.new_jti()

    answers = [whmcs.call("GET", "/api/v1/servers", jti=jti) for whmcs in (owner, reseller, owner)]

    assert [answer.status_code for answer in answers] == [200, 200, 401]


@pytest.mark.parametrize("header", [None, "", "Portal", "Portal northwind", "Portal northwind x.y.z", "Bearer x", "é"])
def test_without_a_good_envelope_nothing_is_answered(owner: Whmcs, header: str | None) -> None:
    answer = owner.send("GET", "/api/v1/servers", b"", header)

    assert problem(answer) == (401, "not-signed")
    assert answer.headers["WWW-Authenticate"] == "Portal"


def test_a_wrong_key_and_an_unknown_tenant_are_answered_alike(world: World, owner: Whmcs, reseller: Whmcs) -> None:
    another_key = owner.call("GET", "/api/v1/servers", key=envelope.new_key())
    another_tenants = owner.call("GET", "/api/v1/servers", key=world.keys["harbour"])
    header = owner.header("GET", "/api/v1/servers", b"").replace("northwind", "nobody")
    unknown = owner.send("GET", "/api/v1/servers", b"", header)

    assert another_key.status_code == another_tenants.status_code == unknown.status_code == 401
    said = [answer.get_json() | {"request_id": ""} for answer in (another_key, another_tenants, unknown)]
    assert said[0] == said[1] == said[2]


def test_a_hand_off_opens_no_api(world: World, owner: Whmcs) -> None:
    answer = owner.send("GET", "/api/v1/servers", b"", f"Portal northwind {world.token(world.claims())}")

    assert problem(answer) == (401, "not-signed")


@pytest.mark.parametrize("header", [{"Cookie": "__Host-portal=x"}, {"Origin": BASE}, {"Origin": "null"}], ids=str)
def test_what_a_browser_could_send_is_refused_unread(owner: Whmcs, header: dict[str, str]) -> None:
    signed = owner.header("GET", "/api/v1/servers", b"")

    from_browser = owner.send("GET", "/api/v1/servers", b"", signed, **header)
    from_server = owner.send("GET", "/api/v1/servers", b"", signed)

    assert problem(from_browser) == (401, "not-signed")
    assert from_server.status_code == 200


def test_no_answer_lets_another_site_read_it(owner: Whmcs) -> None:
    answers = [owner.call("GET", "/api/v1/servers"), owner.call("OPTIONS", "/api/v1/servers")]

    assert not any(name.lower().startswith("access-control") for answer in answers for name, _ in answer.headers)
    assert answers[0].headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/no-such-call", 404, "not-found"),
        ("GET", "/api/v1/services/x", 404, "not-found"),
        ("POST", "/api/v1/ping", 405, "method-not-allowed"),
        ("DELETE", "/api/v1/services/101", 405, "method-not-allowed"),
    ],
)
def test_calls_there_are_none_of_are_problems_too(owner: Whmcs, method: str, path: str, status: int, code: str) -> None:
    answer = owner.call(method, path)

    assert problem(answer) == (status, code)


def test_a_body_beyond_all_measure_is_a_problem_too(owner: Whmcs) -> None:
    answer = owner.call("PUT", "/api/v1/services/900", b"x" * 300_000)

    assert problem(answer) == (413, "request-entity-too-large")


def test_without_the_store_nothing_is_believed(world: World, owner: Whmcs, caplog: pytest.LogCaptureFixture) -> None:
    with world.app.app_context():
        database.execute_sql("DROP TABLE spent_token")

    answer = owner.call("GET", "/api/v1/servers")

    assert problem(answer) == (503, "try-again")
    assert "spent_token" not in answer.text


def test_a_fault_of_ours_is_a_problem_with_a_number(
    world: World, owner: Whmcs, caplog: pytest.LogCaptureFixture
) -> None:
    with world.app.app_context():
        database.execute_sql("UPDATE mail_server SET password = 'not encrypted by us'")

    answer = owner.call("GET", "/api/v1/ping")

    assert problem(answer) == (500, "internal")
    assert answer.get_json(force=True)["detail"].split()[-1].rstrip(".") in caplog.text
    assert "encrypt" not in answer.text


def test_nothing_that_is_secret_or_could_be_replayed_is_logged(
    world: World, reseller: Whmcs, taken: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    raw = json.dumps(registration(taken, password=OWN_PASSWORD)).encode()
    header = reseller.header("PUT", "/api/v1/services/900", raw)

    reseller.send("PUT", "/api/v1/services/900", raw, header)
    reseller.send("PUT", "/api/v1/services/900", raw, header)
    reseller.put(901, taken, password="Wrong!Passw0rd")

    logged = "\n".join(record.getMessage() for record in caplog.records)
    with world.app.app_context():
        dump = "\n".join(database.connection().iterdump())
        keys = [key for slug in ("northwind", "harbour") for key in tenants.keys(tenants.by_slug(slug))]
    secrets = [header.split()[-1], OWN_PASSWORD, "Wrong!Passw0rd", world.mail.password, *keys]
    assert not any(secret in logged or secret in dump for secret in secrets)
