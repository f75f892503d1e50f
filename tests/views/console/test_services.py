"""The list of services, and the page of one."""

import logging
import re
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from portal.mail import MailError
from portal.provisioning import Caller, suspend
from portal.store import collecting, operations, services, statements
from portal.store.history import AUTOMATIC
from portal.store.services import Service
from tests.views.pages import range_of, says, text_of
from tests.world import Visitor, World


def names(page_text: str) -> list[str]:
    return re.findall(r'data-service="([^"]+)"', page_text)


def broken_off(world: World, slug: str = "northwind", svc: int = 101) -> None:
    """WHMCS wanted the service suspended (Alice's), and the mail server did not answer."""
    world.mail.faults({"path": "*", "kind": "down"})
    with world.app.app_context():
        found = services.find(slug, svc)
        assert found is not None
        with suppress(MailError):
            suspend(found, world.app.extensions["mail"].to, Caller(AUTOMATIC, "r1", int(time.time())))
        assert operations.unfinished(found)
    world.mail.faults()


def many(world: World, count: int) -> None:
    for number in range(count):
        world.register("northwind", 1000 + number, f"shop{number:03}.test")


def test_what_has_broken_off_stands_first_with_its_error(world: World, nora: Visitor) -> None:
    broken_off(world)

    page = nora.get("")

    assert names(page.text)[0] == "northwind-101"
    assert "unfinished" in page.text
    assert says(page, "no answer")


def test_a_search_finds_domains_and_numbers(nora: Visitor) -> None:
    found = {q: names(nora.get(f"?q={q}").text) for q in ("shop", "SHOP", "201", "%23101", "nothing", "%25", "_")}

    assert found == {
        "shop": ["northwind-102"],
        "SHOP": ["northwind-102"],
        "201": ["harbour-201"],
        "%23101": ["northwind-101"],
        "nothing": [],
        "%25": [],
        "_": [],
    }


def test_filters_show_the_states_with_their_counts(world: World, nora: Visitor) -> None:
    broken_off(world)
    world.register("northwind", 102, "alice-shop.test", status="Suspended")
    with world.app.app_context():
        bobs = services.find("harbour", 201)
        assert bobs is not None
        collecting.begin(bobs)
        collecting.finish(bobs, "no answer in time")

    found = {state: names(nora.get(f"?state={state}").text) for state in ("unfinished", "suspended", "unread", "x")}

    assert found["unfinished"] == ["northwind-101"]
    assert found["suspended"] == ["northwind-102"]
    assert found["unread"] == ["harbour-201"]
    assert len(found["x"]) == 3


def test_pages_hold_fifty_and_keep_the_search(world: World, nora: Visitor) -> None:
    many(world, 60)

    pages = [nora.get(f"?q=shop&page={page}") for page in (1, 2, 99)]

    assert [len(names(page.text)) for page in pages] == [50, 11, 11]
    assert range_of(pages[1]) == "51–61 of 61"
    assert 'href="/console/?page=1&amp;q=shop"' in pages[1].text


def test_the_list_costs_as_many_queries_for_three_services_as_for_fifty(world: World, nora: Visitor) -> None:
    few = queries(lambda: nora.get(""))
    many(world, 60)
    world.mail.clear_log()

    more = queries(lambda: nora.get(""))

    assert more == few
    assert world.mail.calls() == []


def queries(act: Callable[[], Any]) -> int:
    """How many queries it takes."""

    class Counter(logging.Handler):
        count = 0

        def emit(self, record: logging.LogRecord) -> None:
            self.count += 1

    counter, log = Counter(), logging.getLogger("peewee")
    level = log.level
    log.addHandler(counter)
    log.setLevel(logging.DEBUG)
    try:
        act()
    finally:
        log.removeHandler(counter)
        log.setLevel(level)
    return counter.count


def test_a_services_page_asks_no_mail_server(world: World, nora: Visitor) -> None:
    world.mail.faults({"path": "*", "kind": "down"})
    world.mail.clear_log()

    page = nora.get("services/northwind/101")

    assert page.status_code == 200
    assert world.mail.calls() == []


def test_a_services_page_shows_the_steps_of_what_broke_off(world: World, nora: Visitor) -> None:
    broken_off(world)

    page = nora.get("services/northwind/101")

    assert 'data-operation="suspend" open' in page.text
    assert 'data-state="unknown"' in page.text
    assert 'action="/console/services/northwind/101/finish"' in page.text


