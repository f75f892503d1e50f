"""Texts in DNS that somebody chose to do harm, or to make a page unreadable, in a real browser."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Frame

from portal.sandbox.control import Running
from portal.sandbox.dns.seeds import MX
from tests.browser.axe import MOTIONLESS, finds
from tests.browser.dns_world import WELL, Domain, becomes, text_of
from tests.browser.portal_frame import go, in_column, opened, sticks_out, until
from tests.live import Live

RUN_ME = "<img src=x onerror=window.harmed=1><script>window.harmed=1</script>{{7*7}}"
UNSEEN = "\x01\x07\x08\x0b\x0c\x1b[31m\x7f\x85\u202e~all\u2066\u200b\ufeff"
LARGEST = 255 * 255

ZONES = {
    "markup": [f'@ TXT "v=spf1 {RUN_ME} ~all"', f'_dmarc TXT "v=DMARC1; p={RUN_ME}; rua=mailto:{RUN_ME}"'],
    "largest": [
        f"@ TXT {text_of('v=spf1 '.ljust(LARGEST, 'w'))}",
        f"_dmarc TXT {text_of('v=DMARC1;'.ljust(LARGEST, 'w'))}",
    ],
    "unseen": [f'@ TXT "v=spf1 include:{UNSEEN}.test ~all"', f'_dmarc TXT "v=DMARC1; p={UNSEEN}"'],
    "300-strings": ['@ TXT "v=spf1"' + "".join(f' " include:spf{number}.example.test"' for number in range(299))],
    "300-records": [f'@ TXT "v=spf1 include:spf{number}.example.test ~all"' for number in range(300)],
}
HIGHEST = 4000


@pytest.fixture(params=ZONES)
def portal(
    request: pytest.FixtureRequest,
    new_context: Callable[..., BrowserContext],
    live: Live,
    mail: Running,
    domain: Domain,
) -> Frame:
    domain.publish(live, MX, *ZONES[request.param])
    return opened(new_context(**MOTIONLESS).new_page(), live.service_page(domain.svc))


def test_texts_are_shown_never_run_and_the_pages_stay_as_they_should_be(
    portal: Frame, live: Live, domain: Domain
) -> None:
    dialogs: list[str] = []
    portal.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    wrong: dict[str, list[str]] = {}
    for path in ("", "spf", "dmarc", "deliverability/records"):
        go(portal, f"{domain.home}/{path}")
        for width in (825, 610, 375):
            in_column(portal, width)
            until(portal, "() => document.documentElement.scrollHeight === innerHeight")
            height = portal.evaluate("innerHeight")
            found = sticks_out(portal) + ([f"{height} px high"] if height > HIGHEST else [])
            if found:
                wrong[f"{path} at {width} px"] = found
        if found := finds(portal):
            wrong[f"{path} by axe"] = found
        shown = portal.locator("#portal").inner_text()
        assert not set("\u202e\u2066\u200b\ufeff\x1b\x07") & set(shown)

    assert wrong == {}
    assert dialogs == []
    assert portal.evaluate("window.harmed") is None
    go(portal, f"{domain.home}/spf")
    domain.publish(live, *WELL)
    portal.get_by_role("button", name="Check again").click()
    becomes(portal.locator("#spf"), "ok")
