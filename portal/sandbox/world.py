"""Puts the sandbox together: mail servers, DNS, two WHMCS installations and the portal, started and stopped as one."""

import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn, Self

from .control import Process, Running
from .dns.control import control
from .dns.seeds import MAIL_HOST, zones
from .dns.server import Dns
from .polarismail.control import PolarisMail
from .polarismail.seeds import SHARED
from .portal_process import PortalFailed, PortalProcess
from .usage import year
from .web import Web
from .whmcs import php, register
from .whmcs.api import ApiError
from .whmcs.app import Module, create_app
from .whmcs.php_module import PhpModule
from .whmcs.python_module import PythonModule
from .whmcs.shop import Service, shops

PORTAL_HOST = "portal.northwind.localhost"
SERVER_NAME, SHARED_SERVER_NAME = "mailhost", "sharedhost"
FIRST_EXTRA_SVC = 130
SIZES = {
    "alice.test": (18, 6),
    "alice-shop.test": (3, 1),
    "alice-archive.test": (2, 0),
    "bob.test": (5, 2),
    "bob-studio.test": (0, 0),
}
# Offsets from the first port when the ports are chosen.
PORTAL, WHMCS, DNS, DNS_CONTROL = range(4)
PORTS = 4


@dataclass(frozen=True)
class MailAccount:
    """A mail server and its admin's sign-in."""

    url: str
    username: str
    password: str

    @classmethod
    def of(cls, running: Process) -> Self:
        return cls(running.url, running.username, running.password)


@dataclass(frozen=True)
class Options:
    """`first_port` 0: free ports. `mail` (SmarterMail), `shared_mail` (PolarisMail) and `dns` (host:port) replace the
    sandbox's own.

    `sizes` are pairs of mailboxes and aliases by domain; a domain that no service has becomes one of Northwind's.
    `settings` are of the portal, by the names of its environment variables.
    """

    first_port: int = 0
    mail: MailAccount | None = None
    shared_mail: MailAccount | None = None
    dns: str | None = None
    sizes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    workers: int = 1
    settings: Mapping[str, str] = field(default_factory=dict)
    worker: bool = True


