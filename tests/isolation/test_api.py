"""Every call of the API, signed by Alder, with what is Birch's: a call that nobody thought of here fails."""

import re
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from werkzeug.test import TestResponse

from portal.store import services, tenants
from tests.isolation.three import FIRST, INVOICE, NO_SVC, NOWHERE, OWN_SVC, SHARED, Three
from tests.views.api.whmcs import Whmcs, problem, registration


def order(name: str, **changed: Any) -> dict[str, Any]:
    """A registration of a domain, or of a mailbox for a whole address."""
    if "@" not in name:
        return registration(name, **changed)
    handle, _, domain = name.partition("@")
    plan = {"server": "shared1", "allowed_domains": SHARED}
    made = registration("", **{"product": "mailbox", "plan": plan, "password": "An0ther!Passw0rd"} | changed)
    return {key: value for key, value in made.items() if key not in ("name", "username")} | {
        "handle": handle,
        "domain": domain,
    }


# Of each call: how it is made of a service's number, a statement's number and an invoice's.
CALLS: dict[str, Callable[[int, int, int], tuple[str, str, Any]]] = {
    "ping": lambda _svc, _number, _invoice: ("GET", "/ping", None),
    "list_servers": lambda _svc, _number, _invoice: ("GET", "/servers", None),
    "list_services": lambda svc, _number, _invoice: ("GET", f"/services?after={svc - 1}&limit=500", None),
    "put_service": lambda svc, _number, _invoice: ("PUT", f"/services/{svc}", order("alder-fresh.test")),
    "create_service": lambda svc, _number, _invoice: ("POST", f"/services/{svc}/create", order("alder-fresh.test")),
    "suspend_service": lambda svc, _number, _invoice: ("POST", f"/services/{svc}/suspend", {}),
    "unsuspend_service": lambda svc, _number, _invoice: ("POST", f"/services/{svc}/unsuspend", {}),
    "terminate_service": lambda svc, _number, _invoice: ("POST", f"/services/{svc}/terminate", {}),
    "change_plan": lambda svc, _number, _invoice: ("POST", f"/services/{svc}/plan", {"plan": {}}),
    "new_password": lambda svc, _number, _invoice: ("POST", f"/services/{svc}/password", {}),
    "finish_steps": lambda svc, _number, _invoice: ("POST", f"/services/{svc}/finish", {}),
    "summary": lambda svc, _number, _invoice: ("GET", f"/services/{svc}/summary", None),
    "tell_usage": lambda svc, _number, _invoice: ("POST", "/usage", {"services": [svc]}),
    "tell_statements": lambda svc, _number, _invoice: (
        "POST",
        "/statements",
        {"services": [{"svc": svc, "billing": {}}]},
    ),
    "statements_of_invoice": lambda _svc, _number, invoice: ("GET", f"/statements?invoice={invoice}", None),
    "settle_statement": lambda svc, number, invoice: (
        "POST",
        f"/statements/{number}/settle",
        {"svc": svc, "invoice": invoice, "amounts": []},
    ),
    "release_statement": lambda svc, number, invoice: (
        "POST",
        f"/statements/{number}/release",
        {"svc": svc, "invoice": invoice},
    ),
    "log_out": lambda svc, _number, _invoice: ("POST", "/logout", {"user": svc}),
}
# They make what there is not, and so are tried for themselves.
MAKING = {"put_service", "create_service"}


def call(world: Three, endpoint: str, *numbers: int, slug: str = "alder") -> TestResponse:
    method, path, body = CALLS[endpoint](*numbers)
    return Whmcs(world, slug).call(method, f"/api/v1{path}", body)


def same(answer: TestResponse, *numbers: int) -> Any:
    """What has to be the same of two answers, the numbers that were asked for left out."""
    text = re.sub(r'"request_id":\s*"[^"]*"', "", answer.text)
    for number in sorted({str(number) for number in numbers}, key=len, reverse=True):
        text = re.sub(rf"(?<![\d]){number}(?![\d])", "IT", text)
    headers = {key: value for key, value in answer.headers.items() if key not in ("X-Request-Id", "Content-Length")}
    return answer.status_code, text, headers


def names_of(world: Three, slug: str) -> dict[int, tuple[str, str | None]]:
    with world.app.app_context():
        tenant = tenants.by_slug(slug)
        assert tenant is not None
        return {service.svc: (service.name, service.claim) for service in services.of_tenant(tenant)}


def birchs(world: Three) -> tuple[int, int, int]:
    return OWN_SVC["birch"], world.numbers["birch"]["statement"], INVOICE["birch"]


def test_every_call_is_among_those_that_are_tried_here(world: Three) -> None:
    found = {rule.endpoint for rule in world.app.url_map.iter_rules() if rule.rule.startswith("/api/")}

    assert found == {f"api.{name}" for name in CALLS}


