"""Which mailboxes grow: nobody is told of growth that is not known, and none is left out that is."""

from datetime import date

from portal.growth import Growth, fastest
from portal.mail import Mailbox
from portal.store.mailbox_sizes import MailboxSizes

ANN, BEN, CAT = (f"{name}@alice.test" for name in ("ann", "ben", "cat"))
GB = 2**30


def mailbox(address: str, used: int | None) -> Mailbox:
    return Mailbox(address, "", used, 0, None, True, False)


def sizes(day: int, whole: bool = True, **sizes: int | None) -> MailboxSizes:
    known = {f"{name}@alice.test": size for name, size in sizes.items()}
    return MailboxSizes(day=day, domain="alice.test", whole=whole, sizes=known)


def test_those_that_gained_most_come_first_and_the_others_are_left_out() -> None:
    now = [mailbox(ANN, 3 * GB), mailbox(BEN, 5 * GB), mailbox(CAT, 9 * GB)]

    found = fastest(now, [sizes(100, ann=2 * GB, ben=GB, cat=8.5 * GB)], 2)

    assert found == [Growth(4 * GB, BEN, 100, new=False), Growth(GB, ANN, 100, new=False)]


def test_what_was_gained_counts_from_the_oldest_list_that_knows_the_mailbox() -> None:
    lists = [sizes(114, ann=GB), sizes(107, ann=5 * GB), sizes(100, ann=2 * GB)]

    [found] = fastest([mailbox(ANN, 3 * GB)], lists, 5)

    assert found == Growth(GB, ANN, 100, new=False)
    assert found.since == date(1970, 4, 11)


def test_one_that_shrank_or_stayed_is_left_out() -> None:
    now = [mailbox(ANN, GB), mailbox(BEN, GB), mailbox(CAT, 0)]

    assert fastest(now, [sizes(100, ann=2 * GB, ben=GB, cat=0)], 5) == []


def test_a_size_that_is_not_known_is_never_0() -> None:
    now = [mailbox(ANN, None), mailbox(BEN, 2 * GB), mailbox(CAT, 3 * GB)]
    lists = [sizes(107, ann=GB, ben=None, cat=2 * GB), sizes(100, ann=GB, ben=None, cat=None)]

    assert fastest(now, lists, 5) == [Growth(GB, CAT, 107, new=False)]


def test_a_mailbox_that_a_whole_list_lacks_was_made_since() -> None:
    lists = [sizes(107, ann=GB), sizes(100, ann=GB)]

    assert fastest([mailbox(BEN, 2 * GB)], lists, 5) == [Growth(2 * GB, BEN, 107, new=True)]


def test_a_mailbox_that_was_deleted_and_made_again_is_a_new_one() -> None:
    lists = [sizes(114, ann=2 * GB), sizes(107), sizes(100, ann=GB)]

    assert fastest([mailbox(ANN, 3 * GB)], lists, 5) == [Growth(3 * GB, ANN, 107, new=True)]


def test_a_mailbox_that_a_list_of_the_largest_lacks_may_have_been_there() -> None:
    lists = [sizes(107, whole=False, ann=2 * GB), sizes(100, whole=False)]

    found = fastest([mailbox(ANN, 3 * GB), mailbox(BEN, 2 * GB)], lists, 5)

    assert found == [Growth(GB, ANN, 107, new=False)]


def test_without_lists_nothing_is_known() -> None:
    assert fastest([mailbox(ANN, GB)], [], 5) == []
