"""The portal in a browser that runs no scripts but keeps cookies."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, FrameLocator, Locator, Page, expect

from portal.sandbox.control import Running
from portal.sandbox.dns.seeds import MX
from tests.browser.dns_world import WELL, Domain, becomes
from tests.live import Live

FIRST = "Str0ng!Enough-Word"
SECOND = "An0ther!Enough-Word"
# Until a question to DNS that was lost is asked again.
REPEATED = 2_500


@pytest.fixture
def page(new_context: Callable[..., BrowserContext], mail: Running) -> Page:
    return new_context(java_script_enabled=False).new_page()


@pytest.fixture
def portal(page: Page, live: Live) -> FrameLocator:
    """Alice's portal of alice.test."""
    return at(page, live, 101, "alice.test")


def at(page: Page, live: Live, svc: int, name: str) -> FrameLocator:
    page.goto(live.service_page(svc))
    page.get_by_role("button", name="Open the e-mail settings").click()
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", level=1)).to_have_text(name)
    return frame


def password_of(mail: Running, name: str) -> str:
    return mail.state("alice.test")["users"][name]["password"]


def test_every_card_can_be_opened_by_its_link(portal: FrameLocator) -> None:
    portal.locator("#usage a").click()

    expect(portal.get_by_text("disk space used", exact=True)).to_be_visible()

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
    portal.locator(".language summary").click()
    portal.get_by_role("button", name="Français").click()

    expect(portal.locator("#portal")).to_have_attribute("lang", "fr")


def test_each_dns_page_shows_what_was_found_meanwhile_and_looks_when_asked_to(
    page: Page, live: Live, domain: Domain
) -> None:
    records = ("mx", "spf", "dmarc", "autodiscover")
    domain.publish(live, "@ A 192.0.2.1")
    live.dns_faults({"name": domain.name, "kind": "timeout"})
    portal = at(page, live, domain.svc, domain.name)

    def open_page(record: str) -> Locator:
        portal.get_by_role("link", name="DNS", exact=True).click()
        portal.locator(f"#state-{record} a").click()
        return portal.locator(f"#{record}")

    for record in records:
        card = open_page(record)
        expect(card.get_by_text("Looking…")).to_be_visible()
        expect(card.get_by_role("link", name="Show what was found")).to_be_visible()
    live.dns_faults()
    page.wait_for_timeout(REPEATED)
    card.get_by_role("link", name="Show what was found").click()
    becomes(card, "missing")

    domain.publish(live, *WELL)
    for record in records:
        card = open_page(record)
        card.get_by_role("button", name="Check again").click()
        becomes(card, "ok")


def test_dkim_is_enabled_and_disabled(page: Page, live: Live, domain: Domain, mail: Running) -> None:
    domain.publish(live, MX)
    portal = at(page, live, domain.svc, domain.name)
    card = portal.locator("#dkim")
    portal.locator("#state-dkim a").click()

    card.get_by_role("button", name="Enable DKIM").click()
    expect(portal.get_by_text("DKIM enabled.")).to_be_visible()
    expect(card.get_by_text("v=DKIM1; k=rsa; p=").first).to_be_visible()
    assert mail.state(domain.name)["settings"]["enableDkimSigningDomainAdmin"]
    card.locator("summary", has_text="Disable DKIM").click()
    card.get_by_role("button", name="Disable DKIM").click()

    expect(portal.get_by_text("DKIM disabled.")).to_be_visible()
    assert not mail.state(domain.name)["settings"]["enableDkimSigningDomainAdmin"]


def test_a_dmarc_record_is_made_by_choices(portal: FrameLocator) -> None:
    portal.locator("#state-dmarc a").click()
    portal.get_by_role("radio", name="Refuse").check()

    portal.get_by_role("button", name="Show the record").click()

    expect(portal.locator("#dmarc-wanted-value")).to_have_text("v=DMARC1; p=reject; rua=mailto:dmarc@mailhost.test")


def test_the_link_to_a_question_of_the_help_opens_it(portal: FrameLocator) -> None:
    portal.get_by_role("link", name="My mail still goes to spam").click()

    expect(portal.get_by_text("Look whether SPF shows “Configured” on the overview.")).to_be_visible()
