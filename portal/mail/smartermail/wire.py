"""The one place that speaks HTTP to SmarterMail: connections, time-outs, decoding, and what a failure means."""

import codecs
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypedDict

import msgspec

from portal.mail import LimitReached, NameTaken, NotFound, PasswordRejected, Refused, Unreachable
from portal.mail.pooled import FAILURES, late, observed, session
from portal.mail.silence import Silence

Answer = dict[str, Any]

SLOW = 3  # times the usual time-out
RETRY_PAUSE = 0.1  # seconds before a read is repeated
TRANSIENT = frozenset({408, 429})  # besides every 5xx
SHORTEST_SECRET = 4
DOMAIN_HEADER = "X-SmarterMailDomain"

# After "PASSWORD" in a code, which of our rules it speaks of. No source has a full list of codes.
PASSWORD_RULES = {
    "SHORT": "length",
    "LENGTH": "length",
    "CAPITAL": "upper",
    "UPPER": "upper",
    "NUMBER": "digit",
    "DIGIT": "digit",
    "SYMBOL": "special",
    "SPECIAL": "special",
    "USER": "user",
    "DOMAIN": "domain",
}


class Unauthorized(Unreachable):
    """HTTP 401: the token or the sign-in was not accepted; nothing was done. `code` is the server's reason."""

    result = "unauthorized"

    def __init__(self, text: str, code: str) -> None:
        super().__init__(text)
        self.code = code


class NoRoute(NotFound):
    """HTTP 404 without a reason: this build lacks the route, or the object is missing. Only the caller can tell."""

    result = "no-route"


class NoPermission(Refused):
    """INVALID_PERMISSIONS, which is also how a domain that does not exist is answered."""


class Transient(Unreachable):
    """Failed in a way that may pass at once: a read is worth one repetition."""


class Outcome(TypedDict, total=False):
    """What tells whether a call succeeded; the shape of an answer adds what it is asked for."""

    success: Any
    message: Any


@dataclass(frozen=True, slots=True)
class Call:
    """One request. `what` names the operation in error texts; a `read` changes nothing, so it may be repeated.

    A `slow` one is waited for longer. `shape`, an `Outcome` with typed rows, is what the answer is decoded into if it
    fits: thousands of rows then take half the time.
    """

    what: str
    path: str
    body: Any = field(default=None, repr=False)
    method: str = "POST"
    read: bool = False
    slow: bool = False
    shape: Any = Answer


def get(what: str, path: str, shape: Any = Answer) -> Call:
    return Call(what, path, method="GET", read=True, shape=shape)


def search(what: str, path: str, body: Any) -> Call:
    """A POST that only reads."""
    return Call(what, path, body, read=True)


