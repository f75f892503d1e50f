import pytest

from portal.store import domain_aliases, exclusive, protocols, services
from portal.store.protocols import EAS
from portal.store.services import DomainClaimed
from tests.store.conftest import NOW

MARIE = "marie@alice.test"


@pytest.fixture
def coming(northwind, registration):
    """A service whose domain is not there yet."""
    return services.put(northwind, 101, registration | {"proved": False, "username": "", "status": "Pending"})


def become(service, status, at=NOW + 10):
    with exclusive(service):
        services.set_status(service, status, at)
    return services.reread(service)


def test_a_service_holds_its_name_from_before_its_domain_is_there(coming, harbour, registration):
    services.claim(coming)

    with pytest.raises(DomainClaimed):
        services.put(harbour, 201, registration)
    assert (services.reread(coming).claim, services.reread(coming).proved) == ("alice.test", False)


def test_a_name_that_is_anothers_is_not_claimed(alices, harbour, registration):
    other = services.put(harbour, 201, registration | {"proved": False})

    with pytest.raises(DomainClaimed):
        services.claim(other)


def test_registering_while_the_domain_is_coming_does_not_let_go_of_the_name(northwind, coming, registration):
    services.claim(coming)

    again = services.put(northwind, 101, registration | {"proved": False, "plan": {"max_users": "5"}})

    assert (again.claim, again.plan) == ("alice.test", {"max_users": "5"})


def test_another_name_is_no_reason_to_keep_the_claim(northwind, coming, registration):
    services.claim(coming)

    again = services.put(northwind, 101, registration | {"proved": False, "name": "alice-shop.test"})

    assert again.claim is None


def test_a_name_is_let_go_when_its_domain_did_not_come(coming):
    services.claim(coming)

    services.unclaim(coming)

    assert services.reread(coming).claim is None


def test_a_domain_that_is_there_is_not_let_go_by_mistake(alices):
    services.unclaim(alices)

    assert services.reread(alices).claim == "alice.test"


def test_a_service_begins_with_its_domain(coming):
    services.Service.update(created=NOW).execute()
    services.prove(coming, "hidden", fresh=False)
    registered = services.reread(coming).created

    services.prove(coming, "hidden", fresh=True)

    found = services.reread(coming)
    assert (found.proved, found.claim, found.username) == (True, "alice.test", "hidden")
    assert registered == NOW != found.created


def test_a_status_counts_from_when_whmcs_said_so(alices):
    found = become(alices, "Suspended", NOW + 10)

    assert (found.status, found.plan_at, found.claim) == ("Suspended", NOW + 10, "alice.test")


def test_the_same_status_again_does_not_move_its_beginning(alices):
    first = become(alices, "Suspended")
    services.Service.update(changed=NOW).execute()

    again = become(services.reread(first), "Suspended")

    assert again.changed == NOW


def test_what_ends_lets_go_of_its_names(alices):
    domain_aliases.hold(alices, "alice.example", present=(), at_most=1)

    found = become(alices, "Terminated")

    assert (found.claim, found.proved, domain_aliases.held(found)) == (None, False, frozenset())
    assert services.claimed() == set()


def test_an_older_plan_leaves_the_time_of_a_newer_word(alices):
    services.set_plan(alices, {"max_users": "5"}, NOW - 10)

    assert (services.reread(alices).plan, services.reread(alices).plan_at) == ({"max_users": "5"}, NOW)


def test_services_come_in_pages_and_names_from_everybody(alices, northwind, harbour, registration):
    services.put(northwind, 102, registration | {"name": "alice-shop.test"})
    services.put(harbour, 201, registration | {"name": "bob.test"})
    domain_aliases.hold(alices, "alice.example", present=(), at_most=1)

    assert [found.svc for found in services.page(northwind, 0, 1)] == [101]
    assert [found.svc for found in services.page(northwind, 101, 5)] == [102]
    assert services.claimed() == {"alice.test", "alice-shop.test", "bob.test", "alice.example"}


@pytest.mark.parametrize("suspended", [False, True])
def test_what_ended_does_not_come_back_with_a_new_domain(alices, suspended):
    protocols.switched(alices, MARIE, EAS, True)
    if suspended:
        protocols.follow_status(become(alices, "Suspended"))

    with exclusive(alices):
        protocols.ended(alices)
    protocols.follow_status(become(alices, "Active"))

    assert protocols.on_at(alices, 2**40) == frozenset()
