"""The envelope: signs a payload for one purpose, and opens what the other side signed. Byte by byte: README.md here.

It proves who signed and when. Whether a `jti` is used for the first time and the claims are right, the caller checks.
"""

import hashlib
import json
import re
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from itsdangerous import BadData, TimestampSigner, URLSafeTimedSerializer
from itsdangerous import BadSignature as UnknownSignature

HANDOFF = "whmcs-handoff"
API = "whmcs-api"

LONGEST = 4096
OLDEST = 90
NEWEST = -30

# The library itself tolerates padding, foreign characters and `+/`; none of our signers writes them.
TOKEN = re.compile(r"\.?[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{43}")
KEY = re.compile(r"[A-Za-z0-9_-]{43}")


class EnvelopeError(Exception):
    """The token is not good. The text names the reason and never quotes the token."""


class Malformed(EnvelopeError):
    """Not a token, too long, or its payload is not a plain JSON object."""


class BadSignature(EnvelopeError):
    """Not signed with one of the keys for this purpose."""


class WrongAge(EnvelopeError):
    """Signed too long ago, or too far in the future."""


@dataclass(frozen=True)
class Opened:
    """What was signed; `signed_at` is in whole Unix seconds."""

    payload: dict[str, Any]
    signed_at: int


def seal(payload: Mapping[str, Any], keys: Sequence[str], purpose: str, now: float | None = None) -> str:
    """Sign with the last (newest) key. Raise ValueError for a weak key, and for what is no plain JSON or too long."""
    token = str(_serializer(keys, purpose, now).dumps(dict(payload)))
    if len(token) > LONGEST:
        raise ValueError(f"the token would be longer than {LONGEST} bytes")
    return token


def unseal(token: str, keys: Sequence[str], purpose: str, now: float | None = None) -> Opened:
    """Open a token of any of the keys, at most 90 s old and at most 30 s from the future. Raise an EnvelopeError.

    The text of a good token can be varied without breaking it: never use it as a key, only the payload's `jti`.
    """
    if len(token) > LONGEST:
        raise Malformed(f"longer than {LONGEST} bytes")
    if not TOKEN.fullmatch(token):
        raise Malformed("not in the form of a token")
    now = time.time() if now is None else now
    serializer = _serializer(keys, purpose, now)
    # The library's errors quote the signature and the payload, so none of them is chained to ours.
    try:
        # Not `max_age`: with it the library refuses a clock that is one second ahead of ours.
        payload, signed = serializer.loads(token, return_timestamp=True)
    except UnknownSignature:
        raise BadSignature("signed with none of the keys") from None
    except BadData:
        raise Malformed("the payload is not a plain JSON object") from None
    except (OverflowError, OSError, ValueError):
        raise WrongAge("signed at a time that no clock shows") from None
    signed_at = int(signed.timestamp())
    if not NEWEST <= now - signed_at <= OLDEST:
        raise WrongAge(f"signed {now - signed_at:.0f} s ago")
    return Opened(payload, signed_at)


def new_jti() -> str:
    """128 random bits as 22 characters: what makes an envelope usable once."""
    return secrets.token_urlsafe(16)


def new_key() -> str:
    """256 random bits as 43 characters, safe in a WHMCS password field, which is known to HTML-encode."""
    return secrets.token_urlsafe(32)


class _Clock(TimestampSigner):
    """The library's signer with the caller's time."""

    def __init__(self, *args: Any, now: float, **options: Any) -> None:
        super().__init__(*args, **options)
        self._now = now

    def get_timestamp(self) -> int:
        return int(self._now)


class _PlainJson:
    """JSON in which two readers cannot differ: an object, each key once, finite numbers, text that is UTF-8."""

    def dumps(self, payload: Any) -> str:
        return json.dumps(payload, ensure_ascii=False, allow_nan=False, separators=(",", ":"))

    def loads(self, text: str) -> dict[str, Any]:
        payload = json.loads(text, object_pairs_hook=_each_key_once)
        if not isinstance(payload, dict):
            raise ValueError("not an object")
        # NaN, infinity and half a surrogate pair fail here instead of later, in somebody's output.
        self.dumps(payload).encode()
        return payload


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) != len(dict(pairs)):
        raise ValueError("a key twice")
    return dict(pairs)


def _serializer(keys: Sequence[str], purpose: str, now: float | None) -> URLSafeTimedSerializer:
    if not keys or not all(KEY.fullmatch(key) for key in keys):
        raise ValueError("a key is 43 characters of A-Z a-z 0-9 _ - (see new_key)")
    return URLSafeTimedSerializer(
        list(keys),
        salt=purpose,
        serializer=_PlainJson(),
        signer=_Clock,
        signer_kwargs={"digest_method": hashlib.sha256, "now": time.time() if now is None else now},
    )
