"""Checks of the sign-in and of whose token reaches what. They sign in twice, and never again after a rejection."""

import secrets
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

from portal.mail import NEVER, NotFound, Refused
from portal.mail.smartermail import answers
from portal.mail.smartermail.answers import Row
from portal.mail.smartermail.checks import Check, Seen, Stage, check, differs, lacking, noted, ok, told
from portal.mail.smartermail.sign_in import sign_in
from portal.mail.smartermail.wire import Answer, Call, Unauthorized, get

NEEDED = {"accessToken": str, "refreshToken": str, "accessTokenExpiration": str, "isAdmin": bool}
NEWER = {"refreshTokenExpiration": str, "passwordExpired": bool}
SHORTEST_LIFE = 120  # seconds: shorter, and the portal signs in for nearly every page

CHECKS: list[Check[Stage]] = []


@check(
    CHECKS,
    "sign-in.account",
    expected="a system administrator without two-step verification",
    means="The portal cannot sign in. Give it an account of its own, and add the server anew with its password.",
)
def account(stage: Stage) -> Seen:
    try:
        stage.session = sign_in(stage.access.wire, "sign in", stage.username, stage.password, secrets.token_urlsafe(16))
    except (Unauthorized, Refused) as error:
        return differs(str(error))
    if stage.session.get("isAdmin") is not True:
        return differs("signed in, but not as a system administrator")
    return ok("as expected")


@check(
    CHECKS,
    "sign-in.fields",
    expected=", ".join([*NEEDED, *NEWER]),
    means="Without the last two this is an older build: the portal gets along. Without the others it cannot keep a "
    "sign-in.",
)
def fields(stage: Stage) -> Seen:
    if missing := lacking(stage.session, NEEDED):
        return differs(f"lacking: {', '.join(missing)}")
    if older := lacking(stage.session, NEWER):
        return noted(f"lacking: {', '.join(older)}")
    return ok("all of them")


@check(
    CHECKS,
    "sign-in.token-life",
    expected=f"an access token that lives for more than {SHORTEST_LIFE} seconds, by clocks that agree",
    means="An end in the past: set both machines' clocks. The portal then learns only by a refusal that a token has "
    "ended.",
)
def token_life(stage: Stage) -> Seen:
    ends = answers.moment(stage.session, "accessTokenExpiration")
    if ends is None or ends == NEVER:
        return noted("it does not say when it ends")
    left = ends.timestamp() - time.time()
    text = f"{left:.0f} seconds"
    if left <= 0:
        return differs(text)
    return ok(text) if left > SHORTEST_LIFE else noted(text)


@check(
    CHECKS,
    "sign-in.client-id",
    expected="two sign-ins with different clientId do not end each other",
    means="Processes of the portal would sign each other out all the time.",
)
def client_id(stage: Stage) -> Seen:
    # The portal's own sign-in is the second one.
    stage.access.domain_names()
    try:
        stage.access.wire.send(
            get("list the domains", "settings/sysadmin/domain-names"), str(stage.session["accessToken"])
        )
    except Unauthorized:
        return differs("the first sign-in has ended")
    return ok("both are good")


@check(
    CHECKS,
    "sign-in.refresh",
    expected="refresh-token gives another access token",
    means="The portal signs in anew each time, which is slower.",
)
def refresh(stage: Stage) -> Seen:
    body = {"token": stage.session["refreshToken"]}
    try:
        renewed = stage.access.wire.send(Call("refresh the sign-in", "auth/refresh-token", body))
    except Refused as error:
        return noted(f"refused ({error})")
    if not isinstance(renewed.get("accessToken"), str):
        return noted("no accessToken in the answer")
    rotates = renewed.get("refreshToken") != stage.session["refreshToken"]
    stage.session = stage.session | renewed
    return ok("as expected; the refresh token changes too" if rotates else "as expected; the refresh token stays")


@check(
    CHECKS,
    "version",
    expected="get-version tells the version",
    means="Nothing but the version in the connection test is missing.",
)
def version(stage: Stage) -> Seen:
    answer = stage.as_system(get("read the version", "settings/sysadmin/get-version"))
    found = {key: value for key, value in answer.items() if "version" in key.lower() and isinstance(value, str)}
    return ok(", ".join(f"{key} {value}" for key, value in found.items())) if found else noted("no such field")


