"""What goes wrong on purpose and how long things take: faults, latency, and the log of calls."""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from flask import Response

from .answers import Kind, Refusal, checked

# What is known about a call before it runs, such as its path: faults choose by it, and the log holds it.
Call: TypeAlias = Mapping[str, str]

# What becomes of a call besides an answer: `down` and `cut` happen to the connection, `slow` to the clock.
HAPPENINGS = frozenset({"down", "cut", "slow"})


@dataclass
class Fault:
    """One fault for the calls that fit `where`; `times` None = until replaced. `ms` is what `slow` waits.

    So many calls that it could hit are let through first: `skip`.
    """

    where: Mapping[str, str]
    kind: str = "down"
    when: str = "before"
    times: int | None = None
    message: str = ""
    ms: int = 0
    skip: int = 0


class Faults:
    """The faults that are switched on.

    `answers` are the kinds that are an answer like any other. `words` tell for each word of a call how what a fault
    wants of it is compared; a fault that leaves a word out, or wants "" or ``*``, takes any.
    """

    def __init__(
        self, answers: Mapping[str, Callable[[str], Response]], words: Mapping[str, Callable[[str, str], bool]]
    ) -> None:
        self.answers = answers
        self._words = words
        self._faults: list[Fault] = []
        self._lock = threading.Lock()

    def replace(self, wanted: list[Any]) -> None:
        """Raise Refusal when one of them is not understood: a fault that never strikes would prove nothing."""
        faults = [self._understood(item) for item in wanted]
        with self._lock:
            self._faults = faults

    def _understood(self, item: Any) -> Fault:
        about: dict[str, Kind] = {"kind": str, "when": str, "times": int | None, "message": str}
        about |= {"ms": int, "skip": int}
        given = checked(item, about | dict.fromkeys(self._words, str), ["kind"])
        where = {word: value for word, value in given.items() if word in self._words and value not in ("", "*")}
        fault = Fault(where, **{key: value for key, value in given.items() if key in about})
        if fault.kind not in HAPPENINGS | self.answers.keys() or fault.when not in ("before", "after"):
            raise Refusal(f"no such fault: {json.dumps(given)}")
        return fault

    def strike(self, call: Call, when: str) -> Fault | None:
        """The first fault that hits, counted as used."""
        with self._lock:
            for fault in self._faults:
                if fault.when == when and fault.times != 0 and self._fits(fault, call):
                    if fault.skip:
                        fault.skip -= 1
                        continue
                    if fault.times is not None:
                        fault.times -= 1
                    return fault
        return None

    def _fits(self, fault: Fault, call: Call) -> bool:
        return all(self._words[word](call[word], value) for word, value in fault.where.items())


class Latency:
    """How long each call takes at least; the longest prefix that fits its `word` decides."""

    def __init__(self, word: str) -> None:
        self._word = word
        self._every = 0
        self._some: dict[str, int] = {}

    def set(self, ms: int, some: Mapping[str, int]) -> None:
        self._every, self._some = ms, dict(some)

    def seconds(self, call: Call) -> float:
        fitting = [prefix for prefix in self._some if call[self._word].startswith(prefix)]
        return (self._some[max(fitting, key=len)] if fitting else self._every) / 1000


class CallLog:
    """Which calls came, and what became of them. Bodies and headers are never kept."""

    def __init__(self) -> None:
        self._calls: list[dict[str, Any]] = []
        self._lock = threading.Lock()

    def add(self, **call: Any) -> None:
        with self._lock:
            self._calls.append(call)

    def all(self) -> list[dict[str, Any]]:
        with self._lock:
            return list(self._calls)

    def clear(self) -> None:
        with self._lock:
            self._calls.clear()
