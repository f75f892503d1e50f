"""2,000 records read by us, by checkdmarc and by a table, from the same DNS server: every difference is explained."""

import random
import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import NamedTuple

import pytest
from checkdmarc.spf import check_spf
from checkdmarc.utils import DNS_CACHE
from dns.nameserver import Do53Nameserver
from dns.resolver import LRUCache, Resolver

from portal.dns import Answers, Pending
from portal.dns.lookup import Lookup
from portal.dns.spf_record import SpfSyntaxError, parse
from portal.dns.spf_walk import LOOKUPS, VOID_LOOKUPS, Walk
from portal.sandbox.dns.server import Dns
from tests.dns.records import txt

RECORDS = 2000

WORLD = r"""
host A 192.0.2.1
six AAAA 2001:db8::1
bare TXT "hello"
mail MX 10 host
null MX 0 .
three TXT "v=spf1 a:host.agree.test mx:mail.agree.test exists:host.agree.test -all a a a"
deep TXT "v=spf1 include:three.agree.test include:three.agree.test ?all"
onward TXT "v=spf1 a:host.agree.test redirect=three.agree.test"
void TXT "v=spf1 a:gone.agree.test ~all"
short TXT "v=spf1"
several TXT "v=spf1 -all"
several TXT "v=spf1 ~all"
broken TXT "v=spf1 ipv4:192.0.2.1 -all"
round TXT "v=spf1 include:about.agree.test -all"
about TXT "v=spf1 include:round.agree.test -all"
""" + "\n".join(f"many MX {number} host" + str(number) for number in range(11))


class Cost(NamedTuple):
    """What RFC 7208 4.6.4 charges for a term: void lookups are those of its own query, not of the hosts of an `mx`."""

    lookups: int = 0
    voids: int = 0
    valid: bool = True


FREE, BROKEN = Cost(), Cost(valid=False)
COSTS = {
    "ip4:192.0.2.1": FREE,
    "IP4:198.51.100.0/24": FREE,
    "ip6:2001:db8::/32": FREE,
    "a:host.agree.test": Cost(1),
    "a:host.agree.test/24//64": Cost(1),
    "a:six.agree.test": Cost(1),
    "a:bare.agree.test": Cost(1, 1),
    "a:gone.agree.test": Cost(1, 1),
    "a": Cost(1, 1),  # the domains themselves have nothing but the record
    "A/24": Cost(1, 1),
    "a:%{d}.agree.test": Cost(1),
    "mx:mail.agree.test": Cost(1),
    "mx": Cost(1, 1),
    "mx:gone.agree.test": Cost(1, 1),
    "mx:many.agree.test": BROKEN,
    "ptr:host.agree.test": Cost(1),
    "exists:host.agree.test": Cost(1),
    "exists:%{i}.agree.test": Cost(1),
    "include:short.agree.test": Cost(1),
    "include:three.agree.test": Cost(4),
    "include:deep.agree.test": Cost(9),
    "include:onward.agree.test": Cost(6),
    "include:void.agree.test": Cost(2, 1),
    "include:%{d2}.agree.test": Cost(1),
    "include:gone.agree.test": BROKEN,
    "include:bare.agree.test": BROKEN,
    "include:several.agree.test": BROKEN,
    "include:broken.agree.test": BROKEN,
    "include:round.agree.test": BROKEN,
}
REDIRECTS = {
    "redirect=short.agree.test": Cost(1),
    "redirect=THREE.agree.test": Cost(4),
    "redirect=void.agree.test": Cost(2, 1),
    "redirect=%{d2}.agree.test": Cost(1),
    "redirect=gone.agree.test": BROKEN,
    "redirect=round.agree.test": BROKEN,
}
# An explanation without a macro is not among them: checkdmarc asks this machine's resolver for it, not ours.
MODIFIERS = ["exp=%{i}.agree.test", "moo=1", "ra=postmaster", "include=", "x.y-z_=%{s}"]
# Wherever they stand, the record is none (4.6).
MISTAKES = [
    "ipv4:192.0.2.1",
    "ip4:192.0.2",
    "ip4:192.0.2.1/33",
    "ip4:192.0.2.1/024",
    "ip4:2001:db8::1",
    "ip6:2001:db8::1/129",
    "a:",
    "a:host.agree.test/33",
    "mx/024",
    "include",
    "include:",
    "include:%{x}.agree.test",
    "exists:%{d0}.agree.test",
    "ptr/24",
    "all:agree.test",
    "-redirect=short.agree.test",
    "redirect=",
    "exp=",
    "--all",
    "all~all",
    "192.0.2.1",
]


