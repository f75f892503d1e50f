"""Collecting usage: what each service uses is read and recorded, and never what could not be read."""

import threading
import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
import time_machine
from click.testing import Result

from portal import collection, store
from portal.collection import AT_ONCE, Collected
from portal.connections import Connections
from portal.sandbox.control import Running
from portal.sandbox.smartermail.builds import BUILDS
from portal.store import collecting, exclusive, protocols, servers, services, tenants, usage
from portal.store.collecting import UsageCollection
from portal.store.mailbox_sizes import MailboxSizes
from portal.store.protocols import ProtocolEvent
from portal.store.services import Service
from portal.store.usage import DAY, Sample, UsageSample
from tests.at_once import at_once
from tests.elsewhere import Elsewhere
from tests.world import Visitor, World, new_mailbox

FIGURES = "settings/sysadmin/domain/"
EAS = "settings/domain/active-sync-mailboxes"
MAPI = "settings/domain/mapi-ews-mailboxes"
SIZES = "settings/domain/list-users"
SYSTEM_SIZES = "settings/sysadmin/list-users/alice.test"
NOON = 1_800_014_400
# As sent by `down`, `cut`, `slow` and the rest of the sandbox's faults, none of which says how things are.
KINDS = ["down", "cut", "500", "html", "401", "403", "404", "refuse", "refuse400"]


@pytest.fixture
def elsewhere(mail: Running) -> Elsewhere:
    return Elsewhere(mail)


def collect(world: World, *, svc: int | None = None) -> dict[str, Collected]:
    """By hand, of all services or of one of northwind's."""
    with world.app.app_context():
        chosen = list(services.collectable())
        found = [service for service in chosen if svc in (None, service.svc)]
        return {each.service.name: each for each in collection.now_of(world.app.extensions["mail"], found)}


def collect_due(world: World, stopping: threading.Event | None = None) -> list[str]:
    with world.app.app_context():
        found = list(collection.due(world.app.extensions["mail"], stopping=stopping))
    return sorted(each.service.name for each in found)


def samples(world: World, svc: int = 101) -> list[Sample]:
    service = world.service("northwind", svc)
    with world.app.app_context():
        return usage.between(service, 0, 10**6)


def sizes(world: World) -> dict[str, int | None]:
    """The newest list."""
    with world.app.app_context():
        newest = MailboxSizes.select().order_by(MailboxSizes.day.desc()).first()
    return newest.sizes if newest is not None else {}


def events(world: World, svc: int = 101) -> list[tuple[str, str, bool, str]]:
    service = world.service("northwind", svc)
    with world.app.app_context():
        rows = protocols.events(service, 0, 2**40)
    return [(row.address.partition("@")[0], row.protocol, row.on, row.source) for row in rows]


def on(world: World, svc: int = 101) -> set[tuple[str, str]]:
    service = world.service("northwind", svc)
    with world.app.app_context():
        return {
            (address.partition("@")[0], protocol) for address, protocol in protocols.on_at(service, int(time.time()))
        }


def switch(world: World, address: str, *, eas: bool | None = None, mapi: bool | None = None) -> None:
    """On the mail server, past the portal."""
    assert world.server is not None
    name, _at, domain = address.partition("@")
    mail = world.app.extensions["mail"].to(world.server).domain(domain)
    if eas is not None:
        mail.set_activesync(name, eas)
    if mapi is not None:
        mail.set_mapi(name, mapi)


def test_a_service_is_read_in_three_calls(world: World) -> None:
    switch(world, "alice@alice.test", eas=True, mapi=True)
    switch(world, "carol@alice.test", eas=True)
    collect(world, svc=101)
    world.mail.clear_log()

    collect(world, svc=101)

    assert [call["path"] for call in world.mail.calls()] == [f"{FIGURES}alice.test", EAS, MAPI]
    [found] = samples(world)
    disk = 3 * 2**30 + 2**20
    assert found._replace(read_at=0) == Sample(0, disk, mailboxes=3, aliases=0, eas=2, mapi=1, disk_limit=0)
    assert time.time() - 60 < found.read_at <= time.time()


def test_a_large_domain_takes_as_many_calls(world: World) -> None:
    world.mail.domain("large.test", mailboxes=300, aliases=300, admin="q7hidden")
    world.register("northwind", 103, "large.test")
    collect(world, svc=102)
    world.mail.clear_log()

    collect(world, svc=103)

    assert len(world.mail.calls()) == 4