class Wire:
    """Kept-alive connections to one server; may be used by many threads at once."""

    def __init__(self, url: str, connect_timeout: float, timeout: float, pool: int) -> None:
        self._base = f"{url.rstrip('/')}/api/v1/"
        self._timeouts = {slow: (connect_timeout, timeout * (SLOW if slow else 1)) for slow in (False, True)}
        self._silence = Silence()
        self._http = session(pool)

    def close(self) -> None:
        self._http.close()

    def send(self, call: Call, token: str | None = None, domain: str | None = None) -> Answer:
        """The server's answer. `domain` lets a system administrator's token act on that domain.

        Raises `Unreachable` (among them `Unauthorized`) or a `Refused` (among them `NoRoute`). Reads are repeated once,
        but not after a time-out: whoever asked has waited long enough.
        """
        try:
            return self._once(call, token, domain)
        except Transient:
            if not call.read:
                raise
        time.sleep(RETRY_PAUSE)
        return self._once(call, token, domain)

    def _once(self, call: Call, token: str | None, domain: str | None) -> Answer:
        with observed(call.what):
            return self._exchange(call, token, domain)

    def _exchange(self, call: Call, token: str | None, domain: str | None) -> Answer:
        headers = {"Accept": "application/json"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        if domain is not None:
            headers[DOMAIN_HEADER] = domain
        if not self._silence.may_ask():
            raise Unreachable(f"{call.what}: not asked, because it has let the last calls wait in vain")
        # An empty POST carries {}: some endpoints insist on a length.
        body = None if call.method == "GET" else call.body if call.body is not None else {}
        try:
            with self._http.request(
                call.method,
                self._base + call.path,
                json=body,
                headers=headers,
                timeout=self._timeouts[call.slow],
                allow_redirects=False,
                stream=True,
            ) as response:
                # In one piece: by default the library takes a list of megabytes in hundreds of them.
                content = b"".join(response.iter_content(None))
        except FAILURES as error:
            # The library's text is left out: it may quote a header.
            if late(error):
                self._silence.timed_out()
                raise Unreachable(f"{call.what}: no answer in time") from None
            raise Transient(f"{call.what}: no answer ({type(error).__name__})") from None
        self._silence.answered()
        return meaning(call, response.status_code, decoded(content, call.shape))


def decoded(content: bytes, shape: Any) -> Answer | None:
    """The JSON object in the body, in that shape where it fits; None when there is none."""
    text = content.removeprefix(codecs.BOM_UTF8)
    for kind in (shape, Answer):
        with suppress(ValueError):
            answer: Answer = msgspec.json.decode(text, type=kind)
            return answer
    return None


def meaning(call: Call, status: int, answer: Answer | None) -> Answer:
    """The answer if it is a success; raises otherwise. Error texts hold operation, status and code, nothing else."""
    where = f"{call.what}: HTTP {status}"
    if status >= 500 or status in TRANSIENT:
        raise Transient(where)
    message = str((answer or {}).get("message") or "")
    if status == 401:
        code = code_of(message)
        raise Unauthorized(f"{where} {told(call, code)}".rstrip(), code)
    if status == 404 and not names_something_missing(message):
        raise NoRoute(where)
    if answer is None:
        raise Transient(f"{where}, not JSON")
    if status >= 400:
        raise refusal(call, where, message)
    if status >= 300:
        raise Unreachable(where)
    # SmarterMail can refuse with HTTP 200, so the status alone proves nothing.
    if answer.get("success") is False:
        raise refusal(call, where, message)
    if not call.read and answer.get("success") is not True:
        raise Unreachable(f"{where}, which does not say whether it succeeded")
    return answer


def code_of(message: str) -> str:
    """The code in front of the first `|`; "" for a sentence, which might quote what was sent."""
    first = message.partition("|")[0].strip()
    return first if re.fullmatch(r"[A-Z][A-Z0-9_]{2,79}", first) else ""


def told(call: Call, code: str) -> str:
    """The code, unless something that was sent stands in it: a password may look like one."""
    return "" if any(text in code for text in texts_of(call.body)) else code


def texts_of(value: Any) -> Iterator[str]:
    """The texts in a body that are long enough not to be found in codes by chance."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for item in value:
            yield from texts_of(item)
    elif isinstance(value, str) and len(value) >= SHORTEST_SECRET:
        yield value


def names_something_missing(message: str) -> bool:
    lower = message.lower()
    return "does not exist" in lower or "user_not_found" in lower or "user not found" in lower


def refusal(call: Call, where: str, message: str) -> Refused:
    """The error for a refusal; codes and sentences as far as any source saw them."""
    code = code_of(message)
    text = f"{where} {told(call, code) or '(reason in words)'}" if message else where
    if "NAME_IN_USE" in code:
        return NameTaken(text)
    if "LIMIT_EXCEEDED" in code:
        return LimitReached(text)
    if "PASSWORD" in code:
        said = code.partition("PASSWORD")[2]
        return PasswordRejected(text, next((rule for word, rule in PASSWORD_RULES.items() if word in said), None))
    if "password requirements" in message.lower():
        return PasswordRejected(text)
    if code == "INVALID_PERMISSIONS":
        return NoPermission(text)
    if names_something_missing(message):
        return NotFound(text)
    return Refused(text)
