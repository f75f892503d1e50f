"""Walks the console's routes: an operator reaches the own tenant's things and nothing else, and every act is kept."""

import re

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from portal.store import history, servers, tenants
from portal.store.history import Wanted
from tests.views.console.conftest import signed_in
from tests.views.console.test_services import broken_off
from tests.views.pages import says
from tests.world import Visitor, World

# An act of each route, with the form that makes it do something.
ACTS: dict[str, dict[str, str]] = {
    "services.finish": {},
    "servers.add": {"kind": "smartermail", "name": "mail2", "mail_host": "mail2.example.test"},
    "servers.test": {},
    "servers.replace_password": {},
    "keys.rotate": {"overlap": "24"},
    "origins.add": {"origin": "https://other.northwind.test"},
    "origins.remove": {"origin": "https://other.northwind.test"},
    "jobs.retry": {},
    "brand.save": {"name": "Northwind Mail", "colour": "#114488", "language": ""},
    "brand.discard": {},
    "own-host.put": {"host": "mail.northwind-host.test"},
    "tenants.set_up": {"slug": "quay", "name": "Quay", "whmcs_url": "https://my.quay.test", "language": "en"},
    "tenant.lend": {"server": "1", "domains": "3"},
    "tenant.rotate": {"overlap": "24"},
    "tenant.take_back": {"server": "1"},
}
OF_THE_OWNER = {"/console/tenants/"}
# These concern the operator's own visit.
OF_THE_VISIT = {"visit.language", "visit.leave"}
# It keeps nothing.
PREVIEW = {"brand.preview"}
NORTHWINDS = {"slug": "northwind", "svc": 101, "number": 1}


def routes(app: Flask, method: str = "") -> list[tuple[Rule, str]]:
    return [
        (rule, verb)
        for rule in app.url_map.iter_rules()
        for verb in sorted((rule.methods or set()) & {"GET", "POST"})
        if rule.rule.startswith("/console/") and method in ("", verb)
    ]


def path(app: Flask, rule: Rule) -> str:
    # Of resellers the one that an act before it made.
    values = NORTHWINDS | ({"slug": "quay"} if rule.endpoint.startswith("tenant.") else {})
    with app.test_request_context():
        return (rule.build({name: values[name] for name in rule.arguments}, append_unknown=False) or ("", ""))[1]


def asked(visitor: Visitor, where: str, method: str) -> TestResponse:
    return visitor.get(where) if method == "GET" else visitor.post(where)


def audit(world: World, slug: str = "northwind") -> list[tuple[str, str, str, str]]:
    """What is kept of the tenant: the action, of what, by whom, and how it ended."""
    with world.app.app_context():
        tenant = tenants.by_slug(slug)
        assert tenant is not None
        return [(row.action, row.subject, row.actor_name, row.result) for row in history.found(Wanted(tenant), 50)]


def test_another_tenants_ids_are_found_on_no_route(world: World, hugo: Visitor) -> None:
    with world.app.app_context():
        harbour = tenants.by_slug("harbour")
        servers.Loan.delete().where(servers.Loan.tenant == harbour).execute()
    found = {}
    for rule, method in routes(world.app):
        if rule.arguments:
            answer = asked(hugo, path(world.app, rule), method)
            if answer.status_code != 404 or "alice" in answer.text:
                found[f"{method} {rule.rule}"] = answer.status_code

    assert found == {}
    assert audit(world) == []


def test_an_operator_sees_nothing_of_another_tenant_on_any_page(world: World, hugo: Visitor, alice: Visitor) -> None:
    alice.post("mailboxes/carol@alice.test/disable")

    pages = {rule.rule: hugo.get(path(world.app, rule)) for rule, _ in routes(world.app, "GET") if not rule.arguments}

    assert {where for where, page in pages.items() if page.status_code != 200} == OF_THE_OWNER
    assert [where for where, page in pages.items() if re.search("alice|northwind", page.text, re.IGNORECASE)] == []


