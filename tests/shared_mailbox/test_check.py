"""`server check` on a PolarisMail: each assumption is tried, and what differs is told with what to do."""

import json
from typing import Any

import pytest
from click.testing import Result

from tests.shared_world import DOMAIN, SharedWorld

SCRATCH = f"--scratch-domain={DOMAIN}"


def check(world: SharedWorld, *arguments: str) -> Result:
    return world.app.test_cli_runner().invoke(args=["server", "check", *arguments])


def told(world: SharedWorld, *arguments: str) -> dict[str, Any]:
    return {row["name"]: row for row in json.loads(check(world, "--json", *arguments).stdout)}


def test_as_the_documents_have_it_all_is_well_and_nothing_is_left(world: SharedWorld) -> None:
    before = world.everything

    result = check(world, SCRATCH)

    assert result.exit_code == 0, result.output
    assert "20 checks" in result.output
    assert "0 differs, 0 unknown" in result.output
    assert world.everything == before


def test_without_a_scratch_domain_nothing_is_changed(world: SharedWorld) -> None:
    world.mail.clear_log()

    check(world)

    called = {call["action"] for call in world.mail.calls()}
    assert not {action for action in called if action.startswith(("add", "remove", "update", "enable", "disable"))}


@pytest.mark.parametrize(
    ("build", "name", "standing"),
    [
        ("one-call-tokens", "sign-in.token", "differs"),
        ("no-meta", "mailboxes.whole", "noted"),
        ("info-bare", "mailbox.settings", "noted"),
        ("info-refused", "mailbox.settings", "noted"),
        ("quota-1024", "mailbox.quota-unit", "noted"),
    ],
)
def test_what_is_otherwise_than_expected_is_told(world: SharedWorld, build: str, name: str, standing: str) -> None:
    world.mail.build(build)

    row = told(world)[name]

    assert row["standing"] == standing
    assert row["means"]


def test_a_rejected_sign_in_is_not_tried_again(world: SharedWorld) -> None:
    world.mail.faults({"action": "login", "kind": "refuse", "message": "Invalid credentials"})
    world.mail.clear_log()

    result = check(world, SCRATCH)

    assert result.exit_code == 1
    assert "user name and password" in result.output
    assert [call["action"] for call in world.mail.calls()] == ["login"]


def test_a_domain_that_waits_for_its_verification_is_told(world: SharedWorld) -> None:
    world.mail.domain("new.test", pending="abc")

    row = told(world, "--domain=new.test")["domain.ready"]

    assert (row["standing"], row["seen"]) == ("differs", "its verification is pending")


def test_what_a_failing_check_made_is_removed(world: SharedWorld) -> None:
    before = world.everything
    world.mail.faults({"action": "removeListMember", "kind": "refuse", "times": 1})

    rows = told(world, SCRATCH)

    assert (rows["list.life"]["standing"], rows["scratch.removed"]["standing"]) == ("differs", "ok")
    assert world.everything == before


def test_a_scratch_domain_that_is_not_there_is_refused(world: SharedWorld) -> None:
    result = check(world, "--scratch-domain=nowhere.test")

    assert result.exit_code == 1
    assert "nowhere.test is not on this server" in result.output
