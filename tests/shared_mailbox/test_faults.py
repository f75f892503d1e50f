"""Each call of a mailbox's life cycle, with a fault at each of its own calls, repeated until it succeeds."""

import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from werkzeug.test import TestResponse

from portal import create_app, shared_mailbox, store
from portal.connections import Connections
from portal.mail.polarismail import wire
from portal.sandbox.polarismail.control import PolarisMail as Sandbox
from portal.store import owned
from tests.conftest import ENCRYPTION_KEY
from tests.shared_mailbox.seller import Seller
from tests.shared_world import DOMAIN, PASSWORD, PLAN, SharedWorld

TIMEOUT = 0.25  # seconds that the portal waits for an answer
LATE = 0.6  # … and that one takes which comes too late
MOST_REPEATS = 4
AWAY = "x@elsewhere.test"
EXTERNAL = PLAN | {"external_forwards": "on"}
WIDER = EXTERNAL | {"quota_gb": "3", "account_type": "Enhanced", "language": "fr", "timezone": "Europe/Paris"}
# Twice: once more than a read is repeated.
FAULTS = {
    "lost before": {"kind": "down", "when": "before", "times": 2},
    "lost after": {"kind": "down", "when": "after", "times": 2},
    "500 after": {"kind": "500", "when": "after", "times": 2},
    "refused": {"kind": "refuse", "when": "before", "times": 1},
    "late": {"kind": "slow", "when": "before", "times": 1, "ms": int(LATE * 1000)},
}
UNTOLD = {"last_login", "former_passwords", "number", "dkim_key"}


@dataclass
class Case:
    """A service and mailbox of its own."""

    seller: Seller
    name: str

    def create(self) -> TestResponse:
        return self.seller.create(self.name, plan=EXTERNAL)

    def post(self, call: str, body: Any = None) -> TestResponse:
        return self.seller.post(call, body)

    def furnish(self) -> None:
        assert self.create().status_code == 200
        holder = self.seller.world.holder("northwind", self.seller.svc)
        shared_mailbox.add_alias(holder, f"{self.name}-in", self.name)
        shared_mailbox.add_alias(holder, f"{self.name}-out", AWAY)
        shared_mailbox.create_list(holder, f"{self.name}-list", [self.name, AWAY])

    def suspend(self) -> None:
        self.furnish()
        assert self.post("suspend").status_code == 200

    def on_the_server(self) -> Any:
        """What there is of it, without its name and what is random."""
        state = self.seller.world.mail.state(DOMAIN)
        mine = {
            kind: {
                name.replace(self.name, "NAME"): {key: value for key, value in held.items() if key not in UNTOLD}
                if isinstance(held, dict)
                # Of a list it does not matter who was added first.
                else sorted(held)
                if isinstance(held, list)
                else held
                for name, held in state[kind].items()
                if name.split("-")[0] == self.name
            }
            for kind in ("mailboxes", "aliases", "lists")
        }
        return plain(mine, self.name)

    def in_the_portal(self) -> Any:
        service = self.seller.service
        facts = {name: getattr(service, name) for name in ("status", "proved", "claim", "username", "plan")}
        with self.seller.world.app.app_context():
            owns = [(row.address, row.state, row.destinations) for row in owned.of(service)]
        done = [(operation.kind, operation.state) for operation in self.seller.operations()]
        return plain([facts, owns, done], self.name)


def plain(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        return {plain(key, name): plain(item, name) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item, name) for item in value]
    return value.replace(name, "NAME") if isinstance(value, str) else value


def nothing(_case: Case) -> None:
    pass


CALLS: dict[str, tuple[Callable[[Case], Any], Callable[[Case], TestResponse]]] = {
    "create": (nothing, Case.create),
    "create again": (Case.furnish, Case.create),
    "suspend": (Case.furnish, lambda case: case.post("suspend")),
    "unsuspend": (Case.suspend, lambda case: case.post("unsuspend")),
    "plan": (Case.furnish, lambda case: case.post("plan", {"plan": WIDER})),
    "password": (Case.furnish, lambda case: case.post("password", {"password": "An0ther-Password"})),
    "terminate": (Case.furnish, lambda case: case.post("terminate")),
    "terminate suspended": (Case.suspend, lambda case: case.post("terminate")),
}


