"""Walks the whole URL map: a new route that forgets a rule fails here."""

import re

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.world import BASE, Visitor, World

# Every view that answers without a session, and why it may.
PUBLIC = {
    "static": "the same files for everybody",
    "sso.show": "shows a page without data; the token in the fragment is the credential",
    "sso.enter": "the token is the credential",
    "api.ping": "signed by the tenant's key",
    "api.list_servers": "signed by the tenant's key",
    "api.put_service": "signed by the tenant's key",
    "api.tell_usage": "signed by the tenant's key",
    "api.tell_statements": "signed by the tenant's key",
    "api.statements_of_invoice": "signed by the tenant's key",
    "api.settle_statement": "signed by the tenant's key",
    "api.release_statement": "signed by the tenant's key",
    "api.create_service": "signed by the tenant's key",
    "api.suspend_service": "signed by the tenant's key",
    "api.unsuspend_service": "signed by the tenant's key",
    "api.terminate_service": "signed by the tenant's key",
    "api.change_plan": "signed by the tenant's key",
    "api.new_password": "signed by the tenant's key",
    "api.finish_steps": "signed by the tenant's key",
    "api.log_out": "signed by the tenant's key",
    "api.list_services": "signed by the tenant's key",
    "api.summary": "signed by the tenant's key",
    "system.health": "says only that the process is alive",
    "system.ready": "says which part does not work, in a word",
    "system.counts": "told to the machine itself, or to who has the token",
    "system.csp_report": "browsers send reports without credentials",
    "appearance.colours": "colours that the address itself names",
    "appearance.picture": "a picture that is on pages without a session; its name is its own SHA-256",
}

# Writes that change nothing of the service, so read-only people may do them.
FOR_READERS = {
    *("leave.leave", "language.choose", "addresses.download", "devices.download_profile", "deliverability.download"),
    *(f"{card}.check" for card in ("deliverability", "mx", "spf", "dkim", "dmarc", "autodiscover")),
}

ARGUMENTS = {
    "where": "northwind-101",
    "address": "alice@alice.test",
    "member": "carol@alice.test",
    "name": "alice-shop.example",
    "slug": "northwind",
    "colours": "1f5fa8",
    "digest": "0" * 64,
    "svc": 101,
    "number": 1,
    "filename": "x.css",
}


