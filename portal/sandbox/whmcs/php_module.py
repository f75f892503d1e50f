"""The real PHP module, called with what WHMCS would give it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from . import php
from .app import SignOnRefused
from .shop import CURRENCY, Admin, Person, Service, Shop, Visitor


class PhpModule:
    note = ""

    def client_area(self, shop: Shop, service: Service, visitor: Visitor, language: str) -> str:
        call = php.run("ClientArea", **_about(shop, service), **_session(shop, visitor, language), render=True)
        return str(call["html"])

    def service_sign_on(self, shop: Shop, service: Service, who: Visitor | Admin, language: str) -> str:
        return _sign_on(php.run("ServiceSingleSignOn", **_about(shop, service), **_session(shop, who, language)))

    def admin_rows(self, shop: Shop, service: Service, language: str) -> Mapping[str, str]:
        session = _session(shop, shop.admin, language)
        rows: dict[str, str] = php.run("AdminServicesTabFields", **_about(shop, service), **session)["result"]
        return rows

    def operator_sign_on(self, shop: Shop, language: str) -> str:
        session = _session(shop, shop.admin, language)
        return _sign_on(php.run("AdminSingleSignOn", _server(shop), **session))

    def test_connection(self, shop: Shop) -> tuple[bool, str]:
        result = php.run("TestConnection", _server(shop), **_session(shop, shop.admin, "english"))["result"]
        return result["success"], result["error"]


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
