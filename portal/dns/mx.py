"""Whether the mail of a domain comes to our hosts.

Codes of the notes, besides those of ``judging``; `names` are host names, listed:

- ok: ``mx-ours``
- missing: ``mx-missing``; ``mx-no-such-domain`` (DNS knows no such domain: not registered, or expired)
- wrong: ``mx-null`` (a null MX: the domain takes no mail at all, RFC 7505); ``mx-elsewhere`` {names};
  ``mx-not-first`` {names} (these stand before ours); ``mx-others-beside`` {names} (these share the first place with
  ours)
- off: ``mx-not-expected`` (we have no host to expect)
- hints: ``mx-others-behind`` {names} (they take the mail when ours do not answer); ``mx-by-address`` {names} (not our
  names, yet our addresses); ``mx-alias`` {names} (CNAMEs, which an MX may not name, RFC 2181 10.3);
  ``mx-no-address`` {names} (these hosts have no address: nothing can be delivered there)
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from portal.dns import Answers, CouldNotLook, Finding, Mx, Note, Record, Verdict
from portal.dns.judging import (
    ADDRESS_KINDS,
    MOST_RECORDS,
    Addresses,
    addresses,
    brief,
    could_not_look,
    listed,
    want,
)
from portal.dns.reading import plain

# Hosts of others whose addresses are looked at, the first ones.
MOST_HOSTS = 8


@dataclass(frozen=True, slots=True)
class Host:
    """What an MX names. `ours` is None when that is not known; `addressed` is False only when it is known."""

    name: str
    ours: bool | None
    by_address: bool = False
    alias: bool = False
    addressed: bool = True


def judge(answers: Answers, domain: str, mx_hosts: Sequence[str]) -> Finding:
    publish = tuple(Record(domain, "MX", plain(host), 10 * place) for place, host in enumerate(mx_hosts, start=1))
    if not publish:
        return Finding(Verdict.OFF, Note("mx-not-expected"))
    try:
        answer = answers.get(domain, "MX")
    except CouldNotLook:
        return could_not_look(domain, publish)
    records = sorted({record for record in answer.records if isinstance(record, Mx)})
    found = tuple(Record(domain, "MX", record.host or ".", record.preference) for record in records)[:MOST_RECORDS]
    if not records:
        return Finding(Verdict.MISSING, Note("mx-missing" if answer.exists else "mx-no-such-domain"), publish=publish)
    if not all(record.host for record in records):
        return Finding(Verdict.WRONG, Note("mx-null"), found, publish)
    hosts = _hosts(answers, [record.host for record in records], [plain(host) for host in mx_hosts])
    first = [hosts[record.host] for record in records if record.preference == records[0].preference]
    verdict, reason = _verdict(first, list(hosts.values()))
    return Finding(verdict, reason, found, publish, tuple(_hints(verdict, list(hosts.values()))))


def _hosts(answers: Answers, names: Sequence[str], ours: Sequence[str]) -> dict[str, Host]:
    """Whose each of these is: by its name, or by its addresses when that is not one of ours."""
    hosts = {name: Host(name, True if name in ours else None) for name in names}
    strange = [name for name, host in hosts.items() if not host.ours][:MOST_HOSTS]
    if strange:
        want(answers, ADDRESS_KINDS, [*strange, *ours])
        our_addresses = addresses(answers, ours)
        hosts |= {name: _host(name, addresses(answers, [name]), ours, our_addresses) for name in strange}
    return hosts


def _host(name: str, found: Addresses, ours: Sequence[str], our_addresses: Addresses) -> Host:
    if not set(ours).isdisjoint(found.chain):
        return Host(name, True, alias=True)
    is_ours = found.within(our_addresses)
    nowhere = found.whole and not found.known
    return Host(name, is_ours, by_address=bool(is_ours), alias=bool(found.chain), addressed=not nowhere)


def _verdict(first: Sequence[Host], hosts: Sequence[Host]) -> tuple[Verdict, Note]:
    """`first` are those that are tried first; `hosts` are all, in the order in which they are tried."""
    if any(host.ours is False for host in first):
        if any(host.ours for host in first):
            beside = [host.name for host in first if host.ours is False]
            return Verdict.WRONG, Note("mx-others-beside", {"names": listed(beside)})
        before = [host.name for host in takewhile(lambda host: not host.ours, hosts)]
        code = "mx-not-first" if any(host.ours for host in hosts) else "mx-elsewhere"
        return Verdict.WRONG, Note(code, {"names": listed(before)})
    for host in first:
        if host.ours is None:
            return Verdict.UNKNOWN, Note("could-not-look", {"name": brief(host.name)})
    return Verdict.OK, Note("mx-ours")


def _hints(verdict: Verdict, hosts: Sequence[Host]) -> Iterator[Note]:
    told = {
        "mx-others-behind": [host.name for host in hosts if host.ours is False and verdict is Verdict.OK],
        "mx-by-address": [host.name for host in hosts if host.by_address],
        "mx-alias": [host.name for host in hosts if host.alias],
        "mx-no-address": [host.name for host in hosts if not host.addressed],
    }
    return (Note(code, {"names": listed(names)}) for code, names in told.items() if names)
