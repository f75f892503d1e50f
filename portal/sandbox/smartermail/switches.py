"""The sandbox's own switches under /_sandbox, no part of the product's API: set up, break, look behind the scenes."""

from typing import Any

from flask import Response, current_app, request

from ..played.answers import Refusal, as_json, body_of, checked
from ..played.switches import switches
from . import seeds
from .access import here
from .builds import BUILDS
from .defaults import NEVER
from .state import Domain, new_user
from .tokens import iso

routes = switches(here)


@routes.post("/reset")
def reset() -> Response:
    here().clear()
    seeds.sow(here(), current_app.extensions["seeds"])
    return as_json({})


@routes.post("/domains")
def add_domain() -> Response:
    known = {"name": str, "mailboxes": int, "aliases": int, "admin": str, "admin_password": str}
    wanted = checked(body_of(request), known, ["name"])
    size = seeds.Size(wanted["name"], wanted.get("mailboxes", 0), wanted.get("aliases", 0))
    admin, password = wanted.get("admin", seeds.ADMIN), wanted.get("admin_password", seeds.ADMIN_PASSWORD)
    made = seeds.seed(here(), size, admin, password)
    return as_json({"name": made.name, "admin": admin, "admin_password": password})


@routes.post("/mailboxes")
def add_mailbox() -> Response:
    known = {
        "domain": str,
        "name": str,
        "password": str,
        "display_name": str,
        "limit": int,
        "used": int,
        "last_login": str,
    }
    wanted = checked(body_of(request), known, ["domain", "name"])
    domain = here().domain(wanted["domain"], status=404)
    domain.claim(wanted["name"])
    password, limit = wanted.get("password", seeds.PASSWORD), wanted.get("limit", 0)
    user = new_user(domain, wanted["name"], password, wanted.get("display_name", ""), limit)
    user.row["currentMailboxSize"] = wanted.get("used", 0)
    user.row["lastLoginTime"] = wanted.get("last_login", NEVER)
    domain.add_user(user)
    return as_json({})


@routes.get("/domains")
def list_domains() -> Response:
    return as_json({"domains": sorted(here().domains)})


@routes.get("/disk")
def read_disk() -> Response:
    return as_json({"folders": here().disk})


@routes.post("/disk")
def write_disk() -> Response:
    """Files that lie there, whoever left them."""
    wanted = checked(body_of(request), {"path": str, "files": list}, ["path", "files"])
    here().disk[wanted["path"]] = list(wanted["files"])
    return as_json({})


@routes.get("/domains/<name>")
def raw_state(name: str) -> Response:
    return as_json(as_is(here().domain(name, status=404)))


def as_is(domain: Domain) -> dict[str, Any]:
    return {
        "name": domain.name,
        "settings": domain.settings,
        "users": {
            name: {
                "password": user.password,
                "userData": user.data(),
                "userMailSettings": user.mail_settings(),
                "forwardList": user.forwards,
                "dropped_connections": user.dropped_connections,
            }
            for name, user in domain.users.items()
        },
        "aliases": domain.aliases,
        "eas": [domain.users[name].address for name, active in domain.active_sync.items() if active],
        "mapi": [domain.users[name].address for name, active in domain.mapi_ews.items() if active],
        "domain_aliases": domain.domain_aliases,
        "password_overrides": domain.password_overrides,
    }


@routes.get("/build")
def list_builds() -> Response:
    return as_json({"builds": {name: build.note for name, build in BUILDS.items()}})


@routes.post("/build")
def set_build() -> Response:
    name = checked(body_of(request), {"name": str}, ["name"])["name"]
    if name not in BUILDS:
        raise Refusal(f"no such build: {name}")
    here().build = BUILDS[name]
    return as_json({})


@routes.post("/tokens")
def expire_tokens() -> Response:
    wanted = checked(body_of(request), {"expire": bool, "refresh": bool}, ["expire"])
    if wanted["expire"]:
        here().tokens.expire(refresh=wanted.get("refresh", False))
    return as_json({})


@routes.get("/sessions/<address>")
def sessions(address: str) -> Response:
    held = here().tokens.of(address.lower())
    return as_json({"sessions": [{"client_id": one.client_id, "at": iso(one.signed_in)} for one in held]})


@routes.post("/two-step")
def set_two_step() -> Response:
    wanted = checked(body_of(request), {"username": str, "method": str | None}, ["username", "method"])
    if wanted["method"]:
        here().two_step[wanted["username"].lower()] = wanted["method"]
    else:
        here().two_step.pop(wanted["username"].lower(), None)
    return as_json({})


@routes.post("/dns")
def set_dns() -> Response:
    wanted = checked(body_of(request), {"mx": list, "dkim": dict, "resolver": str}, ["mx", "dkim"])
    here().mx_here = {name.lower() for name in wanted["mx"]}
    here().dkim_records = {host.lower(): key for host, key in wanted["dkim"].items()}
    if "resolver" in wanted:
        here().resolver = wanted["resolver"]
    return as_json({})
