"""Walks the whole URL map as Alder's people with what is Birch's: a route that nobody thought of here fails."""

import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from itertools import product
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from sso import envelope
from tests.isolation.three import COLOUR, INVOICE, NO_SVC, NOWHERE, OWN_SVC, PRICE, SHARED, SLUGS, Three, logo, whmcs
from tests.world import BASE, GOOD_PASSWORD, IN_A_FRAME, Visitor

# What anybody may ask. Of a tenant it tells how its pages look, and nothing else (see below).
PUBLIC = {
    *("static", "system.health", "system.ready", "system.counts", "system.csp_report"),
    *("sso.show", "sso.enter", "appearance.colours", "appearance.picture"),
}
ROLES = ("customer", "reader", "admin", "mailbox", "operator")


def theirs(world: Three, slug: str = "birch") -> dict[str, Any]:
    """The identifiers of a tenant's things, by the name that routes have for them."""
    return {
        "where": f"{slug}-101",
        "address": f"{slug}-boss@{slug}.test",
        "member": f"{slug}@{SHARED}",
        "name": f"{slug}-alias.test",
        "slug": slug,
        "svc": OWN_SVC[slug],
        "number": world.numbers[slug]["server"],
        "filename": "portal.css",
        "digest": sha256(logo(slug)).hexdigest(),
        "colours": COLOUR[slug][1:],
    }


def nobodys(**given: Any) -> dict[str, Any]:
    """Such as exist nowhere."""
    return {
        "where": f"{NOWHERE}-101",
        "address": f"{NOWHERE}-boss@{NOWHERE}.test",
        "member": f"{NOWHERE}@{SHARED}",
        "name": f"{NOWHERE}-alias.test",
        "slug": NOWHERE,
        "svc": NO_SVC,
        "number": 98765,
        "filename": "portal.css",
        "digest": "0" * 64,
        "colours": "000000",
    } | given


def form(slug: str) -> dict[str, Any]:
    """What forms can send that names something of a tenant's."""
    boss = f"{slug}-boss@{slug}.test"
    return {
        "name": f"{slug}-new",
        "domain": f"{slug}-alias.test",
        "destinations": boss,
        "forwards": boss,
        "aliases": f"{slug}-sales",
        "member": boss,
        "confirm": boss,
        "origin": whmcs(slug),
        "password": GOOD_PASSWORD,
        "password_again": GOOD_PASSWORD,
        "lang": "en",
        "overlap": "24",
        "svc": str(OWN_SVC.get(slug, NO_SVC)),
        "slug": slug,
        "tenant": slug,
        "server": f"{slug}-own",
        "host": f"mail.{slug}-host.test",
        "policy": "none",
        "colour": "#114488",
        "publish": "on",
    }


def routes(app: Flask) -> Iterator[tuple[Rule, str]]:
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method


def of_services(app: Flask) -> list[tuple[Rule, str]]:
    # Whoever leaves can do no more, so that comes last.
    found = [(rule, method) for rule, method in routes(app) if "where" in rule.arguments]
    return sorted(found, key=lambda found: found[0].endpoint == "leave.leave")


def of_the_console(app: Flask) -> list[tuple[Rule, str]]:
    found = [(rule, method) for rule, method in routes(app) if rule.rule.startswith("/console/")]
    return sorted(found, key=lambda found: found[0].endpoint == "visit.leave")


def path(app: Flask, rule: Rule, names: dict[str, Any]) -> str:
    with app.test_request_context():
        built = rule.build({name: names[name] for name in rule.arguments}, append_unknown=False)
    assert built is not None, rule
    return built[1]


def ask(who: Visitor, method: str, url: str, data: Any = None) -> TestResponse:
    return who.get(url) if method == "GET" else who.post(url, data)


def same(answer: TestResponse, names: Mapping[Any, Any] | None = None) -> Any:
    """What has to be the same of two answers, with the identifiers that were asked for left out."""
    text = re.sub(r'(portal-token" content="|portal_token" value="|name="seen" value=")[^"]*', r"\1", answer.text)
    for name in sorted({str(value) for value in (names or {}).values()}, key=len, reverse=True):
        text = re.sub(rf"(?<![\w.-]){re.escape(name)}(?![\w])", "IT", text)
    headers = {key: value for key, value in answer.headers.items() if key not in ("X-Request-Id", "Content-Length")}
    return answer.status_code, text, headers


def test_every_route_is_among_those_that_are_tried_here(world: Three) -> None:
    tried = {rule.rule for rule, _ in [*of_services(world.app), *of_the_console(world.app)]}

    left = {rule.endpoint for rule, _ in routes(world.app) if rule.rule not in tried}

    assert {endpoint for endpoint in left if not endpoint.startswith("api.")} == PUBLIC
    assert {name for rule, _ in routes(world.app) for name in rule.arguments} == theirs(world).keys()


