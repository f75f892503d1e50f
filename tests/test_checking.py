"""The command `server check`: whose domain is looked at, what is told to people and programs, how it ends."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from portal import store
from portal.store import servers
from tests.deployed import environment_of
from tests.mail.log import paths
from tests.world import World

ROOT = Path(__file__).parent.parent


def check(world: World, *words: str) -> Result:
    result = world.app.test_cli_runner().invoke(args=["server", "check", *words])
    store.release()
    return result


def test_the_only_server_is_looked_at_by_its_first_service(world: World) -> None:
    result = check(world)

    assert result.exit_code == 0, result.output
    assert "settings/sysadmin/domain/bob.test" in paths(world.mail)
    assert "30 checks: 2" in result.output
    assert ", 0 differs, 0 unknown" in result.output


def test_people_are_told_what_was_expected_and_what_it_means_where_it_differs(world: World) -> None:
    world.mail.build("100.no-header")

    lines = check(world, "mail1", "--domain=alice.test").output.splitlines()

    at = next(number for number, line in enumerate(lines) if "domain.header" in line)
    assert lines[at].startswith("noted ")
    assert "expected: X-SmarterMailDomain" in lines[at + 1]
    assert "enters each domain with manage-domain" in lines[at + 2]


def test_programs_are_told_in_json(world: World) -> None:
    world.mail.build("100.no-header")

    told = {row["name"]: row for row in json.loads(check(world, "--json").stdout)}

    assert told["domain.header"].keys() == {"server", "name", "standing", "expected", "seen", "means"}
    assert (told["domain.header"]["server"], told["domain.header"]["standing"]) == ("mail1", "noted")


def test_it_fails_when_something_differs_from_what_is_needed(world: World) -> None:
    world.mail.faults({"path": "settings/domain/domain-aliases", "kind": "refuse"})

    result = check(world)

    assert result.exit_code == 1
    assert "1 differs" in result.output


def test_a_plan_that_asks_for_other_passwords_than_the_server_is_named(world: World) -> None:
    world.register("northwind", 101, "alice.test", age=0, password_min_length="12")

    told = check(world).output

    assert "noted    password.plans" in told
    assert "northwind-101: 12 characters" in told


def test_a_scratch_domain_is_made_and_removed(world: World) -> None:
    result = check(world, "--scratch-domain=scratch.test")

    assert result.exit_code == 0, result.output
    assert "ok       domain.delete" in result.output
    assert "settings/sysadmin/domain-put" in paths(world.mail)
    assert "scratch.test" not in world.mail.domains()


def test_a_scratch_domain_that_exists_is_refused(world: World) -> None:
    result = check(world, "--scratch-domain=bob.test")

    assert result.exit_code == 1
    assert "bob.test exists on this server" in result.output
    assert "settings/sysadmin/domain-put" not in paths(world.mail)


def test_after_a_rejected_sign_in_nothing_more_is_tried(world: World) -> None:
    world.mail.two_step(world.mail.username, "rfc6238")
    world.mail.clear_log()

    result = check(world, "--scratch-domain=scratch.test")

    assert result.exit_code == 1
    assert paths(world.mail) == ["auth/authenticate-user"]


def test_a_server_without_services_needs_a_domain(world: World) -> None:
    with world.app.app_context():
        servers.add(kind="smartermail", name="new", url=world.mail.url, username="a", password="b", mail_host="x.test")

    unnamed, unknown, no_domain = check(world), check(world, "old"), check(world, "new")

    assert "there are 2: name one" in unnamed.output
    assert "there is no mail server old" in unknown.output
    assert "--domain" in no_domain.output


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_who_ends_it_leaves_no_scratch_domain(world: World, settings: dict[str, Any], end: signal.Signals) -> None:
    world.mail.latency(100)
    with subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "server", "check", "--scratch-domain=scratch.test"],
        cwd=ROOT,
        env=environment_of(settings) | {"PATH": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        deadline = time.monotonic() + 30
        while "scratch.test" not in world.mail.domains():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.send_signal(end)
        process.communicate(timeout=30)

    assert process.returncode != 0
    assert "scratch.test" not in world.mail.domains()
