"""The real PHP module, called with what WHMCS would give it."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from . import php
from .app import SignOnRefused
from .database import Database
from .python_module import PythonModule
from .shop import CURRENCY, Admin, Person, Service, Shop, Visitor


class PhpModule:
    note = ""

    def __init__(self) -> None:
        self._databases: dict[str, Database] = {}
        # For the mailbox product, whose module is not there yet.
        self._python = PythonModule()

    def client_area(self, shop: Shop, service: Service, visitor: Visitor, language: str) -> str:
        if service.product != "domain":
            return self._python.client_area(shop, service, visitor, language)
        call = self._run("ClientArea", shop, service, **_session(shop, visitor, language), render=True)
        return str(call["html"])

    def service_sign_on(self, shop: Shop, service: Service, who: Visitor | Admin, language: str) -> str:
        if service.product != "domain":
            return self._python.service_sign_on(shop, service, who, language)
        return _sign_on(self._run("ServiceSingleSignOn", shop, service, **_session(shop, who, language)))

    def admin_rows(self, shop: Shop, service: Service, language: str) -> Mapping[str, str]:
        if service.product != "domain":
            return self._python.admin_rows(shop, service, language)
        call = self._run("AdminServicesTabFields", shop, service, **_session(shop, shop.admin, language))
        rows: dict[str, str] = call["result"]
        return rows

    def buttons(self, shop: Shop, language: str) -> Mapping[str, str]:
        call = self._run("AdminCustomButtonArray", shop, **_session(shop, shop.admin, language))
        buttons: dict[str, str] = call["result"]
        return buttons

    def command(self, shop: Shop, service: Service, function: str, language: str) -> str:
        if service.product != "domain":
            return self._python.command(shop, service, function, language)
        call = self._run(function, shop, service, **_session(shop, shop.admin, language))
        self._databases[shop.slug].read_back(service)
        return str(call["result"])

    def operator_sign_on(self, shop: Shop, language: str) -> str:
        return _sign_on(self._run("AdminSingleSignOn", shop, **_session(shop, shop.admin, language)))

    def server_link(self, shop: Shop, language: str) -> str:
        return str(self._run("AdminLink", shop, **_session(shop, shop.admin, language))["result"])

    def test_connection(self, shop: Shop) -> tuple[bool, str]:
        result = self._run("TestConnection", shop, **_session(shop, shop.admin, "english"))["result"]
        return result["success"], result["error"]

    def settings(self, shop: Shop, language: str) -> Mapping[str, Mapping[str, Any]]:
        call = self._run("ConfigOptions", shop, **_session(shop, shop.admin, language))
        options: dict[str, dict[str, Any]] = call["result"]
        return options

    def cron(self, shop: Shop) -> Sequence[str]:
        database = self._database(shop)
        session = _session(shop, shop.admin, "english") | {"session": {"area": ""}}
        answer = php.hook("AfterCronJob", database=str(database.file), **session)
        return [*answer["activity"], *(mail["custommessage"] for mail in answer["mails"])]

    def _run(self, function: str, shop: Shop, service: Service | None = None, **context: Any) -> dict[str, Any]:
        about = {"params": _server(shop)} if service is None else _about(shop, service)
        return php.run(function, database=str(self._database(shop).file), **about, **context)

    def _database(self, shop: Shop) -> Database:
        if shop.slug not in self._databases:
            self._databases[shop.slug] = Database(shop)
        self._databases[shop.slug].refresh()
        return self._databases[shop.slug]


def _sign_on(call: Mapping[str, Any]) -> str:
    result = call["result"]
    if not result["success"]:
        raise SignOnRefused(result["errorMsg"])
    return str(result["redirectTo"])


def _about(shop: Shop, service: Service) -> dict[str, Any]:
    """`$params` of a service, and the records behind it."""
    billing = service.billing()
    owner = shop.owner_of(service)
    params = _server(shop) | {
        "serviceid": service.svc,
        "userid": service.client,
        "pid": 1,
        "domain": service.name,
        "username": service.username,
        "password": service.password,
        "producttype": "other",
        "moduletype": "mailporch",
        "configoptions": {},
        "customfields": {},
        "clientsdetails": {
            "client_id": service.client,
            "userid": service.client,
            "owner_user_id": owner.id,
            "firstname": owner.first_name,
            "lastname": owner.last_name,
            "fullname": owner.name,
            "email": owner.email,
            "currency_code": CURRENCY["code"],
            "language": "",
        },
        **{f"configoption{place}": value for place, value in enumerate(shop.settings.values(), 1)},
    }
    row = {
        "id": service.svc,
        "billingcycle": billing["cycle"],
        "recurringamount": billing["unit_price"],
        "nextduedate": billing["next_due"],
        "regdate": billing["since"],
        "status": service.status,
    }
    return {"params": params, "service": row, "currency": CURRENCY}


def _server(shop: Shop) -> dict[str, Any]:
    """The part of `$params` that comes from the server entry."""
    portal = urlsplit(shop.portal)
    return {
        "server": True,
        "serverid": 1,
        "serverhostname": portal.hostname,
        "serverip": "",
        "serverusername": shop.slug,
        "serverpassword": shop.key,
        "serveraccesshash": "",
        "serversecure": False,
        "serverhttpprefix": "http",
        "serverport": portal.port,
    }


def _session(shop: Shop, who: Visitor | Admin, language: str) -> dict[str, Any]:
    """Who is signed in, and the installation's own settings."""
    session: dict[str, Any] = {"language": language}
    if isinstance(who, Admin):
        session |= {"area": "admin", "admin": _person(who)}
    else:
        session |= {"area": "client", "user": _person(who.user), "masquerading": who.masquerading}
        session |= {"admin": _person(shop.admin)} if who.masquerading else {}
    config = {"SystemURL": f"{shop.url}/", "Language": "english"}
    permissions = [] if isinstance(who, Admin) else who.user.permissions or []
    return {"session": session, "config": config, "permissions": permissions}


def _person(person: Person) -> dict[str, Any]:
    return {"id": person.id, "fullName": person.name, "email": person.email}
