import hashlib
import json
import logging
import threading
import time
from dataclasses import dataclass
from typing import Any

import pytest
import time_machine
from werkzeug.test import TestResponse

from portal.sandbox.control import Running
from portal.store import database, servers, services, tenants
from portal.store.services import Service
from portal.version import VERSION
from sso import envelope
from tests.world import ADMIN, BASE, World, new_mailbox

HOST = "portal.test"
OWN_PASSWORD = "Dom4in!Admins-Own"


@dataclass
class Whmcs:
    """A tenant's WHMCS."""

    world: World
    slug: str

    def call(self, method: str, path: str, body: Any = None, /, **signed: Any) -> TestResponse:
        """`signed` stands in the envelope instead of what is true of this call."""
        raw = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.send(method, path, raw, self.header(method, path, raw, **signed))

    def header(self, method: str, path: str, raw: bytes, /, **signed: Any) -> str:
        """`now` and `key` are the signer's; everything else stands in the payload."""
        now, key = signed.pop("now", None), signed.pop("key", self.world.keys[self.slug])
        payload = {
            "jti": envelope.new_jti(),
            "method": method,
            "path": path,
            "body": hashlib.sha256(raw).hexdigest(),
            "host": HOST,
        } | signed
        return f"Portal {self.slug} {envelope.seal(payload, [key], envelope.API, now)}"

    def send(self, method: str, path: str, raw: bytes, header: str | None, **headers: str) -> TestResponse:
        sent = headers if header is None else {"Authorization": header} | headers
        return self.world.app.test_client(use_cookies=False).open(
            path, method=method, base_url=BASE, data=raw, content_type="application/json", headers=sent
        )

    def put(self, svc: int, name: str, **changed: Any) -> TestResponse:
        return self.call("PUT", f"/api/v1/services/{svc}", registration(name, **changed))


def registration(name: str, **changed: Any) -> dict[str, Any]:
    """What the module tells about a service."""
    return {
        "product": "domain",
        "name": name,
        "username": ADMIN,
        "plan": {"server": "mail1", "max_users": "10"},
        "client": 1,
        "status": "Active",
        "billing": {"cycle": "Monthly", "months": 1, "status": "Active", "unit_price": "5.00"},
        "lang": "fr-CA",
        "currency": {"code": "CAD", "prefix": "$", "suffix": " CAD"},
    } | changed


def find(world: World, slug: str, svc: int) -> Service | None:
    with world.app.app_context():
        return services.find(slug, svc)


def problem(answer: TestResponse) -> tuple[int, str]:
    """Status and code; every refusal of the API has this form."""
    assert answer.content_type == "application/problem+json"
    body = answer.get_json(force=True)
    assert body["status"] == answer.status_code
    assert body["type"] == "about:blank"
    assert body["detail"]
    return answer.status_code, body["code"]


@pytest.fixture
def owner(world: World) -> Whmcs:
    """The WHMCS of northwind, to whom the portal belongs."""
    return Whmcs(world, "northwind")


@pytest.fixture
def reseller(world: World) -> Whmcs:
    """The WHMCS of harbour."""
    return Whmcs(world, "harbour")


@pytest.fixture
def taken(mail: Running) -> str:
    """A domain that is on the mail server and no service's; its admin's password is OWN_PASSWORD."""
    mail.domain("taken.test", admin=ADMIN, admin_password=OWN_PASSWORD)
    return "taken.test"


# who signs what


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
    statuses: list[int] = []

    def send() -> None:
        statuses.append(owner.send("GET", "/api/v1/servers", b"", header).status_code)

    threads = [threading.Thread(target=send) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses) == [200] + [401] * 9


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
    assert another_key.get_json() == another_tenants.get_json() == unknown.get_json()


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


# ping and servers


def test_ping_names_the_tenant_the_version_and_the_state_of_its_servers(owner: Whmcs) -> None:
    answer = owner.call("GET", "/api/v1/ping")

    said = answer.get_json()
    assert (said["tenant"], said["version"]) == ("northwind", VERSION)
    assert [(server["name"], server["kind"], server["ok"]) for server in said["servers"]] == [
        ("mail1", "smartermail", True)
    ]
    assert "Signed in as a system administrator" in said["servers"][0]["detail"]


