"""Tells the portal about a service, as WHMCS does after an order or a change."""

from typing import Any

from .api import PortalApi
from .shop import CURRENCY, Service, Shop


def facts(shop: Shop, service: Service) -> dict[str, Any]:
    """What WHMCS knows of a service and its client, and the product's settings."""
    return _named(service) | {
        "product": service.product,
        "plan": shop.settings_of(service),
        "client": service.client,
        "status": service.status,
        "billing": service.billing(),
        "lang": "en",
        "currency": CURRENCY,
    }


def _named(service: Service) -> dict[str, Any]:
    if service.product == "domain":
        return {"name": service.name, "username": service.username}
    domain = service.name.rpartition("@")[2]
    return {"handle": service.handle, "domain": domain, "password": service.password}


def create(shop: Shop, service: Service) -> None:
    """Have it made. ApiError when the portal refuses."""
    PortalApi(shop.portal, shop.slug, shop.key).call(
        "POST", f"/api/v1/services/{service.svc}/create", facts(shop, service)
    )


def put(shop: Shop, service: Service) -> None:
    """Register the service or bring its registration up to date. ApiError when the portal refuses."""
    body = facts(shop, service) | {"password": service.password}
    PortalApi(shop.portal, shop.slug, shop.key).call("PUT", f"/api/v1/services/{service.svc}", body)
