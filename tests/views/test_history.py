import re
from dataclasses import dataclass
from typing import Any

import pytest
import time_machine
from werkzeug.test import TestResponse

from portal.store import history
from portal.store.history import LONGEST_CHANGE, History
from tests.views.pages import range_of, text_of
from tests.world import Visitor, World, new_mailbox

MARIE = "marie@alice.test"
GB = 2**30


@dataclass
class Actor:
    role: str = "customer"
    id: str = "7"
    name: str = "Alice Martin"
    admin_id: str = ""
    admin_name: str = ""


def write_down(world: World, action: str = "mailbox.change", subject: str = MARIE, **changed: Any) -> History:
    """A change of alice.test as the portal records it, ended as `result` says."""
    given = {"detail": {}, "actor": Actor(), "result": "done"} | changed
    service = world.service()
    with world.app.app_context():
        row = history.begin(
            tenant=service.tenant,
            service=service,
            session=None,
            actor=given["actor"],
            action=action,
            subject=subject,
            detail=given["detail"],
        )
        history.finish(row, given["result"], given["detail"])
        return row


def lines(page: TestResponse) -> list[str]:
    """The text of each change on the page."""
    items = re.findall(r"<li class=\"list-group-item.*?</li>", page.text, re.DOTALL)
    return [text_of(item) for item in items]


def test_what_was_done_stands_there_in_sentences_newest_first(alice: Visitor) -> None:
    alice.post("mailboxes/", new_mailbox("marie", display_name="Marie", limit_mb="5120"))
    alice.post(f"mailboxes/{MARIE}", {"display_name": "", "limit_mb": "0"})
    alice.post(f"mailboxes/{MARIE}/password", {"password": "An0ther!Word", "password_again": "An0ther!Word"})
    alice.post(f"mailboxes/{MARIE}/delete", {"confirm": MARIE})

    page = alice.get("history")

    found = [line.partition(" Alice Martin ")[0] for line in lines(page)]
    assert found == [
        f"Mailbox {MARIE} deleted",
        f"Password of {MARIE} changed all its devices were signed out",
        f"Settings of {MARIE} changed display name removed · no disk space limit of its own",
        f"Mailbox {MARIE} created display name: Marie · disk space limit: 5\N{NO-BREAK SPACE}GB".replace("\xa0", " "),
    ]
    assert all(line.endswith("done") for line in lines(page))
    assert range_of(page) == "1–4 of 4"


@pytest.mark.parametrize(
    ("result", "sentence", "ending"),
    [
        ("done", f"Mailbox {MARIE} created", "done"),
        ("refused", f"Create the mailbox {MARIE}", "refused"),
        ("unknown", f"Create the mailbox {MARIE}", "not known: no answer came, so we do not know"),
        ("started", f"Create the mailbox {MARIE}", "in progress"),
    ],
)
def test_only_what_was_done_is_told_as_done(
    world: World, alice: Visitor, result: str, sentence: str, ending: str
) -> None:
    write_down(world, "mailbox.create", result=result)

    [line] = lines(alice.get("history"))

    assert line.startswith(f"{sentence} ")
    assert line.endswith(ending)


def test_where_a_forward_leads_is_part_of_the_sentence(world: World, alice: Visitor) -> None:
    write_down(world, "forward.create", "info@alice.test", detail={"targets": ["a@example.org", "b@example.org"]})

    [line] = lines(alice.get("history"))

    assert line.startswith("Forward info@alice.test created leads to a@example.org and b@example.org Alice Martin")


def test_what_was_begun_long_ago_is_not_in_progress_for_ever(world: World, alice: Visitor) -> None:
    row = write_down(world, result="started")

    with time_machine.travel(row.at + LONGEST_CHANGE + 1):
        [line] = lines(alice.get("history"))

    assert line.endswith("we do not know")


def test_an_admin_is_named_with_whom_they_acted_for(alice: Visitor, admin: Visitor) -> None:
    admin.post("mailboxes/", new_mailbox("marie"))

    line = lines(alice.get("history"))[0]

    assert line.startswith("Mailbox marie@alice.test created")
    assert "Nora Admin (for Alice Martin)" in line


