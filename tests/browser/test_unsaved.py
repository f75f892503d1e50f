"""What was typed and is not saved yet: shown once, named in the save bar, and still there after other acts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Frame, expect

from portal.sandbox.control import Running
from tests.browser.axe import MOTIONLESS, finds
from tests.browser.complaints import Complaints
from tests.browser.portal_frame import HOME, go, loaded, opened
from tests.live import Live

BRUNO = f"{HOME}/mailboxes/bruno.arnaud@alice.test"
FORWARDING = "settings/domain/post-mailbox-forward-list"


@pytest.fixture
def bruno(new_context: Callable[..., BrowserContext], live: Live, mail: Running) -> Frame:
    """Alice's portal at the page of bruno.arnaud@alice.test, whose one alias is alias00002."""
    portal = opened(new_context(**MOTIONLESS).new_page(), live.service_page(101))
    go(portal, f"{HOME}/addresses/?refresh=1")
    go(portal, BRUNO)
    return portal


def lines(portal: Frame, name: str) -> list[str]:
    """What stands in a list of addresses, line by line."""
    return (
        portal.get_by_role("group", name=name).get_by_role("textbox").evaluate_all("all => all.map(one => one.value)")
    )


def add(portal: Frame, name: str, text: str) -> None:
    """Type an address into a line of its own."""
    group = portal.get_by_role("group", name=name)
    group.get_by_role("button", name="One more").click()
    group.get_by_role("textbox").last.fill(text)


def save(portal: Frame) -> None:
    portal.get_by_role("button", name="Save").click()
    loaded(portal)


def test_a_question_about_a_name_in_use_leaves_each_typed_line_once(bruno: Frame, complaints: Complaints) -> None:
    complaints.expect_status(422)
    add(bruno, "Aliases", "zz")
    add(bruno, "Aliases", "alias00001")

    save(bruno)

    expect(bruno.get_by_text("Some of these names are in use as aliases already.")).to_be_visible()
    assert lines(bruno, "Aliases") == ["alias00002", "zz", "alias00001", ""]
    assert finds(bruno) == []


def test_saying_yes_to_the_question_lets_the_alias_lead_here_too(
    bruno: Frame, mail: Running, complaints: Complaints
) -> None:
    complaints.expect_status(422)
    add(bruno, "Aliases", "alias00001")
    save(bruno)

    bruno.get_by_label("alias00001@alice.test leads to").check()
    save(bruno)

    expect(bruno.get_by_text("Saved.")).to_be_visible()
    assert lines(bruno, "Aliases") == ["alias00001", "alias00002", ""]
    kept = mail.state("alice.test")["aliases"]["alias00001"]["aliasTargetList"]
    assert kept == ["adele.arnaud@alice.test", "bruno.arnaud@alice.test"]


def test_after_a_save_in_part_the_bar_names_what_is_left_and_saving_again_finishes_it(
    bruno: Frame, mail: Running, complaints: Complaints
) -> None:
    complaints.expect_status(422)
    bruno.get_by_label("Display name").fill("Bruno B.")
    add(bruno, "Forward to", "bruno@example.net")
    mail.faults({"path": FORWARDING, "kind": "refuse"})
    save(bruno)
    expect(bruno.get_by_text("Not everything was saved.")).to_be_focused()
    expect(bruno.locator(".outcomes li")).to_have_text(
        ["Settings: saved", "Forwarding: not saved: the mail server refused"]
    )
    assert finds(bruno) == []
    expect(bruno.locator("[data-save-note]")).to_have_text("1 change: Forward to")
    mail.faults()

    save(bruno)

    expect(bruno.get_by_text("Saved.")).to_be_visible()
    expect(bruno.locator(".save-bar")).to_be_hidden()
    kept = mail.state("alice.test")["users"]["bruno.arnaud"]
    assert (kept["userData"]["fullName"], kept["forwardList"]["forwardList"]) == ("Bruno B.", ["bruno@example.net"])


def test_what_was_typed_survives_setting_a_password(bruno: Frame) -> None:
    bruno.get_by_label("Display name").fill("Unsaved")
    add(bruno, "Aliases", "unsaved")
    bruno.get_by_role("button", name="Change password").click()
    window = bruno.get_by_role("dialog")
    window.get_by_role("button", name="Generate a password").click()
    assert finds(bruno) == []
    window.get_by_role("button", name="Change password").click()
    expect(window.get_by_text("was changed")).to_be_focused()

    window.get_by_role("button", name="Close").click()

    expect(bruno.get_by_label("Display name")).to_have_value("Unsaved")
    assert lines(bruno, "Aliases") == ["alias00002", "", "unsaved"]
    expect(bruno.locator("[data-save-note]")).to_have_text("2 changes: Display name and Aliases")


def test_the_lines_of_a_list_are_numbered_as_they_stand(bruno: Frame) -> None:
    aliases = bruno.get_by_role("group", name="Aliases")
    aliases.get_by_role("button", name="One more").click()

    aliases.get_by_role("button", name="Remove").first.click()
    aliases.get_by_role("button", name="One more").click()

    labels = aliases.get_by_role("textbox").evaluate_all("all => all.map(one => one.ariaLabel)")
    assert labels == ["Aliases 1", "Aliases 2", "Aliases 3"]