@pytest.mark.parametrize("role", ROLES)
def test_birchs_addresses_are_to_alders_people_as_those_of_nobody(
    world: Three, alders: dict[str, Visitor], role: str
) -> None:
    before, astray = world.kept("birch"), {}

    for rule, method in of_services(world.app):
        answers = [
            ask(alders[role], method, path(world.app, rule, theirs(world) | {"where": where}), form("birch"))
            for where in ("birch-101", "birch-102", "birch-702", "alder-702", f"birch-{NO_SVC}", f"{NOWHERE}-101")
        ]
        if {answer.status_code for answer in answers} != {404} or any(same(a) != same(answers[-1]) for a in answers):
            astray[f"{method} {rule.rule}"] = [answer.status_code for answer in answers]
        if any(world.told(answer.text, of="alder") for answer in answers):
            astray[f"{method} {rule.rule}"] = [world.told(answer.text, of="alder") for answer in answers]

    assert astray == {}
    assert world.kept("birch") == before


@pytest.mark.parametrize("role", ["customer", "admin", "mailbox"])
def test_birchs_things_are_at_alders_own_addresses_as_those_of_nobody(
    world: Three, alders: dict[str, Visitor], role: str
) -> None:
    before, astray = world.kept("birch"), {}
    own = "alder-102" if role == "mailbox" else "alder-101"
    # The same once as on the domain of each, and once as on the domain that they share.
    on_shared = [{"address": f"{slug}-news@{SHARED}"} for slug in ("birch", NOWHERE)]

    for rule, method in of_services(world.app):
        if rule.arguments == {"where"}:
            continue
        for hers, nones in (({}, {}), on_shared):
            it, nothing = theirs(world) | {"where": own} | hers, nobodys(where=own) | nones
            asked, compared = (
                ask(alders[role], method, path(world.app, rule, names), {"confirm": names["address"]})
                for names in (it, nothing)
            )
            if same(asked, it) != same(compared, nothing) or asked.status_code == 200:
                astray[f"{method} {rule.rule}"] = (asked.status_code, compared.status_code)

    assert astray == {}
    assert world.kept("birch") == before


def test_no_page_of_alders_tells_of_anybody_else(world: Three, alders: dict[str, Visitor]) -> None:
    """Also not after all of Birch's were shown, and so are in every cache."""
    birchs = {"admin": world.person("birch", "admin"), "mailbox": world.person("birch", svc=102)}
    visit_all(world, birchs | {"operator": world.operator_of("birch")}, "birch")
    del alders["reader"]

    shown = visit_all(world, alders, "alder")

    assert {url: told for url, text in shown.items() if (told := world.told(text, of="alder"))} == {}
    own = "".join(shown.values())
    assert all(mark in own for mark in ("alder-boss", "alder-news", "alder-club", PRICE["alder"], "alder broke"))


def visit_all(world: Three, people: dict[str, Visitor], slug: str) -> dict[str, str]:
    """What every page says to these people of one tenant."""
    shown = {}
    for role, person in people.items():
        svc, things = (102, ("news", "club")) if role == "mailbox" else (101, ("boss", "sales"))
        domain = SHARED if role == "mailbox" else f"{slug}.test"
        for rule, method in of_the_console(world.app) if role == "operator" else of_services(world.app):
            if method != "GET":
                continue
            for thing in things if "address" in rule.arguments else things[:1]:
                names = theirs(world, slug) | {"where": f"{slug}-{svc}", "address": f"{slug}-{thing}@{domain}"}
                url = path(world.app, rule, names)
                answer = person.open(url)
                assert answer.status_code < 500, (role, url)
                shown[f"{role} {url}"] = f"{answer.headers}{answer.text}"
    return shown


def test_birchs_things_are_in_alders_console_as_those_of_nobody(world: Three, alders: dict[str, Visitor]) -> None:
    before, astray = world.kept("birch"), {}
    hugo = alders["operator"]

    for rule, method in of_the_console(world.app):
        if not rule.arguments:
            continue
        for more in ({}, {"svc": 101}):
            names, nothing = theirs(world) | more, nobodys(**more)
            asked, compared = (
                ask(hugo, method, path(world.app, rule, which), form(which["slug"])) for which in (names, nothing)
            )
            if asked.status_code != 404 or same(asked, names) != same(compared, nothing):
                astray[f"{method} {rule.rule}"] = (asked.status_code, compared.status_code)

    assert astray == {}
    assert world.kept("birch") == before


