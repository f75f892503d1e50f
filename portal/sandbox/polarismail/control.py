"""Starts the sandbox as a process of its own and works its switches."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from ..control import Process, given


class PolarisMail(Process):
    """A running PolarisMail sandbox. `seeds` are texts like ``mail.test=10,5,2``: mailboxes, aliases and lists.

    Its faults are chosen by "action", "endpoint" (``admin``, ``user``), "host" (``first``, ``second``) and "domain",
    its latency by action.
    """

    product = "polarismail"

    def __init__(self, *seeds: str) -> None:
        super().__init__(*[part for seed in seeds for part in ("--seed", seed)])

    @property
    def second_url(self) -> str:
        """The second admin host."""
        return self.ready["second_url"]

    def domain(
        self,
        name: str,
        mailboxes: int = 0,
        aliases: int = 0,
        lists: int = 0,
        *,
        pending: str | None = None,
        active: bool | None = None,
    ) -> None:
        """Make a domain of that size; `pending` is the TXT value that would prove it."""
        counts = {"name": name, "mailboxes": mailboxes, "aliases": aliases, "lists": lists}
        self._send("POST", "/domains", counts | given(pending=pending, active=active))

    def mailbox(
        self,
        domain: str,
        name: str,
        *,
        password: str | None = None,
        display_name: str | None = None,
        account_type: str | None = None,
        quota: str | None = None,
        used: int | None = None,
        disabled: bool | None = None,
        last_login: str | None = None,
    ) -> None:
        """Add a mailbox past all rules but the one about names. `quota` is in GB, `used` in MB."""
        rest = given(password=password, display_name=display_name, account_type=account_type, quota=quota)
        rest |= given(used=used, disabled=disabled, last_login=last_login)
        self._send("POST", "/mailboxes", {"domain": domain, "name": name} | rest)

    def alias(self, domain: str, name: str, forward: str) -> None:
        self._send("POST", "/aliases", {"domain": domain, "name": name, "forward": forward})

    def distribution_list(self, domain: str, name: str, members: Sequence[str] = ()) -> None:
        self._send("POST", "/lists", {"domain": domain, "name": name, "members": [*members]})

    def remove(self, domain: str, name: str) -> None:
        """Take away the mailbox, alias or list of that name. Raises LookupError when nothing has it."""
        self._send("POST", "/remove", {"domain": domain, "name": name})

    def state(self, name: str) -> dict[str, Any]:
        """The raw state of a domain, passwords included. Raises LookupError when there is none."""
        found: dict[str, Any] = self._send("GET", f"/domains/{quote(name)}")
        return found

    def build(self, *names: str) -> None:
        """Behave in those ways that are not the default, and in no other."""
        self._send("POST", "/build", {"names": names})

    def builds(self) -> dict[str, str]:
        """The ways it can behave, each with a sentence about what is different."""
        found: dict[str, str] = self._send("GET", "/build")["builds"]
        return found

    def names(self, names: Mapping[str, str]) -> None:
        """Call parameters otherwise, by the reference's names: ``{"edittimezone": "editdtzone"}``."""
        self._send("POST", "/names", {"names": dict(names)})

    def expire_tokens(self) -> None:
        """Every token of both endpoints expires now."""
        self._send("POST", "/tokens", {"expire": True})

    def token_life(self, seconds: float) -> None:
        """Tokens that are issued from now on are good for so long."""
        self._send("POST", "/tokens", {"seconds": seconds})

    def expire_passes(self) -> None:
        """Every one-time password and link that was not used expires now."""
        self._send("POST", "/passes", {})

    def room(self, *, basic: int | None = None, enhanced: int | None = None, quota: int | None = None) -> None:
        """From now on there is room for so many more mailboxes of each type and GB of quota."""
        self._send("POST", "/capacity", given(basic=basic, enhanced=enhanced, quota=quota))

    def lets_in(self, address: str, password: str) -> bool:
        """Whether the mailbox may sign in with that password; faults do not reach this, and it is not in the log."""
        opened: bool = self._send("POST", "/sign-in", {"address": address, "password": password})["opened"]
        return opened
