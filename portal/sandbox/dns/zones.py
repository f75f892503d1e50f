"""What the world's DNS holds, and what a resolver would answer of it."""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dnslib import QTYPE, RR, DNSError, DNSRecord

LONGEST_CNAME_CHAIN = 8

# The sandbox is the whole DNS to whoever asks it: what lies in no zone does not exist.
ROOT_SOA = ". 60 IN SOA a.root.test. nobody.root.test. 1 3600 600 86400 60"


@dataclass(frozen=True)
class Answer:
    rcode: str
    records: Sequence[RR] = ()
    authority: Sequence[RR] = ()


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
            inside = max((zone for zone in zones if is_within(name, zone)), key=len, default=None)
            if inside is None:
                return Answer("NXDOMAIN", chain, RR.fromZone(ROOT_SOA))
            zone = zones[inside]
            soa = [record for record in zone[inside] if record.rtype == QTYPE.SOA]
            # A name without records of its own exists when something lies below it (RFC 8020).
            if name not in zone and not any(is_within(owner, name) for owner in zone):
                return Answer("NXDOMAIN", chain, soa)
            records = zone.get(name, [])
            alias = next((record for record in records if record.rtype == QTYPE.CNAME), None)
            if alias is None or qtype in ("CNAME", "ANY"):
                found = [record for record in records if qtype in ("ANY", QTYPE[record.rtype])]
                return Answer("NOERROR", [*chain, *found], [] if found else soa)
            chain.append(alias)
            name = plain(alias.rdata.label)
        return Answer("SERVFAIL")