class Sandbox:
    """A context manager: inside it everything runs; whatever way it is left, everything has stopped."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self.shops = shops()
        northwind = self.shops[0]
        known = {service.name for shop in self.shops for service in shop.services}
        extra = [name for name in options.sizes if name not in known]
        client = northwind.services[0].client
        northwind.services += [Service(FIRST_EXTRA_SVC + place, client, name) for place, name in enumerate(extra)]

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._start(stack)
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def wait(self) -> NoReturn:
        """Never return; PortalFailed when the portal ends by itself."""
        while self._portal.running:
            time.sleep(0.5)
        raise PortalFailed(f"the portal ended:\n{self._portal.log.read_text()[-4000:]}")

    def describe(self) -> dict[str, Any]:
        """What programs need to know, as in the contract."""
        return {
            "portal": self._portal.url,
            "whmcs": {shop.slug: shop.url for shop in self.shops},
            "smartermail": asdict(self.mail),
            "polarismail": asdict(self.shared_mail),
            "dns": self._dns,
            "tenants": {shop.slug: {"key": shop.key, "origin": shop.url} for shop in self.shops},
            "services": [
                {"tenant": shop.slug, "svc": service.svc, "product": service.product, "name": service.name}
                for shop in self.shops
                for service in shop.services
            ],
            "control": self._controls,
        }

    @property
    def portal_log(self) -> Path:
        return self._portal.log

    def command(self, *arguments: str) -> str:
        """Run `flask …` of this portal and return what it printed. PortalFailed when it fails."""
        return self._portal.command(*arguments)

    def _start(self, stack: ExitStack) -> None:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mailporch-")))
        self._controls: dict[str, str] = {}
        self._dns = self._options.dns or self._start_dns(stack)
        self.mail = self._options.mail or self._start_mail(stack)
        self.shared_mail = self._options.shared_mail or self._start_shared_mail(stack)
        self._portal = PortalProcess(folder, PORTAL_HOST, self._port(PORTAL), self._dns, self._options.settings)
        stack.callback(self._portal.stop)
        module: Module = PhpModule() if php.available() else PythonModule()
        whmcs = stack.enter_context(Web(create_app(self.shops, module, register.put), self._port(WHMCS)))
        for shop in self.shops:
            shop.url = f"http://{shop.host}:{whmcs.port}"
            shop.portal = self._portal.url
            shop.settings["server"] = SERVER_NAME
            shop.mailbox_settings["server"] = SHARED_SERVER_NAME
        self._set_up_portal()
        self._portal.start(self._options.workers)
        self._register_services()
        if self._options.mail is None:
            self._portal.command("usage", "import", given="\n".join(self._past_usage()))
        if self._options.worker:
            self._portal.start_worker()

    def _past_usage(self) -> Iterator[str]:
        """The year before, of every domain."""
        today = datetime.now(UTC).date()
        for shop in self.shops:
            for service in shop.of("domain"):
                domain = self._running_mail.state(service.name)
                users = domain["users"].values()
                disk = sum(user["userData"]["currentMailboxSize"] for user in users)
                counts = len(users) - 1, len(domain["aliases"]), len(domain["eas"]), len(domain["mapi"])
                yield from year(f"{shop.slug}-{service.svc}", today, disk, *counts)

    def _port(self, offset: int) -> int:
        return self._options.first_port and self._options.first_port + offset

    def _start_mail(self, stack: ExitStack) -> MailAccount:
        sizes = {**SIZES, **self._options.sizes}
        seeds = [f"{name}={mailboxes},{aliases}" for name, (mailboxes, aliases) in sizes.items()]
        mail = self._running_mail = stack.enter_context(Running(*seeds, dns=self._dns))
        for shop in self.shops:
            for service in shop.of("domain"):
                service.username, service.password = _domain_admin(mail.state(service.name))
        self._controls["smartermail"] = mail.control
        return MailAccount.of(mail)

    def _start_shared_mail(self, stack: ExitStack) -> MailAccount:
        mail = stack.enter_context(PolarisMail(*SHARED))
        self._controls["polarismail"] = mail.control
        return MailAccount.of(mail)

    def _start_dns(self, stack: ExitStack) -> str:
        server = stack.enter_context(Dns(self._port(DNS)))
        names = [service.name for shop in self.shops for service in shop.of("domain")]
        for name, records in zones(names).items():
            server.zones.put(name, records)
        switches = stack.enter_context(Web(control(server), self._port(DNS_CONTROL)))
        self._controls["dns"] = switches.url
        return server.address

    def _set_up_portal(self) -> None:
        command = self._portal.command
        command("db", "upgrade")
        for shop in self.shops:
            shop.key = command(
                *("tenant", "add", shop.slug, "--name", shop.company, "--whmcs-url", shop.url),
                *("--origin", shop.url, "--colour", shop.colour, *(["--owner"] if shop is self.shops[0] else [])),
            ).strip()
        lent = [option for shop in self.shops[1:] for option in ("--lend-to", shop.slug)]
        command(
            *("server", "add", "smartermail", SERVER_NAME, "--url", self.mail.url),
            *("--username", self.mail.username, "--mail-host", MAIL_HOST),
            *("--webmail-url", f"{self.mail.url}/interface/root", *lent),
            given=f"{self.mail.password}\n",
        )
        command(
            *("server", "add", "polarismail", SHARED_SERVER_NAME, "--url", f"{self.shared_mail.url}/admin/json.php"),
            *("--username", self.shared_mail.username, "--mail-host", MAIL_HOST),
            *("--webmail-url", f"{self.shared_mail.url}/webmail/", *lent),
            given=f"{self.shared_mail.password}\n",
        )

    def _register_services(self) -> None:
        for shop in self.shops:
            for service in list(shop.services):
                # On a mail server of somebody else nothing is made.
                ours = service.product == "mailbox" and self._options.shared_mail is None
                tell = register.create if ours else register.put
                try:
                    tell(shop, service)
                except ApiError as error:
                    # There a domain may exist whose admin we are not, or a mailbox; or nobody answers.
                    if ours or error.code not in ("not-yours", "mail-server-unreachable"):
                        raise
                    shop.services.remove(service)
                    print(f"{service.name} left out: {shop.slug} cannot prove that it is theirs", file=sys.stderr)


def _domain_admin(domain: Mapping[str, Any]) -> tuple[str, str]:
    """Name and password of the hidden admin, from the raw state of a domain."""
    name = domain["settings"]["mainDomainAdmin"]
    return name, domain["users"][name]["password"]