def test_the_portals_owner_sees_every_tenants_services(nora: Visitor) -> None:
    page = nora.get("")

    assert re.findall(r'data-service="([^"]+)"', page.text) == ["northwind-102", "northwind-101", "harbour-201"]
    assert nora.get("services/harbour/201").status_code == 200


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_changes_mail_servers_does_not_exist_for_other_operators(world: World, hugo: Visitor, method: str) -> None:
    statuses = {
        rule.endpoint: asked(hugo, path(world.app, rule), method).status_code
        for rule, verb in routes(world.app, method)
        if rule.endpoint.startswith(("tenant.", "tenants."))
        or rule.endpoint in ("servers.add", "servers.test", "servers.password", "servers.replace_password")
    }

    assert set(statuses.values()) == {404}
    assert world.mail.calls() == []


@pytest.mark.parametrize("who", ["alice", "admin", "reader"])
def test_nobody_else_has_a_console(world: World, request: pytest.FixtureRequest, who: str) -> None:
    visitor: Visitor = request.getfixturevalue(who)

    statuses = {
        f"{method} {rule.rule}": asked(visitor, path(world.app, rule), method).status_code
        for rule, method in routes(world.app)
    }

    assert set(statuses.values()) == {404}


def test_every_write_of_the_console_is_among_the_acts(world: World) -> None:
    assert {rule.endpoint for rule, _ in routes(world.app, "POST")} - OF_THE_VISIT - PREVIEW == set(ACTS)


def test_every_act_is_kept_with_the_operators_name(world: World) -> None:
    broken_off(world)
    nora = signed_in(world, user={"id": 1, "name": "Nora Ward", "email": "nora@northwind.test"})
    mail_server = {"url": world.mail.url, "username": world.mail.username, "password": world.mail.password}
    unseen = {}
    by_endpoint = {rule.endpoint: rule for rule, _ in routes(world.app, "POST")}
    for endpoint, form in ACTS.items():
        before = audit(world)
        answer = nora.post(path(world.app, by_endpoint[endpoint]), mail_server | form)
        new = audit(world)[: len(audit(world)) - len(before)]
        if answer.status_code != 200 or not new or any(line[2:] != ("Nora Ward", "done") for line in new):
            unseen[endpoint] = (answer.status_code, new)

    assert unseen == {}


def test_a_visit_to_the_console_is_kept_too(world: World, nora: Visitor) -> None:
    assert audit(world) == [("console.visit", "northwind", "Nora Ward", "done")]


def test_what_an_operator_did_to_a_service_its_customer_reads(world: World, nora: Visitor, alice: Visitor) -> None:
    nora.post("jobs/northwind/101/retry")

    assert "Nora Ward (admin)" in alice.get("history").text


def test_what_the_portals_owner_does_for_a_reseller_bears_no_name_there(
    world: World, nora: Visitor, hugo: Visitor, bob: Visitor
) -> None:
    broken_off(world, "harbour", 201)

    nora.post("jobs/harbour/201/retry")
    history_of_bob = bob.get("history")
    nora.post("services/harbour/201/finish")

    seen = [history_of_bob, hugo.get("audit/"), hugo.get("services/harbour/201")]
    assert [("Nora" in page.text, says(page, "your provider")) for page in seen] == [(False, True)] * 3
    assert [line[2] for line in audit(world, "harbour") if line[0] != "console.visit"] == [""] * 3
    assert [line[1:3] for line in audit(world)][:2] == [("bob.test", "Nora Ward")] * 2


def test_the_end_of_the_visit_ends_it(nora: Visitor) -> None:
    page = nora.post("leave")

    assert "Your visit has ended" in page.text
    assert nora.get("").status_code == 401


def test_the_console_speaks_the_operators_language(nora: Visitor) -> None:
    nora.post("language", {"lang": "fr"})

    assert '<html lang="fr"' in nora.open("").text
