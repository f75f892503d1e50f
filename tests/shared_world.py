"""Two sellers' single mailboxes on one shared domain, among objects that no seller of the portal knows.

Alice (northwind 301) and Bob (harbour 401) each have one on mail.test, and Alice another one (302).
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from flask import Flask

from portal.mail import MailError
from portal.plan import MailboxPlan
from portal.sandbox.polarismail.control import PolarisMail as Sandbox
from portal.shared_mailbox import Holder
from portal.store import owned, schema, servers, services, tenants
from portal.store.history import SELLER
from portal.store.servers import MailServer
from portal.store.services import Service
from tests.world import WHMCS, HandOffs

DOMAIN = "mail.test"
SERVER = "shared1"
PASSWORD = "Alices-Passw0rd"
PLAN = {"server": SERVER, "allowed_domains": DOMAIN, "quota_gb": "1", "max_aliases": "0", "max_lists": "0"}
CAST = {("northwind", 301): "alice", ("northwind", 302): "alice-shop", ("harbour", 401): "bob"}


@dataclass
class SharedWorld(HandOffs):
    app: Flask
    mail: Sandbox
    keys: dict[str, str] = field(default_factory=dict)
    server: MailServer | None = None

    def build(self) -> None:
        with self.app.app_context():
            schema.upgrade()
            for slug in ("northwind", "harbour"):
                tenant, self.keys[slug] = tenants.add(slug, name=slug, whmcs_url=WHMCS[slug], owner=slug == "northwind")
                tenants.add_origin(tenant, WHMCS[slug])
            harbour = tenants.by_slug("harbour")
            assert harbour is not None
            self.server = add_server(self.mail, lend_to=[harbour])

    def cast(self) -> None:
        """Alice's and Bob's mailboxes, as registered and on the server."""
        for (slug, svc), name in CAST.items():
            self.mail.mailbox(DOMAIN, name, password=PASSWORD)
            self.register(slug, svc, f"{name}@{DOMAIN}")

    def register(self, slug: str, svc: int, address: str, *, client: int = 1, **plan: str) -> Service:
        with self.app.app_context():
            tenant = tenants.by_slug(slug)
            assert tenant is not None
            return services.put(
                tenant,
                svc,
                {
                    "product": "mailbox",
                    "name": address,
                    "server": self.server,
                    "proved": True,
                    "username": address,
                    "plan": PLAN | plan,
                    "plan_at": int(time.time()) - 60,
                    "client": client,
                    "status": "Active",
                    "billing": {"status": "Active"},
                    "lang": "en",
                    "currency": {"code": "CAD", "prefix": "$", "suffix": " CAD"},
                },
            )

    def service(self, slug: str = "northwind", svc: int = 301) -> Service:
        with self.app.app_context():
            found = services.find(slug, svc)
        assert found is not None
        return found

    def holder(self, slug: str = "northwind", svc: int = 301, **plan: str) -> Holder:
        """What the functions of `portal.shared_mailbox` are given; `plan` stands over the registered one."""
        service = self.service(slug, svc)
        assert service.server is not None
        client = self.app.extensions["mail"].to_shared(service.server)
        made = MailboxPlan.parse(service.plan | plan)
        return Holder(service, client.mailbox(service.name, Decimal(1)), made, SELLER)

    def owns(self, slug: str = "northwind", svc: int = 301) -> dict[str, str]:
        """What the record says the service owns: state by local part."""
        with self.app.app_context():
            return {row.name: row.state for row in owned.of(self.service(slug, svc))}

    @property
    def aliases(self) -> dict[str, str]:
        """Everybody's on the server: where each leads."""
        found: dict[str, str] = self.mail.state(DOMAIN)["aliases"]
        return found

    @property
    def lists(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = self.mail.state(DOMAIN)["lists"]
        return found

    @property
    def everything(self) -> dict[str, Any]:
        """All that the server holds, without what is of the moment."""
        state = self.mail.state(DOMAIN)
        for box in state["mailboxes"].values():
            box.pop("last_login")
        return state


def add_server(mail: Sandbox, **more: Any) -> MailServer:
    return servers.add(
        kind="polarismail",
        name=SERVER,
        url=f"{mail.url}/admin/json.php",
        username=mail.username,
        password=mail.password,
        mail_host="mx.shared.test",
        webmail_url=f"{mail.url}/webmail/",
        **more,
    )


@contextmanager
def lost(mail: Sandbox, action: str, when: str = "after", kind: str = "down") -> Iterator[None]:
    """No answer comes to that action, however often it is tried; it is done (`after`) or not (`before`)."""
    mail.faults({"action": action, "kind": kind, "when": when})
    try:
        yield
    except MailError:
        pass
    finally:
        mail.faults()
