"""Runs the real portal as a process of its own, on a database of its own, set up by its own commands."""

import base64
import http.client
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
START_SECONDS = 30
STOP_SECONDS = 10


class PortalFailed(Exception):
    """The portal, or one of its commands, did not do what it was started for; the text holds its own last words."""


class PortalProcess:
    """The portal on a loopback port (0: a free one), reached under `host`. Its log and database lie in `folder`."""

    def __init__(self, folder: Path, host: str, port: int, dns: str, settings: Mapping[str, str]) -> None:
        self._socket = socket.create_server(("127.0.0.1", port), backlog=128)
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://{host}:{self.port}"
        self.log = folder / "portal.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._worker: subprocess.Popen[bytes] | None = None
        self._environment = _without_settings(os.environ) | {
            "PORTAL_SECRET_KEYS": secrets.token_urlsafe(32),
            "PORTAL_ENCRYPTION_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
            "PORTAL_BASE_URL": self.url,
            "PORTAL_DNS_RESOLVERS": dns,
            "PORTAL_LOG_FORMAT": "text",
            "PORTAL_PSEUDO_LOCALE": "1",
            "DATABASE_URL": f"sqlite:///{folder / 'portal.db'}",
            **settings,
        }

    def command(self, *arguments: str, given: str = "") -> str:
        """Run `flask …` with `given` on standard input and return what it printed. PortalFailed when it fails."""
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", *arguments],
            cwd=ROOT,
            env=self._environment,
            input=given,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise PortalFailed(f"flask {' '.join(arguments)}: {done.stderr.strip()}")
        return done.stdout

    def start(self, workers: int) -> None:
        """Serve, and return when it answers. PortalFailed when it does not within half a minute."""
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [
                    *(sys.executable, "-m", "gunicorn", "wsgi:app", "--no-control-socket"),
                    *("--config", "python:portal.sandbox.until_parent_ends", "--graceful-timeout", "2"),
                    *("--bind", f"fd://{self._socket.fileno()}", "--worker-class", "gthread"),
                    *("--workers", str(workers), "--threads", "16"),
                ],
                cwd=ROOT,
                env=self._environment,
                pass_fds=[self._socket.fileno()],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        # Only the portal may hold its port open: when it ends, connections are to be refused.
        self._socket.close()
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if not self.running or time.monotonic() > deadline:
                self.stop()
                raise PortalFailed(f"the portal did not start:\n{self.log.read_text()[-4000:]}")
            time.sleep(0.05)

    def start_worker(self) -> None:
        """Have it do what it does by itself, in a process of its own; once its services are registered."""
        with self.log.open("ab") as log:
            self._worker = subprocess.Popen(
                [sys.executable, "-m", "portal.sandbox.until_parent_ends", "flask", "--app", "wsgi", "worker"],
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        self._socket.close()
        processes = [process for process in (self._worker, self._process) if process is not None]
        for process in processes:
            assert process.stdin is not None
            process.stdin.close()
        for process in processes:
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()


def _without_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """The surrounding environment without settings of another portal on this machine."""
    return {
        name: value
        for name, value in environment.items()
        if not name.startswith(("PORTAL_", "DATABASE_URL", "REDIS_URL"))
    }
