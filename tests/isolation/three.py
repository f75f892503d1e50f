"""Three resellers on the same mail servers, seeded alike: what is whose is told by the names alone.

Each has the services 101 (a domain) and 102 (a mailbox on the shared domain), and one of a number that no other has.
Each has the customer 7, their reader 8, the admin 1 and the operator 1. All that is Birch's has "birch" in its name, or
one of its amounts.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask.testing import FlaskClient
from peewee import Model

from portal import shared_mailbox
from portal.mail.mailbox_service import MailboxService
from portal.plan import MailboxPlan
from portal.sandbox.polarismail.control import PolarisMail
from portal.shared_mailbox import Holder
from portal.store import (
    brands,
    collecting,
    domain_aliases,
    exclusive,
    history,
    mailbox_sizes,
    operations,
    own_hosts,
    protocols,
    schema,
    servers,
    services,
    statements,
    tenants,
    usage,
)
from portal.store.base import Table, now
from portal.store.history import SELLER
from portal.store.services import Service
from portal.store.tenants import Tenant
from portal.store.usage import Sample
from tests.elsewhere import Elsewhere
from tests.world import ADMIN, IN_A_WINDOW, Visitor, World, page_token

SLUGS = ("alder", "birch", "cedar")
SHARED = "mail.test"
# Of each tenant: the service that no other tenant has the number of, its amounts, and its invoice.
OWN_SVC = {"alder": 701, "birch": 702, "cedar": 703}
PRICE = {"alder": "11.31", "birch": "22.62", "cedar": "33.93"}
COLOUR = {"alder": "#114488", "birch": "#226633", "cedar": "#883311"}
INVOICE = {"alder": 510_011, "birch": 510_022, "cedar": 510_033}
NOWHERE = "nobody"
NO_SVC = 999
FIRST = 1_767_225_600
DAY = 86_400


@dataclass(frozen=True)
class Logo:
    data: bytes
    mime: str = "image/png"
    width: int = 8
    height: int = 8


@dataclass
class Three(World):
    """`numbers` of things that have one in the whole portal: each tenant's own mail server, and its statement."""

    shared: PolarisMail = field(default_factory=PolarisMail)
    numbers: dict[str, dict[str, int]] = field(default_factory=dict)
    shared_server: Any = None

    def build(self) -> None:
        with self.app.app_context():
            schema.upgrade()
            found = []
            for slug in SLUGS:
                made, self.keys[slug] = tenants.add(slug, name=f"{slug.title()} Hosting", whmcs_url=whmcs(slug))
                tenants.add_origin(made, whmcs(slug))
                found.append(made)
            account = {"url": self.mail.url, "username": self.mail.username, "password": self.mail.password}
            self.server = servers.add(
                kind="smartermail", name="mail1", mail_host="mail.example.test", lend_to=found, **account
            )
            account = {"username": self.shared.username, "password": self.shared.password}
            self.shared_server = servers.add(
                kind="polarismail",
                name="shared1",
                url=f"{self.shared.url}/admin/json.php",
                mail_host="mx.example.test",
                webmail_url=f"{self.shared.url}/webmail/",
                lend_to=found,
                **account,
            )
            for tenant in found:
                lent = servers.add(
                    kind="polarismail",
                    name=f"{tenant.slug}-own",
                    url=f"http://127.0.0.1:9/{tenant.slug}.php",
                    username=f"{tenant.slug}-account",
                    password=f"{tenant.slug}-secret",
                    mail_host=f"mx.{tenant.slug}.test",
                    lend_to=[tenant],
                )
                self.numbers[tenant.slug] = {"server": lent.id}
            for tenant in found:
                self._seed(tenant)
        for slug in SLUGS:
            self.person(slug)

    def _seed(self, tenant: Tenant) -> None:
        slug, elsewhere = tenant.slug, Elsewhere(self.mail)
        own_hosts.put(tenant, host(slug))
        brand = {"colour": COLOUR[slug], "support": f"https://help.{slug}.test/", "powered_by": False}
        brands.publish(tenant, brand, {"logo": Logo(logo(slug))})
        brands.save_draft(tenant, brand | {"name": f"{slug}'s next name"})
        for domain in (f"{slug}.test", f"{slug}-two.test"):
            self.mail.domain(domain, admin=ADMIN)
            self.mail.mailbox(domain, f"{slug}-boss", display_name=f"{slug.title()} Boss", used=2**20)
            self.mail.mailbox(domain, "info", used=2**20)
            elsewhere.alias(f"{slug}-sales@{domain}", f"{slug}-boss@{domain}")
        elsewhere.forward(f"info@{slug}.test", f"away@{slug}-elsewhere.test")
        self.shared.mailbox(SHARED, slug, password="Seeded-Passw0rd")
        for svc, name in ((101, f"{slug}.test"), (102, f"{slug}@{SHARED}"), (OWN_SVC[slug], f"{slug}-two.test")):
            self._service(tenant, svc, name)
        holder = self._holder(slug)
        shared_mailbox.add_alias(holder, f"{slug}-news", slug)
        shared_mailbox.create_list(holder, f"{slug}-club", [f"{slug}@{SHARED}"])
        domain_aliases.hold(self.of(slug), f"{slug}-alias.test", present=[], at_most=3)
        elsewhere.domain_alias(f"{slug}.test", f"{slug}-alias.test")
        self._records(slug)

    def _service(self, tenant: Tenant, svc: int, name: str) -> Service:
        plan = {"max_domain_aliases": "3", "eas_price": PRICE[tenant.slug], "external_forwards": "on"}
        is_mailbox = "@" in name
        plan |= {"server": "shared1" if is_mailbox else "mail1", "max_aliases": "5", "max_lists": "5"}
        return services.put(
            tenant,
            svc,
            {
                "product": "mailbox" if is_mailbox else "domain",
                "name": name,
                "server": self.shared_server if is_mailbox else self.server,
                "proved": True,
                "username": name if is_mailbox else ADMIN,
                "plan": plan,
                "plan_at": now() - 60,
                "client": 1,
                "status": "Active",
                "billing": self.billing(tenant.slug),
                "lang": "en",
                "currency": {"code": "CAD", "prefix": "$", "suffix": " CAD"},
            },
        )

    def _records(self, slug: str) -> None:
        """What a year leaves behind."""
        for svc in (101, OWN_SVC[slug]):
            service = self.of(slug, svc)
            boss = f"{slug}-boss@{service.name}"
            protocols.switched(service, boss, protocols.EAS, True)
            with exclusive(service):
                usage.keep(service, Sample(now() - DAY, 2**30, 2, 1))
                mailbox_sizes.keep(service, now() // DAY, {boss: 2**20})
            collecting.begin(service)
            collecting.finish(service, f"read the domain's figures: {slug} broke")
            with self.app.app_context():
                history.note(service.tenant, service, None, SELLER, "mailbox.change", boss)
            line = {"kind": "eas", "description": f"of {slug}", "quantity": 1, "amount": PRICE[slug], "address": boss}
            terms = {"tier_gb": "10", "activation_days": "1", "storage": "5.00", "mapi": "3.00", "combined": "4.50"}
            basis = {"terms": terms | {"eas": PRICE[slug]}, "reading": None}
            lines = [line | {"unit_price": PRICE[slug], "on": {}}]
            offered = statements.offer(service, (FIRST, FIRST + DAY), "", lines, basis)
            statements.settle(offered, INVOICE[slug], [PRICE[slug]])
            begun = operations.begin(
                service, "plan", ["settings"], wanted={"plan": service.plan}, actor=f"{slug} admin", request_id=slug
            )
            operations.end(begun, operations.FAILED, f"the words of {slug}'s mail server")
            self.numbers[slug]["statement"] = offered.id

    def of(self, slug: str, svc: int = 101) -> Service:
        found = services.find(slug, svc)
        assert found is not None
        return found

    def _holder(self, slug: str) -> Holder:
        service = self.of(slug, 102)
        mail: MailboxService = self.app.extensions["mail"].to_shared(self.shared_server).mailbox(service.name)
        return Holder(service, mail, MailboxPlan.parse(service.plan), SELLER)

    def billing(self, slug: str) -> dict[str, Any]:
        price = PRICE[slug]
        return {"cycle": "Monthly", "months": 1, "next_due": "2026-12-01", "unit_price": price, "status": "Active"}

    def person(self, slug: str, role: str = "customer", svc: int = 101, client: FlaskClient | None = None) -> Visitor:
        """Somebody of that tenant who has just opened that service."""
        names = {"customer": 7, "admin": 7, "readonly": 8}
        user: dict[str, Any] = {
            "id": names[role],
            "name": f"{slug.title()} Person",
            "email": f"person@{slug}-mail.test",
        }
        if role == "admin":
            user["admin"] = {"id": 1, "name": f"{slug.title()} Admin"}
        name = self.names(slug)[svc]
        more = {"role": role, "user": user, "origin": whmcs(slug), "billing": self.billing(slug) | {"since": None}}
        mode = "top" if role == "admin" else "embed"
        claims = {"product": "mailbox" if "@" in name else "domain", "mode": mode, "links": links(slug, svc)}
        return self.visitor(client, slug=slug, svc=svc, name=name, **more, **claims)

    def operator_of(self, slug: str) -> Visitor:
        """Its operator, in the console."""
        user = {"id": 1, "name": f"{slug.title()} Operator", "email": f"operator@{slug}-mail.test"}
        entries = {"service": f"{whmcs(slug)}/admin/configservers.php"}
        claims = self.operator(aud=slug, user=user, origin=whmcs(slug), links=entries)
        client = self.app.test_client()
        page = self.post_token(self.token(claims), slug, client, **IN_A_WINDOW)
        assert page.status_code == 200, page.text
        return Visitor(client, "/console", page, page_token(page))

    def names(self, slug: str) -> Mapping[int, str]:
        """Of its services, by number."""
        return {101: f"{slug}.test", 102: f"{slug}@{SHARED}", OWN_SVC[slug]: f"{slug}-two.test"}

    def told(self, text: str, *, of: str) -> list[str]:
        """What a text tells of others to the people of that tenant."""
        found = []
        for slug in SLUGS:
            if slug != of:
                marks = [slug, re.escape(PRICE[slug]), str(INVOICE[slug]), re.escape(self.keys[slug])]
                found += re.findall(rf".{{0,40}}(?:{'|'.join(marks)}).{{0,40}}", text, re.IGNORECASE)
        return found

    def kept(self, slug: str) -> Any:
        """All that the store and the mail servers hold of that tenant's."""
        with self.app.app_context():
            rows = {table: rows_of(table, slug) for table in tables()}
        mail = [self.mail.state(name) for name in (f"{slug}.test", f"{slug}-two.test")]
        state = self.shared.state(SHARED)
        shared = [
            {name: held for name, held in state[kind].items() if slug in name}
            for kind in ("mailboxes", "aliases", "lists")
        ]
        return rows, mail, shared


def whmcs(slug: str) -> str:
    return f"https://whmcs.{slug}.test"


def links(slug: str, svc: int) -> dict[str, str]:
    names = {"service": "clientarea.php?action=productdetails&id", "support": "submitticket.php?of", "upgrade": "up?id"}
    return {name: f"{whmcs(slug)}/{path}={svc}" for name, path in names.items()}


def logo(slug: str) -> bytes:
    return f"{slug}'s logo".encode()


def host(slug: str) -> str:
    """Its own."""
    return f"mail.{slug}-host.test"


def tables() -> list[type[Model]]:
    return sorted(Table.__subclasses__(), key=lambda table: str(table.__name__))


def way_to_tenant(table: type[Model]) -> str:
    """The column by which a row's tenant is found; "" where there is none."""
    columns = {column.name: column.rel_model for column in table._meta.sorted_fields if hasattr(column, "rel_model")}
    if table is Tenant:
        return "id"
    if Tenant in columns.values():
        return next(name for name, target in columns.items() if target is Tenant)
    return next((name for name, target in columns.items() if way_to_tenant(target)), "")


def rows_of(table: type[Model], slug: str) -> list[dict[str, Any]]:
    """The rows of a table that are the tenant's."""
    return [row for row in table.select().dicts() if slug_of(table, row) == slug]


def slug_of(table: type[Model], row: Mapping[str, Any]) -> str | None:
    """Whose a row is."""
    if table is Tenant:
        return str(row["slug"])
    way = way_to_tenant(table)
    if not way or row[way] is None:
        return None
    target = table._meta.fields[way].rel_model
    found = target.select().where(target._meta.primary_key == row[way]).dicts().first()
    return slug_of(target, found) if found is not None else None
