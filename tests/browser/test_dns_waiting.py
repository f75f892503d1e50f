"""DNS changes while a page is open: the page finds out by itself, and leaves off when there is nothing to wait for."""

import time
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Frame, Page, Request, expect

from portal.sandbox.dns.seeds import MX, SPF
from tests.browser.dns_world import RECORDS, WELL, Domain, becomes, tile, wanted
from tests.browser.portal_frame import frame_of, go, loaded, opened
from tests.live import Live

MINUTE = 60_000
# As many looks as make ten minutes, one a second.
LAST_LOOK = 600
TOGETHER = "Set up SPF and DKIM together: about ten minutes, once."
DEAD = {"name": "", "kind": "timeout"}
# Longer than the portal waits for any answer of DNS.
LONGEST_LOOK = 15


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    page = new_context().new_page()
    page.clock.install()
    return page


def asked_in_a_minute(portal: Frame) -> list[str]:
    """What the page asks for by itself when a minute passes."""
    sent: list[str] = []

    def note(request: Request) -> None:
        sent.append(urlsplit(request.url).path)

    portal.page.on("request", note)
    portal.page.clock.fast_forward(MINUTE)
    portal.page.wait_for_timeout(500)
    portal.page.remove_listener("request", note)
    return sent


def test_an_open_spf_page_turns_to_configured_by_itself_and_then_rests(page: Page, live: Live, domain: Domain) -> None:
    domain.publish(live, MX)
    portal = opened(page, live.service_page(domain.svc))
    go(portal, f"{domain.home}/spf")
    card = portal.locator("#spf")
    becomes(card, "missing")

    domain.publish(live, MX, SPF)

    becomes(card, "ok")
    expect(card.get_by_role("status")).to_contain_text("Configured")
    assert asked_in_a_minute(portal) == []


def test_a_page_whose_record_never_comes_leaves_off_after_ten_minutes(page: Page, live: Live, domain: Domain) -> None:
    domain.publish(live, MX)
    portal = opened(page, live.service_page(domain.svc))
    go(portal, f"{domain.home}/spf?turn={LAST_LOOK - 1}")
    expect(portal.get_by_text("every second for ten minutes")).to_be_visible()

    expect(portal.get_by_text("every second for ten minutes")).to_have_count(0)

    becomes(portal.locator("#spf"), "missing")
    assert asked_in_a_minute(portal) == []


def test_the_tiles_of_the_overview_turn_by_themselves_one_by_one_and_then_rest(
    page: Page, live: Live, domain: Domain
) -> None:
    domain.publish(live, MX)
    portal = opened(page, live.service_page(domain.svc))
    for record, verdict in zip(RECORDS, ("ok", "missing", "off", "missing", "missing"), strict=True):
        becomes(tile(portal, record), verdict)
    expect(portal.get_by_text(TOGETHER)).to_be_visible()

    domain.publish(live, MX, SPF)
    becomes(tile(portal, "spf"), "ok")
    becomes(tile(portal, "dmarc"), "missing")
    domain.publish(live, *WELL)

    becomes(tile(portal, "dmarc"), "ok")
    becomes(tile(portal, "autodiscover"), "ok")
    assert asked_in_a_minute(portal) == []


def test_the_sentence_about_spf_and_dkim_stands_there_only_while_one_of_them_asks_for_it(
    page: Page, live: Live, domain: Domain
) -> None:
    domain.publish(live, *WELL)
    portal = opened(page, live.service_page(domain.svc))
    becomes(tile(portal, "dkim"), "off")
    expect(portal.get_by_text(TOGETHER)).to_be_visible()
    go(portal, f"{domain.home}/dkim")
    portal.get_by_role("button", name="Enable DKIM").click()
    becomes(portal.locator("#dkim"), "missing")
    domain.publish(live, *WELL, *wanted(portal.locator("#dkim")))
    becomes(portal.locator("#dkim"), "ok")

    portal.get_by_role("link", name="All DNS records").click()

    becomes(tile(portal, "dkim"), "ok")
    becomes(tile(portal, "spf"), "ok")
    expect(portal.get_by_text(TOGETHER)).to_be_hidden()


@pytest.mark.parametrize("resolver", ["alive", "dead"])
def test_the_overview_begins_before_anything_is_asked_of_dns(
    page: Page, live: Live, domain: Domain, resolver: str
) -> None:
    domain.publish(live, *WELL)
    live.dns_faults(*([DEAD] if resolver == "dead" else []))

    with page.expect_response(lambda answer: urlsplit(answer.url).path.startswith("/sso/")) as overview:
        page.goto(live.service_page(domain.svc))

    expect(page.frame_locator("iframe").locator("#usage progress, #usage .figures").first).to_be_visible()
    timing = overview.value.request.timing
    deadline = time.monotonic() + 5
    while not (asked := live.questions(domain.name)):
        assert time.monotonic() < deadline
    assert (timing["startTime"] + timing["responseStart"]) / 1000 < min(question["at"] for question in asked)


def test_with_a_dead_resolver_the_overview_is_there_and_each_tile_says_that_it_could_not_look_until_it_can(
    page: Page, live: Live, domain: Domain
) -> None:
    domain.publish(live, *WELL)
    live.dns_faults(DEAD)

    page.goto(live.service_page(domain.svc))

    portal = frame_of(page)
    expect(portal.get_by_text("No mailboxes yet.")).to_be_visible()
    expect(portal.get_by_text("Looking…").filter(visible=True)).to_have_count(4)
    given_up: set[str] = set()
    deadline = time.monotonic() + LONGEST_LOOK
    while len(given_up) < 4:
        assert time.monotonic() < deadline, f"only these gave up: {given_up}"
        tiles = portal.locator("[data-record]", has_text="Could not look")
        given_up.update(tiles.evaluate_all("all => all.map(one => one.dataset.record)"))
        page.wait_for_timeout(100)
    expect(tile(portal, "dkim")).to_contain_text("Off")

    live.dns_faults()

    becomes(tile(portal, "mx"), "ok")
    becomes(tile(portal, "dmarc"), "ok")
    loaded(portal)
