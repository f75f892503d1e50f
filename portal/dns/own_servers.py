"""Asks the name servers of the zone itself, past every cache.

Whoever publishes a zone decides where its name servers are. So only public addresses are asked, on one port, and few of
them: nobody can have the portal reach into the network it stands in.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Network, ip_address, ip_network

from dns import flags
from dns.asyncquery import udp_with_fallback
from dns.exception import DNSException
from dns.message import Message, make_query
from dns.name import Name
from dns.rcode import NOERROR, NXDOMAIN, to_text
from dns.rdataclass import IN
from dns.rdatatype import AAAA, CNAME, NS, A, RdataType
from dns.rdatatype import from_text as type_of

from portal.dns import Answer, CouldNotLook, Question
from portal.dns.reading import absent, found, name_of, negative_ttl, plain, reason
from portal.dns.resolvers import EDNS_SIZE

DNS_PORT = 53
MOST_CNAMES = 16
MOST_REFERRALS = 4
MOST_HOSTS = 6
MOST_ADDRESSES = 8
MOST_LABELS = 10
# Messages for one question, to resolvers and to zones' servers: who delegates and points around without an end has us
# ask others, who have no part in it.
MOST_MESSAGES = 80
# All that is given out for the Internet of today (RFC 4291 2.4), and what of it leads to IPv4 addresses.
UNICAST = IPv6Network("2000::/3")
TUNNELS = [ip_network("2001::/32"), ip_network("2002::/16")]
RELAYS = ip_network("192.88.99.0/24")

# Asks resolvers, with our cache.
Ask = Callable[[Question], Awaitable[Answer]]


def is_public(address: str) -> bool:
    """Whether anybody on the Internet may be there: no network of our own, no group, no way around into one."""
    ip = ip_address(address)
    if ip.is_multicast or ip.is_reserved or not ip.is_global:
        return False
    if isinstance(ip, IPv4Address):
        return ip not in RELAYS
    return ip in UNICAST and not any(ip in tunnel for tunnel in TUNNELS)


@dataclass(frozen=True, slots=True)
class _Zone:
    name: Name
    addresses: tuple[str, ...]


class OwnServers:
    """The zones' own name servers, of which only those that `may_ask` allows are asked."""

    def __init__(self, *, port: int = DNS_PORT, may_ask: Callable[[str], bool] = is_public) -> None:
        self._port = port
        self._may_ask = may_ask

    async def ask(self, question: Question, resolve: Ask, seconds: float, room: asyncio.Semaphore) -> Answer:
        """The answer; each server has `seconds`. Raise CouldNotLook, DNSException or OSError.

        A server is believed for its own zone alone: a CNAME that leads out of it is followed at that zone's servers.
        """
        asked_at = time.time()
        look = _Look(self._port, self._may_ask, resolve, seconds, room)
        name, kind = name_of(question.name), type_of(question.type)
        if name is None:
            return absent(False, (), 0, asked_at)
        chain: list[Name] = []
        ttl = float("inf")
        while True:
            zone, message = await look.at_its_zone(name, kind)
            asked = name
            while name.is_subdomain(zone.name):
                records = message.get_rrset(message.answer, name, IN, kind)
                if records is not None:
                    return found(question.type, records, chain, min(ttl, records.ttl), asked_at)
                alias = message.get_rrset(message.answer, name, IN, CNAME)
                if alias is None:
                    break
                name, ttl = alias[0].target, min(ttl, alias.ttl)
                if name in chain or len(chain) == MOST_CNAMES:
                    raise CouldNotLook("CNAMEs without an end")
                chain.append(name)
            if name == asked:
                return absent(message.rcode() == NOERROR, chain, min(ttl, negative_ttl(message)), asked_at)