def test_the_sizes_of_the_mailboxes_are_read_once_a_week(world: World) -> None:
    calls = []

    for days in (0, 0.25, 6, 7, 8, 14):
        world.mail.clear_log()
        with time_machine.travel(NOON + days * DAY, tick=False):
            collect(world, svc=101)
        calls.append([call["path"] for call in world.mail.calls()].count(SIZES))

    assert calls == [1, 0, 0, 1, 0, 1]
    assert sizes(world) == {"alice@alice.test": 3 * 2**30, "carol@alice.test": 2**20, "info@alice.test": 0}


@pytest.mark.parametrize("kind", KINDS)
def test_sizes_that_cannot_be_read_spoil_nothing_else(world: World, kind: str) -> None:
    world.mail.build("100.no-list-users")
    faults = [{"path": path, "kind": kind} for path in ("settings/domain/account-search-quick", SYSTEM_SIZES)]
    world.mail.faults(*faults)

    failed = collect(world, svc=101)["alice.test"]
    before = sizes(world)
    world.mail.faults()
    collect(world, svc=101)

    assert failed.failures == ()
    assert failed.sample is not None
    assert before == {}
    assert "alice@alice.test" in sizes(world)


def test_of_a_suspended_service_no_sizes_are_read(world: World) -> None:
    world.register("northwind", 101, "alice.test", status="Suspended")

    collect(world, svc=101)

    assert sizes(world) == {}


@pytest.mark.parametrize("build", sorted(BUILDS))
def test_every_build_tells_the_sizes(world: World, build: str) -> None:
    world.mail.build(build)

    collect(world, svc=101)

    assert sizes(world)["alice@alice.test"] == 3 * 2**30


def test_a_mailbox_that_is_deleted_and_made_again_in_the_portal_is_another_one(world: World, alice: Visitor) -> None:
    collect(world, svc=101)
    alice.post("mailboxes/carol@alice.test/delete", {"confirm": "carol@alice.test"})
    deleted = sizes(world)
    alice.post("mailboxes/", new_mailbox("carol"))

    assert "carol@alice.test" not in deleted
    assert "carol@alice.test" not in sizes(world)


def test_a_mailbox_that_was_deleted_elsewhere_is_another_one_when_it_is_made_in_the_portal(
    world: World, alice: Visitor, elsewhere: Elsewhere
) -> None:
    collect(world, svc=101)
    elsewhere.delete("carol@alice.test")

    alice.post("mailboxes/", new_mailbox("carol"))

    assert "carol@alice.test" not in sizes(world)


def test_the_hidden_admin_is_not_counted(world: World) -> None:
    switch(world, "q7hidden@alice.test", eas=True)

    collect(world, svc=101)

    assert (samples(world)[0].mailboxes, samples(world)[0].eas) == (3, 0)
    assert events(world) == []


def test_what_is_on_at_the_first_reading_is_recorded_as_found_at_the_registration(world: World) -> None:
    switch(world, "carol@alice.test", eas=True)

    collect(world)

    assert events(world) == [("carol", "eas", True, "registration")]


def test_a_change_made_on_the_mail_server_counts_from_when_it_is_seen(world: World) -> None:
    collect(world)
    switch(world, "carol@alice.test", mapi=True)
    collect(world)
    switch(world, "carol@alice.test", mapi=False)

    collect(world)

    assert events(world) == [("carol", "mapi", True, "server"), ("carol", "mapi", False, "server")]


def test_reading_again_records_nothing_again(world: World) -> None:
    switch(world, "carol@alice.test", eas=True)
    collect(world)

    again = collect(world)

    assert again["alice.test"].events == 0
    assert len(samples(world)) == 1
    assert len(events(world)) == 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("path", [f"{FIGURES}alice.test", EAS, MAPI, "*"])
def test_nothing_is_recorded_of_what_could_not_be_read(world: World, kind: str, path: str) -> None:
    for name in ("alice", "carol"):
        switch(world, f"{name}@alice.test", eas=True, mapi=True)
    collect(world, svc=101)
    UsageSample.delete().execute()
    store.release()
    world.mail.faults({"path": path, "kind": kind}, {"path": "settings/domain/data", "kind": kind})

    found = collect(world, svc=101)["alice.test"]

    assert found.failures
    assert on(world) == {(name, protocol) for name in ("alice", "carol") for protocol in ("eas", "mapi")}
    assert len(events(world)) == 4
    if path in (EAS, MAPI):
        [sample] = samples(world)
        lost, read = (sample.eas, sample.mapi) if path == EAS else (sample.mapi, sample.eas)
        assert (sample.disk, lost, read) == (3 * 2**30 + 2**20, None, 2)
    else:
        assert samples(world) == []


