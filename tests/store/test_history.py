from dataclasses import dataclass

import time_machine

from portal.store import history, services, sessions
from portal.store.history import LONGEST_CHANGE
from tests.store.conftest import NOW


@dataclass
class Actor:
    role: str = "customer"
    id: str = "5"
    name: str = "Alice"
    admin_id: str = ""
    admin_name: str = ""


def begin(service, session=None, action="mailbox.create", subject="marie@alice.test", actor=None):
    return history.begin(
        tenant=service.tenant,
        service=service,
        session=session,
        actor=actor or Actor(),
        action=action,
        subject=subject,
        detail={},
    )


def test_a_change_stands_there_before_it_ended(alices):
    begin(alices)

    [row] = history.recent(alices, 10)

    assert (row.action, row.subject, row.result) == ("mailbox.create", "marie@alice.test", "started")


def test_the_end_of_a_change_is_kept_with_its_detail(alices):
    row = begin(alices)

    history.finish(row, "done", {"limit": 10240})

    [kept] = history.recent(alices, 10)
    assert (kept.result, kept.detail) == ("done", {"limit": 10240})


def test_a_change_of_thousands_of_addresses_is_kept_whole(alices):
    row = begin(alices)
    targets = [f"mailbox{number:05}@alice.test" for number in range(5000)]

    history.finish(row, "done", {"targets": targets})

    assert history.recent(alices, 1)[0].detail == {"targets": targets}


def test_an_admin_who_acts_for_a_customer_is_named(alices):
    begin(alices, actor=Actor(admin_id="3", admin_name="Ada"))

    [kept] = history.recent(alices, 10)

    assert (kept.actor_name, kept.admin_id, kept.admin_name) == ("Alice", "3", "Ada")


def test_the_newest_changes_come_first(alices):
    for number in range(5):
        begin(alices, subject=f"{number}@alice.test")

    assert [row.subject for row in history.recent(alices, 3)] == ["4@alice.test", "3@alice.test", "2@alice.test"]


def test_a_history_is_one_services(northwind, alices, registration):
    shop = services.put(northwind, 102, {**registration, "name": "alice-shop.test"})
    begin(shop)

    assert history.recent(alices, 10) == []


def test_the_record_outlives_the_session(alices, session):
    begin(alices, session)

    sessions.purge(NOW + 1)

    [kept] = history.recent(alices, 10)
    assert (kept.session, kept.actor_name) == (None, "Alice")


def test_a_change_without_a_known_end_is_unfinished(alices, session):
    row = begin(alices, session)

    history.finish(row, "unknown", {})

    assert history.unfinished(session, alices, "mailbox.create", "marie@alice.test").id == row.id


def test_a_change_that_ended_is_not_unfinished_even_if_an_earlier_try_is(alices, session):
    begin(alices, session)
    row = begin(alices, session)

    history.finish(row, "done", {})

    assert history.unfinished(session, alices, "mailbox.create", "marie@alice.test") is None


def test_what_another_session_left_unfinished_is_not_ours(northwind, alices, session):
    other = sessions.create(northwind, sessions.Identity("6", "Bob", ""), "bob", NOW)

    begin(alices, other)

    assert history.unfinished(session, alices, "mailbox.create", "marie@alice.test") is None


def test_another_change_of_the_same_address_is_another_matter(alices, session):
    begin(alices, session, action="mailbox.delete")

    assert history.unfinished(session, alices, "mailbox.create", "marie@alice.test") is None


def test_changes_that_are_being_tried_are_counted(alices):
    begin(alices)
    begin(alices, action="mailbox.delete")
    history.finish(begin(alices), "done", {})

    assert history.in_progress(alices, "mailbox.create") == 1


def test_a_change_whose_process_died_is_not_counted_for_ever(alices):
    with time_machine.travel(NOW, tick=False) as clock:
        begin(alices)
        clock.shift(LONGEST_CHANGE)

        assert history.in_progress(alices, "mailbox.create") == 0


def test_what_can_have_ended_since_a_time_was_changed_since_then(northwind, alices, registration):
    shop = services.put(northwind, 102, {**registration, "name": "alice-shop.test"})
    begin(shop, subject="other@alice-shop.test")
    for age in (LONGEST_CHANGE + 50, LONGEST_CHANGE - 50, 0):
        with time_machine.travel(NOW - age):
            begin(alices, subject=f"{age}@alice.test")

    assert history.changed(alices, NOW) == {f"{LONGEST_CHANGE - 50}@alice.test", "0@alice.test"}
