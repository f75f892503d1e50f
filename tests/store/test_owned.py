import itertools
import random
from contextlib import suppress

import pytest

from portal.store import owned, servers, services
from portal.store.owned import ALIAS, ASKED, CLAIMED, HELD, LEAVING, LIST, PARKED, Moved, NoRoom, Owned, Taken

SALES = "sales-team@shared.test"
TARGET = "alice@shared.test"


@pytest.fixture
def alices(northwind, registration):
    """Alice's mailbox on the shared domain."""
    return services.put(northwind, 101, {**registration, "product": "mailbox", "name": "alice@shared.test"})


@pytest.fixture
def bobs(harbour, registration):
    """Bob's, sold by another tenant."""
    return services.put(harbour, 201, {**registration, "product": "mailbox", "name": "bob@shared.test"})


def claim(service, address=SALES, kind=ALIAS, at_most=0, **more):
    return owned.claim(service, kind, address, at_most=at_most, **more)


def in_state(service, state, address=SALES, kind=ALIAS):
    """One that has come as far as this state."""
    row = claim(service, address, kind, destinations=[TARGET])
    way = {
        CLAIMED: [],
        ASKED: [ASKED],
        HELD: [ASKED, HELD],
        LEAVING: [ASKED, HELD, LEAVING],
        PARKED: [ASKED, HELD, PARKED],
    }
    for step in way[state]:
        owned.become(row, step)
    return row


def addresses(rows):
    return [row.address for row in rows]


def test_what_is_claimed_is_kept_with_where_it_leads(alices):
    claim(alices, destinations=[TARGET])

    row = owned.find(alices, ALIAS, SALES)
    assert (row.name, row.state, row.destinations) == ("sales-team", CLAIMED, [TARGET])


def test_nobody_else_can_claim_an_address_whatever_they_would_make_of_it(alices, bobs):
    claim(alices)

    for kind in (ALIAS, LIST):
        with pytest.raises(Taken):
            claim(bobs, kind=kind)

    assert owned.of(bobs) == []


def test_a_service_claims_an_address_once_and_is_told_how_far_it_is(alices):
    in_state(alices, HELD)

    again = claim(alices, at_most=1)

    assert again.state == HELD
    assert len(owned.of(alices)) == 1


def test_an_alias_does_not_become_a_list(alices):
    claim(alices)

    with pytest.raises(Taken):
        claim(alices, kind=LIST)


@pytest.mark.parametrize("address", ["alice@shared.test", "bob@shared.test"])
def test_a_mailbox_is_nobodys_alias(alices, bobs, address):
    with pytest.raises(Taken):
        claim(alices, address)


@pytest.mark.parametrize("address", [SALES, "bob@shared.test", "nobody@shared.test"])
def test_without_room_no_name_is_told_to_be_anybodys(alices, bobs, address):
    claim(bobs)
    claim(alices, "mine@shared.test")

    with pytest.raises(NoRoom):
        claim(alices, address, at_most=1)


def test_an_address_is_one_services_by_whichever_entry_of_the_mail_server(alices, harbour, registration):
    again = servers.add(
        kind="polarismail",
        name="the-same-account",
        url="https://one.test",
        username="portal",
        password="secret",
        mail_host="mx.test",
        lend_to=[harbour],
    )
    bobs = services.put(
        harbour, 201, {**registration, "product": "mailbox", "name": "bob@shared.test", "server": again}
    )
    claim(alices)

    with pytest.raises(Taken):
        claim(bobs)

    assert services.is_taken(SALES, harbour, 202)


def test_a_service_without_a_mail_server_owns_nothing(northwind, registration):
    lost = services.put(northwind, 103, {**registration, "name": "carol@shared.test", "server": None})

    with pytest.raises(ValueError, match="without a mail server"):
        claim(lost)


def test_nobody_finds_what_is_anothers(alices, bobs):
    claim(alices)

    found = [owned.find(bobs, ALIAS, SALES), owned.find(alices, LIST, SALES), owned.find(alices, ALIAS, SALES)]

    assert [row and row.address for row in found] == [None, None, SALES]


def test_aliases_and_lists_are_told_apart_and_sorted(alices):
    for address, kind in (("c@shared.test", ALIAS), ("b@shared.test", LIST), ("a@shared.test", ALIAS)):
        claim(alices, address, kind)

    assert addresses(owned.of(alices)) == ["a@shared.test", "b@shared.test", "c@shared.test"]
    assert addresses(owned.of(alices, ALIAS)) == ["a@shared.test", "c@shared.test"]


def test_a_released_address_may_be_anybodys(alices, bobs):
    owned.release(claim(alices))

    claim(bobs)

    assert addresses(owned.of(bobs)) == [SALES]


@pytest.mark.parametrize("state", [CLAIMED, ASKED, HELD, LEAVING, PARKED])
def test_in_every_state_it_takes_its_place_in_the_plan(alices, state):
    in_state(alices, state)

    with pytest.raises(NoRoom):
        claim(alices, "second@shared.test", at_most=1)


def test_lists_take_no_room_from_aliases_nor_others_from_ours(alices, bobs):
    claim(alices, "a@shared.test", LIST, at_most=1)
    claim(bobs, "b@shared.test", at_most=1)

    claim(alices, "c@shared.test", ALIAS, at_most=1)

    assert len(owned.of(alices)) == 2


