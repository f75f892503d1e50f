"""The whole life of a DKIM key, seen on its page and on the overview in another tab: both stay open."""

from playwright.sync_api import Frame, expect

from portal.sandbox.control import Running
from tests.browser.dns_world import SOON, WELL, Domain, becomes, tile, wanted
from tests.browser.portal_frame import opened
from tests.live import Live


def test_a_key_is_made_published_replaced_and_no_longer_used(
    alice: Frame, live: Live, mail: Running, domain: Domain
) -> None:
    domain.publish(live, *WELL)
    portal = opened(alice.page, live.service_page(domain.svc))
    tile(portal, "dkim").get_by_role("link").click()
    card = portal.locator("#dkim")
    becomes(card, "off")

    card.get_by_role("button", name="Enable DKIM").click()
    expect(portal.locator("#flash")).to_have_text("DKIM enabled.")
    expect(card).to_have_attribute("data-state", "waiting")
    overview = opened(alice.page.context.new_page(), live.service_page(domain.svc))
    expect(tile(overview, "dkim")).to_contain_text("Waiting for DNS")
    first = list(wanted(card))
    domain.publish(live, *WELL, *first)
    expect(card).to_have_attribute("data-state", "active", timeout=SOON)
    expect(card.get_by_role("status")).to_contain_text("Active")
    expect(tile(overview, "dkim")).to_contain_text("Active", timeout=SOON)
    assert signing_key(mail, domain)["isActive"]

    card.get_by_role("button", name="Make a new key").click()
    expect(card.get_by_role("heading", name="Replacing the key")).to_be_visible()
    expect(card).to_have_attribute("data-state", "active")
    second = list(wanted(card))
    assert signing_key(mail, domain)["selector"] in first[0]
    domain.publish(live, *WELL, *first, *second)
    expect(card.get_by_text("The key was replaced. Leave the record of the old one")).to_be_visible(timeout=SOON)
    expect(card).to_have_attribute("data-state", "active")
    assert list(wanted(card)) == second
    assert signing_key(mail, domain)["selector"] in second[0]

    expect(card.get_by_role("button", name="Disable DKIM")).to_be_hidden()
    card.locator("summary", has_text="Disable DKIM").click()
    card.get_by_role("button", name="Disable DKIM").click()
    expect(portal.locator("#flash")).to_have_text("DKIM disabled. Your messages are no longer signed.")
    expect(card).to_have_attribute("data-state", "disabled")
    assert mail.state(domain.name)["settings"]["enableDkimSigningDomainAdmin"] is False


def signing_key(mail: Running, domain: Domain) -> dict:
    """The key in use, as the mail server has it."""
    found: dict = mail.state(domain.name)["settings"]["domainKeysSettings"]
    return found
