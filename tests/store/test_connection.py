import time
from contextlib import suppress
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from peewee import IntegrityError

from portal.store import BadDatabaseUrl, Unavailable, connect, database, exclusive, sessions, tenants
from portal.store.tenants import Origin, Tenant
from tests.store.conftest import NOW


def add_while_fewer_than_three(tenant):
    with exclusive(tenant):
        present = Origin.select().where(Origin.tenant == tenant).count()
        time.sleep(0.002)
        if present < 3:
            Origin.create(tenant=tenant, origin=f"https://{uuid4()}.test")


def test_50_at_once_never_pass_a_limit_of_3(northwind, race):
    race(50, lambda: add_while_fewer_than_three(northwind))

    assert len(tenants.origins(northwind)) == 3


def test_exclusive_refuses_to_come_second(northwind):
    with pytest.raises(RuntimeError, match="open the transaction"), database.atomic(), exclusive(northwind):
        pass


def test_exclusive_needs_a_row_that_is_there(northwind):
    gone = tenants.by_slug("northwind")
    Tenant.delete().execute()

    with pytest.raises(Tenant.DoesNotExist), exclusive(gone):
        pass


def test_what_fails_inside_exclusive_is_undone(northwind):
    with suppress(ValueError), exclusive(northwind):
        tenants.add_origin(northwind, "https://whmcs.northwind.test")
        raise ValueError

    assert tenants.origins(northwind) == []


def test_many_who_read_before_they_write_wait_for_each_other(northwind, session, race):
    def touch():
        with database.atomic():
            sessions.by_cookie("cookie")
            sessions.touch(session, None, NOW + 5)

    race(24, touch)

    assert sessions.by_cookie("cookie").seen == NOW + 5


@pytest.mark.parametrize(
    ("one", "other"), [("origin", "ORIGIN"), ("é", "e"), ("origin", "origin "), ("ﬀ", "ff"), ("ß", "ss")]
)
def test_texts_that_look_alike_are_two(northwind, one, other):
    Origin.create(tenant=northwind, origin=one)
    Origin.create(tenant=northwind, origin=other)

    found = Origin.get(Origin.origin == other)

    assert found.origin == other
    assert Origin.select().where(Origin.origin == one).count() == 1


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=255), whole=st.text())
def test_text_and_json_come_back_as_they_were(northwind, text, whole):
    Tenant.update(name=text, brand={"text": whole, "z": None, "a": [1, 2.5, True]}).execute()

    kept = tenants.by_slug("northwind")

    assert kept.name == text
    assert kept.brand == {"text": whole, "z": None, "a": [1, 2.5, True]}
    assert list(kept.brand) == ["text", "z", "a"]


def test_an_update_counts_the_rows_it_found_not_those_it_changed(northwind):
    assert Tenant.update(name=northwind.name).execute() == 1


def test_times_beyond_2038_fit(northwind):
    session = sessions.create(northwind, sessions.Identity("5", "Alice", ""), "later", 2**33)

    assert sessions.by_cookie("later").created == session.created == 2**33


def test_a_row_that_refers_to_nothing_is_refused(northwind):
    with pytest.raises(IntegrityError):
        Origin.create(tenant=northwind.id + 1, origin="https://nobody.test")


def test_a_database_that_does_not_answer_is_unavailable():
    db = connect("postgresql://portal:secret@127.0.0.1:1/portal")

    with pytest.raises(Unavailable):
        db.connect()


@pytest.mark.parametrize(
    "url",
    ["oracle://portal:secret@db/portal", "postgresql://portal:secret/x@db:port/portal", "mariadb://portal:secret@db"],
)
def test_a_bad_url_is_refused_without_showing_it(url):
    with pytest.raises(BadDatabaseUrl, match="DATABASE_URL") as refusal:
        connect(url)

    assert "secret" not in str(refusal.value)


def test_the_folder_of_a_sqlite_database_is_made(tmp_path):
    connect(f"sqlite:///{tmp_path}/instance/portal.db")

    assert (tmp_path / "instance").is_dir()
