"""Routes for the mailboxes of a domain, one by one, their passwords and sign-ins."""

from typing import Any

from flask import Blueprint, Response, request

from ..played.answers import Kind, Refusal, body_of, checked
from .access import bearer, has_trait, here, require_domain, the_domain
from .answers import ok, texts
from .defaults import PASSWORD_RULES
from .forwarding import checked_forwards
from .signing_in import acting_for
from .state import Domain, User, new_user
from .tokens import Identity, Role

routes = Blueprint("users", __name__, url_prefix="/api/v1/settings/domain")
routes.before_request(require_domain)
form_routes = Blueprint("forms", __name__, url_prefix="/api/v1/settings")
form_routes.before_request(require_domain)

FLAGS = {
    "authType": int,
    "authenticatingWindowsDomain": str | None,
    "isDisabled": bool,
    "isDomainAdmin": bool,
    "isSystemAdmin": bool,
    "isPrimarySystemAdmin": bool,
}
# What a client may change. Clients that send back all they read send the second group too.
USER: dict[str, Kind] = {
    "password": str | None,
    "fullName": str,
    "description": str | None,
    "maxMailboxSize": int,
    "isPasswordExpired": bool,
    "adUsername": str | None,
    "securityFlags": dict,
}
USER_AS_READ = {
    "userName": str,
    "emailAddress": str,
    "domain": str,
    "createDate": str,
    "currentMailboxSize": int,
    "isPasswordCompliant": int,
    "passwordLocked": bool,
    "permissions": int,
    "roles": list,
    "adminId": str,
    "isListModerator": bool,
    "enableSmtpAccounts": bool,
    "loaded": bool,
    "sessionStr": str,
    "csvFields": str,
    "tempPassword": str,
    "tempPasswordExpUtc": str,
    "autoResponder": dict,
    "isPrimaryDomainAdmin": bool,
    "lastLoginTime": str,
}
MAIL = {
    "isEnabled": bool,
    "canReceiveMail": bool,
    "enableMailForwarding": bool,
    "replyToAddress": str,
    "userContactInfo": dict,
    "maxSize": int,
    "totalMailboxSize": int,
    "hideFromGAL": bool,
    "isCatchAll": bool,
    "enablePop": bool,
    "enableImap": bool,
    "enableSmtp": bool,
    "throttleSettings": dict,
    "blockedSenders": list,
}


@routes.get("/user/<email>")
def read(email: str) -> Response:
    return ok(userData=the_domain().user(email).data())


@routes.post("/get-user")
def get_user() -> Response:
    return read(checked(body_of(request), {"email": str}, ["email"])["email"])


@routes.get("/user-mail/<email>")
def read_mail(email: str) -> Response:
    return ok(userMailSettings=the_domain().user(email).mail_settings())


@routes.post("/get-user-mail")
def get_user_mail() -> Response:
    return read_mail(checked(body_of(request), {"email": str}, ["email"])["email"])


@routes.get("/email-alias-does-not-exists/<name>")
def is_free(name: str) -> Response:
    the_domain().claim(the_domain().local_part(name))
    return ok()


@routes.post("/user-put")
def create() -> Response:
    wanted = checked(body_of(request), {"userData": dict, "userMailSettings": dict, "forwardList": dict}, ["userData"])
    data = checked(wanted["userData"], USER | {"userName": str}, ["userName"])
    mail = checked(wanted.get("userMailSettings", {}), MAIL)
    forwards = checked_forwards(wanted.get("forwardList", {"forwardList": []}))
    domain = the_domain()
    name = domain.local_part(data["userName"])
    domain.claim(name)
    domain.room("USER", len(domain.users), "maxUsers")
    limit = data.get("maxMailboxSize", domain.user_defaults["maxMailboxSize"])
    user = new_user(domain, name, "", limit=limit)
    password = data.get("password")
    if password is None and data.get("securityFlags", {}).get("authType") != 1:
        raise Refusal("USER_ADD_ERROR_PASSWORD_TOO_SHORT")
    change_data(user, data)
    change_mail(user, mail)
    if not has_trait("ignores-forwards"):
        user.forwards = forwards
    domain.add_user(user)
    return ok()


@routes.post("/post-user")
def change() -> Response:
    wanted = checked(body_of(request), {"email": str, "userData": dict}, ["email", "userData"])
    return changed_data(wanted["email"], wanted["userData"])


@routes.post("/user/<email>")
def change_by_path(email: str) -> Response:
    return changed_data(email, checked(body_of(request), {"userData": dict}, ["userData"])["userData"])


def changed_data(email: str, data: dict[str, Any]) -> Response:
    change_data(the_domain().user(email), checked(data, USER | USER_AS_READ))
    return ok()


