"""A seller's WHMCS that calls for the life cycle of single mailboxes."""

from dataclasses import dataclass
from typing import Any

from werkzeug.test import TestResponse

from portal.store import operations, services
from portal.store.operations import Operation
from portal.store.services import Service
from tests.shared_world import DOMAIN, PASSWORD, PLAN, SharedWorld
from tests.views.api.whmcs import Whmcs


def order(handle: str, domain: str = "", password: str = PASSWORD, **changed: Any) -> dict[str, Any]:
    """What the module sends about a service."""
    return {
        "product": "mailbox",
        "handle": handle,
        "domain": domain,
        "password": password,
        "plan": PLAN,
        "client": 1,
        "status": "Pending",
        "billing": {"cycle": "Monthly", "months": 1, "status": "Active", "unit_price": "5.00"},
        "lang": "en",
        "currency": {"code": "CAD", "prefix": "$", "suffix": " CAD"},
    } | changed


@dataclass
class Seller:
    """`svc` is the service that the calls are about."""

    world: SharedWorld
    slug: str = "northwind"
    svc: int = 900

    def create(self, handle: str = "carol", **changed: Any) -> TestResponse:
        return self.post("create", order(handle, **changed))

    def put(self, handle: str = "carol", **changed: Any) -> TestResponse:
        return self.call("PUT", "", order(handle, **changed))

    def post(self, call: str, body: Any = None) -> TestResponse:
        return self.call("POST", f"/{call}", {} if body is None else body)

    def call(self, method: str, path: str, body: Any = None) -> TestResponse:
        return Whmcs(self.world, self.slug).call(method, f"/api/v1/services/{self.svc}{path}", body)

    def summary(self) -> Any:
        return self.call("GET", "/summary").get_json()

    @property
    def service(self) -> Service:
        with self.world.app.app_context():
            found = services.find(self.slug, self.svc)
        assert found is not None
        return found

    def operations(self) -> list[Operation]:
        with self.world.app.app_context():
            return operations.of(self.service)

    def mailbox(self, name: str = "carol") -> Any:
        """As the server keeps it; None when it has none."""
        return self.world.mail.state(DOMAIN)["mailboxes"].get(name)
