"""Where mailboxes forward to, in the address list: shown for the rows on screen, and searched as far as it was read."""

import re
import time

import pytest
import time_machine
from werkzeug.test import TestResponse

from tests.elsewhere import Elsewhere
from tests.views.pages import range_of
from tests.views.test_addresses import of_size, row, rows
from tests.views.test_csv import table
from tests.world import Visitor, World

READ = "settings/domain/mailbox-forward-list"
ALICE, CAROL, INFO = "alice@alice.test", "carol@alice.test", "info@alice.test"


def comes_back_for(page: TestResponse) -> str:
    """The address that the card asks for by itself; "" when it does not."""
    found = re.search(r'<div id="again-[^"]*" hx-get="([^"]*)"', page.text)
    return found[1].replace("&amp;", "&") if found else ""


def searched(page: TestResponse) -> str:
    found = re.search(r'<p class="searched">([^<]*)</p>', page.text)
    return found[1] if found else ""


def asked(world: World) -> list[str]:
    """The mailboxes whose forwarding the mail server was asked for."""
    paths = [call["path"] for call in world.mail.calls()]
    return [path.removeprefix(f"{READ}/") for path in paths if path.startswith(READ)]


def waited(visitor: Visitor, path: str = "addresses/") -> TestResponse:
    """The list with the forwarding of its rows, as a browser gets it in two steps."""
    first = visitor.get(path)
    return visitor.get(comes_back_for(first)) if comes_back_for(first) else first


def until_searched(visitor: Visitor, path: str) -> TestResponse:
    """The list when everything is searched, as a browser sees it that comes back."""
    deadline = time.monotonic() + 10
    while searched(page := visitor.get(path)):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return page


def test_the_first_answer_does_not_wait_and_the_second_one_has_all_of_it(
    world: World, alice: Visitor, elsewhere: Elsewhere
) -> None:
    elsewhere.forward(ALICE, "partner@example.net")
    world.mail.clear_log()

    first = alice.get("addresses/")
    asked_at_first = asked(world)
    second = alice.get(comes_back_for(first))
    third = alice.get("addresses/")

    assert asked_at_first == []
    assert "Forward" not in row(first, ALICE) + row(first, INFO)
    assert "Forwards to: partner@example.net" in row(second, ALICE)
    assert "Forward" not in row(second, INFO)
    assert row(third, ALICE) == row(second, ALICE)
    assert [comes_back_for(second), comes_back_for(third)] == ["", ""]
    assert sorted(asked(world)) == ["alice@alice.test", "carol@alice.test", "info@alice.test"]


def test_a_row_has_the_line_for_it_from_the_start_so_that_nothing_jumps(alice: Visitor) -> None:
    first = alice.get("addresses/")
    second = alice.get(comes_back_for(first))

    assert first.text.count('class="second line"') == second.text.count('class="second line"') == 3


def test_of_many_destinations_two_are_shown_and_the_others_counted(alice: Visitor, elsewhere: Elsewhere) -> None:
    elsewhere.forward(ALICE, *(f"n{number}@example.net" for number in range(5)))
    elsewhere.alias("team@alice.test", ALICE)

    page = waited(alice)
    found = waited(alice, "addresses/?q=n4@")

    assert "Aliases: team · Forwards to: n0@example.net, n1@example.net +3" in row(page, ALICE)
    assert "Forwards to: n4@example.net, n0@example.net +3" in row(found, ALICE)


@pytest.mark.parametrize("size", [10, 1_000, 10_000])
def test_the_list_asks_for_the_rows_on_screen_and_no_more(world: World, size: int) -> None:
    alice = of_size(world, size, size)
    world.mail.clear_log()

    page = waited(alice, "addresses/?type=mailbox")
    cold = [call["path"] for call in world.mail.calls() if not call["path"].startswith(("auth/", READ))]
    forwarding = asked(world)
    world.mail.clear_log()
    again = alice.get("addresses/?type=mailbox")
    sorted_otherwise = alice.get("addresses/?type=forward")
    warm = world.mail.calls()

    assert len(cold) <= 6
    assert sorted(forwarding) == sorted(rows(page))
    assert len(forwarding) == min(size, 50)
    assert warm == []
    assert comes_back_for(again) == comes_back_for(sorted_otherwise) == ""


@pytest.mark.parametrize("kind", ["down", "500", "html"])
def test_forwarding_that_could_not_be_read_is_never_shown_as_none(world: World, alice: Visitor, kind: str) -> None:
    alice.get("addresses/")
    world.mail.faults({"path": READ, "kind": kind})

    page = waited(alice)
    world.mail.faults()
    later = waited(alice)

    assert page.status_code == 200
    assert all("Forwarding not read" in row(page, address) for address in rows(page))
    assert comes_back_for(page) == ""
    assert "Forwarding not read" not in later.text