def test_ping_of_a_silent_mail_server_says_which_and_keeps_answering(world: World, owner: Whmcs) -> None:
    world.mail.faults({"path": "*", "kind": "500", "message": "Secret words of the server"})

    answer = owner.call("GET", "/api/v1/ping")

    server = answer.get_json()["servers"][0]
    assert answer.status_code == 200
    assert server["ok"] is False
    assert "HTTP 500" in server["detail"]
    assert "Secret words" not in answer.text
    assert world.mail.password not in answer.text


@pytest.mark.parametrize("broken", [False, True])
def test_of_a_server_that_is_only_lent_a_reseller_learns_whether_it_answers_and_no_more(
    world: World, reseller: Whmcs, broken: bool
) -> None:
    if broken:
        world.mail.faults({"path": "*", "kind": "500"})

    answer = reseller.call("GET", "/api/v1/ping")

    server = answer.get_json()["servers"][0]
    sentence = "The mail server does not answer as it should." if broken else "The mail server answers."
    assert server == {"name": "mail1", "kind": "smartermail", "ok": not broken, "detail": sentence}


def test_a_tenant_sees_only_the_servers_lent_to_it(world: World, owner: Whmcs, reseller: Whmcs) -> None:
    with world.app.app_context():
        servers.add(
            kind="smartermail", name="mail2", url=world.mail.url, username="x", password="y", mail_host="m2.test"
        )

    owners, resellers = (whmcs.call("GET", "/api/v1/servers").get_json() for whmcs in (owner, reseller))

    assert [server["name"] for server in owners["servers"]] == ["mail1", "mail2"]
    assert [server["name"] for server in resellers["servers"]] == ["mail1"]


# registering a service


def test_a_new_service_is_answered_as_it_is_known_from_then_on(world: World, owner: Whmcs) -> None:
    answer = owner.put(900, "New-Domain.test")

    assert answer.status_code == 200
    assert answer.get_json() == registration("new-domain.test") | {"svc": 900, "server": "mail1", "plan_errors": {}}


def test_registering_makes_nothing_on_the_mail_server(world: World, owner: Whmcs) -> None:
    owner.put(900, "new-domain.test")

    with pytest.raises(LookupError):
        world.mail.state("new-domain.test")


def test_a_registered_service_can_be_opened_and_used(world: World, owner: Whmcs, taken: str) -> None:
    owner.put(900, taken)
    visitor = world.visitor(svc=900, name=taken)

    answer = visitor.post("mailboxes/", new_mailbox("marie"))

    assert answer.status_code == 200
    assert "marie" in world.mail.state(taken)["users"]


def test_a_repeat_leaves_and_reports_the_same_state(world: World, owner: Whmcs) -> None:
    first = owner.put(900, "new.test")
    again = owner.put(900, "new.test")

    with world.app.app_context():
        count = Service.select().where(Service.svc == 900).count()
    assert again.get_json() == first.get_json()
    assert count == 1


def test_a_later_registration_replaces_plan_state_and_name(world: World, owner: Whmcs) -> None:
    owner.put(900, "new.test")

    answer = owner.put(900, "newer.test", plan={"server": "mail1", "max_users": "5"}, status="Suspended")

    said = answer.get_json()
    assert (said["name"], said["plan"]["max_users"], said["status"]) == ("newer.test", "5", "Suspended")


@pytest.mark.parametrize("name", ["bücher.test", "BÜCHER.test", "xn--bcher-kva.test", "bücher.test."])
def test_a_name_is_kept_as_its_ascii_form_and_opened_by_either(world: World, owner: Whmcs, name: str) -> None:
    world.mail.domain("xn--bcher-kva.test", admin=ADMIN)

    answer = owner.put(900, name)
    visitors = [world.visitor(svc=900, name=handed) for handed in ("bücher.test", "xn--bcher-kva.test", "Bücher.Test")]

    assert answer.get_json()["name"] == "xn--bcher-kva.test"
    assert [visitor.get("usage").status_code for visitor in visitors] == [200] * 3


def test_a_plan_that_has_no_meaning_is_kept_and_its_errors_are_told(world: World, owner: Whmcs) -> None:
    plan = {"server": "mail1", "max_users": "many", "eas_price": "$3", "password_min_length": ""}

    answer = owner.put(900, "new.test", plan=plan)

    said = answer.get_json()
    assert answer.status_code == 200
    assert said["plan"] == plan
    assert said["plan_errors"].keys() == {"max_users", "eas_price"}
    assert "whole number" in said["plan_errors"]["max_users"]


