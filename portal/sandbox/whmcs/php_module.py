"""The real PHP module, called with what WHMCS would give it."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from . import php
from .app import SignOnRefused
from .database import MAILBOX_FIELD, MODULES, NUMBERS, Database
from .shop import CURRENCY, Admin, Person, Service, Shop, Visitor


class PhpModule:
    note = ""

    def __init__(self) -> None:
        self._databases: dict[str, Database] = {}

    def client_area(self, shop: Shop, service: Service, visitor: Visitor, language: str) -> str:
        call = self._run("ClientArea", shop, service, **_session(shop, visitor, language), render=True)
        return str(call["html"])

    def service_sign_on(self, shop: Shop, service: Service, who: Visitor | Admin, language: str) -> str:
        return _sign_on(self._run("ServiceSingleSignOn", shop, service, **_session(shop, who, language)))

    def admin_rows(self, shop: Shop, service: Service, language: str) -> Mapping[str, str]:
        call = self._run("AdminServicesTabFields", shop, service, **_session(shop, shop.admin, language))
        rows: dict[str, str] = call["result"]
        return rows

    def buttons(self, shop: Shop, product: str, language: str) -> Mapping[str, str]:
        call = self._run("AdminCustomButtonArray", shop, product, **_session(shop, shop.admin, language))
        buttons: dict[str, str] = call["result"]
        return buttons

    def command(self, shop: Shop, service: Service, function: str, language: str) -> str:
        call = self._run(function, shop, service, **_session(shop, shop.admin, language))
        self._databases[shop.slug].read_back(service)
        return str(call["result"])

    def operator_sign_on(self, shop: Shop, product: str, language: str) -> str:
        return _sign_on(self._run("AdminSingleSignOn", shop, product, **_session(shop, shop.admin, language)))

    def server_link(self, shop: Shop, product: str, language: str) -> str:
        return str(self._run("AdminLink", shop, product, **_session(shop, shop.admin, language))["result"])

    def test_connection(self, shop: Shop, product: str) -> tuple[bool, str]:
        result = self._run("TestConnection", shop, product, **_session(shop, shop.admin, "english"))["result"]
        return result["success"], result["error"]

    def settings(self, shop: Shop, product: str, language: str) -> Mapping[str, Mapping[str, Any]]:
        call = self._run("ConfigOptions", shop, product, **_session(shop, shop.admin, language))
        options: dict[str, dict[str, Any]] = call["result"]
        return options

    def cron(self, shop: Shop) -> Sequence[str]:
        database = self._database(shop)
        session = _session(shop, shop.admin, "english") | {"session": {"area": ""}}
        answer = php.hook("AfterCronJob", database=str(database.file), **session)
        return [*answer["activity"], *(mail["custommessage"] for mail in answer["mails"])]

    def cart_faults(self, shop: Shop, handle: str, visitor: Visitor, language: str) -> Sequence[str]:
        sent = {"customfield": {str(MAILBOX_FIELD): handle}}
        known = _session(shop, visitor, language)
        database = str(self._database(shop).file)
        return list(php.hook("ShoppingCartValidateProductUpdate", sent, database=database, **known)["result"])

    def _run(self, function: str, shop: Shop, about: Service | str, **context: Any) -> dict[str, Any]:
        """A function about a service, or about the server entry of a product."""
        product = about if isinstance(about, str) else about.product
        known = {"params": _server(shop, product)} if isinstance(about, str) else _about(shop, about)
        database = str(self._database(shop).file)
        return php.run(function, module=MODULES[product], database=database, **known, **context)

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
    params = _server(shop, service.product) | {
        "serviceid": service.svc,
        "userid": service.client,
        "pid": NUMBERS[service.product],
        "domain": service.name,
        "username": service.username,
        "password": service.password,
        "producttype": "other",
        "moduletype": MODULES[service.product],
        "configoptions": {},
        "customfields": {"Mailbox": service.handle} if service.handle else {},
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
        **{f"configoption{place}": value for place, value in enumerate(shop.settings_of(service).values(), 1)},
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


def _server(shop: Shop, product: str) -> dict[str, Any]:
    """The part of `$params` that comes from the server entry."""
    portal = urlsplit(shop.portal)
    return {
        "server": True,
        "serverid": NUMBERS[product],
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
