"""What DNS holds of a domain, and what that means for its mail.

A *judge* is a pure function: from the answers there are, and what the plan expects, to a ``Finding``. It asks for what
it needs by ``Answers.get``; what is not there yet is noted and looked up (``lookup``), and the judge is called again.
Names are in lower case, ASCII and without a final dot; texts of TXT records are their strings joined.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class CouldNotLook(Exception):
    """No usable answer came in time: nothing is known of what the domain has."""


class Pending(Exception):
    """Answers are missing that were not asked for until now."""


class Question(NamedTuple):
    """A name and a record type: A, AAAA, CNAME, MX, NS, SRV or TXT."""

    name: str
    type: str


class Mx(NamedTuple):
    preference: int
    host: str  # empty for a null MX (RFC 7505)


class Srv(NamedTuple):
    priority: int
    weight: int
    port: int
    target: str


# What a record holds; of A, AAAA, CNAME, NS and TXT the text.
Data = str | Mx | Srv


@dataclass(frozen=True, slots=True)
class Answer:
    """What DNS said to a question at `looked_at` (unix seconds), good until `expires`.

    No `records` and `exists`: the name has none of this type; not `exists`: there is no such name. `chain` holds the
    names that CNAMEs led to, in order. `failed` says why there is no usable answer; nothing else but the times means
    anything then. `live`: said by those who are asked when what caches hold is not enough.
    """

    records: tuple[Data, ...] = ()
    exists: bool = True
    chain: tuple[str, ...] = ()
    looked_at: float = 0.0
    expires: float = 0.0
    failed: str = ""
    live: bool = False


class Answers:
    """The answers so far. `wanted` holds what a judge asked for without there being an answer."""

    def __init__(self, known: Mapping[Question, Answer]) -> None:
        self._known = known
        self.wanted: list[Question] = []

    def want(self, *questions: Question) -> None:
        """Note that these will be needed, so that they are looked up beside one another."""
        self.wanted += [question for question in questions if question not in self._known]

    def get(self, name: str, kind: str) -> Answer:
        """Raise Pending when it has not been asked yet, and CouldNotLook when no usable answer came."""
        question = Question(name.lower().rstrip("."), kind)
        self.want(question)
        answer = self._known.get(question)
        if answer is None:
            raise Pending(question)
        if answer.failed:
            raise CouldNotLook(f"{kind} of {name}: {answer.failed}")
        return answer

    def texts(self, name: str) -> tuple[str, ...]:
        """The TXT records of a name."""
        return tuple(str(record) for record in self.get(name, "TXT").records)


class Verdict(StrEnum):
    """Of two parts the worst wins: the later one here."""

    OFF = "off"
    OK = "ok"
    UNKNOWN = "unknown"
    MISSING = "missing"
    WRONG = "wrong"
    CONFLICT = "conflict"


WORST_LAST = tuple(Verdict)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst of them; OFF when there are none."""
    return max(verdicts, key=WORST_LAST.index, default=Verdict.OFF)


@dataclass(frozen=True, slots=True)
class Note:
    """Something to tell the customer: a code, for which the templates have the sentence, and what it names."""

    code: str
    values: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Record:
    """A record as a customer enters it at the DNS provider. `host` is whole, without a final dot.

    `value` is a TXT's text or the target of an MX, CNAME or SRV. `priority` is an MX's preference too.
    """

    host: str
    type: str
    value: str
    priority: int | None = None
    weight: int | None = None
    port: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What a judge says of one record of a domain: the verdict, why, what was found and what to publish.

    `reason` is the one sentence beside the verdict; `hints` are others worth reading (an SPF record that is nearly at
    its limit). `found` holds the records that matter as DNS has them; `publish` is there also when all is well.
    """

    verdict: Verdict
    reason: Note
    found: tuple[Record, ...] = ()
    publish: tuple[Record, ...] = ()
    hints: tuple[Note, ...] = ()

    @property
    def replacing(self) -> tuple[Record, ...]:
        """The records to publish that are not to stand beside what was found under their names."""
        hosts = {record.host for record in self.found} if self.verdict is not Verdict.OK else set()
        return tuple(record for record in self.publish if record.host in hosts)
