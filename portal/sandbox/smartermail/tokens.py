"""Access, refresh and automatic sign-in tokens: who holds them and how long they live."""

import base64
import json
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from ..played.answers import Refusal

ACCESS_SECONDS = 15 * 60
REFRESH_SECONDS = 60 * 24 * 3600
STEP_SECONDS = 10 * 60
AUTO_LOGIN_SECONDS = 60


class Role(StrEnum):
    """What a token may do; STEP may do nothing but finish a sign-in."""

    SYSTEM = "SysAdmin"
    DOMAIN = "DomainAdmin"
    USER = "User"
    STEP = "AuthStep"


@dataclass(frozen=True)
class Identity:
    """Who acts. `name` is bare (system admin) or a lower-case address; `impersonated` = somebody acts in its place."""

    name: str
    role: Role
    domain: str = ""
    impersonated: bool = False


@dataclass
class TokenSet:
    """One sign-in. Times are unix seconds; a step token has no refresh token."""

    identity: Identity
    client_id: str
    access: str
    access_until: float
    refresh: str
    refresh_until: float
    signed_in: float

    @property
    def name(self) -> str:
        """Whose sign-in it is; an impersonation is nobody's own."""
        return "" if self.identity.impersonated else self.identity.name

    def alive(self, now: float) -> bool:
        return self.access_until > now or self.refresh_until > now


class Tokens:
    """All sign-ins. There is one live set per user and client id: signing in again ends the earlier one."""

    def __init__(self) -> None:
        self._sets: list[TokenSet] = []
        self._links: dict[str, tuple[str, float]] = {}
        self._lock = threading.Lock()

    def sign_in(self, identity: Identity, client_id: str) -> TokenSet:
        with self._lock:
            self._drop(lambda held: held.name == identity.name and held.client_id == client_id)
            return self._add(identity, client_id)

    def impersonate(self, identity: Identity) -> TokenSet:
        with self._lock:
            return self._add(identity, secrets.token_hex(8))

    def holder(self, access: str) -> TokenSet:
        """Whose access token it is. Raise Refusal (401) when it is unknown, ended or too old."""
        with self._lock:
            for held in self._sets:
                if held.access == access:
                    if held.access_until <= time.time():
                        raise Refusal("Token has expired", 401)
                    return held
        raise Refusal("Unauthorized", 401)

    def rotate(self, refresh: str) -> TokenSet:
        """A new set for a refresh token; the old set, its access token too, is dead afterwards."""
        with self._lock:
            for held in self._sets:
                if held.refresh == refresh and refresh and held.refresh_until > time.time():
                    self._sets.remove(held)
                    return self._add(held.identity, held.client_id)
        raise Refusal("Refresh token rejected", 401)

    def end(self, held: TokenSet) -> None:
        with self._lock:
            self._drop(lambda other: other is held)

    def end_of(self, name: str) -> None:
        """End every sign-in of that account; who acts in its place keeps its token."""
        with self._lock:
            self._drop(lambda held: held.name == name)

    def expire(self, refresh: bool) -> None:
        with self._lock:
            for held in self._sets:
                held.access_until = 0
                if refresh:
                    held.refresh_until = 0

    def of(self, name: str) -> list[TokenSet]:
        """The account's own sign-ins that are still good for something."""
        now = time.time()
        with self._lock:
            return [held for held in self._sets if held.name == name and held.alive(now)]

    def link(self, name: str) -> str:
        """A token for one automatic sign-in of that account."""
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._links[token] = (name, time.time() + AUTO_LOGIN_SECONDS)
        return token

    def follow(self, token: str) -> str | None:
        """Spend an automatic sign-in: whose it is, or None when it was used, is too old or was never given."""
        with self._lock:
            name, until = self._links.pop(token, ("", 0.0))
        return name if until > time.time() else None

    def _add(self, identity: Identity, client_id: str) -> TokenSet:
        now = time.time()
        step = identity.role is Role.STEP
        made = TokenSet(
            identity=identity,
            client_id=client_id,
            access=token_text(identity.role),
            access_until=now + (STEP_SECONDS if step else ACCESS_SECONDS),
            refresh="" if step else secrets.token_urlsafe(48),
            refresh_until=0 if step else now + REFRESH_SECONDS,
            signed_in=now,
        )
        self._sets.append(made)
        return made

    def _drop(self, ended: Callable[[TokenSet], bool]) -> None:
        now = time.time()
        self._sets = [held for held in self._sets if not ended(held) and held.alive(now)]


def token_text(role: Role) -> str:
    """A token that looks like the JWTs of the product; only its being known here makes it valid."""
    parts = [{"alg": "HS256", "typ": "JWT"}, {"role": role.value, "jti": secrets.token_hex(16)}]
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts]
    return ".".join([*encoded, secrets.token_urlsafe(32)])


def iso(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
