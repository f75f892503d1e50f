import itertools
from contextlib import suppress

import pytest

from portal.store import domain_aliases, exclusive, history, services
from portal.store.domain_aliases import NoRoom
from portal.store.services import DomainAlias, DomainClaimed
from tests.store.test_history import begin

NAME = "alice-shop.test"


@pytest.fixture
def bobs(harbour, registration):
    return services.put(harbour, 201, {**registration, "name": "bob.test"})


def hold(service, name=NAME, present=(), at_most=3):
    domain_aliases.hold(service, name, present=present, at_most=at_most)


def test_a_name_is_held_until_it_is_released(alices):
    before = domain_aliases.held(alices)
    hold(alices)
    during = domain_aliases.held(alices)

    domain_aliases.release(alices, NAME)

    assert (before, during) == (frozenset(), {NAME})
    assert domain_aliases.held(alices) == frozenset()


def test_holding_a_name_again_changes_nothing_even_without_room(alices):
    hold(alices)

    hold(alices, at_most=1)

    assert domain_aliases.held(alices) == {NAME}


def test_a_name_is_held_by_one_service(alices, bobs):
    hold(alices)

    with pytest.raises(DomainClaimed):
        hold(bobs)

    assert domain_aliases.held(bobs) == frozenset()


def test_a_service_that_ended_meanwhile_holds_nothing(alices):
    with exclusive(alices):
        services.set_status(alices, "Terminated", 0)

    with pytest.raises(DomainClaimed):
        hold(alices)

    assert domain_aliases.held(alices) == frozenset()


def test_a_service_that_ends_in_the_same_instant_holds_nothing(alices, race):
    def work(place):
        if place:
            with suppress(DomainClaimed):
                hold(alices, f"{place}.alice-shop.test", at_most=9)
        else:
            with exclusive(alices):
                services.set_status(alices, "Terminated", 0)

    places = itertools.count()
    race(5, lambda: work(next(places)))

    assert domain_aliases.held(alices) == frozenset()


def test_a_released_name_may_be_anybodys(alices, bobs):
    hold(alices)
    domain_aliases.release(alices, NAME)

    hold(bobs)

    assert domain_aliases.held(bobs) == {NAME}


def test_nobody_releases_what_another_holds(alices, bobs):
    hold(alices)

    domain_aliases.release(bobs, NAME)

    assert domain_aliases.held(alices) == {NAME}


@pytest.mark.parametrize("name", ["alice.test", "bob.test"])
def test_a_services_own_domain_is_nobodys_alias(alices, bobs, name):
    with pytest.raises(DomainClaimed):
        hold(alices, name)


def test_a_domain_nobody_has_shown_to_be_theirs_is_free(alices, harbour, registration):
    services.put(harbour, 201, {**registration, "name": NAME, "proved": False})

    hold(alices)

    assert domain_aliases.held(alices) == {NAME}


def test_an_alias_of_one_service_becomes_no_service_of_another(alices, harbour, registration):
    hold(alices)

    with pytest.raises(DomainClaimed):
        services.put(harbour, 201, {**registration, "name": NAME})

    assert services.is_claimed(NAME, harbour, 201)
    assert services.find("harbour", 201) is None


@pytest.mark.parametrize("change", [{"name": "alice-new.test"}, {"name": NAME}, {"status": "Terminated"}], ids=str)
def test_a_service_that_is_renamed_or_has_ended_lets_go(alices, northwind, registration, change):
    hold(alices)

    services.put(northwind, 101, {**registration, **change})

    assert domain_aliases.held(alices) == frozenset()


@pytest.mark.parametrize("change", [{}, {"status": "Suspended"}, {"proved": False}, {"name": "ALICE.test"}], ids=str)
def test_every_other_registration_keeps_the_aliases(alices, northwind, registration, change):
    hold(alices)

    services.put(northwind, 101, {**registration, **change})

    assert domain_aliases.held(alices) == {NAME}