def test_the_time_is_one_that_the_browser_can_turn_into_its_own(world: World, alice: Visitor) -> None:
    with time_machine.travel("2026-03-01T08:05:09Z", tick=False):
        write_down(world)

    page = alice.get("history")

    assert '<time datetime="2026-03-01T08:05:09+00:00" data-with-date>' in page.text
    assert "Mar 1, 2026, 8:05:09 AM UTC" in lines(page)[0].replace("\N{NARROW NO-BREAK SPACE}", " ")


def test_an_action_without_a_sentence_is_shown_by_its_name(world: World, alice: Visitor) -> None:
    write_down(world, "zone.publish", "alice.test", detail={"limits": {"secret": 1}})

    page = alice.get("history")

    assert lines(page)[0].startswith("zone.publish alice.test Alice Martin")
    assert "secret" not in page.text


def test_pages_hold_fifty_changes_and_name_their_range(world: World, alice: Visitor) -> None:
    for number in range(110):
        write_down(world, subject=f"{number}@alice.test")

    pages = [alice.get(f"history?page={page}") for page in (1, 2, 3, 999)]

    assert [len(lines(page)) for page in pages] == [50, 50, 10, 10]
    assert [range_of(page) for page in pages[:3]] == ["1–50 of 110", "51–100 of 110", "101–110 of 110"]
    assert lines(pages[0])[0].startswith("Settings of 109@alice.test changed")
    assert lines(pages[2])[-1].startswith("Settings of 0@alice.test changed")
    assert "Page 2 of 3" in pages[1].text
    assert re.findall(r'hx-get="([^"]*history\?page=\d)"', pages[1].text) == [
        "/s/northwind-101/history?page=1",
        "/s/northwind-101/history?page=3",
    ]


@pytest.mark.parametrize("number", ["0", "-1", "x", "1.5", ""])
def test_a_page_number_without_meaning_is_the_first_page(world: World, alice: Visitor, number: str) -> None:
    write_down(world)

    page = alice.get(f"history?page={number}")

    assert page.status_code == 200
    assert range_of(page) == "1–1 of 1"


def test_before_the_first_change_it_says_what_will_be_here(alice: Visitor) -> None:
    page = alice.get("history")

    assert "Nothing has been changed yet." in page.text
    assert lines(page) == []


def test_bob_sees_his_own_changes_and_never_alices(world: World, alice: Visitor, bob: Visitor) -> None:
    alice.post("mailboxes/", new_mailbox("marie"))
    bob.post("mailboxes/", new_mailbox("zoe"))

    page = bob.get("history")

    assert len(lines(page)) == 1
    assert "zoe@bob.test" in page.text
    assert "alice" not in page.text.lower()


def test_somebody_who_may_only_look_reads_the_history(alice: Visitor, reader: Visitor) -> None:
    alice.post("mailboxes/", new_mailbox("marie"))

    assert len(lines(reader.get("history"))) == 1


def test_the_history_needs_no_mail_server(world: World, alice: Visitor) -> None:
    write_down(world)
    world.mail.clear_log()

    alice.get("history")

    assert world.mail.calls() == []


def test_whatever_was_written_down_is_only_text(world: World, alice: Visitor) -> None:
    poison = "<img src=x onerror=alert(1)>{{7*7}}%(x)s"
    write_down(world, subject=poison, detail={"display_name": poison}, actor=Actor(name=poison))

    page = alice.get("history")

    assert "<img" not in page.text
    assert lines(page)[0].count("onerror=alert(1)>{{7*7}}%(x)s") == 3


def test_a_document_of_the_history_is_a_whole_page_and_the_header_leads_to_it(alice: Visitor) -> None:
    page = alice.open("history")

    assert "<!doctype html>" in page.text
    assert re.search(r'href="/s/northwind-101/history" aria-current="page"', page.text)