def test_a_plan_without_a_server_takes_the_only_one_there_is(owner: Whmcs) -> None:
    answer = owner.put(900, "new.test", plan={})

    assert answer.get_json()["server"] == "mail1"


def test_a_plan_that_names_an_unknown_server_has_none_and_is_told(owner: Whmcs) -> None:
    answer = owner.put(900, "new.test", plan={"server": "mail9"})

    assert answer.status_code == 200
    assert answer.get_json()["server"] is None
    assert answer.get_json()["plan_errors"] == {"server": 'server: "mail9" is not one of your mail servers.'}


def test_a_slip_in_the_plans_server_locks_nobody_out(world: World, reseller: Whmcs, taken: str) -> None:
    reseller.put(900, taken, password=OWN_PASSWORD)
    visitor = world.visitor(slug="harbour", svc=900, name=taken)

    answer = reseller.put(900, taken, plan={"server": "mial1"})

    assert answer.get_json()["server"] == "mail1"
    assert answer.get_json()["plan_errors"].keys() == {"server"}
    assert visitor.get("usage").status_code == 200


def test_a_user_name_that_is_left_out_stays_as_it_was(world: World, owner: Whmcs) -> None:
    owner.put(900, "new.test", username="hidden7")

    answer = owner.put(900, "new.test", username="")

    assert answer.get_json()["username"] == "hidden7"


def test_the_plan_is_as_of_when_whmcs_signed_it(world: World, owner: Whmcs) -> None:
    signed_at = int(time.time()) - 40
    raw = json.dumps(registration("new.test")).encode()

    owner.send("PUT", "/api/v1/services/900", raw, owner.header("PUT", "/api/v1/services/900", raw, now=signed_at))

    assert find(world, "northwind", 900).plan_at == signed_at


def test_a_service_is_not_moved_to_another_server_by_its_plan(world: World, owner: Whmcs) -> None:
    with world.app.app_context():
        servers.add(
            kind="smartermail", name="mail2", url=world.mail.url, username="x", password="y", mail_host="m2.test"
        )
    owner.put(900, "new.test")

    answer = owner.put(900, "new.test", plan={"server": "mail2"})

    assert problem(answer) == (409, "move-first")
    assert find(world, "northwind", 900).server.name == "mail1"


def test_a_name_belongs_to_one_service_until_it_lets_go_of_it(owner: Whmcs) -> None:
    owner.put(900, "new.test")
    second = owner.put(901, "NEW.test")
    owner.put(900, "new.test", status="Terminated")
    third = owner.put(901, "new.test")

    assert problem(second) == (409, "taken")
    assert third.status_code == 200


def test_asking_for_a_name_keeps_nobody_from_it(owner: Whmcs, reseller: Whmcs) -> None:
    squatted = reseller.put(900, "new.test")

    answer = owner.put(901, "new.test")

    assert squatted.status_code == 200
    assert answer.status_code == 200


def test_a_name_that_another_service_holds_is_refused_before_any_password_is_tried(
    world: World, owner: Whmcs, reseller: Whmcs, taken: str
) -> None:
    owner.put(900, taken)
    world.mail.clear_log()

    answer = reseller.put(901, taken, password=OWN_PASSWORD)

    assert problem(answer) == (409, "taken")
    assert world.mail.calls() == []


def test_the_password_of_a_domains_admin_cannot_be_guessed_through_us(
    world: World, reseller: Whmcs, taken: str
) -> None:
    guesses = [reseller.put(900, taken, password=f"Guess-{number}") for number in range(5)]
    world.mail.clear_log()

    answer = reseller.put(900, taken, password=OWN_PASSWORD)

    assert {problem(guess) for guess in guesses} == {(409, "not-yours")}
    assert problem(answer) == (429, "too-many-requests")
    assert not any(call["path"].startswith("auth/") for call in world.mail.calls())


def test_the_owner_may_take_a_domain_that_exists(owner: Whmcs, taken: str) -> None:
    answer = owner.put(900, taken)

    assert answer.status_code == 200


def test_a_reseller_may_not_take_a_domain_that_exists(world: World, reseller: Whmcs, taken: str) -> None:
    answer = reseller.put(900, taken)

    assert problem(answer) == (409, "not-yours")
    assert find(world, "harbour", 900) is None


