"""The account itself: its admin, its domains, its sign-ins, its capacity, and what is switched on."""

from collections.abc import Iterator
from decimal import Decimal

from ..played.answers import Refusal
from ..played.faults import Latency
from ..played.server import Played
from .faults import faults
from .state import BASIC, DOMAIN_NAME, ENHANCED, Domain, Mailbox, found
from .tokens import Passes, Tokens

TYPES = {BASIC: "Basic", ENHANCED: "Enhanced"}


class MailServer(Played):
    """The account; reset empties it and brings its own sign-in back."""

    def __init__(self) -> None:
        super().__init__("sandbox-reseller", faults(), Latency("action"))
        self._first_password = self.password
        self.clear()

    def clear(self) -> None:
        super().clear()
        self.password = self._first_password
        self.email = "reseller@sandbox.test"
        self.domains: dict[str, Domain] = {}
        self.admin_tokens = Tokens()
        self.user_tokens = Tokens()
        self.passes = Passes()
        self.builds: frozenset[str] = frozenset()
        # Parameters that go by another name than the reference's.
        self.names: dict[str, str] = {}
        self.make_room()

    def domain(self, name: str) -> Domain:
        return found(self.domains, name, "Domain")

    def add_domain(self, name: str, pending: str = "") -> Domain:
        """Raise Refusal when the name is no domain name or taken."""
        key = name.lower()
        if not DOMAIN_NAME.fullmatch(name):
            raise Refusal("Invalid domain name")
        if key in self.domains or any(key in domain.alias_domains for domain in self.domains.values()):
            raise Refusal("Domain already exists")
        self.domains[key] = Domain(1001 + len(self.domains), key, pending)
        return self.domains[key]

    def mailboxes(self) -> Iterator[Mailbox]:
        for domain in self.domains.values():
            yield from domain.mailboxes.values()

    def seats(self, account_type: str) -> int:
        return sum(box.account_type == account_type for box in self.mailboxes())

    def quota(self) -> Decimal:
        """GB that the mailboxes were given together."""
        return sum((box.quota for box in self.mailboxes()), Decimal(0))

    def make_room(self, basic: int = 100, enhanced: int = 100, quota: int = 1000) -> None:
        """From now on there is room for so many more mailboxes of each type and GB of quota."""
        self.most_seats = {BASIC: self.seats(BASIC) + basic, ENHANCED: self.seats(ENHANCED) + enhanced}
        self.most_quota = self.quota() + quota

    def check_room(self, account_type: str, quota: Decimal, instead_of: Mailbox | None = None) -> None:
        """Raise Refusal when a mailbox like that, in the place of another one, is more than was bought."""
        other_seat = instead_of is None or instead_of.account_type != account_type
        if other_seat and self.seats(account_type) >= self.most_seats[account_type]:
            raise Refusal(f"Maximum number of {TYPES[account_type]} mailboxes reached")
        freed = instead_of.quota if instead_of else Decimal(0)
        if quota > freed and self.quota() - freed + quota > self.most_quota:
            raise Refusal("Quota exceeded")
