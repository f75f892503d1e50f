"""The five verdicts on a domain's DNS: their wall time against the look-ups in them that wait for one another."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from statistics import median
from typing import Any

import requests

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
    """One look at all five; milliseconds. `chain` is what has to wait, `waited` what did; `own`: our processor time."""

    questions: int
    chain: int
    waited: int
    wall: float
    own: float

    @property
    def ideal(self) -> int:
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
                    looked = lookup.judge(together(JUDGES), max_age=0)
                    wall, own = time.perf_counter() - began, time.process_time() - own
                    asked = requests.get(f"{control}/queries", timeout=5).json()["queries"]
                    looks.append(Look(len(asked), chain, longest_chain(asked), 1000 * wall, 1000 * own))
                    verdicts = {name: finding.verdict for name, finding in looked.value.items()}
        found[case] = _typical(looks), verdicts
    return found


def _typical(looks: list[Look]) -> Look:
    """The median of each figure."""
    columns = zip(*((look.questions, look.chain, look.waited, look.wall, look.own) for look in looks), strict=True)
    questions, chain, waited, wall, own = map(median, columns)
    return Look(int(questions), int(chain), int(waited), wall, own)


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
