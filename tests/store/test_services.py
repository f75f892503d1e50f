import pytest

from portal.store import services
from portal.store.services import DomainClaimed, Service


@pytest.fixture
def statements(store, monkeypatch):
    """The statements that are sent to the database."""
    sent = []
    execute = store.execute_sql

    def listen(sql, *more, **options):
        sent.append(sql)
        return execute(sql, *more, **options)

    monkeypatch.setattr(store, "execute_sql", listen)
    return sent


def test_a_registration_comes_back_whole(alices, registration):
    found = services.find("northwind", 101)

    for name, value in registration.items():
        assert getattr(found, name) == value


def test_a_service_is_found_with_its_tenant_and_server_in_one_query(alices, statements):
    found = services.find("northwind", 101)

    assert (found.tenant.slug, found.server.name) == ("northwind", "mail-one")
    assert len(statements) == 1


def test_a_service_without_a_server_is_found(northwind, registration):
    services.put(northwind, 101, {**registration, "server": None})

    assert services.find("northwind", 101).server is None


@pytest.mark.parametrize("svc", [102, 0, -101, 2**31, 10**30])
def test_a_number_that_is_nobodys_finds_nothing(alices, svc):
    assert services.find("northwind", svc) is None


def test_the_same_number_of_another_tenant_is_another_service(alices, harbour, registration):
    services.put(harbour, 101, {**registration, "name": "bob.test"})

    assert services.find("northwind", 101).name == "alice.test"
    assert services.find("harbour", 101).name == "bob.test"


def test_registering_again_changes_the_service_there_is(northwind, alices, registration):
    again = services.put(northwind, 101, {**registration, "status": "Suspended", "plan": {"max_users": "5"}})

    assert again.id == alices.id
    assert (again.status, again.plan) == ("Suspended", {"max_users": "5"})
    assert again.created == alices.created


def test_registering_again_without_a_change_is_no_second_service(northwind, alices, registration):
    services.put(northwind, 101, registration)

    assert Service.select().count() == 1


def test_a_name_is_held_by_one_service(alices, harbour, registration):
    with pytest.raises(DomainClaimed):
        services.put(harbour, 201, registration)

    assert services.find("harbour", 201) is None


def test_a_name_in_capitals_is_the_same_name(alices, harbour, registration):
    with pytest.raises(DomainClaimed):
        services.put(harbour, 201, {**registration, "name": "ALICE.test"})


def test_a_service_cannot_be_renamed_to_a_held_name(northwind, alices, registration):
    services.put(northwind, 102, {**registration, "name": "alice-shop.test"})

    with pytest.raises(DomainClaimed):
        services.put(northwind, 102, registration)

    assert services.find("northwind", 102).name == "alice-shop.test"


@pytest.mark.parametrize("status", ["Terminated", "Cancelled", "Fraud"])
def test_a_service_that_has_ended_lets_go_of_its_name(northwind, alices, harbour, registration, status):
    services.put(northwind, 101, {**registration, "status": status})

    taken = services.put(harbour, 201, registration)

    assert taken.name == services.find("northwind", 101).name == "alice.test"


@pytest.mark.parametrize("status", ["Pending", "Active", "Suspended", "Completed"])
def test_every_other_service_holds_its_name(northwind, alices, harbour, registration, status):
    services.put(northwind, 101, {**registration, "status": status})

    with pytest.raises(DomainClaimed):
        services.put(harbour, 201, registration)


def test_an_ended_service_cannot_come_back_to_a_name_that_was_taken(northwind, alices, harbour, registration):
    services.put(northwind, 101, {**registration, "status": "Terminated"})
    services.put(harbour, 201, registration)

    with pytest.raises(DomainClaimed):
        services.put(northwind, 101, registration)


def test_of_many_registrations_of_one_service_at_once_one_makes_it(northwind, registration, race):
    ids = race(12, lambda: services.put(northwind, 101, registration).id)

    assert len(set(ids)) == 1


def test_no_change_of_the_domain_goes_uncounted(alices, race):
    race(20, lambda: services.bump(services.find("northwind", 101)))

    assert services.generation(alices) == 20


def test_after_a_bump_the_row_at_hand_knows_the_number(alices):
    services.bump(alices)

    assert alices.generation == 1


def test_registering_again_keeps_the_count_of_changes(northwind, alices, registration):
    services.bump(alices)

    assert services.put(northwind, 101, registration).generation == 1
