"""The cast and its stage: two sellers, their services on a mail server of the sandbox, and people who visit them."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.sandbox.control import Running
from portal.store import history, schema, servers, services, tenants
from portal.store.history import History
from portal.store.servers import MailServer
from portal.store.services import Service
from sso import envelope

BASE = "https://portal.test"
WHMCS = {"northwind": "https://whmcs.northwind.test", "harbour": "https://billing.harbour.test"}
# What a browser says of the post into WHMCS's frame, and of the one by our own page with the button.
IN_A_FRAME = {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "cross-site"}
IN_A_WINDOW = {"Sec-Fetch-Dest": "document", "Sec-Fetch-Site": "same-origin"}
ADMIN = "q7hidden"
GOOD_PASSWORD = "Str0ng!Enough-Word"


class HandOffs:
    """What the tenants' WHMCS installations sign, and who comes in with it."""

    app: Flask
    keys: dict[str, str]

    def claims(
        self, slug: str = "northwind", svc: int = 101, name: str = "alice.test", **changed: Any
    ) -> dict[str, Any]:
        """The claims of a hand-off by Alice; other people change what is theirs."""
        whmcs = WHMCS.get(slug, f"https://whmcs.{slug}.test")
        return {
            "v": 1,
            "aud": slug,
            "jti": envelope.new_jti(),
            "role": "customer",
            "mode": "embed",
            "svc": svc,
            "product": "domain",
            "name": name,
            "plan": {},
            "client": 1,
            "user": {"id": 7, "name": "Alice Martin", "email": "alice@example.test"},
            "lang": "en",
            "currency": {"code": "CAD", "prefix": "$", "suffix": " CAD"},
            "billing": {
                "cycle": "Monthly",
                "months": 1,
                "next_due": "2026-12-01",
                "unit_price": "5.00",
                "status": "Active",
                "since": "2026-01-01",
            },
            "links": {
                "service": f"{whmcs}/clientarea.php?action=productdetails&id={svc}",
                "support": f"{whmcs}/submitticket.php",
                "upgrade": f"{whmcs}/upgrade.php?type=package&id={svc}",
            },
            "origin": whmcs,
        } | changed

    def operator(self, **changed: Any) -> dict[str, Any]:
        """The claims of a hand-off to northwind's console: it is about no service."""
        whole = self.claims(role="operator", mode="top")
        names = ("v", "aud", "jti", "role", "mode", "user", "lang", "origin")
        console = {"service": f"{WHMCS['northwind']}/admin/configservers.php"}
        return {name: whole[name] for name in names} | {"links": console} | changed

    def token(self, claims: Mapping[str, Any], *, key: str | None = None, now: float | None = None) -> str:
        """The claims signed by their tenant."""
        return envelope.seal(claims, [key or self.keys[str(claims["aud"])]], envelope.HANDOFF, now)

    def post_token(
        self, token: str | bytes | list[str], slug: str = "northwind", client: FlaskClient | None = None, **headers: str
    ) -> TestResponse:
        """Post a token the way WHMCS's page does into its frame."""
        return (client or self.app.test_client()).post(
            f"/sso/{slug}",
            data={"token": token},
            base_url=BASE,
            headers=IN_A_FRAME | headers,
        )

    def visitor(self, client: FlaskClient | None = None, **claims: Any) -> "Visitor":
        """Somebody who has just clicked in WHMCS."""
        made = self.claims(**claims)
        client = client or self.app.test_client()
        headers = IN_A_FRAME if made["mode"] == "embed" else IN_A_WINDOW
        page = self.post_token(self.token(made), made["aud"], client, **headers)
        assert page.status_code == 200, page.text
        return Visitor(client, f"/s/{made['aud']}-{made.get('svc')}", page, page_token(page))


