"""What the PHP module does, signed in Python: lets the demo run where PHP cannot be installed, and says so."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from flask import render_template
from markupsafe import escape

from sso import envelope

from .api import ApiError, PortalApi
from .register import facts
from .shop import CURRENCY, Admin, Person, Service, Shop, Visitor

TAGS = {
    "english": "en",
    "french": "fr",
    "german": "de",
    "indonesian": "id",
    "portuguese-br": "pt-BR",
    "spanish": "es",
}
CALLS = {
    "CreateAccount": "create",
    "SuspendAccount": "suspend",
    "UnsuspendAccount": "unsuspend",
    "TerminateAccount": "terminate",
    "ChangePackage": "plan",
    "FinishSteps": "finish",
}
NOT_HANDED_OVER = {"domain_path", "outbound_ip", "delete_data", "server"}
MAILBOX_HANDED_OVER = {"max_aliases", "external_forwards", "max_lists"}


class PythonModule:
    note = "PHP (or its Smarty) is not installed: this page was signed by Python instead of the WHMCS module."

    def client_area(self, shop: Shop, service: Service, visitor: Visitor, language: str) -> str:
        claims = _service_claims(shop, service, visitor, language, "embed")
        return render_template("signed.html", service=service, token=_seal(shop, claims))

    def service_sign_on(self, shop: Shop, service: Service, who: Visitor | Admin, language: str) -> str:
        return _link(shop, _service_claims(shop, service, who, language, "top"))

    def admin_rows(self, shop: Shop, service: Service, language: str) -> Mapping[str, str]:
        link = self.service_sign_on(shop, service, shop.admin, language)
        return {"E-mail portal": f'<a href="{escape(link)}" target="_blank" rel="noopener noreferrer">Open</a>'}

    def buttons(self, shop: Shop, product: str, language: str) -> Mapping[str, str]:
        return {"Finish failed steps": "FinishSteps"}

    def command(self, shop: Shop, service: Service, function: str, language: str) -> str:
        path = f"/api/v1/services/{service.svc}/{CALLS[function]}"
        body = {"create": facts(shop, service), "plan": {"plan": shop.settings_of(service)}}.get(CALLS[function], {})
        try:
            answer = PortalApi(shop.portal, shop.slug, shop.key).call("POST", path, body)
        except ApiError as error:
            return str(error)
        service.name = answer.get("name", service.name)
        service.username = answer.get("username", service.username)
        service.password = answer.get("password", service.password)
        return "success"

    def operator_sign_on(self, shop: Shop, product: str, language: str) -> str:
        links = {"service": f"{shop.url}/admin/configservers.php"}
        user = _person(shop.admin) | {"admin": _named(shop.admin)}
        return _link(shop, _common(shop, "operator", "top", language) | {"user": user, "links": links})

    def server_link(self, shop: Shop, product: str, language: str) -> str:
        return ""

    def settings(self, shop: Shop, product: str, language: str) -> Mapping[str, Mapping[str, Any]]:
        names = shop.settings_for(product)
        return {name: {"FriendlyName": name, "Type": "text", "Description": ""} for name in names}

    def cron(self, shop: Shop) -> Sequence[str]:
        return ["The cron needs PHP."]

    def cart_faults(self, shop: Shop, handle: str, visitor: Visitor, language: str) -> Sequence[str]:
        return []  # The portal checks it when the mailbox is created.

    def test_connection(self, shop: Shop, product: str) -> tuple[bool, str]:
        try:
            PortalApi(shop.portal, shop.slug, shop.key).call("GET", "/api/v1/ping")
        except ApiError as error:
            return False, str(error)
        return True, ""


def _service_claims(shop: Shop, service: Service, who: Visitor | Admin, language: str, mode: str) -> dict[str, Any]:
    if isinstance(who, Admin):
        role, page = "admin", f"{shop.url}/admin/clientsservices.php?userid={service.client}&id={service.svc}"
        user = _person(shop.owner_of(service)) | {"admin": _named(who)}
    else:
        role = "customer" if who.user.permissions is None else "readonly"
        page = f"{shop.url}/clientarea.php?action=productdetails&id={service.svc}"
        user = _person(who.user) | ({"admin": _named(shop.admin)} if who.masquerading else {})
    return _common(shop, role, mode, language) | {
        "user": user,
        "svc": service.svc,
        "product": service.product,
        "name": service.name,
        "plan": _handed_over(shop, service),
        "client": service.client,
        "currency": CURRENCY,
        "billing": service.billing(),
        "links": {
            "service": page,
            "support": f"{shop.url}/submitticket.php",
            "upgrade": f"{shop.url}/upgrade.php?type=package&id={service.svc}",
        },
    }


def _handed_over(shop: Shop, service: Service) -> dict[str, str]:
    settings = shop.settings_of(service)
    kept = settings.keys() - NOT_HANDED_OVER if service.product == "domain" else MAILBOX_HANDED_OVER
    return {name: value for name, value in settings.items() if name in kept}


def _common(shop: Shop, role: str, mode: str, language: str) -> dict[str, Any]:
    return {
        "v": 1,
        "aud": shop.slug,
        "jti": envelope.new_jti(),
        "role": role,
        "mode": mode,
        "lang": TAGS[language],
        "origin": shop.url,
    }


def _person(person: Person) -> dict[str, Any]:
    return {"id": person.id, "name": person.name, "email": person.email}


def _named(admin: Admin) -> dict[str, Any]:
    return {"id": admin.id, "name": admin.name}


def _seal(shop: Shop, claims: Mapping[str, Any]) -> str:
    return envelope.seal(claims, [shop.key], envelope.HANDOFF)


def _link(shop: Shop, claims: Mapping[str, Any]) -> str:
    """The token stands in the fragment, which no server and no log gets to see."""
    return f"{shop.portal}/sso/{shop.slug}#{quote(_seal(shop, claims))}"