def test_birchs_numbers_are_to_alder_as_those_of_nobody(world: Three) -> None:
    before, astray = world.kept("birch"), {}
    nones = (NO_SVC, 98_765, 598_765)

    for endpoint in CALLS.keys() - MAKING:
        asked, compared = call(world, endpoint, *birchs(world)), call(world, endpoint, *nones)
        if same(asked, *birchs(world)) != same(compared, *nones) or world.told(asked.text, of="alder"):
            sent = [str(number) for number in birchs(world)]
            told = [text for text in world.told(asked.text, of="alder") if not any(number in text for number in sent)]
            astray[endpoint] = (asked.text, compared.text, told)

    assert astray == {}
    assert world.kept("birch") == before


def test_nothing_that_alder_is_told_of_its_own_tells_of_anybody_else(world: Three) -> None:
    before = [world.kept("birch"), world.kept("cedar")]
    numbers = (101, world.numbers["alder"]["statement"], INVOICE["alder"])

    # What ends the service comes last.
    for endpoint in sorted(CALLS.keys() - MAKING, key=lambda name: name == "terminate_service"):
        answer = call(world, endpoint, *numbers)

        assert answer.status_code < 500, (endpoint, answer.text)
        assert world.told(f"{answer.headers}{answer.text}", of="alder") == [], endpoint

    assert [world.kept("birch"), world.kept("cedar")] == before


@pytest.mark.parametrize(
    ("slug", "key"), [("birch", "alder"), ("birch", ""), (NOWHERE, "alder")], ids=["theirs", "guessed", "nobodys"]
)
def test_alders_key_signs_nothing_in_anothers_name(world: Three, slug: str, key: str) -> None:
    before, told = world.kept("birch"), set()
    signer = Whmcs(world, slug)
    world.keys[NOWHERE] = "n" * 43

    for endpoint in CALLS:
        method, path, body = CALLS[endpoint](*birchs(world))
        answer = signer.call(method, f"/api/v1{path}", body, key=world.keys.get(key, "k" * 43))
        assert problem(answer) == (401, "not-signed")
        told.add(answer.get_json(force=True)["detail"])

    assert told == {"The tenant or the key is not known here."}
    assert world.kept("birch") == before


def test_a_name_that_another_tenant_has_is_refused_to_alder_in_one_way_whosever_it_is(world: Three) -> None:
    before = world.kept("birch"), names_of(world, "alder")
    names = ("{}.test", "{}-alias.test", f"{{}}@{SHARED}", f"{{}}-news@{SHARED}", f"{{}}-club@{SHARED}")
    # A domain's service, a mailbox's, and a new one.
    calls = [(method, svc) for method in ("PUT", "POST") for svc in (101, 102, NO_SVC)]

    for name, (method, svc) in product(names, calls):
        path, told = f"/api/v1/services/{svc}" + ("" if method == "PUT" else "/create"), []
        for slug in ("birch", "cedar"):
            body = order(name.format(slug), username="admin", password="Guess3d!Passw0rd")
            answer = Whmcs(world, "alder").call(method, path, body)
            told.append((problem(answer)[0], answer.get_json(force=True)["detail"].replace(slug, "IT")))
        assert told[0] == told[1]
        assert told[0][0] == 409

    assert (world.kept("birch"), names_of(world, "alder")) == before


def test_a_mail_server_of_birchs_is_to_alder_as_one_that_there_is_none_of(world: Three) -> None:
    before, told = world.kept("birch"), []
    for server in ("birch-own", f"{NOWHERE}-own"):
        body = order(f"fresh-alder@{SHARED}", plan={"server": server, "allowed_domains": SHARED})
        answers = [
            Whmcs(world, "alder").call("PUT", f"/api/v1/services/{NO_SVC}", body),
            Whmcs(world, "alder").call("POST", f"/api/v1/services/{NO_SVC}/create", body),
            Whmcs(world, "alder").call("POST", "/api/v1/services/102/plan", {"plan": body["plan"]}),
            Whmcs(world, "alder").call("GET", f"/api/v1/services/{NO_SVC}/summary"),
        ]
        told.append([(a.status_code, re.sub('"request_id".*', "", a.text).replace(server, "IT")) for a in answers])

    assert told[0] == told[1]
    assert world.kept("birch") == before


def test_one_user_id_is_another_person_at_each_tenant(world: Three) -> None:
    birch, alder = world.person("birch"), world.person("alder")

    ended = call(world, "log_out", 7, 0, 0)

    assert ended.get_json()["ended"] >= 1
    assert alder.get("usage").status_code == 401
    assert birch.get("usage").status_code == 200


def test_one_statement_is_settled_and_released_by_its_own_tenant_alone(world: Three) -> None:
    number = world.numbers["birch"]["statement"]
    window = {"from": "2026-01-01T00:00:00+00:00", "to": "2026-01-02T00:00:00+00:00"}
    before = world.kept("birch")

    for act in ("settle", "release"):
        body = {"svc": 101, "invoice": INVOICE["birch"], "amounts": ["1.00"]} | window
        Whmcs(world, "alder").call("POST", f"/api/v1/statements/{number}/{act}", body)

    assert FIRST == 1_767_225_600
    assert world.kept("birch") == before
