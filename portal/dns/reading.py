"""What DNS messages say, in our nouns, and how long it is good for."""

import time
from collections.abc import Iterable
from typing import Any

from dns.exception import DNSException, Timeout
from dns.message import Message, QueryMessage
from dns.name import Name, from_text
from dns.rcode import NOERROR, NXDOMAIN, to_text
from dns.rdataclass import IN
from dns.rdatatype import NS, SOA
from dns.resolver import NoNameservers

from portal.dns import Answer, CouldNotLook, Data, Mx, Srv

# Seconds, least and most, whatever the TTL says.
FOUND_LASTS = (30, 300)
ABSENT_LASTS = (10, 60)
# So that who does not answer is not asked by every page.
FAILURE_LASTS = 5


def name_of(text: str) -> Name | None:
    """The name; None when there can be none such (a label too long or empty)."""
    try:
        return from_text(text)
    except (DNSException, UnicodeError):
        return None


def plain(name: object) -> str:
    """The spelling of names: lower case, no final dot."""
    return str(name).lower().rstrip(".")


def data(kind: str, record: Any) -> Data:
    """What a record holds. Bytes of a text that are no UTF-8 become `\\xff`, so that it can be shown and kept."""
    match kind:
        case "MX":
            return Mx(record.preference, plain(record.exchange))
        case "SRV":
            return Srv(record.priority, record.weight, record.port, plain(record.target))
        case "TXT":
            return b"".join(record.strings).decode(errors="backslashreplace")
        case _:
            return plain(record)


def found(kind: str, records: Iterable[Any], chain: Iterable[Name], ttl: float, asked_at: float) -> Answer:
    """The answer when there are records."""
    expires = asked_at + _within(ttl, FOUND_LASTS)
    return Answer(tuple(data(kind, record) for record in records), True, tuple(map(plain, chain)), asked_at, expires)


def absent(exists: bool, chain: Iterable[Name], ttl: float, asked_at: float) -> Answer:
    """The answer when there are none; `ttl` by RFC 2308."""
    expires = asked_at + _within(ttl, ABSENT_LASTS)
    return Answer((), exists, tuple(map(plain, chain)), asked_at, expires)


def failed(why: str, asked_at: float) -> Answer:
    """There is no answer. This lasts from now on, however long it took."""
    return Answer(failed=why, looked_at=asked_at, expires=time.time() + FAILURE_LASTS)


def resolved(kind: str, message: Message, asked_at: float) -> Answer:
    """What a resolver's message says, CNAMEs followed. Raise CouldNotLook or DNSException."""
    if not isinstance(message, QueryMessage) or message.rcode() not in (NOERROR, NXDOMAIN):
        raise CouldNotLook(to_text(message.rcode()).lower())
    result = message.resolve_chaining()
    chain = [cname[0].target for cname in result.cnames]
    if result.answer is not None:
        return found(kind, result.answer, chain, result.minimum_ttl, asked_at)
    if message.rcode() == NOERROR and _points_elsewhere(message):
        raise CouldNotLook("referral")
    return absent(message.rcode() == NOERROR, chain, result.minimum_ttl, asked_at)


def negative_ttl(message: Message) -> float:
    """How long its "there is none" is good for (RFC 2308 5); 0 when it does not say so."""
    soas = [rrset for rrset in message.authority if rrset.rdtype == SOA and rrset.rdclass == IN]
    return float(min((min(rrset.ttl, rrset[0].minimum) for rrset in soas), default=0))


def reason(error: Exception) -> str:
    """Why there is no answer, in a word for the log: `timeout`, an rcode such as `servfail`, or the error's name."""
    if isinstance(error, CouldNotLook):
        return str(error)
    if isinstance(error, Timeout | TimeoutError):
        return "timeout"
    if isinstance(error, NoNameservers):
        responses = [attempt[4] for attempt in error.kwargs.get("errors", ()) if attempt[4] is not None]
        if responses:
            return to_text(responses[-1].rcode()).lower()
    return type(error).__name__


def _points_elsewhere(message: Message) -> bool:
    """Whether it names other servers instead of answering (RFC 2308 2.2): who asked a resolver did not get to them."""
    kinds = {rrset.rdtype for rrset in message.authority}
    return NS in kinds and SOA not in kinds


def _within(ttl: float, bounds: tuple[int, int]) -> float:
    least, most = bounds
    return min(max(ttl, least), most)
