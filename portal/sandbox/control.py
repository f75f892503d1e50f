"""Starts a played server as a process of its own and works its switches, for tests, benchmarks and the demo."""

import http.client
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Self
from urllib.parse import quote, urlsplit

ROOT = Path(__file__).parents[2]


class ControlError(Exception):
    """The sandbox refused a switch: the text says why."""


class Process:
    """A running sandbox of a product; use it as a context manager."""

    product: ClassVar[str]
    ready: dict[str, str]
    url: str
    username: str
    password: str
    control: str

    def __init__(self, *arguments: str) -> None:
        self._arguments = arguments

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", f"portal.sandbox.{self.product}", "--port", "0", *self._arguments],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        ready = self._process.stdout.readline()
        if not ready:
            self.stop()
            raise ControlError("the sandbox did not start; its own words are on stderr")
        self.ready = json.loads(ready)
        self.url, self.username, self.password = self.ready["url"], self.ready["username"], self.ready["password"]
        self.control = self.ready["control"]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End the process; its port refuses connections afterwards. May be called twice."""
        process = self._process
        if process.stdin is not None and not process.stdin.closed:
            process.stdin.close()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()

    def reset(self) -> None:
        """Everything back to the start: the seeds stay; sign-ins, log, faults, latency and build are cleared."""
        self._send("POST", "/reset", {})

    def calls(self) -> list[dict[str, Any]]:
        """The API calls since the last clearing, in the order they were answered; `status` None = no whole answer."""
        found: list[dict[str, Any]] = self._send("GET", "/log")["calls"]
        return found

    def clear_log(self) -> None:
        self._send("DELETE", "/log")

    def latency(self, ms: int, paths: Mapping[str, int] | None = None) -> None:
        """Delay each API call by `ms`, or by the number of the longest path prefix in `paths` that fits."""
        self._send("POST", "/latency", {"ms": ms, "paths": dict(paths or {})})

    def faults(self, *faults: Mapping[str, Any]) -> None:
        """Replace all faults by these; none ends them. A fault is {"kind","when","times","message","ms","skip"} and
        the words of the calls it is for: "path", "method" of SmarterMail."""
        self._send("POST", "/faults", {"faults": [dict(fault) for fault in faults]})

    def _send(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        place = urlsplit(self.control)
        connection = http.client.HTTPConnection(place.netloc, timeout=30)
        try:
            connection.request(
                method,
                place.path + path,
                json.dumps(body) if body is not None else None,
                {"Content-Type": "application/json"},
            )
            answer = connection.getresponse()
            said = json.loads(answer.read())
        finally:
            connection.close()
        if answer.status == 404:
            raise LookupError(said["error"])
        if answer.status != 200:
            raise ControlError(said["error"])
        return said


class Running(Process):
    """A running SmarterMail sandbox. `seeds` are texts like ``alice.test=10,5``."""

    product = "smartermail"

    def __init__(self, *seeds: str, dns: str = "") -> None:
        """`dns` (host:port) is where the server looks for DKIM keys."""
        super().__init__("--dns", dns, *[part for seed in seeds for part in ("--seed", seed)])

    def domain(
        self, name: str, mailboxes: int = 0, aliases: int = 0, admin: str = "admin", admin_password: str | None = None
    ) -> dict[str, str]:
        """Make a domain of that size (mailboxes besides the admin) and return its {"name","admin","admin_password"}."""
        wanted = {"name": name, "mailboxes": mailboxes, "aliases": aliases, "admin": admin}
        made: dict[str, str] = self._send("POST", "/domains", wanted | given(admin_password=admin_password))
        return made

    def mailbox(
        self,
        domain: str,
        name: str,
        *,
        password: str | None = None,
        display_name: str | None = None,
        limit: int | None = None,
        used: int | None = None,
        last_login: str | None = None,
    ) -> None:
        """Add a mailbox past all rules; mixed case stays. `limit` and `used` are bytes, `last_login` an ISO date."""
        rest = given(password=password, display_name=display_name, limit=limit, used=used, last_login=last_login)
        self._send("POST", "/mailboxes", {"domain": domain, "name": name} | rest)

    def state(self, name: str) -> dict[str, Any]:
        """The raw state of a domain, passwords included. Raises LookupError when there is none."""
        found: dict[str, Any] = self._send("GET", f"/domains/{quote(name)}")
        return found

    def domains(self) -> list[str]:
        """The names of all domains."""
        found: list[str] = self._send("GET", "/domains")["domains"]
        return found

    def disk(self) -> dict[str, list[str]]:
        """The files on its disk, by the folder they lie in: each domain's own, and what was left of one."""
        found: dict[str, list[str]] = self._send("GET", "/disk")["folders"]
        return found

    def leave_files(self, path: str, *files: str) -> None:
        """Have files lie in a folder, as an earlier domain may have left them."""
        self._send("POST", "/disk", {"path": path, "files": files})

    def build(self, name: str) -> None:
        """Be another build of the product from now on."""
        self._send("POST", "/build", {"name": name})

    def builds(self) -> dict[str, str]:
        """The builds it can be, each with a sentence about what is different."""
        found: dict[str, str] = self._send("GET", "/build")["builds"]
        return found

    def expire_tokens(self, refresh: bool = False) -> None:
        """Every access token expires now; refresh tokens too when `refresh`."""
        self._send("POST", "/tokens", {"expire": True, "refresh": refresh})

    def sessions(self, address: str) -> list[dict[str, Any]]:
        """The sign-ins of that mailbox that are still valid."""
        found: list[dict[str, Any]] = self._send("GET", f"/sessions/{quote(address)}")["sessions"]
        return found

    def two_step(self, username: str, method: str | None) -> None:
        """Ask a second factor of that account (`method` e.g. ``rfc6238``), or none again (None)."""
        self._send("POST", "/two-step", {"username": username, "method": method})

    def dns(
        self, mx: list[str] | None = None, dkim: Mapping[str, str] | None = None, resolver: str | None = None
    ) -> None:
        """What this server sees in DNS: names whose MX is its own, DKIM host names with their public keys, and for
        other host names what the `resolver` (host:port, "" = none) says."""
        self._send("POST", "/dns", {"mx": mx or [], "dkim": dict(dkim or {})} | given(resolver=resolver))


def given(**values: Any) -> dict[str, Any]:
    """The values that were given: the sandbox knows the defaults of the others."""
    return {name: value for name, value in values.items() if value is not None}
