"""The address bar: Back leaves WHMCS's page in one step, and works inside a window of its own."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Frame, expect

from portal.sandbox.control import Running
from portal.sandbox.dns.seeds import MX, SPF
from tests.browser.dns_world import WELL, Domain, becomes, tile
from tests.browser.portal_frame import create_mailbox, loaded, opened, opened_by_link
from tests.live import Live

FORWARDS = "type=forward"


def wander(portal: Frame) -> None:
    """Overview, forwards, their second page's worth of a search, a mailbox."""
    portal.get_by_role("link", name="Addresses", exact=True).click()
    loaded(portal)
    portal.get_by_role("link", name="Forwards").click()
    expect(portal.locator("[data-kind=mailbox]")).to_have_count(0)


def kinds(portal: Frame) -> set[str]:
    return set(portal.locator("[data-kind]").evaluate_all("rows => rows.map(row => row.dataset.kind)"))


def test_in_the_frame_the_lists_state_stands_in_the_address_and_back_leaves_in_one_step(
    new_context: Callable[..., BrowserContext], live: Live, mail: Running
) -> None:
    page = new_context().new_page()
    page.goto(f"{live.whmcs['northwind']}/clientarea.php")
    portal = opened(page, live.service_page(101))
    wander(portal)
    portal.get_by_role("searchbox").fill("alias")
    expect(portal.locator("[data-kind]")).to_have_count(10)
    create_mailbox(portal, "back.and.away")

    page.go_back()

    assert page.url == f"{live.whmcs['northwind']}/clientarea.php"


def test_in_the_frame_a_reload_shows_the_list_as_it_was(alice: Frame) -> None:
    wander(alice)
    assert FORWARDS in alice.url

    with alice.expect_navigation():
        alice.evaluate("location.reload()")

    loaded(alice)
    assert kinds(alice) == {"forward"}


def test_reloading_whmcs_opens_the_portal_anew(alice: Frame) -> None:
    page = alice.page
    wander(alice)

    page.reload()

    expect(page.frame_locator("iframe").get_by_role("heading", name="Usage")).to_be_visible()


def test_in_a_window_back_forward_and_reload_work(
    new_context: Callable[..., BrowserContext], live: Live, mail: Running
) -> None:
    page = new_context().new_page()
    portal = opened_by_link(page, live.link(101))
    wander(portal)
    portal.get_by_role("link", name="EAS").first.click()
    expect(portal.locator("[data-kind]")).to_have_count(0)

    page.go_back()
    expect(portal.locator("[data-kind]")).to_have_count(10)
    assert kinds(portal) == {"forward"}
    page.go_back()
    expect(portal.locator("[data-kind]")).to_have_count(50)
    page.go_back()
    expect(portal.get_by_role("heading", name="Usage")).to_be_visible()
    page.go_forward()
    page.go_forward()
    expect(portal.locator("[data-kind]")).to_have_count(10)
    page.reload()
    loaded(portal)

    assert kinds(portal) == {"forward"}


def test_in_the_frame_a_dns_page_that_looks_again_keeps_its_own_address_and_back_leaves_in_one_step(
    new_context: Callable[..., BrowserContext], live: Live, mail: Running, domain: Domain
) -> None:
    domain.publish(live, MX)
    page = new_context().new_page()
    page.goto(f"{live.whmcs['northwind']}/clientarea.php")
    portal = opened(page, live.service_page(domain.svc))
    tile(portal, "spf").get_by_role("link").click()
    becomes(portal.locator("#spf"), "missing")
    domain.publish(live, MX, SPF)
    becomes(portal.locator("#spf"), "ok")

    assert urlsplit(portal.url)[2:] == (f"{domain.home}/spf", "", "")
    page.go_back()

    assert page.url == f"{live.whmcs['northwind']}/clientarea.php"


def test_in_a_window_back_and_forward_lead_through_the_dns_pages(
    new_context: Callable[..., BrowserContext], live: Live, mail: Running, domain: Domain
) -> None:
    domain.publish(live, MX)
    page = new_context().new_page()
    portal = opened_by_link(page, live.link(domain.svc))
    tile(portal, "spf").get_by_role("link").click()
    becomes(portal.locator("#spf"), "missing")
    portal.get_by_role("link", name="All DNS records").click()
    becomes(tile(portal, "dmarc"), "missing")
    tile(portal, "dmarc").get_by_role("link").click()
    becomes(portal.locator("#dmarc"), "missing")

    page.go_back()
    becomes(tile(portal, "spf"), "missing")
    page.go_back()
    becomes(portal.locator("#spf"), "missing")
    domain.publish(live, *WELL)
    becomes(portal.locator("#spf"), "ok")
    page.go_forward()
    becomes(tile(portal, "spf"), "ok")
    page.go_forward()
    becomes(portal.locator("#dmarc"), "ok")

    expect(portal.locator("#spf")).to_have_count(0)


@pytest.mark.parametrize("where", ["frame", "window"])
def test_the_link_to_a_question_of_the_help_opens_it(
    new_context: Callable[..., BrowserContext], live: Live, mail: Running, where: str
) -> None:
    page = new_context().new_page()
    portal = opened(page, live.service_page(101)) if where == "frame" else opened_by_link(page, live.link(101))

    portal.get_by_role("link", name="My mail still goes to spam").click()

    expect(portal.get_by_text("Look whether SPF shows “Configured” on the overview.")).to_be_visible()
    expect(portal.locator("#still-spam summary")).to_be_focused()
    expect(portal.locator("#help details[open]")).to_have_count(1)
