import pytest

from portal.store.prepared import Prepared
from portal.store.tenants import Origin, add_origin

ALLOWED = "https://whmcs.northwind.test"


def test_each_call_answers_for_its_own_values(northwind, harbour):
    add_origin(northwind, ALLOWED)
    query = Prepared(lambda tenant: Origin.select().where(Origin.tenant == tenant))

    answers = [query.all(northwind.id), query.all(harbour.id), query.all(northwind.id)]

    assert [[row.origin for row in rows] for rows in answers] == [[ALLOWED], [], [ALLOWED]]


def test_rows_are_columns_in_the_order_of_the_query(northwind):
    add_origin(northwind, ALLOWED)
    query = Prepared(lambda tenant: Origin.select(Origin.origin, Origin.tenant).where(Origin.tenant == tenant))

    answer = query.rows(northwind.id)

    assert list(answer) == [(ALLOWED, northwind.id)]


def test_what_is_not_there_is_none(northwind, harbour):
    add_origin(northwind, ALLOWED)
    query = Prepared(lambda tenant: Origin.select().where(Origin.tenant == tenant))

    answers = [query.first(harbour.id), query.first(northwind.id)]

    assert answers[0] is None
    assert answers[1].origin == ALLOWED


def test_a_query_with_other_parameters_than_its_values_is_refused(northwind):
    query = Prepared(lambda tenant: Origin.select().where((Origin.tenant == tenant) & (Origin.origin == "x")))

    with pytest.raises(TypeError, match="takes"):
        query.all(northwind.id)
