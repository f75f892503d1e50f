"""The sandbox's own switches under /_sandbox, no part of the product's API: set up, break, look behind the scenes."""

from dataclasses import asdict
from decimal import Decimal
from typing import Any

from flask import Response, current_app, request

from ..played.answers import Refusal, as_json, body_of, checked
from ..played.switches import switches
from . import seeds
from .access import here
from .builds import BUILDS
from .signing_in import let_in
from .state import BASIC, Alias, DistributionList, Domain, Mailbox

routes = switches(here)


def named(name: str) -> Domain:
    if name.lower() not in here().domains:
        raise Refusal("Domain not found", 404)
    return here().domain(name)


@routes.post("/reset")
def reset() -> Response:
    here().clear()
    seeds.sow(here(), current_app.extensions["seeds"])
    return as_json({})


@routes.post("/domains")
def add_domain() -> Response:
    known = {"name": str, "mailboxes": int, "aliases": int, "lists": int, "pending": str, "active": bool}
    wanted = checked(body_of(request), known, ["name"])
    counts = {key: wanted[key] for key in ("mailboxes", "aliases", "lists") if key in wanted}
    made = seeds.seed(here(), seeds.Size(wanted["name"], **counts))
    made.pending, made.active = wanted.get("pending", ""), wanted.get("active", True)
    return as_json({})


@routes.post("/mailboxes")
def add_mailbox() -> Response:
    known = {
        "domain": str,
        "name": str,
        "password": str,
        "display_name": str,
        "account_type": str,
        "quota": str,
        "used": int,
        "disabled": bool,
        "last_login": str,
    }
    wanted = checked(body_of(request), known, ["domain", "name"])
    domain = named(wanted.pop("domain"))
    key = domain.claim(wanted["name"], "User")
    wanted = {"password": seeds.PASSWORD, "account_type": BASIC} | wanted
    wanted["quota"] = Decimal(wanted.get("quota", "1"))
    domain.mailboxes[key] = Mailbox(**wanted)
    return as_json({})


@routes.post("/aliases")
def add_alias() -> Response:
    wanted = checked(body_of(request), {"domain": str, "name": str, "forward": str}, ["domain", "name", "forward"])
    domain = named(wanted["domain"])
    domain.aliases[domain.claim(wanted["name"], "Alias")] = Alias(wanted["name"], wanted["forward"])
    return as_json({})


@routes.post("/lists")
def add_list() -> Response:
    wanted = checked(body_of(request), {"domain": str, "name": str, "members": list}, ["domain", "name", "members"])
    domain = named(wanted["domain"])
    domain.lists[domain.claim(wanted["name"], "List")] = DistributionList(wanted["name"], wanted["members"])
    return as_json({})


@routes.post("/remove")
def remove() -> Response:
    """Take away what has that name, as somebody in the vendor's panel does."""
    wanted = checked(body_of(request), {"domain": str, "name": str}, ["domain", "name"])
    domain, key = named(wanted["domain"]), wanted["name"].lower()
    gone = [kept.pop(key, None) for kept in (domain.mailboxes, domain.aliases, domain.lists)]
    if not any(gone):
        raise Refusal("Nothing has that name", 404)
    return as_json({})


@routes.get("/domains/<name>")
def raw_state(name: str) -> Response:
    domain = named(name)
    held: dict[str, Any] = asdict(domain)
    for box in held["mailboxes"].values():
        box["quota"] = str(box["quota"])
    held["aliases"] = {key: alias.forward for key, alias in domain.aliases.items()}
    held["lists"] = {key: kept.members for key, kept in domain.lists.items()}
    return as_json(held)


@routes.get("/build")
def list_builds() -> Response:
    return as_json({"builds": BUILDS})


@routes.post("/build")
def set_build() -> Response:
    names = checked(body_of(request), {"names": list}, ["names"])["names"]
    if not BUILDS.keys() >= set(names):
        raise Refusal(f"no such build: {', '.join(set(names) - BUILDS.keys())}")
    here().builds = frozenset(names)
    return as_json({})


@routes.post("/names")
def set_names() -> Response:
    """Call parameters otherwise than the reference does."""
    here().names = checked(body_of(request), {"names": dict}, ["names"])["names"]
    return as_json({})


@routes.post("/tokens")
def set_tokens() -> Response:
    """Expire all that are out, and let new ones live for `seconds`."""
    wanted = checked(body_of(request), {"expire": bool, "seconds": int | float})
    for tokens in (here().admin_tokens, here().user_tokens):
        tokens.seconds = wanted.get("seconds", tokens.seconds)
        if wanted.get("expire"):
            tokens.expire()
    return as_json({})


@routes.post("/passes")
def expire_passes() -> Response:
    here().passes.expire()
    return as_json({})


@routes.post("/capacity")
def set_capacity() -> Response:
    here().make_room(**checked(body_of(request), {"basic": int, "enhanced": int, "quota": int}))
    return as_json({})


@routes.post("/sign-in")
def sign_in() -> Response:
    """Try a password at the user endpoint's door."""
    wanted = checked(body_of(request), {"address": str, "password": str}, ["address", "password"])
    name, _, host = wanted["address"].rpartition("@")
    try:
        let_in(name, host, wanted["password"])
    except Refusal as refusal:
        return as_json({"opened": False, "text": refusal.message})
    return as_json({"opened": True})