def test_an_answer_that_comes_too_late_is_none(world: World) -> None:
    world.mail.faults({"path": f"{FIGURES}alice.test", "kind": "slow", "ms": 1500})

    found = collect(world, svc=101)["alice.test"]

    assert found.failures == ("read the domain's figures: no answer in time",)
    assert samples(world) == []


def test_figures_without_a_size_are_no_sample(world: World) -> None:
    world.mail.build("100.no-size")

    found = collect(world, svc=101)["alice.test"]

    assert (found.sample, samples(world)) == (None, [])
    assert found.failures == ("the mail server does not say how much disk space is used",)


@pytest.mark.parametrize("build", ["100.old", "100.no-header", "100.lists-inactive", "100.polite"])
def test_every_build_of_the_mail_server_is_read_alike(world: World, build: str) -> None:
    switch(world, "carol@alice.test", eas=True, mapi=True)
    switch(world, "alice@alice.test", eas=True)
    switch(world, "alice@alice.test", eas=False)
    world.mail.build(build)

    collect(world, svc=101)

    assert samples(world)[0][1:] == (3 * 2**30 + 2**20, 3, 0, 1, 1, 0)
    assert on(world) == {("carol", "eas"), ("carol", "mapi")}


def test_what_failed_is_written_down_and_tried_again_sooner(world: World) -> None:
    world.mail.faults({"path": EAS, "kind": "500"})
    collect(world, svc=101)
    row = UsageCollection.get()
    store.release()

    assert "500" in row.error
    assert (row.attempts, row.started, row.finished) == (1, None, None)
    assert row.due < time.time() + collecting.PAUSE / 2


def test_one_failure_stops_no_other_service(world: World) -> None:
    world.mail.faults({"path": f"{FIGURES}alice.test", "kind": "500"})

    found = collect(world)

    assert {name: each.failures == () for name, each in found.items()} == {
        "alice.test": False,
        "alice-shop.test": True,
        "bob.test": True,
    }


def test_a_domain_that_is_gone_is_not_an_empty_one(world: World) -> None:
    world.register("northwind", 103, "nowhere.test")

    found = collect(world, svc=103)["nowhere.test"]

    assert found.failures
    assert samples(world, 103) == []


def test_a_fault_of_ours_stops_no_other_service(world: World) -> None:
    with world.app.app_context():
        broken = servers.add(
            kind="smartermail", name="broken", url="http://[", username="x", password="x", mail_host="m.test"
        )
        Service.update(server=broken).where(Service.svc == 101).execute()

    found = collect(world)

    assert found["alice.test"].failures
    assert found["bob.test"].failures == ()


def test_a_mailbox_that_is_renamed_on_the_server_goes_on_under_its_new_name(world: World, elsewhere: Elsewhere) -> None:
    switch(world, "carol@alice.test", eas=True)
    collect(world)
    elsewhere.delete("carol@alice.test")
    world.mail.mailbox("alice.test", "carol.reyes")
    switch(world, "carol.reyes@alice.test", eas=True)

    collect(world)

    assert on(world) == {("carol.reyes", "eas")}
    assert sorted(events(world)[1:]) == [("carol", "eas", False, "server"), ("carol.reyes", "eas", True, "server")]


def test_a_mailbox_that_was_deleted_and_made_again_is_on_only_when_it_is(world: World, elsewhere: Elsewhere) -> None:
    switch(world, "carol@alice.test", eas=True)
    collect(world)
    elsewhere.delete("carol@alice.test")
    world.mail.mailbox("alice.test", "carol")

    collect(world)

    assert on(world) == set()


def test_a_service_with_another_domain_is_compared_with_that_domain(world: World) -> None:
    switch(world, "carol@alice.test", eas=True)
    collect(world)
    world.register("northwind", 102, "spare.test")
    world.register("northwind", 101, "alice-shop.test")

    collect(world, svc=101)

    assert on(world) == set()


def test_of_a_suspended_service_only_the_figures_are_read(world: World) -> None:
    world.register("northwind", 101, "alice.test", status="Suspended")
    collect(world, svc=102)
    world.mail.clear_log()

    collect(world, svc=101)

    assert [call["path"] for call in world.mail.calls()] == [f"{FIGURES}alice.test"]
    [sample] = samples(world)
    assert (sample.disk, sample.eas, sample.mapi) == (3 * 2**30 + 2**20, None, None)


