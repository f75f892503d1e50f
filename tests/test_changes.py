import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
import time_machine

from portal import changes, current
from portal.mail import LimitReached, NameTaken, Unreachable
from portal.store import history, services
from portal.store.history import LONGEST_CHANGE, History
from tests.world import BASE, Visitor, World

CREATE = "mailbox.create"
MARIE = "marie@alice.test"


@contextmanager
def request_of(world: World, visitor: Visitor) -> Iterator[None]:
    """Inside a request of this person's, past the guard."""
    headers = {"X-Portal-Token": visitor.token}
    with world.app.test_request_context(f"{visitor.home}/usage", base_url=BASE, headers=headers):
        assert world.app.preprocess_request() is None
        yield


@pytest.fixture
def inside(world: World, alice: Visitor) -> Iterator[None]:
    with request_of(world, alice):
        yield


def rows() -> list[History]:
    """Oldest first."""
    return history.recent(current.service(), 20)[::-1]


def results() -> list[str]:
    return [row.result for row in rows()]


@pytest.mark.usefixtures("inside")
def test_a_change_stands_written_down_before_it_is_tried() -> None:
    with changes.recorded("mailbox.change", MARIE, limit_mb=5):
        during = results()

    assert during == ["started"]
    assert results() == ["done"]


@pytest.mark.usefixtures("inside")
def test_what_is_learnt_on_the_way_becomes_part_of_the_record() -> None:
    with changes.recorded("mailbox.password", MARIE, asked=1) as detail:
        detail["sessions_ended"] = True

    assert rows()[0].detail == {"asked": 1, "sessions_ended": True}


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize(
    ("error", "result", "changed"),
    [
        (NameTaken("taken"), "refused", False),
        (Unreachable("no answer"), "unknown", True),
        (RuntimeError("ours"), "unknown", True),
        (SystemExit(), "unknown", True),
    ],
    ids=["refused", "unreachable", "our fault", "ended"],
)
def test_how_a_change_ended_is_recorded_and_told_on(error: BaseException, result: str, changed: bool) -> None:
    before = current.service().generation

    with pytest.raises(type(error)), changes.recorded("mailbox.change", MARIE):
        raise error

    assert results() == [result]
    assert (services.generation(current.service()) > before) == changed


@pytest.mark.usefixtures("inside")
def test_a_finished_change_is_counted_for_every_process() -> None:
    before = services.generation(current.service())

    with changes.recorded("mailbox.change", MARIE):
        pass

    assert services.generation(current.service()) == current.service().generation == before + 1


@pytest.mark.usefixtures("inside")
@pytest.mark.parametrize(("at_most", "fits"), [(0, True), (4, True), (3, False), (1, False)])
def test_one_more_mailbox_fits_or_is_refused_before_anything_is_tried(at_most: int, fits: bool) -> None:
    tried = False

    with suppress(LimitReached), changes.recorded_creation(CREATE, MARIE, at_most=at_most):
        tried = True

    assert tried == fits
    assert results() == (["done"] if fits else [])


def test_without_a_limit_the_mail_server_is_not_asked(world: World, inside: None) -> None:
    world.mail.clear_log()

    with changes.recorded_creation(CREATE, MARIE, at_most=0):
        pass

    assert world.mail.calls() == []


def test_a_count_that_cannot_be_read_is_not_0(world: World, inside: None) -> None:
    world.mail.faults({"path": "*", "kind": "500"})

    with pytest.raises(Unreachable), changes.recorded_creation(CREATE, MARIE, at_most=100):
        pass

    assert results() == []


def test_what_others_are_creating_at_this_moment_counts(world: World, inside: None, omar: Visitor) -> None:
    refused = False

    with changes.recorded_creation(CREATE, MARIE, at_most=4), request_of(world, omar):
        with pytest.raises(LimitReached), changes.recorded_creation(CREATE, "nadia@alice.test", at_most=4):
            pass
        refused = True

    assert refused


@pytest.mark.usefixtures("inside")
def test_a_creation_whose_process_died_is_forgotten_after_a_while() -> None:
    with suppress(RuntimeError), changes.recorded_creation(CREATE, MARIE, at_most=4):
        dead = rows()[0]
        raise RuntimeError
    history.finish(dead, "started", {})

    with pytest.raises(LimitReached), changes.recorded_creation(CREATE, MARIE, at_most=4):
        pass
    with (
        time_machine.travel(time.time() + LONGEST_CHANGE + 1),
        changes.recorded_creation(CREATE, MARIE, at_most=4),
    ):
        during = results()

    assert during == ["started", "started"]


@pytest.mark.usefixtures("inside")
def test_an_attempt_is_unfinished_until_a_newer_one_ended() -> None:
    never_tried = changes.unfinished(CREATE, MARIE)
    with suppress(Unreachable), changes.recorded(CREATE, MARIE):
        raise Unreachable("no answer")
    unknown = changes.unfinished(CREATE, MARIE)
    with changes.recorded(CREATE, MARIE):
        pass
    finished = changes.unfinished(CREATE, MARIE)

    assert never_tried is None
    assert unknown is not None
    assert finished is None


@pytest.mark.usefixtures("inside")
def test_an_unfinished_attempt_is_that_of_one_action_on_one_subject() -> None:
    with suppress(Unreachable), changes.recorded(CREATE, MARIE):
        raise Unreachable("no answer")

    assert changes.unfinished("mailbox.delete", MARIE) is None
    assert changes.unfinished(CREATE, "nadia@alice.test") is None


def test_nobody_finishes_what_another_session_began(world: World, alice: Visitor, omar: Visitor) -> None:
    with request_of(world, alice), suppress(Unreachable), changes.recorded(CREATE, MARIE):
        raise Unreachable("no answer")

    with request_of(world, omar):
        found = changes.unfinished(CREATE, MARIE)

    assert found is None


@pytest.mark.usefixtures("inside")
def test_an_attempt_that_turned_out_well_is_settled() -> None:
    with suppress(Unreachable), changes.recorded("mailbox.delete", MARIE, why="asked"):
        raise Unreachable("no answer")
    attempt = changes.unfinished("mailbox.delete", MARIE)
    assert attempt is not None

    changes.settle(attempt)

    assert results() == ["done"]
    assert rows()[0].detail == {"why": "asked"}
    assert changes.unfinished("mailbox.delete", MARIE) is None
