"""Several threads that do something at the same moment."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")


def at_once(times: int, act: Callable[[int], T]) -> list[T]:
    """What each of them gets; `act` is told its number. Raise what the first of them that failed raised."""
    together = threading.Barrier(times)

    def one(number: int) -> T:
        together.wait()
        return act(number)

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))
