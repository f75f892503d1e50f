"""Loans: a limit holds under concurrency, what is used is counted on our own records, a loan in use does not end."""

import itertools
from contextlib import suppress

import pytest
import time_machine

from portal.store import history, loans, servers, services, usage
from portal.store.history import AUTOMATIC
from portal.store.loans import Full, InUse
from portal.store.servers import Loan
from portal.store.services import DomainClaimed, NoPlace, Service
from portal.store.usage import Sample


@pytest.fixture
def put(harbour, registration):
    """Registers a service of Harbour's."""

    def run(svc, name=None, **changed):
        return services.put(harbour, svc, {**registration, "name": name or f"d{svc}.test", **changed})

    return run


@pytest.fixture
def lent(harbour, mail_server, registration):
    """Changes the limits of what is lent to Harbour."""
    return lambda **limits: loans.lend(mail_server, harbour, **limits)


@pytest.fixture
def shared(harbour):
    """A mail server for single mailboxes, lent for two of them."""
    server = servers.add(
        kind="polarismail", name="shared", url="https://s.test", username="a", password="b", mail_host="s.test"
    )
    loans.lend(server, harbour, mailboxes=2)
    return server


def used(mail_server, harbour):
    use = loans.used(servers.loan(mail_server, harbour))
    return use.domains, use.mailboxes


def change(service, action, result, at=None):
    row = history.begin(
        tenant=service.tenant,
        service=service,
        session=None,
        actor=AUTOMATIC,
        action=action,
        subject="x",
        detail={},
    )
    history.finish(row, result, {})
    if at is not None:
        history.History.update(at=at).where(history.History.id == row.id).execute()


def read(service, mailboxes, at):
    usage.keep(service, Sample(at, 0, mailboxes=mailboxes, aliases=0))


def test_lending_again_changes_the_limits_and_nothing_else(lent, mail_server, harbour):
    first = lent(domains=3)

    again = lent(mailboxes=50)

    assert (again.id, again.domains, again.mailboxes) == (first.id, 0, 50)
    assert Loan.select().count() == 1


def test_the_owner_borrows_nothing(northwind, mail_server):
    with pytest.raises(ValueError, match="may use every mail server"):
        loans.lend(mail_server, northwind)


def test_domains_are_not_limited_where_none_are_sold(shared, harbour):
    with pytest.raises(ValueError, match="limit its mailboxes"):
        loans.lend(shared, harbour, domains=2)


def test_beyond_its_limit_a_tenant_registers_nothing_and_is_told_the_limit(lent, put, harbour):
    lent(domains=2)
    put(201)
    put(202)

    with pytest.raises(NoPlace, match="may have 2 domains on the mail server mail-one, and have 2"):
        put(203)

    assert services.find("harbour", 203) is None


def test_single_mailboxes_are_limited_on_their_own_server(lent, put, shared, harbour):
    mailbox = {"product": "mailbox", "server": shared}
    put(201, "a@s.test", **mailbox)
    put(202, "b@s.test", **mailbox)

    with pytest.raises(NoPlace, match="may have 2 mailboxes on the mail server shared, and have 2"):
        put(203, "c@s.test", **mailbox)
    put(204)

    assert used(shared, harbour) == (0, 2)


@pytest.mark.parametrize("changed", [{}, {"status": "Suspended"}, {"client": 8}], ids=str)
def test_what_has_its_place_keeps_it_whatever_the_limit_is(lent, put, changed):
    put(201)
    put(202)
    lent(domains=1)

    kept = put(201, **changed)

    assert kept.claim == "d201.test"


def test_a_lowered_limit_is_told_and_removes_nothing(lent, put, mail_server, harbour):
    for svc in range(201, 205):
        put(svc)

    lent(domains=3)

    [use] = loans.all_of(tenant=harbour)
    assert (use.domains, use.loan.domains, use.full) == (4, 3, ["domains"])
    with pytest.raises(NoPlace):
        put(205)


@pytest.mark.parametrize(
    ("changed", "counts"),
    [
        ({"status": "Suspended"}, 1),
        ({"status": "Terminated"}, 0),
        ({"status": "Cancelled"}, 0),
        ({"proved": False, "status": "Pending"}, 0),
    ],
    ids=str,
)
def test_which_services_take_up_a_place(lent, put, mail_server, harbour, changed, counts):
    put(201, **changed)

    assert used(mail_server, harbour)[0] == counts


def test_the_place_of_what_has_ended_is_anothers(lent, put):
    lent(domains=1)
    put(201)
    put(201, status="Terminated")

    put(202)

    assert services.find("harbour", 202).claim == "d202.test"


def test_a_domain_that_is_to_be_created_takes_its_place_before(lent, put):
    lent(domains=1)
    pending = put(201, proved=False, status="Pending")
    other = put(202, proved=False, status="Pending")
    services.claim(pending)

    with pytest.raises(NoPlace):
        services.claim(other)

    assert services.reread(other).claim is None


