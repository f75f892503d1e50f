"""The portal in a browser that runs no scripts but keeps cookies."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, FrameLocator, expect

from portal.sandbox.control import Running
from tests.live import Live

FIRST = "Str0ng!Enough-Word"
SECOND = "An0ther!Enough-Word"


@pytest.fixture
def portal(new_context: Callable[..., BrowserContext], live: Live, mail: Running) -> FrameLocator:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(live.service_page(101))
    page.get_by_role("button", name="Open the e-mail settings").click()
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", level=1)).to_have_text("alice.test")
    return frame


def password_of(mail: Running, name: str) -> str:
    return mail.state("alice.test")["users"][name]["password"]


def test_every_card_can_be_opened_by_its_link(portal: FrameLocator) -> None:
    portal.locator("#usage a").click()

    expect(portal.get_by_text("disk space used")).to_be_visible()

    portal.get_by_role("link", name="Overview").click()
    portal.locator("#addresses a").click()

    expect(portal.locator("tr[data-address]")).to_have_count(50)


def test_the_list_is_searched_and_paged(portal: FrameLocator) -> None:
    portal.get_by_role("link", name="Addresses").first.click()
    portal.get_by_role("link", name="Next").click()

    expect(portal.get_by_text("51–100 of")).to_be_visible()

    portal.get_by_role("searchbox").fill("adele.dupont")
    portal.get_by_role("button", name="Search").click()

    expect(portal.locator("tr[data-address]")).to_have_count(1)


def test_a_mailbox_is_made_changed_and_deleted(portal: FrameLocator, mail: Running) -> None:
    portal.get_by_role("link", name="Addresses").first.click()
    portal.get_by_role("link", name="New email address").click()
    portal.get_by_label("Username").fill("nora.noscript")
    portal.get_by_label("New password", exact=True).fill(FIRST)
    portal.get_by_label("New password, again").fill(FIRST)
    portal.get_by_role("button", name="Create mailbox").click()
    expect(portal.get_by_role("heading", name="Mailbox created")).to_be_visible()

    assert password_of(mail, "nora.noscript") == FIRST

    portal.get_by_role("link", name="Open its settings").click()
    portal.get_by_label("New password", exact=True).fill(SECOND)
    portal.get_by_label("New password, again").fill(SECOND)
    portal.get_by_role("button", name="Change password").click()
    expect(portal.get_by_text("The password of nora.noscript@alice.test was changed.")).to_be_visible()

    assert password_of(mail, "nora.noscript") == SECOND

    portal.get_by_role("link", name="Addresses").first.click()
    portal.get_by_role("searchbox").fill("nora.noscript")
    portal.get_by_role("button", name="Search").click()
    portal.get_by_role("link", name="nora.noscript@alice.test").click()
    portal.get_by_label("Type the address to confirm").fill("nora.noscript@alice.test")
    portal.get_by_role("button", name="Delete mailbox").click()
    expect(portal.get_by_text("Mailbox nora.noscript@alice.test deleted.")).to_be_visible()

    assert "nora.noscript" not in mail.state("alice.test")["users"]


def test_the_language_is_changed(portal: FrameLocator) -> None:
    portal.get_by_role("button", name="Français").click()

    expect(portal.locator("#portal")).to_have_attribute("lang", "fr")