class Difference(NamedTuple):
    ours: Cost
    theirs: Cost
    why: str


# One by one: what the table says of a term, what checkdmarc 6.0.4 says, and why.
DIFFERENCES = {
    "a:localhost": Difference(BROKEN, Cost(1, 1), "it warns of a name of one label; the grammar asks for two (12)"),
    "include:%{d}x": Difference(BROKEN, Cost(1), "it does not look how a name with a macro ends (12, domain-end)"),
    "a:%{d}/99": Difference(BROKEN, Cost(1), "it does not look at the prefix length behind a macro (12)"),
    "moo=100%": Difference(BROKEN, FREE, "it does not read the macros of a modifier that it does not know (12)"),
    "a:host.agree.test\tptr:host.agree.test": Difference(
        BROKEN, Cost(2), "it takes a tab for a space (12: terms are separated by SP)"
    ),
    "moo=x-all": Difference(FREE, BROKEN, "it takes the end of a modifier for an `all` without a space before it"),
    "exists:gone.agree.test": Difference(Cost(1, 1), Cost(1), "it does not look up what `exists` names"),
    "exists:six.agree.test": Difference(Cost(1, 1), Cost(1), "it does not look up what `exists` names"),
    "ptr:bare.agree.test": Difference(Cost(1), Cost(1, 1), "it looks up the name; `ptr` asks for the sender's (5.5)"),
    "mx:null.agree.test": Difference(Cost(1), Cost(1, 1), "it drops a null MX; the answer does hold a record (4.6.4)"),
}
# And one that is about the place: it does not look for mistakes there, nor for a second `redirect`; 4.6 does.
BEHIND_ALL = "behind all"


def generated(chance: random.Random) -> list[str]:
    """A record's terms."""
    easy = list(COSTS)[:11]
    different = [term for term, difference in DIFFERENCES.items() if BROKEN not in difference]
    terms = chance.choices([*COSTS, *different] if chance.random() < 0.5 else easy, k=chance.randrange(8))
    terms = [chance.choice(["", "", "+", "-", "~", "?"]) + term for term in terms]
    if chance.random() < 0.6:
        terms.append(chance.choice(["-all", "~all", "?ALL", "+all"]))
    if chance.random() < 0.1:
        terms += chance.choices([*COSTS, "-all"], k=2)
    extra = [modifier for modifier in MODIFIERS if chance.random() < 0.06]
    if chance.random() < 0.3:
        extra.append(chance.choice(list(REDIRECTS)))
    if chance.random() < 0.03:
        extra.append(chance.choice(["redirect=short.agree.test", "exp=%{i}.agree.test"]))
    if chance.random() < 0.12:
        extra.append(chance.choice([*MISTAKES, *DIFFERENCES]))
    for term in extra:
        terms.insert(chance.randrange(len(terms) + 1), term)
    return terms


def split_at_all(terms: list[str]) -> tuple[list[str], list[str]]:
    """The terms before the first `all`, and those from there on."""
    end = next((place for place, term in enumerate(terms) if re.fullmatch("[+~?-]?all", term.lower())), len(terms))
    return terms[:end], terms[end:]


def expected(terms: list[str]) -> Cost:
    """What the record costs by the table, and whether it is valid."""
    return charge(terms, COSTS | {term: difference.ours for term, difference in DIFFERENCES.items()})


def expected_of_checkdmarc(terms: list[str], leave_out: str = "") -> Cost:
    """The same with the differences, all or all but one."""
    before, behind = split_at_all(terms)
    if leave_out != BEHIND_ALL:
        behind = [term for term in behind if term in behind[:1] or re.match("(?i)exp=|.+[+~?-]all$", term)]
    costs = {
        term: difference.ours if term == leave_out else difference.theirs for term, difference in DIFFERENCES.items()
    }
    return charge([*before, *behind], COSTS | costs)


