"""Routes for the mailboxes of a domain in lists, whole or searched."""

from typing import Any

from flask import Blueprint, Response, request

from ..played.answers import INVALID, Kind, Refusal, body_of, checked
from .access import require_domain, the_domain
from .answers import ok
from .state import User

routes = Blueprint("listing", __name__, url_prefix="/api/v1/settings/domain")
routes.before_request(require_domain)

SEARCH: dict[str, Kind] = {
    "search": str | None,
    "searchFlags": list,
    "skip": int,
    "take": int,
    "sortField": str,
    "sortDescending": bool,
}
SEARCH_REQUIRED = SEARCH.keys() - {"searchFlags"}
ACCOUNT_USER, ACCOUNT_ADMIN, ACCOUNT_ALIAS = 0, 1, 4


@routes.get("/list-users")
def list_users() -> Response:
    return ok(userData=[user.row for user in the_domain().users.values()])


@routes.post("/account-search-quick")
def search_quick() -> Response:
    return ok(users=page_of([quick_row(user) for user in the_domain().users.values()], search_wanted()))


@routes.post("/account-list-search")
def search() -> Response:
    """Users, aliases or (without searchFlags) both. Sizes and alias targets are not to be had here."""
    wanted = search_wanted()
    flags = wanted.get("searchFlags") or ["users", "aliases"]
    if not set(flags) <= {"users", "aliases"}:
        raise Refusal(INVALID)
    rows = [account_row(user) for user in the_domain().users.values()] if "users" in flags else []
    if "aliases" in flags:
        rows += [alias_row(alias) for alias in the_domain().aliases.values()]
    return ok(results=page_of(rows, wanted))


def search_wanted() -> dict[str, Any]:
    wanted = checked(body_of(request), SEARCH, SEARCH_REQUIRED)
    if wanted["sortField"] not in ("userName", "displayName") or wanted["skip"] < 0 or wanted["take"] < 0:
        raise Refusal(INVALID)
    return wanted


def page_of(rows: list[dict[str, Any]], wanted: dict[str, Any]) -> list[dict[str, Any]]:
    text = (wanted["search"] or "").lower()
    found = [row for row in rows if text in row["userName"].lower() or text in row["displayName"].lower()]
    found.sort(key=lambda row: str(row[wanted["sortField"]]).lower(), reverse=wanted["sortDescending"])
    return found[wanted["skip"] : wanted["skip"] + wanted["take"]]


def quick_row(user: User) -> dict[str, Any]:
    return {
        "userName": user.row["userName"],
        "displayName": user.row["fullName"],
        "bytesUsed": user.row["currentMailboxSize"],
        "bytesAllowed": user.row["maxMailboxSize"] or None,
        "status": "Enabled" if user.may_sign_in else "Disabled",
        "lastLoginTime": user.row["lastLoginTime"],
    }


def account_row(user: User) -> dict[str, Any]:
    return {
        "userName": user.row["userName"],
        "displayName": user.row["fullName"],
        "fullName": user.row["fullName"],
        "emailAddress": user.address,
        "lastLogin": user.row["lastLoginTime"],
        "accountType": ACCOUNT_ADMIN if user.is_admin else ACCOUNT_USER,
        "isEnabled": user.may_sign_in,
        "totalMailboxSize": 0,
    }


def alias_row(alias: dict[str, Any]) -> dict[str, Any]:
    return {
        "userName": alias["name"],
        "displayName": alias["displayName"],
        "fullName": alias["displayName"],
        "emailAddress": f"{alias['name']}@{the_domain().name}",
        "lastLogin": None,
        "accountType": ACCOUNT_ALIAS,
        "isEnabled": alias["isEnabled"],
        "totalMailboxSize": 0,
    }
