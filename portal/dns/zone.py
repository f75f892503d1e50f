"""The records to publish, as a zone file (RFC 1035 section 5) and as the fields that a DNS provider's form asks for."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from dns.name import IDNA_2008_Practical, Name, NameTooLong
from dns.name import from_text as parsed
from dns.rdata import Rdata
from dns.rdata import from_text as parsed_rdata
from dns.rdataclass import IN
from dns.rdatatype import TXT
from dns.rdtypes.ANY.TXT import TXT as TxtData

from portal.dns import Record

TTL = 3600  # seconds
LONGEST_STRING = 255  # bytes, of the strings that a TXT record is made of


class Field(NamedTuple):
    """A field of a record, by one of these codes:

    - `type`
    - `name`: the host relative to the zone, `@` for the zone itself
    - `host`: the whole host
    - `service`, `protocol`: the two labels in front of an SRV record's host, where a form asks for them apart
    - `value`: the text of a TXT, the address of an A or AAAA
    - `target`: the host that an MX, CNAME or SRV leads to
    - `priority`, `weight`, `port`
    """

    code: str
    value: str


def zone_file(
    domain: str, records: Iterable[Record], *, replacing: Collection[Record] = (), unseen: Collection[str] = ()
) -> str:
    """The records as lines to add to the domain's zone: ASCII only, with neither SOA nor NS.

    `replacing`: those of them that take the place of something; `unseen` names what is left out for want of an answer,
    since it might stand beside one that is there. Both are told in comments. A record of somebody else's zone (who may
    report on us), or at a name that is too long to exist, stands there as one. DNSException when a name or an address
    is none.
    """
    zone = _name(domain)
    lines = [f"; E-mail records, to add to the zone of {zone}", f"$ORIGIN {zone}", f"$TTL {TTL}"]
    if unseen:
        lines.append(f"; Not here, because they could not be looked at: {', '.join(unseen)}")
    for record in records:
        if record in replacing:
            lines.append("; In the place of what is there now:")
        lines.append(_line(record, zone))
    return "\n".join([*lines, ""])


def _line(record: Record, zone: Name) -> str:
    try:
        host = _name(record.host)
    except NameTooLong:
        return f"; too long for a name: {record.host!a}"
    line = f"{host.relativize(zone)} IN {record.type} {_rdata(record)}"
    return line if host.is_subdomain(zone) else f"; {line}"


def presented(record: Record, domain: str) -> tuple[Field, ...]:
    """The fields that the record has, in the order that forms have them."""
    name, host = relative(record.host, domain), record.host
    fields = [Field("type", record.type), Field("name", name), Field("host", host)]
    labels = host.split(".", 2)
    if record.type == "SRV" and len(labels) == 3 and host.startswith("_") and labels[1].startswith("_"):
        fields += [Field("service", labels[0]), Field("protocol", labels[1])]
    fields.append(Field("target" if record.type in ("MX", "CNAME", "SRV") else "value", record.value))
    numbers = {"priority": record.priority, "weight": record.weight, "port": record.port}
    return (*fields, *(Field(code, str(number)) for code, number in numbers.items() if number is not None))


def relative(host: str, domain: str) -> str:
    """The host as the zone's own form has it: `@`, `autodiscover`, `_dmarc`; whole when it lies outside."""
    return "@" if host == domain else host.removesuffix(f".{domain}")


def quoted(text: str) -> str:
    """A text as zone files write it: strings of at most 255 bytes in quotes, all but printable ASCII escaped."""
    return str(TxtData(IN, TXT, _strings(text)))


def is_long(text: str) -> bool:
    """Whether a TXT record holds it in more than one string."""
    return len(_bytes(text)) > LONGEST_STRING


def _name(text: str) -> Name:
    return parsed(text, idna_codec=IDNA_2008_Practical)


def _rdata(record: Record) -> Rdata:
    match record.type:
        case "TXT":
            return TxtData(IN, TXT, _strings(record.value))
        case "MX":
            text = f"{record.priority or 0} {_name(record.value)}"
        case "SRV":
            text = f"{record.priority or 0} {record.weight or 0} {record.port or 0} {_name(record.value)}"
        case "CNAME":
            text = str(_name(record.value))
        case _:
            text = record.value
    return parsed_rdata(IN, record.type, text)


def _strings(text: str) -> list[bytes]:
    """Its UTF-8 in pieces, no character cut in two; one empty piece for no text."""
    data, pieces = _bytes(text), []
    while len(data) > LONGEST_STRING:
        end = LONGEST_STRING
        while data[end] & 0b1100_0000 == 0b1000_0000:
            end -= 1
        pieces.append(data[:end])
        data = data[end:]
    return [*pieces, data]


def _bytes(text: str) -> bytes:
    return text.encode(errors="replace")
