"""Routes for DKIM keys of a domain, by its admin or by a system admin who names the domain."""

import base64
import secrets
import string
from collections.abc import Callable
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Blueprint, Response, request

from ..played.answers import INVALID, Refusal, body_of, checked
from . import dns
from .access import acting_on, has_trait, here, require_domain, require_system_admin, the_domain
from .answers import ok
from .state import Domain

routes = Blueprint("dkim", __name__, url_prefix="/api/v1/settings/domain")
routes.before_request(require_domain)
system_routes = Blueprint("system_dkim", __name__, url_prefix="/api/v1/settings/sysadmin")
system_routes.before_request(require_system_admin)

KEY_SIZES = (1024, 2048, 4096)
SWITCH = "<any(true, false):force>"
# What dkim-settings-set calls it, and what it is called in domainKeysSettings.
OPTIONS = {
    "canonicalizationBody": "dkimCanonicalizationAlgorithmBody",
    "canonicalizationHeader": "dkimCanonicalizationAlgorithmHeader",
    "fieldOption": "dkimHeaderFieldOption",
    "fields": "dkimHeaderFields",
    "maxMessageSign": "maxMessageSign",
}


def keys_of(domain: Domain) -> dict[str, Any]:
    found: dict[str, Any] = domain.settings["domainKeysSettings"]
    return found


def new_key(size: int) -> dict[str, Any]:
    # Nobody signs with it, so its modulus need not be a product of primes: to find two may take a second.
    modulus = secrets.randbits(size) | 1 << (size - 1) | 1
    public = rsa.RSAPublicNumbers(65537, modulus).public_key()
    text = base64.b64encode(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()
    selector = "".join(secrets.choice(string.ascii_uppercase + string.digits) for _ in range(15))
    return {"selector": selector, "publicKey": text, "keySize": size}


def is_published(domain: Domain, key: dict[str, Any]) -> bool:
    """Whether DNS, as this server sees it, holds the key."""
    host = f"{key['selector']}._domainkey.{domain.name}".lower()
    if not key["publicKey"]:
        return False
    if host in here().dkim_records:
        return bool(here().dkim_records[host] == key["publicKey"])
    return key["publicKey"] in map(dns.key_of, dns.texts(here().resolver, host))


def as_told(settings: dict[str, Any]) -> dict[str, Any]:
    """The `domainSettings` as this build tells them."""
    keys, flag = dict(settings["domainKeysSettings"]), "enableDkimSigningDomainAdmin"
    told = settings | {"domainKeysSettings": keys}
    if has_trait("dkim-right"):
        told[flag] = True
    if has_trait("dkim-no-flag"):
        del told[flag]
    if not keys["pending"]:
        if has_trait("dkim-pending-false"):
            keys["pending"] = False
        if has_trait("dkim-pending-absent"):
            del keys["pending"]
    return told


def activate(domain: Domain, key: dict[str, Any], forced: bool) -> None:
    keys_of(domain).update(key, isActive=True, forced=forced, pending=None)


def enable(domain: Domain, force: bool) -> None:
    keys = keys_of(domain)
    never_had_one = not keys["selector"] and not keys["pending"]
    if never_had_one and has_trait("dkim-inert"):
        return
    domain.settings["enableDkimSigningDomainAdmin"] = True
    if never_had_one:
        keys["pending"] = new_key(2048)
    elif keys["selector"] and not force and not is_published(domain, keys):
        keys["pending"] = {part: keys[part] for part in ("selector", "publicKey", "keySize")}
        keys.update(selector="", publicKey="", keySize=0, isActive=False)
    if keys["pending"] and (force or is_published(domain, keys["pending"])):
        activate(domain, keys["pending"], force)


def disable(domain: Domain) -> None:
    """Signing stops and a pending key goes; the active key stays."""
    domain.settings["enableDkimSigningDomainAdmin"] = False
    keys_of(domain)["pending"] = None


def start_rollover(domain: Domain, size: int) -> dict[str, Any]:
    if size not in KEY_SIZES:
        raise Refusal(INVALID)
    made = new_key(size)
    keys_of(domain)["pending"] = made
    return made | {"nextCheckUtc": None}


def drop_rollover(domain: Domain) -> None:
    if not keys_of(domain)["pending"]:
        raise Refusal("No pending DKIM key")
    keys_of(domain)["pending"] = None


def set_options(domain: Domain) -> None:
    known = {"fields": list} | dict.fromkeys(OPTIONS.keys() - {"fields"}, int)
    wanted = checked(body_of(request), known, OPTIONS)
    keys_of(domain).update({OPTIONS[key]: value for key, value in wanted.items()})


@routes.post(f"/dkim-enable/{SWITCH}")
def enable_here(force: str) -> Response:
    enable(the_domain(), force == "true")
    return ok()


@routes.post("/dkim-disable")
def disable_here() -> Response:
    disable(the_domain())
    return ok()


@routes.post("/dkim-create-rollover/<int:size>")
def start_rollover_here(size: int) -> Response:
    return ok(**start_rollover(the_domain(), size))


@routes.post(f"/dkim-verify-rollover/{SWITCH}")
def verify_rollover(force: str) -> Response:
    domain = the_domain()
    pending = keys_of(domain)["pending"]
    if not pending or (force == "false" and not is_published(domain, pending)):
        raise Refusal("DNS record does not match")
    activate(domain, pending, force == "true")
    return ok()


@routes.post("/dkim-verify-active")
def verify_active() -> Response:
    keys = keys_of(the_domain())
    keys["isActive"] = is_published(the_domain(), keys)
    return ok()


@routes.post("/dkim-delete-rollover")
def drop_rollover_here() -> Response:
    drop_rollover(the_domain())
    return ok()


@routes.get("/test-domain-key-dns/<selector>/<path:public_key>")
def test_dns(selector: str, public_key: str) -> Response:
    if not is_published(the_domain(), {"selector": selector, "publicKey": public_key}):
        raise Refusal("DNS record does not match")
    return ok()


@routes.post("/dkim-settings-set")
def set_options_here() -> Response:
    set_options(the_domain())
    return ok()


@system_routes.post(f"/dkim-enable/<domain>/{SWITCH}")
def enable_there(domain: str, force: str) -> Response:
    enable(acting_on(here().domain(domain)), force == "true")
    return ok()


@system_routes.post("/dkim-create-rollover/<domain>/<int:size>")
def start_rollover_there(domain: str, size: int) -> Response:
    return ok(**start_rollover(acting_on(here().domain(domain)), size))


def there(change: Callable[[Domain], None], domain: str) -> Response:
    change(acting_on(here().domain(domain)))
    return ok()


@system_routes.post("/dkim-disable/<domain>")
def disable_there(domain: str) -> Response:
    return there(disable, domain)


@system_routes.post("/dkim-delete-rollover/<domain>")
def drop_rollover_there(domain: str) -> Response:
    return there(drop_rollover, domain)


@system_routes.post("/dkim-settings-set/<domain>")
def set_options_there(domain: str) -> Response:
    return there(set_options, domain)
