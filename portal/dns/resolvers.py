"""Asks resolvers: those configured, or this machine's."""

import asyncio
import time
from collections.abc import Sequence

from dns.asyncresolver import Resolver
from dns.nameserver import Do53Nameserver
from dns.resolver import NXDOMAIN

from portal.dns import Answer, Question
from portal.dns.reading import absent, name_of, resolved

EDNS_SIZE = 1232  # bytes; what resolvers agreed on in 2020 so that no answer is fragmented


class Resolvers:
    """These resolvers, (address, port) each, one after the other; without any, this machine's."""

    def __init__(self, addresses: Sequence[tuple[str, int]], seconds: float) -> None:
        self._addresses = addresses
        self._seconds = seconds

    async def ask(self, question: Question, room: asyncio.Semaphore) -> Answer:
        """The answer. Raise CouldNotLook, DNSException or OSError."""
        asked_at = time.time()
        name = name_of(question.name)
        if name is None:
            return absent(False, (), 0, asked_at)
        async with room:
            try:
                answer = await self._resolver().resolve(name, question.type, search=False, raise_on_no_answer=False)
                message = answer.response
            except NXDOMAIN as error:
                message = error.kwargs["responses"][name]
        return resolved(question.type, message, asked_at)

    def _resolver(self) -> Resolver:
        resolver = Resolver(configure=not self._addresses)
        if self._addresses:
            resolver.nameservers = [Do53Nameserver(address, port) for address, port in self._addresses]
        resolver.lifetime = self._seconds
        resolver.use_edns(0, 0, EDNS_SIZE)
        return resolver
