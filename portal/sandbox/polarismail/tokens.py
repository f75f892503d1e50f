"""Tokens of the two endpoints, and the one-time passes that open a mailbox without its password."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from ..played.answers import Refusal

TOKEN_SECONDS = 300
PASS_SECONDS = 60


class Tokens:
    """The tokens of one endpoint: several at a time are good, each for `seconds` from its sign-in."""

    def __init__(self) -> None:
        self.seconds: float = TOKEN_SECONDS
        self._held: dict[str, tuple[str, float]] = {}

    def issue(self, holder: str, alone: bool = False) -> str:
        """A token for that holder; `alone`, it ends the others of the same."""
        if alone:
            self._held = {token: held for token, held in self._held.items() if held[0] != holder}
        token = secrets.token_hex(20)
        self._held[token] = (holder, time.time() + self.seconds)
        return token

    def holder(self, token: str, spend: bool = False) -> str:
        """Whose token it is. Raise Refusal when it is missing, unknown or too old."""
        name, until = self._held.get(token, ("", 0.0))
        if until <= time.time():
            raise Refusal("Your session has expired")
        if spend:
            del self._held[token]
        return name

    def expire(self) -> None:
        self._held.clear()


@dataclass(frozen=True)
class Pass:
    """One sign-in to the mailbox of that address: by password or by link, whichever comes first."""

    address: str
    password: str
    link: str
    until: float


class Passes:
    def __init__(self) -> None:
        self._given: list[Pass] = []

    def give(self, address: str) -> Pass:
        # In base64 the end of the password has a "+", which a link must not carry as it is.
        password = secrets.token_hex(6) + "~~~"
        made = Pass(address, password, secrets.token_urlsafe(24), time.time() + PASS_SECONDS)
        self._given.append(made)
        return made

    def spend_password(self, address: str, password: str) -> bool:
        return self._spend(lambda one: one.address == address and one.password == password) is not None

    def spend_link(self, link: str) -> str | None:
        """Whose link it was, or None when it was used, is too old or was never given."""
        spent = self._spend(lambda one: one.link == link)
        return spent.address if spent else None

    def _spend(self, wanted: Callable[[Pass], bool]) -> Pass | None:
        now = time.time()
        self._given = [one for one in self._given if one.until > now]
        for one in self._given:
            if wanted(one):
                self._given.remove(one)
                return one
        return None

    def expire(self) -> None:
        self._given.clear()
