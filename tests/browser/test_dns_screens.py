"""axe looks at the DNS pages, and nothing sticks out: at each width, in light and dark, in both languages."""

import re
from collections.abc import Callable, Iterator
from itertools import cycle

import pytest
from playwright.sync_api import BrowserContext, Frame, expect

from portal.sandbox.control import Running
from tests.browser.axe import MOTIONLESS, finds
from tests.browser.dns_world import SOON, WELL, Domain, becomes, wanted
from tests.browser.portal_frame import at_width, go, opened, opened_by_link, sticks_out
from tests.live import Live

SCREENS = ("", "deliverability", "mx", "spf", "dkim", "dmarc", "autodiscover", "deliverability/records")
# Mail goes elsewhere too, SPF and DMARC are there twice, Autodiscover leads elsewhere.
UNWELL = (
    "@ MX 10 mail.mailhost.test.",
    "@ MX 5 mx.elsewhere.test.",
    '@ TXT "v=spf1 include:_spf.elsewhere.test ip4:192.0.2.7 -all"',
    '@ TXT "v=spf1 a mx ~all"',
    '_dmarc TXT "v=DMARC1; p=reject"',
    '_dmarc TXT "v=DMARC1; p=none; pct=50; rua=mailto:reports@elsewhere.test"',
    "autodiscover CNAME mx.elsewhere.test.",
    "_autodiscover._tcp SRV 0 0 8443 mx.elsewhere.test.",
)
WIDTHS = (825, 610, 375)


@pytest.fixture(params=["light-frame-english", "dark-window-french"])
def portal(
    request: pytest.FixtureRequest,
    new_context: Callable[..., BrowserContext],
    live: Live,
    mail: Running,
    domain: Domain,
) -> Frame:
    """Open on the page of DKIM, which was just enabled; everything else is wrong."""
    domain.publish(live, *UNWELL)
    theme, where, language = request.param.split("-")
    page = new_context(color_scheme=theme, **MOTIONLESS).new_page()
    if where == "frame":
        portal = opened(page, live.service_page(domain.svc, language=language))
    else:
        portal = opened_by_link(page, live.link(domain.svc, language=language))
    go(portal, f"{domain.home}/dkim")
    portal.locator("#dkim form[action$=enable] button").click()
    becomes(portal.locator("#dkim"), "missing")
    return portal


def wrong(portal: Frame, domain: Domain, verdicts: str) -> Iterator[str]:
    """What is wrong with each page as it is now, which looks again until its records are as they are expected."""
    for width, screen in zip(cycle(WIDTHS), SCREENS):
        go(portal, f"{domain.home}/{screen}")
        for card in portal.locator("[data-record][data-verdict]").all():
            expect(card).to_have_attribute("data-verdict", re.compile(verdicts), timeout=SOON)
        portal.locator("#deliverability details, .dns-record details").evaluate_all(
            "all => all.forEach(one => one.open = true)"
        )
        for other in WIDTHS:
            at_width(portal, other)
            yield from (f"{screen} at {other} px: {line}" for line in sticks_out(portal))
        at_width(portal, width)
        yield from (f"{screen} at {width} px: {line}" for line in finds(portal))


def test_nothing_is_wrong_with_the_pages_of_a_domain_that_is_all_wrong_and_then_all_right(
    portal: Frame, domain: Domain, live: Live
) -> None:
    key = list(wanted(portal.locator("#dkim")))

    domain.publish(live, *UNWELL, *(line.replace("p=MII", "p=MIX") for line in key))
    assert list(wrong(portal, domain, "wrong|conflict")) == []
    domain.publish(live, *WELL, *key)
    assert list(wrong(portal, domain, "ok")) == []
