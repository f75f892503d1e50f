"""Callers who want the same thing at the same time share one attempt at it."""

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Generic, TypeVar

T = TypeVar("T")


class Flights(Generic[T]):
    """Attempts under way, by key. Nothing is kept of an attempt that has ended."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._under_way: dict[Hashable, Future[T]] = {}

    def join(self, key: Hashable, work: Callable[[], T]) -> T:
        """What `work` returns or raises, or what the attempt of this key that is under way does.

        Sharing the failure matters as much: behind a dead server, callers would otherwise wait for one time-out each,
        one after the other.
        """
        with self._lock:
            flight = self._under_way.get(key)
            if flight is None:
                own: Future[T] = Future()
                self._under_way[key] = own
        if flight is not None:
            return flight.result()
        try:
            result = work()
        except BaseException as error:
            self._end(key)
            own.set_exception(error)
            raise
        self._end(key)
        own.set_result(result)
        return result

    def _end(self, key: Hashable) -> None:
        with self._lock:
            del self._under_way[key]
