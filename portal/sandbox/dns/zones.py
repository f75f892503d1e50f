"""What the world's DNS holds, and what a resolver would answer of it."""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dnslib import QTYPE, RR, DNSError, DNSRecord

LONGEST_CNAME_CHAIN = 8
ADDRESSES = (QTYPE.A, QTYPE.AAAA)

# The sandbox is the whole DNS to whoever asks it: what lies in no zone does not exist.
ROOT_SOA = ". 60 IN SOA a.root.test. nobody.root.test. 1 3600 600 86400 60"


@dataclass(frozen=True)
class Answer:
    rcode: str
    records: Sequence[RR] = ()
    authority: Sequence[RR] = ()
    additional: Sequence[RR] = ()
    authoritative: bool = True


def plain(name: object) -> str:
    """The spelling that names are compared in: lower case, no dot at the end."""
    return str(name).lower().rstrip(".")


def is_within(name: str, parent: str) -> bool:
    return not parent or name == parent or name.endswith(f".{parent}")


class Zones:
    """What the world's DNS holds. A zone is replaced as a whole, so a question never sees half a change."""

    def __init__(self) -> None:
        self._zones: dict[str, dict[str, list[RR]]] = {}
        self._texts: dict[str, str] = {}

    def put(self, name: str, records: str) -> None:
        """Make or replace a zone from master-file lines relative to it (`@ MX 10 mail.example.`).

        ValueError when a line cannot be read or a name lies outside the zone.
        """
        zone = plain(name)
        try:
            parsed = RR.fromZone(records, origin=f"{zone}.", ttl=60)
            for record in parsed:
                DNSRecord(rr=[record]).pack()
        except (DNSError, ValueError, IndexError, AttributeError, StopIteration, struct.error) as error:
            raise ValueError(f"records of {zone} cannot be read: {error}") from error
        by_name: dict[str, list[RR]] = {zone: []}
        for record in parsed:
            if not is_within(plain(record.rname), zone):
                raise ValueError(f"{record.rname} is not inside {zone}")
            by_name.setdefault(plain(record.rname), []).append(record)
        if not any(record.rtype == QTYPE.SOA for record in by_name[zone]):
            by_name[zone] += RR.fromZone(f"{zone}. 60 IN SOA ns1.{zone}. hostmaster.{zone}. 1 3600 600 86400 60")
        self._zones = {**self._zones, zone: by_name}
        self._texts = {**self._texts, zone: records}

    def remove(self, name: str) -> None:
        self._zones = {zone: records for zone, records in self._zones.items() if zone != plain(name)}
        self._texts = {zone: text for zone, text in self._texts.items() if zone != plain(name)}

    def texts(self) -> Mapping[str, str]:
        """Every zone as it was put."""
        return self._texts

    def look_up(self, name: str, qtype: str) -> Answer:
        """The answer a resolver would give, CNAMEs followed."""
        zones = self._zones
        chain: list[RR] = []
        for _ in range(LONGEST_CNAME_CHAIN):
            inside = _zone_of(name, zones)
            if inside is None:
                return Answer("NXDOMAIN", chain, RR.fromZone(ROOT_SOA))
            answer, alias = _in_zone(zones[inside], inside, name, qtype)
            if alias is None:
                return replace(answer, records=[*chain, *answer.records])
            chain.append(alias)
            name = plain(alias.rdata.label)
        return Answer("SERVFAIL")

    def hold(self, name: str, qtype: str) -> Answer:
        """What a name server says that knows these zones and nothing else (RFC 1034 4.3.2).

        NS records below a zone's top make a zone inside it that is somebody else's: there it only says whose.
        """
        zones = self._zones
        chain: list[RR] = []
        for _ in range(LONGEST_CNAME_CHAIN):
            inside = _zone_of(name, zones)
            if inside is None:
                return Answer("NOERROR", chain) if chain else Answer("REFUSED", authoritative=False)
            zone = zones[inside]
            cut = _cut(zone, inside, name)
            if cut:
                hosts = {plain(record.rdata.label) for record in cut}
                glue = [record for host in hosts for record in zone.get(host, []) if record.rtype in ADDRESSES]
                return Answer("NOERROR", chain, cut, glue, authoritative=bool(chain))
            answer, alias = _in_zone(zone, inside, name, qtype)
            if alias is None:
                return replace(answer, records=[*chain, *answer.records])
            chain.append(alias)
            name = plain(alias.rdata.label)
        return Answer("NOERROR", chain)


def _zone_of(name: str, zones: Mapping[str, object]) -> str | None:
    return max((zone for zone in zones if is_within(name, zone)), key=len, default=None)


def _cut(zone: Mapping[str, Sequence[RR]], top: str, name: str) -> list[RR]:
    """The NS records between the zone's top and the name, or at it."""
    while name != top:
        found = [record for record in zone.get(name, ()) if record.rtype == QTYPE.NS]
        if found:
            return found
        name = name.partition(".")[2]
    return []


def _in_zone(zone: Mapping[str, Sequence[RR]], top: str, name: str, qtype: str) -> tuple[Answer, RR | None]:
    """What it says of a name; or the CNAME to follow."""
    soa = [record for record in zone[top] if record.rtype == QTYPE.SOA]
    records = zone.get(name, ()) if _exists(zone, name) else _by_wildcard(zone, name)
    if records is None:
        return Answer("NXDOMAIN", (), soa), None
    alias = next((record for record in records if record.rtype == QTYPE.CNAME), None)
    if alias is not None and qtype not in ("CNAME", "ANY"):
        return Answer("NOERROR"), alias
    found = [record for record in records if qtype in ("ANY", QTYPE[record.rtype])]
    return Answer("NOERROR", found, () if found else soa), None


def _exists(zone: Mapping[str, Sequence[RR]], name: str) -> bool:
    """A name without records of its own exists when something lies below it (RFC 8020)."""
    return name in zone or any(is_within(owner, name) for owner in zone)


def _by_wildcard(zone: Mapping[str, Sequence[RR]], name: str) -> Sequence[RR] | None:
    """The records of the `*` below the nearest name that exists (RFC 4592); None without one."""
    around = name.partition(".")[2]
    while not _exists(zone, around):
        around = around.partition(".")[2]
    wildcard = zone.get(f"*.{around}")
    if wildcard is None:
        return None
    return [RR(name, record.rtype, record.rclass, record.ttl, record.rdata) for record in wildcard]
