"""What every played server has: a sign-in, a lock, an era, and what goes wrong with it."""

import secrets
import threading

from .faults import CallLog, Faults, Latency


class Played:
    """Reached by several threads at once: whoever reads or changes what it holds has `lock`."""

    def __init__(self, username: str, faults: Faults, latency: Latency) -> None:
        self.username = username
        # Characters that do not survive careless JSON, HTML or shell quoting.
        self.password = secrets.token_urlsafe(12) + '"&\\'
        self.latency = latency
        self.log = CallLog()
        self.faults = faults
        # Never held while a fault or latency sleeps.
        self.lock = threading.RLock()
        self.era = threading.Event()

    def clear(self) -> None:
        """Begin a new era, in which nothing goes wrong; calls that still wait learn that theirs is over."""
        self.era.set()
        self.era = threading.Event()
        self.latency.set(0, {})
        self.faults.replace([])
        self.log.clear()
