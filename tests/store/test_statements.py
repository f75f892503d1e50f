"""Statements: each window of a service is on one invoice at most, whatever is asked in whatever order."""

import itertools

import pytest
import time_machine

from portal.store import statements
from portal.store.statements import REUSED, NotBillable, Settled
from tests.store.conftest import NOW

DAY = 86400
FIRST, SECOND = (NOW, NOW + 30 * DAY), (NOW + 30 * DAY, NOW + 60 * DAY)
LINES = [{"kind": "storage", "quantity": 3}]


def offer(service, window=FIRST, **given):
    return statements.offer(service, window, given.get("stale", ""), given.get("lines", LINES), {"reading": 1})


def test_what_was_offered_is_found_by_its_tenant_alone(alices, harbour):
    row = offer(alices)

    found = statements.find(alices.tenant, row.id)

    assert (found.since, found.until, found.lines, found.basis) == (*FIRST, LINES, {"reading": 1})
    assert statements.find(harbour, row.id) is None


def test_thousands_of_lines_are_kept(alices):
    lines = [{"kind": "eas", "address": f"mailbox{number:05}@alice.test", "quantity": 1} for number in range(5000)]

    row = offer(alices, lines=lines)

    assert statements.find(alices.tenant, row.id).lines == lines


def test_who_asks_again_soon_is_given_the_same_statement(alices):
    row = offer(alices)

    soon = statements.offered(alices, FIRST[0], FIRST[1] + REUSED)
    later = statements.offered(alices, FIRST[0], FIRST[1] + REUSED + 1)
    earlier_window = statements.offered(alices, FIRST[0], FIRST[1] - 1)

    assert soon == row
    assert later is None
    assert earlier_window is None


def test_settling_is_for_one_invoice_and_may_be_repeated(alices):
    row = offer(alices)

    first = statements.settle(row, 1001, ["18.00"])
    again = statements.settle(row, 1001, ["18.00"])

    assert (first.state, first.invoice, first.amounts) == ("settled", 1001, ["18.00"])
    assert (again.settled_at, again.invoice) == (first.settled_at, 1001)
    assert statements.settled(alices) == [FIRST]
    assert statements.of_invoice(alices.tenant, 1001) == [row]


def test_a_statement_is_on_no_second_invoice(alices):
    row = offer(alices)
    statements.settle(row, 1001, [])

    with pytest.raises(Settled):
        statements.settle(row, 1002, [])


def test_no_window_is_billed_twice(alices):
    statements.settle(offer(alices), 1001, [])
    other = offer(alices, (FIRST[1] - DAY, FIRST[1] + DAY))

    with pytest.raises(Settled):
        statements.settle(other, 1002, [])

    assert statements.settled(alices) == [FIRST]


def test_the_windows_of_an_earlier_and_a_later_invoice_may_touch(alices):
    statements.settle(offer(alices, SECOND), 1002, [])

    statements.settle(offer(alices, FIRST), 1001, [])

    assert statements.settled(alices) == [FIRST, SECOND]


def test_a_cancelled_invoice_opens_its_window_again(alices):
    row = offer(alices)
    statements.settle(row, 1001, [])

    released = statements.release(row)
    again = statements.release(row)

    assert (released.state, again.state) == ("released", "released")
    assert again.released_at == released.released_at
    assert statements.settled(alices) == []
    assert statements.of_invoice(alices.tenant, 1001) == []


def test_a_released_window_can_go_on_another_invoice(alices):
    row = offer(alices)
    statements.settle(row, 1001, [])
    statements.release(row)

    settled = statements.settle(row, 1002, [])

    assert (settled.state, settled.invoice) == ("settled", 1002)


def test_releasing_what_is_on_no_invoice_changes_nothing(alices):
    row = offer(alices)

    assert statements.release(row).state == "offered"


def test_another_invoices_cancellation_releases_nothing(alices):
    row = offer(alices)
    statements.settle(row, 1002, [])

    # Who read it before it was put on that invoice.
    with pytest.raises(Settled):
        statements.release(row, 1001)

    assert statements.settled(alices) == [FIRST]


# Nothing of it is on any invoice: settled, its time would be billed to nobody.
def test_a_stale_statement_closes_no_window(alices):
    row = offer(alices, stale="old-reading", lines=[])

    with pytest.raises(NotBillable):
        statements.settle(row, 1001, [])

    assert statements.settled(alices) == []


def test_a_cancellation_that_comes_late_leaves_the_next_invoice_its_window(alices, race):
    row = offer(alices)
    statements.settle(row, 1001, [])
    moves = itertools.cycle([lambda: statements.release(row, 1001), lambda: statements.settle(row, 1002, [])])

    def move():
        try:
            next(moves)()
        except Settled:
            return None

    race(12, move)
    race(12, move)

    assert statements.find(alices.tenant, row.id).invoice == 1002
    assert statements.settled(alices) == [FIRST]


def test_of_many_at_once_one_invoice_gets_the_window(alices, race):
    invoices = itertools.count(1001)

    def settle():
        try:
            return statements.settle(offer(alices), next(invoices), []).invoice
        except Settled:
            return None

    taken = race(12, settle)

    assert len([invoice for invoice in taken if invoice]) == 1
    assert statements.settled(alices) == [FIRST]


def test_what_no_invoice_took_is_forgotten_after_two_weeks_and_nothing_else(alices):
    with time_machine.travel(NOW, tick=False):
        old, billed, cancelled = offer(alices), offer(alices, SECOND), offer(alices, (NOW + 60 * DAY, NOW + 90 * DAY))
        statements.settle(billed, 1002, [])
        statements.settle(cancelled, 1003, [])
        statements.release(cancelled)
    with time_machine.travel(NOW + 15 * DAY, tick=False):
        new = offer(alices, (NOW + 90 * DAY, NOW + 120 * DAY))

        forgotten = statements.forget_old()

    assert forgotten == 1
    assert statements.find(alices.tenant, old.id) is None
    assert {row.id for row in statements.recent(alices, 10)} == {billed.id, cancelled.id, new.id}
