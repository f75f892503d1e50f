"""What the sandbox's WHMCS installations hold: clients, their users, services, and the product's module settings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

READ_ONLY = ("products", "productsso", "invoices", "tickets")

# The 24 module settings in WHMCS's order (configoption1 … configoption24), as an admin typed them.
SETTINGS = {
    "tier_gb": "10",
    "eas_price": "2.00",
    "mapi_price": "3.00",
    "combined_price": "4.50",
    "domain_path": "",
    "outbound_ip": "",
    "max_users": "0",
    "delete_data": "on",
    "password_min_length": "8",
    "password_upper": "on",
    "password_digit": "on",
    "password_special": "on",
    "spf_primary": "include:spf.mailhost.test",
    "offer_eas": "on",
    "offer_mapi": "on",
    "activation_days": "1",
    "max_domain_aliases": "3",
    "spf_secondary": "",
    "autodiscover_host": "",
    "autodiscover_srv": "",
    "check_dmarc": "on",
    "dmarc_rua": "dmarc@mailhost.test",
    "dmarc_policy": "none",
    "server": "",
}

# The mailbox product's 10.
MAILBOX_SETTINGS = {
    "server": "",
    "allowed_domains": "mail.test",
    "account_type": "Basic",
    "quota_gb": "5",
    "max_aliases": "25",
    "external_forwards": "",
    "timezone": "America/Montreal",
    "date_format": "yyyy-mm-dd",
    "language": "en",
    "max_lists": "5",
}

MAILBOX_PASSWORD = "Demo-Passw0rd-1"
CURRENCY = {"code": "CAD", "prefix": "$", "suffix": " CAD"}


@dataclass(frozen=True)
class Person:
    id: int
    first_name: str
    last_name: str
    email: str

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


class Admin(Person):
    """Somebody of the seller's staff."""


@dataclass(frozen=True)
class User(Person):
    """Somebody who signs in to the client area; `permissions` None is the account's owner, who may do everything."""

    permissions: Sequence[str] | None = None


@dataclass(frozen=True)
class Visitor:
    """Who sits in front of the client area: a user, and the admin behind them after *Login as Owner*."""

    user: User
    client: int
    masquerading: bool = False

    @property
    def label(self) -> str:
        name = self.user.first_name
        if self.masquerading:
            return f"Admin as {name}"
        return name if self.user.permissions is None else f"{name} (read only)"


@dataclass
class Service:
    """A `tblhosting` row. `username` and `password` are the hidden domain admin's, or the mailbox's first ones.

    `handle` is the custom field *Mailbox*. Of a mailbox that was ordered and not created yet, `name` is its domain.
    """

    svc: int
    client: int
    name: str
    status: str = "Active"
    username: str = ""
    password: str = ""
    disk_mb: int = 0
    disk_limit_mb: int = 0
    product: str = "domain"
    handle: str = ""

    def billing(self) -> dict[str, str | int]:
        """What WHMCS bills: a price every month, for half a year until now."""
        today = date.today()
        return {
            "cycle": "Monthly",
            "months": 1,
            "next_due": (today.replace(day=28) + timedelta(days=4)).replace(day=1).isoformat(),
            "unit_price": "6.00",
            "status": self.status,
            "since": (today - timedelta(days=183)).isoformat(),
        }


@dataclass
class Shop:
    """One WHMCS installation, which is one tenant of the portal. What it learns at start has a default here."""

    slug: str
    company: str
    host: str
    colour: str
    admin: Admin
    visitors: Mapping[str, Visitor]
    services: list[Service]
    settings: dict[str, str] = field(default_factory=lambda: dict(SETTINGS))
    mailbox_settings: dict[str, str] = field(default_factory=lambda: dict(MAILBOX_SETTINGS))
    titles: Mapping[str, str] = field(
        default_factory=lambda: {"domain": "Business e-mail", "mailbox": "Premium Email Account"}
    )
    url: str = ""
    portal: str = ""
    key: str = ""

    def service(self, svc: int) -> Service | None:
        return next((service for service in self.services if service.svc == svc), None)

    def of(self, product: str) -> list[Service]:
        """Its services of a product."""
        return [service for service in self.services if service.product == product]

    def settings_for(self, product: str) -> dict[str, str]:
        return self.settings if product == "domain" else self.mailbox_settings

    def settings_of(self, service: Service) -> dict[str, str]:
        """Of the service's product."""
        return self.settings_for(service.product)

    def order(self, client: int, handle: str, domain: str) -> Service:
        """A mailbox that is to be created once staff accept the order."""
        svc = max(service.svc for service in self.services) + 1
        ordered = Service(svc, client, domain, "Pending", "", MAILBOX_PASSWORD, product="mailbox", handle=handle)
        self.services.append(ordered)
        return ordered

    def owner_of(self, service: Service) -> User:
        return next(
            visitor.user
            for visitor in self.visitors.values()
            if visitor.client == service.client and visitor.user.permissions is None
        )

    def services_of(self, visitor: Visitor) -> Sequence[Service]:
        return [service for service in self.services if service.client == visitor.client]


def mailbox(svc: int, client: int, address: str) -> Service:
    """A single mailbox on a shared domain."""
    made = Service(svc, client, address, username=address, password=MAILBOX_PASSWORD, product="mailbox")
    made.handle = address.partition("@")[0]
    return made


def shops() -> list[Shop]:
    """The sandbox's two: Northwind owns the portal and shares its domain, Harbour resells from a domain of its own."""
    alice = User(21, "Alice", "Martin", "alice@customer.test")
    marc = User(22, "Marc", "Martin", "marc@customer.test", READ_ONLY)
    bob = User(31, "Bob", "Tremblay", "bob@customer.test")
    northwind = Shop(
        slug="northwind",
        company="Northwind Hosting",
        host="whmcs.northwind.localhost",
        colour="#1d5fb4",
        admin=Admin(1, "Nora", "Ward", "nora@northwind.test"),
        visitors={
            "alice": Visitor(alice, 11),
            "marc": Visitor(marc, 11),
            "admin": Visitor(alice, 11, masquerading=True),
        },
        services=[
            Service(101, 11, "alice.test"),
            Service(102, 11, "alice-shop.test"),
            Service(103, 11, "alice-archive.test", "Suspended"),
            mailbox(121, 11, "alice@mail.test"),
            mailbox(122, 11, "alice@post.test"),
        ],
        mailbox_settings=MAILBOX_SETTINGS | {"allowed_domains": "mail.test, post.test", "external_forwards": "on"},
    )
    harbour = Shop(
        slug="harbour",
        company="Harbour Web",
        host="billing.harbour.localhost",
        colour="#9a3412",
        admin=Admin(1, "Hugo", "Roy", "hugo@harbour.test"),
        visitors={"bob": Visitor(bob, 12), "admin": Visitor(bob, 12, masquerading=True)},
        services=[
            Service(201, 12, "bob.test"),
            Service(202, 12, "bob-studio.test"),
            mailbox(221, 12, "bob@mail.test"),
            mailbox(222, 12, "bob-studio@mail.test"),
        ],
        settings=SETTINGS | {"max_users": "10", "offer_mapi": ""},
        mailbox_settings=MAILBOX_SETTINGS | {"max_aliases": "3", "max_lists": "1"},
    )
    return [northwind, harbour]
