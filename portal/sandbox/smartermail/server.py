"""The server itself: its system admin, its domains, its sign-ins, and what is switched on."""

from ..played.answers import Refusal
from ..played.faults import Latency
from ..played.server import Played
from .builds import BUILDS, NEWEST, Build
from .faults import faults
from .state import DOMAIN_NAME, Domain, new_user
from .tokens import Tokens


class MailServer(Played):
    """The server; reset empties it, and its own sign-in stays."""

    def __init__(self, resolver: str = "") -> None:
        """`resolver` (host:port) is the DNS it sees, besides what the switches tell it; none = nothing there."""
        super().__init__("sandbox-admin", faults(), Latency("path"))
        self._resolver = resolver
        self.clear()

    def clear(self) -> None:
        super().clear()
        self.domains: dict[str, Domain] = {}
        # Folders on its disk, by path, with the names of the files in them: a domain's own, and what was left of one.
        self.disk: dict[str, list[str]] = {}
        self.tokens = Tokens()
        self.two_step: dict[str, str] = {}
        self.mx_here: set[str] = set()
        self.dkim_records: dict[str, str] = {}
        self.resolver = self._resolver
        self.build: Build = BUILDS[NEWEST]

    def domain(self, name: str, status: int = 400) -> Domain:
        """Raise Refusal with `status` when there is none."""
        found = self.domains.get(name.lower())
        if found is None:
            raise Refusal("Domain does not exist", status)
        return found

    def domain_of(self, address: str) -> Domain:
        return self.domain(address.partition("@")[2])

    def add_domain(self, name: str, admin: str, admin_password: str) -> Domain:
        """A domain with its primary admin. Raise Refusal when the name is no domain name or taken."""
        if not DOMAIN_NAME.fullmatch(name):
            raise Refusal("DOMAIN_ADD_ERROR_INVALID_NAME")
        self.claim_domain(name)
        domain = Domain(name.lower())
        domain.settings["hostname"] = f"mail.{domain.name}"
        domain.settings["mainDomainAdmin"] = admin
        domain.settings["domainPath"] = f"/var/lib/smartermail/Domains/{domain.name}"
        user = new_user(domain, domain.local_part(admin), admin_password)
        user.row["isPrimaryDomainAdmin"] = True
        user.row["securityFlags"]["isDomainAdmin"] = True
        domain.add_user(user)
        self.domains[domain.name] = domain
        return domain

    def claim_domain(self, name: str) -> None:
        """Raise Refusal when a domain or a domain alias has that name."""
        key = name.lower()
        if key in self.domains or any(key in domain.domain_aliases for domain in self.domains.values()):
            raise Refusal("DOMAIN_ADD_ERROR_NAME_IN_USE")

    def lay(self, domain: Domain) -> None:
        """Give the domain its folder; what lies there already stays, and is the domain's from now on.

        Raise Refusal where a build takes no folder that exists.
        """
        path = domain.settings["domainPath"]
        if path in self.disk and "refuses-folders" in self.build.traits:
            raise Refusal("DOMAIN_ADD_ERROR_PATH_IN_USE")
        files = self.disk.setdefault(path, [])
        if "settings.json" not in files:
            files.append("settings.json")

    def remove_domain(self, domain: Domain, *, files: bool) -> None:
        """It is gone with all it holds; without `files` what it had on the disk stays there."""
        del self.domains[domain.name]
        path = domain.settings["domainPath"]
        if files:
            self.disk.pop(path, None)
        else:
            self.disk.setdefault(path, []).extend(f"Users/{name}" for name in domain.users)
