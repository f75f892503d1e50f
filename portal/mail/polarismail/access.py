"""Who calls: the portal's own account by its token; and what becomes of reads and changes that fail in between."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

from portal.mail import NotFound, Refused, Unreachable
from portal.mail.flights import Flights
from portal.mail.polarismail import answers
from portal.mail.polarismail.answers import Row
from portal.mail.polarismail.options import YES, Options
from portal.mail.polarismail.wire import Call, Envelope, Nothing, Transient, Unauthorized, Wire

T = TypeVar("T")

LIFE = 240  # seconds that a token is used; nobody knows how long the server accepts it
HOLD = 300  # seconds until a rejected sign-in is tried again: nobody knows when the server locks an account
THREADS = 16


class Rejected(Unreachable):
    """The portal's own sign-in was refused."""


@dataclass(frozen=True, slots=True)
class Token:
    """An admin's token, and since when it has been one (unix seconds)."""

    text: str = field(repr=False)
    since: float

    def good(self, refused: str | None) -> bool:
        return self.text != refused and 0 <= time.time() - self.since < LIFE


class Access:
    """What the clients of one server share: its connections, its token, and threads for calls that need not wait."""

    def __init__(self, wire: Wire, options: Options, username: str, password: str) -> None:
        self.wire = wire
        self.options = options
        # False once a search was seen not to tell all of a mailbox.
        self.search_tells_all = True
        self._username = username
        self._password = password
        self._sign_ins = Flights[Token]()
        self._token: Token | None = None
        self._rejection = ""
        self._held_until = 0.0
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="polarismail")

    def close(self) -> None:
        self._threads.shutdown()
        self.wire.close()

    def call(self, call: Call) -> Envelope:
        """Call with the token; when it is not accepted, once more with a new one: nothing was done before that."""
        if self.options.sign_in_each_time == YES:
            return self.wire.send(call, self._sign_in().text)
        token = self._get()
        try:
            return self.wire.send(call, token)
        except Unauthorized:
            return self.wire.send(call, self._get(token))

    def rows(self, call: Call, exists: Callable[[], bool]) -> list[Row]:
        """The rows of a list. `exists` tells whether what holds them does: a refusal can mean that there are none."""
        try:
            return answers.rows(self.call(call), call.what)
        except (NotFound, Nothing) as error:
            if not exists():
                raise NotFound(str(error)) from None
            return []

    def change(self, call: Call, done: Callable[[], bool]) -> None:
        """Change something. Where no answer came look whether it was `done`, before it is asked for once more.

        Not after a time-out: it may be going on still.
        """
        try:
            self.call(call)
            return
        except Unauthorized:
            raise
        except Transient:
            if done():
                return
        except Unreachable:
            if done():
                return
            raise
        try:
            self.call(call)
        except Refused:
            # Perhaps because the first one arrived late.
            if not done():
                raise

    def at_once(self, *reads: Callable[[], T]) -> list[T]:
        """What each of these answers; raises what the first of them that failed raised."""
        flights = [self._threads.submit(read) for read in reads]
        return [flight.result() for flight in flights]

    def domains(self) -> list[Row]:
        """The account's domains."""
        what = "list the domains"
        return answers.rows(self.call(Call(what, "getAllDomains", read=True)), what)

    def has_domain(self, name: str) -> bool:
        return any(answers.text(row, "domain").lower() == name for row in self.domains())

    def sign_in_call(self) -> Call:
        return Call("sign in", "login", {"username": self._username, "password": self._password}, read=True)

    def _get(self, refused: str | None = None) -> str:
        """The token; another one than `refused`, which the server has just not accepted."""
        token = self._token
        if token is None or not token.good(refused):
            token = self._sign_ins.join("token", lambda: self._renew(refused))
        return token.text

    def _renew(self, refused: str | None) -> Token:
        token = self._token
        if token is None or not token.good(refused):
            token = self._token = self._sign_in()
        return token

    def _sign_in(self) -> Token:
        if time.time() < self._held_until:
            raise Rejected(self._rejection)
        what = "sign in"
        since = time.time()
        try:
            token: Any = self.wire.send(self.sign_in_call()).returndata
        except (Refused, Unauthorized) as error:
            self._held_until = time.time() + HOLD
            self._rejection = f"{error} (not tried again for {HOLD // 60} minutes)"
            raise Rejected(self._rejection) from None
        if not isinstance(token, str) or not token:
            raise Unreachable(f"{what}: the answer holds no token")
        return Token(token, since)
