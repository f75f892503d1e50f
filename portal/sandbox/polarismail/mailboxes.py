"""Actions that make, change and end mailboxes. Sizes are written in GB."""

import re

from ..played.answers import Refusal
from .access import has_build, here, proven
from .actions import admin
from .answers import Envelope, Parameters, done, gigabytes, matching, one_of
from .state import BASIC, DATE_FORMAT, ENHANCED, LANGUAGE, QUOTA, TIME_ZONE, Mailbox, check_password

LOCALISATION = ("user_language", "timezone", "dateformat", "twofa_allowed")
PATTERNS = {
    "user_language": re.compile(r"[a-z]{2}(-[a-z]{2})?"),
    "timezone": re.compile(r"UTC|[A-Za-z]+(/[A-Za-z_+-]+)+"),
    "dateformat": re.compile(r"(yyyy|mm|dd)(-(yyyy|mm|dd)){2}"),
    "twofa_allowed": re.compile("[01]"),
}


@admin.action("addUser", "username", "domain", "password", "account_type", "quota", optional=("uname", *LOCALISATION))
def add_user(given: Parameters) -> Envelope:
    domain = proven(given["domain"])
    key = domain.claim(given["username"], "User")
    check_password(given["password"])
    made = Mailbox(
        name=given["username"],
        password=given["password"],
        quota=gigabytes(given, "quota"),
        account_type=one_of(given, "account_type", BASIC, ENHANCED),
        display_name=given.get("uname", ""),
    )
    localise(made, {name: given[name] for name in LOCALISATION if name in given})
    here().check_room(made.account_type, made.quota)
    domain.mailboxes[key] = made
    return done("User added")


def localise(box: Mailbox, wanted: Parameters) -> None:
    """Raise Refusal, with nothing changed, when one of them is not understood."""
    for name in wanted:
        matching(wanted, name, PATTERNS[name])
    box.language = wanted.get("user_language", box.language)
    box.time_zone = wanted.get("timezone", box.time_zone)
    box.date_format = wanted.get("dateformat", box.date_format)
    box.two_factor = wanted.get("twofa_allowed", box.two_factor)


@admin.action(
    "updateUser",
    "editusername",
    "editdomain",
    optional=(
        *("edituname", "editaccount_type", "editquota", "editpassword"),
        *(f"edit{name}" for name in LOCALISATION),
    ),
)
def update_user(given: Parameters) -> Envelope:
    """What is left out stays as it was, or not: that depends on the build. The password always stays."""
    box = proven(given["editdomain"]).mailbox(given["editusername"])
    given = defaults() | dict(given)
    account_type, quota = box.account_type, box.quota
    if "editaccount_type" in given:
        account_type = one_of(given, "editaccount_type", BASIC, ENHANCED)
    if "editquota" in given:
        quota = gigabytes(given, "editquota")
    here().check_room(account_type, quota, instead_of=box)
    localise(box, {name: given[f"edit{name}"] for name in LOCALISATION if f"edit{name}" in given})
    if "editpassword" in given:
        box.change_password(given["editpassword"], may_come_back=not has_build("password-reuse"))
    box.account_type, box.quota = account_type, quota
    box.display_name = given.get("edituname", box.display_name)
    return done("User updated")


def defaults() -> dict[str, str]:
    """What the build takes for what is left out."""
    if has_build("update-resets-all"):
        localisation = {"edituser_language": LANGUAGE, "edittimezone": TIME_ZONE, "editdateformat": DATE_FORMAT}
        rest = localisation | {"edittwofa_allowed": "1"}
    elif has_build("update-resets"):
        rest = {}
    else:
        return {}
    return rest | {"edituname": "", "editaccount_type": BASIC, "editquota": str(QUOTA)}


@admin.action("disableUser", "username", "domain")
def disable_user(given: Parameters) -> Envelope:
    return switch(given, disabled=True)


@admin.action("enableUser", "username", "domain")
def enable_user(given: Parameters) -> Envelope:
    return switch(given, disabled=False)


def switch(given: Parameters, disabled: bool) -> Envelope:
    box = proven(given["domain"]).mailbox(given["username"])
    if box.disabled == disabled and has_build("repeat-refused"):
        raise Refusal("User has that status")
    box.disabled = disabled
    return done("User disabled" if disabled else "User enabled")


@admin.action("removeUser", "username", "domain")
def remove_user(given: Parameters) -> Envelope:
    proven(given["domain"]).remove_mailbox(given["username"], cascades=has_build("removal-cascades"))
    return done("User removed")