def test_what_one_mailbox_is_refused_for_is_read_for_the_others(
    world: World, alice: Visitor, elsewhere: Elsewhere
) -> None:
    elsewhere.forward(CAROL, "partner@example.net")
    world.mail.faults({"path": f"{READ}/{ALICE}", "kind": "refuse"})

    page = waited(alice)

    assert "Forwarding not read" in row(page, ALICE)
    assert "Forwards to: partner@example.net" in row(page, CAROL)


def test_an_own_change_is_shown_at_once(world: World, alice: Visitor, elsewhere: Elsewhere) -> None:
    elsewhere.forward(ALICE, "old@example.net")
    elsewhere.forward(CAROL, "other@example.net")
    waited(alice)
    alice.post(f"mailboxes/{ALICE}", {"forwards": "new@example.net"})
    world.mail.clear_log()

    first = alice.get("addresses/")
    second = waited(alice)
    found = waited(alice, "addresses/?q=new@example.net")

    assert "old@example.net" not in first.text
    assert "Forwards to: other@example.net" in row(first, CAROL)
    assert "Forwards to: new@example.net" in row(second, ALICE)
    assert rows(found) == [ALICE]
    assert asked(world) == [ALICE]


def test_a_change_that_may_have_happened_is_looked_for(world: World, alice: Visitor, elsewhere: Elsewhere) -> None:
    waited(alice)
    world.mail.faults({"path": "settings/domain/post-mailbox-forward-list", "kind": "down", "when": "after"})
    alice.post(f"mailboxes/{ALICE}", {"forwards": "new@example.net"})

    page = waited(alice)

    assert "Forwards to: new@example.net" in row(page, ALICE)


def test_a_mailbox_made_again_under_the_same_name_has_nothing_of_the_old_one(
    alice: Visitor, elsewhere: Elsewhere, world: World
) -> None:
    elsewhere.forward(CAROL, "old@example.net")
    waited(alice)
    alice.post(f"mailboxes/{CAROL}/delete", {"confirm": CAROL})
    world.mail.mailbox("alice.test", "carol")

    page = alice.get("addresses/?refresh=1")

    assert CAROL in rows(page)
    assert "old@example.net" not in page.text


def test_refresh_reads_the_rows_on_screen_at_once(alice: Visitor, elsewhere: Elsewhere) -> None:
    waited(alice)
    elsewhere.forward(ALICE, "new@example.net")

    kept = alice.get("addresses/")
    fresh = alice.get("addresses/?refresh=1")

    assert "new@example.net" not in kept.text
    assert "Forwards to: new@example.net" in row(fresh, ALICE)


def test_after_five_minutes_the_rows_on_screen_are_read_again_and_shown_meanwhile(
    alice: Visitor, elsewhere: Elsewhere
) -> None:
    elsewhere.forward(ALICE, "old@example.net")
    with time_machine.travel(time.time(), tick=False) as clock:
        waited(alice)
        elsewhere.forward(ALICE, "new@example.net")
        clock.shift(290)
        early = alice.get("addresses/")
        clock.shift(20)
        late = alice.get("addresses/")
        then = alice.get(comes_back_for(late))

    assert comes_back_for(early) == ""
    assert "Forwards to: old@example.net" in row(late, ALICE)
    assert "Forwards to: new@example.net" in row(then, ALICE)


# --- search ---------------------------------------------------------------------------------------------------------


def test_a_search_says_how_far_it_reaches_until_a_walk_has_read_the_rest(world: World, elsewhere: Elsewhere) -> None:
    alice = of_size(world, 80, 0)
    last = rows(alice.get("addresses/?sort=-address"))[0]
    elsewhere.forward(last, "partner@example.net")
    waited(alice, "addresses/")

    first = alice.get("addresses/?q=partner@example")
    then = until_searched(alice, "addresses/?q=partner@example")

    assert range_of(first) == "No address matches."
    assert searched(first) == "Forwarding of 50 of 80 mailboxes searched."
    assert comes_back_for(first)
    assert rows(then) == [last]
    assert "Forwards to: partner@example.net" in row(then, last)
    assert comes_back_for(then) == ""
    assert len(asked(world)) == 80


def test_the_list_itself_and_a_search_among_forwards_need_no_walk(world: World) -> None:
    alice = of_size(world, 80, 9)
    world.mail.clear_log()

    pages = [alice.get("addresses/"), alice.get("addresses/?q=example&type=forward")]
    time.sleep(0.2)

    assert [searched(page) for page in pages] == ["", ""]
    assert asked(world) == []


