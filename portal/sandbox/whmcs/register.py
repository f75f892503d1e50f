"""Tells the portal about a service, as WHMCS does after an order or a change."""

from .api import PortalApi
from .shop import CURRENCY, Service, Shop


def put(shop: Shop, service: Service) -> None:
    """Register the service or bring its registration up to date. ApiError when the portal refuses."""
    body = {
        "product": "domain",
        "name": service.name,
        "username": service.username,
        "password": service.password,
        "plan": shop.settings,
        "client": service.client,
        "status": service.status,
        "billing": service.billing(),
        "lang": "en",
        "currency": CURRENCY,
    }
    PortalApi(shop.portal, shop.slug, shop.key).call("PUT", f"/api/v1/services/{service.svc}", body)