@dataclass
class World(HandOffs):
    """A portal with tenants northwind (the owner; alice.test 101, alice-shop.test 102) and harbour (bob.test 201)."""

    app: Flask
    mail: Running
    keys: dict[str, str] = field(default_factory=dict)
    server: MailServer | None = None

    def build(self) -> None:
        """Make the tenants, the mail server and the services."""
        with self.app.app_context():
            schema.upgrade()
            for slug, name in (("northwind", "Northwind Hosting"), ("harbour", "Harbour Mail")):
                tenant, self.keys[slug] = tenants.add(slug, name=name, whmcs_url=WHMCS[slug], owner=slug == "northwind")
                tenants.add_origin(tenant, WHMCS[slug])
            harbour = tenants.by_slug("harbour")
            assert harbour is not None
            self.server = servers.add(
                kind="smartermail",
                name="mail1",
                url=self.mail.url,
                username=self.mail.username,
                password=self.mail.password,
                mail_host="mail.example.test",
                webmail_url="https://webmail.example.test/",
                lend_to=[harbour],
            )
        self.register("northwind", 101, "alice.test")
        self.register("northwind", 102, "alice-shop.test")
        self.register("harbour", 201, "bob.test")

    def register(
        self, slug: str, svc: int, name: str, *, status: str = "Active", age: int = 60, client: int = 1, **plan: str
    ) -> None:
        """Register a service as WHMCS does; a minute ago, so that hand-offs made now are newer."""
        with self.app.app_context():
            tenant = tenants.by_slug(slug)
            assert tenant is not None
            services.put(
                tenant,
                svc,
                {
                    "product": "domain",
                    "name": name,
                    "server": self.server,
                    "proved": True,
                    "username": ADMIN,
                    "plan": {"server": "mail1"} | plan,
                    "plan_at": int(time.time()) - age,
                    "client": client,
                    "status": status,
                    "billing": {"status": status},
                    "lang": "en",
                    "currency": {"code": "CAD", "prefix": "$", "suffix": " CAD"},
                },
            )

    def service(self, slug: str = "northwind", svc: int = 101) -> Service:
        """What is registered of a service, Alice's alice.test by default."""
        with self.app.app_context():
            found = services.find(slug, svc)
        assert found is not None
        return found

    def recorded(self, svc: int = 101) -> list[History]:
        """The history of a service of northwind, newest first."""
        service = self.service("northwind", svc)
        with self.app.app_context():
            return history.recent(service, 50)


@dataclass
class Visitor:
    """A browser on a service's page. `get` and `post` are htmx's requests for a card; `open` a whole document."""

    client: FlaskClient
    home: str
    page: TestResponse
    token: str

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(self._url(path), base_url=BASE, headers=self._headers() | headers)

    def post(self, path: str, data: Mapping[str, Any] | None = None, **headers: str) -> TestResponse:
        return self.client.post(self._url(path), base_url=BASE, data=data or {}, headers=self._headers() | headers)

    def tab(self) -> "Visitor":
        """The same page once more, in a browser that keeps no cookie of it."""
        return Visitor(self.client.application.test_client(), self.home, self.page, self.token)

    def open(self, path: str, **headers: str) -> TestResponse:
        """A navigation: only the cookie goes along."""
        return self.client.get(self._url(path), base_url=BASE, headers={"Sec-Fetch-Dest": "iframe"} | headers)

    def _url(self, path: str) -> str:
        return path if path.startswith("/") else f"{self.home}/{path}"

    def _headers(self) -> dict[str, str]:
        return {
            "HX-Request": "true",
            "HX-Request-Type": "partial",
            "X-Portal-Token": self.token,
            "Sec-Fetch-Site": "same-origin",
        }


def page_token(page: TestResponse) -> str:
    """The page token of a document."""
    found = re.search(r'name="portal-token" content="([^"]*)"', page.text)
    assert found is not None, "the page has no page token"
    return found[1]


def new_mailbox(name: str, **changed: str) -> dict[str, str]:
    """The form of a mailbox to be."""
    return {
        "name": name,
        "display_name": "",
        "password": GOOD_PASSWORD,
        "password_again": GOOD_PASSWORD,
        "limit_mb": "0",
    } | changed
