"""Routes for a domain's own admin: its figures, its settings, its domain aliases."""

from typing import Any

from flask import Blueprint, Response, request

from ..played.answers import INVALID, Refusal, body_of, checked
from . import dkim
from .access import bearer, has_trait, here, require_domain, the_domain
from .answers import ok, texts
from .state import DOMAIN_NAME, Domain

routes = Blueprint("domains", __name__, url_prefix="/api/v1/settings/domain")
routes.before_request(require_domain)


@routes.get("/data")
def data() -> Response:
    return ok(domainData=figures(the_domain()))


def figures(domain: Domain) -> dict[str, Any]:
    """The `domainData` as this build tells it."""
    told = domain.data()
    return {key: told[key] for key in told if not (has_trait("no-size") and key in ("size", "sizeMb"))}


@routes.get("/domain")
def settings() -> Response:
    return ok(domainSettings=dkim.as_told(the_domain().settings))


@routes.get("/user-defaults")
def user_defaults() -> Response:
    return ok(settings=the_domain().user_defaults)


@routes.post("/user-defaults")
def change_user_defaults() -> Response:
    changed = checked(body_of(request), {"maxMailboxSize": int, "services": dict})
    the_domain().check_size(changed.get("maxMailboxSize", 0))
    the_domain().user_defaults |= changed
    return ok()


@routes.post("/propagate-settings")
def propagate() -> Response:
    """Sources show one field and one way to name the mailboxes: all of the domain."""
    wanted = checked(body_of(request), {"globalUpdate": list, "emails": list}, ["globalUpdate", "emails"])
    domain = the_domain()
    updates = [checked(item, {"userField": str, "longValue": int}, ["userField"]) for item in wanted["globalUpdate"]]
    if wanted["emails"] != [f"*@{domain.name}"] or any(item["userField"] != "MailboxSize" for item in updates):
        raise Refusal(INVALID)
    for item in updates:
        domain.check_size(item["longValue"])
        for user in domain.users.values():
            user.row["maxMailboxSize"] = item["longValue"]
    return ok()


@routes.get("/domain-aliases")
def domain_aliases() -> Response:
    rows: list[dict[str, Any]] = [
        {"name": name, "aliasIdn": name, "domainName": the_domain().name, "img": "", "url": ""}
        for name in the_domain().domain_aliases
    ]
    return ok(**{"data" if has_trait("old-domain-aliases") else "domainAliasData": rows or None})


@routes.post("/domain-alias-put/<alias>/<any(true, false):check_mx>")
def add_domain_alias(alias: str, check_mx: str) -> Response:
    """Only an impersonated token may skip the look at the MX record."""
    domain, name = the_domain(), alias.lower()
    if not DOMAIN_NAME.fullmatch(name):
        raise Refusal("DOMAIN_ADD_ERROR_INVALID_NAME")
    here().claim_domain(name)
    domain.room("DOMAIN_ALIAS", len(domain.domain_aliases), "maxDomainAliases")
    skipped = check_mx == "false" and bearer().identity.impersonated
    if not skipped and name not in here().mx_here:
        raise Refusal("MX record does not match")
    domain.domain_aliases.append(name)
    return ok()


@routes.post("/domain-alias-delete/<alias>")
def delete_domain_alias(alias: str) -> Response:
    remove([alias.lower()])
    return ok()


@routes.post("/domain-aliases-delete")
def delete_domain_aliases() -> Response:
    remove([name.lower() for name in texts(body_of(request), "input")])
    return ok()


def remove(names: list[str]) -> None:
    """All or none."""
    domain = the_domain()
    if not set(names) <= set(domain.domain_aliases):
        raise Refusal("Domain alias does not exist")
    domain.domain_aliases = [name for name in domain.domain_aliases if name not in names]
