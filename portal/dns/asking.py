"""Sends questions, many at a time and without a thread for each, so that servers that never answer take up none."""

import asyncio
import logging
import time
from collections.abc import Coroutine
from concurrent.futures import Future
from dataclasses import dataclass, replace
from threading import Lock, Thread

from dns.exception import DNSException

from portal.dns import Answer, CouldNotLook, Question
from portal.dns.cache import Cache
from portal.dns.own_servers import OwnServers
from portal.dns.reading import failed, reason
from portal.dns.resolvers import Resolvers
from portal.metrics import DNS_QUESTIONS

# Under way at a time, each with a socket. No holder of places for judgements can have that many.
MOST_MESSAGES = 600
# Times the seconds of a question: the zone's own servers have to be found, and one that is silent leaves time for the
# next.
LIVE = 1.5
TRY = 1 / 3
# Failures that are counted by their own name.
COUNTED = frozenset({"timeout", "servfail", "refused"})

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Flight:
    """A question under way since `began` (unix seconds). Its future raises nothing, but may be cancelled."""

    began: float
    future: Future[Answer]


class Asking:
    """Asks resolvers; live, where there are some, the zones' own servers. Each question ends within its `seconds`."""

    def __init__(self, resolvers: Resolvers, own_servers: OwnServers | None, seconds: float, cache: Cache) -> None:
        self._resolvers = resolvers
        self._own_servers = own_servers
        self._seconds = seconds
        self._cache = cache
        self._room = asyncio.Semaphore(MOST_MESSAGES)
        self._lock = Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False
        self._flights: dict[tuple[Question, bool], Flight] = {}

    def ask(self, question: Question, *, live: bool = False, oldest: float = 0.0) -> tuple[Flight, bool]:
        """Its flight, and whether it begins now: one that began before `oldest` (unix seconds) is not joined."""
        key = (question, live)
        with self._lock:
            joined = self._flights.get(key)
            if joined is not None and joined.began >= oldest:
                return joined, False
            if self._closed:
                return _nowhere(), False
            flight = self._flights[key] = Flight(time.time(), self._start(self._answer(question, live)))
        flight.future.add_done_callback(lambda _future: self._end(key, flight))
        return flight, True

    def close(self) -> None:
        """End what is under way. What is asked afterwards fails."""
        with self._lock:
            loop, self._loop, self._closed = self._loop, None, True
        if loop is not None:
            asyncio.run_coroutine_threadsafe(_cancel_all(), loop).result()
            loop.call_soon_threadsafe(loop.stop)

    def _start(self, work: Coroutine[None, None, Answer]) -> Future[Answer]:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            Thread(target=_run, args=(self._loop,), name="dns", daemon=True).start()
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def _end(self, key: tuple[Question, bool], flight: Flight) -> None:
        with self._lock:
            if self._flights.get(key) is flight:
                del self._flights[key]

    async def _answer(self, question: Question, live: bool) -> Answer:
        began = time.time()
        at_own_servers = live and self._own_servers is not None
        try:
            async with asyncio.timeout(self._seconds * (LIVE if at_own_servers else 1)):
                if live and self._own_servers is not None:
                    answer = await self._own_servers.ask(question, self._known, self._seconds * TRY, self._room)
                else:
                    answer = await self._resolvers.ask(question, self._room)
        except (CouldNotLook, DNSException, OSError, EOFError) as error:
            answer = failed(reason(error), began)
        except Exception as error:
            # Strangers write these messages: what the library stumbles over is no answer either.
            log.warning("unreadable DNS message: %s", type(error).__name__)
            answer = failed(reason(error), began)
        answer = replace(answer, live=live)
        DNS_QUESTIONS.labels(_result(answer)).inc()
        self._cache.put(question, answer)
        return answer

    async def _known(self, question: Question) -> Answer:
        """What resolvers say, or said a short while ago."""
        kept = self._cache.here(question)
        if kept is not None:
            return kept
        flight, _first = self.ask(question)
        # Whoever is out of time leaves; the flight goes on for the others in it.
        return await asyncio.shield(asyncio.wrap_future(flight.future))


def _result(answer: Answer) -> str:
    if answer.failed:
        return answer.failed if answer.failed in COUNTED else "failed"
    return "found" if answer.records else "absent"


def _nowhere() -> Flight:
    future: Future[Answer] = Future()
    future.set_result(failed("closed", time.time()))
    return Flight(time.time(), future)


def _run(loop: asyncio.AbstractEventLoop) -> None:
    try:
        loop.run_forever()
    finally:
        loop.close()


async def _cancel_all() -> None:
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
