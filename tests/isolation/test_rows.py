"""Rows, jobs: everything that is kept is some tenant's, and what is done for one leaves the others as they are."""

from tests.isolation.three import SLUGS, Three, tables, way_to_tenant

# Of no tenant, and why.
OF_NOBODY = {
    "MailServer": "the portal's owner lends it",
    "DnsAnswer": "what anybody can ask DNS",
    "JobRun": "when the worker did what",
    "Lock": "of the whole portal",
}


def test_every_row_is_some_tenants(world: Three) -> None:
    found = {table.__name__ for table in tables() if not way_to_tenant(table)}

    assert found == set(OF_NOBODY)


def test_every_table_has_rows_of_each_tenant_here(world: Three) -> None:
    """So that all tests of this folder are about all of them."""
    empty = {
        table.__name__
        for slug in SLUGS
        for table, rows in world.kept(slug)[0].items()
        if way_to_tenant(table) and not rows
    }

    assert empty == set()
