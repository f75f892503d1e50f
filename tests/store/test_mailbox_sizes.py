"""The lists of mailboxes' sizes: one a week, none for ever, and none so long that it hurts."""

from portal.store import exclusive, mailbox_sizes, services
from portal.store.mailbox_sizes import KEPT, MOST, WEEK

TODAY = 20_000


def keep(service, day=TODAY, **sizes):
    with exclusive(service):
        mailbox_sizes.keep(service, day, {f"{name}@alice.test": size for name, size in sizes.items()})


def days(service, today=TODAY):
    return [known.day for known in mailbox_sizes.recent(service, today)]


def test_a_list_is_kept_as_it_was_told(alices):
    keep(alices, alice=3, carol=None)

    [known] = mailbox_sizes.recent(alices, TODAY)

    assert known.sizes == {"alice@alice.test": 3, "carol@alice.test": None}
    assert (known.day, known.whole) == (TODAY, True)


def test_the_next_one_is_due_after_a_week(alices):
    keep(alices)

    due = [mailbox_sizes.is_due(alices, TODAY + day) for day in (0, WEEK - 1, WEEK)]

    assert due == [False, False, True]


def test_a_day_has_one_list(alices):
    keep(alices, alice=3)
    keep(alices, alice=4)

    [known] = mailbox_sizes.recent(alices, TODAY)

    assert known.sizes == {"alice@alice.test": 4}


def test_old_lists_are_removed(alices):
    for day in range(0, 70, WEEK):
        keep(alices, TODAY + day)

    assert days(alices, TODAY + 63) == [TODAY + day for day in (63, 56, 49, 42, 35)]
    assert mailbox_sizes.MailboxSizes.select().count() == 1 + KEPT // WEEK


def test_of_a_large_domain_the_largest_are_kept_and_that_is_said(alices):
    keep(alices, **{f"m{number}": number for number in range(MOST + 2)}, untold=None)

    [known] = mailbox_sizes.recent(alices, TODAY)

    assert not known.whole
    assert len(known.sizes) == MOST
    assert min(known.sizes.values()) == 2


def test_a_list_of_another_domain_is_none(alices, registration):
    keep(alices, alice=3)
    moved = services.put(alices.tenant, 101, registration | {"name": "elsewhere.test"})

    assert days(moved) == []
    assert mailbox_sizes.is_due(moved, TODAY)


def test_a_clock_that_was_set_back_leaves_no_list_of_the_future(alices):
    keep(alices, TODAY + 100)

    assert days(alices) == []
    assert mailbox_sizes.is_due(alices, TODAY)
    keep(alices)
    assert days(alices, TODAY + 100 + KEPT) == []


def test_a_mailbox_is_forgotten_in_every_list(alices):
    keep(alices, TODAY - WEEK, alice=1, carol=1)
    keep(alices, TODAY, alice=2, carol=2)

    mailbox_sizes.forget(alices, "carol@alice.test")

    assert [known.sizes for known in mailbox_sizes.recent(alices, TODAY)] == [
        {"alice@alice.test": 2},
        {"alice@alice.test": 1},
    ]


def test_each_service_has_its_own(alices, registration):
    shop = services.put(alices.tenant, 102, registration | {"name": "alice-shop.test"})
    keep(alices, alice=1)

    mailbox_sizes.forget(shop, "alice@alice.test")

    assert mailbox_sizes.is_due(shop, TODAY)
    assert days(alices) == [TODAY]