def charge(terms: list[str], costs: Mapping[str, Cost]) -> Cost:
    bare = [term if term in costs else term.lstrip("+-~?") for term in terms]
    names = [term.partition("=")[0] for term in terms]
    # The costs of a term depend on its place, but not whether it is a mistake.
    mistaken = any(term in MISTAKES or (term in DIFFERENCES and costs[term] is BROKEN) for term in [*terms, *bare])
    if mistaken or max(names.count("redirect"), names.count("exp")) > 1:
        return BROKEN
    before, end = split_at_all(bare)
    paid = [costs[term] for term in before if term in costs]
    if not end:
        paid += [REDIRECTS[term] for term in terms if term in REDIRECTS]
    lookups, voids = sum(cost.lookups for cost in paid), sum(cost.voids for cost in paid)
    if not all(cost.valid for cost in paid) or lookups > LOOKUPS or voids > VOID_LOOKUPS:
        return BROKEN
    return Cost(lookups, voids)


class Reading(NamedTuple):
    terms: list[str]
    ours: Cost
    theirs: Cost


class Reader:
    """Reads a record by the portal and by checkdmarc; what DNS said once is not asked again."""

    def __init__(self, dns: Dns) -> None:
        self._lookup = Lookup([(dns.host, dns.port)])
        self._resolver = Resolver(configure=False)
        self._resolver.nameservers = [Do53Nameserver(dns.host, dns.port)]
        self._resolver.cache = LRUCache(10_000)

    def ours(self, domain: str) -> Cost:
        return self._lookup.judge(partial(self._ours, domain=domain)).value

    def _ours(self, answers: Answers, domain: str) -> Cost:
        (record,) = answers.texts(domain)
        try:
            walk = Walk(answers, domain, parse(record))
        except SpfSyntaxError:
            return BROKEN
        walk.look_for_voids()
        if walk.pending:
            raise Pending(domain)
        if walk.too_many or walk.problems or len(walk.void) > VOID_LOOKUPS:
            return BROKEN
        return Cost(walk.lookups, len(walk.void))

    def theirs(self, domain: str) -> Cost:
        found = check_spf(domain, resolver=self._resolver)
        return Cost(found["dns_lookups"], found["void_dns_lookups"]) if found["valid"] else BROKEN


@pytest.fixture(scope="module")
def readings() -> Iterator[list[Reading]]:
    chance = random.Random(7208)
    records = [generated(chance) for _ in range(RECORDS)]
    lines = [txt(f"r{number}", " ".join(["v=spf1", *terms])) for number, terms in enumerate(records)]
    DNS_CACHE.clear()
    with Dns() as dns:
        dns.zones.put("agree.test", "\n".join([WORLD, *lines]))
        reader = Reader(dns)
        names = [f"r{number}.agree.test" for number in range(RECORDS)]
        with ThreadPoolExecutor(4) as pool:
            yield list(map(Reading, records, pool.map(reader.ours, names), pool.map(reader.theirs, names)))
    DNS_CACHE.clear()


def test_we_find_what_the_table_says(readings: list[Reading]) -> None:
    assert [reading for reading in readings if reading.ours != expected(reading.terms)] == []


def test_checkdmarc_finds_what_the_table_says_but_for_the_differences(readings: list[Reading]) -> None:
    assert [reading for reading in readings if reading.theirs != expected_of_checkdmarc(reading.terms)] == []


@pytest.mark.parametrize("difference", [*DIFFERENCES, BEHIND_ALL])
def test_each_difference_is_needed(readings: list[Reading], difference: str) -> None:
    assert [reading for reading in readings if reading.theirs != expected_of_checkdmarc(reading.terms, difference)]


def test_most_records_show_no_difference(readings: list[Reading]) -> None:
    alike = [reading for reading in readings if reading.ours == reading.theirs]

    assert len(alike) > RECORDS * 0.9
    assert sum(reading.ours.valid for reading in alike) > RECORDS * 0.4
    assert max(reading.ours.lookups for reading in alike) == LOOKUPS
