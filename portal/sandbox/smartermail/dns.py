"""The DNS as the mail server sees it: the TXT records of a name, and the key in one of them."""

import re

from dnslib import QTYPE, DNSError, DNSRecord

SECONDS = 1


def texts(resolver: str, host: str) -> list[str]:
    """The TXT records at that name, the strings of each joined; none where the resolver (host:port) does not answer."""
    if not resolver:
        return []
    address, _, port = resolver.rpartition(":")
    question = DNSRecord.question(host, "TXT")
    try:
        answer = DNSRecord.parse(question.send(address, int(port), timeout=SECONDS))
        if answer.header.tc:
            answer = DNSRecord.parse(question.send(address, int(port), tcp=True, timeout=SECONDS))
    except (OSError, DNSError):
        return []
    return [b"".join(record.rdata.data).decode(errors="replace") for record in answer.rr if record.rtype == QTYPE.TXT]


def key_of(text: str) -> str:
    """The public key of a DKIM record (RFC 6376 3.6.1), without the white space that is allowed in it."""
    tags = dict(tag.split("=", 1) for tag in text.split(";") if "=" in tag)
    return next((re.sub(r"\s", "", value) for name, value in tags.items() if name.strip() == "p"), "")
