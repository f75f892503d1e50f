"""Routes for sign-in, refresh, sign-out, and the link for an automatic sign-in."""

from typing import Any

from flask import Blueprint, Response, request

from ..played.answers import INVALID, Refusal, body_of, checked
from .access import acting_on, bearer, has_trait, here, require_system_admin
from .answers import ok
from .defaults import NEVER
from .state import Domain, User
from .tokens import Identity, Role, TokenSet, iso

routes = Blueprint("auth", __name__, url_prefix="/api/v1/auth")

CREDENTIALS = {"username": str, "password": str, "clientId": str | None, "twoFactorCode": str | None, "language": str}


@routes.post("/authenticate-user")
def authenticate() -> Response:
    wanted = checked(body_of(request), CREDENTIALS)
    username, password = wanted.get("username", ""), wanted.get("password", "")
    if not username or not password:
        raise Refusal("Username or password is empty", 401)
    if len(username) > 200 or len(password) > 200:
        raise Refusal(INVALID)
    identity = system_identity(username, password) or user_identity(username, password)
    client_id = wanted.get("clientId") or ""
    step = step_needed(identity)
    if step:
        identity = Identity(identity.name, Role.STEP, identity.domain)
    return ok(**signed_in(here().tokens.sign_in(identity, client_id)) | step)


def system_identity(username: str, password: str) -> Identity | None:
    if "@" in username:
        return None
    if known_as(username) != here().username or password != here().password:
        raise Refusal("USERNAME_OR_PASSWORD_INCORRECT", 401)
    return Identity(here().username, Role.SYSTEM)


def user_identity(username: str, password: str) -> Identity:
    domain, user = account(known_as(username))
    acting_on(domain)
    if user.password != password:
        raise Refusal("USERNAME_OR_PASSWORD_INCORRECT", 401)
    if not domain.enabled:
        raise Refusal("DOMAIN_DISABLED", 401)
    if not user.may_sign_in:
        raise Refusal("USER_DISABLED", 401)
    return Identity(user.address.lower(), Role.DOMAIN if user.is_admin else Role.USER, domain.name)


def account(address: str) -> tuple[Domain, User]:
    name, _, host = address.partition("@")
    domain = here().domains.get(host)
    if domain is None or name not in domain.users:
        raise Refusal("USER_NOT_FOUND", 401)
    return domain, domain.users[name]


def known_as(username: str) -> str:
    return username if has_trait("case-sensitive-sign-in") else username.lower()


def step_needed(identity: Identity) -> dict[str, Any]:
    """What the answer says besides its token when the sign-in is not finished; empty when it is."""
    method = here().two_step.get(identity.name)
    if method:
        if has_trait("two-step-is-401"):
            raise Refusal(f"TWO_FACTOR_REQUIRED|{method}|{identity.name}", 401)
        return {"message": f"TWO_FACTOR_REQUIRED|{method}|{identity.name}"}
    if identity.role is not Role.SYSTEM and account(identity.name)[1].more.get("isPasswordExpired"):
        return {"changePasswordNeeded": True} | ({} if has_trait("short-sign-in") else {"passwordExpired": True})
    return {}


def signed_in(held: TokenSet) -> dict[str, Any]:
    identity = held.identity
    user = None if "@" not in identity.name else account(identity.name)[1]
    if user is not None and identity.role is not Role.STEP:
        user.row["lastLoginTime"] = iso(held.signed_in)
    answer: dict[str, Any] = {
        "accessToken": held.access,
        "refreshToken": held.refresh,
        "accessTokenExpiration": iso(held.access_until),
        "username": identity.name.partition("@")[0],
        "emailAddress": identity.name if user else "",
        "isAdmin": user is None,
        "isDomainAdmin": user is not None and user.is_admin,
        "isLicensed": True,
        "changePasswordNeeded": False,
        "displayWelcomeWizard": False,
        "isImpersonating": identity.impersonated,
        "canViewPasswords": user is None,
        "localeId": "en",
        "autoLoginToken": "",
        "autoLoginUrl": "",
    }
    if not has_trait("short-sign-in"):
        answer |= {
            "refreshTokenExpiration": iso(held.refresh_until) if held.refresh else NEVER,
            "passwordExpired": False,
        }
    return answer


def acting_for(held: TokenSet) -> Response:
    """The tokens of an impersonation."""
    return ok(
        impersonateAccessToken=held.access,
        impersonateRefreshToken=held.refresh,
        impersonateAccessTokenExpiration=iso(held.access_until),
        username=held.identity.name.partition("@")[0],
        email=held.identity.name,
    )


@routes.post("/refresh-token")
def refresh() -> Response:
    wanted = checked(body_of(request), {"token": str, "clientId": str | None}, ["token"])
    if len(wanted["token"]) > 1000:
        raise Refusal(INVALID)
    held = here().tokens.rotate(wanted["token"])
    answer = {
        "accessToken": held.access,
        "refreshToken": held.refresh,
        "accessTokenExpiration": iso(held.access_until),
        "username": held.identity.name.partition("@")[0],
        "isImpersonating": held.identity.impersonated,
        "canViewPasswords": held.identity.role is Role.SYSTEM,
    }
    if not has_trait("short-sign-in"):
        answer["refreshTokenExpiration"] = iso(held.refresh_until)
    return ok(**answer)


@routes.post("/logout-user")
def logout() -> Response:
    here().tokens.end(bearer())
    return ok()


@routes.post("/retrieve-login-token")
def login_token() -> Response:
    """A link that signs a mailbox in once. The user name is a local part beside `domain`, or a whole address."""
    require_system_admin()
    wanted = checked(body_of(request), {"username": str, "domain": str, "isSystemAdmin": bool}, ["username"])
    address = wanted["username"]
    if "@" not in address:
        if has_trait("login-by-address"):
            raise Refusal("User does not exist.")
        address = f"{address}@{wanted.get('domain', '')}"
    domain = acting_on(here().domain_of(address))
    token = here().tokens.link(domain.user(address).address.lower())
    here_or_there = request.host_url
    if has_trait("login-elsewhere"):
        here_or_there = here_or_there.replace("127.0.0.1", "mail.localhost")
    return ok(autoLoginToken=token, autoLoginUrl=f"{here_or_there}interface/autologin?autologin={token}")
