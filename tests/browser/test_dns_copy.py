"""What a copy button puts on the clipboard is the exact text of its field, wherever the portal is."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Frame, expect

from portal.sandbox.control import Running
from portal.sandbox.dns.seeds import MX
from tests.browser.complaints import Complaints
from tests.browser.dns_world import Domain, becomes
from tests.browser.portal_frame import go, opened, opened_by_link
from tests.live import Live

# A page of a seller's own that frames the portal without letting it write to the clipboard.
WITHOUT_PERMISSION = """new MutationObserver(() => {
    for (const frame of document.querySelectorAll("iframe[allow]")) frame.removeAttribute("allow");
}).observe(document, {childList: true, subtree: true})"""
MAY_WRITE = "document.featurePolicy.allowsFeature('clipboard-write')"
# The clipboard answers only whoever has the focus.
PUT = "focus(), navigator.clipboard.writeText('what was copied before')"
READ = "focus(), navigator.clipboard.readText()"

LONGER_THAN_ONE_STRING = 400
SRV = {
    "host": "_autodiscover._tcp",
    "full": "_autodiscover._tcp.{domain}",
    "priority": "0",
    "weight": "0",
    "port": "443",
    "value": "mail.mailhost.test",
}


@pytest.fixture(params=["frame", "frame-without-permission", "window"])
def portal(
    request: pytest.FixtureRequest,
    new_context: Callable[..., BrowserContext],
    live: Live,
    mail: Running,
    domain: Domain,
    complaints: Complaints,
) -> Frame:
    domain.publish(live, MX)
    context = new_context()
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    if request.param == "window":
        return opened_by_link(page, live.link(domain.svc))
    if request.param == "frame-without-permission":
        complaints.expect("The Clipboard API has been blocked")
        page.add_init_script(WITHOUT_PERMISSION)
    portal = opened(page, live.service_page(domain.svc))
    assert portal.evaluate(MAY_WRITE) is (request.param == "frame")
    return portal


def copied(portal: Frame, record: str) -> dict[str, str]:
    """What the buttons beside the fields of a record put on the clipboard, one after the other."""
    found = {}
    for button in portal.locator(f"[data-publish] [data-copy-from^='#{record}-']").all():
        portal.page.evaluate(PUT)
        button.click()
        expect(button).to_have_text("Copied")
        field = (button.get_attribute("data-copy-from") or "").removeprefix(f"#{record}-")
        found[field] = portal.page.evaluate(READ)
    return found


def test_each_field_of_a_record_is_copied_as_it_is_to_be_entered(portal: Frame, mail: Running, domain: Domain) -> None:
    go(portal, f"{domain.home}/autodiscover")
    assert copied(portal, "autodiscover-2") == {name: text.format(domain=domain.name) for name, text in SRV.items()}
    go(portal, f"{domain.home}/dkim")
    portal.get_by_role("button", name="Enable DKIM").click()
    becomes(portal.locator("#dkim"), "missing")

    key = copied(portal, "dkim-1")

    made = mail.state(domain.name)["settings"]["domainKeysSettings"]["pending"]
    assert key == {
        "host": f"{made['selector']}._domainkey",
        "full": f"{made['selector']}._domainkey.{domain.name}",
        "value": f"v=DKIM1; k=rsa; p={made['publicKey']}",
    }
    assert len(key["value"]) > LONGER_THAN_ONE_STRING
