"""Routes for a system admin: domains come, change and go; acting on a domain."""

from flask import Blueprint, Response, request

from ..played.answers import INVALID, Kind, Refusal, body_of, checked, fits
from . import dkim
from .access import acting_on, here, require_system_admin
from .answers import ok, texts
from .defaults import SETTINGS
from .domains import figures
from .signing_in import acting_for
from .tokens import Identity, Role
from .users import remove

routes = Blueprint("system", __name__, url_prefix="/api/v1/settings/sysadmin")
routes.before_request(require_system_admin)

VERSION = "100.0.9742"
READ_ONLY = frozenset({"domainPath", "domainKeysSettings", "ldapPassword"})
NEW_DOMAIN: dict[str, Kind] = {
    "name": str,
    "path": str,
    "hostname": str,
    "userLimit": int,
    "aliasLimit": int,
    "listLimit": int,
    "maxSize": int,
    "isEnabled": bool | str,
    "domainAliasCount": int,
    "mainDomainAdmin": str,
    "outgoingIP": str,
    "isSplitDomain": bool,
    "secondaryStoragePath": str,
    "secondaryStorageAgeDays": int,
    "size": int,
    "sizeMb": int,
}
ORDER: dict[str, Kind] = {
    "adminUsername": str,
    "adminPassword": str,
    "deliverLocallyForExternalDomain": bool,
    "domainLocation": int,
    "domainLocationAddress": str,
    "domainData": dict,
}
# What domain-put calls it, and what it is called in the settings afterwards.
LIMITS = {"userLimit": "maxUsers", "aliasLimit": "maxAliases", "listLimit": "maxLists", "maxSize": "maxSize"}


@routes.get("/get-version")
def version() -> Response:
    return ok(version=VERSION)


@routes.get("/domain-names")
def domain_names() -> Response:
    return ok(data=sorted(here().domains))


@routes.get("/domains")
def domains() -> Response:
    return ok(data=[{"name": name} for name in sorted(here().domains)])


@routes.get("/domain/<domain>")
def read(domain: str) -> Response:
    return ok(domainData=figures(acting_on(here().domain(domain, status=404))))


@routes.get("/domain-settings/<domain>")
def read_settings(domain: str) -> Response:
    return ok(domainSettings=dkim.as_told(acting_on(here().domain(domain)).settings))


@routes.post("/domain-settings/<domain>")
def change_settings(domain: str) -> Response:
    """What is sent changes, the rest stays."""
    changed = checked(body_of(request), {"domainSettings": dict}, ["domainSettings"])["domainSettings"]
    found = acting_on(here().domain(domain))
    for key, value in changed.items():
        if key not in SETTINGS or key in READ_ONLY or not fits(value, type(SETTINGS[key])):
            raise Refusal(INVALID)
    found.settings.update(changed)
    return ok()


@routes.post("/domain-put")
def create() -> Response:
    order = checked(body_of(request), ORDER, ["adminUsername", "adminPassword", "domainData"])
    wanted = checked(order["domainData"], NEW_DOMAIN, ["name", "path", "hostname", "userLimit"])
    made = here().add_domain(wanted["name"], order["adminUsername"], order["adminPassword"])
    made.settings |= {LIMITS[key]: wanted[key] for key in LIMITS.keys() & wanted.keys()}
    made.settings |= {"hostname": wanted["hostname"], "domainPath": wanted["path"]}
    try:
        made.check_password(order["adminPassword"], order["adminUsername"])
        here().lay(made)
    except Refusal:
        del here().domains[made.name]
        raise
    acting_on(made)
    made.settings["isEnabled"] = str(wanted.get("isEnabled", True)).lower() == "true"
    return ok()


@routes.post("/domain-delete/<domain>/<any(true, false):delete_files>")
def delete(domain: str, delete_files: str) -> Response:
    here().remove_domain(acting_on(here().domain(domain, status=404)), files=delete_files == "true")
    return ok()


@routes.post("/manage-domain/<domain>")
def manage(domain: str) -> Response:
    """A token that can act on this domain and on nothing else."""
    if domain.lower() not in here().domains:
        raise Refusal("INVALID_PERMISSIONS")
    found = acting_on(here().domain(domain))
    admin = f"{found.settings['mainDomainAdmin']}@{found.name}".lower()
    return acting_for(here().tokens.impersonate(Identity(admin, Role.DOMAIN, found.name, impersonated=True)))


@routes.get("/list-users/<domain>")
def list_users(domain: str) -> Response:
    return ok(userData=[user.row for user in acting_on(here().domain(domain)).users.values()])


@routes.get("/list-usernames/<domain>")
def list_names(domain: str) -> Response:
    return ok(usernames=[user.row["userName"] for user in acting_on(here().domain(domain)).users.values()])


@routes.get("/domain-admins/<domain>")
def admins(domain: str) -> Response:
    found = acting_on(here().domain(domain))
    return ok(domainAdmins=[user.address for user in found.users.values() if user.is_admin])


@routes.get("/user/<email>")
def read_user(email: str) -> Response:
    return user_data(email)


@routes.post("/get-user")
def get_user() -> Response:
    return user_data(checked(body_of(request), {"email": str}, ["email"])["email"])


def user_data(email: str) -> Response:
    return ok(userData=acting_on(here().domain_of(email)).user(email).data())


@routes.post("/users-delete/<domain>")
def delete_users(domain: str) -> Response:
    remove(acting_on(here().domain(domain)), texts(body_of(request), "input"))
    return ok()


@routes.post("/users-disable/<any(true, false):disable>/<domain>")
def disable_users(disable: str, domain: str) -> Response:
    found = acting_on(here().domain(domain))
    found.switch_users(texts(body_of(request), "input"), disabled=disable == "true")
    return ok()
