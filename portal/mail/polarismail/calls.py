"""What the operations on one mailbox's domain share: names as addresses, and where they read."""

from decimal import Decimal

from portal.mail.polarismail.access import Access
from portal.mail.polarismail.answers import Row
from portal.mail.polarismail.wire import Call


class Calls:
    """One mailbox, by its local part, and its domain. `quota_gb` is what its plan gives it, as far as known."""

    def __init__(self, access: Access, name: str, domain: str, quota_gb: Decimal | None) -> None:
        self._access = access
        self._options = access.options
        self._name = name
        self._domain = domain
        self._quota_gb = quota_gb

    @property
    def address(self) -> str:
        return self._address(self._name)

    @property
    def _key(self) -> dict[str, str]:
        return {"username": self._name, "domain": self._domain}

    def _address(self, name: str) -> str:
        return f"{name.lower()}@{self._domain}"

    def _of_domain(self, what: str, action: str, **fields: str) -> list[Row]:
        """The rows of a list of the whole domain."""
        call = Call(what, action, {"domain": self._domain, **fields}, read=True)
        return self._access.rows(call, lambda: self._access.has_domain(self._domain))
