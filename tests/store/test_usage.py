"""What each service used, when its protocols were on, and how far the reading of all that is."""

import itertools
from collections.abc import Callable, Collection
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.store import collecting, exclusive, protocols, services, usage
from portal.store.collecting import FIRST_RETRY, LASTS, PAUSE, UsageCollection
from portal.store.protocols import ProtocolEvent
from portal.store.services import Service
from portal.store.usage import DAY, Sample, UsageSample
from tests.store.conftest import NOW

MORNING = NOW // DAY * DAY + 6 * 3600
MIDNIGHT = (NOW // DAY + 1) * DAY
CAROL = ("carol@alice.test", "eas")
ALICE_EAS = ("alice@alice.test", "eas")
ALICE_MAPI = ("alice@alice.test", "mapi")


def sample(read_at: int = MORNING, disk: int = 5 * 2**30, **changed: Any) -> Sample:
    return Sample(read_at, disk, mailboxes=3, aliases=2, eas=1, mapi=0)._replace(**changed)


def keep(service: Service, *samples: Sample) -> None:
    with exclusive(service):
        for each in samples:
            usage.keep(service, each)


def read(
    service: Service, eas: Collection[str], mapi: Collection[str] = (), *, at: int, known: int | None = None
) -> int:
    """What the mail server's lists say at that time."""
    counted = protocols.count(service) if known is None else known
    with time_machine.travel(at, tick=False), exclusive(service):
        lists = {"eas": {f"{name}@alice.test" for name in eas}, "mapi": {f"{name}@alice.test" for name in mapi}}
        return protocols.compare(service, lists, read_at=at, known=counted, source="server")


def registered(service: Service, status: str, at: int, registration: services.Registration) -> Service:
    """Told by WHMCS at that time."""
    with time_machine.travel(at, tick=False):
        found = services.put(service.tenant, service.svc, {**registration, "status": status})
        protocols.follow_status(found)
    return found


def log(service: Service) -> list[tuple[str, str, bool, int, str]]:
    rows = protocols.events(service, 0, 2**40)
    return [(row.address, row.protocol, row.on, row.at, row.source) for row in rows]


def test_a_day_has_one_sample_the_latest_reading(alices):
    keep(alices, sample(MORNING, 1), sample(MORNING + 3600, 2))

    assert usage.between(alices, 0, 10**6) == [sample(MORNING + 3600, 2)]


def test_an_older_reading_never_takes_the_place_of_a_newer_one(alices):
    keep(alices, sample(MORNING + 3600, 2), sample(MORNING, 1))

    assert usage.between(alices, 0, 10**6) == [sample(MORNING + 3600, 2)]


def test_what_a_later_reading_could_not_tell_stays_as_read_that_day(alices):
    keep(alices, sample(MORNING), sample(MORNING + 3600, 7, eas=None, mapi=2))

    assert usage.between(alices, 0, 10**6) == [sample(MORNING + 3600, 7, eas=1, mapi=2)]


def test_what_was_not_read_that_day_is_unknown_and_not_0(alices):
    keep(alices, sample(MORNING - DAY), sample(eas=None, mapi=None))

    newest = usage.latest(alices, MORNING)

    assert newest is not None
    assert (newest.eas, newest.mapi) == (None, None)


def test_a_day_is_one_of_utc(alices):
    midnight = MORNING // DAY * DAY

    keep(alices, sample(midnight - 1), sample(midnight))

    assert [each.read_at for each in usage.between(alices, 0, 10**6)] == [midnight - 1, midnight]


def test_the_days_that_are_asked_for_are_answered_in_order(alices):
    keep(alices, *(sample(MORNING + day * DAY, day) for day in (4, 1, 3, 2)))
    first = MORNING // DAY

    found = usage.between(alices, first + 2, first + 3)

    assert [each.disk for each in found] == [2, 3]


@pytest.mark.parametrize(
    ("at", "disk"),
    [(MORNING - DAY, None), (MORNING - 1, 1), (MORNING, 1), (MIDNIGHT - 1, 1), (MIDNIGHT, 2), (NOW * 2, 2)],
)
def test_the_newest_sample_is_the_newest_until_that_day(alices, at, disk):
    keep(alices, sample(MORNING, 1), sample(MORNING + DAY, 2))

    found = usage.latest(alices, at)

    assert (found and found.disk) == disk


def test_each_service_has_samples_of_its_own(alices, northwind, registration):
    shop = services.put(northwind, 102, {**registration, "name": "alice-shop.test"})
    archive = services.put(northwind, 103, {**registration, "name": "alice-archive.test"})
    keep(alices, sample(MORNING, 1), sample(MORNING + DAY, 2))
    keep(shop, sample(MORNING, 3))

    found = usage.newest([alices, shop, archive])

    assert {service: each.disk for service, each in found.items()} == {alices.id: 2, shop.id: 3}


def test_what_is_brought_from_elsewhere_never_takes_the_place_of_a_reading(alices):
    keep(alices, sample(MORNING, 1))

    with exclusive(alices):
        brought = usage.bring(alices, [sample(MORNING + 5, 9), sample(MORNING - DAY, 8)])

    assert brought == 1
    assert [each.disk for each in usage.between(alices, 0, 10**6)] == [8, 1]


def test_two_who_read_at_once_keep_one_sample(alices, race):
    numbers = itertools.count()

    race(20, lambda: keep(alices, sample(MORNING + (number := next(numbers)), number)))

    assert [each.disk for each in usage.between(alices, 0, 10**6)] == [19]


def test_a_protocol_is_on_from_when_it_was_seen_to_when_it_was_seen_off(alices):
    read(alices, {"carol"}, at=NOW)

    read(alices, set(), at=NOW + 100)

    assert protocols.between(alices, 0, NOW + 500) == {CAROL: ((NOW, NOW + 100),)}


def test_what_has_not_changed_is_not_recorded_again(alices):
    read(alices, {"carol"}, {"alice"}, at=NOW)

    again = read(alices, {"carol"}, {"alice"}, at=NOW + 100)

    assert again == 0
    assert len(log(alices)) == 2


def test_addresses_are_one_mailbox_whatever_their_case(alices):
    read(alices, {"Carol"}, at=NOW)

    assert read(alices, {"cAROL"}, at=NOW + 1) == 0


def test_a_list_that_was_not_read_says_nothing(alices):
    read(alices, {"carol"}, {"alice"}, at=NOW)

    with exclusive(alices):
        protocols.compare(alices, {"eas": set()}, read_at=NOW + 5, known=protocols.count(alices), source="server")

    assert protocols.on_at(alices, NOW + 5) == {ALICE_MAPI}


def test_what_was_switched_here_is_recorded_at_once_and_not_found_again(alices):
    with time_machine.travel(NOW, tick=False):
        protocols.switched(alices, "Carol@alice.test", "eas", True)

    read(alices, {"carol"}, at=NOW + 100)

    assert log(alices) == [(*CAROL, True, NOW, "portal")]


def test_a_list_that_is_older_than_a_change_made_here_does_not_undo_it(alices):
    known = protocols.count(alices)
    protocols.switched(alices, "carol@alice.test", "eas", True)

    # Read before the change, compared after it, by a clock that is ahead.
    read(alices, set(), at=NOW * 2, known=known)

    assert [event[2:] for event in log(alices)] == [(True, log(alices)[0][3], "portal")]


def test_of_a_change_that_was_made_here_and_elsewhere_the_first_to_be_recorded_counts(alices):
    read(alices, {"carol"}, at=NOW)

    protocols.switched(alices, "carol@alice.test", "eas", True)

    assert log(alices) == [(*CAROL, True, NOW, "server")]


def test_a_deleted_mailbox_has_nothing_on(alices):
    read(alices, {"carol", "alice"}, {"alice"}, at=NOW)

    with time_machine.travel(NOW + 100, tick=False):
        protocols.deleted(alices, "alice@alice.test")

    assert protocols.between(alices, 0, NOW + 500) == {
        ALICE_EAS: ((NOW, NOW + 100),),
        ALICE_MAPI: ((NOW, NOW + 100),),
        CAROL: ((NOW, None),),
    }
    assert {event[4] for event in log(alices)[3:]} == {"deletion"}


def test_a_mailbox_that_is_made_again_is_on_again_only_when_it_is(alices):
    read(alices, {"carol"}, at=NOW)
    with time_machine.travel(NOW + 100, tick=False):
        protocols.deleted(alices, "carol@alice.test")

    read(alices, {"carol"}, at=NOW + 300)

    assert protocols.between(alices, 0, NOW + 500) == {CAROL: ((NOW, NOW + 100), (NOW + 300, None))}


def test_a_renamed_mailbox_ends_under_the_one_name_and_begins_under_the_other(alices):
    read(alices, {"carol"}, at=NOW)

    read(alices, {"carol.reyes"}, at=NOW + 100)

    assert protocols.between(alices, 0, NOW + 500) == {
        ("carol.reyes@alice.test", "eas"): ((NOW + 100, None),),
        CAROL: ((NOW, NOW + 100),),
    }


def test_a_clock_that_was_set_back_makes_no_time_negative(alices):
    read(alices, {"carol"}, at=NOW)
    read(alices, set(), at=NOW - 3600)

    read(alices, {"carol"}, at=NOW - 1800)

    assert [event[3] for event in log(alices)] == [NOW, NOW, NOW]
    assert protocols.between(alices, 0, NOW + 500) == {CAROL: ((NOW, None),)}


def test_while_a_service_is_suspended_its_protocols_are_off(alices, registration):
    read(alices, {"carol"}, {"alice"}, at=NOW)
    registered(alices, "Suspended", NOW + 100, registration)

    registered(alices, "Active", NOW + 300, registration)

    spans = ((NOW, NOW + 100), (NOW + 300, None))
    assert protocols.between(alices, 0, NOW + 500) == {ALICE_MAPI: spans, CAROL: spans}
    assert [event[4] for event in log(alices)[2:]] == ["suspension"] * 2 + ["unsuspension"] * 2


@pytest.mark.parametrize("status", ["Suspended", "Terminated", "Cancelled", "Fraud"])
def test_a_status_that_is_told_again_records_nothing_again(alices, registration, status):
    read(alices, {"carol"}, at=NOW)
    registered(alices, status, NOW + 100, registration)

    registered(alices, status, NOW + 300, registration)

    assert [event[2:] for event in log(alices)] == [(True, NOW, "server"), (False, NOW + 100, "suspension")]


def test_what_was_off_before_the_suspension_stays_off_after_it(alices, registration):
    read(alices, {"carol", "alice"}, at=NOW)
    read(alices, {"alice"}, at=NOW + 50)
    registered(alices, "Suspended", NOW + 100, registration)

    registered(alices, "Active", NOW + 300, registration)

    assert protocols.on_at(alices, NOW + 300) == {ALICE_EAS}


def test_what_was_on_before_the_window_begins_with_it(alices):
    read(alices, {"carol"}, at=NOW)

    assert protocols.between(alices, NOW + 100, NOW + 200) == {CAROL: ((NOW + 100, None),)}


def test_an_old_window_stays_as_it_was(alices):
    read(alices, {"carol"}, at=NOW)
    read(alices, {"alice"}, at=NOW + 100)
    before = protocols.between(alices, NOW + 50, NOW + 150)

    read(alices, set(), at=NOW + 200)
    read(alices, {"carol"}, {"carol"}, at=NOW + 300)

    assert protocols.between(alices, NOW + 50, NOW + 150) == before
    assert before == {ALICE_EAS: ((NOW + 100, None),), CAROL: ((NOW + 50, NOW + 100),)}


def test_a_change_at_the_windows_end_is_the_next_windows(alices):
    read(alices, {"carol"}, at=NOW)
    read(alices, set(), at=NOW + 100)

    assert protocols.between(alices, NOW, NOW + 100) == {CAROL: ((NOW, None),)}
    assert protocols.between(alices, NOW + 100, NOW + 200) == {}


def test_each_service_has_events_of_its_own(alices, northwind, registration):
    shop = services.put(northwind, 102, {**registration, "name": "alice-shop.test"})
    read(alices, {"carol"}, at=NOW)

    assert protocols.between(shop, 0, NOW * 2) == {}
    assert protocols.on_at(alices, NOW) == {CAROL}


@pytest.mark.parametrize("address", ["c" * 400 + "@alice.test", "ca\0rol@alice.test"])
def test_what_no_database_can_hold_is_no_mailbox(alices, address):
    with exclusive(alices):
        recorded = protocols.compare(alices, {"eas": {address}}, read_at=NOW, known=0, source="server")

    assert recorded == 0


def test_of_50_who_find_the_same_one_records_it(alices, race):
    recorded = race(50, lambda: read_now(alices))

    assert sorted(recorded) == [0] * 49 + [1]
    assert len(log(alices)) == 1


def read_now(service: Service) -> int:
    with exclusive(service):
        return protocols.compare(service, {"eas": {"carol@alice.test"}}, read_at=NOW, known=0, source="server")


def test_thousands_of_mailboxes_are_recorded_at_once(alices):
    names = {f"user{number}" for number in range(2000)}

    read(alices, names, names, at=NOW)

    assert len(protocols.on_at(alices, NOW)) == 4000


# Each step: who is on, and how many seconds later (before, when the clock is set back) that is read.
STEPS = st.lists(st.tuples(st.sets(st.sampled_from(["alice", "carol"])), st.integers(-50, 100)), max_size=8)


@pytest.mark.parametrize("kind", ["sqlite"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(steps=STEPS, begin=st.integers(-100, 400), length=st.integers(1, 300))
def test_a_window_says_of_each_second_what_was_on_in_it(alices, steps, begin, length):
    ProtocolEvent.delete().execute()
    protocols.ProtocolState.delete().execute()
    at, since, until = NOW, NOW + begin, NOW + begin + length
    on: dict[str, list[tuple[int, bool]]] = {"alice": [(0, False)], "carol": [(0, False)]}
    for names, later in steps:
        at += later
        read(alices, names, at=at)
        for name, switched in on.items():
            if switched[-1][1] is not (name in names):
                switched.append((max(at, switched[-1][0]), name in names))

    found = protocols.between(alices, since, until)

    for name, switched in on.items():
        spans = found.get((f"{name}@alice.test", "eas"), ())
        for second in range(since, until, 7):
            was_on = [state for moment, state in switched if moment <= second][-1]
            assert any(first <= second and (end is None or second < end) for first, end in spans) is was_on
            assert ((f"{name}@alice.test", "eas") in protocols.on_at(alices, second)) is was_on
        moments = [moment for span in spans for moment in span if moment is not None]
        assert all(earlier < later for earlier, later in itertools.pairwise(moments))
        assert all(since <= moment < until for moment in moments)


def due(**_unused: object) -> list[int]:
    return [service.svc for service in collecting.due()]


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def test_a_new_service_is_due(alices, clock):
    assert due() == [101]


def test_a_service_that_was_read_is_due_again_some_hours_later(alices, clock):
    collecting.take(alices)
    collecting.finish(alices)

    clock.shift(PAUSE - 1)
    early = due()
    clock.shift(1)

    assert (early, due()) == ([], [101])


def test_one_that_failed_is_due_sooner_and_then_less_often(alices, clock):
    pauses = []
    for _attempt in range(7):
        collecting.take(alices)
        collecting.finish(alices, "no answer")
        row = UsageCollection.get()
        pauses.append(row.due - collecting.now())
        clock.shift(row.due - collecting.now())

    assert pauses == [FIRST_RETRY, 2 * FIRST_RETRY, 4 * FIRST_RETRY, 8 * FIRST_RETRY, 16 * FIRST_RETRY, PAUSE, PAUSE]
    assert (row.attempts, row.error, row.finished) == (7, "no answer", None)


def test_a_success_ends_the_counting_of_failures(alices, clock):
    collecting.take(alices)
    collecting.finish(alices, "no answer")

    collecting.finish(alices)

    row = collecting.of(alices)
    assert row is not None
    assert (row.attempts, row.error, row.finished, row.due) == (0, "", NOW, NOW + PAUSE)


def test_what_is_being_read_is_not_begun_by_others(alices, clock):
    collecting.take(alices)

    assert (due(), collecting.take(alices)) == ([], False)


def test_what_was_given_back_is_due_still(alices, clock):
    collecting.take(alices)

    collecting.give_back(alices)

    assert due() == [101]


def test_what_a_killed_process_was_reading_is_taken_up_by_the_next(alices, clock):
    collecting.take(alices)

    clock.shift(LASTS)

    assert due() == [101]
    assert collecting.take(alices)


@pytest.mark.parametrize("ended", [True, False])
def test_a_clock_that_was_set_back_keeps_no_service_waiting(alices, clock, ended):
    clock.shift(400 * DAY)
    collecting.take(alices)
    if ended:
        collecting.finish(alices)

    clock.shift(-400 * DAY)

    assert due() == [101]


def test_who_asks_by_hand_reads_it_whatever_others_do(alices, clock):
    collecting.take(alices)

    collecting.begin(alices)

    assert UsageCollection.get().started == NOW


def test_those_that_wait_longest_come_first(alices, northwind, registration, clock):
    for svc, name in ((102, "alice-shop.test"), (103, "alice-archive.test")):
        services.put(northwind, svc, {**registration, "name": name})
    for svc in (103, 101):
        service = services.find("northwind", svc)
        assert service is not None
        collecting.take(service)
        collecting.finish(service)
        clock.shift(60)

    clock.shift(PAUSE)

    assert due() == [102, 103, 101]


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"status": "Suspended"}, [101]),
        ({"status": "Terminated"}, []),
        ({"status": "Pending"}, []),
        ({"proved": False}, []),
        ({"username": ""}, []),
        ({"server": None}, []),
    ],
)
def test_active_and_suspended_services_are_read(alices, northwind, registration, changed, found):
    services.put(northwind, 101, {**registration, **changed})

    assert due() == found


def test_one_tenants_services_can_be_read_alone(alices, northwind, harbour):
    assert [service.svc for service in collecting.due(northwind)] == [101]
    assert collecting.due(harbour) == []


def test_of_50_who_would_read_it_one_does(alices, race: Callable[..., list[Any]]):
    taken = race(50, lambda: collecting.take(alices))

    assert taken.count(True) == 1


def test_samples_and_events_outlive_the_registration_of_another_name(alices, northwind, registration):
    keep(alices, sample())
    read(alices, {"carol"}, at=NOW)

    services.put(northwind, 101, {**registration, "name": "alice-new.test"})

    assert UsageSample.select().count() == 1
    assert len(log(alices)) == 1
