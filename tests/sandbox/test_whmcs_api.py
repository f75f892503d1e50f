"""The stand-in WHMCS's signed calls, received by a server that checks every claim of the signature."""

import hashlib
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, Response, request

from portal.sandbox.web import Web
from portal.sandbox.whmcs import register
from portal.sandbox.whmcs.api import ApiError, PortalApi
from portal.sandbox.whmcs.shop import Shop, shops
from sso import envelope

KEY = "k" * 43


class Portal:
    """Answers what `answer` says, and keeps what it was sent."""

    def __init__(self) -> None:
        self.answer = Response("{}", content_type="application/json")
        self.received: list[dict[str, Any]] = []
        app = Flask(__name__)
        app.add_url_rule("/<path:path>", view_func=self.receive, methods=["GET", "PUT"])
        self.web = Web(app)
        self.url = f"http://portal.northwind.localhost:{self.web.port}"

    def receive(self, path: str) -> Response:
        scheme, tenant, token = request.headers["Authorization"].split(" ")
        signed = envelope.unseal(token, [KEY], envelope.API).payload
        self.received.append(
            {"scheme": scheme, "tenant": tenant, "signed": signed, "json": request.get_json(silent=True)}
        )
        assert signed == {
            "jti": signed["jti"],
            "method": request.method,
            "path": request.full_path if request.query_string else request.path,
            "body": hashlib.sha256(request.get_data()).hexdigest(),
            "host": request.host,
        }
        return self.answer


@pytest.fixture
def portal() -> Iterator[Portal]:
    portal = Portal()
    yield portal
    portal.web.stop()


@pytest.fixture
def northwind(portal: Portal) -> Shop:
    northwind = shops()[0]
    northwind.portal, northwind.key = portal.url, KEY
    return northwind


def test_a_call_signs_method_path_body_and_host(portal):
    PortalApi(portal.url, "northwind", KEY).call("GET", "/api/v1/services?after=1")

    (call,) = portal.received
    assert (call["scheme"], call["tenant"]) == ("Portal", "northwind")
    assert call["signed"]["host"] == portal.url.removeprefix("http://")


def test_every_call_has_an_envelope_of_its_own(portal):
    api = PortalApi(portal.url, "northwind", KEY)

    api.call("GET", "/api/v1/ping")
    api.call("GET", "/api/v1/ping")

    assert len({call["signed"]["jti"] for call in portal.received}) == 2


def test_a_refusal_tells_its_code_and_nothing_of_the_signature(portal):
    portal.answer = Response(
        '{"code": "not-yours", "detail": "Not yours."}', 409, content_type="application/problem+json"
    )

    with pytest.raises(ApiError, match=r"409 Not yours") as refusal:
        PortalApi(portal.url, "northwind", KEY).call("GET", "/api/v1/ping")

    assert refusal.value.code == "not-yours"
    assert KEY not in str(refusal.value)


def test_a_failure_without_a_problem_has_no_code(portal):
    portal.answer = Response("<html>", 502, content_type="text/html")

    with pytest.raises(ApiError, match="502") as failure:
        PortalApi(portal.url, "northwind", KEY).call("GET", "/api/v1/ping")

    assert failure.value.code == ""


def test_a_portal_that_does_not_answer_is_an_error():
    with pytest.raises(ApiError, match="did not answer"):
        PortalApi("http://portal.northwind.localhost:1", "northwind", KEY).call("GET", "/api/v1/ping")


def test_a_service_is_registered_with_all_that_the_contract_asks_for(portal, northwind):
    service = northwind.services[2]

    register.put(northwind, service)

    (call,) = portal.received
    assert call["signed"]["path"] == "/api/v1/services/103"
    assert set(call["json"]) == {
        *("product", "name", "username", "password", "plan", "client", "status", "billing", "lang", "currency")
    }
    assert (call["json"]["name"], call["json"]["status"]) == ("alice-archive.test", "Suspended")
    assert call["json"]["plan"] == northwind.settings
