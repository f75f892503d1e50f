"""The rules of billing on what the store records: whatever is recorded in whatever order, the bill is right."""

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal import statements
from portal.billing import Kind, Protocol, Span, Statement, Terms, Use
from portal.billing.rates import total
from portal.billing.windows import parts
from portal.plan import Plan
from portal.statements import Client, seconds
from portal.store import exclusive, protocols, services, usage
from portal.store import statements as kept
from portal.store.services import Registration, Service
from portal.store.statements import Settled
from portal.store.usage import DAY, Sample
from tests.billing.cast import (
    ANN,
    BEFORE,
    BEN,
    CLOCK,
    STEPS,
    SWITCHES,
    WINDOWS,
    Switch,
    billed,
    fold,
    seconds_on,
    sensible_terms,
    terms,
)

# What the rules do with each database's answers is the same: one will do.
pytestmark = pytest.mark.parametrize("kind", ["sqlite"])
often = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)

# What else is recorded: the lists of the mail server, a deletion, a suspension and its end.
PAIRS = st.frozensets(st.tuples(st.sampled_from([ANN, BEN]), st.sampled_from(Protocol)))
EVENTS = st.lists(
    st.tuples(
        CLOCK,
        st.one_of(
            st.tuples(st.just("collect"), PAIRS),
            st.tuples(st.just("delete"), st.sampled_from([ANN, BEN])),
            st.tuples(st.just("status"), st.sampled_from(["Active", "Suspended"])),
        ),
    ),
    max_size=12,
)


@pytest.fixture(autouse=True)
def fast(store: Any) -> Iterator[None]:
    """A test's many transactions need not reach the disk."""
    store.execute_sql("pragma synchronous = off")
    yield
    store.execute_sql("pragma synchronous = normal")


def forget(service: Service) -> None:
    """One example begins where the one before it did."""
    for table in (protocols.ProtocolEvent, protocols.ProtocolState, usage.UsageSample, kept.Statement):
        table.delete().execute()
    Service.update(status="Active").where(Service.id == service.id).execute()
    service.created = 0  # before all that the clock will say


def record(service: Service, switches: list[Switch]) -> None:
    """Each at what the clock says then, which may be earlier than before."""
    for switch in switches:
        with time_machine.travel(switch.at, tick=False):
            protocols.switched(service, switch.address, switch.protocol, switch.on)


def happen(service: Service, registration: Registration, events: list[tuple[datetime, tuple[str, Any]]]) -> None:
    for at, (what, told) in events:
        with time_machine.travel(at, tick=False):
            if what == "delete":
                protocols.deleted(service, told)
            elif what == "status":
                protocols.follow_status(services.put(service.tenant, service.svc, {**registration, "status": told}))
            elif services.reread(service).status == "Active":
                found = {
                    protocol.value: {address for address, listed in told if listed is protocol} for protocol in Protocol
                }
                with exclusive(service):
                    known = protocols.count(service)
                    protocols.compare(service, found, read_at=seconds(at), known=known, source="server")


def owed(service: Service, window: Span, charged: Terms) -> Statement:
    """By the records, for nothing on the disk."""
    assert window.until is not None
    with exclusive(service):
        usage.keep(service, Sample(seconds(window.until), 0, 1, 0))
    prices = {f"{name}_price": str(getattr(charged, name)) for name in ("eas", "mapi", "combined")}
    plan = Plan.parse({**prices, "tier_gb": str(charged.tier_gb), "activation_days": str(charged.activation_days)})
    client = Client(plan, {"months": 1, "unit_price": str(charged.storage)}, "CAD")
    return statements.of_window(service, window, client).statement


@often
@given(WINDOWS, SWITCHES, sensible_terms())
def test_the_records_make_the_statement_that_the_rules_make_of_the_switches(
    alices: Service, window: Span, switches: list[Switch], prices: Terms
) -> None:
    forget(alices)
    record(alices, switches)

    found = owed(alices, window, prices)

    assert found == billed(*fold(switches), window=window, terms=prices)


@often
@given(WINDOWS, EVENTS, SWITCHES, sensible_terms())
def test_no_order_of_events_makes_a_bill_larger_than_always_on(
    alices: Service, registration: Registration, window: Span, events: Any, switches: list[Switch], prices: Terms
) -> None:
    forget(alices)
    record(alices, switches)
    happen(alices, registration, events)
    always_on = [Use(address, protocol, (BEFORE,)) for address in (ANN, BEN) for protocol in Protocol]

    found = owed(alices, window, prices)

    most = total(billed(*always_on, window=window, terms=prices).lines)
    least = total(billed(window=window, terms=prices).lines)
    assert least <= total(found.lines) <= most


@often
@given(WINDOWS, EVENTS, SWITCHES, st.integers(1, 3))
def test_no_mailbox_is_billed_for_a_month_with_less_on_time_than_the_threshold(
    alices: Service, registration: Registration, window: Span, events: Any, switches: list[Switch], days: int
) -> None:
    forget(alices)
    record(alices, switches[:5])
    happen(alices, registration, events)
    record(alices, switches[5:])

    found = owed(alices, window, terms(activation_days=days))

    for use in log(alices):
        kinds = (Kind(use.protocol.value), Kind.COMBINED)
        lines = [line for line in found.lines if line.address == use.address and line.kind in kinds]
        long_enough = [part for part in parts(window) if seconds_on(use, part) >= days * 86_400]
        assert sum(line.quantity for line in lines) == len(long_enough)


def log(service: Service) -> tuple[Use, ...]:
    """When each protocol was on by the plain record of all events."""
    rows = protocols.events(service, 0, 2**40)
    return fold(Switch(row.address, Protocol(row.protocol), row.on, statements.moment(row.at)) for row in rows)


@often
@given(STEPS)
def test_settling_and_releasing_in_any_order_bills_no_time_twice_and_loses_none(
    alices: Service, steps: list[tuple[str, int]]
) -> None:
    forget(alices)
    now = alices.created
    offered: list[kept.Statement] = []

    for step, number in steps:
        if step == "offer":
            now += number * DAY
            spans = [(seconds(window.since), seconds(window.until)) for window in statements.windows(alices, now)]
            offered += [kept.offer(alices, span, "", [], {}) for span in spans]
        elif offered and step == "settle":
            settle(offered[number % len(offered)], number + 1)
        elif offered:
            kept.release(offered[number % len(offered)])

        settled = kept.settled(alices)
        still_open = [(seconds(window.since), seconds(window.until)) for window in statements.windows(alices, now)]
        every = sorted([*settled, *still_open])
        assert all(one[1] == other[0] for one, other in pairwise(every))
        assert now == alices.created or (every[0][0], every[-1][1]) == (alices.created, now)


def settle(row: kept.Statement, invoice: int) -> None:
    """A second time, or over a window that is settled, it is refused."""
    before = kept.settled(row.service)
    try:
        kept.settle(row, invoice, [])
    except Settled:
        assert kept.settled(row.service) == before