def test_a_suspension_that_was_not_recorded_is_recorded_by_the_next_reading(world: World) -> None:
    switch(world, "carol@alice.test", eas=True)
    collect(world)
    # As if the process had been killed between the two.
    world.register("northwind", 101, "alice.test", status="Suspended")

    collect(world)

    assert on(world) == set()
    assert events(world)[-1] == ("carol", "eas", False, "suspension")


def test_what_changes_about_a_service_during_the_reading_is_not_undone_by_it(world: World) -> None:
    switch(world, "carol@alice.test", eas=True)
    collect(world)
    switch(world, "alice@alice.test", eas=True)
    world.mail.latency(0, {MAPI: 400})
    reading = threading.Thread(target=collect, args=(world,))
    reading.start()
    time.sleep(0.15)
    world.register("northwind", 101, "alice.test", status="Suspended")
    with world.app.app_context():
        protocols.follow_status(world.service())

    reading.join()

    assert events(world) == [("carol", "eas", True, "registration"), ("carol", "eas", False, "suspension")]


def test_what_was_read_of_a_domain_that_the_service_has_no_more_is_not_kept(world: World) -> None:
    world.mail.latency(0, {MAPI: 400})
    reading = threading.Thread(target=collect, args=(world,), kwargs={"svc": 101})
    reading.start()
    time.sleep(0.15)
    world.register("northwind", 101, "alice-new.test")

    reading.join()

    assert samples(world) == []
    with world.app.app_context():
        assert 101 in [service.svc for service in collecting.due()]


def test_a_switch_during_the_reading_is_not_undone_by_it(world: World, alice: Visitor) -> None:
    collect(world)
    world.mail.latency(0, {MAPI: 400})
    reading = threading.Thread(target=collect, args=(world,), kwargs={"svc": 101})
    reading.start()
    time.sleep(0.15)
    switch(world, "carol@alice.test", eas=True)
    with world.app.app_context():
        protocols.switched(world.service(), "carol@alice.test", "eas", True)

    reading.join()

    assert events(world) == [("carol", "eas", True, "portal")]


@pytest.fixture
def alice(world: World) -> Visitor:
    """Alice's plan offers ActiveSync and MAPI."""
    return world.visitor(plan={"offer_eas": "on", "offer_mapi": "on"})


def save(visitor: Visitor, **protocols_on: str) -> int:
    """Save Carol's page with these switches on."""
    form = {"display_name": "Carol Reyes", "limit_mb": "0", "eas": "", "mapi": ""} | protocols_on
    return visitor.post("mailboxes/carol@alice.test", form).status_code


@pytest.mark.parametrize("protocol", ["eas", "mapi"])
def test_a_switch_on_the_mailboxs_page_is_recorded_at_once(world: World, alice: Visitor, protocol: str) -> None:
    codes = [save(alice, **{protocol: "on"}), save(alice)]

    assert codes == [200, 200]
    assert events(world) == [("carol", protocol, True, "portal"), ("carol", protocol, False, "portal")]


def test_a_switch_whose_answer_was_lost_is_found_by_the_next_reading(world: World, alice: Visitor) -> None:
    world.mail.faults({"path": f"{EAS}-patch", "kind": "down", "when": "after"})
    save(alice, eas="on")
    before = events(world)
    world.mail.faults()

    collect(world)

    assert before == []
    assert events(world) == [("carol", "eas", True, "registration")]


def test_a_switch_that_was_refused_is_not_recorded(world: World, alice: Visitor) -> None:
    world.mail.faults({"path": f"{EAS}-patch", "kind": "refuse"})

    save(alice, eas="on")

    assert events(world) == []


def test_the_deletion_of_a_mailbox_is_recorded_at_once(world: World, alice: Visitor) -> None:
    switch(world, "carol@alice.test", eas=True, mapi=True)
    collect(world)

    alice.post("mailboxes/carol@alice.test/delete", {"confirm": "carol@alice.test"})

    assert on(world) == set()
    assert [event[3] for event in events(world)[2:]] == ["deletion", "deletion"]


def test_a_deletion_whose_answer_was_lost_is_recorded_when_it_is_finished(world: World, alice: Visitor) -> None:
    switch(world, "carol@alice.test", eas=True)
    collect(world)
    world.mail.faults({"path": "settings/domain/account-list-delete", "kind": "down", "when": "after"})
    alice.post("mailboxes/carol@alice.test/delete", {"confirm": "carol@alice.test"})
    before = on(world)
    world.mail.faults()

    alice.post("mailboxes/carol@alice.test/delete", {"confirm": "carol@alice.test"})

    assert (before, on(world)) == ({("carol", "eas")}, set())


