"""Who calls: the portal's own sign-in, the tokens for single domains, and what a server turned out to understand."""

import math
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import quote

from portal.mail import NotFound, Refused, Unreachable
from portal.mail.flights import Flights
from portal.mail.smartermail.answers import moment
from portal.mail.smartermail.wire import Answer, Call, NoPermission, NoRoute, Unauthorized, Wire, code_of

T = TypeVar("T")

RENEW_EARLY = 60  # seconds before a token ends
HOLD = 900  # seconds until a sign-in that was refused for another reason than its credentials is tried again
WRONG_CREDENTIALS = frozenset({"USERNAME_OR_PASSWORD_INCORRECT", "USER_NOT_FOUND"})
TWO_STEP = "TWO_FACTOR_REQUIRED"


@dataclass(frozen=True, slots=True)
class Token:
    """An access token; `renew_at` is in unix seconds."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    renew_at: float

    def good(self, refused: str | None) -> bool:
        return self.access != refused and time.time() < self.renew_at


def token_from(answer: Answer, prefix: str, what: str) -> Token:
    """The token whose keys begin with `prefix` ("access" or "impersonateAccess")."""
    access = answer.get(f"{prefix}Token")
    if not isinstance(access, str) or not access or not access.isascii():
        raise Unreachable(f"{what}: the answer holds no token")
    ends = moment(answer, f"{prefix}TokenExpiration")
    left = ends.timestamp() - time.time() if ends else 0
    # Without an expiry, or with one in the past (clocks differ), a 401 tells when it has ended.
    renew_at = time.time() + max(left - RENEW_EARLY, left / 2) if left > 0 else math.inf
    return Token(access, str(answer.get("refreshToken") or ""), renew_at)


class StepNeeded(Refused):
    """The credentials are right, but the sign-in only opens a next step: its token is good for nothing else."""


def sign_in(wire: Wire, what: str, username: str, password: str, client: str) -> Answer:
    """One sign-in, never repeated. Raises Unauthorized when it was rejected, StepNeeded when it is not enough."""
    body = {"username": username, "password": password, "clientId": client}
    two_step = StepNeeded(f"{what}: two-step verification is on for this account")
    try:
        answer = wire.send(Call(what, "auth/authenticate-user", body))
    except Unauthorized as error:
        # Older builds say so with a 401, newer ones with a success.
        if error.code == TWO_STEP:
            raise two_step from None
        raise
    except NoRoute:
        raise Unreachable(f"{what}: there is no SmarterMail API at this address") from None
    if code_of(str(answer.get("message") or "")) == TWO_STEP:
        raise two_step
    if answer.get("changePasswordNeeded") or answer.get("passwordExpired"):
        raise StepNeeded(f"{what}: the mail server asks this account to change its password first")
    return answer


class SystemToken:
    """The system administrator's token. It is renewed once at a time; whoever waited uses the new one."""

    def __init__(self, wire: Wire, username: str, password: str) -> None:
        self._wire = wire
        self._username = username
        self._password = password
        # One set of tokens lives per user and client: another process must not end ours by signing in.
        self._client = secrets.token_urlsafe(16)
        self._renewals = Flights[Token]()
        self._token: Token | None = None
        self._rejection = ""
        self._held_until = 0.0

    def get(self, refused: str | None = None, *, refresh: bool = True) -> str:
        """The token; another one than `refused`, which the server has just not accepted."""
        token = self._token
        if token is None or not token.good(refused):
            token = self._renewals.join("token", lambda: self._renew(refused, refresh=refresh))
        return token.access

    def _renew(self, refused: str | None, *, refresh: bool) -> Token:
        token = self._token
        if token is None or not token.good(refused):
            token = self._refresh(token) if token is not None and refresh else self._sign_in()
            self._token = token
        return token

    def _refresh(self, old: Token) -> Token:
        what = "refresh the sign-in"
        try:
            answer = self._wire.send(Call(what, "auth/refresh-token", {"token": old.refresh}))
        except (Unauthorized, Refused):
            self._token = None
            return self._sign_in()
        return token_from(answer, "access", what)

    def _sign_in(self) -> Token:
        # All tenants share one IP address, and repeated wrong sign-ins get it blocked.
        if time.time() < self._held_until:
            raise Unreachable(self._rejection)
        what = "sign in"
        try:
            answer = sign_in(self._wire, what, self._username, self._password, self._client)
        except Unauthorized as error:
            raise self._rejected(error, until_changed=error.code in WRONG_CREDENTIALS) from None
        except Refused as error:
            raise self._rejected(error, until_changed=isinstance(error, StepNeeded)) from None
        if answer.get("isAdmin") is False:
            raise self._rejected(f"{what}: this account is no system administrator", until_changed=True)
        return token_from(answer, "access", what)

    def _rejected(self, reason: object, *, until_changed: bool) -> Unreachable:
        """Remember it and say for how long."""
        self._held_until = math.inf if until_changed else time.time() + HOLD
        until = "until its credentials are changed" if until_changed else f"for {HOLD // 60} minutes"
        self._rejection = f"{reason} (not tried again {until})"
        return Unreachable(self._rejection)


