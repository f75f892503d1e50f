"""This process's connections to mail servers, and what it keeps of their answers."""

import math
import time
from collections.abc import Mapping
from contextlib import suppress
from threading import Lock
from typing import Any

from portal.mail import DomainService, MailError, MailServer, PasswordRules, Refused
from portal.mail.directory import Directory
from portal.mail.forwardings import Forwardings
from portal.mail.mailbox_service import MailboxServer
from portal.mail.polarismail import PolarisMail
from portal.mail.polarismail.options import VENDOR_URL, VENDOR_WEBMAIL, Options
from portal.mail.shared_directory import SharedDirectory
from portal.mail.smartermail import SmarterMail
from portal.pools import Pool
from portal.store.servers import MailServer as ServerRecord
from portal.store.services import Service

KINDS = ("smartermail", "polarismail")
# On which kind services of each product are.
KIND_OF = {"domain": "smartermail", "mailbox": "polarismail"}
# Where the servers of a kind are, and their webmail, for those that one vendor runs for all.
VENDORS = {"polarismail": (VENDOR_URL, VENDOR_WEBMAIL)}


def check_options(kind: str, options: Mapping[str, str], url: str) -> None:
    """Raise ValueError with a sentence when a server of that kind has no such options."""
    if kind == "polarismail":
        Options.read(options, url)
    elif options:
        raise ValueError(f"a server of kind {kind} has no options")


class Connections:
    """One client per mail server and process, so that its connections and sign-ins are kept; and their snapshots."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        self._config = config
        self._clients: dict[tuple[int, int], SmarterMail | PolarisMail] = {}
        self._lock = Lock()
        self._rules: dict[tuple[int, str], tuple[float, PasswordRules | None]] = {}
        self._directories: dict[int | None, Directory] = {}
        self._shared: dict[int | None, SharedDirectory] = {}
        self._forwardings: dict[int | None, Forwardings] = {}
        # For the few reads of one page that do not wait for one another.
        self.pool = Pool(32, thread_name_prefix="reads")

    def to(self, record: ServerRecord) -> MailServer:
        """The client of a mail server with domains of customers' own. Raise Refused for one of another kind."""
        client = self.client(record)
        if not isinstance(client, SmarterMail):
            raise Refused(f"{record.name} is not a mail server for domains of customers' own")
        return client

    def to_shared(self, record: ServerRecord) -> MailboxServer:
        """The client of a mail server with domains that customers share. Raise Refused for one of another kind."""
        client = self.client(record)
        if not isinstance(client, PolarisMail):
            raise Refused(f"{record.name} is not a mail server for mailboxes on shared domains")
        return client

    def client(self, record: ServerRecord) -> SmarterMail | PolarisMail:
        """The client of this mail server, of whatever kind; a new one after its record was changed."""
        key = (record.id, record.changed)
        with self._lock:
            if key not in self._clients:
                self._clients = {old: client for old, client in self._clients.items() if old[0] != record.id}
                self._clients[key] = self._made(record)
            return self._clients[key]

    def try_sign_in(self, record: ServerRecord) -> str:
        """Sign in anew and prove the role, with a client that is not kept; what it says is for staff."""
        client = self._made(record)
        try:
            return client.check()
        finally:
            client.close()

    def directory(self, record: Service) -> Directory:
        """The snapshots of its mail server. Each server has threads of its own, so that a slow one delays no other."""
        with self._lock:
            return self._directories.setdefault(record.server_id, Directory())

    def shared_directory(self, record: Service) -> SharedDirectory:
        """What is on the shared domains of its mail server."""
        with self._lock:
            return self._shared.setdefault(record.server_id, SharedDirectory())

    def forwardings(self, record: Service) -> Forwardings:
        """What its mailboxes forward to, and those of the other domains of its mail server."""
        with self._lock:
            return self._forwardings.setdefault(record.server_id, Forwardings())

    def password_rules(
        self, record: ServerRecord, service: DomainService, *, max_age: float | None
    ) -> PasswordRules | None:
        """What the mail server itself asks of passwords, as it last told; None when not known.

        It is asked when its last answer, or its silence, is `max_age` seconds old; with None never. This is a help for
        people who type: the server checks every password anyway.
        """
        key = (record.id, service.name)
        asked_at, rules = self._rules.get(key, (-math.inf, None))
        if max_age is not None and time.time() - asked_at >= max_age:
            with suppress(MailError):
                rules = service.password_rules()
            self._rules[key] = (time.time(), rules)
        return rules

    def close(self) -> None:
        """Close the connections and end the threads."""
        self.pool.shutdown()
        with self._lock:
            for directory in self._directories.values():
                directory.close()
            self._directories.clear()
            for shared in self._shared.values():
                shared.close()
            self._shared.clear()
            for forwardings in self._forwardings.values():
                forwardings.close()
            self._forwardings.clear()
            for client in self._clients.values():
                client.close()
            self._clients.clear()

    def _made(self, record: ServerRecord) -> SmarterMail | PolarisMail:
        account = (record.url, record.username, record.password)
        connect_timeout = self._config["PORTAL_MAIL_CONNECT_TIMEOUT"]
        timeout = self._config["PORTAL_MAIL_TIMEOUT"]
        if record.kind == "polarismail":
            return PolarisMail(
                *account,
                webmail_url=record.webmail_url,
                options=record.options,
                connect_timeout=connect_timeout,
                timeout=timeout,
            )
        return SmarterMail(*account, connect_timeout=connect_timeout, timeout=timeout)
