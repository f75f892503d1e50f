"""Own host names: under one of them a request gets its tenant's brand, and nothing of anybody else's."""

from collections.abc import Mapping
from typing import Any

import pytest
from werkzeug.test import TestResponse

from sso import envelope
from tests.isolation.test_api import CALLS, birchs
from tests.isolation.test_routes import PUBLIC, form, of_services, of_the_console, path, routes, same, theirs
from tests.isolation.three import NOWHERE, Three, host, whmcs
from tests.views.api.whmcs import Whmcs, problem
from tests.world import BASE, IN_A_FRAME, Visitor


def at(slug: str) -> str:
    """The origin of the tenant's own host name."""
    return f"https://{host(slug)}"


def ask(who: Visitor, method: str, url: str, base: str, data: Mapping[str, Any] | None = None) -> TestResponse:
    headers = who._headers() | {"Origin": base} if method == "POST" else who._headers()
    return who.client.open(url, method=method, base_url=base, headers=headers, data=data)


@pytest.mark.parametrize("role", ["customer", "admin", "operator"])
def test_under_birchs_host_nothing_of_alders_is_there_for_alders_own_people(
    world: Three, alders: dict[str, Visitor], role: str
) -> None:
    before, statuses = [world.kept(slug) for slug in ("alder", "birch")], {}

    for rule, method in [*of_services(world.app), *of_the_console(world.app)]:
        for slug in ("alder", "birch", NOWHERE):
            names = theirs(world, "alder") | {"where": f"{slug}-101", "slug": slug}
            answer = ask(alders[role], method, path(world.app, rule, names), at("birch"), form("alder"))
            statuses[f"{method} {rule.rule} {slug}"] = answer.status_code
            assert "alder" not in f"{answer.headers}{answer.text}", rule

    assert set(statuses.values()) == {404}
    assert [world.kept(slug) for slug in ("alder", "birch")] == before


def test_under_birchs_host_other_tenants_are_as_those_that_there_are_none_of(world: Three) -> None:
    client = world.app.test_client()

    for rule, method in routes(world.app):
        if rule.endpoint in PUBLIC and not rule.arguments.isdisjoint({"slug", "where"}):
            asked, compared = (
                client.open(
                    path(world.app, rule, theirs(world, "alder") | {"slug": slug}),
                    method=method,
                    base_url=at("birch"),
                    headers=IN_A_FRAME,
                )
                for slug in ("alder", NOWHERE)
            )
            assert asked.status_code == 404, rule
            assert same(asked) == same(compared)


def test_a_hand_off_of_alders_opens_nothing_under_birchs_host(world: Three) -> None:
    claims = world.claims("alder", 101, "alder.test", origin=whmcs("alder"))
    sent = []
    for slug in ("alder", "birch"):
        token = envelope.seal(claims | {"jti": envelope.new_jti()}, [world.keys["alder"]], envelope.HANDOFF)
        client = world.app.test_client()
        sent.append(client.post(f"/sso/{slug}", data={"token": token}, base_url=at("birch"), headers=IN_A_FRAME))

    assert [answer.status_code for answer in sent] == [404, 403]
    assert all("Set-Cookie" not in answer.headers for answer in sent)
    assert all("alder" not in f"{answer.headers}{answer.text}" for answer in sent)


def test_no_call_of_alders_is_taken_under_birchs_host(world: Three) -> None:
    before, signer = [world.kept(slug) for slug in ("alder", "birch")], Whmcs(world, "alder")

    for make in CALLS.values():
        method, call, body = make(*birchs(world))
        for signed_for, came_to in ((host("birch"), at("birch")), ("portal.test", at("birch")), (host("birch"), BASE)):
            raw = b"{}" if body is not None else b""
            header = signer.header(method, f"/api/v1{call}", raw, host=signed_for)
            answer = world.app.test_client(use_cookies=False).open(
                f"/api/v1{call}", method=method, base_url=came_to, data=raw, headers={"Authorization": header}
            )
            assert problem(answer)[0] == 401

    assert [world.kept(slug) for slug in ("alder", "birch")] == before


def test_a_page_under_the_own_host_tells_of_nobody_else(world: Three) -> None:
    for slug in ("alder", "birch"):
        page = world.app.test_client().get(f"/sso/{slug}", base_url=at(slug), headers={"Sec-Fetch-Dest": "document"})

        assert page.status_code == 200
        assert world.told(f"{page.headers}{page.text}", of=slug) == []


@pytest.mark.parametrize(
    "base", ["https://evil.test", "https://mail.birch-host.test.evil.test", "https://x.mail.birch-host.test"]
)
def test_a_host_that_is_nobodys_has_nobodys_brand(world: Three, base: str) -> None:
    page = world.app.test_client().get("/nothing-here", base_url=base)

    assert page.status_code == 404
    assert "birch" not in page.text.replace(base.removeprefix("https://"), "")


@pytest.mark.parametrize("spelt", ["MAIL.Birch-Host.test", "mail.birch-host.test.", "mail.birch-host.test:8443"])
def test_no_spelling_of_birchs_host_serves_alder(world: Three, alders: dict[str, Visitor], spelt: str) -> None:
    for url in ("/s/alder-101/usage", "/sso/alder", "/console/"):
        answer = ask(alders["customer"], "GET", url, f"https://{spelt}")

        assert answer.status_code == 404
        assert "alder" not in answer.text