def test_a_mailbox_made_under_a_deleted_ones_name_has_nothing_on(world: World, alice: Visitor) -> None:
    switch(world, "carol@alice.test", eas=True)
    collect(world)
    alice.post("mailboxes/carol@alice.test/delete", {"confirm": "carol@alice.test"})

    alice.post("mailboxes/", new_mailbox("carol"))
    collect(world)

    assert on(world) == set()
    assert len(events(world)) == 2


def test_two_who_collect_at_once_record_once(world: World) -> None:
    for name in ("alice", "carol", "info"):
        switch(world, f"{name}@alice.test", eas=True, mapi=True)

    at_once(8, lambda number: collect(world))

    assert len(events(world)) == 6
    assert len(samples(world)) == 1


def test_who_collects_what_is_due_leaves_alone_what_others_read(world: World) -> None:
    world.mail.latency(0, {FIGURES: 100})
    world.mail.clear_log()

    at_once(4, lambda number: collect_due(world))

    calls = [call["path"] for call in world.mail.calls()]
    assert sorted(path for path in calls if path.startswith(FIGURES)) == sorted(
        f"{FIGURES}{name}" for name in ("alice.test", "alice-shop.test", "bob.test")
    )


def test_what_was_collected_is_due_some_hours_later(world: World) -> None:
    first = collect_due(world)
    second = collect_due(world)

    with time_machine.travel(time.time() + collecting.PAUSE + 1):
        third = collect_due(world)

    assert (second, third) == ([], first)
    assert len(first) == 3


def test_once_it_is_to_stop_nothing_more_is_begun(world: World) -> None:
    stopping = threading.Event()
    stopping.set()

    assert collect_due(world, stopping) == []
    assert len(collect_due(world)) == 3


def test_a_clock_that_is_set_back_keeps_the_newer_reading(world: World) -> None:
    with time_machine.travel(time.time() + 3 * 3600):
        collect(world, svc=101)
        ahead = samples(world)
    world.mail.mailbox("alice.test", "more", used=2**30)

    collect(world, svc=101)

    assert ahead[0] in samples(world)
    if ahead[0].day == int(time.time()) // DAY:
        assert len(samples(world)) == 1


@pytest.fixture
def silent(settings: dict[str, Any], world: World) -> Iterator[Running]:
    """Another mail server, with many services of Northwind's, that takes calls and answers none."""
    with Running() as running:
        running.faults({"path": "*", "kind": "slow", "ms": 5000})
        with world.app.app_context():
            tenant = tenants.by_slug("northwind")
            assert tenant is not None
            other = servers.add(
                kind="smartermail",
                name="silent",
                url=running.url,
                username=running.username,
                password=running.password,
                mail_host="silent.test",
            )
            for number in range(3 * AT_ONCE):
                world.register("northwind", 1000 + number, f"silent{number}.test")
            Service.update(server=other).where(Service.svc >= 1000).execute()
        yield running


def test_a_mail_server_that_hangs_delays_no_other(world: World, silent: Running) -> None:
    order, began = [], time.monotonic()

    with world.app.app_context():
        for each in collection.now_of(world.app.extensions["mail"], list(services.collectable())):
            order.append((each.service.name, time.monotonic() - began))

    first = order[:3]
    assert {name for name, _after in first} == {"alice.test", "alice-shop.test", "bob.test"}
    assert first[-1][1] < 0.6


def test_the_services_of_a_server_that_does_not_answer_are_left_for_later(world: World, silent: Running) -> None:
    began = time.monotonic()

    found = collect(world)

    not_tried = [name for name, each in found.items() if "not tried" in each.failures[0:1].__str__()]
    assert len(not_tried) >= AT_ONCE
    assert time.monotonic() - began < 10
    with world.app.app_context():
        waiting = {service.name for service in collecting.due()}
    assert waiting.issuperset(not_tried)


