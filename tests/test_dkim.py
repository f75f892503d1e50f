"""The acts on DKIM: in turn, recorded, safe to repeat wherever they were interrupted."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import time_machine

from portal import current, deliverability, dkim
from portal.dkim_state import Findings, State, Status, Step
from portal.dkim_verification import DAY, KEEP_OLD, MENTION_OLD, PAUSE
from portal.dns import Verdict
from portal.mail import Dkim, DkimKey, NotFound, Refused, Unreachable
from portal.sandbox.dns.server import Dns, Fault
from portal.store import services, turns
from portal.store.turns import Busy
from tests.at_once import at_once
from tests.dkim_world import publish
from tests.world import BASE, Visitor, World

ENABLE = "settings/domain/dkim-enable"
DISABLE = "settings/domain/dkim-disable"
CREATE = "settings/domain/dkim-create-rollover"
VERIFY = "settings/domain/dkim-verify-rollover"
RECHECK = "settings/domain/dkim-verify-active"
DROP = "settings/domain/dkim-delete-rollover"


@pytest.fixture
def dns(mail: Any) -> Iterator[Dns]:
    """The DNS that portal and mail server see."""
    with Dns() as running:
        mail.dns(resolver=running.address)
        publish(running)
        yield running


@pytest.fixture
def settings(settings: dict[str, Any], dns: Dns) -> dict[str, Any]:
    return settings | {"PORTAL_DNS_RESOLVERS": [(dns.host, dns.port)]}


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


@pytest.fixture
def on(inside: None, dns: Dns) -> Dkim:
    """alice.test signs with a key that DNS has."""
    publish(dns, dkim.enable().keys)
    return dkim.verify()


@pytest.fixture
def rotating(on: Dkim) -> Dkim:
    """The same with a new key that is in no DNS yet."""
    return dkim.rotate()


def seen(keys: Dkim) -> Findings:
    """What DNS holds of the keys at this moment."""
    return current.dns().judge(deliverability.of_keys(current.domain(), keys), live=True).value


def now() -> Status:
    """How things stand, as a page finds them."""
    found = dkim.read()
    return dkim.status(found, seen(found))


def look() -> Dkim:
    """What is so after a page looked."""
    found = dkim.read()
    return dkim.noticed(found, seen(found))


def acts(world: World) -> list[tuple[str, str, str]]:
    """What the history tells, oldest first."""
    return [(row.action, row.result, row.actor_name) for row in world.recorded()[::-1]]


def test_dkim_goes_from_off_over_waiting_to_active_and_disabled(world: World, inside: None, dns: Dns) -> None:
    states = [now().state]
    waiting = dkim.enable()
    states.append(now().state)
    publish(dns, [DkimKey(waiting.keys[0].selector, "b3RoZXI=", None)])
    states.append(now().state)
    publish(dns, waiting.keys)
    states.append(now().state)
    look()
    states.append(now().state)
    dkim.disable()
    states.append(now().state)
    dkim.enable()
    states.append(now().state)

    assert states == ["off", "waiting", "wrong-key", "waiting", "active", "disabled", "active"]


def test_a_rotation_is_led_from_step_to_step(world: World, on: Dkim, dns: Dns) -> None:
    steps = [now().step]
    rotating = dkim.rotate()
    steps.append(now().step)
    publish(dns, rotating.keys)
    steps.append(now().step)
    look()
    steps.append(now().step)
    with time_machine.travel(time.time() + KEEP_OLD + 1):
        steps.append(now().step)
    with time_machine.travel(time.time() + MENTION_OLD + DAY):
        steps.append(now().step)

    assert steps == [Step.NONE, Step.PUBLISH, Step.VERIFY, Step.KEEP_OLD, Step.REMOVE_OLD, Step.NONE]


def test_the_record_that_may_go_is_that_of_the_key_before(on: Dkim, rotating: Dkim, dns: Dns) -> None:
    publish(dns, rotating.keys)

    look()

    retired = now().retired
    assert retired is not None
    assert retired.selector == on.keys[0].selector
    assert not retired.removable


def test_the_record_that_may_go_is_known_although_the_answer_was_lost(
    world: World, on: Dkim, rotating: Dkim, dns: Dns
) -> None:
    publish(dns, rotating.keys)
    world.mail.faults({"path": VERIFY, "kind": "down", "when": "after", "times": 1})
    look()

    look()

    retired = now().retired
    assert retired is not None
    assert retired.selector == on.keys[0].selector
    assert acts(world)[-1] == ("dkim.verify", "done", "")


def test_all_the_while_a_new_key_waits_the_domain_stays_active(on: Dkim, rotating: Dkim) -> None:
    found = now()

    assert (found.state, found.verdict, found.rotating, found.key) == ("active", "ok", True, rotating.pending)


def test_what_was_done_is_recorded_under_the_name_of_who_did_it(world: World, inside: None, dns: Dns) -> None:
    publish(dns, dkim.enable().keys)
    dkim.verify()
    dkim.rotate()
    dkim.cancel_rotation()
    publish(dns, dkim.rotate().keys)
    look()
    dkim.disable()

    who = "Alice Martin"
    assert acts(world) == [
        ("dkim.enable", "done", who),
        ("dkim.verify", "done", who),
        ("dkim.rotate", "done", who),
        ("dkim.rotate-cancel", "done", who),
        ("dkim.rotate", "done", who),
        ("dkim.verify", "done", ""),
        ("dkim.disable", "done", who),
    ]


def test_no_key_is_written_down(world: World, rotating: Dkim) -> None:
    detail = str([row.detail for row in world.recorded()])

    assert rotating.keys[1].selector in detail
    assert not any(key.public_key in detail for key in rotating.keys)


def test_a_page_that_looks_has_the_server_use_a_published_key(world: World, rotating: Dkim, dns: Dns) -> None:
    publish(dns, rotating.keys)

    found = look()

    assert (found.active, found.pending, found.validated) == (rotating.pending, None, True)
    assert world.recorded()[0].actor_role == "automatic"


@pytest.mark.parametrize("held", ["nothing", "another key", "no answer"])
def test_without_the_key_in_dns_the_server_is_not_told_to_look(
    world: World, rotating: Dkim, dns: Dns, held: str
) -> None:
    if held == "another key":
        publish(dns, [rotating.keys[0], DkimKey(rotating.keys[1].selector, "b3RoZXI=", None)])
    elif held == "no answer":
        dns.faults(Fault("alice.test", "servfail"))
    world.mail.clear_log()

    found = look()

    assert found == rotating
    assert not [call for call in world.mail.calls() if VERIFY in call["path"]]


def test_a_server_that_does_not_see_the_key_yet_is_asked_again_after_a_while(
    world: World, rotating: Dkim, dns: Dns
) -> None:
    publish(dns, rotating.keys)
    world.mail.dns(resolver="")
    looks = [look(), look()]
    refused = acts(world).count(("dkim.verify", "refused", ""))
    with time_machine.travel(time.time() + PAUSE + 1):
        world.mail.dns(resolver=dns.address)

        last = look()

    assert (looks, refused) == ([rotating, rotating], 1)
    assert last.active == rotating.pending


def test_a_person_who_asks_is_not_made_to_wait(world: World, rotating: Dkim, dns: Dns) -> None:
    publish(dns, rotating.keys)
    world.mail.dns(resolver="")
    look()
    world.mail.dns(resolver=dns.address)

    found = dkim.verify()

    assert found.active == rotating.pending


def test_a_key_that_left_dns_and_came_back_is_active_again(world: World, on: Dkim, dns: Dns) -> None:
    publish(dns)
    current.mail().verify_dkim()
    gone = now()
    publish(dns, on.keys)

    look()

    assert (gone.state, gone.verdict) == (State.WAITING, Verdict.MISSING)
    assert now().state is State.ACTIVE
    assert acts(world)[-1] == ("dkim.recheck", "done", "")


def test_a_key_that_the_server_does_not_find_again_is_not_told_as_found(world: World, on: Dkim) -> None:
    world.mail.dns(resolver="")
    current.mail().verify_dkim()

    with pytest.raises(Refused):
        dkim.verify()

    assert now().state is State.WAITING
    assert acts(world)[-1] == ("dkim.recheck", "refused", "Alice Martin")


@pytest.mark.parametrize("act", [dkim.rotate, dkim.cancel_rotation])
def test_without_a_key_in_use_there_is_nothing_to_rotate(world: World, inside: None, act: Callable[[], Dkim]) -> None:
    with pytest.raises(dkim.NotInUse):
        act()
    dkim.enable()
    with pytest.raises(dkim.NotInUse):
        act()

    assert acts(world) == [("dkim.enable", "done", "Alice Martin")]
    assert dkim.read().pending is not None


def test_what_is_disabled_stays_so_when_somebody_looks(world: World, on: Dkim) -> None:
    dkim.disable()

    look()
    dkim.verify()

    assert now().state is State.DISABLED


def test_a_rotation_begun_or_dropped_twice_is_recorded_once(world: World, on: Dkim) -> None:
    assert dkim.rotate() == dkim.rotate()

    assert dkim.cancel_rotation() == dkim.cancel_rotation()

    assert [action for action, _, _ in acts(world)[2:]] == ["dkim.rotate", "dkim.rotate-cancel"]


def test_an_old_key_makes_no_success_of_a_failed_switch(world: World, on: Dkim) -> None:
    dkim.disable()
    world.mail.faults({"path": ENABLE, "kind": "refuse", "message": "NOT_NOW"})

    with pytest.raises(Refused):
        dkim.enable()

    world.mail.faults()
    assert acts(world)[-1] == ("dkim.enable", "refused", "Alice Martin")
    assert now().state is State.DISABLED


STEPS = {
    "enable": ("off", ENABLE, dkim.enable, State.WAITING),
    "make a key": ("inert", CREATE, dkim.enable, State.WAITING),
    "enable in vain": ("inert", ENABLE, dkim.enable, State.WAITING),
    "verify": ("published", VERIFY, dkim.verify, State.ACTIVE),
    "rotate": ("on", CREATE, dkim.rotate, State.ACTIVE),
    "drop": ("rotating", DROP, dkim.cancel_rotation, State.ACTIVE),
    "disable": ("rotating", DISABLE, dkim.disable, State.DISABLED),
}


@pytest.fixture
def begin(world: World, dns: Dns, request: pytest.FixtureRequest, inside: None) -> Callable[[str], None]:
    """Bring alice.test to where an act starts."""

    def bring(start: str) -> None:
        if start == "inert":
            world.mail.build("100.dkim-inert")
        elif start == "published":
            publish(dns, dkim.enable().keys)
        elif start in ("on", "rotating"):
            request.getfixturevalue(start)

    return bring


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("start", "path", "act", "state"), STEPS.values(), ids=STEPS)
def test_an_act_that_was_interrupted_is_not_known_and_done_when_repeated(
    world: World, begin: Callable[[str], None], start: str, path: str, act: Callable[[], Dkim], state: State, when: str
) -> None:
    begin(start)
    world.mail.faults({"path": path, "kind": "down", "when": when, "times": 1})

    with pytest.raises(Unreachable):
        act()

    assert acts(world)[-1][1] == "unknown"
    act()
    assert now().state is state
    assert {result for _, result, _ in acts(world)[-1:]} <= {"done", "unknown"}


@pytest.mark.parametrize(("start", "path", "act", "state"), STEPS.values(), ids=STEPS)
def test_a_refused_act_is_recorded_as_refused(
    world: World, begin: Callable[[str], None], start: str, path: str, act: Callable[[], Dkim], state: State
) -> None:
    begin(start)
    world.mail.faults({"path": path, "kind": "refuse", "message": "NOT_NOW"})

    with pytest.raises(Refused):
        act()

    assert acts(world)[-1][1] == "refused"


@pytest.mark.parametrize("act", [dkim.disable, dkim.verify])
def test_whoever_comes_while_another_one_changes_the_domain_waits_in_vain(
    world: World, rotating: Dkim, act: Callable[[], Dkim]
) -> None:
    service, before = current.service(), len(acts(world))
    assert turns.take(service, "somebody else", lasts=20)

    with pytest.raises(Busy):
        act()

    assert len(acts(world)) == before


def test_a_page_does_not_wait_for_another_ones_turn(world: World, rotating: Dkim, dns: Dns) -> None:
    publish(dns, rotating.keys)
    assert turns.take(current.service(), "somebody else", lasts=20)
    began = time.monotonic()

    found = look()

    assert found == rotating
    assert time.monotonic() - began < 2


def test_of_two_who_begin_a_rotation_at_once_both_are_given_the_same_key(
    world: World, on: Dkim, alice: Visitor, omar: Visitor
) -> None:
    def begin(number: int) -> Dkim:
        with request_of(world, (alice, omar)[number]):
            return dkim.rotate()

    first, second = at_once(2, begin)

    assert first == second
    assert [action for action, _, _ in acts(world)].count("dkim.rotate") == 1


def test_a_change_is_told_to_every_process(inside: None) -> None:
    before = services.generation(current.service())

    dkim.enable()

    assert services.generation(current.service()) == before + 1


def test_without_any_key_nothing_is_verified(world: World, inside: None) -> None:
    assert dkim.verify() == Dkim(signing=False)
    assert acts(world) == []


def test_a_domain_that_is_gone_is_not_off(world: World, inside: None) -> None:
    world.mail.reset()

    with pytest.raises((NotFound, Refused)):
        dkim.read()
