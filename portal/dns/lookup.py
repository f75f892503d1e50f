"""Finds the answers that judges ask for. What could not be asked is a failure, never an empty answer."""

import time
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from queue import Empty, SimpleQueue
from threading import Lock
from typing import Any, Generic, TypeVar

from portal.dns import Answer, Answers, Mx, Pending, Question
from portal.dns.asking import Asking
from portal.dns.cache import Cache, Shared
from portal.dns.own_servers import OwnServers
from portal.dns.reading import failed
from portal.dns.resolvers import Resolvers
from portal.dns.shares import Shares

T = TypeVar("T")

# What one judge may ask. SPF's worst is 10 look-ups of 10 hosts with two kinds of address each.
MOST_QUESTIONS = 300
# … and how many of these at a time: a judgement about names that nobody answers for leaves room for the others. What is
# asked live takes several messages at a time.
AT_A_TIME = 24
LIVE_AT_A_TIME = 8
# Seconds. A judge that ran for each of many answers that come at once would keep those from being read.
TOGETHER = 0.001
MOST_IN_BACKGROUND = 24  # judgements at a time, each with a thread
MOST_OF_ONE = 6  # of these, for one and the same holder
# What a judge said in the background is kept for whoever comes to fetch it: for so many seconds, and so many of them.
KEPT_FOR = 30
MOST_KEPT = 500


@dataclass(frozen=True, slots=True)
class Looked(Generic[T]):
    """What a judge said. `looked_at` (unix seconds): when the oldest of the answers was asked for."""

    value: T
    looked_at: float


@dataclass(frozen=True, slots=True)
class _Work:
    """A judgement in the background, begun for somebody who counts what was asked for after `since`."""

    began: float
    since: float
    future: Future[Looked[Any]]

    def counts(self, since: float) -> bool:
        """Whether what it says, or will say, is as new as that."""
        if not self.future.done():
            return max(self.began, self.since) >= since
        if time.time() - self.began > KEPT_FOR:
            return False
        # Begun for the same caller, whose clock may be ahead of this one.
        if self.since >= since or self.future.exception() is not None:
            return max(self.began, self.since) >= since
        return self.future.result().looked_at >= since


