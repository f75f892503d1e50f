"""Places that nobody can have all of."""

from collections import Counter
from collections.abc import Hashable
from threading import Lock


class Shares:
    """So many places, of which one and the same holder has `of_one` at most."""

    def __init__(self, places: int, of_one: int) -> None:
        self._places = places
        self._of_one = of_one
        self._lock = Lock()
        self._taken: Counter[Hashable] = Counter()

    def take(self, holder: Hashable) -> bool:
        """Whether there was a place for the holder, who has it from now on."""
        with self._lock:
            free = self._taken.total() < self._places and self._taken[holder] < self._of_one
            if free:
                self._taken[holder] += 1
            return free

    def give_back(self, holder: Hashable) -> None:
        with self._lock:
            self._taken[holder] -= 1
            # So that it does not grow with whoever was here once.
            self._taken += Counter()
