"""What a tenant learns of its mail servers."""

from collections.abc import Iterator

import pytest

from portal.mail import Refused
from portal.sandbox.polarismail.control import PolarisMail
from portal.store import servers
from portal.version import VERSION
from tests.views.api.whmcs import Whmcs
from tests.world import World


def test_ping_names_the_tenant_the_version_and_the_state_of_its_servers(owner: Whmcs) -> None:
    answer = owner.call("GET", "/api/v1/ping")

    said = answer.get_json()
    assert (said["tenant"], said["version"]) == ("northwind", VERSION)
    assert [(server["name"], server["kind"], server["ok"]) for server in said["servers"]] == [
        ("mail1", "smartermail", True)
    ]
    assert "Signed in as a system administrator" in said["servers"][0]["detail"]


def test_ping_of_a_silent_mail_server_says_which_and_keeps_answering(world: World, owner: Whmcs) -> None:
    world.mail.faults({"path": "*", "kind": "500", "message": "Secret words of the server"})

    answer = owner.call("GET", "/api/v1/ping")

    server = answer.get_json()["servers"][0]
    assert answer.status_code == 200
    assert server["ok"] is False
    assert "HTTP 500" in server["detail"]
    assert "Secret words" not in answer.text
    assert world.mail.password not in answer.text


@pytest.mark.parametrize("broken", [False, True])
def test_of_a_server_that_is_only_lent_a_reseller_learns_whether_it_answers_and_no_more(
    world: World, reseller: Whmcs, broken: bool
) -> None:
    if broken:
        world.mail.faults({"path": "*", "kind": "500"})

    answer = reseller.call("GET", "/api/v1/ping")

    server = answer.get_json()["servers"][0]
    sentence = (
        "The mail server does not answer as it should. Tell the provider who lends it to you."
        if broken
        else "The mail server answers."
    )
    assert server == {"name": "mail1", "kind": "smartermail", "ok": not broken, "detail": sentence}


def test_a_tenant_sees_only_the_servers_lent_to_it(world: World, owner: Whmcs, reseller: Whmcs) -> None:
    with world.app.app_context():
        servers.add(
            kind="smartermail", name="mail2", url=world.mail.url, username="x", password="y", mail_host="m2.test"
        )

    owners, resellers = (whmcs.call("GET", "/api/v1/servers").get_json() for whmcs in (owner, reseller))

    assert [server["name"] for server in owners["servers"]] == ["mail1", "mail2"]
    assert [server["name"] for server in resellers["servers"]] == ["mail1"]


@pytest.fixture
def shared(world: World) -> Iterator[PolarisMail]:
    """A PolarisMail server beside the other one."""
    with PolarisMail("mail.test=1,0,0") as running, world.app.app_context():
        servers.add(
            kind="polarismail",
            name="shared",
            url=f"{running.url}/admin/json.php",
            username=running.username,
            password=running.password,
            mail_host="mail.test",
        )
        yield running


def test_ping_asks_servers_of_every_kind(shared: PolarisMail, owner: Whmcs) -> None:
    well = owner.call("GET", "/api/v1/ping").get_json()["servers"]
    shared.stop()
    ill = owner.call("GET", "/api/v1/ping").get_json()["servers"]

    assert well[1] == {
        "name": "shared",
        "kind": "polarismail",
        "ok": True,
        "detail": "Signed in as an admin; domains: 1.",
    }
    assert [server["ok"] for server in ill] == [True, False]


def test_a_server_is_asked_for_what_its_kind_holds(shared: PolarisMail, world: World) -> None:
    connections = world.app.extensions["mail"]
    with world.app.app_context():
        one, other = servers.all_servers()

    for to, record in ((connections.to, other), (connections.to_shared, one)):
        with pytest.raises(Refused, match=record.name):
            to(record)

    assert connections.to_shared(other).mailbox("nobody@mail.test").address == "nobody@mail.test"