class Lookup:
    """Asks these resolvers, (address, port) each; without any, this machine's. One for a process, and for all threads.

    `seconds` bounds each question and `deadline` each judgement: what is missing then has failed. What is asked *live*
    is asked past what is kept, at the zones' own name servers; where resolvers are given, at those and no others
    (`own_servers` is for tests).
    """

    def __init__(
        self,
        resolvers: Sequence[tuple[str, int]] = (),
        *,
        seconds: float = 4.5,
        deadline: float = 8.0,
        shared: Shared | None = None,
        own_servers: OwnServers | None = None,
    ) -> None:
        self._deadline = deadline
        self._cache = Cache(shared)
        own = own_servers or (None if resolvers else OwnServers())
        self._asking = Asking(Resolvers(resolvers, seconds), own, seconds, self._cache)
        self._pool = ThreadPoolExecutor(MOST_IN_BACKGROUND, thread_name_prefix="dns")
        self._places = Shares(MOST_IN_BACKGROUND, MOST_OF_ONE)
        self._lock = Lock()
        self._work: dict[tuple[Hashable, bool], _Work] = {}

    def judge(self, judge: Callable[[Answers], T], *, max_age: float | None = None, live: bool = False) -> Looked[T]:
        """What `judge` says once it has all the answers it asks for. Raise what it raises.

        It is called again whenever one more is there, so that no question waits for one that it does not depend on.
        Answers asked for more than `max_age` seconds ago do not count; if `live`, only those asked live from now on do.
        """
        oldest = 0.0 if max_age is None and not live else time.time() - (max_age or 0)
        new: dict[Question, Answer] = {}
        try:
            return self._judge(judge, oldest, live, new)
        finally:
            self._cache.share(new)

    def look(
        self,
        key: Hashable,
        judge: Callable[[Answers], T],
        *,
        patience: float = 0.2,
        since: float = 0.0,
        live: bool = False,
        holder: Hashable = None,
    ) -> Looked[T] | None:
        """The same, of what is kept; else it begins in the background. None when it takes longer than `patience`.

        Whoever comes again with the key is given what was found meanwhile: so it names all that `judge` depends on.
        Answers asked for before `since` (unix seconds) do not count; if `live`, only those asked live do. None as well
        while too much else is being looked up, for this `holder` or in all.
        """
        try:
            return self._judge(judge, since, live, None)
        except Pending:
            work = self._in_background((key, live), since, holder, partial(self._judge, judge, since, live))
        if work is None or not wait([work.future], patience).done:
            return None
        found: Looked[T] = work.future.result()
        return found

    def mx(self, domain: str) -> tuple[str, ...]:
        """The hosts that take the domain's mail now, in lower case without a final dot. Raise CouldNotLook.

        Empty when there is no such name or record, and for a null MX (RFC 7505).
        """
        records = self._now(domain, "MX").records
        return tuple(record.host for record in records if isinstance(record, Mx) and record.host)

    def txt(self, name: str) -> tuple[str, ...]:
        """The texts at that name now, the strings of each record joined (RFC 7208 3.3 reads them so).

        Raise CouldNotLook.
        """
        return tuple(str(record) for record in self._now(name, "TXT").records)

    def close(self) -> None:
        """End what is under way."""
        self._asking.close()
        self._pool.shutdown()

    def _now(self, name: str, kind: str) -> Answer:
        """What resolvers say now; nothing that was kept, and nothing is kept for other processes."""
        question = Question(name.lower().rstrip("."), kind)
        flight, _first = self._asking.ask(question, oldest=time.time())
        return Answers({question: flight.future.result()}).get(*question)

    def _judge(
        self, judge: Callable[[Answers], T], oldest: float, live: bool, new: dict[Question, Answer] | None
    ) -> Looked[T]:
        """Put what it has to ask for into `new`; without that, raise Pending."""
        began, last = time.time(), time.monotonic() + self._deadline
        known: dict[Question, Answer] = {}
        under_way: set[Question] = set()
        waiting: deque[Question] = deque()
        at_a_time = LIVE_AT_A_TIME if live else AT_A_TIME
        landed: SimpleQueue[tuple[Question, Answer, bool]] = SimpleQueue()
        while True:
            answers = Answers(known)
            try:
                value = judge(answers)
                return Looked(value, min((answer.looked_at for answer in known.values()), default=began))
            except Pending:
                wanted = set(answers.wanted) - under_way - set(waiting)
                if not wanted and not under_way and not waiting:
                    raise
            kept = self._cache.find(wanted, oldest, live=live)
            known |= kept
            if new is None and len(kept) < len(wanted):
                raise Pending
            waiting += [question for question in dict.fromkeys(answers.wanted) if question in wanted - kept.keys()]
            known_before = len(known) - len(kept)
            while waiting and len(under_way) < at_a_time:
                question = waiting.popleft()
                if time.monotonic() >= last or len(known) + len(under_way) >= MOST_QUESTIONS:
                    known[question] = failed("too late or too many", began)
                    continue
                under_way.add(question)
                flight, first = self._asking.ask(question, live=live, oldest=oldest)
                flight.future.add_done_callback(partial(_land, landed, question, first))
            if len(known) > known_before:
                continue
            for question, answer, first in _next(landed, last) or [
                (question, failed("timeout", began), False) for question in under_way
            ]:
                known[question] = answer
                under_way.discard(question)
                if first and new is not None:
                    new[question] = answer

    def _in_background(
        self,
        key: tuple[Hashable, bool],
        since: float,
        holder: Hashable,
        judgement: Callable[[dict[Question, Answer]], Looked[Any]],
    ) -> _Work | None:
        """The judgement under way or just ended that counts, or this one begun; None when there is no room."""
        with self._lock:
            work = self._work.get(key)
            if work is not None and work.counts(since):
                return work
            self._let_go()
            if not self._places.take(holder):
                return None
            future: Future[Looked[Any]] = Future()
            ended = self._pool.submit(self._end, future, judgement)
            ended.add_done_callback(lambda _ended: self._places.give_back(holder))
            # Last, so that the oldest come first.
            self._work.pop(key, None)
            work = self._work[key] = _Work(time.time(), since, future)
            return work

    def _end(self, future: Future[Looked[Any]], judgement: Callable[[dict[Question, Answer]], Looked[Any]]) -> None:
        """Nobody who waits for what it says waits for the database as well."""
        new: dict[Question, Answer] = {}
        try:
            future.set_result(judgement(new))
        except BaseException as error:
            future.set_exception(error)
        self._cache.share(new)

    def _let_go(self) -> None:
        """Forget what nobody fetched."""
        ended = [key for key, work in self._work.items() if work.future.done()]
        too_old = time.time() - KEPT_FOR
        for place, key in enumerate(ended):
            if self._work[key].began < too_old or len(ended) - place > MOST_KEPT:
                del self._work[key]


def _land(
    landed: "SimpleQueue[tuple[Question, Answer, bool]]", question: Question, first: bool, future: Future[Answer]
) -> None:
    answer = failed("closed", time.time()) if future.cancelled() else future.result()
    landed.put((question, answer, first))


def _next(landed: "SimpleQueue[tuple[Question, Answer, bool]]", last: float) -> list[tuple[Question, Answer, bool]]:
    """The next to land, with those that land about then; none when the time is over."""
    found = []
    try:
        found.append(landed.get(timeout=max(last - time.monotonic(), 0)))
        time.sleep(TOGETHER)
        while True:
            found.append(landed.get_nowait())
    except Empty:
        return found
