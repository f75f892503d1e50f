"""Whether mail programs that ask a domain for their settings come to our host.

There are two parts, the host `autodiscover.<domain>` and the SRV record; the worst of them is the verdict and gives
the reason, and what is to be said of the other one is the first hint.

Codes of the notes, besides those of ``judging``:

- both parts ok: ``autodiscover-ours``
- the host: ``autodiscover-host-ok``; ``autodiscover-host-missing``; ``autodiscover-host-elsewhere`` {target} (wrong:
  the CNAME's target, or the addresses)
- the SRV record: ``autodiscover-srv-ok``; ``autodiscover-srv-missing``; wrong: ``autodiscover-srv-elsewhere`` {names}
  (targets), ``autodiscover-srv-port`` {port, expected}, ``autodiscover-srv-refused`` (the target `.`: no such service)
- off: ``autodiscover-not-expected``
- hints: ``autodiscover-by-address`` (right, but it has to be changed whenever our addresses change)
"""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.dns import Answers, CouldNotLook, Finding, Note, Record, Srv, Verdict, worst
from portal.dns.judging import MOST_RECORDS, addresses, brief, listed, peek, want
from portal.dns.reading import plain

PORT = 443


@dataclass(frozen=True, slots=True)
class Part:
    """The host or the SRV record: what is to be said of it and what was found."""

    verdict: Verdict
    note: Note
    found: tuple[Record, ...] = ()
    hints: tuple[Note, ...] = ()


def judge(answers: Answers, domain: str, host: str, srv_host: str) -> Finding:
    """`host` and `srv_host` may be empty: then that part is not looked at."""
    host, srv_host = plain(host), plain(srv_host)
    name, service = f"autodiscover.{domain}", f"_autodiscover._tcp.{domain}"
    want(answers, ("CNAME", "A", "AAAA"), [name] if host else [])
    want(answers, ("SRV",), [service] if srv_host else [])
    parts, publish = [], []
    if host:
        parts.append(_host(answers, name, host))
        publish.append(Record(name, "CNAME", host))
    if srv_host:
        parts.append(_srv(answers, service, srv_host))
        publish.append(Record(service, "SRV", srv_host, priority=0, weight=0, port=PORT))
    verdict = worst(part.verdict for part in parts)
    hints = tuple(hint for part in parts for hint in part.hints)
    found = tuple(record for part in parts for record in part.found)
    if verdict in (Verdict.OFF, Verdict.OK):
        reason = Note("autodiscover-ours" if parts else "autodiscover-not-expected")
        return Finding(verdict, reason, found, tuple(publish), hints)
    reason, *others = [part.note for part in sorted(parts, key=lambda part: part.verdict is not verdict)]
    return Finding(verdict, reason, found, tuple(publish), (*others, *hints))


def _host(answers: Answers, name: str, host: str) -> Part:
    alias, led = peek(answers, name, "CNAME"), addresses(answers, [name])
    targets = list(dict.fromkeys([*map(str, alias.records if alias else ()), *led.chain]))
    found = (
        *(Record(name, "CNAME", target) for target in targets[:1]),
        *(Record(targets[-1] if targets else name, _kind(address), address) for address in sorted(led.known)),
    )[:MOST_RECORDS]
    unknown = Part(Verdict.UNKNOWN, Note("could-not-look", {"name": brief(name)}), found)
    if host in targets:
        return Part(Verdict.OK, Note("autodiscover-host-ok"), found)
    if not led.known and not targets:
        return Part(Verdict.MISSING, Note("autodiscover-host-missing")) if led.whole and alias else unknown
    right = led.within(addresses(answers, [host]) if led.known else led)
    if right is None:
        return unknown
    if not right:
        target = listed(targets[:1] or sorted(led.known))
        return Part(Verdict.WRONG, Note("autodiscover-host-elsewhere", {"target": target}), found)
    return Part(Verdict.OK, Note("autodiscover-host-ok"), found, (Note("autodiscover-by-address"),))


def _srv(answers: Answers, service: str, expected: str) -> Part:
    try:
        answer = answers.get(service, "SRV")
    except CouldNotLook:
        return Part(Verdict.UNKNOWN, Note("could-not-look", {"name": brief(service)}))
    records = sorted({record for record in answer.records if isinstance(record, Srv)})
    if not records:
        return Part(Verdict.MISSING, Note("autodiscover-srv-missing"))
    found = tuple(
        Record(service, "SRV", srv.target or ".", srv.priority, srv.weight, srv.port) for srv in records[:MOST_RECORDS]
    )
    # Programs begin with the lowest number and go on to others only when nothing answers there (RFC 2782).
    first = [srv for srv in records if srv.priority == records[0].priority]
    note = _srv_note(first, expected)
    return Part(Verdict.WRONG if note else Verdict.OK, note or Note("autodiscover-srv-ok"), found)


def _srv_note(first: Sequence[Srv], expected: str) -> Note | None:
    """What is wrong with the records that programs begin with."""
    if any(not srv.target for srv in first):
        return Note("autodiscover-srv-refused")
    strange = [srv.target for srv in first if srv.target != expected]
    if strange:
        return Note("autodiscover-srv-elsewhere", {"names": listed(strange)})
    port = next((srv.port for srv in first if srv.port != PORT), None)
    return Note("autodiscover-srv-port", {"port": port, "expected": PORT}) if port is not None else None


def _kind(address: str) -> str:
    return "AAAA" if ":" in address else "A"
