"""The vectors, and a call of the module as WHMCS makes it."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal import create_app, store
from portal.sandbox.polarismail.control import PolarisMail
from portal.sandbox.web import Web
from portal.sandbox.whmcs import php
from tests.missing import needs
from tests.shared_world import DOMAIN, SharedWorld
from tests.sso.billing_portal import BillingPortal, serving
from tests.sso.people import ALICE, KEY, SETTINGS
from tests.sso.whmcs import Whmcs
from tests.world import World


@pytest.fixture(scope="session")
def vectors() -> Any:
    return json.loads((Path(__file__).parents[2] / "sso" / "vectors.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def php_program() -> str:
    return needs("php")


@pytest.fixture
def params() -> dict[str, Any]:
    """WHMCS's parameters of alice.test, a service of the client whom user Alice owns."""
    return {
        "serviceid": 101,
        "userid": 11,
        "domain": "alice.test",
        "username": "hidden-admin",
        "password": "hidden-admin-password",
        "serverid": 1,
        "serverhostname": "portal.example.com",
        "serverusername": "northwind",
        "serverpassword": KEY,
        "serversecure": True,
        "serverport": "443",
        "clientsdetails": {
            "owner_user_id": 21,
            "fullname": "Alice Martin",
            "email": "alice@customer.test",
            "language": "",
        },
    } | {f"configoption{position}": value for position, value in enumerate(SETTINGS.values(), 1)}


@pytest.fixture
def module(php_program: str, params: dict[str, Any]) -> Callable[..., dict[str, Any]]:
    """Call a function of the module for alice.test; Alice looks at it in the client area unless told otherwise."""

    def call(function: str, with_params: dict[str, Any] | None = None, **context: Any) -> dict[str, Any]:
        known: dict[str, Any] = {
            "session": {"area": "client", "user": ALICE},
            "config": {"SystemURL": "https://billing.northwind.test/", "Language": "english"},
            "currency": {"id": 1, "code": "CAD", "prefix": "$", "suffix": " CAD", "rate": "1.00000"},
            "service": {
                "billingcycle": "Annually",
                "recurringamount": "120.00",
                "nextduedate": "2027-03-01",
                "regdate": "2025-03-01",
                "status": "Active",
            },
        }
        return php.run(function, params if with_params is None else with_params, **(known | context))

    return call


@pytest.fixture
def billing_portal() -> Iterator[BillingPortal]:
    with serving() as portal:
        yield portal


@pytest.fixture
def whmcs(php_program: str, billing_portal: BillingPortal, tmp_path: Path) -> Iterator[Whmcs]:
    database = Whmcs(tmp_path, billing_portal.server)
    yield database
    database.close()


@pytest.fixture(scope="session")
def polarismail() -> Iterator[PolarisMail]:
    with PolarisMail(f"{DOMAIN}=4,3,2") as running:
        yield running


@pytest.fixture
def shared(polarismail: PolarisMail, settings: dict[str, Any]) -> Iterator[SharedWorld]:
    """The portal with single mailboxes on a mail server that customers share, where nobody of ours has any yet."""
    polarismail.reset()
    app = create_app(settings)
    made = SharedWorld(app, polarismail)
    made.build()
    with app.app_context():
        yield made
    app.extensions["mail"].close()
    app.extensions["dns"].close()
    store.close()


@pytest.fixture
def boxes(php_program: str, shared: SharedWorld, tmp_path: Path) -> Iterator[Whmcs]:
    """Northwind's WHMCS, which sells mailboxes too, beside the portal itself; 301 was ordered as Alice@ and paid."""
    with Web(shared.app) as web:
        folder = tmp_path / "boxes"
        folder.mkdir()
        database = Whmcs(folder, _entry(shared.app, web, shared.keys["northwind"]))
        database.sell_mailboxes()
        database.order_mailbox(301, "Alice")
        yield database
        database.close()


def _entry(app: Flask, web: Web, key: str) -> dict[str, Any]:
    """Northwind's server entry for this portal."""
    app.config["PORTAL_BASE_URL"] = f"http://localhost:{web.port}"
    return {
        "serverid": 1,
        "serverhostname": "localhost",
        "serverport": str(web.port),
        "serversecure": False,
        "serverusername": "northwind",
        "serverpassword": key,
    }


@pytest.fixture
def beside_portal(php_program: str, world: World, tmp_path: Path) -> Iterator[Whmcs]:
    """Northwind's WHMCS, with alice.test and alice-shop.test, beside the portal itself, which has both."""
    with Web(world.app) as web:
        entry = _entry(world.app, web, world.keys["northwind"])
        folder = tmp_path / "beside_portal"
        folder.mkdir()
        database = Whmcs(folder, entry)
        database.query("update tblproducts set configoption24 = 'mail1'")
        database.add_service(101, "alice.test")
        database.add_service(102, "alice-shop.test", client=12)
        yield database
        database.close()
