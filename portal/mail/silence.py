"""Keeps a server that lets every call wait in vain from holding everybody who asks it."""

import threading
import time

TIMEOUTS = 4  # in a row, without any answer in between
TRY_EVERY = 2.0  # seconds: then one call finds out whether it answers again
PATIENCE = 1.0  # seconds that the others wait for that


class Silence:
    """How a server has been silent lately; shared by all threads that ask it.

    It may be one domain alone that hangs. So the first answer to anybody ends the silence for all, and those who come
    meanwhile are sent away only when there was none for a while.
    """

    def __init__(self) -> None:
        self._answer = threading.Condition()
        self._timeouts = 0
        self._next_try = 0.0

    def may_ask(self) -> bool:
        """Whether to ask now; the answer can take `PATIENCE` seconds."""
        with self._answer:
            if self._is_over():
                return True
            if (now := time.monotonic()) >= self._next_try:
                self._next_try = now + TRY_EVERY
                return True
            return self._answer.wait_for(self._is_over, PATIENCE)

    def answered(self) -> None:
        """Any answer counts, also a refusal."""
        if self._timeouts:
            with self._answer:
                self._timeouts = 0
                self._answer.notify_all()

    def timed_out(self) -> None:
        with self._answer:
            self._timeouts += 1

    def _is_over(self) -> bool:
        return self._timeouts < TIMEOUTS
