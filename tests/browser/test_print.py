"""What is given away on paper."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, expect

from portal.sandbox.control import Running
from portal.sandbox.dns.seeds import MX
from tests.browser.dns_world import Domain, becomes
from tests.browser.portal_frame import create_mailbox, go, opened_by_link, sticks_out
from tests.live import Live

# Of MX, SPF, DKIM, DMARC and Autodiscover, which has two.
EACH_RECORD = ["MX", "TXT", "TXT", "TXT", "CNAME", "SRV"]


def pages(paper: bytes) -> int:
    """How many pages a PDF has."""
    return len(re.findall(rb"/Type\s*/Page\b", paper))


def test_the_sign_in_sheet_of_a_new_mailbox_prints_on_one_clean_page(
    new_context: Callable[..., BrowserContext], live: Live, mail: Running
) -> None:
    portal = opened_by_link(new_context().new_page(), live.link(101))
    password = create_mailbox(portal, "marie.dupont")

    portal.page.emulate_media(media="print")
    paper = portal.page.pdf(format="A4")

    assert pages(paper) == 1
    expect(portal.get_by_text("marie.dupont@alice.test", exact=True)).to_be_visible()
    expect(portal.locator("nav, button, a.btn, form").filter(visible=True)).to_have_count(0)
    assert password not in portal.locator("body").inner_text()


@pytest.mark.parametrize("language", ["english", "french"])
def test_the_records_of_a_domain_print_on_one_clean_page(
    new_context: Callable[..., BrowserContext], live: Live, mail: Running, domain: Domain, language: str
) -> None:
    domain.publish(live, MX)
    portal = opened_by_link(new_context().new_page(), live.link(domain.svc, language=language))
    go(portal, f"{domain.home}/dkim")
    portal.locator("#dkim form[action$=enable] button").click()
    becomes(portal.locator("#dkim"), "missing")
    go(portal, f"{domain.home}/deliverability/records")

    portal.page.emulate_media(media="print")
    papers = [portal.page.pdf(format=size) for size in ("A4", "Letter")]

    assert [pages(paper) for paper in papers] == [1, 1]
    expect(portal.locator("nav, button, a, form").filter(visible=True)).to_have_count(0)
    shown = portal.locator("[data-publish]").filter(visible=True)
    assert shown.evaluate_all("all => all.map(one => one.dataset.publish)") == EACH_RECORD
    assert sticks_out(portal) == []
