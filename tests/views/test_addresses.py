import html
import re
import time
from html.parser import HTMLParser
from typing import Any

import pytest
import time_machine
from werkzeug.test import TestResponse

from tests.elsewhere import Elsewhere
from tests.views.pages import range_of, text_of
from tests.world import ADMIN, BASE, Visitor, World, new_mailbox

GB = 2**30
POISON = "\"><img src=x onerror=alert(1)>' hx-get=/x {{7*7}} \u202egnp.exe"


def rows(page: TestResponse) -> list[str]:
    """The addresses of the list, from top to bottom."""
    return [html.unescape(found) for found in re.findall(r'<tr data-address="([^"]*)"', page.text)]


def kinds(page: TestResponse) -> dict[str, str]:
    return dict(re.findall(r'<tr data-address="([^"]*)" data-kind="([^"]*)"', page.text))


def row(page: TestResponse, address: str) -> str:
    """The text of one row."""
    cells = page.text.partition(f'<tr data-address="{address}"')[2].partition("</tr>")[0].partition(">")[2]
    cells = cells.replace("<bdi>", "").replace("</bdi>", "")
    return text_of(cells)


def lines(page: TestResponse) -> str:
    """The rows of the table, as HTML."""
    return page.text.rpartition("<tbody>")[2].partition("</tbody>")[0]


def of_size(world: World, mailboxes: int, aliases: int) -> Visitor:
    """Alice at a service whose domain has that size."""
    world.mail.domain("big.test", mailboxes, aliases, admin=ADMIN)
    world.register("northwind", 103, "big.test")
    return world.visitor(svc=103, name="big.test")


