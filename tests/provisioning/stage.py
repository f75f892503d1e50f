"""A seller's WHMCS that calls for the life cycle of services, and what is to be seen of it on the mail server."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from werkzeug.test import TestResponse

from portal.connections import Connections
from portal.store import operations, services
from portal.store.operations import Operation
from portal.store.services import Service
from tests.views.api.whmcs import Whmcs, registration
from tests.world import World

TIMEOUT = 0.6  # seconds that the portal waits for an answer
LATE = 0.9  # … and that one takes which comes too late, even where the portal waits longer
# Random, or of the moment.
UNTOLD = {"createDate", "lastLoginTime", "selector", "publicKey", "privateKey", "password", "dropped_connections"}
PLAN = {"server": "mail1", "max_users": "10", "max_domain_aliases": "2", "outbound_ip": "192.0.2.7"}


@dataclass
class Stage:
    """Northwind's WHMCS; every case is a service and a domain of its own."""

    world: World
    whmcs: Whmcs
    numbers: Iterator[int]
    told: dict[str, Any] = field(default_factory=dict)

    def case(self) -> "Case":
        number = next(self.numbers)
        self.reconnect()
        return Case(self, number, f"case{number}.test")

    def reconnect(self) -> None:
        """As a process that has just been started: it knows no token and nothing about the mail server."""
        extensions = self.world.app.extensions
        extensions["mail"].close()
        extensions["mail"] = Connections(self.world.app.config)

    @property
    def others(self) -> dict[str, Any]:
        """Everything on the mail server that is no case's."""
        mail = self.world.mail
        names = [name for name in mail.domains() if not name.startswith("case")]
        return {name: mail.state(name) for name in names}


@dataclass
class Case:
    stage: Stage
    svc: int
    name: str

    def create(self, **changed: Any) -> TestResponse:
        body = registration(self.name, plan=PLAN, status="Pending", username="guessable", password="x") | changed
        return self.post("create", body)

    def post(self, call: str, body: Any = None) -> TestResponse:
        return self.stage.whmcs.call("POST", f"/api/v1/services/{self.svc}/{call}", {} if body is None else body)

    def summary(self) -> dict[str, Any]:
        answer: dict[str, Any] = self.stage.whmcs.call("GET", f"/api/v1/services/{self.svc}/summary").get_json()
        return answer

    def is_there(self) -> bool:
        return self.name in self.stage.world.mail.domains()

    def state(self) -> Any:
        """What the mail server has of it, its files too, without names and what is random; None when it is gone."""
        mail = self.stage.world.mail
        files = [name for path, found in mail.disk().items() if path.endswith(self.name) for name in found]
        domain = mail.state(self.name) if self.is_there() else None
        names = {self.name: "DOMAIN", self.admin: "ADMIN"}
        return plain(domain, names), sorted(plain(files, names))

    @property
    def admin(self) -> str:
        begun = [operation for operation in self.operations() if operation.kind == "create"]
        return str(begun[0].wanted["admin"]) if begun else "no admin"

    def service(self) -> Service:
        with self.stage.world.app.app_context():
            found = services.find("northwind", self.svc)
        assert found is not None
        return found

    def operations(self) -> list[Operation]:
        """The newest first."""
        with self.stage.world.app.app_context():
            return operations.of(self.service())

    def known(self) -> Any:
        """What the portal has written down of it, without what is of the moment."""
        service = self.service()
        facts = {name: getattr(service, name) for name in ("status", "proved", "claim", "username", "plan")}
        lines = [(row.action, row.result) for row in self.stage.world.recorded(self.svc)]
        done = [(operation.kind, operation.state) for operation in self.operations()]
        return plain([facts, lines, done], {self.name: "DOMAIN", self.admin: "ADMIN"})

    def signs_in(self, username: str, password: str) -> bool:
        server = self.stage.world.app.extensions["mail"].to(self.stage.world.server)
        return bool(server.is_domain_admin(self.name, username, password))


def plain(value: Any, names: dict[str, str]) -> Any:
    """The same with names replaced, and without what is random."""
    if isinstance(value, dict):
        return {
            plain(key, names): bool(item) if key in UNTOLD else plain(item, names)
            for key, item in value.items()
            if key != "dropped_connections"
        }
    if isinstance(value, list | tuple):
        return [plain(item, names) for item in value]
    if isinstance(value, str):
        for name, word in names.items():
            value = value.replace(name, word)
    return value
