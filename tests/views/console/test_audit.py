"""The audit: all that was changed of a tenant, found by service, person and day."""

import re
from urllib.parse import quote

import pytest
import time_machine

from tests.views.pages import range_of, says
from tests.views.test_history import Actor, write_down
from tests.world import Visitor, World


def actions(page_text: str) -> list[str]:
    return re.findall(r'data-action="([^"]+)"', page_text)


def test_it_holds_the_acts_on_services_and_those_on_the_tenant(world: World, nora: Visitor, alice: Visitor) -> None:
    alice.post("mailboxes/carol@alice.test/disable")
    nora.post("origins/", {"origin": "https://my.northwind.test"})

    assert actions(nora.get("audit/").text) == ["origin.add", "mailbox.disable", "console.visit"]


def test_it_is_found_by_service_person_and_day(world: World, nora: Visitor) -> None:
    with time_machine.travel("2026-03-01T23:59:59Z", tick=False):
        write_down(world, "mailbox.change")
    with time_machine.travel("2026-03-02T00:00:00Z", tick=False):
        write_down(world, "mailbox.delete", actor=Actor(admin_name="Ann Ámin", admin_id="4"))
    searches = {
        "service=alice.test": ["mailbox.delete", "mailbox.change"],
        "service=101": ["mailbox.delete", "mailbox.change"],
        "service=bob": [],
        "actor=ann": ["mailbox.delete"],
        "actor=ALICE": ["mailbox.delete", "mailbox.change"],
        "service=101&since=2026-03-02": ["mailbox.delete"],
        "service=101&until=2026-03-01": ["mailbox.change"],
        "since=2026-03-01&until=2026-03-02": ["mailbox.delete", "mailbox.change"],
        "actor=%25": [],
    }

    found = {search: actions(nora.get(f"audit/?{search}").text) for search in searches}

    assert found == searches


@pytest.mark.parametrize(
    "search", ["since=x", "until=9999-12-31", "since=0001-01-01", f"actor={quote(chr(0))}", "page=-1"]
)
def test_a_search_without_meaning_shows_all(nora: Visitor, search: str) -> None:
    page = nora.get(f"audit/?{search}")

    assert page.status_code == 200
    assert actions(page.text) == ["console.visit"]


def test_pages_hold_fifty_and_keep_the_search(world: World, nora: Visitor) -> None:
    for _ in range(60):
        write_down(world)

    pages = [nora.get(f"audit/?service=101&page={page}") for page in (1, 2)]

    assert [len(actions(page.text)) for page in pages] == [50, 10]
    assert range_of(pages[1]) == "51–60 of 60"
    assert 'href="/console/audit/?page=1&amp;service=101"' in pages[1].text


def test_a_resellers_operator_reads_the_own_tenants_alone(world: World, hugo: Visitor, bob: Visitor) -> None:
    write_down(world)
    bob.post("mailboxes/bob@bob.test/disable")

    assert actions(hugo.get("audit/").text) == ["mailbox.disable", "console.visit"]


def test_staff_read_the_record_as_it_is_kept_and_it_is_only_text(world: World, nora: Visitor) -> None:
    write_down(world, detail={"error": "HTTP 500 <b>"}, result="refused")

    page = nora.get("audit/")

    assert says(page, '"error": "HTTP 500 <b>"')
    assert "500 <b>" not in page.text
