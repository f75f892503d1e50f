"""Sessions of people, the role each holds per service, and the page tokens that act for them."""

from dataclasses import dataclass, field
from typing import Any

from peewee import JOIN, AutoField, BigIntegerField, CharField, ForeignKeyField

from portal.store.base import JsonField, Table
from portal.store.prepared import Prepared
from portal.store.servers import MailServer
from portal.store.services import LARGEST_SVC, Service
from portal.store.tenants import Tenant


class Session(Table):
    """One person in one browser. `admin_id` and `admin_name`: the admin acting for them, else empty.

    `lang` is the language they chose here, else empty. `ended` is when it was ended, by whatever cause but time.
    """

    id = AutoField()
    tenant = ForeignKeyField(Tenant, on_delete="CASCADE", index=False)
    user_id = CharField(max_length=64)
    user_name = CharField()
    user_email = CharField()
    admin_id = CharField(max_length=64, default="")
    admin_name = CharField(default="")
    lang = CharField(max_length=35, default="")
    cookie_hash = CharField(max_length=64, unique=True)
    created = BigIntegerField(index=True)
    seen = BigIntegerField()
    ended = BigIntegerField(null=True)

    tenant_id: int

    class Meta:
        indexes = ((("tenant", "user_id"), False),)


class Grant(Table):
    """The role this session holds for a service, by its newest hand-off.

    Without a service: the role in the operator's console.
    """

    id = AutoField()
    session = ForeignKeyField(Session, on_delete="CASCADE", index=False)
    service = ForeignKeyField(Service, on_delete="CASCADE", null=True)
    role = CharField(max_length=16)
    claims: JsonField[dict[str, Any]] = JsonField()
    signed_at = BigIntegerField()

    class Meta:
        indexes = ((("session", "service"), True),)


class PageToken(Table):
    """The SHA-256 of a page's token. `mode`: `embed` or `top`."""

    token_hash = CharField(max_length=64, primary_key=True)
    session = ForeignKeyField(Session, on_delete="CASCADE")
    mode = CharField(max_length=8)
    created = BigIntegerField()
    seen = BigIntegerField()


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a session belongs to. Two are the same person when their ids are; ids are WHMCS's, as text."""

    id: str
    name: str = field(compare=False)
    email: str = field(compare=False)
    admin_id: str = ""
    admin_name: str = field(default="", compare=False)


def create(tenant: Tenant, user: Identity, cookie_hash: str, now: int) -> Session:
    """Begin a session."""
    return Session.create(
        tenant=tenant,
        user_id=user.id,
        user_name=user.name,
        user_email=user.email,
        admin_id=user.admin_id,
        admin_name=user.admin_name,
        cookie_hash=cookie_hash,
        created=now,
        seen=now,
    )


def identity(session: Session) -> Identity:
    """Who it belongs to."""
    return Identity(session.user_id, session.user_name, session.user_email, session.admin_id, session.admin_name)


def by_cookie(cookie_hash: str) -> Session | None:
    """The session, with its tenant, that this cookie opens; whether it has ended is for the caller to see."""
    return _BY_COOKIE.first(cookie_hash)


def by_page_token(token_hash: str) -> PageToken | None:
    """The page token, with its session, in one query; whether that has ended is for the caller to see."""
    return _BY_PAGE_TOKEN.first(token_hash)


def issue_page_token(session: Session, token_hash: str, mode: str, now: int, keep: int = 20) -> None:
    """Add a page token; of more than `keep` those seen longest ago go. Inside the caller's transaction."""
    PageToken.create(token_hash=token_hash, session=session, mode=mode, created=now, seen=now)
    others = (PageToken.session == session) & (PageToken.token_hash != token_hash)
    newest_first = PageToken.select().where(others).order_by(PageToken.seen.desc(), PageToken.created.desc())
    # In two steps: MariaDB deletes from no table that the same statement reads.
    surplus = [page.token_hash for page in newest_first][keep - 1 :]
    if surplus:
        PageToken.delete().where(PageToken.token_hash.in_(surplus)).execute()


def touch(session: Session, token_hash: str | None, now: int) -> None:
    """Note that the person was here, on the page with this token if on one."""
    Session.update(seen=now).where(Session.id == session.id).execute()
    if token_hash is not None:
        PageToken.update(seen=now).where(PageToken.token_hash == token_hash).execute()


def end(session: Session, now: int) -> None:
    """End it; one that has ended keeps its first end."""
    Session.update(ended=now).where((Session.id == session.id) & Session.ended.is_null()).execute()


def end_of_user(tenant: Tenant, person_id: str, now: int) -> int:
    """End the sessions of the WHMCS user or admin with that id, in that tenant. The answer is how many."""
    theirs = (Session.tenant == tenant) & ((Session.user_id == person_id) | (Session.admin_id == person_id))
    return int(Session.update(ended=now).where(theirs & Session.ended.is_null()).execute())


def purge(before: int) -> int:
    """Delete sessions that began before `before`, with all that hangs on them. The answer is how many."""
    return int(Session.delete().where(Session.created < before).execute())


def grant(session: Session, service: Service | None, role: str, claims: dict[str, Any], signed_at: int) -> Grant:
    """Give the session its role for a service, or in the console, in place of an earlier one.

    Inside a transaction that is exclusive to the tenant: no unique index sees a second row without a service.
    """
    present = grant_for(session, service)
    if present is None:
        return Grant.create(session=session, service=service, role=role, claims=claims, signed_at=signed_at)
    if signed_at >= present.signed_at:
        present.role, present.claims, present.signed_at = role, claims, signed_at
        present.save()
    return present


def grant_for(session: Session, service: Service | None) -> Grant | None:
    """What this session may do with the service; without a service: in the console."""
    which = Grant.service.is_null() if service is None else Grant.service == service
    return Grant.get_or_none((Grant.session == session) & which)


def console_grant(session: Session) -> Grant | None:
    """What this session may do in the operator's console."""
    return grant_for(session, None)


def granted(session: Session, slug: str, svc: int) -> tuple[Service, Grant] | None:
    """The service, with its tenant and mail server, and the role this session holds for it, in one query."""
    if not 0 < svc <= LARGEST_SVC:
        return None
    found = _GRANTED.first(session.id, slug, svc)
    return None if found is None or found.service is None else (found.service, found)


_BY_COOKIE = Prepared(
    lambda cookie_hash: Session.select(Session, Tenant).join(Tenant).where(Session.cookie_hash == cookie_hash)
)
_BY_PAGE_TOKEN = Prepared(
    lambda token_hash: (
        PageToken.select(PageToken, Session, Tenant)
        .join(Session)
        .join(Tenant)
        .where(PageToken.token_hash == token_hash)
    )
)
_GRANTED = Prepared(
    lambda session, slug, svc: (
        Grant.select(Grant, Service, Tenant, MailServer)
        .join(Service)
        .join(Tenant)
        .switch(Service)
        .join(MailServer, JOIN.LEFT_OUTER)
        .where((Grant.session == session) & (Tenant.slug == slug) & (Service.svc == svc))
    )
)
