from collections.abc import Iterator
from typing import Any

import pytest

from portal import create_app, security, store
from portal.sandbox.control import Running
from tests.services import redis
from tests.views.console.conftest import signed_in
from tests.world import BASE, WHMCS, Visitor, World

HUGO = {"id": 1, "name": "Hugo Roy", "email": "hugo@harbour.test"}


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    with redis() as url:
        yield url


def test_guessing_hand_offs_from_one_address_is_slowed_down(world: World) -> None:
    statuses = [world.post_token("a.b.c").status_code for _ in range(62)]

    assert statuses == [400] * 60 + [429] * 2


def test_a_flood_at_one_tenants_door_closes_no_other_tenants(world: World) -> None:
    statuses = [world.post_token("a.b.c").status_code for _ in range(61)]
    nowhere = [world.post_token("a.b.c", f"nobody-{number}").status_code for number in range(61)]

    opened = world.post_token(world.token(world.claims("harbour", 201, "bob.test")), "harbour")

    assert (statuses[-1], nowhere[-1], opened.status_code) == (429, 429, 200)


def test_an_operator_who_asks_too_often_keeps_no_other_tenants_operator_waiting(world: World) -> None:
    nora = signed_in(world, user={"id": 1, "name": "Nora Ward", "email": "nora@northwind.test"})
    hugo = signed_in(world, aud="harbour", origin=WHMCS["harbour"], user=HUGO)

    noras = [nora.post("keys/rotate", {"overlap": "24"}).status_code for _ in range(6)]

    assert noras == [200] * 5 + [429]
    assert hugo.post("keys/rotate", {"overlap": "24"}).status_code == 200


def test_hand_offs_that_work_are_never_counted(world: World) -> None:
    statuses = {world.post_token(world.token(world.claims())).status_code for _ in range(65)}

    assert statuses == {200}


def test_reports_to_the_log_are_limited(world: World) -> None:
    client = world.app.test_client()

    statuses = [client.post("/csp", data="{}", base_url=BASE).status_code for _ in range(32)]

    assert statuses == [204] * 30 + [429] * 2


def test_asking_for_fresh_figures_is_limited_and_says_so_in_the_cards_place(alice: Visitor) -> None:
    answers = [alice.get("addresses/?refresh=1") for _ in range(13)]

    assert [answer.status_code for answer in answers] == [200] * 12 + [429]
    assert 'id="addresses"' in answers[-1].text
    assert "a little too often" in answers[-1].text


def test_changes_of_a_session_are_limited_and_those_of_others_are_not(
    alice: Visitor, omar: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(security, "CHANGES", "5 per minute")

    statuses = [alice.post("language", {"lang": "fr"}).status_code for _ in range(7)]

    assert statuses == [200] * 5 + [429] * 2
    assert omar.post("language", {"lang": "fr"}).status_code == 200
    assert alice.get("addresses/").status_code == 200


def test_looking_at_the_list_is_not_limited(alice: Visitor) -> None:
    statuses = {alice.get("addresses/").status_code for _ in range(40)}

    assert statuses == {200}


def test_two_processes_count_together_in_redis(mail: Running, settings: dict[str, Any], redis_url: str) -> None:
    first = World(create_app(settings | {"REDIS_URL": redis_url}), mail)
    first.build()
    statuses = [first.post_token("a.b.c").status_code for _ in range(50)]
    first.app.extensions["mail"].close()
    store.close()

    second = World(create_app(settings | {"REDIS_URL": redis_url}), mail, first.keys)
    statuses += [second.post_token("a.b.c").status_code for _ in range(12)]
    second.app.extensions["mail"].close()
    store.close()

    assert statuses == [400] * 60 + [429] * 2


def test_without_its_redis_the_portal_works_and_counts_by_itself(mail: Running, settings: dict[str, Any]) -> None:
    world = World(create_app(settings | {"REDIS_URL": "redis://127.0.0.1:1/0"}), mail)
    world.build()

    opened = world.post_token(world.token(world.claims()))
    statuses = [world.post_token("a.b.c").status_code for _ in range(62)]
    world.app.extensions["mail"].close()
    store.close()

    assert opened.status_code == 200
    assert statuses[-1] == 429


def test_trying_domain_aliases_is_slowed_down(world: World) -> None:
    alice = world.visitor(plan={"max_domain_aliases": "3"})

    statuses = [alice.post("domain-aliases/", {"domain": "no domain"}).status_code for _ in range(62)]

    assert statuses == [422] * 60 + [429] * 2
