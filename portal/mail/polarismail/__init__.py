"""PolarisMail's JSON API (also sold as EmailArray) as a `MailboxServer`: all that the portal knows of it is here.

The vendor publishes no documentation of it: what is known was read from the programs of others, and what is not known
for sure can be set with a server's entry (`options`).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from portal.mail import MailError, Refused, Unreachable
from portal.mail.checked import Checked
from portal.mail.checks import run
from portal.mail.mailbox_service import DomainState, SharedMailbox
from portal.mail.polarismail import answers, webmail
from portal.mail.polarismail.access import Access, Rejected
from portal.mail.polarismail.checks import Stage, reading, writing
from portal.mail.polarismail.mailbox import PolarisMailbox
from portal.mail.polarismail.options import Options
from portal.mail.polarismail.reading import TOLD, WHOLE
from portal.mail.polarismail.wire import Call, HostFailed, Late, NoAnswer, NoPermission, Unauthorized, Wire, truth

# What staff can do about a server that cannot be used. The first that fits.
CURES: tuple[tuple[type[MailError], str], ...] = (
    (
        Rejected,
        "Check the user name and the password of the server's entry, that the account is an admin's, and that it has no"
        " two-step verification.",
    ),
    (NoPermission, "The account lacks rights: give it all of an admin's, or enter another one that has them."),
    (Late, "Try again; if that stays so, look for a firewall that swallows what the portal's machine sends there."),
    (NoAnswer, "Check the address of the API, and that the portal's machine may connect to it (firewall, DNS)."),
    (HostFailed, "The mail platform is at fault itself: try again later, or ask its vendor."),
    (Refused, "Check that the account is an admin's with all rights."),
    (
        MailError,
        "What answers there is not the API, or turns the portal's machine away: check the address of the API, and with"
        " the vendor whether the account may be used from there.",
    ),
)
ADDRESS = re.compile(r"([a-z0-9._-]{1,64})@([a-z0-9_-]+(?:\.[a-z0-9_-]+)+)")


class PolarisMail:
    """One reseller's account, and an admin of it without two-step verification.

    `url` is the whole address of the admin API; time-outs are seconds; `pool` is how many connections it may open. May
    be used by many threads. Make a new one when the credentials change, and one per process. Raises ValueError for
    `options` that have no meaning.
    """

    def __init__(
        self,
        url: str,
        username: str,
        password: str,
        *,
        webmail_url: str = "",
        options: Mapping[str, str] | None = None,
        connect_timeout: float = 5,
        timeout: float = 20,
        pool: int = 16,
    ) -> None:
        chosen = Options.read(options or {}, url, webmail_url)
        self._access = Access(Wire(url, chosen.second_url, connect_timeout, timeout, pool), chosen, username, password)

    @property
    def webmail_origins(self) -> frozenset[str]:
        return webmail.origins(self._access.options)

    def close(self) -> None:
        """Close the kept connections and end the threads."""
        self._access.close()

    def mailbox(self, address: str, quota_gb: Decimal | None = None) -> PolarisMailbox:
        """Raises Refused when `address` cannot be a mailbox's."""
        parts = ADDRESS.fullmatch(address.lower())
        if parts is None:
            raise Refused("this is not the address of a mailbox in ASCII form")
        return PolarisMailbox(self._access, parts[1], parts[2], quota_gb)

    def mailboxes(self, domain: str) -> Sequence[SharedMailbox]:
        what, name = "list the mailboxes", domain.lower()
        call = Call(what, "getAllUsersDomain", {"domain": name, **WHOLE, **TOLD}, read=True)
        rows = self._access.rows(call, lambda: self._access.has_domain(name))
        named = [(answers.local_part(answers.required(row, "username", what)), row) for row in rows]
        return [answers.mailbox(row, f"{local}@{name}", self._access.options.mb_per_gb) for local, row in named]

    def domain_state(self, name: str) -> DomainState:
        rows = self._access.domains()
        domain = next((row for row in rows if answers.text(row, "domain").lower() == name.lower()), None)
        if domain is None:
            return "missing"
        if not truth(domain.get("active")):
            return "inactive"
        try:
            # The other way round than elsewhere: a success says that the domain still waits to be verified.
            self._access.call(Call("read the verification", "getDomainVerification", {"domain": name}, read=True))
        except (Refused, Unauthorized):
            # In whatever words: the list of domains has just shown that the sign-in is good.
            return "ready"
        return "unverified"

    def assumptions(self, domain: str, quotas: Mapping[str, Decimal]) -> Iterator[Checked]:
        stage = Stage(self._access, domain.lower(), quotas)
        [signed_in] = run(reading.CHECKS[:1], stage)
        yield signed_in
        # A rejected sign-in is not tried again: nobody knows when the server locks an account.
        if signed_in.good:
            yield from run(reading.CHECKS[1:], stage)

    def writing_assumptions(self, scratch: str) -> Iterator[Checked]:
        return writing.on_scratch(writing.Scratch(self._access, scratch.lower()))

    def check(self) -> str:
        try:
            return f"Signed in as an admin; domains: {len(self._access.domains())}."
        except MailError as error:
            cure = next(cure for kind, cure in CURES if isinstance(error, kind))
            raise Unreachable(f"{error}. {cure}") from None