class Access:
    """What the clients of one server share: its connections, its tokens, and which variants it understands.

    Reads go with the system administrator's token and a header that names the domain: after a sign-in they can all
    start at once. Where a server refuses that, and for every change, the domain's own token is used: with it a wrong
    name cannot reach another domain, but it costs one more call before the first one.
    """

    def __init__(self, wire: Wire, username: str, password: str) -> None:
        self.wire = wire
        self._system = SystemToken(wire, username, password)
        self._entries = Flights[Token]()
        self._domains: dict[str, Token] = {}
        self._winners: dict[str, int] = {}
        self._header_refused: set[str] = set()

    def as_system(self, call: Call, domain: str | None = None) -> Answer:
        """Call with the system administrator's token; after a 401 with a refreshed one, then after one sign-in."""
        token = self._system.get()
        for refresh in (True, False):
            try:
                return self.wire.send(call, token, domain)
            except Unauthorized:
                token = self._system.get(token, refresh=refresh)
        return self.wire.send(call, token, domain)

    def as_domain(self, call: Call, domain: str) -> Answer:
        """Call with the domain's own token; after a 401 once more with a new one."""
        token = self._domain_token(domain)
        try:
            return self.wire.send(call, token)
        except Unauthorized:
            return self.wire.send(call, self._domain_token(domain, token))

    def read(self, call: Call, domain: str) -> Answer:
        """Read something of the domain by the shortest way this server understands."""
        if call.what in self._header_refused:
            return self.as_domain(call, domain)
        try:
            return self.as_system(call, domain)
        except (Refused, Unauthorized):
            answer = self.as_domain(call, domain)
        self._header_refused.add(call.what)
        return answer

    def first(self, operation: str, *variants: Callable[[], T]) -> T:
        """The result of the first variant whose route this server has; it is tried first from then on.

        Raises NotFound when the known one is answered by 404, and Unreachable when none is known: a missing route is
        no proof that the object is missing.
        """
        known = self._winners.get(operation)
        order = sorted(range(len(variants)), key=lambda index: index != known)
        for index in order:
            try:
                result = variants[index]()
            except NoRoute:
                continue
            self._winners[operation] = index
            return result
        if known is None:
            raise Unreachable(f"{operation}: HTTP 404 for every known form of the call")
        raise NotFound(f"{operation}: HTTP 404")

    def _domain_token(self, domain: str, refused: str | None = None) -> str:
        token = self._domains.get(domain)
        if token is None or not token.good(refused):
            token = self._entries.join(domain, lambda: self._enter(domain, refused))
        return token.access

    def _enter(self, domain: str, refused: str | None) -> Token:
        token = self._domains.get(domain)
        if token is not None and token.good(refused):
            return token
        what = "enter the domain"
        try:
            answer = self.as_system(Call(what, f"settings/sysadmin/manage-domain/{quote(domain, safe='')}"))
        except (NoRoute, NoPermission) as error:
            # Both are seen where a domain does not exist.
            raise NotFound(str(error)) from None
        token = self._domains[domain] = token_from(answer, "impersonateAccess", what)
        return token