def test_a_refused_renaming_keeps_the_aliases(alices, bobs, northwind, registration):
    hold(alices)

    with pytest.raises(DomainClaimed):
        services.put(northwind, 101, {**registration, "name": "bob.test"})

    assert domain_aliases.held(alices) == {NAME}


def test_what_the_mail_server_has_counts_too_and_each_name_once(alices):
    hold(alices, "a.test")

    hold(alices, "b.test", present={"a.test", "c.test"})
    with pytest.raises(NoRoom):
        hold(alices, "d.test", present={"c.test"})

    assert domain_aliases.held(alices) == {"a.test", "b.test"}


def test_aliases_of_others_take_no_room(alices, bobs):
    hold(bobs, "b.test", at_most=1)

    hold(alices, "a.test", at_most=1)

    assert domain_aliases.held(alices) == {"a.test"}


@pytest.mark.parametrize(
    ("name", "below"),
    [
        ("sales.bob.test", True),
        ("a.b.bob.test", True),
        ("x.bob-shop.test", True),
        ("bob.test", False),
        ("notbob.test", False),
        ("sales.alice.test", False),
        ("sales.nobody.test", False),
    ],
)
def test_whether_a_name_lies_inside_anothers_domain(alices, bobs, name, below):
    hold(bobs, "bob-shop.test")

    assert domain_aliases.may_be_anothers(alices, name) == below


@pytest.mark.parametrize("status", ["Pending", "Terminated"])
def test_a_domain_of_who_has_not_got_it_yet_or_not_any_more_may_be_theirs(alices, harbour, registration, status):
    services.put(harbour, 201, {**registration, "name": "bob.test", "status": status, "proved": False})

    found = [domain_aliases.may_be_anothers(alices, name) for name in ("bob.test", "sales.bob.test", "test.bob")]

    assert found == [True, True, False]


def test_of_50_names_at_once_the_maximum_is_held_and_no_more(alices, race):
    numbers = itertools.count()

    def work():
        with suppress(NoRoom):
            hold(services.find("northwind", 101), f"n{next(numbers)}.test", present={"there.test"})
            return "held"

    answers = race(50, work)

    assert answers.count("held") == len(domain_aliases.held(alices)) == 2


def test_of_many_who_want_one_name_at_once_one_service_gets_it(northwind, registration, race):
    for svc in range(101, 113):
        services.put(northwind, svc, {**registration, "name": f"s{svc}.test"})
    numbers = itertools.count(101)

    def work():
        with suppress(DomainClaimed):
            hold(services.find("northwind", next(numbers)))
            return "held"

    answers = race(12, work)

    assert answers.count("held") == DomainAlias.select().count() == 1


def test_a_name_becomes_an_alias_or_a_service_at_once_but_not_both(alices, harbour, registration, race):
    turns = itertools.count()

    def work():
        with suppress(DomainClaimed):
            turn = next(turns)
            if turn % 2:
                hold(alices)
            else:
                services.put(harbour, 201 + turn, {**registration, "name": NAME})
            return turn % 2

    answers = race(12, work)

    won = [answer for answer in answers if answer is not None]
    owners = services.Service.select().where(services.Service.claim == NAME).count()
    assert owners + DomainAlias.select().count() == 1
    assert set(won) in ({0}, {1})


def test_names_registrations_and_other_changes_of_a_service_do_not_block_each_other(
    alices, northwind, registration, race
):
    turns = itertools.count()

    def work():
        turn = next(turns)
        if turn % 3 == 0:
            hold(alices, f"n{turn}.test", at_most=100)
        elif turn % 3 == 1:
            services.put(northwind, 101, {**registration, "client": turn})
        else:
            with exclusive(alices):
                begin(alices)
        return "done"

    answers = race(30, work)

    assert answers == ["done"] * 30
    assert len(domain_aliases.held(alices)) == history.count(alices) == 10