def test_no_more_than_some_services_of_a_mail_server_are_read_at_once(world: World) -> None:
    for number in range(3 * AT_ONCE):
        world.mail.domain(f"more{number}.test", admin="q7hidden")
        world.register("northwind", 1000 + number, f"more{number}.test")
    collect(world, svc=102)
    world.mail.latency(30)
    world.mail.clear_log()

    collect(world)

    spans = [(call["at"], call["at"] + call["ms"] / 1000) for call in world.mail.calls()]
    most = max(sum(began <= at < ended for began, ended in spans) for at, _end in spans)
    assert AT_ONCE / 2 < most <= AT_ONCE


def run(world: World, *words: str, stdin: str = "") -> Result:
    return world.app.test_cli_runner().invoke(args=list(words), input=stdin)


def test_the_command_prints_a_line_for_each_service(world: World) -> None:
    switch(world, "carol@alice.test", eas=True)
    world.mail.faults({"path": f"{FIGURES}bob.test", "kind": "500"})

    result = run(world, "usage", "collect")

    assert sorted(result.stdout.splitlines()) == [
        "harbour-201\tbob.test\tnot read: read the domain's figures: HTTP 500",
        "northwind-101\talice.test\tdisk 3222274048, mailboxes 3, aliases 0, EAS 1, MAPI 0; events 1",
        "northwind-102\talice-shop.test\tdisk 0, mailboxes 0, aliases 0, EAS 0, MAPI 0",
    ]


def test_the_command_reads_one_tenant_or_one_service(world: World) -> None:
    one = run(world, "usage", "collect", "--service", "northwind-102")
    theirs = run(world, "usage", "collect", "--tenant", "harbour")

    assert [line.split("\t")[0] for line in one.stdout.splitlines()] == ["northwind-102"]
    assert [line.split("\t")[0] for line in theirs.stdout.splitlines()] == ["harbour-201"]


@pytest.mark.parametrize("name", ["northwind-999", "nowhere-101", "101", "northwind-x"])
def test_the_command_says_when_there_is_no_such_service(world: World, name: str) -> None:
    result = run(world, "usage", "collect", "--service", name)

    assert result.exit_code == 2
    assert f"there is no service {name}" in result.stderr


def test_the_command_says_why_a_service_is_not_read(world: World) -> None:
    world.register("northwind", 101, "alice.test", status="Terminated")

    result = run(world, "usage", "collect", "--service", "northwind-101")

    assert result.exit_code == 1
    assert "northwind-101" in result.stderr


def test_samples_of_another_record_are_taken_over(world: World) -> None:
    collect(world, svc=101)
    lines = "northwind-101,2026-03-01,5368709120,12,3,4,1\nharbour-201,2026-03-02,7,1,1,0,0\n"

    result = run(world, "usage", "import", stdin=lines)
    again = run(world, "usage", "import", stdin=lines)

    assert result.stdout == "northwind-101\t1 days\nharbour-201\t1 days\n"
    assert again.stdout == "northwind-101\t0 days\nharbour-201\t0 days\n"
    assert [sample.disk for sample in samples(world)] == [5368709120, 3 * 2**30 + 2**20]


@pytest.mark.parametrize(
    "line",
    [
        "northwind-101,2026-03-01,1,2,3,4",
        "northwind-101,yesterday,1,2,3,4,5",
        "northwind-101,2026-03-01,1,2,3,4,x",
        "",
        "northwind-999,2026-03-01,1,2,3,4,5",
    ],
)
def test_of_lines_with_one_that_is_no_sample_nothing_is_taken_over(world: World, line: str) -> None:
    result = run(world, "usage", "import", stdin=f"northwind-101,2026-03-01,1,2,3,4,5\n{line}\n")

    assert result.exit_code != 0
    assert "line 2 " in result.stderr or "northwind-999" in result.stderr
    assert samples(world) == []


def test_connections_are_given_back_while_mail_servers_are_waited_for(world: World, settings: dict[str, Any]) -> None:
    world.mail.latency(200)
    with closing(Connections(settings)) as connections, world.app.app_context():
        service = world.service()
        store.release()
        assert service.server is not None

        domain = connections.to(service.server).domain(service.name)
        reading = threading.Thread(target=collection.collect, args=(service, domain))
        reading.start()
        time.sleep(0.1)
        busy = len(store.database.obj._in_use)
        reading.join()

    assert busy == 0


def test_a_service_that_is_locked_by_others_is_waited_for(world: World) -> None:
    service = world.service()

    with world.app.app_context(), exclusive(service):
        reading = threading.Thread(target=collect, args=(world,), kwargs={"svc": 101})
        reading.start()
        time.sleep(0.2)
        assert ProtocolEvent.select().count() == 0
    reading.join()

    assert len(samples(world)) == 1
