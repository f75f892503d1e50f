"""Snapshots: read in parallel and in constant calls, shared, never older than asked for, never made of a failure."""

import threading
import time
import weakref
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from portal.mail import Alias, Figures, Mailbox, NewMailbox, Unreachable
from portal.mail.directory import Directory, Snapshot
from tests.at_once import at_once

SIGN_IN = "auth/authenticate-user"
READS = Counter(
    {
        "settings/sysadmin/domain/alice.test": 1,
        "settings/domain/list-users": 1,
        "settings/domain/aliases": 1,
        "settings/domain/active-sync-mailboxes": 1,
        "settings/domain/mapi-ews-mailboxes": 1,
    }
)


def calls(sandbox) -> Counter[str]:
    return Counter(call["path"] for call in sandbox.calls())


def made_of(mailboxes: list[str], aliases: list[Alias]) -> Snapshot:
    rows = tuple(Mailbox(address, "", 0, 0, None, True, False) for address in mailboxes)
    figures = Figures(0, 0, len(rows), 0, len(aliases), 0)
    return Snapshot(figures, rows, frozenset(mailboxes), tuple(aliases), frozenset(), frozenset(), 0)


def test_a_snapshot_holds_the_whole_domain_sorted(sandbox, alice, directory) -> None:
    sandbox.mailbox("alice.test", "Zoe")
    sandbox.mailbox("alice.test", "aaron")

    snapshot = directory.snapshot(alice, 1)

    names = [mailbox.name for mailbox in snapshot.mailboxes]
    assert names == ["aaron", "adele.arnaud", "admin", "bruno.arnaud", "camille.arnaud", "zoe"]
    assert snapshot.figures.mailboxes == 6
    assert [alias.name for alias in snapshot.aliases] == ["alias00001", "alias00002"]
    assert snapshot.activesync == snapshot.mapi == {"adele.arnaud@alice.test"}


def test_the_hidden_admin_is_left_out_but_counts_as_local(alice, directory) -> None:
    snapshot = directory.snapshot(alice, 1, hidden="admin")

    assert "admin@alice.test" not in snapshot.by_address
    assert "admin@alice.test" in snapshot.local


def test_no_protocol_of_the_hidden_admin_is_counted(alice, directory) -> None:
    alice.set_activesync("admin", True)
    alice.set_mapi("admin", True)

    snapshot = directory.snapshot(alice, 1, hidden="admin")

    assert snapshot.activesync == snapshot.mapi == {"adele.arnaud@alice.test"}


def test_a_cold_snapshot_is_a_sign_in_and_five_reads(sandbox, alice, directory) -> None:
    directory.snapshot(alice, 1)

    assert calls(sandbox) == READS + Counter([SIGN_IN])


@pytest.mark.parametrize("size", [10, 1_000, 10_000])
def test_the_calls_do_not_grow_with_the_domain(sandbox, server, directory, size) -> None:
    sandbox.domain("large.test", mailboxes=size, aliases=size)

    snapshot = directory.snapshot(server.domain("large.test"), 1, hidden="admin")

    assert len(snapshot.mailboxes) == len(snapshot.aliases) == size
    assert calls(sandbox).total() == 6


def test_the_reads_run_side_by_side(sandbox, alice, directory) -> None:
    sandbox.latency(250)

    began = time.monotonic()
    directory.snapshot(alice, 1)
    took = time.monotonic() - began

    assert took < 4 * 0.25  # one after the other they take six


def test_twenty_threads_share_one_reading(sandbox, alice, directory) -> None:
    alice.figures()
    sandbox.clear_log()
    sandbox.latency(50)

    snapshots = at_once(20, lambda _number: directory.snapshot(alice, 1))

    assert len({id(snapshot) for snapshot in snapshots}) == 1
    assert calls(sandbox) == READS


def test_a_second_look_asks_nothing(sandbox, alice, directory) -> None:
    first = directory.snapshot(alice, 1)
    sandbox.clear_log()

    assert directory.snapshot(alice, 1) is first
    assert sandbox.calls() == []


def test_after_its_time_a_snapshot_is_read_again(sandbox, alice, directory) -> None:
    directory.snapshot(alice, 1)
    sandbox.mailbox("alice.test", "marie")
    time.sleep(0.05)

    assert "marie@alice.test" in directory.snapshot(alice, 1, max_age=0.04).by_address