@check(
    CHECKS,
    "domain.names",
    expected="domain-names lists every domain, this one too",
    means="The portal could not tell whether a domain exists.",
)
def names(stage: Stage) -> Seen:
    found = stage.access.domain_names()
    if stage.domain.name not in found:
        return differs(f"{len(found)} domains, and {stage.domain.name} is not among them")
    return ok(f"{len(found)} domains")


@check(
    CHECKS,
    "domain.header",
    expected="X-SmarterMailDomain lets the system administrator read a domain",
    means="The portal enters each domain with manage-domain before it reads: one call more, at first.",
)
def header(stage: Stage) -> Seen:
    try:
        answer = stage.access.as_system(get("read a domain", "settings/domain/data"), stage.domain.name)
    except (Refused, Unauthorized) as error:
        return noted(f"it does not ({error})")
    about = answers.row(answer, "domainData", Row, "read a domain").get("name")
    return ok("as expected") if str(about).lower() == stage.domain.name else differs("it is told of another domain")


@check(
    CHECKS,
    "domain.enter",
    expected="manage-domain: impersonateAccessToken, impersonateAccessTokenExpiration",
    means="Without the token nothing can be changed in a domain; without its end the portal learns of it by a refusal.",
)
def enter(stage: Stage) -> Seen:
    answer = stage.as_system(Call("enter the domain", f"settings/sysadmin/manage-domain/{stage.segment}"))
    if lacking(answer, {"impersonateAccessToken": str}):
        return differs("no impersonateAccessToken")
    return told(lacking(answer, {"impersonateAccessTokenExpiration": str}))


@check(
    CHECKS,
    "domain.scope",
    expected="the token of a domain reaches that domain",
    means="Changes could reach another domain. Do not use this server.",
)
def scope(stage: Stage) -> Seen:
    answer = stage.as_domain(get("read a domain", "settings/domain/data"))
    about = answers.row(answer, "domainData", Row, "read a domain").get("name")
    return ok("as expected") if str(about).lower() == stage.domain.name else differs("it is told of another domain")


@check(
    CHECKS,
    "domain.missing",
    expected="to enter a domain that does not exist is refused by 404, or by 400 and INVALID_PERMISSIONS",
    means="The portal would say that the mail server does not answer, where a domain is missing.",
)
def missing(stage: Stage) -> Seen:
    nowhere = f"check-{secrets.token_hex(8)}.invalid"
    try:
        stage.access.as_domain(get("read a domain", "settings/domain/data"), nowhere)
    except NotFound as error:
        return noted(str(error)) if "HTTP 200" in str(error) else ok(str(error))
    return differs("it was let in")


@check(
    CHECKS,
    "panel.sign-in",
    expected="retrieve-login-token: autoLoginUrl, an address that signs an administrator in to the panel",
    means="Admins cannot be signed in to the mail server's own panel, nor to a mailbox's webmail.",
)
def panel(stage: Stage) -> Seen:
    # It is not followed, and so signs nobody in.
    named = stage.settings().get("mainDomainAdmin")
    if not isinstance(named, str) or not named:
        return differs("the domain's settings name no mainDomainAdmin to sign in as")
    name = named.partition("@")[0]
    try:
        answer, seen = _link(stage, {"username": name, "domain": stage.domain.name}), ok
    except Refused:
        answer, seen = _link(stage, {"username": f"{name}@{stage.domain.name}"}), noted
    url = answer.get("autoLoginUrl")
    parts = urlsplit(url if isinstance(url, str) else "")
    if parts.scheme not in ("http", "https") or not parts.netloc:
        return differs("no address in the answer")
    return seen(f"{parts.scheme}://{parts.netloc}{parts.path}")


def _link(stage: Stage, whom: Mapping[str, str]) -> Answer:
    body = {**whom, "isSystemAdmin": False}
    return stage.as_system(Call("make a link that signs in", "auth/retrieve-login-token", body))
