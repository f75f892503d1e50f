"""SmarterMail's REST API as a `portal.mail.MailServer`: all that the portal knows about it is in this package.

Every server carries its own reference at /Documentation/api; the vendor changes it without a promise of compatibility
(https://help.smartertools.com, Automation with Web Services).
"""

import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import suppress

from portal.mail import MailError, PasswordRules, Refused
from portal.mail.checked import Checked
from portal.mail.smartermail.access import Access
from portal.mail.smartermail.checks import Stage, reading, run, writing
from portal.mail.smartermail.checks import sign_in as of_sign_in
from portal.mail.smartermail.domain import SmarterMailDomain
from portal.mail.smartermail.sign_in import Account, sign_in
from portal.mail.smartermail.wire import Call, Unauthorized, Wire, get

DOMAIN = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)+")


class SmarterMail:
    """One server and the portal's own account there, a system administrator without two-step verification.

    `url` is the address without `/api/v1`; time-outs are seconds; `pool` is how many connections it may open. May be
    used by many threads. Make a new one when the credentials change, and one per process: tokens live in it and nowhere
    else, and a rejected sign-in is not tried again in its lifetime.
    """

    def __init__(
        self,
        url: str,
        username: str,
        password: str,
        *,
        connect_timeout: float = 5,
        timeout: float = 20,
        pool: int = 16,
    ) -> None:
        self._wire = Wire(url, connect_timeout, timeout, pool)
        self._access = Access(self._wire, username, password)
        self._account = Account(username, password)

    def close(self) -> None:
        """Close the kept connections."""
        self._wire.close()

    def domain(self, name: str) -> SmarterMailDomain:
        """Raises Refused when `name` cannot be a domain (it becomes part of addresses and headers)."""
        lower = name.lower()
        if not DOMAIN.fullmatch(lower):
            raise Refused("this is not a domain name in ASCII form")
        return SmarterMailDomain(self._access, lower)

    def check(self) -> str:
        domains = len(self._access.domain_names())
        return f"Signed in as a system administrator{self._version()}; domains: {domains}."

    def domains(self) -> frozenset[str]:
        return frozenset(self._access.domain_names())

    def has_domain(self, name: str) -> bool:
        return name.lower() in self._access.domain_names()

    def is_domain_admin(self, domain: str, username: str, password: str) -> bool:
        """Raises Refused when the password is right but the sign-in wants a second step."""
        address = username.lower() if "@" in username else f"{username.lower()}@{domain.lower()}"
        if not address.endswith(f"@{domain.lower()}"):
            return False
        what = "sign in as a domain administrator"
        try:
            answer = sign_in(self._wire, what, address, password, secrets.token_urlsafe(16))
        except Unauthorized:
            return False
        return answer.get("isDomainAdmin") is True

    def assumptions(self, domain: str, policies: Mapping[str, PasswordRules]) -> Iterator[Checked]:
        stage = Stage(self._access, self._account.username, self._account.password, self.domain(domain), policies)
        [signed_in] = run(of_sign_in.CHECKS[:1], stage)
        yield signed_in
        # A rejected sign-in is not tried again: that gets this machine's address blocked.
        if signed_in.good:
            yield from run([*of_sign_in.CHECKS[1:], *reading.CHECKS], stage)
            with suppress(MailError):
                self._wire.send(Call("sign out", "auth/logout-user"), str(stage.session["accessToken"]))

    def writing_assumptions(self, scratch: str) -> Iterator[Checked]:
        return writing.on_scratch(
            writing.Scratch(self._access, self._account.username, self._account.password, self.domain(scratch))
        )

    def _version(self) -> str:
        """Of the server, where it tells: the name of the field is not known."""
        try:
            answer = self._access.as_system(get("read the version", "settings/sysadmin/get-version"))
        except MailError:
            return ""
        versions = (value for key, value in answer.items() if "version" in key.lower() and isinstance(value, str))
        return next((f" at version {version}" for version in versions if version), "")
