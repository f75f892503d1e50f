"""Serves a WSGI application under gunicorn as a process of its own, and reads that process's processor time."""

import ctypes
import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

ROOT = Path(__file__).parent.parent
START_SECONDS = 30
STOP_SECONDS = 10


class Gunicorn:
    """Workers of 16 threads on a free loopback port; a context manager. It ends when this process does."""

    def __init__(self, application: str, settings: Mapping[str, str], log: Path, workers: int = 1) -> None:
        self._application = application
        self._settings = settings
        self._log = log
        self._workers = workers

    def __enter__(self) -> Self:
        with socket.create_server(("127.0.0.1", 0), backlog=128) as listener, self._log.open("wb") as log:
            self.port: int = listener.getsockname()[1]
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "gunicorn", self._application, "--no-control-socket"),
                    *("--config", "python:portal.sandbox.until_parent_ends"),
                    *("--bind", f"fd://{listener.fileno()}", "--worker-class", "gthread"),
                    *("--workers", str(self._workers), "--threads", "16"),
                ],
                cwd=ROOT,
                env={**os.environ, **self._settings},
                pass_fds=[listener.fileno()],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._pids = self._started_workers()
        self._clocks = [_processor_clock(pid) for pid in self._pids]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(STOP_SECONDS)

    def kill(self) -> None:
        """End it as a power cut does: nothing that is under way comes to its end."""
        for pid in (self._process.pid, *self._pids):
            os.kill(pid, signal.SIGKILL)

    def processor_seconds(self) -> float:
        """Processor time that the workers, all their threads together, have used so far."""
        return sum(map(time.clock_gettime, self._clocks))

    def megabytes(self) -> float:
        """The largest worker's own part of memory; pages that it shares with others count in part (proc_pid_smaps)."""
        return max(_proportional_kilobytes(pid) for pid in self._pids) / 1024

    def _started_workers(self) -> list[int]:
        """The workers' process ids, once an answer came. RuntimeError with the log when none does."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=START_SECONDS)
        try:
            # Any answer will do; it comes when the application is loaded.
            connection.request("GET", "/healthz")
            connection.getresponse()
        except (OSError, http.client.HTTPException):
            raise RuntimeError(f"{self._application} did not start:\n{self._log.read_text()[-4000:]}") from None
        finally:
            connection.close()
        while len(pids := re.findall(r"Booting worker with pid: (\d+)", self._log.read_text())) < self._workers:
            time.sleep(0.01)
        return [int(pid) for pid in pids]


def _processor_clock(process: int) -> int:
    """The clock of a process's processor time, in nanoseconds (clock_getcpuclockid(3)); /proc counts only ticks."""
    clock = ctypes.c_int()
    failure = ctypes.CDLL(None).clock_getcpuclockid(process, ctypes.byref(clock))
    if failure:
        raise OSError(failure, os.strerror(failure))
    return clock.value


def _proportional_kilobytes(process: int) -> int:
    found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{process}/smaps_rollup").read_text(), re.MULTILINE)
    assert found is not None
    return int(found[1])
