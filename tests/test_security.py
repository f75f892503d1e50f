import re

import pytest
from werkzeug.test import TestResponse

from portal.store import database, tenants
from tests.world import BASE, WHMCS, Visitor, World

EVERYWHERE = {
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin-allow-popups",
    "Strict-Transport-Security": "max-age=31536000",
    "Permissions-Policy": "clipboard-write=(self), camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}


def ancestors(answer: TestResponse) -> str:
    found = re.search(r"frame-ancestors ([^;]*);", answer.headers["Content-Security-Policy"])
    assert found is not None
    return found[1]


def answers_of_every_kind(world: World, visitor: Visitor) -> dict[str, TestResponse]:
    stranger = world.app.test_client()
    return {
        "page": visitor.open(""),
        "card": visitor.get("usage"),
        "missing": visitor.get("no-such-card"),
        "refused": visitor.post("mailboxes/", {}),
        "ended": stranger.get(f"{visitor.home}/usage", base_url=BASE),
        "redirect": visitor.get("mailboxes/"),
        "hand-off page": stranger.get("/sso/northwind", base_url=BASE),
        "refused hand-off": world.post_token("nonsense"),
        "api": stranger.get("/api/v1/ping", base_url=BASE),
        "health": stranger.get("/healthz", base_url=BASE),
        "static": stranger.get("/static/portal.css", base_url=BASE, buffered=True),
        "nowhere": stranger.get("/nowhere", base_url=BASE),
        "options": stranger.options(f"{visitor.home}/usage", base_url=BASE),
    }


def test_every_answer_carries_the_headers(world: World, alice: Visitor) -> None:
    answers = answers_of_every_kind(world, alice)

    lacking = {
        (what, name)
        for what, answer in answers.items()
        for name in EVERYWHERE
        if answer.headers.get(name) != EVERYWHERE[name]
    }
    assert lacking == set()


def test_every_answer_carries_the_same_policy_but_for_who_may_frame_it(world: World, alice: Visitor) -> None:
    answers = answers_of_every_kind(world, alice)

    policies = {
        re.sub(r"frame-ancestors [^;]*", "", answer.headers["Content-Security-Policy"]) for answer in answers.values()
    }
    assert len(policies) == 1
    policy = policies.pop()
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert "*" not in policy


def test_a_card_by_itself_is_framed_by_nobody(alice: Visitor) -> None:
    card = alice.get("usage")

    assert ancestors(card) == "'none'"


def test_no_answer_lets_another_site_read_it(world: World, alice: Visitor) -> None:
    answers = answers_of_every_kind(world, alice)

    names = {name.lower() for answer in answers.values() for name, _ in answer.headers}
    assert not any(name.startswith("access-control") for name in names)
    assert "x-frame-options" not in names


def test_only_static_files_and_colours_may_be_kept(world: World, alice: Visitor) -> None:
    answers = answers_of_every_kind(world, alice)

    kept = {what for what, answer in answers.items() if answer.headers["Cache-Control"] != "no-store"}
    assert kept == {"static"}


def test_what_depends_on_htmx_or_the_cookie_says_so(world: World, alice: Visitor) -> None:
    answers = answers_of_every_kind(world, alice)

    varying = {
        what
        for what, answer in answers.items()
        if "HX-Request, HX-Request-Type, Cookie" in answer.headers.get("Vary", "")
    }
    assert varying == answers.keys() - {"static"}


def test_a_page_in_a_frame_may_be_framed_by_its_own_tenants_origins_only(
    world: World, alice: Visitor, bob: Visitor
) -> None:
    with world.app.app_context():
        northwind = tenants.by_slug("northwind")
        assert northwind is not None
        tenants.add_origin(northwind, "https://www.northwind.test:8443")

    alices, bobs = alice.open(""), bob.open("")

    assert set(ancestors(alices).split()) == {WHMCS["northwind"], "https://www.northwind.test:8443"}
    assert ancestors(bobs) == WHMCS["harbour"]


def test_errors_of_a_tenant_can_be_seen_in_its_frame_too(world: World, alice: Visitor) -> None:
    stranger = world.app.test_client()
    answers = {
        "missing": alice.open("no-such-card"),
        "ended": stranger.get(f"{alice.home}/usage", base_url=BASE),
        "refused hand-off": world.post_token("nonsense"),
        "not allowed": stranger.get("/s/northwind-101/language", base_url=BASE),
    }
    with world.app.app_context():
        database.execute_sql("UPDATE mail_server SET password = 'not encrypted by us'")
    answers["ours"] = alice.open("usage")

    assert {what: answer.status_code for what, answer in answers.items()} == {
        "missing": 404,
        "ended": 401,
        "refused hand-off": 400,
        "not allowed": 405,
        "ours": 500,
    }
    assert {ancestors(answer) for answer in answers.values()} == {WHMCS["northwind"]}


def test_what_is_a_window_of_its_own_or_nobodys_is_framed_by_nobody(world: World, admin: Visitor) -> None:
    stranger = world.app.test_client()
    answers = [
        admin.page,
        admin.get("usage"),
        admin.get("mailboxes/nobody@alice.test"),
        stranger.get("/sso/northwind", base_url=BASE),
        stranger.get("/s/nobody-101/usage", base_url=BASE),
        stranger.get("/nowhere", base_url=BASE),
        stranger.get("/healthz", base_url=BASE),
        stranger.get("/static/portal.css", base_url=BASE, buffered=True),
        stranger.get("/api/v1/ping", base_url=BASE),
    ]

    assert {ancestors(answer) for answer in answers} == {"'none'"}


def test_every_static_file_a_page_names_may_be_kept_for_ever(world: World, alice: Visitor) -> None:
    named = re.findall(r'(?:href|src)="(/static/[^"]*)"', alice.page.text)

    answers = [world.app.test_client().get(address, base_url=BASE, buffered=True) for address in named]

    assert len(named) >= 5
    assert all("?v=" in address for address in named)
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.headers["Cache-Control"] for answer in answers} == {"public, max-age=31536000, immutable"}


@pytest.mark.parametrize("address", ["/static/portal.css", "/static/nothing.css?v=1", "/static/../wsgi.py?v=1"])
def test_a_static_address_without_version_or_file_is_asked_for_again(world: World, address: str) -> None:
    answer = world.app.test_client().get(address, base_url=BASE, buffered=True)

    assert answer.status_code in (200, 404)
    assert answer.headers["Cache-Control"] in ("no-cache", "no-store")


def test_strict_transport_is_asked_for_only_where_there_is_transport_security(world: World) -> None:
    answer = world.app.test_client().get("/healthz", base_url="http://portal.test")

    assert "Strict-Transport-Security" not in answer.headers


def test_a_report_of_the_browser_is_logged_short_and_on_one_line(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    report = b'{"csp-report": "\nforged line"}' + b"x" * 100_000

    answer = world.app.test_client().post("/csp", base_url=BASE, data=report)

    logged = caplog.records[-1].getMessage()
    assert answer.status_code == 204
    assert "csp report" in logged
    assert "\n" not in logged
    assert len(logged) < 10_000
