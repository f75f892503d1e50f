"""What is collected of single mailboxes, and told to WHMCS: one call for all of a domain."""

from typing import Any

import pytest

from portal import collection, shared_mailbox
from portal.store import collecting, services, usage
from tests.shared_world import DOMAIN, SharedWorld
from tests.views.api.whmcs import Whmcs

GB = 2**30


def collect(world: SharedWorld) -> dict[str, Any]:
    return {one.service.name: one for one in collection.due(world.app.extensions["mail"])}


def told(world: SharedWorld) -> dict[int, Any]:
    answer = Whmcs(world, "northwind").call("POST", "/api/v1/usage", {})
    return {one["svc"]: one for one in answer.get_json()["services"]}


@pytest.fixture
def used(world: SharedWorld) -> SharedWorld:
    """Alice's mailbox holds 300 of 25000 MB, of the size that the platform counts in."""
    world.mail.remove(DOMAIN, "alice")
    world.mail.mailbox(DOMAIN, "alice", quota="25", used=300)
    return world


def test_all_mailboxes_of_a_domain_are_read_in_one_call(used: SharedWorld) -> None:
    shared_mailbox.add_alias(used.holder(), "team", "alice")
    used.mail.clear_log()

    found = collect(used)

    assert [call["action"] for call in used.mail.calls()] == ["getAllUsersDomain"]
    assert found.keys() == {f"{name}@{DOMAIN}" for name in ("alice", "alice-shop", "bob")}
    sample = found[f"alice@{DOMAIN}"].sample
    assert (sample.disk, sample.disk_limit, sample.aliases) == (300 * GB // 1000, 25 * GB, 1)


def test_whmcs_is_told_the_usage_and_quota_of_mailboxes(used: SharedWorld) -> None:
    collect(used)

    row = told(used)[301]

    assert (row["disk_mb"], row["disk_limit_mb"]) == (308, 25 * 1024)
    assert "as_of" in row


def test_what_was_not_read_is_never_told_as_nothing(used: SharedWorld) -> None:
    used.mail.faults({"action": "getAllUsersDomain", "kind": "500"})
    collect(used)

    assert told(used)[301] == {"svc": 301, "error": "not-read"}
    assert collecting.of(used.service()).error


def test_a_mailbox_that_is_gone_spoils_no_other(used: SharedWorld) -> None:
    used.mail.remove(DOMAIN, "alice-shop")

    found = collect(used)

    assert found[f"alice-shop@{DOMAIN}"].failures == ("the mailbox is not on the mail server",)
    assert found[f"alice@{DOMAIN}"].sample is not None


def test_a_suspended_mailbox_is_read_and_an_ended_one_is_not(used: SharedWorld) -> None:
    services.set_status(used.service(), "Suspended", 0)
    services.set_status(used.service("harbour", 401), "Terminated", 0)

    found = collect(used)

    assert found.keys() == {f"alice@{DOMAIN}", f"alice-shop@{DOMAIN}"}
    assert usage.newest([used.service()])
