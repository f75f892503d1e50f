"""The five verdicts on a domain's DNS: their wall time against the look-ups in them that wait for one another."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass
from operator import itemgetter
from statistics import median
from typing import Any

import requests
from dns.message import make_query

from bench.mail_server import longest_chain
from bench.serving import ROOT
from portal.deliverability import Judge, together
from portal.dns import Finding, Verdict, autodiscover, dkim, dmarc, mx, spf
from portal.dns.lookup import Lookup
from portal.store import dns_answers

LATENCY_MS = 50
DOMAIN = "alice.test"
HOST = "mail.mailhost.test"
KEY = "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A" + "x" * 360
OURS = {
    "mailhost.test": 'mail A 192.0.2.25\nspf TXT "v=spf1 ip4:192.0.2.25 -all"\nalice.test._report._dmarc TXT v=DMARC1'
}
WELL = "\n".join(
    [
        f"@ MX 10 {HOST}.",
        '@ TXT "v=spf1 include:spf.mailhost.test ~all"',
        f'one._domainkey TXT "v=DKIM1; k=rsa; p={KEY[:200]}" "{KEY[200:]}"',
        '_dmarc TXT "v=DMARC1; p=none; rua=mailto:dmarc@mailhost.test"',
        f"autodiscover CNAME {HOST}.",
        f"_autodiscover._tcp SRV 0 0 443 {HOST}.",
    ]
)
# Ours is the last of three senders, each a few includes deep.
NESTED = WELL.replace("v=spf1 ", "v=spf1 include:a0.other.test include:b0.other.test ")
SENDERS = "\n".join(
    [
        *(
            f'{name}{depth} TXT "v=spf1 include:{name}{depth + 1}.other.test -all"'
            for name in "ab"
            for depth in range(2)
        ),
        *(f'{name}2 TXT "v=spf1 ip4:198.51.100.0/24 -all"' for name in "ab"),
    ]
)
# Zones, and how many look-ups wait for one another in them, counted by hand.
CASES: Mapping[str, tuple[Mapping[str, str], int]] = {
    # The domain's record, then what it names.
    "all set up": ({**OURS, DOMAIN: WELL}, 2),
    # The domain's record, then three includes.
    "SPF of others around": ({**OURS, DOMAIN: NESTED, "other.test": SENDERS}, 4),
    # The records, then what stands where one that is missing might have been put by mistake.
    "nothing set up": ({**OURS, DOMAIN: "@ A 192.0.2.1"}, 2),
}
JUDGES: Mapping[str, Judge[Finding]] = {
    "mx": Judge(mx.judge, (DOMAIN, (HOST,))),
    "spf": Judge(spf.judge, (DOMAIN, "include:spf.mailhost.test", ())),
    "dkim": Judge(dkim.judge, (DOMAIN, "one", KEY)),
    "dmarc": Judge(dmarc.judge, (DOMAIN, ("dmarc@mailhost.test",), "none")),
    "autodiscover": Judge(autodiscover.judge, (DOMAIN, HOST, HOST)),
}


@dataclass(frozen=True)
class Look:
    """One look at all five; milliseconds. `chain` is what has to wait, `waited` what did; `own`: our processor time.

    `resolver`: what the same questions take by a client that does not read the answers.
    """

    questions: float
    chain: float
    waited: float
    wall: float
    own: float
    resolver: float

    @property
    def ideal(self) -> float:
        """What the look-ups that wait for one another take at least."""
        return self.chain * LATENCY_MS


def measure(times: int) -> dict[str, tuple[Look, dict[str, Verdict]]]:
    """The median look at each case, nothing known before, and its verdicts. The store has to be there."""
    found = {}
    for case, (zones, chain) in CASES.items():
        with _dns(zones) as (address, control):
            looks, verdicts = [], {}
            with closing(Lookup([address], shared=dns_answers)) as lookup:
                lookup.txt("warm.test")
                for _ in range(times):
                    requests.delete(f"{control}/queries", timeout=5).raise_for_status()
                    began, own = time.perf_counter(), time.process_time()
                    looked = lookup.look(DOMAIN, together(JUDGES), since=time.time(), patience=10)
                    wall, own = time.perf_counter() - began, time.process_time() - own
                    assert looked is not None
                    asked = requests.get(f"{control}/queries", timeout=5).json()["queries"]
                    alone = _replay(address, asked)
                    looks.append(Look(len(asked), chain, longest_chain(asked), 1000 * wall, 1000 * own, 1000 * alone))
                    verdicts = {name: finding.verdict for name, finding in looked.value.items()}
        found[case] = _typical(looks), verdicts
    return found


def _typical(looks: list[Look]) -> Look:
    """The median of each figure."""
    rows = [asdict(look) for look in looks]
    return Look(**{name: median(row[name] for row in rows) for name in rows[0]})


def _replay(address: tuple[str, int], asked: Sequence[Mapping[str, Any]]) -> float:
    """Seconds for these questions, each of which is asked when those that it waited for are answered."""
    took, left = 0.0, sorted(asked, key=itemgetter("at"))
    while left:
        first_end = min(query["at"] + query["ms"] / 1000 for query in left)
        together = [query for query in left if query["at"] < first_end]
        left = left[len(together) :]
        messages = [make_query(query["name"], query["type"], use_edns=0).to_wire() for query in together]
        with ExitStack() as stack:
            sockets = [stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) for _ in messages]
            began = time.perf_counter()
            for each, message in zip(sockets, messages, strict=True):
                each.sendto(message, address)
            for each in sockets:
                each.recv(65_535)
            took += time.perf_counter() - began
    return took


@contextmanager
def _dns(zones: Mapping[str, str]) -> Iterator[tuple[tuple[str, int], str]]:
    """A DNS with these zones, as a process of its own; its address, and the URL of its switches."""
    with subprocess.Popen(
        [sys.executable, "-m", "portal.sandbox.dns"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        said = json.loads(process.stdout.readline())
        for zone, records in zones.items():
            _send("PUT", f"{said['control']}/zones/{zone}", {"records": records})
        _send("POST", f"{said['control']}/latency", {"ms": LATENCY_MS})
        host, _colon, port = said["dns"].partition(":")
        yield (host, int(port)), said["control"]
        process.stdin.close()


def _send(method: str, url: str, body: Mapping[str, Any]) -> None:
    requests.request(method, url, json=body, timeout=5).raise_for_status()
