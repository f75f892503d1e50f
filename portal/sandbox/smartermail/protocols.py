"""Routes for protocols: which mailboxes have ActiveSync and which MAPI/EWS."""

from typing import Any

from flask import Blueprint, Response, request

from ..played.answers import INVALID, Refusal, body_of, checked
from .access import has_trait, require_domain, the_domain
from .answers import ok
from .state import Domain

routes = Blueprint("protocols", __name__, url_prefix="/api/v1/settings/domain")
routes.before_request(require_domain)

CHANGE = {"emailAddress": str, "isActive": bool}


@routes.get("/active-sync-mailboxes")
def active_sync() -> Response:
    return ok(activeSyncAccounts=listed(the_domain(), the_domain().active_sync))


@routes.post("/active-sync-mailboxes-patch")
def change_active_sync() -> Response:
    domain = the_domain()
    allowed = domain.settings["enableActiveSyncAccountManagement"]
    switch(domain, domain.active_sync, allowed, domain.settings["maxActiveSyncAccounts"])
    return ok()


@routes.get("/mapi-ews-mailboxes")
def mapi_ews() -> Response:
    return ok(mapiEwsAccounts=listed(the_domain(), the_domain().mapi_ews))


@routes.post("/mapi-ews-mailboxes-patch")
def change_mapi_ews() -> Response:
    domain = the_domain()
    allowed = domain.settings["enableMapiEwsAccountManagement"]
    switch(domain, domain.mapi_ews, allowed, domain.settings["maxMapiEwsAccounts"])
    return ok()


def listed(domain: Domain, accounts: dict[str, bool]) -> list[dict[str, Any]]:
    """Only mailboxes that have it, unless the build also lists those that once had it."""
    return [
        {"emailAddress": domain.users[name].address, "isActive": active}
        for name, active in accounts.items()
        if active or has_trait("lists-inactive")
    ]


def switch(domain: Domain, accounts: dict[str, bool], allowed: bool, maximum: int) -> None:
    """Take a bare list of changes, all or none of them."""
    wanted = body_of(request)
    if not isinstance(wanted, list):
        raise Refusal(INVALID)
    changes = [checked(change, CHANGE, CHANGE) for change in wanted]
    if not allowed:
        raise Refusal("Unauthorized", 403)
    after = dict(accounts)
    for change in changes:
        after[domain.user(change["emailAddress"]).address.partition("@")[0].lower()] = change["isActive"]
    if maximum and sum(after.values()) > maximum:
        raise Refusal(f"ACCOUNT_LIMIT_EXCEEDED|{maximum}")
    accounts.update(after)