@dataclass
class Stage:
    world: SharedWorld
    numbers: Iterator[int]

    def case(self) -> Case:
        number = next(self.numbers)
        self.world.mail.room(basic=100, enhanced=100, quota=1000)
        return Case(Seller(self.world, "northwind", number), f"case{number}")

    def reconnect(self) -> None:
        """As a process that has just been started."""
        extensions = self.world.app.extensions
        extensions["mail"].close()
        extensions["mail"] = Connections(self.world.app.config)

    @property
    def others(self) -> Any:
        state = self.world.mail.state(DOMAIN)
        return {
            kind: {name: held for name, held in state[kind].items() if not name.startswith("case")}
            for kind in ("mailboxes", "aliases", "lists")
        }


@pytest.fixture(scope="module")
def stage(shared_process: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    shared_process.reset()
    settings: dict[str, Any] = {
        "PORTAL_SECRET_KEYS": ["s" * 43],
        "PORTAL_ENCRYPTION_KEYS": [ENCRYPTION_KEY],
        "PORTAL_BASE_URL": "https://portal.test",
        "DATABASE_URL": f"sqlite:///{tmp_path_factory.mktemp('mailboxes') / 'portal.db'}",
        "REDIS_URL": None,
        "PORTAL_TRUSTED_PROXIES": 0,
        "PORTAL_DNS_RESOLVERS": [],
        "PORTAL_DNS_LOOK_AGAIN": 15,
        "PORTAL_SESSION_IDLE": 1800,
        "PORTAL_SESSION_ABSOLUTE": 28800,
        "PORTAL_MAIL_CONNECT_TIMEOUT": 0.5,
        "PORTAL_MAIL_TIMEOUT": TIMEOUT,
    }
    world = SharedWorld(create_app(settings), shared_process)
    world.build()
    with pytest.MonkeyPatch.context() as patch, world.app.app_context():
        # How long a read waits until it is repeated changes nothing but the time that this takes.
        patch.setattr(wire, "RETRY_PAUSE", 0.01)
        yield Stage(world, itertools.count(1000))
    shared_process.faults()
    world.app.extensions["mail"].close()
    world.app.extensions["dns"].close()
    store.close()


@pytest.fixture(scope="module")
def faultless(stage: Stage) -> Callable[[str], tuple[Any, Any, int]]:
    """What comes of each call without a fault: on the mail server, in the portal, and after how many calls."""
    seen: dict[str, tuple[Any, Any, int]] = {}

    def tell(name: str) -> tuple[Any, Any, int]:
        if name not in seen:
            case = stage.case()
            CALLS[name][0](case)
            stage.reconnect()
            stage.world.mail.clear_log()
            answer = CALLS[name][1](case)
            assert answer.status_code == 200, answer.text
            seen[name] = case.on_the_server(), case.in_the_portal(), len(stage.world.mail.calls())
        return seen[name]

    return tell


@pytest.mark.parametrize(
    ("name", "fault"),
    [(name, fault) for name in CALLS for fault in FAULTS if name in ("create", "unsuspend") or fault != "500 after"],
)
def test_repeated_until_it_succeeds_it_ends_as_without_a_fault(
    stage: Stage, faultless: Callable[[str], tuple[Any, Any, int]], name: str, fault: str
) -> None:
    on_the_server, in_the_portal, calls = faultless(name)
    others = stage.others
    assert calls > 1

    struck = [struck_once(stage, name, FAULTS[fault] | {"skip": place}) for place in range(calls)]
    # What came too late has come by now.
    time.sleep(LATE if fault == "late" else 0)
    answers = [repeated(name, case, first) for case, first in struck]

    for place, ((case, _), given) in enumerate(zip(struck, answers, strict=True)):
        where = f"{fault} at call {place + 1} of {calls}"
        assert given[-1].status_code == 200, (where, [answer.text for answer in given])
        left = case.post("finish")
        assert left.status_code == 200, (where, left.text)
        assert case.on_the_server() == on_the_server, where
        assert case.in_the_portal() == in_the_portal, where
        if name == "create":
            assert stage.world.mail.lets_in(f"{case.name}@{DOMAIN}", PASSWORD), where
    assert stage.others == others


def struck_once(stage: Stage, name: str, fault: dict[str, Any]) -> tuple[Case, TestResponse]:
    """A service of its own, and the answer of the call that is struck."""
    case = stage.case()
    CALLS[name][0](case)
    stage.reconnect()
    stage.world.mail.faults(fault)
    answer = CALLS[name][1](case)
    stage.world.mail.faults()
    stage.reconnect()
    return case, answer


def repeated(name: str, case: Case, first: TestResponse) -> list[TestResponse]:
    """The answers of the call, repeated until it succeeds."""
    answers = [first]
    while answers[-1].status_code != 200 and len(answers) < MOST_REPEATS:
        answers.append(CALLS[name][1](case))
    return answers
