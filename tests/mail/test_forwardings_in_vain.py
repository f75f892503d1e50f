import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import time_machine

from portal.mail.forwardings import REMEMBERED, Forwardings
from portal.mail.smartermail import SmarterMail
from portal.mail.smartermail.domain import SmarterMailDomain
from portal.sandbox.control import Running

PATH = "settings/domain/mailbox-forward-list"
PARALLEL = 2
HOLD = 0.8


@pytest.fixture
def forwardings() -> Iterator[Forwardings]:
    made = Forwardings(parallel=PARALLEL, slow=0.2, hold=HOLD)
    yield made
    made.close()


@pytest.fixture
def hanging(sandbox: Running, connect: Callable[..., SmarterMail]) -> SmarterMailDomain:
    """A domain of a mail server that does not answer where mailboxes forward to."""
    domain = connect(timeout=0.3).domain("alice.test")
    domain.figures()
    sandbox.faults({"path": PATH, "kind": "slow", "ms": 600})
    sandbox.clear_log()
    return domain


def boxes(number: int) -> list[str]:
    return [f"box{number}-{place}@alice.test" for place in range(10)]


def test_many_who_wait_for_a_server_that_hangs_wait_for_one_time_out_together(
    sandbox: Running, hanging: SmarterMailDomain, forwardings: Forwardings
) -> None:
    known = forwardings.known("alice", 1)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda number: forwardings.read(hanging, known, boxes(number), 0), range(6)))
    forwardings.read(hanging, known, boxes(0), 0)

    time.sleep(0.6)  # A call is written down when it ends.
    assert len([call for call in sandbox.calls() if call["path"].startswith(PATH)]) <= PARALLEL


def test_after_a_while_it_is_asked_again(
    sandbox: Running, hanging: SmarterMailDomain, forwardings: Forwardings
) -> None:
    known = forwardings.known("alice", 1)
    forwardings.read(hanging, known, boxes(0), 0)
    sandbox.faults()
    address = next(iter(hanging.mailboxes())).address
    time.sleep(HOLD)

    forwardings.read(hanging, known, [address], 0)

    assert known.due([address]) == []


def test_a_server_that_fails_at_once_is_asked_again_at_once(
    sandbox: Running, hanging: SmarterMailDomain, forwardings: Forwardings
) -> None:
    known = forwardings.known("alice", 1)
    sandbox.faults({"path": PATH, "kind": "500"})
    address = next(iter(hanging.mailboxes())).address
    forwardings.read(hanging, known, [address], 0)
    sandbox.faults()

    forwardings.read(hanging, known, [address], 0)

    assert known.due([address]) == []


def test_changes_of_long_ago_are_not_kept(forwardings: Forwardings) -> None:
    known = forwardings.known("alice", 1)
    known.forget(boxes(0), time.time(), 2)

    with time_machine.travel(time.time() + REMEMBERED + 100):
        forwardings.known("alice", 2)

    assert known._changed_at == {}
