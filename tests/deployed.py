"""The portal as it is deployed, in processes of its own."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

ROOT = Path(__file__).parent.parent
PATIENCE = 30  # seconds


@dataclass
class Portal:
    process: "subprocess.Popen[str]"
    url: str
    log: Path

    def get(self, path: str, **headers: str) -> requests.Response:
        return requests.get(self.url + path, headers=headers, timeout=PATIENCE)

    def lines(self, event: str) -> list[dict[str, Any]]:
        told = [json.loads(line) for line in self.log.read_text().splitlines()]
        return [line for line in told if line["event"] == event]


def environment_of(settings: Mapping[str, Any]) -> dict[str, str]:
    return {
        "PORTAL_SECRET_KEYS": settings["PORTAL_SECRET_KEYS"][0],
        "PORTAL_ENCRYPTION_KEYS": settings["PORTAL_ENCRYPTION_KEYS"][0],
        "PORTAL_BASE_URL": settings["PORTAL_BASE_URL"],
        "DATABASE_URL": settings["DATABASE_URL"],
        "PORTAL_DNS_RESOLVERS": "127.0.0.1:1",
    }


@contextmanager
def served(settings: Mapping[str, Any], folder: Path, ready: str = "/readyz", **more: str) -> Iterator[Portal]:
    """The portal as it is deployed: gunicorn with its own settings, two processes that count together.

    `more` are further settings. It begins when `ready` is answered with 200.
    """
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    extra = {"PORTAL_BIND": f"127.0.0.1:{port}", "PROMETHEUS_MULTIPROC_DIR": str(folder / "metrics")}
    with (
        (folder / "log").open("w") as log,
        subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py"],
            cwd=ROOT,
            env={**os.environ, **environment_of(settings), **extra, **more},
            stderr=log,
            text=True,
        ) as process,
    ):
        portal = Portal(process, f"http://127.0.0.1:{port}", folder / "log")
        try:
            wait_until(lambda: answers(portal, ready))
            yield portal
        finally:
            process.terminate()


def answers(portal: Portal, path: str) -> bool:
    try:
        return portal.get(path).status_code == 200
    except requests.ConnectionError:
        return False


def wait_until(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.05)