def test_another_number_of_changes_is_another_snapshot(alice, directory) -> None:
    directory.snapshot(alice, ("service", 1))
    alice.create_mailbox(NewMailbox("marie", "Correct-horse-7"))

    assert "marie@alice.test" in directory.snapshot(alice, ("service", 2)).by_address


def test_a_fresh_one_is_never_the_kept_one(sandbox, alice, directory) -> None:
    directory.snapshot(alice, 1)
    sandbox.mailbox("alice.test", "marie")

    assert "marie@alice.test" in directory.snapshot(alice, 1, fresh=True).by_address


def test_a_fresh_one_does_not_join_a_reading_that_began_before(sandbox, alice, directory) -> None:
    alice.figures()
    sandbox.faults({"path": "settings/domain/list-users", "kind": "slow", "when": "after", "times": 1, "ms": 300})
    early = threading.Thread(target=directory.snapshot, args=(alice, 1))
    early.start()
    time.sleep(0.1)
    sandbox.mailbox("alice.test", "marie")

    snapshot = directory.snapshot(alice, 1, fresh=True)

    early.join()
    assert "marie@alice.test" in snapshot.by_address


def test_two_services_do_not_see_each_other(server, directory) -> None:
    alice = directory.snapshot(server.domain("alice.test"), 1)
    bob = directory.snapshot(server.domain("bob.test"), 2)

    assert alice.local.isdisjoint(bob.local)


@pytest.mark.parametrize("path", sorted(READS))
@pytest.mark.parametrize("kind", ["down", "500", "html"])
def test_one_failed_read_fails_the_snapshot(sandbox, alice, directory, path, kind) -> None:
    sandbox.faults({"path": path, "kind": kind, "when": "before", "times": None})

    with pytest.raises(Unreachable):
        directory.snapshot(alice, 1)


def test_a_failure_reaches_all_who_waited_and_is_not_kept(sandbox, alice, directory) -> None:
    alice.figures()
    sandbox.faults({"path": "settings/domain/aliases", "kind": "500", "when": "before", "times": None})
    sandbox.latency(50)

    with ThreadPoolExecutor(20) as pool:
        errors = [future.exception() for future in [pool.submit(directory.snapshot, alice, 1) for _ in range(20)]]
    sandbox.faults()
    snapshot = directory.snapshot(alice, 1)

    assert {type(error) for error in errors} <= {Unreachable} | set(Unreachable.__subclasses__())
    assert len(snapshot.mailboxes) == 4


def test_a_failure_does_not_wait_for_the_slowest_read(sandbox, alice, directory) -> None:
    alice.figures()
    sandbox.faults(
        {"path": "settings/domain/list-users", "kind": "slow", "when": "before", "times": 1, "ms": 1500},
        {"path": "settings/domain/aliases", "kind": "500", "when": "before", "times": None},
    )

    began = time.monotonic()
    with pytest.raises(Unreachable):
        directory.snapshot(alice, 1)

    assert time.monotonic() - began < 1.2


def test_a_list_shorter_than_the_servers_own_count_is_cut_off(scripted, scripted_alice, directory) -> None:
    script(scripted, users=["marie"], count=2)

    with pytest.raises(Unreachable, match="shorter"):
        directory.snapshot(scripted_alice, 1)


def test_a_mailbox_deleted_between_the_reads_is_no_cut_off_list(scripted, scripted_alice, directory) -> None:
    script(scripted, users=["marie"], count=2)
    counts = iter([2, 1])
    scripted.answers["settings/sysadmin/domain/alice.test"] = lambda: figures(next(counts))

    assert len(directory.snapshot(scripted_alice, 1).mailboxes) == 1


def test_the_snapshots_used_last_are_kept_within_the_bound(sandbox, server) -> None:
    directory = Directory(max_rows=20)
    names = ["a.test", "b.test", "c.test"]
    for name in names:
        sandbox.domain(name, mailboxes=5, aliases=2)
        directory.snapshot(server.domain(name), name)
    sandbox.clear_log()

    for name in reversed(names):
        directory.snapshot(server.domain(name), name)

    directory.close()
    asked = {path for path in calls(sandbox) if path.startswith("settings/sysadmin/domain/")}
    assert asked == {"settings/sysadmin/domain/a.test"}


