"""The billing card and the price of a click: what the next statement holds is what the customer sees beforehand."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from portal.store import exclusive, protocols, services, usage
from portal.store.usage import Sample
from tests.views.api.whmcs import Whmcs
from tests.views.pages import says, text_of
from tests.world import Visitor, World

DAY = 86400
GB = 2**30
REGISTERED = int(datetime(2026, 1, 15, tzinfo=UTC).timestamp())
NOW = int(datetime(2026, 2, 5, tzinfo=UTC).timestamp())
MONTHLY = {"cycle": "Monthly", "months": 1, "next_due": "2026-03-01", "unit_price": "6.00", "status": "Active"}
YEARLY = MONTHLY | {"cycle": "Annually", "months": 12, "next_due": "2027-01-15"}


@pytest.fixture(autouse=True)
def clock(world: World) -> Iterator[time_machine.Traveller]:
    """Three weeks after the registration."""
    with world.app.app_context():
        services.Service.update(created=REGISTERED, plan_at=REGISTERED).execute()
    with time_machine.travel(NOW, tick=False) as travelling:
        yield travelling


def visitor(world: World, billing: dict[str, Any] = MONTHLY, **plan: str) -> Visitor:
    return world.visitor(billing=billing | {"since": "2026-01-15"}, plan=plan)


def read(world: World, gigabytes: float, at: int = NOW - 3600) -> None:
    service = world.service()
    with world.app.app_context(), exclusive(service):
        usage.keep(service, Sample(at, int(gigabytes * GB), 3, 1))


def switched(world: World, address: str, protocol: str, at: int = REGISTERED) -> None:
    service = world.service()
    with time_machine.travel(at, tick=False), world.app.app_context():
        protocols.switched(service, address, protocol, True)


def rows(page: Any) -> list[str]:
    """The lines of the first estimate."""
    body = page.text.partition("<tbody>")[2].partition("</tbody>")[0]
    return [text_of(row) for row in body.split("</tr>") if text_of(row)]


def test_the_card_has_the_lines_of_the_next_statement(world: World) -> None:
    read(world, 21)
    switched(world, "alice@alice.test", "eas")

    page = visitor(world).get("billing")

    assert page.status_code == 200, page.text
    assert rows(page) == [
        "21 GB used · 3 tiers of 10 GB 3 $6.00 CAD $18.00 CAD",
        "ActiveSync (EAS): alice@alice.test 1 $2.00 CAD $2.00 CAD",
    ]
    assert says(page, "$20.00 CAD")


def test_card_and_statement_are_one_computation(world: World) -> None:
    read(world, 155.58)
    switched(world, "alice@alice.test", "eas")
    switched(world, "alice@alice.test", "mapi", NOW - 9 * DAY)
    asked = {"svc": 101, "billing": MONTHLY, "lang": "en", "currency": {"code": "CAD"}}

    page = visitor(world).get("billing")
    answer = Whmcs(world, "northwind").call("POST", "/api/v1/statements", {"services": [asked]})

    [statement] = answer.get_json()["services"][0]["statements"]
    assert [f"{line['description']} {line['quantity']}" for line in statement["lines"]] == [
        row.partition(" $")[0] for row in rows(page)
    ]


def test_a_registration_that_is_newer_than_the_visit_has_the_say(world: World) -> None:
    read(world, 21)
    alice = visitor(world)
    told = {"billing": MONTHLY | {"unit_price": "7.00", "since": "2026-01-15"}, "plan": {"tier_gb": "5"}}
    service = world.service()
    before = rows(alice.get("billing"))
    with world.app.app_context(), exclusive(service):
        services.Service.update(plan_at=NOW + 60, **told).execute()

    after = rows(alice.get("billing"))

    assert before == ["21 GB used · 3 tiers of 10 GB 3 $6.00 CAD $18.00 CAD"]
    assert after == ["21 GB used · 5 tiers of 5 GB 5 $7.00 CAD $35.00 CAD"]


def test_a_currency_that_is_registered_after_the_visit_is_the_one_of_its_prices(world: World) -> None:
    read(world, 21)
    switched(world, "alice@alice.test", "eas")
    alice = visitor(world, eas_price="CAD 2.00, USD 1.60")
    with world.app.app_context():
        services.Service.update(plan_at=NOW + 60, currency={"code": "USD", "prefix": "US$", "suffix": ""}).execute()
        services.Service.update(billing=MONTHLY, plan={"eas_price": "CAD 2.00, USD 1.60"}).execute()

    page = alice.get("billing")

    assert rows(page)[1] == "ActiveSync (EAS): alice@alice.test 1 US$1.60 US$1.60"


def test_the_projection_says_what_it_assumes(world: World) -> None:
    read(world, 21)
    switched(world, "alice@alice.test", "eas", NOW - 3600)

    page = visitor(world).get("billing")

    assert rows(page) == ["21 GB used · 3 tiers of 10 GB 3 $6.00 CAD $18.00 CAD"]
    assert says(page, "On Mar 1, 2026, if nothing changes until then:")
    assert says(page, "$20.00 CAD")
    assert says(page, "the same disk space as now, and every protocol that is on stays on")


@pytest.mark.parametrize("due", ["9999-12-31", "2031-01-01", "2026-02-01", "2025-12-31", "0000-00-00", "soon", None])
def test_a_due_date_that_is_none_is_no_reason_to_foresee_anything(world: World, due: str | None) -> None:
    read(world, 21)

    page = visitor(world, MONTHLY | {"next_due": due}).get("billing")

    assert page.status_code == 200
    assert rows(page)
    assert not says(page, "if nothing changes until then")


def test_without_a_reading_no_amount_is_made_up(world: World) -> None:
    page = visitor(world).get("billing")

    assert says(page, "has not been read yet")
    assert "<tbody>" not in page.text
    assert "$" not in text_of(page.text)


def test_what_is_free_is_not_billed_by_use(world: World) -> None:
    page = visitor(world, MONTHLY | {"cycle": "Free Account", "months": 0, "unit_price": "0.00"}).get("billing")

    assert says(page, "This service is not billed by use.")


def test_a_price_in_another_currency_is_never_shown_as_none(world: World) -> None:
    read(world, 21)

    page = visitor(world, eas_price="USD 1.60").get("billing")

    assert says(page, "No price is set in your currency.")


@pytest.mark.parametrize(
    ("billing", "sentence"),
    [
        (MONTHLY, "+ $2.00 CAD a month"),
        (YEARLY, "+ $2.00 CAD a month, billed with your invoice for 12 months: $24.00 CAD"),
    ],
)
def test_beside_a_switch_stands_what_it_adds(world: World, billing: dict[str, Any], sentence: str) -> None:
    page = visitor(world, billing).get("mailboxes/carol@alice.test")

    assert f'<p class="price">{sentence}</p>' in page.text


def test_a_second_protocol_costs_the_difference_to_both_together(world: World) -> None:
    alice = visitor(world)
    alice.post("mailboxes/carol@alice.test", {"eas": "on"})

    page = alice.get("mailboxes/carol@alice.test")

    assert '<p class="price">+ $2.50 CAD a month</p>' in page.text
    assert page.text.count('<p class="price">') == 1


def test_the_form_of_a_new_mailbox_says_what_it_adds(world: World) -> None:
    read(world, 21)

    page = visitor(world).get("mailboxes/new")

    assert says(page, "A new mailbox adds nothing to the bill by itself")
    assert says(
        page, "9 GB are left before another tier is charged ($6.00 CAD).".replace(" GB", "\N{NO-BREAK SPACE}GB")
    )


def test_bob_sees_nothing_of_alices_bill(world: World, bob: Visitor) -> None:
    read(world, 21)
    switched(world, "alice@alice.test", "eas")

    page = bob.get("billing")

    assert "alice" not in page.text


def many(world: World, count: int) -> None:
    """So many mailboxes with ActiveSync, and Alice with both."""
    read(world, 21)
    service = world.service()
    with time_machine.travel(REGISTERED, tick=False), world.app.app_context(), exclusive(service):
        addresses = [f"user{number:03}@alice.test" for number in range(count)]
        lists = {"eas": [*addresses, "alice@alice.test"], "mapi": ["alice@alice.test"]}
        protocols.compare(service, lists, read_at=REGISTERED, known=0, source="server")


def test_of_many_lines_the_card_has_one_for_each_kind(world: World) -> None:
    many(world, 150)

    page = visitor(world).get("billing")

    assert rows(page) == [
        "21 GB used · 3 tiers of 10 GB 3 $6.00 CAD $18.00 CAD",
        "ActiveSync (EAS): 150 mailboxes 150 $2.00 CAD $300.00 CAD",
        "ActiveSync (EAS) + MAPI/Exchange: alice@alice.test 1 $4.50 CAD $4.50 CAD",
    ]
    assert says(page, "$322.50 CAD")


def test_all_lines_are_there_page_by_page_with_the_same_total(world: World) -> None:
    many(world, 150)
    alice = visitor(world)

    pages = [alice.get(f"billing?page={number}") for number in (1, 2)]

    lines = [row for page in pages for row in rows(page)]
    assert [len(rows(page)) for page in pages] == [100, 52]
    assert lines[0].startswith("21 GB used")
    assert lines[1].startswith("ActiveSync (EAS) + MAPI/Exchange: alice@alice.test")
    assert [row.split()[2] for row in lines[2:]] == [f"user{number:03}@alice.test" for number in range(150)]
    assert all(says(page, "$322.50 CAD") for page in pages)


@pytest.mark.parametrize(("asked", "shown"), [("3", 52), ("9" * 30, 52), ("-1", 3), ("x", 3), ("0", 3)])
def test_a_page_that_is_not_there_is_the_last_one_or_none(world: World, asked: str, shown: int) -> None:
    many(world, 150)

    page = visitor(world).get(f"billing?page={asked}")

    assert len(rows(page)) == shown


def test_a_page_of_nothing_is_the_card(world: World) -> None:
    page = visitor(world).get("billing?page=1")

    assert says(page, "The disk space in use has not been read yet")


CHEAPER_TOGETHER = "switching the second one on makes a mailbox cheaper"
DEARER_TOGETHER = "is above both single prices together"


@pytest.mark.parametrize(
    ("combined", "warning"), [("2.50", CHEAPER_TOGETHER), ("5.50", DEARER_TOGETHER), ("4.50", None), ("0", None)]
)
def test_an_admin_is_told_of_odd_prices(world: World, combined: str, warning: str | None) -> None:
    admin = {"id": 7, "name": "Alice Martin", "email": "alice@example.test", "admin": {"id": 1, "name": "Nora Admin"}}

    page = world.visitor(role="admin", mode="top", user=admin, plan={"combined_price": combined}).get("billing")

    assert [text for text in (CHEAPER_TOGETHER, DEARER_TOGETHER) if says(page, text)] == ([warning] if warning else [])


@pytest.mark.parametrize("role", ["customer", "readonly"])
def test_customers_never_see_what_is_odd_about_prices(world: World, role: str) -> None:
    page = world.visitor(role=role, billing=MONTHLY | {"since": "2026-01-15"}, plan={"combined_price": "2.50"}).get(
        "billing"
    )

    assert page.status_code == 200
    assert not says(page, CHEAPER_TOGETHER)
