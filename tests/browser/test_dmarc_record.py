"""The generator of DMARC records while somebody chooses and types, on a page that looks again by itself."""

import pytest
from playwright.sync_api import Frame, expect

from portal.sandbox.dns.seeds import MX
from tests.browser.complaints import Complaints
from tests.browser.dns_world import Domain, becomes
from tests.browser.portal_frame import go, loaded, opened
from tests.live import Live


@pytest.fixture
def portal(alice: Frame, live: Live, domain: Domain) -> Frame:
    """A page without a record, which looks again every second."""
    domain.publish(live, MX)
    portal = opened(alice.page, live.service_page(domain.svc))
    go(portal, f"{domain.home}/dmarc")
    becomes(portal.locator("#dmarc"), "missing")
    return portal


def looks_again(portal: Frame) -> None:
    """Wait until the page has looked by itself, and shown what it found."""
    again = portal.locator("#dmarc > [hx-get*='turn=']")
    shown = again.get_attribute("id") or ""
    expect(again).not_to_have_attribute("id", shown)
    loaded(portal)


def test_each_choice_changes_the_record_at_once_and_a_look_does_not_undo_it(portal: Frame, domain: Domain) -> None:
    record = portal.locator("#dmarc-wanted-value")

    portal.get_by_role("radio", name="Refuse").check()
    expect(record).to_have_text("v=DMARC1; p=reject; rua=mailto:dmarc@mailhost.test")
    portal.get_by_text("More choices").click()
    portal.locator("#subdomains").focus()
    portal.locator("#subdomains").select_option("quarantine")
    expect(record).to_have_text("v=DMARC1; p=reject; sp=quarantine; rua=mailto:dmarc@mailhost.test")
    expect(portal.locator("#subdomains")).to_be_focused()
    looks_again(portal)

    expect(record).to_have_text("v=DMARC1; p=reject; sp=quarantine; rua=mailto:dmarc@mailhost.test")
    expect(portal.get_by_role("radio", name="Refuse")).to_be_checked()
    expect(portal.locator("#subdomains")).to_have_value("quarantine")
    expect(portal.locator("#subdomains")).to_be_focused()


def test_somebody_who_types_an_address_is_not_disturbed(portal: Frame, domain: Domain, complaints: Complaints) -> None:
    complaints.expect_status(422)
    keyboard = portal.page.keyboard
    field = portal.get_by_role("textbox", name="Send daily summaries to 1")
    field.focus()
    keyboard.press("ControlOrMeta+a")

    keyboard.type("reports@")
    expect(portal.locator("#dmarc-wanted")).to_have_text("These are no e-mail addresses: reports@")
    looks_again(portal)
    keyboard.type(domain.name)
    expect(portal.locator("#dmarc-wanted-value")).to_have_text(f"v=DMARC1; p=none; rua=mailto:reports@{domain.name}")
    looks_again(portal)

    expect(field).to_be_focused()
    expect(field).to_have_value(f"reports@{domain.name}")


def test_one_address_more_and_one_less_change_the_record(portal: Frame, domain: Domain) -> None:
    record = portal.locator("#dmarc-wanted-value")
    portal.get_by_role("button", name="One more").first.click()

    portal.page.keyboard.type(f"reports@{domain.name}")
    expect(record).to_have_text(f"v=DMARC1; p=none; rua=mailto:dmarc@mailhost.test,mailto:reports@{domain.name}")
    portal.get_by_role("button", name="Remove").first.click()

    expect(record).to_have_text(f"v=DMARC1; p=none; rua=mailto:reports@{domain.name}")


def test_what_is_open_stays_open_when_the_page_looks_again(portal: Frame, domain: Domain) -> None:
    portal.get_by_text("More choices").click()
    portal.get_by_text("Step by step").click()

    looks_again(portal)

    expect(portal.locator("#dmarc-more")).to_have_attribute("open", "")
    expect(portal.locator("#dmarc-guide")).not_to_have_attribute("open", "")
