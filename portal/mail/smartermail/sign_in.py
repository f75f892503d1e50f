"""The portal's own sign-in: tokens, when they end, how they are renewed, and what a rejected sign-in means."""

import math
import secrets
import time
from dataclasses import dataclass, field

from portal.mail import Refused, Unreachable
from portal.mail.flights import Flights
from portal.mail.smartermail.answers import moment
from portal.mail.smartermail.wire import Answer, Call, NoRoute, Unauthorized, Wire, code_of

RENEW_EARLY = 60  # seconds before a token ends
HOLD = 900  # seconds until a sign-in that was refused for another reason than its credentials is tried again
WRONG_CREDENTIALS = frozenset({"USERNAME_OR_PASSWORD_INCORRECT", "USER_NOT_FOUND"})
TWO_STEP = "TWO_FACTOR_REQUIRED"


@dataclass(frozen=True, slots=True)
class Account:
    username: str
    password: str = field(repr=False)


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
