"""One portal and one PolarisMail for all cases of a file: each case is a service and a mailbox of its own."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from werkzeug.test import TestResponse

from portal import shared_mailbox
from portal.connections import Connections
from portal.store import owned
from tests.shared_mailbox.seller import Seller
from tests.shared_world import DOMAIN, PLAN, SharedWorld

TIMEOUT = 0.6  # seconds that the portal waits for an answer
LATE = 0.6  # … and that one takes which comes too late
MOST_REPEATS = 4
AWAY = "x@elsewhere.test"
EXTERNAL = PLAN | {"external_forwards": "on"}
WIDER = EXTERNAL | {"quota_gb": "3", "account_type": "Enhanced", "language": "fr", "timezone": "Europe/Paris"}
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


def repeated(name: str, case: Case, first: TestResponse) -> list[TestResponse]:
    """The answers of a call, repeated until it succeeds."""
    answers = [first]
    while answers[-1].status_code != 200 and len(answers) < MOST_REPEATS:
        answers.append(CALLS[name][1](case))
    return answers


@dataclass(frozen=True)
class Outcome:
    """What comes of a call without a fault: on the mail server, in the portal, and after how many calls."""

    on_the_server: Any
    in_the_portal: Any
    calls: int


@dataclass
class Stage:
    world: SharedWorld
    numbers: Iterator[int]
    told: dict[str, Outcome] = field(default_factory=dict)

    def case(self) -> Case:
        number = next(self.numbers)
        self.world.mail.room(basic=100, enhanced=100, quota=1000)
        return Case(Seller(self.world, "northwind", number), f"case{number}")

    def ready(self, name: str) -> Case:
        """A case for which that call can be made."""
        case = self.case()
        CALLS[name][0](case)
        self.reconnect()
        return case

    def faultless(self, name: str) -> Outcome:
        if name not in self.told:
            case = self.ready(name)
            self.world.mail.clear_log()
            answer = CALLS[name][1](case)
            assert answer.status_code == 200, answer.text
            calls = len(self.world.mail.calls())
            self.told[name] = Outcome(case.on_the_server(), case.in_the_portal(), calls)
        return self.told[name]

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
