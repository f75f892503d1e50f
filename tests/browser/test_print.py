"""What a new mailbox's user is given on paper."""

import re
from collections.abc import Callable

from playwright.sync_api import BrowserContext, expect

from portal.sandbox.control import Running
from tests.browser.portal_frame import create_mailbox, opened_by_link
from tests.live import Live


def test_the_sign_in_sheet_of_a_new_mailbox_prints_on_one_clean_page(
    new_context: Callable[..., BrowserContext], live: Live, mail: Running
) -> None:
    portal = opened_by_link(new_context().new_page(), live.link(101))
    password = create_mailbox(portal, "marie.dupont")

    portal.page.emulate_media(media="print")
    paper = portal.page.pdf(format="A4")

    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1
    expect(portal.get_by_text("marie.dupont@alice.test", exact=True)).to_be_visible()
    expect(portal.locator("nav, button, a.btn, form").filter(visible=True)).to_have_count(0)
    assert password not in portal.locator("body").inner_text()
