"""The one place that speaks HTTP to PolarisMail: connections, time-outs, the envelope, and what a failure means."""

import codecs
import html
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from msgspec import UNSET, Struct

from portal.mail import LimitReached, NameTaken, NotFound, PasswordRejected, Refused, Unreachable
from portal.mail.pooled import FAILURES, late, observed, session
from portal.mail.silence import Silence

RETRY_PAUSE = 0.1  # seconds before a read is repeated
TRANSIENT = frozenset({408, 429})  # besides every 5xx
SECRET = frozenset({"password", "editpassword", "token"})
LONGEST_TEXT = 200


class Unauthorized(Unreachable):
    """The token or the sign-in was not accepted; nothing was done."""

    result = "unauthorized"


class Transient(Unreachable):
    """Failed in a way that may pass at once. Of a change it is unknown whether it happened."""


class NoAnswer(Transient):
    """Nobody is there, or what there is does not let this machine in."""


class Late(Unreachable):
    """It has let this call wait in vain, or the ones before."""


class HostFailed(Transient):
    """HTTP 500 or more: this host is at fault, and another one may not be."""


class NoPermission(Refused):
    """The portal's own account may not do this."""


class Nothing(Refused):
    """A refusal in words like "no aliases", or in none at all: how an empty list may be answered."""


# There are no codes. The first pattern that fits says what the text means: "does not exist" comes before "exists".
CLASSES: tuple[tuple[re.Pattern[str], type[Unreachable | Refused]], ...] = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        (r"token|session|expired|not logged|log ?in|credential", Unauthorized),
        (r"not found|no such|not exist|unknown", NotFound),
        (r"exist|already|taken|in use", NameTaken),
        (r"password", PasswordRejected),
        (r"quota|limit|maximum|exceed|no more", LimitReached),
        (r"permission|denied|not allowed", NoPermission),
        (r"\bno\b|\bnone\b|\bempty\b|^\W*$", Nothing),
        (r"", Refused),
    )
)


@dataclass(frozen=True, slots=True)
class Call:
    """One action. `what` names it in error texts. A `read` changes nothing, so it may be repeated."""

    what: str
    action: str
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
    read: bool = False


class Envelope(Struct):
    """An answer."""

    returncode: Any = UNSET
    returndata: Any = UNSET
    message: Any = None
    meta: Any = None


class Wire:
    """Kept-alive connections to the hosts of one account; may be used by many threads at once."""

    def __init__(self, url: str, second_url: str, connect_timeout: float, timeout: float, pool: int) -> None:
        self._url = url
        self._second_url = second_url
        self._timeout = (connect_timeout, timeout)
        self._silences: dict[str, Silence] = {}
        self._http = session(pool)

    def close(self) -> None:
        self._http.close()

    def send(self, call: Call, token: str | None = None) -> Envelope:
        """The answer of the admin API. Raises `Unreachable` (among them `Unauthorized`) or a `Refused`.

        Reads are repeated once, at the second host where there is one and the first is at fault; but not after a
        time-out: whoever asked has waited long enough.
        """
        try:
            return self.send_to(self._url, call, token)
        except HostFailed:
            if not call.read:
                raise
            url = self._second_url or self._url
        except Transient:
            if not call.read:
                raise
            url = self._url
        time.sleep(RETRY_PAUSE)
        return self.send_to(url, call, token)

    def send_to(self, url: str, call: Call, token: str | None = None) -> Envelope:
        """Once, to the API at that address."""
        with observed(call.what):
            return self._exchange(url, call, token)

    def _exchange(self, url: str, call: Call, token: str | None) -> Envelope:
        form = {**call.fields, "action": call.action}
        if token is not None:
            form["token"] = token
        silence = self._silences.setdefault(url, Silence())
        if not silence.may_ask():
            raise Late(f"{call.what}: not asked, because it has let the last calls wait in vain")
        try:
            with self._http.post(
                url,
                data=form,
                headers={"Accept": "application/json"},
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
            ) as response:
                content = b"".join(response.iter_content(None))
        except FAILURES as error:
            # The library's text is left out: it may quote what was sent.
            if late(error):
                silence.timed_out()
                raise Late(f"{call.what}: no answer in time") from None
            raise NoAnswer(f"{call.what}: no answer ({type(error).__name__})") from None
        silence.answered()
        return meaning(call, form, response.status_code, content)


def meaning(call: Call, form: Mapping[str, str], status: int, content: bytes) -> Envelope:
    """The answer if it is a success; raises otherwise. No error text holds a secret that was sent or answered."""
    where = f"{call.what}: HTTP {status}"
    if status >= 500:
        raise HostFailed(where)
    if status in TRANSIENT:
        raise Transient(where)
    if status != 200:
        raise Unreachable(where)
    try:
        answer = msgspec.json.decode(content.removeprefix(codecs.BOM_UTF8), type=Envelope)
    except ValueError:
        raise Transient(f"{where}, not JSON") from None
    done = truth(answer.returncode)
    if done is None:
        raise Unreachable(f"{where}, which does not say whether it succeeded")
    if not done:
        raise refusal(call.what, text_of(answer), form)
    return answer


def truth(value: Any) -> bool | None:
    """A yes or no, however it is written; None for what is neither, or absent."""
    if value in (1, "1"):
        return True
    return False if value is None or value in (0, "0", "") else None


def text_of(answer: Envelope) -> str:
    """The reason in words."""
    return next((text for text in (answer.returndata, answer.message) if isinstance(text, str) and text.strip()), "")


def refusal(what: str, text: str, form: Mapping[str, str]) -> Unreachable | Refused:
    """The error for a refusal. What was sent may be quoted in the text: names must not be taken for its meaning."""
    lower = without(text.lower(), (value.lower() for key, value in form.items() if key != "action"))
    kind = next(kind for pattern, kind in CLASSES if pattern.search(lower))
    shown = text
    for value in (form[key] for key in SECRET & form.keys()):
        for spelling in {value, html.escape(value)} - {""}:
            shown = shown.replace(spelling, "…")
    shown = "".join(char if char.isprintable() else " " for char in shown)[:LONGEST_TEXT].strip()
    return kind(f"{what}: refused: {shown}" if shown else f"{what}: refused without a reason")


def without(text: str, words: Iterable[str]) -> str:
    """The text without these, where they stand alone in it."""
    for word in sorted({word for word in words if len(word) > 1}, key=len, reverse=True):
        text = re.sub(rf"(?<![\w.-]){re.escape(word)}(?![\w-])", "", text)
    return text