def change_data(user: User, data: dict[str, Any]) -> None:
    """Take what a client may change; all of it is checked before any of it is taken."""
    domain = the_domain()
    flags = checked(data.get("securityFlags", {}), FLAGS)
    password = data.get("password")
    if password is not None:
        domain.check_password(password, user.row["userName"])
    if "maxMailboxSize" in data:
        domain.check_size(data["maxMailboxSize"])
    if password is not None:
        user.password = password
    user.row["securityFlags"] |= flags
    user.row |= {key: data[key] for key in ("fullName", "maxMailboxSize") if key in data}
    user.more |= {key: data[key] for key in ("description", "isPasswordExpired", "adUsername") if key in data}


@routes.post("/post-user-mail")
def change_mail_settings() -> Response:
    wanted = checked(body_of(request), {"email": str, "userMailSettings": dict}, ["email", "userMailSettings"])
    return changed_mail(wanted["email"], wanted["userMailSettings"])


@routes.post("/user-mail/<email>")
def change_mail_by_path(email: str) -> Response:
    wanted = checked(body_of(request), {"userMailSettings": dict}, ["userMailSettings"])
    return changed_mail(email, wanted["userMailSettings"])


def changed_mail(email: str, mail: dict[str, Any]) -> Response:
    change_mail(the_domain().user(email), checked(mail, MAIL))
    return ok()


def change_mail(user: User, mail: dict[str, Any]) -> None:
    """`maxSize` is the same limit as userData.maxMailboxSize, by another name, as far as anybody has seen."""
    if "maxSize" in mail:
        the_domain().check_size(mail["maxSize"])
        user.row["maxMailboxSize"] = mail["maxSize"]
    user.mail |= {key: value for key, value in mail.items() if key not in ("maxSize", "totalMailboxSize")}


@routes.post("/account-list-delete")
def delete_accounts() -> Response:
    """Users or aliases, by local part. All or none."""
    domain = the_domain()
    names = [name.lower() for name in texts(body_of(request), "input")]
    aliases = [name for name in names if name in domain.aliases]
    remove(domain, [name for name in names if name not in domain.aliases])
    for name in aliases:
        del domain.aliases[name]
    return ok()


@routes.post("/users-delete")
def delete_users() -> Response:
    remove(the_domain(), texts(body_of(request), "input"))
    return ok()


@routes.post("/user-delete/<name>")
def delete(name: str) -> Response:
    remove(the_domain(), [name])
    return ok()


def remove(domain: Domain, names: list[str]) -> None:
    """By local part, all or none; their sign-ins end with them."""
    keys = domain.removable(names, actor=bearer().identity.name)
    domain.remove_users(keys)
    for key in keys:
        here().tokens.end_of(f"{key}@{domain.name}")


@routes.post("/users-disable/<any(true, false):disable>/<any(true, false):allow_mail>")
def disable(disable: str, allow_mail: str) -> Response:
    names = texts(body_of(request), "input")
    the_domain().switch_users(names, disabled=disable == "true")
    for name in names:
        the_domain().users[name.lower()].mail["canReceiveMail"] = disable == "false" or allow_mail == "true"
    return ok()


@form_routes.get("/password-requirements")
def password_requirements() -> Response:
    """What holds for a new password. The fields are those of password-settings: no source has shown them."""
    return ok(**the_domain().password_rules)


@routes.get("/password-settings")
def password_rules() -> Response:
    return ok(defaults=PASSWORD_RULES, overrides=the_domain().password_overrides)


@routes.post("/password-settings")
def change_password_rules() -> Response:
    """The overrides are replaced as a whole."""
    overrides = checked(body_of(request), {key: type(value) for key, value in PASSWORD_RULES.items()})
    for key, value in overrides.items():
        if isinstance(value, dict):
            checked(value, {part: type(default) for part, default in PASSWORD_RULES[key].items()}, PASSWORD_RULES[key])
    the_domain().password_overrides = overrides
    return ok()


@routes.post("/kill-user-sessions")
def kill_sessions() -> Response:
    """A changed password alone signs nobody out; this does."""
    sessions = checked(body_of(request), {"sessions": list}, ["sessions"])["sessions"]
    asked = [checked(item, {"email": str, "ip": str}, ["email", "ip"])["email"] for item in sessions]
    for user in [the_domain().user(email) for email in asked]:
        here().tokens.end_of(user.address.lower())
    return ok()


@routes.post("/drop-user-connections")
def drop_connections() -> Response:
    wanted = checked(body_of(request), {"email": str, "dropInfo": list}, ["email", "dropInfo"])
    for user in [the_domain().user(email) for email in wanted["dropInfo"]]:
        user.dropped_connections += 1
    return ok()


@routes.post("/impersonate-user")
def impersonate() -> Response:
    return impersonate_by_path(checked(body_of(request), {"email": str}, ["email"])["email"])


@routes.post("/impersonate-user/<email>")
def impersonate_by_path(email: str) -> Response:
    user = the_domain().user(email)
    role = Role.DOMAIN if user.is_admin else Role.USER
    identity = Identity(user.address.lower(), role, the_domain().name, impersonated=True)
    return acting_for(here().tokens.impersonate(identity))
