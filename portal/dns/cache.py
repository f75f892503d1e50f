"""What DNS said, kept for as long as it is good: a bounded part of it in this process, and what all processes share."""

import json
import sys
import time
from collections import OrderedDict
from collections.abc import Collection, Mapping
from threading import Lock
from typing import Protocol

from portal.dns import Answer, Data, Mx, Question, Srv

MOST = 5_000
MOST_BYTES = 16 * 2**20
# What a text costs besides its characters.
OVERHEAD = sys.getsizeof("")


class Shared(Protocol):
    """Texts by key, for all processes. Neither method raises: without it each process has its own answers."""

    def recall(self, keys: Collection[str]) -> Mapping[str, str]:
        """Those there are, of these."""

    def keep(self, texts: Mapping[str, tuple[str, float, float]]) -> None:
        """Keep each text, said at the first time (unix seconds) and good until the second, unless a newer is there."""


class Cache:
    """Answers by question."""

    def __init__(self, shared: Shared | None = None) -> None:
        self._shared = shared
        self._lock = Lock()
        self._answers: OrderedDict[Question, Answer] = OrderedDict()
        self._bytes = 0

    def find(self, questions: Collection[Question], oldest: float, *, live: bool) -> dict[Question, Answer]:
        """The answers that are good and not older than that; if `live`, only such as were asked for so."""
        if not questions:
            return {}
        for question, answer in self._shared_answers(questions).items():
            self.put(question, answer)
        with self._lock:
            here = {question: self._answers[question] for question in questions if question in self._answers}
        now = time.time()
        return {
            question: answer
            for question, answer in here.items()
            if answer.expires > now and answer.looked_at >= oldest and (answer.live or not live)
        }

    def here(self, question: Question) -> Answer | None:
        """What this process itself has, if it is good. Nothing else is asked."""
        with self._lock:
            answer = self._answers.get(question)
        return answer if answer is not None and answer.expires > time.time() else None

    def put(self, question: Question, answer: Answer) -> None:
        """Keep it in this process, unless what is here is newer."""
        with self._lock:
            before = self._answers.pop(question, None)
            if before is not None:
                self._bytes -= _size(question, before)
                if before.looked_at > answer.looked_at:
                    answer = before
            self._answers[question] = answer
            self._bytes += _size(question, answer)
            while len(self._answers) > MOST or self._bytes > MOST_BYTES:
                self._bytes -= _size(*self._answers.popitem(last=False))

    def share(self, answers: Mapping[Question, Answer]) -> None:
        """Keep them for all processes."""
        if self._shared is not None and answers:
            self._shared.keep(
                {
                    _key(question): (_written(answer), answer.looked_at, answer.expires)
                    for question, answer in answers.items()
                }
            )

    def _shared_answers(self, questions: Collection[Question]) -> dict[Question, Answer]:
        if self._shared is None:
            return {}
        texts = self._shared.recall([_key(question) for question in questions])
        return {question: _read(question, texts[_key(question)]) for question in questions if _key(question) in texts}


def _key(question: Question) -> str:
    return f"{question.type} {question.name}"


def _written(answer: Answer) -> str:
    return json.dumps(
        [
            answer.records,
            answer.exists,
            answer.chain,
            answer.looked_at,
            answer.expires,
            answer.failed,
            answer.live,
        ],
        separators=(",", ":"),
    )


def _read(question: Question, text: str) -> Answer:
    records, exists, chain, looked_at, expires, failed, live = json.loads(text)
    return Answer(
        tuple(_record(question.type, record) for record in records),
        exists,
        tuple(chain),
        looked_at,
        expires,
        failed,
        live,
    )


def _record(kind: str, written: str | list[int | str]) -> Data:
    if isinstance(written, str):
        return written
    return Mx(*written) if kind == "MX" else Srv(*written)  # type: ignore[arg-type]


def _size(question: Question, answer: Answer) -> int:
    """Bytes, roughly."""
    texts = [question.name, *answer.chain]
    for record in answer.records:
        texts += [record] if isinstance(record, str) else [part for part in record if isinstance(part, str)]
    return sum(OVERHEAD + len(text) for text in texts) + 8 * OVERHEAD
