import pytest
from playhouse.migrations import Migration, Runner

from portal.store import connect, database, schema, tenants
from portal.store.base import Table
from tests.store.conftest import TABLES

NAMES = [migration.name for migration in Migration.load_directory(str(schema.MIGRATIONS))]


def test_this_file_knows_every_table():
    assert set(Table.__subclasses__()) == set(TABLES)


def described(db):
    """What the database says of each of our tables."""
    return {
        name: (
            sorted((column.name, column.data_type, column.null, column.primary_key) for column in db.get_columns(name)),
            sorted((index.name, tuple(index.columns), index.unique) for index in db.get_indexes(name)),
            sorted((key.column, key.dest_table, key.dest_column) for key in db.get_foreign_keys(name)),
        )
        for name in (table._meta.table_name for table in TABLES)
    }


def test_an_empty_database_gets_every_migration_in_order(empty):
    assert schema.upgrade() == NAMES


def test_a_second_upgrade_does_nothing(empty):
    schema.upgrade()

    assert schema.upgrade() == []


def test_the_migrated_tables_are_those_of_the_models(empty, kind, new_database):
    schema.upgrade()
    migrated = described(empty)
    empty.close_all()
    other = connect(new_database(kind))
    other.create_tables(TABLES)

    by_models = described(other)
    other.close_all()

    assert migrated == by_models


@pytest.mark.parametrize("kind", ["sqlite"])
def test_lengths_and_deletions_are_those_of_the_models(empty, kind, new_database):
    statements = "SELECT sql FROM sqlite_master WHERE name NOT LIKE 'schema_migration%' ORDER BY name"
    schema.upgrade()
    migrated = empty.execute_sql(statements).fetchall()
    empty.close_all()
    other = connect(new_database(kind))
    other.create_tables(TABLES)

    by_models = other.execute_sql(statements).fetchall()
    other.close_all()

    assert migrated == by_models


def test_of_several_upgrades_at_once_one_does_the_work(empty, race):
    done = race(6, schema.upgrade)

    assert sorted(done) == [[]] * 5 + [NAMES]


def test_a_migration_that_stopped_half_way_is_finished(empty, kind, new_database):
    first = Migration.load_directory(str(schema.MIGRATIONS))[0].load().TABLES
    with empty.bind_ctx(first):
        first[0]._schema.create_table()

    schema.upgrade()

    assert [index.columns for index in empty.get_indexes("tenant") if index.name == "tenant_slug"] == [["slug"]]


@pytest.mark.parametrize("half_way", [False, True])
def test_mail_servers_that_are_there_have_no_options(empty, half_way):
    Runner(empty, str(schema.MIGRATIONS)).up("0011_long_history")
    values = "1, 'mail1', 'smartermail', 'https://m.test', 'portal', 'x', 'm.test', '[]', '', 1, 1"
    names = "id, name, kind, url, username, password, mail_host, mx_hosts, webmail_url, created, changed"
    empty.execute_sql(f"INSERT INTO mail_server ({names}) VALUES ({values})")
    if half_way:
        empty.execute_sql("ALTER TABLE mail_server ADD COLUMN options TEXT")

    schema.upgrade()

    assert empty.execute_sql("SELECT options FROM mail_server").fetchall() in ([("{}",)], (("{}",),))
    assert [column.null for column in empty.get_columns("mail_server") if column.name == "options"] == [False]


def test_foreign_keys_are_on_after_an_upgrade(empty, kind):
    schema.upgrade()

    if kind == "sqlite":
        assert empty.pragma("foreign_keys") == 1
    assert tenants.all_tenants() == []


@pytest.mark.parametrize("kind", ["mariadb"])
def test_every_text_is_compared_exactly_whatever_the_server_prefers(empty):
    schema.upgrade()

    collations = database.execute_sql(
        "SELECT DISTINCT collation_name FROM information_schema.columns"
        " WHERE table_schema = DATABASE() AND collation_name IS NOT NULL"
    ).fetchall()

    assert collations == (("utf8mb4_nopad_bin",),)