def test_a_reseller_proves_a_domain_by_its_admins_sign_in(world: World, reseller: Whmcs, taken: str) -> None:
    answer = reseller.put(900, taken, password=OWN_PASSWORD)
    visitor = world.visitor(slug="harbour", svc=900, name=taken)

    assert answer.status_code == 200
    assert OWN_PASSWORD not in answer.text
    assert visitor.get("usage").status_code == 200


def test_what_was_proved_once_need_not_be_proved_again(reseller: Whmcs, taken: str) -> None:
    reseller.put(900, taken, password=OWN_PASSWORD)

    answer = reseller.put(900, taken, plan={"server": "mail1", "max_users": "3"})

    assert answer.status_code == 200


def test_a_wrong_sign_in_proves_nothing_and_is_tried_once(world: World, reseller: Whmcs, taken: str) -> None:
    reseller.call("GET", "/api/v1/ping")
    world.mail.clear_log()

    answer = reseller.put(900, taken, password="Wrong!Passw0rd")

    tried = [call for call in world.mail.calls() if call["path"].startswith("auth/")]
    assert problem(answer) == (409, "not-yours")
    assert len(tried) == 1
    assert find(world, "harbour", 900) is None


@pytest.mark.parametrize(
    "claimed",
    [
        {"username": "marie", "password": "Seeded-Password-1"},
        {"username": "bob@bob.test", "password": "Seeded-Password-1"},
        {"username": f"{ADMIN}@bob.test", "password": "Domain-Admin-1"},
        {"username": "", "password": OWN_PASSWORD},
        {"username": ADMIN, "password": ""},
    ],
    ids=str,
)
def test_only_the_domains_own_admin_proves_it(
    world: World, reseller: Whmcs, taken: str, claimed: dict[str, Any]
) -> None:
    world.mail.mailbox(taken, "marie")

    answer = reseller.put(900, taken, **claimed)

    assert problem(answer) == (409, "not-yours")


@pytest.mark.parametrize(
    "first",
    [{"plan": {"server": "mail9"}}, {"status": "Terminated"}, {"name": "not-yet.test"}],
    ids=["without a server", "as terminated", "under another name"],
)
def test_nothing_registered_before_spares_the_proof(
    world: World, reseller: Whmcs, taken: str, first: dict[str, Any]
) -> None:
    prepared = reseller.call("PUT", "/api/v1/services/900", registration(taken) | first)

    answer = reseller.put(900, taken)

    assert prepared.status_code == 200
    assert problem(answer) == (409, "not-yours")


def test_a_domain_that_came_after_its_registration_is_not_opened_without_proof(
    world: World, reseller: Whmcs, mail: Running
) -> None:
    reseller.put(900, "later.test")
    mail.domain("later.test", admin=ADMIN)
    visitor = world.visitor(slug="harbour", svc=900, name="later.test")

    answers = [visitor.get("usage"), visitor.get("addresses/"), visitor.post("mailboxes/", new_mailbox("marie"))]

    assert [answer.status_code for answer in answers] == [503] * 3
    assert mail.state("later.test")["users"].keys() == {ADMIN}


def test_a_service_that_let_go_of_its_name_opens_nothing_whatever_its_hand_off_says(
    world: World, owner: Whmcs, reseller: Whmcs, taken: str
) -> None:
    reseller.put(900, taken, password=OWN_PASSWORD)
    reseller.put(900, taken, status="Terminated")
    owner.put(901, taken)

    with time_machine.travel(time.time() + 5):
        visitor = world.visitor(slug="harbour", svc=900, name=taken)
        looked, tried = visitor.get("addresses/"), visitor.post("mailboxes/", new_mailbox("marie"))

    assert (looked.status_code, tried.status_code) == (503, 503)
    assert "marie" not in world.mail.state(taken)["users"]


def test_a_tenant_cannot_touch_another_tenants_service(world: World, owner: Whmcs, reseller: Whmcs) -> None:
    before = find(world, "northwind", 101)

    answer = reseller.put(101, "harbours-own.test")

    after = find(world, "northwind", 101)
    assert answer.status_code == 200
    assert (before.name, before.plan) == (after.name, after.plan)
    assert find(world, "harbour", 101).name == "harbours-own.test"