def test_no_act_in_alders_console_reaches_what_is_birchs(world: Three, alders: dict[str, Visitor]) -> None:
    before, told = world.kept("birch"), {}

    for rule, method in of_the_console(world.app):
        if method != "GET" and not rule.arguments:
            answer = alders["operator"].post(path(world.app, rule, {}), form("birch"))
            sent = form("birch").values()
            told[rule.rule] = [text for text in world.told(answer.text, of="alder") if not any(s in text for s in sent)]

    assert {rule: texts for rule, texts in told.items() if texts} == {}
    assert world.kept("birch") == before


def test_searches_of_the_console_find_birchs_as_little_as_nobodys(world: Three, alders: dict[str, Visitor]) -> None:
    searches = ["q={}", "service={}", "actor={}", "q={}&state=unfinished", "q=%23{}", "service=%23{}", "tenant={}"]
    pages = [
        path(world.app, rule, {})
        for rule, method in of_the_console(world.app)
        if method == "GET" and not rule.arguments
    ]

    for url, search in product(pages, searches):
        for word, none in (("birch", NOWHERE), (str(OWN_SVC["birch"]), str(NO_SVC))):
            found, nothing = (alders["operator"].get(f"{url}?{search.format(text)}") for text in (word, none))
            # Two of them tell the time.
            if url not in ("/console/health/dns", "/console/brand/"):
                told, empty = (same(one, {0: f"%23{text}", 1: text}) for one, text in ((found, word), (nothing, none)))
                assert told == empty, (url, search)


def test_neither_birchs_page_token_nor_its_cookie_opens_what_is_alders(
    world: Three, alders: dict[str, Visitor]
) -> None:
    before, birchs = world.kept("alder"), world.person("birch", "admin")
    mixed = Visitor(alders["admin"].client, "", birchs.page, birchs.token)

    walked = [*of_services(world.app), *of_the_console(world.app)]
    urls = [(method, path(world.app, rule, theirs(world, "alder"))) for rule, method in walked]
    by_token = {(method, url): ask(mixed, method, url, form("alder")).status_code for method, url in urls}
    by_cookie = {url: birchs.open(url).status_code for method, url in urls if method == "GET"}

    assert set(by_token.values()) == set(by_cookie.values()) == {404}
    assert world.kept("alder") == before


@pytest.mark.parametrize("aud", SLUGS[:2])
def test_no_hand_off_signed_by_alder_opens_what_is_birchs(world: Three, aud: str) -> None:
    before, sent = world.kept("birch"), []
    person = {"id": 7, "name": "Birch Person", "email": "person@birch-mail.test"}
    claims = world.claims("birch", 101, "birch.test", user=person) | {"aud": aud, "origin": whmcs(aud)}
    for key in (world.keys["alder"], "k" * 43):
        token = envelope.seal(claims | {"jti": envelope.new_jti()}, [key], envelope.HANDOFF)
        sent.append(world.post_token(token, "birch"))

    assert {answer.status_code for answer in sent} == {403}
    assert same(sent[0]) == same(sent[1])
    assert world.kept("birch") == before


def test_of_birch_anybody_is_told_its_looks_alone(world: Three) -> None:
    client, told = world.app.test_client(), {}
    for rule, method in routes(world.app):
        if rule.endpoint in PUBLIC and rule.endpoint != "static":
            answer = client.open(path(world.app, rule, theirs(world)), method=method, base_url=BASE, headers=IN_A_FRAME)
            told[rule.endpoint] = f"{answer.headers}{answer.text}"

    everything = "".join(told.values())
    secret = ["birch-", "birch.test/admin", "Birch Person", "birch@", world.keys["birch"], PRICE["birch"]]
    assert [mark for mark in (*secret, str(INVOICE["birch"])) if mark in everything] == []


def test_a_picture_is_there_under_the_name_of_its_own_tenant_alone(world: Three) -> None:
    client, digest = world.app.test_client(), sha256(logo("birch")).hexdigest()

    answers = {slug: client.get(f"/brand/{slug}/{digest}", base_url=BASE).status_code for slug in (*SLUGS, NOWHERE)}

    assert answers == {"alder": 404, "birch": 200, "cedar": 404, NOWHERE: 404}


def test_what_makes_a_hand_off_usable_once_does_so_at_its_own_tenant_alone(world: Three) -> None:
    jti, opened = envelope.new_jti(), []
    for slug in SLUGS:
        user = {"id": 7, "name": f"{slug.title()} Person", "email": f"person@{slug}-mail.test"}
        claims = world.claims(slug, 101, f"{slug}.test", jti=jti, user=user, origin=whmcs(slug))
        opened += [world.post_token(world.token(claims), slug).status_code for _ in range(2)]

    assert opened == [200, 403] * 3