def rules(app: Flask) -> list[tuple[Rule, str]]:
    return [
        (rule, method)
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def private(app: Flask) -> list[tuple[Rule, str]]:
    return [(rule, method) for rule, method in rules(app) if rule.endpoint not in PUBLIC]


def address(app: Flask, rule: Rule) -> str:
    with app.test_request_context():
        _, path = rule.build({name: ARGUMENTS[name] for name in rule.arguments}, append_unknown=False) or ("", "")
    return path


def without_token(page: TestResponse) -> str:
    return re.sub(r'(name="portal-token" content=|name="portal_token" value=)"[^"]*"', r"\1", page.text)


def test_the_public_views_are_exactly_those_listed(world: World) -> None:
    marked = {endpoint for endpoint, view in world.app.view_functions.items() if getattr(view, "is_public", False)} | {
        "static"
    }

    assert marked == set(PUBLIC)


def test_the_writes_for_readers_are_exactly_those_listed(world: World) -> None:
    marked = {endpoint for endpoint, view in world.app.view_functions.items() if getattr(view, "is_for_readers", False)}

    assert marked == FOR_READERS


def test_every_address_of_a_service_is_below_its_name(world: World) -> None:
    astray = [
        rule.rule
        for rule, _ in private(world.app)
        if not rule.rule.startswith("/s/<where:where>/") and not rule.rule.startswith("/console/")
    ]

    assert astray == []


def test_no_view_serves_both_reading_and_writing(world: World) -> None:
    both = [rule.endpoint for rule, _ in rules(world.app) if {"GET", "POST"} <= (rule.methods or set())]

    assert both == []


@pytest.mark.usefixtures("alice")
def test_bobs_session_finds_nothing_at_any_of_alices_addresses(world: World, bob: Visitor) -> None:
    found = {}
    for rule, method in private(world.app):
        path = address(world.app, rule)
        answer = bob.client.open(path, method=method, base_url=BASE, headers=bob._headers())
        if answer.status_code != 404 or "alice@" in answer.text or "Alice Martin" in answer.text:
            found[f"{method} {path}"] = answer.status_code

    assert found == {}


@pytest.mark.usefixtures("alice")
def test_what_is_not_bobs_looks_like_what_does_not_exist(bob: Visitor) -> None:
    alices = bob.get("/s/northwind-101/usage")
    nobodys = bob.get("/s/northwind-999/usage")

    assert alices.status_code == nobodys.status_code == 404
    assert alices.text == nobodys.text


@pytest.mark.parametrize("path", ["", "usage"])
def test_another_tenants_page_is_the_same_to_bob_as_a_tenants_that_there_is_none_of(bob: Visitor, path: str) -> None:
    northwinds = bob.open(f"/s/northwind-101/{path}")
    nobodys = bob.open(f"/s/nobody-here-101/{path}")

    assert northwinds.status_code == nobodys.status_code == 404
    assert without_token(northwinds) == without_token(nobodys)
    assert "Northwind" not in northwinds.text
    assert northwinds.headers["Content-Security-Policy"] == nobodys.headers["Content-Security-Policy"]


@pytest.mark.usefixtures("alice")
def test_nothing_of_the_walk_reached_the_mail_server_or_changed_it(world: World, bob: Visitor) -> None:
    before = world.mail.state("alice.test")
    world.mail.clear_log()
    for rule, method in private(world.app):
        bob.client.open(address(world.app, rule), method=method, base_url=BASE, headers=bob._headers())

    assert world.mail.calls() == []
    assert world.mail.state("alice.test") == before


def test_alices_other_service_needs_its_own_hand_off(alice: Visitor) -> None:
    answer = alice.get("/s/northwind-102/usage")

    assert answer.status_code == 404


def test_without_a_session_every_private_address_is_refused(world: World) -> None:
    found = {}
    for rule, method in private(world.app):
        path = address(world.app, rule)
        answer = world.app.test_client().open(path, method=method, base_url=BASE)
        if answer.status_code != 401:
            found[f"{method} {path}"] = answer.status_code

    assert found == {}


def test_every_write_is_refused_to_somebody_who_may_only_look(world: World, reader: Visitor) -> None:
    before = world.mail.state("alice.test")
    found = {}
    for rule, method in private(world.app):
        if method == "GET" or rule.endpoint in FOR_READERS or rule.rule.startswith("/console/"):
            continue
        answer = reader.post(address(world.app, rule), {"confirm": "alice@alice.test"})
        if answer.status_code != 403 or "not change" not in answer.text:
            found[rule.endpoint] = answer.status_code

    assert found == {}
    assert world.mail.state("alice.test") == before


def test_somebody_who_may_only_look_sees_no_button_that_writes(reader: Visitor) -> None:
    pages = [reader.get("addresses/"), reader.get("mailboxes/alice@alice.test")]

    assert [page.status_code for page in pages] == [200, 200]
    for page in pages:
        posts = re.findall(r'<form[^>]* method="post"[^>]* action="([^"?]*)', page.text)
        assert [path for path in posts if not path.endswith(("/addresses.csv", "/profile.mobileconfig"))] == []
        assert "New email address" not in page.text


@pytest.mark.parametrize("site", ["same-site", "cross-site", "none"])
def test_every_write_that_another_site_makes_the_browser_send_is_refused(
    world: World, alice: Visitor, site: str
) -> None:
    before = world.mail.state("alice.test")
    statuses = {
        rule.endpoint: alice.post(address(world.app, rule), **{"Sec-Fetch-Site": site}).status_code
        for rule, method in private(world.app)
        if method != "GET"
    }

    assert set(statuses.values()) == {403}
    assert world.mail.state("alice.test") == before


@pytest.mark.parametrize("origin", ["https://whmcs.northwind.test", "https://evil.test", "null"])
def test_every_write_with_another_pages_origin_is_refused(world: World, alice: Visitor, origin: str) -> None:
    statuses = {
        rule.endpoint: alice.post(address(world.app, rule), Origin=origin).status_code
        for rule, method in private(world.app)
        if method != "GET"
    }

    assert set(statuses.values()) == {403}


def test_a_write_is_never_reached_by_get(world: World, alice: Visitor) -> None:
    writes = {address(world.app, rule) for rule, method in private(world.app) if method != "GET"}
    reads = {address(world.app, rule) for rule, method in private(world.app) if method == "GET"}
    before = world.mail.state("alice.test")

    statuses = {path: alice.get(path).status_code for path in writes - reads}

    assert set(statuses.values()) <= {404, 405}
    assert world.mail.state("alice.test") == before


def test_a_customer_has_no_console(alice: Visitor) -> None:
    answer = alice.get("/console/")

    assert answer.status_code == 404
