"""Actions that read mailboxes, whole or searched. Sizes are read in MB, and a domain's rows are everybody's."""

from collections.abc import Iterable
from typing import Any

from ..played.answers import Refusal
from .access import has_build, proven, rows
from .actions import admin
from .answers import Envelope, Parameters, done, flag, one_of, whole
from .state import BASIC, ENHANCED, Domain, Mailbox

PAGING = ("slicing", "offset", "limit")
CAP = 10


@admin.action("getAllUsersDomain", "domain", *PAGING, "showQuota", "getOTPAndToken")
def get_all_users_domain(given: Parameters) -> Envelope:
    domain = proven(given["domain"])
    if flag(given, "getOTPAndToken"):
        raise Refusal("The sandbox does not know how getOTPAndToken answers")
    with_quota = flag(given, "showQuota")
    return page([row(domain, box, with_quota) for box in by_name(domain.mailboxes.values())], given)


@admin.action("searchUsers", "domain", "search", *PAGING)
def search_users(given: Parameters) -> Envelope:
    """By a part of the name or of the display name. Sizes are not to be had here."""
    domain, text = proven(given["domain"]), given["search"].lower()
    fitting = [box for box in domain.mailboxes.values() if text in f"{box.name} {box.display_name}".lower()]
    return page([row(domain, box, with_quota=False) for box in by_name(fitting)], given)


def by_name(boxes: Iterable[Mailbox]) -> list[Mailbox]:
    return sorted(boxes, key=lambda box: box.name.lower())


def page(found: list[dict[str, Any]], given: Parameters) -> Envelope:
    """All rows, or `limit` of them from row `offset` on when there is to be slicing."""
    offset, limit = whole(given, "offset"), whole(given, "limit")
    if not flag(given, "slicing"):
        return done(rows(found))
    if has_build("capped-pages"):
        limit = min(limit, CAP)
    more = {} if has_build("no-meta") else {"meta": {"all": len(found)}}
    return done(rows(found[offset : offset + limit]), **more)


def row(domain: Domain, box: Mailbox, with_quota: bool) -> dict[str, Any]:
    told: dict[str, Any] = {
        "username": box.name,
        "email": domain.address(box.name),
        "uname": box.display_name,
        "account_type": box.account_type,
        "disabled": "1" if box.disabled else "0",
    }
    if with_quota:
        told |= {"quota": str(megabytes(box)), "usage": str(box.used)}
    if box.last_login:
        told["lastauth_timestamp"] = box.last_login
    return as_built(told)


def as_built(told: dict[str, Any]) -> dict[str, Any]:
    """The row with the types and the gaps of the build."""
    if has_build("row-without-email"):
        del told["email"]
    if has_build("row-numbers"):
        numbers = told.keys() & {"account_type", "disabled", "quota", "usage"}
        told |= {key: int(told[key]) for key in numbers}
    if has_build("row-booleans"):
        told["disabled"] = told["disabled"] in ("1", 1)
    if has_build("usage-text") and "usage" in told:
        told["usage"] = f"{told['usage']} MB"
    return told


def megabytes(box: Mailbox) -> int:
    return int(box.quota * (1024 if has_build("quota-1024") else 1000))


@admin.action("getUserInfo", "username", "domain")
def get_user_info(given: Parameters) -> Envelope:
    if has_build("info-refused"):
        raise Refusal("Invalid action: getUserInfo")
    domain = proven(given["domain"])
    box = domain.mailbox(given["username"])
    told = row(domain, box, with_quota=True)
    if not has_build("info-bare"):
        told |= {
            "user_language": box.language,
            "timezone": box.time_zone,
            "dateformat": box.date_format,
            "twofa_allowed": box.two_factor,
        }
    return done([told] if has_build("info-rows") else told)


@admin.action("getTotalUsersDomain", "domain", "atype")
def get_total_users_domain(given: Parameters) -> Envelope:
    """Basic and Enhanced mailboxes, whichever of the two is asked for."""
    one_of(given, "atype", "B", "E")
    types = [box.account_type for box in proven(given["domain"]).mailboxes.values()]
    return done([types.count(BASIC), types.count(ENHANCED)])
