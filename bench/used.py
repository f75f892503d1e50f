"""What the estimate and the year's chart read of a large history of usage, on each kind of database."""

import random
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from peewee import chunked

from portal import chart, statements, store
from portal.billing.statements import statement
from portal.store import database, protocols, schema, servers, services, tenants, usage
from portal.store.protocols import ProtocolEvent, ProtocolState
from portal.store.services import Service
from portal.store.usage import DAY, Sample, UsageSample

DAYS = 365
MAILBOXES = 40  # of each service, every other one with both protocols
EVENTS = 60  # of each service in the year; a window is its last month
PLAN = {"tier_gb": "10", "eas_price": "2.00", "mapi_price": "3.00", "combined_price": "4.50", "activation_days": "1"}
ROWS = 500


@dataclass(frozen=True)
class Reading:
    """Milliseconds for what a page shows: `wall` and our own processor time, medians; `worst` of the former."""

    wall: float
    own: float
    worst: float


def fill(count: int) -> list[Service]:
    """So many services with a year of samples and events, in a database that is empty."""
    schema.upgrade()
    tenant, _key = tenants.add("bench", name="Bench", whmcs_url="https://whmcs.bench.test", owner=True)
    server = servers.add(
        kind="smartermail", name="m", url="https://m.test", username="u", password="p", mail_host="m.test"
    )
    now = int(time.time())
    facts: services.Registration = {
        "product": "domain",
        "name": "domain0.test",
        "server": server,
        "proved": True,
        "username": "hidden",
        "plan": PLAN,
        "plan_at": now,
        "client": 1,
        "status": "Active",
        "billing": {"cycle": "Monthly", "months": 1, "unit_price": "6.00"},
        "lang": "en",
        "currency": {"code": "CAD"},
    }
    first = services.put(tenant, 1, facts)
    # Registered a month ago: that is the open window.
    Service.update(created=now - 30 * DAY).execute()
    like = services.reread(first).__data__
    dice = random.Random(1)
    names = [
        {**like, "id": like["id"] + more, "svc": 1 + more, "name": f"domain{more}.test", "claim": f"domain{more}.test"}
        for more in range(1, count)
    ]
    _insert(Service, names)
    days = [(now - ago * DAY + 3600, dice.randrange(2**36)) for ago in range(DAYS, 0, -1)]
    samples = [{"service": first, "day": at // DAY, **Sample(at, disk, 40, 9, 20, 20)._asdict()} for at, disk in days]
    _insert(UsageSample, samples)
    _switch(first.id, now, dice)
    # As they come: what is of one day stands together.
    for table, order in ((UsageSample, "day"), (ProtocolEvent, "number"), (ProtocolState, "number")):
        _give_all(table, order, first)
    return list(Service.select().order_by(Service.id))


def measure(known: list[Service], times: int) -> dict[str, Reading]:
    """The readings, each of another service."""
    chosen = random.Random(2).sample(known, times)
    today = int(time.time()) // DAY

    def estimate(service: Service) -> None:
        sold = statements.registered(service)
        for window in statements.windows(service, int(time.time())):
            found = statements.of_window(service, window, sold)
            if len(found.statement.lines) < MAILBOXES // 2:
                raise RuntimeError("the estimate lacks lines")

    def year(service: Service) -> None:
        samples = usage.between(service, today - DAYS, today)
        if len(samples) < DAYS - 1:
            raise RuntimeError("the chart lacks days")
        chart.drawn([(sample.day, sample.disk) for sample in samples], samples[0].day, today)

    def both(service: Service) -> None:
        estimate(service)
        year(service)

    pages: dict[str, Callable[[Service], None]] = {"estimate": estimate, "chart": year, "both": both}
    return {name: _typical(page, chosen) for name, page in pages.items()}


def measure_large(service: Service, mailboxes: int, times: int) -> dict[str, Reading]:
    """The estimate of a year of so many mailboxes: of all that it takes, and of the rules alone."""
    now = int(time.time())
    ProtocolEvent.delete().where(ProtocolEvent.service == service).execute()
    ProtocolState.delete().where(ProtocolState.service == service).execute()
    _switch(service.id, now, random.Random(3), mailboxes)
    Service.update(created=now - (DAYS - 1) * DAY).where(Service.id == service.id).execute()
    sold = statements.registered(service)
    [window] = statements.windows(services.reread(service), now)
    owed = statements.of_window(service, window, sold)
    uses = list(statements.uses(service, window))
    if len(owed.statement.lines) < mailboxes // 2:
        raise RuntimeError("the estimate lacks lines")

    def whole(service: Service) -> None:
        statements.of_window(service, window, sold)

    def rules(_service: Service) -> None:
        statement(window, owed.reading, uses, owed.terms)

    return {name: _typical(page, [service] * times) for name, page in (("a year", whole), ("a year, rules", rules))}


def _typical(page: Callable[[Service], None], chosen: list[Service]) -> Reading:
    page(chosen[0])
    walls, own = [], []
    for service in chosen:
        began, used = time.perf_counter(), time.process_time()
        page(service)
        walls.append(1000 * (time.perf_counter() - began))
        own.append(1000 * (time.process_time() - used))
    store.release()
    return Reading(median(walls), median(own), max(walls))


def _switch(service: int, now: int, dice: random.Random, mailboxes: int = MAILBOXES) -> None:
    """One half of the mailboxes have had both protocols since the year began, the other half had one on and off."""
    events: list[dict[str, Any]] = []

    def add(name: int, protocol: str, on: bool, at: int) -> None:
        row = {"service": service, "number": len(events) + 1, "address": f"user{name}@domain{service}.test"}
        events.append(row | {"protocol": protocol, "on": on, "at": at, "seen_at": at, "source": protocols.SERVER})

    for name in range(mailboxes // 2):
        for protocol in (protocols.EAS, protocols.MAPI):
            add(name, protocol, True, now - DAYS * DAY)
    moments = sorted(dice.randrange(now - DAYS * DAY, now) for _event in range(EVENTS * mailboxes // MAILBOXES))
    on = dict.fromkeys(range(mailboxes // 2, mailboxes), False)
    for at in moments:
        name = dice.randrange(mailboxes // 2, mailboxes)
        on[name] = not on[name]
        add(name, protocols.EAS, on[name], at)
    states = {(event["address"], event["protocol"]): event for event in events}
    with database.atomic():
        _insert(ProtocolEvent, events)
        without = [{name: value for name, value in event.items() if name != "seen_at"} for event in states.values()]
        _insert(ProtocolState, without)


def _give_all(table: Any, order: str, first: Service) -> None:
    """Give every other service what the first one has."""
    meta = table._meta
    columns = [f'"{field.column_name}"' for field in meta.sorted_fields if field.name != "service"]
    copied = ", ".join(f"one.{column}" for column in columns)
    database.execute_sql(
        f'INSERT INTO "{meta.table_name}" (service_id, {", ".join(columns)}) SELECT other.id, {copied}'
        f' FROM "{meta.table_name}" one CROSS JOIN service other'
        f' WHERE one.service_id = {first.id} AND other.id <> {first.id} ORDER BY one."{order}", other.id'
    )


def _insert(table: Any, rows: list[dict[str, Any]]) -> None:
    for some in chunked(rows, ROWS):
        table.insert_many(some).execute()


def as_rows(found: dict[str, Reading]) -> dict[str, Any]:
    return {name: asdict(reading) for name, reading in found.items()}
