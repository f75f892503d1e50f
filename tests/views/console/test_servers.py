"""The mail servers: nobody waits for a silent one, no password is ever shown, a new one holds everywhere."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from portal import create_app
from portal.store import servers
from tests.views.console.conftest import signed_in
from tests.views.pages import says
from tests.world import Visitor, World

NEW = {
    "kind": "smartermail",
    "name": "mail2",
    "mail_host": "Mail2.Example.test",
    "mx_hosts": "mx1.example.test, mx2.example.test",
}


def given(world: World, **changed: str) -> dict[str, str]:
    """The form of a mail server to add: it is the sandbox's."""
    account = {"url": f"{world.mail.url}/", "username": world.mail.username, "password": world.mail.password}
    return NEW | account | changed


def kept(world: World) -> list[servers.MailServer]:
    with world.app.app_context():
        return servers.all_servers()


def spoil(world: World) -> None:
    """The mail server's password was changed there: ours is the old one."""
    with world.app.app_context():
        [server] = servers.all_servers()
        servers.replace_password(server, "the old one")


@pytest.fixture
def another_process(world: World, settings: dict[str, Any]) -> Iterator[Flask]:
    """Another portal on the same database, with connections of its own."""
    app = create_app(settings)
    yield app
    app.extensions["mail"].close()
    app.extensions["dns"].close()


def test_no_page_waits_for_a_silent_mail_server(world: World, nora: Visitor) -> None:
    world.mail.faults({"path": "*", "kind": "slow", "ms": 5000})
    world.mail.clear_log()

    pages = [nora.get(path) for path in ("servers/", "health/")]

    assert all("asking…" in page.text for page in pages)
    assert all('hx-get="/console/servers/1/state" hx-trigger="load"' in page.text for page in pages)
    assert world.mail.calls() == []


def test_a_mail_servers_state_comes_from_itself(world: World, nora: Visitor) -> None:
    well = nora.get("servers/1/state")
    world.mail.faults({"path": "*", "kind": "down"})
    badly = nora.get("servers/1/state")

    assert says(well, "Signed in as a system administrator")
    assert badly.status_code == 200
    assert says(badly, "does not answer, or not as it should")


def test_those_it_is_lent_to_see_its_name_and_state_and_no_more(world: World, hugo: Visitor) -> None:
    page, state = hugo.get("servers/"), hugo.get("servers/1/state")

    assert says(page, "mail1")
    assert says(state, "answers")
    for text in (page.text, state.text):
        assert world.mail.url not in text
        assert world.mail.username not in text
        assert "administrator" not in text
        assert "<form" not in text


def test_a_mail_server_is_added_once_it_was_signed_in_to(world: World, nora: Visitor) -> None:
    page = nora.post("servers/", given(world))

    assert page.status_code == 200
    [_first, added] = kept(world)
    assert (added.name, added.url, added.mail_host) == ("mail2", world.mail.url, "mail2.example.test")
    assert added.mx_hosts == ["mx1.example.test", "mx2.example.test"]
    assert added.password == world.mail.password
    assert world.mail.password not in page.text


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"name": ""}, "This has to be filled in."),
        ({"name": "mail1"}, "There is a mail server of this name already."),
        ({"name": "a b"}, "Use letters, digits"),
        ({"kind": "exchange"}, "This has to be filled in."),
        ({"url": ""}, "This has to be filled in."),
        ({"url": "mail.example.test"}, "Write https://"),
        ({"url": "https://user:secret@mail.example.test"}, "Write https://"),
        ({"mail_host": "not a host"}, "A host name looks like this"),
        ({"webmail_url": "javascript:alert(1)"}, "Write https://"),
    ],
)
def test_what_cannot_be_added_says_why_and_keeps_what_was_typed_but_the_password(
    world: World, nora: Visitor, changed: dict[str, str], sentence: str
) -> None:
    page = nora.post("servers/", given(world, **changed))

    assert page.status_code == 422
    assert says(page, sentence)
    assert 'value="mx1.example.test, mx2.example.test"' in page.text
    assert world.mail.password not in page.text
    assert len(kept(world)) == 1


def test_one_that_refuses_the_sign_in_is_not_added(world: World, nora: Visitor) -> None:
    page = nora.post("servers/", given(world, password="canary-wrong"))

    assert page.status_code == 502
    assert says(page, "USERNAME_OR_PASSWORD_INCORRECT")
    assert "canary-wrong" not in page.text
    assert len(kept(world)) == 1


def test_a_test_signs_in_anew(world: World, nora: Visitor) -> None:
    nora.get("servers/1/state")
    world.mail.clear_log()

    page = nora.post("servers/1/test")

    assert says(page, "Signed in as a system administrator")
    assert world.mail.calls()[0]["path"] == "auth/authenticate-user"


def test_a_replaced_password_is_used_by_every_process_at_once(
    world: World, nora: Visitor, alice: Visitor, another_process: Flask
) -> None:
    spoil(world)
    elsewhere = Visitor(another_process.test_client(), alice.home, alice.page, alice.token)
    before = [visitor.get("usage").status_code for visitor in (alice, elsewhere)]

    page = nora.post("servers/1/password", {"password": world.mail.password})

    assert page.status_code == 200
    assert before == [503, 503]
    assert [visitor.get("usage").status_code for visitor in (alice, elsewhere)] == [200, 200]


def test_a_password_that_does_not_work_replaces_nothing(world: World, nora: Visitor, alice: Visitor) -> None:
    page = nora.post("servers/1/password", {"password": "canary-wrong"})

    assert page.status_code == 502
    assert says(page, "the present one stays")
    assert "canary-wrong" not in page.text
    assert kept(world)[0].password == world.mail.password
    assert alice.get("usage").status_code == 200


def test_two_replacements_within_a_second_are_two(world: World) -> None:
    with world.app.app_context():
        [server] = servers.all_servers()
        servers.replace_password(server, "one")
        first = server.changed
        servers.replace_password(server, "two")

    assert server.changed > first


def test_no_page_of_the_console_holds_a_password_or_a_key(world: World, nora: Visitor) -> None:
    nora.post("servers/", given(world))
    pages = [nora.get(path) for path in ("", "servers/", "servers/1/password", "keys/", "audit/", "health/", "jobs/")]

    for page in pages:
        assert page.status_code == 200
        assert world.mail.password not in page.text
        assert world.keys["northwind"] not in page.text


def test_signing_in_is_not_tried_without_end(world: World) -> None:
    nora = signed_in(world)

    statuses = [nora.post("servers/1/test").status_code for _ in range(12)]

    assert statuses.count(429) == 2
