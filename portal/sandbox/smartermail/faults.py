"""What goes wrong on purpose and how long things take: faults, latency, and the log of calls."""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from flask import Response

from .answers import Refusal, checked, refused

# Kinds that are an answer like any other (`refuse` is told by the body alone). `down` and `cut` happen to the
# connection, `slow` to the clock.
ANSWERS: dict[str, Callable[[str], Response]] = {
    "500": lambda text: Response(text or "Internal Server Error", 500, mimetype="text/plain"),
    "html": lambda text: Response(f"<!doctype html><title>{text or 'Maintenance'}</title>", 200, mimetype="text/html"),
    "401": lambda text: refused(text or "Token has expired", 401),
    "403": lambda text: refused(text or "Unauthorized", 403),
    "404": lambda text: refused(text or "Not Found", 404),
    "refuse": lambda text: refused(text or "REFUSED", 200),
    "refuse400": lambda text: refused(text or "REFUSED", 400),
}
KINDS = frozenset({"down", "cut", "slow", *ANSWERS})


@dataclass
class Fault:
    """One fault; `times` None = until replaced. `method` "" = any. `ms` is what `slow` waits."""

    path: str = "*"
    kind: str = "down"
    when: str = "before"
    times: int | None = None
    message: str = ""
    ms: int = 0
    method: str = ""

    def hits(self, method: str, path: str, when: str) -> bool:
        here = (self.path == "*" or path.startswith(self.path)) and self.method in ("", method)
        return self.when == when and self.times != 0 and here


class Faults:
    """The faults that are switched on."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._lock = threading.Lock()

    def replace(self, wanted: list[Any]) -> None:
        """Raise Refusal when one of them is not understood: a fault that never strikes would prove nothing."""
        known = {"path": str, "kind": str, "when": str, "times": int | None, "message": str, "ms": int, "method": str}
        faults = [Fault(**checked(item, known, ["kind"])) for item in wanted]
        for fault in faults:
            if fault.kind not in KINDS or fault.when not in ("before", "after"):
                raise Refusal(f"no such fault: {json.dumps(asdict(fault))}")
        with self._lock:
            self._faults = faults

    def strike(self, method: str, path: str, when: str) -> Fault | None:
        """The first fault that hits, counted as used."""
        with self._lock:
            for fault in self._faults:
                if fault.hits(method, path, when):
                    if fault.times is not None:
                        fault.times -= 1
                    return fault
        return None


class Latency:
    """How long each call takes at least; the longest path prefix that fits decides."""

    def __init__(self) -> None:
        self._every = 0
        self._paths: dict[str, int] = {}

    def set(self, ms: int, paths: Mapping[str, int]) -> None:
        self._every, self._paths = ms, dict(paths)

    def seconds(self, path: str) -> float:
        fitting = [prefix for prefix in self._paths if path.startswith(prefix)]
        return (self._paths[max(fitting, key=len)] if fitting else self._every) / 1000


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
