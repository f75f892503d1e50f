"""The claims of a hand-off: their exact schema (sso/README.md), and nothing about who may use them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from portal import domains
from portal.plan import SETTINGS

ROLES = ("customer", "readonly", "admin", "operator")
# Of the domain product's settings those a page needs; the rest travels by registration only.
DOMAIN_PLAN = frozenset(SETTINGS) - {"domain_path", "outbound_ip", "delete_data", "server"}
MAILBOX_PLAN = frozenset({"max_aliases", "external_forwards", "max_lists"})
PLAN_NAMES = {"domain": DOMAIN_PLAN, "mailbox": MAILBOX_PLAN}

LINK = re.compile(r"https://[^\s\"'<>]+|http://([a-z0-9-]+\.)*localhost(:\d+)?(/[^\s\"'<>]*)?")

Check = Callable[[object], bool]


class BadClaims(ValueError):
    """The payload is signed, but it is not a hand-off. The text names the claim, never its value."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who clicked, and the admin acting for them. Ids are WHMCS's, as text."""

    id: str
    name: str
    email: str
    admin_id: str = ""
    admin_name: str = ""


@dataclass(frozen=True, slots=True)
class HandOff:
    """A hand-off that fits the schema. `svc` and `product` are None for an operator; `claims` is all of it.

    `name` is spelt as we keep it; "" when a domain's is none.
    """

    tenant: str
    jti: str
    role: str
    mode: str
    origin: str
    user: Person
    svc: int | None
    product: str | None
    name: str | None
    claims: dict[str, Any]


def parse(payload: Mapping[str, Any]) -> HandOff:
    """Read a verified payload. Raise BadClaims when it has a claim too many, one too few, or one of a wrong kind."""
    operator = payload.get("role") == "operator"
    admin = payload.get("role") == "admin"
    user = _object(
        {"id": _identifier, "name": _text(255), "email": _text(255)}
        | ({"admin": _object({"id": _identifier, "name": _text(255)})} if admin else {}),
        {"admin": _object({"id": _identifier, "name": _text(255)})},
    )
    schema = {
        "v": lambda value: value == 1 and type(value) is int,
        "aud": _text(32),
        "jti": is_jti,
        "role": _one_of(*ROLES),
        "mode": _one_of("embed", "top"),
        "user": user,
        "lang": _text(35),
        "origin": _text(255),
        "links": _object({"service": _link} | ({} if operator else {"support": _link, "upgrade": _link})),
    }
    if not operator:
        schema |= {
            "svc": lambda value: type(value) is int and 0 < value < 2**31,
            "product": _one_of("domain", "mailbox"),
            "name": _text(255),
            "client": lambda value: type(value) is int and value >= 0,
            "plan": _plan(payload.get("product")),
            "currency": _object({"code": _text(8), "prefix": _text(16), "suffix": _text(16)}),
            "billing": _object(
                {
                    "cycle": _text(32),
                    "months": lambda value: type(value) is int and 0 <= value <= 120,
                    "next_due": _text_or_none(10),
                    "unit_price": _text(32),
                    "status": _text(32),
                    "since": _text_or_none(10),
                }
            ),
        }
    optional = {} if operator else {"theme": _one_of("light", "dark", "auto")}
    _fit(payload, schema, optional)
    claims = dict(payload)
    if claims.get("product") == "domain":
        # WHMCS keeps a domain as it was ordered, in letters of any script.
        claims["name"] = domains.normal(claims["name"])
    elif claims.get("product") == "mailbox":
        claims["name"] = claims["name"].strip().lower()
    person = claims["user"]
    return HandOff(
        tenant=payload["aud"],
        jti=payload["jti"],
        role=payload["role"],
        mode=payload["mode"],
        origin=payload["origin"],
        user=Person(
            id=str(person["id"]),
            name=person["name"],
            email=person["email"],
            admin_id=str(person.get("admin", {}).get("id", "")),
            admin_name=person.get("admin", {}).get("name", ""),
        ),
        svc=payload.get("svc"),
        product=payload.get("product"),
        name=claims.get("name"),
        claims=claims,
    )


def is_jti(value: object) -> bool:
    """Whether this can be what makes an envelope usable once: at least 128 bits as text."""
    return isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9_-]{22,64}", value) is not None


def _fit(value: Mapping[str, Any], required: Mapping[str, Check], optional: Mapping[str, Check]) -> None:
    known = {**optional, **required}
    for name in required.keys() - value.keys():
        raise BadClaims(f"{name} is missing")
    for name, item in value.items():
        if name not in known:
            raise BadClaims("a claim that is not in the schema")
        if not known[name](item):
            raise BadClaims(f"{name} is not of its kind")


def _object(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    known = {**(optional or {}), **required}

    def check(value: object) -> bool:
        return (
            isinstance(value, dict)
            and required.keys() <= value.keys() <= known.keys()
            and all(known[name](item) for name, item in value.items())
        )

    return check


def _plan(product: object) -> Check:
    names = PLAN_NAMES.get(product, frozenset()) if isinstance(product, str) else frozenset()
    return _object({}, dict.fromkeys(names, _text(1000)))


def is_text(value: object, limit: int) -> bool:
    """Whether every database can keep it: PostgreSQL takes no NUL, and a lone surrogate is no text at all."""
    return isinstance(value, str) and len(value) <= limit and "\0" not in value and _encodes(value)


def _encodes(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _text(limit: int) -> Check:
    return lambda value: is_text(value, limit)


def _text_or_none(limit: int) -> Check:
    return lambda value: value is None or is_text(value, limit)


def _one_of(*words: str) -> Check:
    return lambda value: isinstance(value, str) and value in words


def _identifier(value: object) -> bool:
    """WHMCS numbers its users; other installations may name them."""
    return (type(value) is int and value >= 0) or (value != "" and is_text(value, 64))


def _link(value: object) -> bool:
    """Absolute https; plain http only for the sandbox's own host names."""
    return isinstance(value, str) and len(value) <= 1000 and LINK.fullmatch(value) is not None