def test_tags_are_the_aliases_that_lead_to_a_mailbox(alice, elsewhere, directory) -> None:
    elsewhere.alias("sales@alice.test", "bruno.arnaud@alice.test", "x@example.net")
    elsewhere.alias("info@alice.test", "bruno.arnaud@alice.test", "camille.arnaud@alice.test")

    snapshot = directory.snapshot(alice, 1, hidden="admin")

    assert {mailbox.address: snapshot.tags(mailbox.address) for mailbox in snapshot.mailboxes} == {
        "adele.arnaud@alice.test": ("alias00001",),
        "bruno.arnaud@alice.test": ("alias00002", "info", "sales"),
        "camille.arnaud@alice.test": ("info",),
    }


def test_forwards_are_the_aliases_that_leave_the_domain(alice, elsewhere, directory) -> None:
    elsewhere.alias("out@alice.test", "x@example.net", "y@example.net")
    elsewhere.alias("mixed@alice.test", "x@example.net", "bruno.arnaud@alice.test")
    elsewhere.alias("boss@alice.test", "admin@alice.test")
    elsewhere.alias("all@alice.test", everyone=True)

    forwards = directory.snapshot(alice, 1, hidden="admin").forwards

    assert [forward.name for forward in forwards] == ["out"]


def test_an_alias_to_nobody_is_a_forward_and_one_to_everybody_neither_tag_nor_forward() -> None:
    marie = "marie@alice.test"
    snapshot = made_of(
        [marie], [Alias("none@alice.test", ()), Alias("all@alice.test", (marie, "x@example.net"), everyone=True)]
    )

    assert snapshot.tags(marie) == ()
    assert [forward.name for forward in snapshot.forwards] == ["none"]


def test_a_snapshot_that_was_searched_is_let_go_of_at_once() -> None:
    snapshot = made_of(["marie@alice.test"], [])
    snapshot.holding(("marie",))
    held = weakref.ref(snapshot)

    del snapshot

    assert held() is None


def test_derived_views_are_made_once() -> None:
    snapshot = made_of(["marie@alice.test"], [Alias("sales@alice.test", ("marie@alice.test",))])

    made = [snapshot.once("count", lambda made_of: [len(made_of.mailboxes)]) for _ in range(2)]

    assert snapshot.forwards is snapshot.forwards
    assert made[0] is made[1]
    assert made[0] == [1]


def figures(count: int) -> tuple[int, object]:
    data = {"size": 0, "maxSize": 0, "userCount": count, "userLimit": 0, "aliasCount": 0, "aliasLimit": 0}
    return 200, {"success": True, "domainData": data}


def script(scripted, users: list[str], count: int) -> None:
    """A domain that lists these mailboxes and counts as many."""
    listed = [{"emailAddress": f"{name}@alice.test", "maxMailboxSize": 0} for name in users]
    scripted.answers |= {
        "settings/sysadmin/domain/alice.test": figures(count),
        "settings/domain/list-users": (200, {"success": True, "userData": listed}),
        "settings/domain/aliases": (200, {"success": True, "gridInfo": None}),
        "settings/domain/active-sync-mailboxes": (200, {"success": True, "activeSyncAccounts": []}),
        "settings/domain/mapi-ews-mailboxes": (200, {"success": True, "mapiEwsAccounts": []}),
    }


def domain_alias_reads(sandbox) -> list[str]:
    return [call["path"] for call in sandbox.calls() if call["path"] == "settings/domain/domain-aliases"]


def test_domain_aliases_are_read_once_and_kept_apart_from_the_snapshot(sandbox, alice, directory) -> None:
    names = [directory.domain_aliases(alice, "key") for _ in range(3)]
    directory.snapshot(alice, "key")

    assert names == [frozenset()] * 3
    assert len(domain_alias_reads(sandbox)) == 1


def test_domain_aliases_are_read_again_when_asked_afresh_or_after_a_change(sandbox, alice, directory) -> None:
    directory.domain_aliases(alice, "key")
    alice.add_domain_alias("new.test")

    kept = directory.domain_aliases(alice, "key")
    fresh = directory.domain_aliases(alice, "key", fresh=True)
    changed = directory.domain_aliases(alice, "key after a change")

    assert (kept, fresh, changed) == (frozenset(), {"new.test"}, {"new.test"})


def test_domain_aliases_that_could_not_be_read_are_not_kept(sandbox, alice, directory) -> None:
    sandbox.faults({"path": "settings/domain/domain-aliases", "kind": "down"})
    with pytest.raises(Unreachable):
        directory.domain_aliases(alice, "key")
    sandbox.faults()

    assert directory.domain_aliases(alice, "key") == frozenset()
