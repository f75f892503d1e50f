"""Asks resolvers. What could not be asked is an error, never an empty answer."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any, TypeVar

from dns.exception import DNSException
from dns.name import LabelTooLong, NameTooLong, from_text
from dns.nameserver import Do53Nameserver
from dns.resolver import NXDOMAIN, NoAnswer, Resolver

from portal.dns import Answer, Answers, CouldNotLook, Data, Mx, Pending, Question, Srv

T = TypeVar("T")

EDNS_SIZE = 1232  # bytes; what resolvers agreed on in 2020 so that no answer is fragmented


class Lookup:
    """Asks these resolvers, (address, port) each; without any, this machine's. `seconds` bounds each question."""

    def __init__(self, resolvers: Sequence[tuple[str, int]] = (), seconds: float = 4.5) -> None:
        self._resolvers = resolvers
        self._seconds = seconds

    def mx(self, domain: str) -> tuple[str, ...]:
        """The hosts that take the domain's mail, in lower case without a final dot.

        Empty when there is no such name or record, and for a null MX (RFC 7505).
        """
        hosts = [str(record.exchange).lower().rstrip(".") for record in self._ask(domain, "MX")]
        return tuple(host for host in hosts if host)

    def txt(self, name: str) -> tuple[str, ...]:
        """The texts at that name, the strings of each record joined (RFC 7208 3.3 reads them so)."""
        return tuple(b"".join(record.strings).decode(errors="replace") for record in self._ask(name, "TXT"))

    def judge(self, judge: Callable[[Answers], T]) -> T:
        """What `judge` says once it has all the answers it asks for, which are looked up beside one another.

        It is called again whenever one more is there, so that no question waits for one that it does not depend on.
        """
        known: dict[Question, Answer] = {}
        under_way: dict[Future[Answer], Question] = {}
        with ThreadPoolExecutor(16, thread_name_prefix="dns") as pool:
            while True:
                answers = Answers(known)
                try:
                    return judge(answers)
                except Pending:
                    for question in set(answers.wanted).difference(under_way.values()):
                        under_way[pool.submit(self.ask, question)] = question
                for future in wait(under_way, return_when=FIRST_COMPLETED).done:
                    known[under_way.pop(future)] = future.result()

    def ask(self, question: Question) -> Answer:
        """The answer; one that `failed` when there is none."""
        now = time.time()
        try:
            found = self._resolver().resolve(from_text(question.name), question.type, search=False)
        except NXDOMAIN:
            return Answer(exists=False, looked_at=now)
        except (NoAnswer, NameTooLong, LabelTooLong):
            return Answer(looked_at=now)
        except (DNSException, OSError) as error:
            return Answer(failed=type(error).__name__, looked_at=now)
        chain = tuple(_plain(rrset[0].target) for rrset in found.chaining_result.cnames)
        return Answer(tuple(_data(question.type, record) for record in found), chain=chain, looked_at=now)

    def _ask(self, name: str, kind: str) -> Sequence[Any]:
        """The records, CNAMEs followed. Raise CouldNotLook."""
        try:
            return list(self._resolver().resolve(from_text(name), kind, search=False))
        except (NXDOMAIN, NoAnswer, NameTooLong, LabelTooLong):
            return []
        except (DNSException, OSError) as error:
            raise CouldNotLook(f"{kind} of {name}: {type(error).__name__}") from error

    def _resolver(self) -> Resolver:
        resolver = Resolver(configure=not self._resolvers)
        if self._resolvers:
            resolver.nameservers = [Do53Nameserver(address, port) for address, port in self._resolvers]
        resolver.lifetime = self._seconds
        resolver.use_edns(0, 0, EDNS_SIZE)
        return resolver


def _plain(name: object) -> str:
    return str(name).lower().rstrip(".")


def _data(kind: str, record: Any) -> Data:
    match kind:
        case "MX":
            return Mx(record.preference, _plain(record.exchange))
        case "SRV":
            return Srv(record.priority, record.weight, record.port, _plain(record.target))
        case "TXT":
            return b"".join(record.strings).decode(errors="replace")
        case _:
            return _plain(record)
