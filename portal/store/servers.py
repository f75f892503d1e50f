"""Mail servers, which belong to the portal's owner, and the tenants they are lent to."""

from collections.abc import Mapping, Sequence

from peewee import AutoField, BigIntegerField, CharField, ForeignKeyField, IntegerField, IntegrityError

from portal.store.base import AlreadyExists, EncryptedField, JsonField, Table, now
from portal.store.connection import database
from portal.store.tenants import Tenant


class MailServer(Table):
    """A mail server account. `url`: of its API. `mail_host`: its public name.

    `mx_hosts`: the names that count as ours in MX records. `options`: what is particular to its kind, by its client's
    names.
    """

    id = AutoField()
    name = CharField(unique=True)
    kind = CharField(max_length=32)
    url = CharField()
    username = CharField()
    password = EncryptedField()
    mail_host = CharField()
    mx_hosts: JsonField[list[str]] = JsonField(default=list)
    webmail_url = CharField(default="")
    created = BigIntegerField()
    changed = BigIntegerField()
    options: JsonField[dict[str, str]] = JsonField(default=dict)


class Loan(Table):
    """A tenant other than the owner may use this server: for so many domains and mailboxes, 0 for any number."""

    id = AutoField()
    server = ForeignKeyField(MailServer, on_delete="CASCADE", index=False)
    tenant = ForeignKeyField(Tenant, on_delete="CASCADE")
    domains = IntegerField(default=0)
    mailboxes = IntegerField(default=0)

    server_id: int
    tenant_id: int

    class Meta:
        indexes = ((("server", "tenant"), True),)


def add(
    *,
    kind: str,
    name: str,
    url: str,
    username: str,
    password: str,
    mail_host: str,
    mx_hosts: Sequence[str] = (),
    webmail_url: str = "",
    lend_to: Sequence[Tenant] = (),
    options: Mapping[str, str] | None = None,
) -> MailServer:
    """Keep a mail server; without `mx_hosts` its `mail_host` is the one. Raise AlreadyExists."""
    try:
        with database.atomic():
            server = MailServer.create(
                kind=kind,
                name=name,
                url=url,
                username=username,
                password=password,
                mail_host=mail_host,
                mx_hosts=list(mx_hosts) or [mail_host],
                webmail_url=webmail_url,
                created=now(),
                changed=now(),
                options=dict(options or {}),
            )
            for tenant in lend_to:
                Loan.create(server=server, tenant=tenant)
            return server
    except IntegrityError:
        raise AlreadyExists(f"there is a mail server {name} already") from None


def all_servers() -> list[MailServer]:
    """Every mail server, by name."""
    return list(MailServer.select().order_by(MailServer.name))


def available_to(tenant: Tenant) -> list[MailServer]:
    """The mail servers this tenant may use, by name: all of them for the owner, else those lent to it."""
    if tenant.owner:
        return all_servers()
    query = MailServer.select().join(Loan).where(Loan.tenant == tenant)
    return list(query.order_by(MailServer.name))


def named(tenant: Tenant, name: str) -> MailServer | None:
    """The mail server of that name, when this tenant may use it."""
    return next((server for server in available_to(tenant) if server.name == name), None)


def of_number(tenant: Tenant, number: int) -> MailServer | None:
    """The mail server with that id, when this tenant may use it."""
    return next((server for server in available_to(tenant) if server.id == number), None)


def replace_password(server: MailServer, password: str) -> None:
    """Keep another password. Every process makes a new client for a record that was changed."""
    server.password = password
    # Also when it is the second one of this second.
    server.changed = max(now(), server.changed + 1)
    server.save(only=["password", "changed"])


def loan(server: MailServer, tenant: Tenant) -> Loan | None:
    """By which the tenant may use it; its owner needs none."""
    return Loan.get_or_none((Loan.server == server) & (Loan.tenant == tenant))
