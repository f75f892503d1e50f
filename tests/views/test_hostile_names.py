"""Names that others chose, or that our rules just allow: shown right, never markup, and as they were after a save."""

import html
import re
from urllib.parse import quote

import pytest
from werkzeug.test import TestResponse

from tests.elsewhere import Elsewhere
from tests.views.form_as_sent import FormAsSent
from tests.world import Visitor, World, new_mailbox

LONGEST = "x" * 64
FAR = f"{LONGEST}@{'.'.join(['d' * 60] * 3)}.test"
OFTEN = [
    "O'Brien & Søn",
    "<script>alert(1)</script>",
    'the "boss" + one',
    "e\u0301\u0302\u0323",
    "שלום עולם",
    "👩\u200d👩\u200d👧",
]
NEVER_OURS = ["\u202eevil", "\u2066isolated\u2069", "tab\there", "two\nlines", "long " * 40, " blanks around "]
LOCAL_PARTS = ["o'brien", "a&b", "a+b", "a%41b", "a?b#c", "a=b", "{x}", "`a`", "a..b", LONGEST]
DESTINATIONS = [
    FAR,
    "o'brien+a&b@example.net",
    "évé@example.net",
    "x@bücher.test",
    "<b>@example.net",
    "\u202ex@example.net",
]


def first_link(page: TestResponse, text: str) -> str:
    """Where the link of a row leads to."""
    found = re.search(
        rf'href="([^"]*)"[^>]*><bdi>{re.escape(html.escape(text, quote=False))}', page.text.replace("&#39;", "'")
    )
    assert found is not None, f"no link {text}"
    return html.unescape(found[1])


def says(page: TestResponse, text: str) -> bool:
    """Whether the page has this text, letter by letter, and no element of it."""
    assert "<script" not in page.text
    assert "<b>" not in page.text
    return text in html.unescape(page.text)


@pytest.mark.parametrize("name", OFTEN)
def test_a_display_name_that_is_typed_is_kept_and_shown_everywhere(world: World, alice: Visitor, name: str) -> None:
    alice.post("mailboxes/", new_mailbox("zed", display_name=name))

    assert world.mail.state("alice.test")["users"]["zed"]["userData"]["fullName"] == name
    for path in ("addresses/", "addresses/?q=zed", "mailboxes/zed@alice.test", "history"):
        assert says(alice.get(path), name)


@pytest.mark.parametrize("name", OFTEN + NEVER_OURS)
def test_a_display_name_stays_as_it_is_when_something_else_is_saved(world: World, alice: Visitor, name: str) -> None:
    world.mail.mailbox("alice.test", "zed", display_name=name)
    place = f"{alice.home}/mailboxes/zed@alice.test"
    typed = FormAsSent(alice.get(place), place).fields | {"limit_mb": ["7"]}

    answer = alice.post(place, typed)

    kept = world.mail.state("alice.test")["users"]["zed"]["userData"]
    assert answer.status_code == 200
    assert (kept["fullName"], kept["maxMailboxSize"]) == (name, 7 * 2**20)


@pytest.mark.parametrize("name", LOCAL_PARTS)
def test_an_alias_with_an_odd_name_stays_when_its_mailbox_is_saved(
    world: World, alice: Visitor, elsewhere: Elsewhere, name: str
) -> None:
    elsewhere.alias(f"{name}@alice.test", "carol@alice.test")
    place = f"{alice.home}/mailboxes/carol@alice.test"
    page = alice.get(place)

    answer = alice.post(place, FormAsSent(page, place).fields | {"limit_mb": ["7"]})

    assert says(page, f'value="{name}"')
    assert answer.status_code == 200
    assert world.mail.state("alice.test")["aliases"][name]["aliasTargetList"] == ["carol@alice.test"]


@pytest.mark.parametrize("name", LOCAL_PARTS)
def test_an_alias_with_an_odd_name_is_found_changed_and_deleted(
    world: World, alice: Visitor, elsewhere: Elsewhere, name: str
) -> None:
    elsewhere.alias(f"{name}@alice.test", "carol@alice.test")
    place = first_link(alice.get("aliases/"), f"{name}@alice.test")
    typed = FormAsSent(alice.get(place), place).fields | {"may_send": ["", "on"]}

    changed = alice.post(place, typed)
    kept = world.mail.state("alice.test")["aliases"][name]
    deleted = alice.post(f"{place}/delete", {"confirm": f"{name}@alice.test"})

    assert changed.status_code == deleted.status_code == 200
    assert (kept["aliasTargetList"], kept["allowSending"]) == (["carol@alice.test"], True)
    assert name not in world.mail.state("alice.test")["aliases"]


@pytest.mark.parametrize("destination", DESTINATIONS)
def test_a_destination_is_shown_and_stays_as_it_is_when_another_is_added(
    world: World, alice: Visitor, elsewhere: Elsewhere, destination: str
) -> None:
    elsewhere.alias("team@alice.test", destination)
    place = f"{alice.home}/forwards/team@alice.test"
    page = alice.get(place)

    answer = alice.post(place, FormAsSent(page, place).fields | {"destinations": [destination, "new@example.net"]})

    assert answer.status_code == 200
    assert world.mail.state("alice.test")["aliases"]["team"]["aliasTargetList"] == [destination, "new@example.net"]
    for path in ("forwards/team@alice.test", "addresses/", "aliases/", "history"):
        assert says(alice.get(path), destination)


@pytest.mark.parametrize("destination", DESTINATIONS)
def test_forwarding_of_a_mailbox_stays_as_it_is_when_something_else_is_saved(
    world: World, alice: Visitor, elsewhere: Elsewhere, destination: str
) -> None:
    elsewhere.forward("carol@alice.test", destination)
    place = f"{alice.home}/mailboxes/carol@alice.test"

    answer = alice.post(place, FormAsSent(alice.get(place), place).fields | {"limit_mb": ["7"]})

    assert answer.status_code == 200
    assert world.mail.state("alice.test")["users"]["carol"]["forwardList"]["forwardList"] == [destination]


@pytest.mark.parametrize("name", [name for name in LOCAL_PARTS if name != "a..b"])
def test_a_mailbox_with_an_odd_name_can_be_reached_with_its_devices(world: World, alice: Visitor, name: str) -> None:
    address = f"{name}@alice.test"
    world.mail.mailbox("alice.test", name)
    place = first_link(alice.get("addresses/"), address)

    page, devices = alice.get(place), alice.get(f"{alice.home}/devices/{quote(address)}")

    assert says(page, f'data-address="{address}"')
    assert page.status_code == devices.status_code == 200
    assert says(devices, address)


def test_an_alias_with_a_slash_is_shown_and_leads_nowhere(alice: Visitor, elsewhere: Elsewhere) -> None:
    elsewhere.alias("a/b@alice.test", "carol@alice.test")

    page = alice.get("aliases/")

    assert says(page, "a/b@alice.test")
    assert not re.search(r'href="[^"]*(a/b|a%2Fb)', page.text)
