"""Who is calling and what they may touch: the checks before a route runs."""

from flask import current_app, g, request

from ..played.answers import Refusal
from .server import MailServer
from .state import Domain
from .tokens import Identity, Role, TokenSet

# A system admin may ask these with the whole address and no domain.
OPEN_BY_ADDRESS = frozenset({"users.read_mail", "forwarding.read", "users.impersonate_by_path"})


def here() -> MailServer:
    """The server this request came to."""
    server: MailServer = current_app.extensions["mail_server"]
    return server


def has_trait(trait: str) -> bool:
    return trait in here().build.traits


def bearer() -> TokenSet:
    """The sign-in of this request. Raise Refusal (401) without a valid one."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind != "Bearer" or not token:
        raise Refusal("Unauthorized", 401)
    held = here().tokens.holder(token)
    if held.identity.domain and not is_welcome(held.identity):
        raise Refusal("Unauthorized", 401)
    return held


def is_welcome(identity: Identity) -> bool:
    """Whether the account still exists and may act; a disabled one can still be acted for."""
    domain = here().domains.get(identity.domain)
    user = domain.users.get(identity.name.partition("@")[0]) if domain else None
    if domain is None or user is None:
        return False
    return identity.impersonated or (domain.enabled and user.may_sign_in)


def acting_on(domain: Domain) -> Domain:
    """Note the domain in the log of calls and for the route."""
    g.domain = domain
    request.environ["sandbox.noted"]["domain"] = domain.name
    return domain


def the_domain() -> Domain:
    found: Domain = g.domain
    return found


def require_system_admin() -> None:
    if bearer().identity.role is not Role.SYSTEM:
        raise Refusal("Unauthorized", 403)


def require_domain() -> None:
    """A domain admin acts on the domain of the token, a system admin on the one the header names."""
    identity = bearer().identity
    named = "" if has_trait("no-header") else request.headers.get("X-SmarterMailDomain", "")
    if identity.role is Role.DOMAIN:
        if named and named.lower() != identity.domain:
            raise Refusal("Unauthorized", 403)
        acting_on(here().domain(identity.domain))
    elif identity.role is Role.SYSTEM and named:
        acting_on(here().domain(named))
    elif identity.role is Role.SYSTEM and request.endpoint in OPEN_BY_ADDRESS:
        acting_on(here().domain_of((request.view_args or {})["email"]))
    elif identity.role is Role.SYSTEM and request.endpoint == "domains.add_domain_alias":
        # What this one call was seen to answer.
        raise Refusal("Domain does not exist")
    else:
        raise Refusal("Unauthorized", 403)


def require_user() -> None:
    identity = bearer().identity
    if identity.role not in (Role.USER, Role.DOMAIN):
        raise Refusal("Unauthorized", 403)
    acting_on(here().domain(identity.domain))
