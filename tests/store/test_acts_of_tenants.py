"""The migration that lets the history hold what is about no service."""

from playhouse.migrations import Runner

from portal.store import history, schema, tenants
from portal.store.history import AUTOMATIC, Wanted


def test_what_was_recorded_before_stays_and_so_does_what_refers_to_it(empty):
    runner = Runner(empty, str(schema.MIGRATIONS))
    runner.up("0013_operations")
    empty.execute_sql("INSERT INTO tenant VALUES (1, 'northwind', 'Northwind', true, 'https://w.test', '{}', 1)")
    empty.execute_sql(
        "INSERT INTO service VALUES (7, 1, 101, 'domain', 'alice.test', NULL, NULL, false, '', '{}', 0, 1, 'Active',"
        " '{}', '', '{}', 0, 1, 1)"
    )
    empty.execute_sql(
        "INSERT INTO history VALUES (3, 1, 7, NULL, 5, 'customer', '7', 'Alice', '', '', 'mailbox.create',"
        " 'm@alice.test', 'done', '{\"a\": 1}')"
    )
    empty.execute_sql("INSERT INTO operation VALUES (1, 7, 3, 'create', 'done', 1, 1, 1, '', '', '{}', '[]', '')")

    schema.upgrade()

    [row] = history.found(Wanted(None), 50)
    assert (row.id, row.service_id, row.detail) == (3, 7, {"a": 1})
    assert [key.dest_table for key in empty.get_foreign_keys("operation") if key.column == "history_id"] == ["history"]


def test_an_act_of_a_tenant_needs_no_service(store):
    tenant, _key = tenants.add("northwind", name="Northwind", whmcs_url="https://whmcs.northwind.test")

    history.begin(
        tenant=tenant, service=None, session=None, actor=AUTOMATIC, action="key.rotate", subject="northwind", detail={}
    )

    [row] = history.found(Wanted(tenant), 50)
    assert row.service is None
