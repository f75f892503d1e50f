import time

import pytest

from portal.store import operations, services, turns
from portal.store.operations import DONE, FAILED, PENDING, RUNNING, SUPERSEDED, UNKNOWN
from portal.store.turns import Turn

STEPS = ("domain", "settings")


def begun(service, kind="create", **wanted):
    return operations.begin(service, kind, STEPS, wanted=wanted, actor="WHMCS", request_id="r1")


def states(service):
    return {operation.kind: operation.state for operation in operations.of(service)}


def test_an_operation_is_written_down_with_its_steps_before_anything_is_tried(alices):
    begun(alices, admin="q7hidden")

    found = operations.newest(alices)
    assert (found.kind, found.state, found.attempts, found.actor) == ("create", RUNNING, 1, "WHMCS")
    assert found.wanted == {"admin": "q7hidden"}
    assert [(step["name"], step["result"]) for step in found.steps] == [("domain", PENDING), ("settings", PENDING)]


def test_a_failed_one_is_gone_on_with_and_remembers_what_it_did(alices):
    first = begun(alices, admin="q7hidden")
    operations.note(first, "domain", DONE)
    operations.note(first, "settings", UNKNOWN, "no answer in time")
    operations.end(first, FAILED, "no answer in time")

    again = begun(alices)

    assert (again.id, again.attempts, again.error) == (first.id, 2, "")
    assert [(step["name"], step["result"]) for step in again.steps] == [("domain", DONE), ("settings", UNKNOWN)]
    assert again.wanted == {"admin": "q7hidden"}


def test_after_one_that_ended_the_next_is_a_new_one(alices):
    first = begun(alices)
    operations.end(first, DONE)

    again = begun(alices)

    assert again.id != first.id


def test_what_is_left_to_finish_is_what_did_not_end(alices):
    operations.end(begun(alices, "plan"), FAILED, "refused")
    operations.end(begun(alices, "password"), DONE)

    assert [operation.kind for operation in operations.unfinished(alices)] == ["plan"]
    assert [operation.kind for operation in operations.all_unfinished(alices.tenant)] == ["plan"]


@pytest.mark.parametrize("end", [DONE, FAILED])
def test_a_suspension_that_failed_is_left_behind_by_the_unsuspension_however_that_ends(alices, end):
    operations.end(begun(alices, "plan"), FAILED)
    operations.end(begun(alices, "suspend"), FAILED)

    operations.end(begun(alices, "unsuspend"), end)

    assert states(alices) == {"plan": FAILED, "suspend": SUPERSEDED, "unsuspend": end}


def test_of_what_was_asked_for_in_turn_the_last_alone_is_left_to_finish(alices):
    for kind in ("suspend", "unsuspend", "suspend"):
        operations.end(begun(alices, kind), FAILED)

    assert [operation.kind for operation in operations.unfinished(alices)] == ["suspend"]


def test_a_termination_is_not_left_to_finish_once_the_service_is_created_anew(alices):
    operations.end(begun(alices, "terminate"), FAILED)

    begun(alices, "create")

    assert states(alices) == {"terminate": SUPERSEDED, "create": RUNNING}


def test_the_creation_of_another_domain_is_none_of_this_ones(alices):
    operations.end(begun(alices, "create", name="another.test"), DONE)

    assert operations.creation(alices) is None


def test_an_older_one_that_is_gone_on_with_counts_as_begun(alices):
    operations.end(begun(alices, "plan"), FAILED)
    operations.end(begun(alices, "password"), DONE)
    before = operations._mark(alices)

    begun(alices, "plan")

    assert operations._mark(alices) != before


def test_a_termination_leaves_nothing_to_finish_and_no_creation(alices):
    operations.end(begun(alices, "create", name="alice.test"), FAILED)
    before = operations.creation(alices)

    operations.end(begun(alices, "terminate"), DONE)

    assert before is not None
    assert operations.unfinished(alices) == []
    assert operations.creation(alices) is None


def test_whoever_comes_while_one_runs_is_told_at_once(alices):
    with operations.alone(alices):
        begun(alices)
        with pytest.raises(operations.Overtaken), operations.alone(alices):
            pass


def test_of_ten_at_once_one_operation_runs(alices, race):
    def work():
        try:
            with operations.alone(alices):
                running = begun(alices)
                time.sleep(0.5)
                operations.end(running, DONE)
        except turns.Busy:
            return "busy"
        return "done"

    assert sorted(race(10, work)) == ["busy"] * 9 + ["done"]
    assert operations.newest(alices).attempts == 1


def test_the_operation_of_a_dead_process_is_gone_on_with_once_its_turn_is_over(alices):
    turns.take(alices, "a process that dies")
    first = begun(alices)
    Turn.update(until=0).execute()

    with operations.alone(alices):
        again = begun(alices)

    assert (again.id, again.attempts) == (first.id, 2)


def test_the_newest_of_each_service_is_told_in_one_query(alices, northwind, registration):
    other = services.put(northwind, 102, registration | {"name": "alice-shop.test"})
    begun(alices, "create")
    begun(alices, "plan")

    found = operations.newest_of([alices, other])

    assert {number: operation.kind for number, operation in found.items()} == {alices.id: "plan"}
