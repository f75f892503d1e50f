"""PostgreSQL, MariaDB and Redis servers of the tests' own, in temporary folders, on free loopback ports."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pymysql

from tests.missing import needs

# Every character that a URL has to spell differently.
PASSWORD = "p@ss:w/rd?#&%41 +"
DEADLINE = 30


@contextmanager
def postgresql() -> Iterator[str]:
    """A PostgreSQL server; the yielded URL ends where a database's name goes."""
    programs = Path(needs("postgresql")).parent
    with _folder("postgres") as (folder, account):
        (folder / "password").write_text(PASSWORD)
        identity = ["--username", "portal", "--pwfile", folder / "password", "--auth", "scram-sha-256"]
        storage = ["--pgdata", folder / "data", "--no-sync", "--encoding", "UTF8", "--no-locale"]
        _run([programs / "initdb", *identity, *storage], account)
        port = _free_port()
        command = [
            programs / "postgres", "-D", folder / "data", "-F", "-k", folder,
            "-c", "listen_addresses=127.0.0.1", "-c", f"port={port}", "-c", "max_connections=120",
        ]  # fmt: skip
        url = f"postgresql://portal:{quote(PASSWORD, safe='')}@127.0.0.1:{port}/"
        with _serving(command, account, folder, lambda: psycopg.connect(f"{url}postgres").close()):
            yield url


@contextmanager
def mariadb() -> Iterator[str]:
    """A MariaDB server with its usual, inexact collation; the yielded URL ends where a database's name goes."""
    program = needs("mariadb")
    with _folder("mysql") as (folder, account):
        common = ["--no-defaults", f"--datadir={folder / 'data'}"]
        _run(
            [shutil.which("mariadb-install-db"), *common, "--auth-root-authentication-method=normal", "--skip-test-db"],
            account,
        )
        port = _free_port()
        command = [
            program, *common, f"--socket={folder / 'socket'}", f"--port={port}", "--bind-address=127.0.0.1",
            "--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=32M", "--max-connections=120",
            "--skip-name-resolve", "--character-set-server=utf8mb4", "--collation-server=utf8mb4_general_ci",
        ]  # fmt: skip
        root: dict[str, Any] = {"unix_socket": str(folder / "socket"), "user": "root"}
        with _serving(command, account, folder, lambda: socket.create_connection(("127.0.0.1", port)).close()):
            with pymysql.connect(**root) as connection, connection.cursor() as cursor:
                cursor.execute("CREATE USER portal@127.0.0.1 IDENTIFIED BY %s", (PASSWORD,))
                cursor.execute("GRANT ALL ON *.* TO portal@127.0.0.1")
            yield f"mariadb://portal:{quote(PASSWORD, safe='')}@127.0.0.1:{port}/"


@contextmanager
def redis() -> Iterator[str]:
    """A Redis server of its own; yields its URL."""
    server, port = needs("redis"), _free_port()
    with tempfile.TemporaryDirectory(prefix="portal-") as folder:
        command = [server, "--port", port, "--bind", "127.0.0.1", "--save", "", "--dir", folder]
        with _serving(command, None, Path(folder), lambda: socket.create_connection(("127.0.0.1", port)).close()):
            yield f"redis://127.0.0.1:{port}/0"


@contextmanager
def _folder(account: str) -> Iterator[tuple[Path, str | None]]:
    """A folder, and the account that has to own it: neither server runs as root."""
    with tempfile.TemporaryDirectory(prefix="portal-", ignore_cleanup_errors=True) as name:
        owner = account if os.geteuid() == 0 else None
        if owner:
            shutil.chown(name, owner)
        yield Path(name), owner


@contextmanager
def _serving(command: Sequence[object], account: str | None, folder: Path, probe: Any) -> Iterator[None]:
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([str(word) for word in command], stdout=log, stderr=log, cwd=folder, **_as(account))
        try:
            _wait(process, folder, probe)
            yield
        finally:
            # At once for PostgreSQL, with its children; MariaDB takes it for an orderly end.
            process.send_signal(signal.SIGQUIT)
            try:
                process.wait(DEADLINE)
            except subprocess.TimeoutExpired:
                # What was started in the background of a shell ignores that signal, and so do its children.
                process.kill()
                process.wait()


def _wait(process: subprocess.Popen[bytes], folder: Path, probe: Any) -> None:
    deadline = time.monotonic() + DEADLINE
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(psycopg.OperationalError, OSError):
            probe()
            return
        time.sleep(0.05)
    raise RuntimeError((folder / "log").read_text(errors="replace"))


def _run(command: Sequence[object], account: str | None) -> None:
    subprocess.run([str(word) for word in command], check=True, capture_output=True, cwd="/", **_as(account))


def _as(account: str | None) -> dict[str, Any]:
    return {"user": account, "group": account, "extra_groups": []} if account else {}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
