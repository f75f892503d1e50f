"""Tenants, mail servers, services, sessions, spent tokens and history.

The tables as they were when this was written: a migration does not follow the models.
"""

from typing import Any

from peewee import (
    AutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    CompositeKey,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
)


class Table(Model):
    class Meta:
        legacy_table_names = False


class Tenant(Table):
    id = AutoField()
    slug = CharField(max_length=32, unique=True)
    name = CharField()
    owner = BooleanField()
    whmcs_url = CharField()
    brand = TextField()
    created = BigIntegerField()


class TenantKey(Table):
    id = AutoField()
    tenant = ForeignKeyField(Tenant, on_delete="CASCADE")
    secret = TextField()
    created = BigIntegerField()
    retired = BigIntegerField(null=True)


class Origin(Table):
    id = AutoField()
    tenant = ForeignKeyField(Tenant, on_delete="CASCADE", index=False)
    origin = CharField()

    class Meta:
        indexes = ((("tenant", "origin"), True),)


class MailServer(Table):
    id = AutoField()
    name = CharField(unique=True)
    kind = CharField(max_length=32)
    url = CharField()
    username = CharField()
    password = TextField()
    mail_host = CharField()
    mx_hosts = TextField()
    webmail_url = CharField()
    created = BigIntegerField()
    changed = BigIntegerField()


class Loan(Table):
    id = AutoField()
    server = ForeignKeyField(MailServer, on_delete="CASCADE", index=False)
    tenant = ForeignKeyField(Tenant, on_delete="CASCADE")

    class Meta:
        indexes = ((("server", "tenant"), True),)


class Service(Table):
    id = AutoField()
    tenant = ForeignKeyField(Tenant, index=False)
    svc = IntegerField()
    product = CharField(max_length=16)
    name = CharField(max_length=320)
    claim = CharField(max_length=320, unique=True, null=True)
    server = ForeignKeyField(MailServer, null=True)
    proved = BooleanField()
    username = CharField()
    plan = TextField()
    plan_at = BigIntegerField()
    client = BigIntegerField()
    status = CharField(max_length=32)
    billing = TextField()
    lang = CharField(max_length=35)
    currency = TextField()
    generation = IntegerField()
    created = BigIntegerField()
    changed = BigIntegerField()

    class Meta:
        indexes = ((("tenant", "svc"), True),)


class Session(Table):
    id = AutoField()
    tenant = ForeignKeyField(Tenant, on_delete="CASCADE", index=False)
    user_id = CharField(max_length=64)
    user_name = CharField()
    user_email = CharField()
    admin_id = CharField(max_length=64)
    admin_name = CharField()
    lang = CharField(max_length=35)
    cookie_hash = CharField(max_length=64, unique=True)
    created = BigIntegerField(index=True)
    seen = BigIntegerField()
    ended = BigIntegerField(null=True)

    class Meta:
        indexes = ((("tenant", "user_id"), False),)


class Grant(Table):
    id = AutoField()
    session = ForeignKeyField(Session, on_delete="CASCADE", index=False)
    service = ForeignKeyField(Service, on_delete="CASCADE", null=True)
    role = CharField(max_length=16)
    claims = TextField()
    signed_at = BigIntegerField()

    class Meta:
        indexes = ((("session", "service"), True),)


class PageToken(Table):
    token_hash = CharField(max_length=64, primary_key=True)
    session = ForeignKeyField(Session, on_delete="CASCADE")
    mode = CharField(max_length=8)
    created = BigIntegerField()
    seen = BigIntegerField()


class SpentToken(Table):
    tenant = ForeignKeyField(Tenant, on_delete="CASCADE", index=False)
    jti = CharField(max_length=64)
    session = ForeignKeyField(Session, on_delete="SET NULL", null=True)
    at = BigIntegerField(index=True)

    class Meta:
        primary_key = CompositeKey("tenant", "jti")


class History(Table):
    id = AutoField()
    tenant = ForeignKeyField(Tenant)
    service = ForeignKeyField(Service, index=False)
    session = ForeignKeyField(Session, on_delete="SET NULL", null=True)
    at = BigIntegerField()
    actor_role = CharField(max_length=16)
    actor_id = CharField(max_length=64)
    actor_name = CharField()
    admin_id = CharField(max_length=64)
    admin_name = CharField()
    action = CharField(max_length=64)
    subject = CharField(max_length=320)
    result = CharField(max_length=16)
    detail = TextField()

    class Meta:
        indexes = ((("service", "id"), False),)


TABLES = [
    Tenant,
    TenantKey,
    Origin,
    MailServer,
    Loan,
    Service,
    Session,
    Grant,
    PageToken,
    SpentToken,
    History,
]


def up(_migrator: Any, db: Any) -> None:
    with db.bind_ctx(TABLES):
        db.create_tables(TABLES)
