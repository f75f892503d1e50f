"""What machines ask: is it alive, can it work, what has it counted, and who may know."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from portal import create_app, store
from portal.store import database
from tests import services as programs
from tests.world import BASE, Visitor, World

TOKEN = "metrics-token-of-thirty-two-chars"


def ask(world: World, path: str, address: str = "203.0.113.9", **headers: str) -> TestResponse:
    """As somebody at this address; our own machine is 127.0.0.1."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return world.app.test_client().get(path, base_url=BASE, headers=named, environ_base={"REMOTE_ADDR": address})


def test_it_is_alive_without_its_store(world: World) -> None:
    store.connect("postgresql://nobody@127.0.0.1:1/nothing")

    answer = ask(world, "/healthz")

    assert (answer.status_code, answer.text) == (200, "ok\n")


def test_it_is_ready_when_the_store_is(world: World) -> None:
    answer = ask(world, "/readyz")

    assert (answer.status_code, answer.json) == (200, {"ready": True, "store": "ok"})


def test_it_is_not_ready_without_its_store_and_names_no_address(world: World) -> None:
    store.connect("postgresql://nobody:hush@127.0.0.1:1/nothing")

    answer = ask(world, "/readyz")

    assert (answer.status_code, answer.json) == (503, {"ready": False, "store": "unreachable (OperationalError)"})


def test_it_is_not_ready_before_its_tables_are(world: World) -> None:
    with world.app.app_context():
        database.execute_sql("DELETE FROM schema_migration WHERE name LIKE '0004%'")

    answer = ask(world, "/readyz")

    assert answer.status_code == 503
    assert answer.json == {"ready": False, "store": "not up to date: run db upgrade (1 missing)"}


def test_with_redis_it_is_ready_when_redis_is_too(world: World, settings: dict[str, Any]) -> None:
    with programs.redis() as url:
        world.app = create_app(settings | {"REDIS_URL": url})
        up = ask(world, "/readyz")
    down = ask(world, "/readyz")

    assert (up.status_code, up.json) == (200, {"ready": True, "store": "ok", "redis": "ok"})
    assert (down.status_code, down.json["redis"]) == (503, "unreachable (ConnectionError)")
    world.app.extensions["mail"].close()


@pytest.mark.parametrize("address", ["127.0.0.1", "127.3.2.1", "::1", "::ffff:127.0.0.1"])
def test_the_counts_are_there_for_this_machine(world: World, address: str) -> None:
    answer = ask(world, "/metrics", address)

    assert answer.status_code == 200
    assert "# TYPE portal_request_seconds histogram" in answer.text


@pytest.mark.parametrize("address", ["203.0.113.9", "::ffff:203.0.113.9", "10.0.0.1", "", "unix:"])
def test_for_others_there_are_no_counts(world: World, address: str) -> None:
    assert ask(world, "/metrics", address).status_code == 404


@pytest.mark.parametrize("hops", [0, 1])
@pytest.mark.parametrize(
    "added",
    [
        {"X_Forwarded_For": "203.0.113.9"},
        {"X_Forwarded_For": "127.0.0.1"},
        {"X_Forwarded_For": "203.0.113.9, 127.0.0.1"},
        {"X_Forwarded_Proto": "https"},
        {"X_Real_IP": "127.0.0.1"},
        {"Forwarded": "for=127.0.0.1"},
        {"Via": "1.1 proxy"},
    ],
)
def test_who_comes_through_a_proxy_on_this_machine_is_not_this_machine(
    world: World, settings: dict[str, Any], hops: int, added: dict[str, str]
) -> None:
    world.app = create_app(settings | {"PORTAL_TRUSTED_PROXIES": hops})

    answer = ask(world, "/metrics", "127.0.0.1", **added)

    assert answer.status_code == 404
    world.app.extensions["mail"].close()


@pytest.mark.parametrize(
    ("given", "status"), [(f"Bearer {TOKEN}", 200), (f"Bearer {TOKEN}x", 404), ("Bearer ", 404), ("Bearer é", 404)]
)
def test_who_has_the_token_gets_the_counts_from_anywhere(
    world: World, settings: dict[str, Any], given: str, status: int
) -> None:
    world.app = create_app(settings | {"PORTAL_METRICS_TOKEN": TOKEN})

    answer = ask(world, "/metrics", X_Forwarded_For="203.0.113.9", Authorization=given)

    assert answer.status_code == status
    assert TOKEN not in answer.text
    world.app.extensions["mail"].close()


def test_without_a_token_set_an_empty_one_opens_nothing(world: World) -> None:
    assert ask(world, "/metrics", Authorization="Bearer ").status_code == 404


def counted(world: World, what: str) -> float:
    lines = ask(world, "/metrics", "127.0.0.1").text.splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(what))


def test_requests_are_counted_by_route_and_not_by_address(world: World, alice: Visitor) -> None:
    row = 'portal_request_seconds_count{method="GET",route="/s/<where:where>/mailboxes/<address:address>",status="200"}'
    before = counted(world, row)

    alice.get("mailboxes/carol@alice.test")
    alice.get("mailboxes/info@alice.test")

    assert counted(world, row) == before + 2
    assert "carol" not in ask(world, "/metrics", "127.0.0.1").text


def test_invented_methods_and_addresses_make_no_rows_of_their_own(world: World) -> None:
    world.app.test_client().open("/nowhere-at-all", method="INVENTED", base_url=BASE)

    text = ask(world, "/metrics", "127.0.0.1").text
    assert 'method="other",route=""' in text
    assert "INVENTED" not in text
    assert "nowhere-at-all" not in text


def test_calls_to_the_mail_server_are_counted_by_operation_and_result(world: World, alice: Visitor) -> None:
    row = 'portal_mail_call_seconds_count{operation="read the domain\'s figures",result="%s"}'
    before = counted(world, row % "unreachable")
    world.mail.faults({"path": "settings/", "kind": "500"})

    alice.get("usage")

    assert counted(world, row % "unreachable") == before + 2