@pytest.mark.parametrize(
    "fault", [{"kind": "down"}, {"kind": "500"}, {"kind": "html"}], ids=lambda fault: fault["kind"]
)
def test_when_the_mail_server_cannot_be_asked_nothing_is_registered(
    world: World, reseller: Whmcs, taken: str, fault: dict[str, Any]
) -> None:
    world.mail.faults({"path": "*", **fault})

    answer = reseller.put(900, taken, password=OWN_PASSWORD)

    assert problem(answer) == (503, "mail-server-unreachable")
    assert find(world, "harbour", 900) is None


def test_a_mail_server_that_refuses_is_told_without_its_words(world: World, reseller: Whmcs, taken: str) -> None:
    world.mail.faults({"path": "settings/", "kind": "refuse400", "message": "SECRET_REASON"})

    answer = reseller.put(900, taken, password=OWN_PASSWORD)

    assert problem(answer) == (502, "mail-server-refused")
    assert "SECRET_REASON" not in answer.text


@pytest.mark.parametrize(
    "changed",
    [
        {"product": "mailbox"},
        {"product": None},
        {"name": ""},
        {"name": "no-dot"},
        {"name": "a b.test"},
        {"name": "x" * 64 + ".test"},
        {"name": "\ud800.test"},
        {"name": 5},
        {"username": None},
        {"username": "x" * 256},
        {"username": "a\0b"},
        {"username": "\ud800"},
        {"password": 5},
        {"plan": []},
        {"plan": {"max_users": 5}},
        {"plan": {"max_users": "5" * 1001}},
        {"plan": {str(number): "" for number in range(101)}},
        {"plan": None},
        {"client": "7"},
        {"client": True},
        {"client": -1},
        {"client": 2**63},
        {"status": "active"},
        {"status": ""},
        {"billing": "Monthly"},
        {"billing": {"months": 1.5}},
        {"billing": {"months": float("nan")}},
        {"billing": {"since": []}},
        {"lang": 5},
        {"lang": "x" * 36},
        {"currency": None},
    ],
    ids=ascii,
)
def test_a_fact_of_the_wrong_kind_is_malformed(world: World, owner: Whmcs, changed: dict[str, Any]) -> None:
    answer = owner.call("PUT", "/api/v1/services/900", registration("new.test") | changed)

    assert problem(answer) in ((400, "malformed"), (400, "no-domain"))
    assert find(world, "northwind", 900) is None


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[]", b"null", b"5", b'"text"', b"\xff\xfe", b"{}", b"[" * 100_000, b'{"more":' * 30_000]
)
def test_a_body_that_is_no_registration_is_malformed(owner: Whmcs, raw: bytes) -> None:
    answer = owner.call("PUT", "/api/v1/services/900", raw)

    assert problem(answer) == (400, "malformed")


@pytest.mark.parametrize("svc", [0, 2**31, 10**30])
def test_a_number_that_is_no_whmcs_service_is_malformed(owner: Whmcs, svc: int) -> None:
    answer = owner.put(svc, "new.test")

    assert problem(answer) == (400, "malformed")


def test_a_missing_fact_is_malformed_but_the_user_name_may_be_absent(owner: Whmcs) -> None:
    whole = registration("new.test")

    statuses = {
        missing: owner.call(
            "PUT", "/api/v1/services/900", {name: value for name, value in whole.items() if name != missing}
        ).status_code
        for missing in whole
    }

    assert statuses == dict.fromkeys(whole, 400) | {"username": 200}


def test_facts_of_a_later_module_are_ignored(owner: Whmcs) -> None:
    answer = owner.put(900, "new.test", colour="blue")

    assert answer.status_code == 200
    assert "colour" not in answer.get_json()


def test_of_a_setting_that_both_carry_the_newer_of_registration_and_hand_off_counts(world: World) -> None:
    world.register("northwind", 101, "alice.test", max_users="50", age=60)
    visitor = world.visitor(plan={"max_users": "20"})

    handed_later = visitor.get("usage")
    world.register("northwind", 101, "alice.test", max_users="30", age=-5)
    registered_later = visitor.get("usage")

    assert "/ 20</span>" in handed_later.text
    assert "/ 30</span>" in registered_later.text


def test_a_suspension_that_is_registered_closes_pages_that_are_open(world: World, owner: Whmcs) -> None:
    visitor = world.visitor()

    owner.call("PUT", "/api/v1/services/101", registration("alice.test", status="Suspended"))

    assert "This service is suspended" in visitor.get("usage").text
    assert visitor.post("mailboxes/", new_mailbox("marie")).status_code == 403


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