def test_zero_is_any_number_and_off_is_none(alices):
    for number in range(30):
        claim(alices, f"n{number}@shared.test", at_most=0)

    with pytest.raises(NoRoom):
        claim(alices, "list@shared.test", LIST, at_most=None)

    assert len(owned.of(alices)) == 30


def test_a_step_that_was_taken_by_somebody_else_is_not_taken_twice(alices):
    in_state(alices, HELD)
    mine, theirs = owned.find(alices, ALIAS, SALES), owned.find(alices, ALIAS, SALES)
    owned.become(theirs, LEAVING)

    with pytest.raises(Moved):
        owned.become(mine, PARKED)

    assert owned.find(alices, ALIAS, SALES).state == LEAVING


@pytest.mark.parametrize(("state", "step"), [(CLAIMED, HELD), (CLAIMED, LEAVING), (PARKED, HELD), (LEAVING, ASKED)])
def test_no_step_is_left_out(alices, state, step):
    row = in_state(alices, state)

    with pytest.raises(ValueError, match=state):
        owned.become(row, step)


def test_members_are_kept_for_the_time_of_a_suspension(alices):
    row = in_state(alices, HELD, kind=LIST)

    owned.become(row, PARKED, destinations=["x@elsewhere.test", "y@elsewhere.test"])
    owned.become(owned.find(alices, LIST, SALES), ASKED)

    assert owned.find(alices, LIST, SALES).destinations == ["x@elsewhere.test", "y@elsewhere.test"]


@pytest.mark.parametrize(
    ("state", "there", "absent"),
    [
        (CLAIMED, "hidden", "hidden"),
        (ASKED, "shown", "missing"),
        (HELD, "shown", "missing"),
        (LEAVING, "shown", "hidden"),
        (PARKED, "hidden", "hidden"),
    ],
)
def test_what_is_shown_and_what_is_missing(alices, state, there, absent):
    rows = [in_state(alices, state)]

    def told(present):
        return "shown" if owned.shown(rows, present) else "missing" if owned.missing(rows, present) else "hidden"

    assert (told({SALES, "others@shared.test"}), told({"others@shared.test"})) == (there, absent)


@pytest.mark.parametrize(
    ("state", "there", "absent"),
    [
        (CLAIMED, None, None),
        (ASKED, HELD, ASKED),
        (HELD, HELD, HELD),
        (LEAVING, LEAVING, None),
        (PARKED, PARKED, PARKED),
    ],
)
@pytest.mark.parametrize("is_there", [True, False])
def test_a_lost_answer_is_settled_by_what_is_there(alices, state, there, absent, is_there):
    row = in_state(alices, state)

    owned.settle(row, is_there=is_there)

    left = owned.find(alices, ALIAS, SALES)
    assert (left and left.state) == (there if is_there else absent)


@pytest.mark.parametrize("seed", range(5))
def test_whatever_two_customers_do_each_has_what_a_simple_record_says(alices, bobs, seed):
    chance = random.Random(seed)
    record = {}
    names = [f"n{number}@shared.test" for number in range(5)]
    for _ in range(60):
        who, address, kind = chance.choice([alices, bobs]), chance.choice(names), chance.choice([ALIAS, LIST])
        known = record.get(address)
        room = sum(one[:2] == (who.id, kind) for one in record.values()) < 2
        if chance.random() < 0.6:
            try:
                claim(who, address, kind, at_most=2)
                said = "had" if known else "got"
            except (Taken, NoRoom) as refusal:
                said = type(refusal).__name__
            if known is not None and known[0] == who.id:
                assert said == ("had" if known[1] == kind else "Taken")
            else:
                # Who has no room is not told whether somebody has the name.
                assert said == ("NoRoom" if not room else "Taken" if known else "got")
            if said == "got":
                record[address] = (who.id, kind, CLAIMED)
        elif (row := owned.find(who, kind, address)) is None:
            assert known is None or known[:2] != (who.id, kind)
        elif chance.random() < 0.4:
            owned.release(row)
            del record[address]
        else:
            state = chance.choice([state for state, before in owned.FROM.items() if row.state in before])
            owned.become(row, state)
            record[address] = (who.id, kind, state)

    kept = {row.address: (row.service_id, row.kind, row.state) for row in [*owned.of(alices), *owned.of(bobs)]}
    assert kept == record


@pytest.mark.parametrize("at_most", [1, 7])
def test_of_50_claims_at_once_the_maximum_is_kept_and_no_more(alices, race, at_most):
    numbers = itertools.count()

    def work():
        with suppress(NoRoom):
            claim(services.find("northwind", 101), f"n{next(numbers)}@shared.test", at_most=at_most)
            return "claimed"

    answers = race(50, work)

    assert answers.count("claimed") == len(owned.of(alices)) == at_most


def test_of_many_who_claim_one_address_at_once_one_gets_it(northwind, registration, race):
    for svc in range(101, 113):
        services.put(northwind, svc, {**registration, "product": "mailbox", "name": f"s{svc}@shared.test"})
    numbers = itertools.count(101)

    def work():
        with suppress(Taken):
            claim(services.find("northwind", next(numbers)))
            return "claimed"

    answers = race(12, work)

    assert answers.count("claimed") == Owned.select().count() == 1
