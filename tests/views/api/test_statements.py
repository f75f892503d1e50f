"""What WHMCS is told that a service owes, and what becomes of it on an invoice."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from werkzeug.test import TestResponse

from portal.billing.rates import amount
from portal.statements import agrees, recomputed
from portal.store import exclusive, protocols, services, usage
from portal.store import statements as kept
from portal.store.usage import Sample
from tests.views.api.whmcs import Whmcs, problem
from tests.world import World

DAY = 86400
GB = 2**30
REGISTERED = int(datetime(2026, 1, 15, tzinfo=UTC).timestamp())
NOW = int(datetime(2026, 2, 15, tzinfo=UTC).timestamp())
MONTHLY = {"cycle": "Monthly", "months": 1, "unit_price": "6.00", "status": "Active"}
DOLLARS = {"code": "CAD", "prefix": "$", "suffix": " CAD"}


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(REGISTERED, tick=False) as travelling:
        yield travelling


@pytest.fixture
def owner(world: World, clock: time_machine.Traveller) -> Whmcs:
    """The WHMCS of northwind, a month after its services were registered."""
    with world.app.app_context():
        services.Service.update(created=REGISTERED).execute()
    clock.move_to(NOW)
    return Whmcs(world, "northwind")


def read(world: World, gigabytes: float, at: int = NOW - 3600, svc: int = 101) -> None:
    """The collection read so much disk use at that time."""
    service = world.service("northwind", svc)
    with world.app.app_context(), exclusive(service):
        usage.keep(service, Sample(at, int(gigabytes * GB), 3, 1))


def switched(world: World, address: str, protocol: str, on: bool, at: int, svc: int = 101) -> None:
    """The protocol was switched at that time."""
    service = world.service("northwind", svc)
    with time_machine.travel(at, tick=False), world.app.app_context():
        protocols.switched(service, address, protocol, on)


def ask(whmcs: Whmcs, svc: int = 101, **changed: Any) -> TestResponse:
    one = {"svc": svc, "billing": MONTHLY, "lang": "en", "currency": DOLLARS} | changed
    return whmcs.call("POST", "/api/v1/statements", {"services": [one]})


def statements(whmcs: Whmcs, svc: int = 101, **changed: Any) -> list[dict[str, Any]]:
    answer = ask(whmcs, svc, **changed)
    assert answer.status_code == 200, answer.text
    [service] = answer.get_json()["services"]
    found: list[dict[str, Any]] = service["statements"]
    return found


def settle(whmcs: Whmcs, number: str, invoice: int = 1001) -> TestResponse:
    return whmcs.call("POST", f"/api/v1/statements/{number}/settle", {"invoice": invoice, "amounts": ["18.00"]})


def release(whmcs: Whmcs, number: str, invoice: int = 1001) -> TestResponse:
    return whmcs.call("POST", f"/api/v1/statements/{number}/release", {"invoice": invoice})


def test_the_window_begins_with_the_registration_and_has_a_line_for_storage(world: World, owner: Whmcs) -> None:
    read(world, 21)

    [statement] = statements(owner)

    assert (statement["state"], statement["from"], statement["to"]) == (
        "ok",
        "2026-01-15T00:00:00+00:00",
        "2026-02-15T00:00:00+00:00",
    )
    assert [(line["kind"], line["quantity"], line["unit_price"], line["amount"]) for line in statement["lines"]] == [
        ("storage", 3, "6.00", "18.00")
    ]
    assert statement["lines"][0]["description"] == "21 GB used · 3 tiers of 10 GB"


def test_each_mailbox_with_a_protocol_has_its_line(world: World, owner: Whmcs) -> None:
    read(world, 1)
    switched(world, "jean@alice.test", "eas", True, REGISTERED)
    switched(world, "jean@alice.test", "mapi", True, REGISTERED)
    switched(world, "anne@alice.test", "eas", True, NOW - 10 * DAY)
    switched(world, "anne@alice.test", "eas", False, NOW - 4 * DAY)

    [statement] = statements(owner)

    assert [
        (line["kind"], line["address"], line["amount"], line["description"]) for line in statement["lines"][1:]
    ] == [
        ("eas", "anne@alice.test", "2.00", "ActiveSync (EAS): anne@alice.test (Feb 5, 2026 – Feb 11, 2026)"),
        ("combined", "jean@alice.test", "4.50", "ActiveSync (EAS) + MAPI/Exchange: jean@alice.test"),
    ]


def test_lines_speak_the_clients_language(world: World, owner: Whmcs) -> None:
    read(world, 21.5)

    [statement] = statements(owner, lang="fr-CA")

    assert statement["lines"][0]["description"] == "21,5 Go utilisés · 3 tranches de 10 Go"


@pytest.mark.parametrize(
    ("reading", "changed", "reason"),
    [
        (None, {}, "no-reading"),
        (NOW - 3 * DAY, {}, "old-reading"),
        (NOW - 3600, {"currency": {"code": "JPY"}}, "no-price"),
    ],
)
def test_what_cannot_be_billed_is_stale_and_says_why(
    world: World, owner: Whmcs, reading: int | None, changed: dict[str, Any], reason: str
) -> None:
    world.register("northwind", 101, "alice.test", eas_price="CAD 2.00, USD 1.60")
    if reading:
        read(world, 21, reading)

    [statement] = statements(owner, **changed)

    assert (statement["state"], statement["reason"], statement["lines"]) == ("stale", reason, [])


def test_a_setting_without_a_meaning_bills_nothing(world: World, owner: Whmcs) -> None:
    world.register("northwind", 101, "alice.test", tier_gb="ten")
    read(world, 21)

    [statement] = statements(owner)

    assert (statement["state"], statement["reason"], statement["lines"]) == ("stale", "not-configured", [])


@pytest.mark.parametrize("changed", [{"proved": False}, {"product": "mailbox"}])
def test_what_is_not_managed_here_or_not_sold_by_use_has_no_statements(
    world: World, owner: Whmcs, changed: dict[str, Any]
) -> None:
    read(world, 21)
    with world.app.app_context():
        services.Service.update(changed).execute()

    assert statements(owner) == []


def test_what_was_stale_is_billable_as_soon_as_it_can_be(world: World, owner: Whmcs) -> None:
    [before] = statements(owner)
    read(world, 21)

    [after] = statements(owner)

    assert (before["state"], after["state"]) == ("stale", "ok")


def test_what_was_told_is_settled_as_it_was_told_whatever_became_of_the_service(world: World, owner: Whmcs) -> None:
    read(world, 21)
    [told] = statements(owner)
    world.register("northwind", 101, "alice-moved.test", tier_gb="1", activation_days="30", eas_price="EUR 9.00")
    read(world, 400, NOW - 60)

    settled = settle(owner, told["id"])

    assert settled.get_json() == {"state": "settled"}
    shown = owner.call("GET", "/api/v1/statements?invoice=1001").get_json()
    assert shown == {"statements": [{"svc": 101, **told}]}


@pytest.mark.parametrize(
    ("days", "lines"),
    [("1", ["storage", "eas"]), ("5", ["storage", "eas"]), ("6", ["storage"]), ("0", ["storage"])],
)
def test_days_that_were_changed_within_the_window_count_for_all_of_it(
    world: World, owner: Whmcs, days: str, lines: list[str]
) -> None:
    read(world, 21)
    switched(world, "anne@alice.test", "eas", True, NOW - 9 * DAY)
    switched(world, "anne@alice.test", "eas", False, NOW - 4 * DAY)
    statements(owner)
    world.register("northwind", 101, "alice.test", activation_days=days)

    [statement] = statements(owner)

    assert [line["kind"] for line in statement["lines"]] == lines


@pytest.mark.parametrize("changed", [{"lang": "fr"}, {"currency": DOLLARS | {"code": "USD"}}])
def test_another_language_or_currency_makes_another_statement(
    world: World, owner: Whmcs, changed: dict[str, Any]
) -> None:
    read(world, 21)
    [before] = statements(owner)

    [after] = statements(owner, **changed)

    assert after["id"] != before["id"]


@pytest.mark.parametrize("billing", [{"cycle": "Free Account", "months": 0}, {"cycle": "One Time", "months": 0}])
def test_what_is_free_or_paid_once_has_no_statements(world: World, owner: Whmcs, billing: dict[str, Any]) -> None:
    read(world, 21)

    assert statements(owner, billing=billing) == []


def test_who_asks_again_is_told_the_same(world: World, owner: Whmcs) -> None:
    read(world, 21)

    first, again = statements(owner), statements(owner)

    assert first == again


def test_a_price_that_was_changed_makes_another_statement(world: World, owner: Whmcs) -> None:
    read(world, 21)
    [before] = statements(owner)

    [after] = statements(owner, billing=MONTHLY | {"unit_price": "7.00"})

    assert after["id"] != before["id"]
    assert after["lines"][0]["amount"] == "21.00"


def test_the_next_window_begins_where_the_settled_one_ends(
    world: World, owner: Whmcs, clock: time_machine.Traveller
) -> None:
    read(world, 21)
    [first] = statements(owner)

    settled = settle(owner, first["id"])

    clock.move_to(NOW + 30 * DAY)
    read(world, 21, NOW + 30 * DAY - 3600)
    [second] = statements(owner)
    assert settled.get_json() == {"state": "settled"}
    assert (first["to"], second["from"]) == ("2026-02-15T00:00:00+00:00", "2026-02-15T00:00:00+00:00")


def test_settling_may_be_repeated_for_the_same_invoice_alone(world: World, owner: Whmcs) -> None:
    read(world, 21)
    [statement] = statements(owner)
    settle(owner, statement["id"])

    again, other = settle(owner, statement["id"]), settle(owner, statement["id"], 1002)

    assert again.get_json() == {"state": "settled"}
    assert problem(other) == (409, "settled")


def test_an_invoice_shows_its_statements_unchanged_for_ever(
    world: World, owner: Whmcs, clock: time_machine.Traveller
) -> None:
    read(world, 21)
    [statement] = statements(owner)
    settle(owner, statement["id"])
    clock.move_to(NOW + 300 * DAY)
    read(world, 400, NOW + 299 * DAY)

    answer = owner.call("GET", "/api/v1/statements?invoice=1001")

    assert answer.get_json() == {"statements": [{"svc": 101, **statement}]}


def test_a_cancelled_invoice_opens_its_window_again(world: World, owner: Whmcs, clock: time_machine.Traveller) -> None:
    read(world, 21)
    [first] = statements(owner)
    settle(owner, first["id"])
    clock.move_to(NOW + 30 * DAY)
    read(world, 11, NOW + 30 * DAY - 3600)
    [second] = statements(owner)
    settle(owner, second["id"], 1002)

    released = release(owner, first["id"])

    assert released.get_json() == {"state": "released"}
    [again] = statements(owner)
    assert (again["from"], again["to"]) == (first["from"], first["to"])


# Otherwise it would be stale for ever, and nothing after it could be billed either.
def test_a_window_that_opens_again_is_billable_as_it_was(
    world: World, owner: Whmcs, clock: time_machine.Traveller
) -> None:
    clock.move_to(NOW + 12 * 3600)
    read(world, 21, NOW + 11 * 3600)
    [told] = statements(owner)
    settle(owner, told["id"])
    # The day's sample is its last reading.
    read(world, 11, NOW + 20 * 3600)
    clock.move_to(NOW + 30 * DAY)
    read(world, 5, NOW + 30 * DAY - 3600)
    [second] = statements(owner)
    settle(owner, second["id"], 1002)

    release(owner, told["id"])

    [again] = statements(owner)
    assert (again["from"], again["to"], again["state"]) == (told["from"], told["to"], "ok")
    assert again["lines"][0]["quantity"] == 2


def test_a_reading_of_the_future_is_none_of_now(world: World, owner: Whmcs) -> None:
    read(world, 21)
    read(world, 400, NOW + 5 * DAY)

    [told] = statements(owner)

    assert told["lines"][0]["quantity"] == 3


def test_a_stale_statement_is_put_on_no_invoice(world: World, owner: Whmcs) -> None:
    [statement] = statements(owner)

    refused = settle(owner, statement["id"])

    assert problem(refused) == (409, "stale")


@pytest.mark.parametrize("act", ["settle", "release"])
@pytest.mark.parametrize(
    "meant",
    [
        {"svc": 102},
        {"svc": 999},
        {"from": "2026-01-01T00:00:00Z", "to": "2026-02-01T00:00:00Z"},
        {"svc": 999, "from": "2026-01-01T00:00:00Z", "to": "2026-02-01T00:00:00Z"},
    ],
)
def test_a_statement_of_another_service_or_window_is_not_the_one_that_is_meant(
    world: World, owner: Whmcs, act: str, meant: dict[str, Any]
) -> None:
    read(world, 21)
    [statement] = statements(owner)
    path = f"/api/v1/statements/{statement['id']}/{act}"

    other = owner.call("POST", path, {"invoice": 1001} | meant)
    its_own = owner.call("POST", path, {"invoice": 1001, "svc": 101, "from": statement["from"], "to": statement["to"]})

    assert problem(other) == (404, "no-statement")
    assert its_own.status_code == 200


def test_what_a_restored_backup_has_forgotten_is_settled_and_released_by_its_window(
    world: World, owner: Whmcs, clock: time_machine.Traveller
) -> None:
    read(world, 21)
    [told] = statements(owner)
    with world.app.app_context():
        kept.Statement.delete().execute()
    meant = {"svc": 101, "invoice": 1001, "from": told["from"], "to": told["to"]}
    path = f"/api/v1/statements/{told['id']}"

    settled = [owner.call("POST", f"{path}/settle", meant | {"amounts": ["18.00"]}) for _ in range(2)]
    other = owner.call("POST", f"{path}9/settle", meant | {"invoice": 1002})
    others = owner.call("POST", f"{path}9/release", meant | {"invoice": 1002})
    meanwhile = statements(owner)
    released = [owner.call("POST", f"{path}9/release", meant) for _ in range(2)]

    assert [answer.get_json() for answer in settled] == [{"state": "settled"}] * 2
    assert problem(other) == problem(others) == (409, "settled")
    assert meanwhile == []
    assert [answer.get_json() for answer in released] == [{"state": "released"}] * 2
    assert [(again["from"], again["to"]) for again in statements(owner)] == [(told["from"], told["to"])]


def test_staff_see_what_was_settled_without_its_statement(world: World, owner: Whmcs) -> None:
    owner.put(101, "alice.test", billing=MONTHLY)
    window = {"from": "2026-01-15T00:00:00Z", "to": "2026-02-15T00:00:00Z"}
    owner.call("POST", "/api/v1/statements/7/settle", {"svc": 101, "invoice": 1001, "amounts": ["18.00"]} | window)

    result = world.app.test_cli_runner().invoke(args=["statement", "show", "northwind-101"])

    assert result.stdout.splitlines()[-1] == "\tsettled as WHMCS told: 18.00; its lines are not known any more"


@pytest.mark.parametrize("moment", ["2026-02-15", "2026-02-15T00:00:00", "soon", 7])
def test_a_time_without_a_zone_is_refused(owner: Whmcs, moment: Any) -> None:
    body = {"svc": 101, "invoice": 1001, "from": "2026-01-15T00:00:00Z", "to": moment}

    assert problem(owner.call("POST", "/api/v1/statements/7/settle", body)) == (400, "malformed")


@pytest.mark.parametrize("invoice", ["", "x", "-1", "0", "1.5", "9007199254740993", "9" * 30])
def test_what_is_no_invoice_has_no_statements(owner: Whmcs, invoice: str) -> None:
    answer = owner.call("GET", f"/api/v1/statements?invoice={invoice}")

    assert problem(answer) == (400, "malformed")


@pytest.mark.parametrize(
    "price", ["", "1,234.50", "-6.00", "nan", "inf", "9" * 40, "1e400", "6.00 CAD", "&#36;6.00", None, 7]
)
def test_a_price_that_whmcs_does_not_tell_is_unknown_and_stops_no_other_service(
    world: World, owner: Whmcs, price: Any
) -> None:
    read(world, 21)
    read(world, 1, svc=102)
    both = [
        {"svc": svc, "billing": MONTHLY | {"unit_price": told}, "currency": DOLLARS}
        for svc, told in ((101, price), (102, "6.00"))
    ]

    answer = owner.call("POST", "/api/v1/statements", {"services": both})

    one, other = (service["statements"][0]["lines"][0] for service in answer.get_json()["services"])
    assert (one["quantity"], one["amount"]) == (3, "21.00" if price == 7 else None)
    assert other["amount"] == "6.00"


def test_another_invoices_cancellation_releases_nothing(world: World, owner: Whmcs) -> None:
    read(world, 21)
    [statement] = statements(owner)
    settle(owner, statement["id"])

    refused = release(owner, statement["id"], 1002)

    assert problem(refused) == (409, "settled")


def test_nobody_settles_what_is_another_tenants(world: World, owner: Whmcs, reseller: Whmcs) -> None:
    read(world, 21)
    [statement] = statements(owner)

    answers = [
        settle(reseller, statement["id"]),
        release(reseller, statement["id"]),
        reseller.call("POST", f"/api/v1/statements/{statement['id']}/release", {}),
        reseller.call("POST", f"/api/v1/statements/{statement['id']}/release", statement | {"svc": 101}),
    ]

    assert [problem(answer) for answer in answers] == [(404, "no-statement")] * 4
    assert ask(reseller).get_json() == {"services": [{"svc": 101, "error": "unknown-service"}]}


@pytest.mark.parametrize(
    "body", [b"[]", b"{}", b'{"services": 1}', b'{"services": [{"svc": "x", "billing": {}}]}', b"\xff"]
)
def test_a_body_of_another_form_is_refused(owner: Whmcs, body: bytes) -> None:
    assert problem(owner.call("POST", "/api/v1/statements", body)) == (400, "malformed")


def test_many_services_are_asked_for_at_once(world: World, owner: Whmcs) -> None:
    read(world, 21)
    read(world, 1, svc=102)
    both = [{"svc": svc, "billing": MONTHLY, "lang": "en", "currency": DOLLARS} for svc in (102, 101, 999)]

    answer = owner.call("POST", "/api/v1/statements", {"services": both}).get_json()["services"]

    assert [(one["svc"], "statements" in one) for one in answer] == [(102, True), (101, True), (999, False)]


def test_the_disk_use_is_told_as_it_was_last_read(world: World, owner: Whmcs) -> None:
    read(world, 21)

    answer = owner.call("POST", "/api/v1/usage", {"services": [101, 102, 999]})

    assert answer.get_json()["services"] == [
        {"svc": 101, "disk_mb": 21 * 1024, "as_of": "2026-02-14T23:00:00+00:00"},
        {"svc": 102, "error": "not-read"},
        {"svc": 999, "error": "unknown-service"},
    ]


def test_the_disk_limit_is_told_where_the_mail_server_told_it(world: World, owner: Whmcs) -> None:
    service = world.service()
    with world.app.app_context(), exclusive(service):
        usage.keep(service, Sample(NOW - 3600, GB, 3, 1, disk_limit=50 * GB))

    answer = owner.call("POST", "/api/v1/usage", {"services": [101]})

    assert answer.get_json()["services"][0]["disk_limit_mb"] == 50 * 1024


def test_without_a_list_all_services_of_the_tenant_are_told(owner: Whmcs) -> None:
    answer = owner.call("POST", "/api/v1/usage", {})

    assert [one["svc"] for one in answer.get_json()["services"]] == [101, 102]


def test_staff_see_what_is_open_and_what_was_put_on_invoices(
    world: World, owner: Whmcs, clock: time_machine.Traveller
) -> None:
    world.register("northwind", 101, "alice.test")
    owner.put(101, "alice.test", billing=MONTHLY)
    read(world, 21)
    [first] = statements(owner)
    settle(owner, first["id"])
    clock.move_to(NOW + 30 * DAY)
    read(world, 11, NOW + 30 * DAY - 3600)

    result = world.app.test_cli_runner().invoke(args=["statement", "show", "northwind-101"])

    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [
        "open\t2026-02-15 00:00:00\t2026-03-17 00:00:00\tok",
        "\t2 × 6.00\t12.00\t11 GB used · 2 tiers of 10 GB",
        f"settled\t2026-01-15 00:00:00\t2026-02-15 00:00:00\tinvoice 1001\tstatement {first['id']}",
        "\t3 × 6.00\t18.00\t21 GB used · 3 tiers of 10 GB",
        "\tcomputed again: the same",
    ]


@pytest.mark.parametrize("column", ["quantity", "unit_price", "amount", "kind", "address"])
def test_staff_see_when_a_statement_is_not_what_its_records_say(world: World, owner: Whmcs, column: str) -> None:
    owner.put(101, "alice.test", billing=MONTHLY)
    read(world, 21)
    switched(world, "anne@alice.test", "eas", True, REGISTERED)
    [told] = statements(owner)
    settle(owner, told["id"])
    with world.app.app_context():
        row = kept.Statement.get_by_id(int(told["id"]))
        row.lines[1][column] = 7 if column == "quantity" else "mapi" if column == "kind" else "7.00"
        row.save()

    result = world.app.test_cli_runner().invoke(args=["statement", "show", "northwind-101"])

    assert result.stdout.splitlines()[-3:] == [
        "\tcomputed again: DIFFERENT",
        "\t3 × 6.00\t18.00\tstorage",
        "\t1 × 2.00\t2.00\teas anne@alice.test",
    ]


# The collection compares what it read a little before; who was suspended may be followed up hours later.
@pytest.mark.parametrize("on", [True, False])
@pytest.mark.parametrize("at", [REGISTERED - DAY, NOW - 10 * DAY])
def test_what_is_seen_later_than_it_counts_from_changes_no_statement_that_was_told(
    world: World, owner: Whmcs, on: bool, at: int
) -> None:
    read(world, 21)
    if not on:
        switched(world, "anne@alice.test", "eas", True, REGISTERED - 2 * DAY)
    switched(world, "jean@alice.test", "eas", True, REGISTERED)
    [told] = statements(owner)
    settle(owner, told["id"])
    switched(world, "anne@alice.test", "eas", on, at)

    with world.app.app_context():
        row = kept.Statement.get_by_id(int(told["id"]))
        again = recomputed(row)

    assert agrees(row, again)


def test_a_statement_can_be_computed_again_from_what_was_recorded(
    world: World, owner: Whmcs, clock: time_machine.Traveller
) -> None:
    read(world, 21)
    switched(world, "anne@alice.test", "eas", True, NOW - 10 * DAY)
    switched(world, "anne@alice.test", "eas", False, NOW - 4 * DAY)
    [told] = statements(owner)
    settle(owner, told["id"])
    clock.move_to(NOW + 3600)
    read(world, 99, NOW + 1800)
    switched(world, "anne@alice.test", "eas", True, NOW + 1800)

    with world.app.app_context():
        row = kept.find(world.service().tenant, int(told["id"]))
        assert row is not None
        again = recomputed(row)

    assert [(line.kind, line.address, line.quantity, str(amount(line))) for line in again.lines] == [
        (line["kind"], line["address"], line["quantity"], line["amount"]) for line in told["lines"]
    ]


@pytest.mark.parametrize("over", ["Terminated", "Cancelled"])
def test_what_is_registered_anew_after_its_end_is_billed_from_then_on(
    world: World, owner: Whmcs, clock: time_machine.Traveller, over: str
) -> None:
    owner.put(101, "alice.test", status=over)
    clock.move_to(NOW + 5 * DAY)
    owner.put(101, "alice.test")
    clock.move_to(NOW + 6 * DAY)
    read(world, 1, NOW + 6 * DAY - 60)

    [statement] = statements(owner)

    assert (statement["from"], statement["state"]) == ("2026-02-20T00:00:00+00:00", "ok")


def test_what_a_domain_used_that_was_there_before_is_not_billed_to_the_new_one(
    world: World, owner: Whmcs, clock: time_machine.Traveller
) -> None:
    read(world, 50)
    owner.call("POST", "/api/v1/services/101/terminate", {})
    clock.move_to(NOW + 60)
    owner.put(101, "alice.test")
    clock.move_to(NOW + 120)

    [statement] = statements(owner)

    assert (statement["state"], statement["reason"], statement["lines"]) == ("stale", "no-reading", [])
