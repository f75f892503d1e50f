"""Every row belongs to a tenant, by itself or by what it hangs on; what belongs to nobody is named here."""

from collections.abc import Iterator

from portal.store.base import Table
from portal.store.tenants import Tenant
from tests.store.conftest import TABLES

NOBODYS = {
    "mail_server": "the portal's owner's, lent by `loan`",
    "lock": "of the whole portal, without anybody's data",
    "job_run": "the worker's own rounds, which are for all",
    "dns_answer": "what anybody may ask in DNS",
}


def leads_to_a_tenant(table: type[Table]) -> bool:
    """Whether each row says so, for none of the foreign keys on the way may be empty."""
    return table is Tenant or any(leads_to_a_tenant(parent) for parent in parents(table))


def parents(table: type[Table]) -> Iterator[type[Table]]:
    for key in table._meta.refs:
        if not key.null and key.rel_model is not table:
            yield key.rel_model


def test_every_row_has_its_tenant() -> None:
    without = {table._meta.table_name for table in TABLES if not leads_to_a_tenant(table)}

    assert without == NOBODYS.keys()