class Markup(HTMLParser):
    """The elements of a page, and the names of their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes |= {name for name, _ in attrs}


@pytest.fixture
def busy(world: World, elsewhere: Elsewhere, alice: Visitor) -> Visitor:
    """Alice with aliases and forwards of every kind, and a mailbox with every badge."""
    elsewhere.alias("team@alice.test", "alice@alice.test", "carol@alice.test")
    elsewhere.alias("half@alice.test", "alice@alice.test", "someone@example.com")
    elsewhere.alias("out@alice.test", "partner@example.net", "other@example.org")
    elsewhere.alias("everyone@alice.test", everyone=True)
    elsewhere.alias("office@alice.test", f"{ADMIN}@alice.test")
    elsewhere.protocols("carol@alice.test")
    elsewhere.change("carol@alice.test", securityFlags={"isDisabled": True})
    return alice


def test_the_list_holds_mailboxes_with_their_aliases_and_the_forwards(busy: Visitor) -> None:
    page = busy.get("addresses/")

    assert kinds(page) == {
        "alice@alice.test": "mailbox",
        "carol@alice.test": "mailbox",
        "everyone@alice.test": "alias",
        "info@alice.test": "mailbox",
        "out@alice.test": "forward",
    }
    assert "Aliases: half, team" in row(page, "alice@alice.test")
    assert "To: partner@example.net, other@example.org" in row(page, "out@alice.test")
    assert range_of(page) == "1–5 of 5"


def test_each_name_of_a_row_keeps_its_direction_to_itself(busy: Visitor) -> None:
    page = busy.get("addresses/")

    assert "<bdi>half</bdi>, <bdi>team</bdi>" in page.text
    assert "<bdi>partner@example.net</bdi>, <bdi>other@example.org</bdi>" in page.text


@pytest.mark.parametrize(
    ("other", "shown"), [({"lang": "fr"}, "Alias : half, team"), ({"mode": "top"}, 'hx-push-url="true"')]
)
def test_a_line_that_one_person_saw_is_made_anew_for_one_who_sees_it_otherwise(
    world: World, busy: Visitor, other: dict[str, Any], shown: str
) -> None:
    first = busy.get("addresses/")

    page = world.visitor(user={"id": 9, "name": "Odile", "email": "odile@example.test"}, **other).get("addresses/")

    line, one = (f"{row(each, 'alice@alice.test')} {lines(each)}" for each in (page, first))
    assert shown in line
    assert shown not in one


def test_a_row_shows_storage_badges_and_the_last_sign_in(world: World, busy: Visitor) -> None:
    world.mail.mailbox("alice.test", "full", used=GB, limit=GB, last_login="2026-03-01T08:00:00Z")

    page = busy.get("addresses/?refresh=1")

    assert "3 GB of 5 GB" in row(page, "alice@alice.test")
    assert "1 GB of 1 GB full" in row(page, "full@alice.test")
    assert "Mar 1, 2026" in row(page, "full@alice.test")
    assert row(page, "carol@alice.test").endswith("EAS MAPI Disabled 1 MB never")
    assert "of" not in row(page, "info@alice.test").replace("info", "")


def test_the_hidden_admin_is_shown_nowhere(busy: Visitor) -> None:
    pages = [busy.get(path) for path in ("addresses/", f"addresses/?q={ADMIN}", "usage", "addresses/?type=mailbox")]

    assert not any(f"{ADMIN}@" in page.text for page in pages)


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("carol@", ["carol@alice.test"]),
        ("martin", ["alice@alice.test"]),
        ("MARTIN", ["alice@alice.test"]),
        ("team", ["alice@alice.test", "carol@alice.test"]),
        ("example.org", ["out@alice.test"]),
        ("martin alice", ["alice@alice.test"]),
        ("martin carol", []),
        ("strasse", ["zoe@alice.test"]),
        ("ÉLODIE", ["zoe@alice.test"]),
        ("   ", ["alice@alice.test", "carol@alice.test", "everyone@alice.test", "info@alice.test"]),
        ("<script>", []),
        ("%", []),
        ("\0", []),
    ],
)
def test_a_search_covers_addresses_names_aliases_and_destinations_in_any_case(
    world: World, busy: Visitor, q: str, found: list[str]
) -> None:
    world.mail.mailbox("alice.test", "zoe", display_name="Élodie Straße")

    page = busy.client.get(f"{busy.home}/addresses/", base_url=BASE, headers=busy._headers(), query_string={"q": q})

    assert page.status_code == 200
    assert rows(page)[:4] == found


def test_a_search_that_finds_nothing_says_so_and_not_that_there_are_no_mailboxes(alice: Visitor) -> None:
    page = alice.get("addresses/?q=nothing-like-this")

    assert range_of(page) == "No address matches."
    assert "No mailboxes yet." not in page.text
    assert 'value="nothing-like-this"' in page.text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("type=mailbox", ["alice@alice.test", "carol@alice.test", "info@alice.test"]),
        ("type=forward", ["out@alice.test"]),
        ("protocol=eas", ["carol@alice.test"]),
        ("protocol=mapi", ["carol@alice.test"]),
        ("state=disabled", ["carol@alice.test"]),
        ("type=forward&protocol=eas", []),
        ("type=mailbox&q=carol", ["carol@alice.test"]),
        ("type=mailbox&sort=-size", ["alice@alice.test", "carol@alice.test", "info@alice.test"]),
        ("type=mailbox&sort=size", ["info@alice.test", "carol@alice.test", "alice@alice.test"]),
        ("type=mailbox&sort=-address", ["info@alice.test", "carol@alice.test", "alice@alice.test"]),
    ],
)
def test_filters_and_orders_combine(busy: Visitor, query: str, found: list[str]) -> None:
    page = busy.get(f"addresses/?{query}")

    assert rows(page) == found


@pytest.mark.parametrize(
    "query", ["type=lists", "protocol=pop", "state=on", "sort=password", "page=-1", "page=x", "x=1"]
)
def test_parameters_without_meaning_are_ignored(busy: Visitor, query: str) -> None:
    page = busy.get(f"addresses/?{query}")

    assert page.status_code == 200
    assert range_of(page) == "1–5 of 5"


def test_pages_hold_fifty_rows_and_name_their_range(world: World) -> None:
    alice = of_size(world, 110, 30)

    first, second, third, beyond = (alice.get(f"addresses/?type=mailbox&page={page}") for page in (1, 2, 3, 999))

    assert [len(rows(page)) for page in (first, second, third)] == [50, 50, 10]
    assert [range_of(page) for page in (first, second, third)] == ["1–50 of 110", "51–100 of 110", "101–110 of 110"]
    assert rows(beyond) == rows(third)
    assert len({*rows(first), *rows(second), *rows(third)}) == 110
    assert "Page 2 of 3" in second.text


def test_the_state_of_the_list_is_in_every_address_it_leads_to(world: World) -> None:
    alice = of_size(world, 110, 0)

    page = alice.get("addresses/?q=e&type=mailbox&sort=-size&page=2")

    links = [html.unescape(link) for link in re.findall(r'hx-get="([^"]*addresses/\?[^"]*)"', page.text)]
    following = [link for link in links if "page=" in link and "refresh" not in link]
    assert following
    assert all("q=e" in link and "type=mailbox" in link and "sort=-size" in link for link in following)
    assert all("q=e" in link for link in links)
    assert 'value="e"' in page.text


def test_the_address_is_replaced_in_a_frame_and_pushed_in_a_window(alice: Visitor, admin: Visitor) -> None:
    framed, windowed = alice.get("addresses/"), admin.get("addresses/")

    assert 'hx-replace-url="true"' in framed.text
    assert "hx-push-url" not in framed.text
    assert 'hx-push-url="true"' in windowed.text


def test_an_empty_domain_says_what_a_mailbox_is_for(world: World) -> None:
    owner = of_size(world, 0, 0)

    page = owner.get("addresses/")

    assert "No mailboxes yet." in page.text
    assert "New email address" in page.text
    assert rows(page) == []


def test_whatever_others_wrote_into_names_and_destinations_is_only_text(
    world: World, alice: Visitor, elsewhere: Elsewhere
) -> None:
    world.mail.mailbox("alice.test", "poison", display_name=POISON)
    elsewhere.alias("evil@alice.test", POISON)

    page = alice.get("addresses/?refresh=1")
    settings = alice.get("mailboxes/poison@alice.test")

    found = Markup(page.text)
    assert POISON.lower() in html.unescape(page.text).lower()
    assert "img" not in found.elements + Markup(settings.text).elements
    assert "onerror" not in found.attributes | Markup(settings.text).attributes
    assert "x" not in re.findall(r'hx-get="/?([^"]*)"', page.text)
    assert POISON in html.unescape(settings.text)


@pytest.mark.parametrize("q", [POISON, "'\"><b>", "</script>"])
def test_what_was_searched_for_is_only_text(alice: Visitor, q: str) -> None:
    page = alice.client.get(f"{alice.home}/addresses/", base_url=BASE, headers=alice._headers(), query_string={"q": q})

    found = Markup(page.text)
    assert "img" not in found.elements
    assert "b" not in found.elements
    assert "onerror" not in found.attributes


def test_a_name_with_a_slash_is_shown_and_leads_nowhere(world: World, alice: Visitor) -> None:
    world.mail.mailbox("alice.test", "a/b", display_name="Odd")

    page = alice.get("addresses/")

    assert "a/b@alice.test Odd" in row(page, "a/b@alice.test")
    assert "a/b@alice.test/" not in page.text
    assert not re.search(r'href="[^"]*(a/b|a%2Fb)', page.text)


@pytest.mark.parametrize("size", [10, 1_000, 10_000])
def test_the_number_of_calls_does_not_depend_on_the_size(world: World, size: int) -> None:
    alice = of_size(world, size, size)
    world.mail.clear_log()

    alice.get("addresses/")
    cold = [call["path"] for call in world.mail.calls() if not call["path"].startswith("auth/")]
    world.mail.clear_log()
    alice.get("addresses/?q=a&sort=-size&page=2")
    alice.get("usage")
    # A search has the mailboxes' forwarding read besides, which is no call of the page.
    warm = [call for call in world.mail.calls() if "mailbox-forward-list" not in call["path"]]

    assert len(cold) == 5
    assert warm == []


def test_after_15_seconds_the_list_is_read_again(world: World, alice: Visitor) -> None:
    with time_machine.travel(time.time(), tick=False) as clock:
        alice.get("addresses/")
        world.mail.mailbox("alice.test", "marie")
        clock.shift(14)
        early = alice.get("addresses/")
        clock.shift(2)
        late = alice.get("addresses/")

    assert "marie@alice.test" not in rows(early)
    assert "marie@alice.test" in rows(late)


def test_refresh_reads_at_once(world: World, alice: Visitor) -> None:
    alice.get("addresses/")
    world.mail.mailbox("alice.test", "marie")

    kept = alice.get("addresses/")
    fresh = alice.get("addresses/?refresh=1")

    assert "marie@alice.test" not in rows(kept)
    assert "marie@alice.test" in rows(fresh)
    assert "refresh=1" in fresh.text


def test_an_own_change_is_visible_at_once(alice: Visitor) -> None:
    before = rows(alice.get("addresses/"))
    alice.post("mailboxes/", new_mailbox("marie"))
    created = rows(alice.get("addresses/"))
    alice.post("mailboxes/alice@alice.test", {"display_name": "Somebody Else"})
    changed = alice.get("addresses/")
    alice.post("mailboxes/marie@alice.test/delete", {"confirm": "marie@alice.test"})
    deleted = rows(alice.get("addresses/"))

    assert "marie@alice.test" not in before
    assert "marie@alice.test" in created
    assert "Somebody Else" in row(changed, "alice@alice.test")
    assert deleted == before


def test_a_change_that_may_have_happened_is_looked_for_at_once(world: World, alice: Visitor) -> None:
    alice.get("addresses/")
    world.mail.faults({"path": "settings/domain/user-put", "kind": "down", "when": "after"})
    alice.post("mailboxes/", new_mailbox("marie"))

    page = alice.get("addresses/")

    assert "marie@alice.test" in rows(page)


def test_a_document_of_the_list_is_a_whole_page(alice: Visitor) -> None:
    page = alice.open("addresses/?q=carol")

    assert "<!doctype html>" in page.text
    assert rows(page) == ["carol@alice.test"]
