"""Another domain for the same mailboxes, at the widths a frame has: refused, proved, added and removed again."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Frame, expect

from portal.sandbox.control import Running
from tests.browser.complaints import Complaints
from tests.browser.portal_frame import WINDOWS, loaded, opened, sticks_out
from tests.live import Live

NAME = "alice-club.test"


def submit(portal: Frame, name: str) -> None:
    portal.get_by_label("Domain", exact=True).fill(name)
    portal.locator("#domain-aliases button[type=submit]").click()


@pytest.mark.parametrize("width", [825, 375])
def test_a_domain_is_refused_proved_added_and_removed(
    new_context: Callable[..., BrowserContext], live: Live, mail: Running, complaints: Complaints, width: int
) -> None:
    complaints.expect_status(422)
    live.publish(NAME, "@ MX 10 mx.elsewhere.test.")
    context = new_context(viewport={"width": WINDOWS[width], "height": 900})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    portal = opened(context.new_page(), live.service_page(101))
    card = portal.locator("#domain-aliases")
    expect(card.locator("[data-used]")).to_have_text("0 / 3")
    card.get_by_role("link", name="Add a domain").click()

    submit(portal, f"https://{NAME.upper()}/")
    expect(portal.locator("#proof-host")).to_have_text(f"_domain-verification.{NAME}")
    value = portal.locator("#proof-value").inner_text()
    portal.locator("#proof-value + button").click()
    expect(portal.locator("#proof-value + button")).to_have_text("Copied")
    assert sticks_out(portal) == []

    live.publish(NAME, f'@ MX 10 mx.elsewhere.test.\n_domain-verification TXT "{value}"')
    portal.get_by_role("button", name="Check again").click()
    expect(portal.locator("#flash")).to_have_text(f"Domain alias {NAME} added.")
    expect(card.locator("[data-used]")).to_have_text("1 / 3")
    assert mail.state("alice.test")["domain_aliases"] == [NAME]

    card.get_by_role("link", name=NAME).click()
    portal.get_by_label("Type the domain to confirm").fill("alice-shop.test")
    portal.get_by_role("button", name="Remove domain alias").click()
    expect(portal.get_by_role("alert")).to_contain_text("Type the whole domain to confirm.")
    assert sticks_out(portal) == []
    portal.get_by_label("Type the domain to confirm").fill(NAME)
    portal.get_by_role("button", name="Remove domain alias").click()
    expect(portal.locator("#flash")).to_have_text(f"Domain alias {NAME} removed.")
    loaded(portal)
    expect(card.get_by_text("No domain aliases yet.")).to_be_visible()
    assert mail.state("alice.test")["domain_aliases"] == []
