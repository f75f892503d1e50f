"""Routes for the aliases of a domain."""

from typing import Any

from flask import Blueprint, Response, request

from ..played.answers import INVALID, Refusal, body_of, checked
from .access import has_trait, require_domain, the_domain
from .answers import ok
from .state import Domain, new_alias

routes = Blueprint("aliases", __name__, url_prefix="/api/v1/settings/domain")
routes.before_request(require_domain)

ALIAS = {
    "name": str,
    "displayName": str | None,
    "aliasTargetList": list,
    "allowSending": bool,
    "hideFromGAL": bool,
    "internalOnly": bool,
    "includeAllDomainUsers": bool,
    "enableForXmpp": bool,
    "isEnabled": bool,
    "description": str | None,
}


@routes.get("/aliases")
def read_all() -> Response:
    return read_some("")


@routes.get("/aliases/<text>")
def read_some(text: str) -> Response:
    found = [alias for name, alias in the_domain().aliases.items() if text.lower() in name]
    has_targets = not has_trait("null-targets")
    return ok(gridInfo=[grid_row(alias, has_targets) for alias in found])


def grid_row(alias: dict[str, Any], has_targets: bool) -> dict[str, Any]:
    return {
        "name": alias["name"],
        "displayName": alias["displayName"],
        "targets": alias["aliasTargetList"] if has_targets else None,
        "allowSending": alias["allowSending"],
        "hideFromGAL": alias["hideFromGAL"],
        "internalOnly": alias["internalOnly"],
        "includeAllDomainUsers": alias["includeAllDomainUsers"],
        "isEnabled": alias["isEnabled"],
    }


@routes.get("/alias/<name>")
def read(name: str) -> Response:
    return ok(alias=the_domain().alias(name))


@routes.post("/alias-put")
def create() -> Response:
    domain = the_domain()
    alias = checked_alias(domain, checked(body_of(request), {"alias": dict, "oldName": str}, ["alias"])["alias"])
    domain.claim(alias["name"])
    domain.room("ALIAS", len(domain.aliases), "maxAliases")
    domain.aliases[alias["name"].lower()] = alias
    return ok()


@routes.post("/alias")
def replace() -> Response:
    """The alias is replaced as a whole: whether a real server merges is unknown, so what is left out is lost here."""
    domain = the_domain()
    wanted = checked(body_of(request), {"alias": dict, "oldName": str}, ["alias"])
    alias = checked_alias(domain, wanted["alias"])
    old = domain.alias(wanted.get("oldName") or alias["name"])["name"]
    if alias["name"].lower() != old.lower():
        domain.claim(alias["name"])
    del domain.aliases[old.lower()]
    domain.aliases[alias["name"].lower()] = alias
    return ok()


@routes.post("/alias-delete/<name>")
def delete(name: str) -> Response:
    del the_domain().aliases[the_domain().alias(name)["name"].lower()]
    return ok()


def checked_alias(domain: Domain, value: dict[str, Any]) -> dict[str, Any]:
    """The whole alias to keep. Targets are needed unless it goes to everyone."""
    alias = checked(value, ALIAS, ["name"])
    targets = alias.get("aliasTargetList", [])
    if not all(isinstance(target, str) and target for target in targets):
        raise Refusal(INVALID)
    if not targets and not alias.get("includeAllDomainUsers"):
        raise Refusal(INVALID)
    return new_alias(domain.local_part(alias["name"]), targets) | alias | {"name": domain.local_part(alias["name"])}