@dataclass(slots=True)
class _Look:
    """One question's way to the servers. `left`: how many messages it may still take."""

    port: int
    may_ask: Callable[[str], bool]
    resolve: Ask
    seconds: float
    room: asyncio.Semaphore
    left: int = MOST_MESSAGES

    async def at_its_zone(self, name: Name, kind: RdataType) -> tuple[_Zone, Message]:
        """The innermost zone that holds the name, and what one of its servers says."""
        zone = await self._zone_of(name)
        for _ in range(MOST_REFERRALS + 1):
            message = await self._first_to_answer(zone, name, kind)
            below = _referral(message, zone, name)
            if below is None:
                return zone, message
            hosts = [plain(record.target) for record in message.get_rrset(message.authority, below, IN, NS) or ()]
            zone = _Zone(below, await self._addresses(hosts, _glue(message, zone)))
        raise CouldNotLook("too many referrals")

    async def _zone_of(self, name: Name) -> _Zone:
        """As resolvers know it. What they do not know of yet is found by referrals."""
        labels = min(len(name), MOST_LABELS)
        around = [name.split(count)[1] for count in range(labels, 1, -1)]
        answers = await self._resolved([Question(plain(zone), "NS") for zone in around])
        for zone, answer in zip(around, answers, strict=True):
            if answer.records and not answer.chain and not answer.failed:
                return _Zone(zone, await self._addresses([str(host) for host in answer.records], {}))
        raise CouldNotLook("no name servers found")

    async def _addresses(self, hosts: Iterable[str], known: dict[str, list[str]]) -> tuple[str, ...]:
        """Where these may be asked, IPv4 first. `known` are those that came with a referral."""
        few = list(hosts)[:MOST_HOSTS]
        questions = [Question(host, kind) for kind in ("A", "AAAA") for host in few if host not in known]
        answers = await self._resolved(questions)
        said = [address for host in few for address in known.get(host, ())]
        said += [str(address) for answer in answers if not answer.failed for address in answer.records]
        allowed = tuple(dict.fromkeys(filter(self.may_ask, said)))[:MOST_ADDRESSES]
        if not allowed:
            raise CouldNotLook("no name server with a public address")
        return allowed

    async def _resolved(self, questions: Sequence[Question]) -> list[Answer]:
        self._spend(len(questions))
        return await asyncio.gather(*map(self.resolve, questions))

    def _spend(self, messages: int) -> None:
        if messages > self.left:
            raise CouldNotLook("too many messages")
        self.left -= messages

    async def _first_to_answer(self, zone: _Zone, name: Name, kind: RdataType) -> Message:
        why = ""
        tries = list(zone.addresses)
        for address in tries:
            try:
                message = await self._exchange(address, name, kind)
            except TimeoutError as error:
                why = reason(error)
                # A message may have been lost: whoever is silent is asked once more, after the others.
                if tries.count(address) == 1:
                    tries.append(address)
                continue
            except (DNSException, OSError, EOFError) as error:
                why = reason(error)
                continue
            if message.rcode() not in (NOERROR, NXDOMAIN):
                why = to_text(message.rcode()).lower()
            elif message.flags & flags.AA or _referral(message, zone, name) is not None:
                return message
            else:
                why = "not its zone"
        raise CouldNotLook(why)

    async def _exchange(self, address: str, name: Name, kind: RdataType) -> Message:
        self._spend(1)
        request = make_query(name, kind, use_edns=0, payload=EDNS_SIZE, flags=0)
        async with self.room, asyncio.timeout(self.seconds):
            message, _by_tcp = await udp_with_fallback(
                request, address, port=self.port, ignore_unexpected=True, ignore_errors=True
            )
        return message


def _referral(message: Message, zone: _Zone, name: Name) -> Name | None:
    """The zone inside this one that its server says holds the name."""
    if message.flags & flags.AA or message.answer or message.rcode() != NOERROR:
        return None
    for rrset in message.authority:
        if rrset.rdtype == NS and rrset.name != zone.name and rrset.name.is_subdomain(zone.name):
            return rrset.name if name.is_subdomain(rrset.name) else None
    return None


def _glue(message: Message, zone: _Zone) -> dict[str, list[str]]:
    """The addresses that came with a referral, of hosts inside the zone that made it: of others it knows nothing."""
    known: dict[str, list[str]] = {}
    for rrset in message.additional:
        if rrset.rdtype in (A, AAAA) and rrset.name.is_subdomain(zone.name):
            known.setdefault(plain(rrset.name), []).extend(record.address for record in rrset)
    return known
