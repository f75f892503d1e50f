"""What is read of a shared domain: once for all who ask, and of it only what each asked for."""

import time
from collections.abc import Iterator

import pytest

from portal.mail import Unreachable
from portal.mail.polarismail import PolarisMail
from portal.mail.polarismail.mailbox import PolarisMailbox
from portal.mail.shared_directory import SharedDirectory
from portal.sandbox.polarismail.control import PolarisMail as Sandbox
from tests.at_once import at_once

ALIAS, OTHER, LIST = "alias00001@mail.test", "alias00002@mail.test", "list00001@mail.test"
LISTINGS = ("getAllAliasesDomain", "getAllListsDomain")


@pytest.fixture(scope="module")
def process() -> Iterator[Sandbox]:
    with Sandbox("mail.test=3,2,1") as running:
        yield running


@pytest.fixture
def server(process: Sandbox) -> Sandbox:
    process.reset()
    return process


@pytest.fixture
def client(server: Sandbox) -> Iterator[PolarisMail]:
    made = PolarisMail(
        f"{server.url}/admin/json.php", server.username, server.password, connect_timeout=0.5, timeout=0.6
    )
    yield made
    made.close()


@pytest.fixture
def directory() -> Iterator[SharedDirectory]:
    made = SharedDirectory()
    yield made
    made.close()


def box(client: PolarisMail, name: str = "alice") -> PolarisMailbox:
    return client.mailbox(f"{name}@mail.test")


def listings(server: Sandbox) -> list[str]:
    return [call["action"] for call in server.calls() if call["action"] in LISTINGS]


def test_only_what_was_asked_for_is_told(directory: SharedDirectory, client: PolarisMail) -> None:
    present = directory.present(box(client), [ALIAS, "nobody@mail.test"])

    assert set(present.aliases) == {ALIAS}
    assert present.lists == frozenset()


def test_all_who_share_the_domain_share_one_reading(
    directory: SharedDirectory, client: PolarisMail, server: Sandbox
) -> None:
    directory.present(box(client), [ALIAS])
    server.clear_log()

    present = directory.present(box(client, "bob"), [OTHER, LIST])

    assert (set(present.aliases), present.lists) == ({OTHER}, {LIST})
    assert listings(server) == []


def test_those_who_ask_at_the_same_moment_share_it_too(
    directory: SharedDirectory, client: PolarisMail, server: Sandbox
) -> None:
    server.latency(100)

    at_once(5, lambda number: directory.present(box(client, f"user{number}"), [ALIAS]))

    assert sorted(listings(server)) == sorted(LISTINGS)


def test_what_was_changed_since_is_read_again(directory: SharedDirectory, client: PolarisMail, server: Sandbox) -> None:
    directory.present(box(client), [ALIAS])
    server.remove("mail.test", "alias00001")

    present = directory.present(box(client), [ALIAS], since=time.time())

    assert present.aliases == {}


def test_a_failure_is_told_and_not_kept(directory: SharedDirectory, client: PolarisMail, server: Sandbox) -> None:
    server.faults({"action": "getAllListsDomain", "kind": "down"})
    with pytest.raises(Unreachable):
        directory.present(box(client), [ALIAS])
    server.faults()

    present = directory.present(box(client), [ALIAS])

    assert set(present.aliases) == {ALIAS}
