"""What processes keep and write down: no answer and no line of one tenant's is taken for another's."""

import io
import json
import logging
import logging.config
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from portal import logs
from portal.store.dns_answers import DnsAnswer
from portal.store.services import Owned
from tests.isolation.test_routes import of_services, of_the_console, path, theirs, visit_all
from tests.isolation.three import PRICE, SHARED, Three, links, whmcs
from tests.views.api.whmcs import Whmcs, registration
from tests.world import ADMIN, Visitor

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines() -> Iterator[Lines]:
    """What was written to the log so far."""
    written, root = io.StringIO(), logging.getLogger()
    handlers, level = root.handlers[:], root.level
    logging.config.dictConfig(logs.configuration("json"))
    [handler] = [one for one in root.handlers if one not in handlers]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(written)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    root.handlers[:] = handlers
    root.setLevel(level)


def opened(world: Three, slug: str, svc: int, name: str) -> Visitor:
    user = {"id": 7, "name": f"{slug.title()} Person", "email": f"person@{slug}-mail.test"}
    billing = world.billing(slug) | {"since": None}
    return world.visitor(
        slug=slug, svc=svc, name=name, user=user, origin=whmcs(slug), links=links(slug, svc), billing=billing
    )


def test_of_a_domain_that_moved_to_alder_nothing_of_birchs_time_is_shown(world: Three) -> None:
    before = world.person("birch")
    shown = visit_all(world, {"customer": before, "operator": world.operator_of("birch")}, "birch")
    assert "birch-boss" in "".join(shown.values())
    birch, alder = Whmcs(world, "birch"), Whmcs(world, "alder")
    assert birch.call("POST", "/api/v1/services/101/terminate", {}).status_code == 200
    assert alder.call("POST", "/api/v1/services/801/create", registration("birch.test")).status_code == 200
    world.mail.mailbox("birch.test", "alder-boss", used=2**20)

    after = opened(world, "alder", 801, "birch.test")

    for rule, method in of_services(world.app):
        if method == "GET":
            names = theirs(world) | {"where": "alder-801", "name": "birch-alias.test"}
            page = after.get(path(world.app, rule, names))
            marks = ("birch-sales", "birch-elsewhere", "birch-mail", "Birch", "whmcs.birch", PRICE["birch"], "1 GB")
            assert [mark for mark in marks if mark in page.text] == [], rule
            if "address" not in rule.arguments:
                assert "birch-boss" not in page.text, rule
    assert "alder-boss" in after.get("addresses/").text
    assert before.get("addresses/").status_code in (200, 401)
    assert "alder-boss" not in before.get("addresses/").text


def test_two_services_of_one_number_and_mailboxes_of_one_name_are_told_apart(world: Three) -> None:
    people = {slug: world.person(slug) for slug in ("alder", "birch")}
    for _ in range(2):
        for slug, person in people.items():
            page = person.get("addresses/")
            assert f"info@{slug}.test" in page.text
            assert world.told(page.text, of=slug) == []

    people["birch"].post("mailboxes/info@birch.test/delete", {"confirm": "info@birch.test"})

    assert "info@alder.test" in people["alder"].get("addresses/").text
    assert "info@birch.test" not in people["birch"].get("addresses/").text


def test_two_mailboxes_on_one_domain_share_its_reading_and_nothing_of_it(world: Three) -> None:
    people = {slug: world.person(slug, svc=102) for slug in ("alder", "birch")}
    # What was changed in this very second is read anew.
    with world.app.app_context():
        Owned.update(changed=Owned.changed - 60).execute()
    world.shared.clear_log()

    pages = {slug: [person.get(card).text for card in ("aliases/", "lists/")] for slug, person in people.items()}

    assert [call["action"] for call in world.shared.calls()].count("getAllAliasesDomain") == 1
    for slug, (aliases, lists) in pages.items():
        assert (f"{slug}-news@{SHARED}" in aliases, f"{slug}-club@{SHARED}" in lists) == (True, True)
        assert world.told(aliases + lists, of=slug) == []


def test_what_is_kept_of_dns_is_named_by_no_tenant(world: Three) -> None:
    """Two who ask the same are answered the same: what is kept is what anybody can ask."""
    assert set(DnsAnswer._meta.fields) == {"key_hash", "text", "at", "expires"}


def test_every_line_of_alders_visits_says_that_it_is_alders(
    world: Three, alders: dict[str, Visitor], lines: Lines
) -> None:
    for role, person in alders.items():
        for rule, method in of_the_console(world.app) if role == "operator" else of_services(world.app):
            if method == "GET":
                person.open(path(world.app, rule, theirs(world, "alder")))

    told = [line for line in lines() if line["event"] == "request"]
    assert len(told) > 100
    assert {line["tenant"] for line in told} == {"alder"}
    assert {line.get("tenant") for line in lines()} == {"alder"}


def test_a_call_of_each_tenant_is_written_down_as_its_own(world: Three, lines: Lines) -> None:
    for slug in ("alder", "birch"):
        Whmcs(world, slug).call("POST", "/api/v1/services/101/password", {})

    told = [(line["tenant"], line["svc"]) for line in lines() if line["event"] == "request"]
    assert told == [("alder", 101), ("birch", 101)]
    assert ADMIN not in "".join(map(str, lines()))
