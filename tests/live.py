"""The whole sandbox as a process of its own: the portal under gunicorn, two WHMCS installations, a mail server, DNS."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from portal.sandbox.control import Running
from portal.sandbox.polarismail.control import PolarisMail

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Live:
    """Where everything is: base URLs, `whmcs` by tenant, and the switches of the mail servers and of the DNS."""

    portal: str
    whmcs: dict[str, str]
    mail: Running
    shared_mail: PolarisMail
    dns: str

    def publish(self, zone: str, records: str) -> None:
        """Make or replace a zone in the DNS."""
        requests.put(f"{self.dns}/zones/{zone}", json={"records": records}, timeout=5).raise_for_status()

    def dns_faults(self, *faults: Mapping[str, str]) -> None:
        """Replace all faults of the DNS by these, {"name", "kind", "type"} each; none ends them."""
        requests.post(f"{self.dns}/faults", json={"faults": faults}, timeout=5).raise_for_status()

    def questions(self, zone: str) -> list[dict[str, Any]]:
        """What the DNS was asked about a zone, in order."""
        asked: list[dict[str, Any]] = requests.get(f"{self.dns}/queries", timeout=5).json()["queries"]
        return [question for question in asked if question["name"] == zone or question["name"].endswith(f".{zone}")]

    def service_page(self, svc: int, slug: str = "northwind", *, who: str = "", language: str = "") -> str:
        """A page of the stand-in WHMCS, as seen by one of its people (by default the owner) in one of its languages."""
        return f"{self.whmcs[slug]}/clientarea.php?action=productdetails&id={svc}&as={who}&language={language}"

    def link(self, svc: int, slug: str = "northwind", *, language: str = "") -> str:
        """Where WHMCS sends the service's owner to the portal in a window of its own."""
        return f"{self.service_page(svc, slug, language=language)}&dosinglesignon=1"

    def admin_page(self, svc: int) -> str:
        """The page of Northwind's staff about a service."""
        return f"{self.whmcs['northwind']}/admin/clientsservices.php?id={svc}"

    def servers_page(self) -> str:
        """The page of Northwind's staff about their server entry, which leads to the console."""
        return f"{self.whmcs['northwind']}/admin/configservers.php"


@contextmanager
def sandbox(*arguments: str) -> Iterator[Live]:
    """The sandbox started with these arguments; it ends with the block."""
    command = [sys.executable, "-m", "portal.sandbox", "--json", *arguments]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        ready = process.stdout.readline()
        assert ready, "the sandbox did not start; its own words are on stderr"
        try:
            yield _live(json.loads(ready))
        finally:
            process.terminate()


def _live(said: dict[str, Any]) -> Live:
    # Not started here: only their switches are used.
    mail, shared_mail = Running(), PolarisMail()
    for server in (mail, shared_mail):
        server.control = said["control"][server.product]
        server.url, server.username, server.password = (
            said[server.product][key] for key in ("url", "username", "password")
        )
    return Live(said["portal"], said["whmcs"], mail, shared_mail, said["control"]["dns"])
