"""Spent tokens: each `jti` opens something once per tenant, across all processes."""

from peewee import BigIntegerField, CharField, CompositeKey, ForeignKeyField

from portal.store.base import Table
from portal.store.sessions import Session
from portal.store.tenants import Tenant


class SpentToken(Table):
    """A `jti` that was used, and the session it opened, if it opened one.

    It outlives its session: an ended session must not make its token good again.
    """

    tenant = ForeignKeyField(Tenant, on_delete="CASCADE", index=False)
    jti = CharField(max_length=64)
    session = ForeignKeyField(Session, on_delete="SET NULL", null=True)
    at = BigIntegerField(index=True)

    session_id: int | None

    class Meta:
        primary_key = CompositeKey("tenant", "jti")


def spend(tenant: Tenant, jti: str, session: Session | None, now: int) -> bool:
    """True for the first who spends it and for nobody else, ever. It does not break the caller's transaction.

    `session`: the one it opens, if it opens one.
    """
    query = SpentToken.insert(tenant=tenant, jti=jti, session=session, at=now).on_conflict_ignore()
    return bool(query.as_rowcount().execute() == 1)


def spent_by(tenant: Tenant, jti: str) -> int | None:
    """The id of the session that this token opened; None when it opened none or was not spent."""
    row = SpentToken.get_or_none((SpentToken.tenant == tenant) & (SpentToken.jti == jti))
    return None if row is None else row.session_id


def purge(before: int) -> int:
    """Forget tokens spent before `before`, longer ago than any token is accepted. The answer is how many."""
    return int(SpentToken.delete().where(SpentToken.at < before).execute())