def test_the_walk_asks_one_at_a_time_and_is_no_call_of_the_page(world: World) -> None:
    alice = of_size(world, 30, 0)
    alice.get("addresses/")
    world.mail.latency(10)
    world.mail.clear_log()

    alice.get("addresses/?q=partner@example")

    at_once = len(asked(world))
    until_searched(alice, "addresses/?q=partner@example")
    calls = sorted((call for call in world.mail.calls() if call["path"].startswith(READ)), key=lambda call: call["at"])
    ends = [call["at"] + call["ms"] / 1000 for call in calls]
    assert at_once <= 1
    assert len(calls) == 30
    assert all(end <= following["at"] + 0.001 for end, following in zip(ends, calls[1:], strict=False))


def test_a_list_that_searches_nothing_does_not_come_back_for_a_walk(world: World) -> None:
    alice = of_size(world, 60, 0)
    waited(alice)
    world.mail.latency(20)
    going_on = alice.get("addresses/?q=partner@example")

    page = alice.get("addresses/")

    assert comes_back_for(going_on)
    assert (comes_back_for(page), searched(page)) == ("", "")


def test_coming_back_does_not_read_the_list_again_and_again(world: World) -> None:
    alice = of_size(world, 10, 0)
    with time_machine.travel(time.time(), tick=False) as clock:
        first = alice.get("addresses/")
        world.mail.clear_log()
        clock.shift(60)
        alice.get(comes_back_for(first))
        by_itself = {call["path"].partition("/mailbox-forward-list")[0] for call in world.mail.calls()}

    assert by_itself == {"settings/domain"}


def test_where_the_rest_cannot_be_read_the_search_says_so_and_stops_asking(world: World) -> None:
    alice = of_size(world, 60, 0)
    alice.get("addresses/")
    world.mail.faults({"path": READ, "kind": "refuse"})
    forwardings = next(iter(world.app.extensions["mail"]._forwardings.values()))
    forwardings._rest = 0.01

    alice.get("addresses/?q=partner@example")
    time.sleep(0.5)
    page = alice.get("addresses/?q=partner@example")

    assert searched(page) == "Forwarding of 0 of 60 mailboxes searched. The rest could not be read just now."
    assert comes_back_for(page) == ""
    assert len(asked(world)) < 10


def test_coming_back_by_itself_is_no_sign_of_life(world: World, alice: Visitor) -> None:
    page = alice.get("addresses/")

    assert """hx-headers='{"X-Portal-Poll": "1"}'""" in page.text


def test_without_scripts_a_link_leads_to_the_same(alice: Visitor, elsewhere: Elsewhere) -> None:
    elsewhere.forward(ALICE, "partner@example.net")

    page = alice.open("addresses/")
    link = re.search(r'<noscript><p><a href="([^"]*)">Show where the mailboxes forward to', page.text)

    assert link is not None
    assert "Forwards to: partner@example.net" in row(alice.open(link[1].replace("&amp;", "&")), ALICE)


# --- others ---------------------------------------------------------------------------------------------------------


def test_who_may_only_look_sees_and_searches_it_too(alice: Visitor, reader: Visitor, elsewhere: Elsewhere) -> None:
    elsewhere.forward(ALICE, "partner@example.net")

    page = waited(reader)
    found = until_searched(reader, "addresses/?q=partner@example")

    assert "Forwards to: partner@example.net" in row(page, ALICE)
    assert rows(found) == [ALICE]


def test_nobody_sees_what_was_read_for_another_service(
    world: World, alice: Visitor, bob: Visitor, elsewhere: Elsewhere
) -> None:
    elsewhere.forward(ALICE, "secret@example.net")
    waited(alice)
    # The very same addresses, held by somebody else from now on.
    world.register("northwind", 101, "alice.test", status="Terminated")
    world.register("harbour", 202, "alice.test")
    heir = world.visitor(slug="harbour", svc=202, name="alice.test")

    pages = [bob.get("addresses/"), bob.get("addresses/?q=secret"), heir.get("addresses/"), heir.get("addresses.csv")]

    assert rows(pages[0]) == ["bob@bob.test"]
    assert ALICE in rows(pages[2])
    assert not any("secret@" in page.text for page in pages)


def test_the_file_tells_what_was_not_read_from_none(alice: Visitor, elsewhere: Elsewhere) -> None:
    elsewhere.forward(ALICE, "partner@example.net", "other@example.net")
    before = {line["address"]: line["destinations"] for line in table(alice.open("addresses.csv"))}
    waited(alice)

    after = {line["address"]: line["destinations"] for line in table(alice.open("addresses.csv"))}

    assert before == {ALICE: "not read", CAROL: "not read", INFO: "not read"}
    assert after == {ALICE: "partner@example.net other@example.net", CAROL: "", INFO: ""}