def test_finish_does_what_was_left_once(world: World, nora: Visitor) -> None:
    broken_off(world)

    page = nora.post("services/northwind/101/finish")

    assert says(page, "Finished: nothing is left to do.")
    assert world.mail.state("alice.test")["settings"]["isEnabled"] is False
    assert "/finish" not in page.text
    assert nora.post("services/northwind/101/finish").status_code == 200


def test_what_cannot_be_finished_says_why_and_stays(world: World, nora: Visitor) -> None:
    broken_off(world)
    world.mail.faults({"path": "*", "kind": "down"})

    page = nora.post("services/northwind/101/finish")

    assert page.status_code == 502
    assert says(page, "no answer")
    assert 'action="/console/services/northwind/101/finish"' in page.text


def test_the_plan_and_its_errors_stand_there(world: World, nora: Visitor) -> None:
    world.register("northwind", 101, "alice.test", eas_price="2,50", max_users="10")

    page = nora.get("services/northwind/101")

    assert says(page, 'eas_price: "2,50" is not a price')
    assert re.search(r'data-setting="max_users">.*?<bdi>10</bdi>', page.text, re.DOTALL)


def test_settings_of_the_domain_product_have_whmcs_numbers(nora: Visitor) -> None:
    page = nora.get("services/northwind/101")

    shown = text_of(page.text)
    assert [name in shown for name in ("1 tier_gb", "7 max_users", "24 server")] == [True, True, True]


def test_statements_say_on_which_invoice_they_are_and_whether_the_records_still_give_them(
    world: World, nora: Visitor
) -> None:
    with world.app.app_context():
        service = services.find("northwind", 101)
        assert service is not None
        prices = {"storage": "5.00", "eas": "2.00", "mapi": "3.00", "combined": "4.50"}
        terms = {"tier_gb": "10", "activation_days": "1", **prices}
        now = int(time.time())
        basis = {"terms": terms, "lang": "en", "currency": "CAD", "reading": None}
        line = {
            "kind": "storage",
            "description": "x",
            "quantity": 1,
            "unit_price": "5.00",
            "amount": "5.00",
            "address": None,
        }
        wrong = statements.offer(service, (now - 7200, now - 3600), "", [line], basis)
        statements.offer(service, (now - 7200, now - 3600), "no-reading", [], basis)
        statements.settle(wrong, 77, None)

    page = nora.get("services/northwind/101")

    assert says(page, "on invoice 77")
    assert says(page, "Together: $5.00 CAD")
    assert page.text.count("the records give something else now") == 1
    assert page.text.count("the records give the same again") == 1


def test_a_statement_that_was_settled_as_whmcs_told_is_shown_without_what_nobody_knows(
    world: World, nora: Visitor
) -> None:
    with world.app.app_context():
        service = services.find("northwind", 101)
        assert service is not None
        statements.settle_unknown(service, (int(time.time()) - 7200, int(time.time()) - 3600), 78, ["5.00"])

    page = nora.get("services/northwind/101")

    assert says(page, "on invoice 78")
    assert not says(page, "$0.00")
    assert "the records give" not in page.text


def test_names_are_only_text(world: World, nora: Visitor) -> None:
    with world.app.app_context():
        Service.update(name="<img src=x>.test").where(Service.svc == 102).execute()

    page = nora.get("")

    assert "<img" not in page.text


def test_the_page_tells_an_error_once_and_in_the_words_of_staff(world: World, nora: Visitor) -> None:
    broken_off(world)

    page = nora.get("services/northwind/101")

    [operation] = re.findall(r'data-operation="suspend".*?</details>', page.text, re.DOTALL)
    assert operation.count("ConnectionError") == 1
    assert says(page, "The domain itself")
    assert not says(page, "your provider")


def test_states_and_reasons_are_told_in_the_language_of_the_reader(world: World, nora: Visitor) -> None:
    world.register("northwind", 102, "alice-shop.test", status="Suspended")
    nora.post("language", {"lang": "fr"})

    found = nora.get("?q=102"), nora.get("services/northwind/102")

    assert all(says(page, "Suspendu") and not says(page, "Suspended") for page in found)
    assert "no-reading" not in found[1].text