def test_services_of_others_take_no_place(lent, put, northwind, registration, mail_server, harbour):
    lent(domains=1)
    services.put(northwind, 101, registration)

    put(201)

    assert used(mail_server, harbour)[0] == 1


def test_the_owner_has_no_limit(northwind, registration):
    for svc in range(101, 105):
        services.put(northwind, svc, {**registration, "name": f"n{svc}.test"})

    assert Service.select().count() == 4


def test_where_nothing_is_lent_nothing_begins(lent, put, mail_server, harbour):
    pending = put(201, proved=False, status="Pending")
    loans.end(servers.loan(mail_server, harbour))

    with pytest.raises(NoPlace, match="is not lent to you"):
        services.claim(pending)
    with pytest.raises(NoPlace, match="is not lent to you"):
        put(202)

    assert services.find("harbour", 202) is None


def test_a_loan_with_services_does_not_end_and_says_which(lent, put, mail_server, harbour):
    for svc in range(201, 206):
        put(svc)

    with pytest.raises(InUse, match=r"harbour are on mail-one: d201.test, d202.test, d203.test and 2 more"):
        loans.end(servers.loan(mail_server, harbour))

    assert servers.loan(mail_server, harbour) is not None


def test_a_loan_ends_once_its_services_have(lent, put, mail_server, harbour):
    put(201)
    put(201, status="Terminated")

    loans.end(servers.loan(mail_server, harbour))

    assert servers.loan(mail_server, harbour) is None


def test_of_50_services_at_once_the_limit_is_registered_and_no_more(lent, put, mail_server, harbour, race):
    lent(domains=3)
    numbers = itertools.count(201)

    def work():
        with suppress(NoPlace):
            return put(next(numbers))

    answers = race(50, work)

    assert len([one for one in answers if one]) == used(mail_server, harbour)[0] == 3


def test_of_50_creations_at_once_the_limit_begins_and_no_more(lent, put, shared, harbour, race):
    for svc in range(201, 251):
        put(svc, f"m{svc}@s.test", product="mailbox", server=shared, proved=False, status="Pending")
    numbers = itertools.count(201)

    def work():
        with suppress(NoPlace):
            services.claim(services.find("harbour", next(numbers)))
            return "begun"

    answers = race(50, work)

    assert answers.count("begun") == used(shared, harbour)[1] == 2


def test_a_loan_ends_or_a_service_begins_but_not_both(lent, put, mail_server, harbour, race):
    turns = itertools.count()
    loan = lent()

    def work():
        turn = next(turns)
        with suppress(NoPlace, InUse, DomainClaimed):
            if turn % 2:
                put(201 + turn)
            else:
                loans.end(loan)

    race(10, work)

    there = servers.loan(mail_server, harbour) is not None
    assert there == bool(services.holders(harbour, mail_server, "domain").count())


NOON = 1_800_000_000


@pytest.mark.parametrize(
    ("action", "result", "at", "counts"),
    [
        ("mailbox.create", "done", NOON + 5, 8),
        ("mailbox.create", "unknown", NOON + 5, 8),
        ("mailbox.create", "refused", NOON + 5, 7),
        ("mailbox.create", "done", NOON - 5, 7),
        ("mailbox.create", "started", None, 8),
        ("mailbox.create", "started", NOON + 5, 7),
        ("mailbox.delete", "done", NOON + 5, 6),
        ("mailbox.delete", "unknown", NOON + 5, 7),
        ("mailbox.delete", "done", NOON - 5, 7),
        ("mailbox.password", "done", NOON + 5, 7),
    ],
)
def test_mailboxes_are_counted_by_the_newest_reading_and_what_came_after_it(
    lent, put, mail_server, harbour, action, result, at, counts
):
    one, other = put(201), put(202)
    read(one, 9, NOON - 86_400)
    read(one, 3, NOON)
    read(other, 4, NOON)

    with time_machine.travel(NOON + 1000, tick=False):
        change(one, action, result, at)
        counted = used(mail_server, harbour)

    assert counted == (2, counts)


def test_of_50_mailboxes_at_once_in_several_domains_the_limit_is_begun_and_no_more(
    lent, put, mail_server, harbour, race
):
    lent(mailboxes=5)
    for svc in (201, 202, 203):
        put(svc)
    numbers = itertools.count()

    def work():
        service = services.find("harbour", 201 + next(numbers) % 3)
        with suppress(Full), loans.place_for_mailbox(service):
            change(service, "mailbox.create", "done")
            return "made"

    answers = race(50, work)

    assert answers.count("made") == used(mail_server, harbour)[1] == 5


def test_what_is_full_for_one_tenant_is_not_for_another(lent, put, northwind, registration):
    lent(mailboxes=1)
    full = put(201)
    owners = services.put(northwind, 101, registration)
    change(full, "mailbox.create", "done")

    with pytest.raises(Full, match="1 of 1"), loans.place_for_mailbox(full):
        pass
    with loans.place_for_mailbox(owners):
        pass
