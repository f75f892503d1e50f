"""Who comes and from where: two services at once, people who may only look, staff, and the notice of a suspension."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from portal.sandbox.control import Running
from tests.browser.complaints import Complaints
from tests.browser.portal_frame import create_mailbox, frame_of, go, loaded, opened, speak
from tests.live import Live

LIFETIME = 80_000


@pytest.fixture
def context(new_context: Callable[..., BrowserContext], mail: Running) -> BrowserContext:
    return new_context()


def sign_on_page(context: BrowserContext, whmcs: str) -> Page:
    """Click the link of a WHMCS staff page that opens the portal in a window of its own."""
    page = context.new_page()
    page.goto(whmcs)
    with page.expect_popup() as popup:
        page.locator("a[target=_blank]").last.click()
    popup.value.locator("#handoff button").wait_for()
    return popup.value


def test_two_services_in_two_tabs_stay_apart_also_when_reloaded(
    context: BrowserContext, live: Live, mail: Running
) -> None:
    first = opened(context.new_page(), live.service_page(101))
    second = opened(context.new_page(), live.service_page(102))
    create_mailbox(first, "tab.one")
    create_mailbox(second, "tab.two")

    assert "tab.one" in mail.state("alice.test")["users"]
    assert "tab.two" in mail.state("alice-shop.test")["users"]

    for portal, domain in ((first, "alice.test"), (second, "alice-shop.test")):
        with portal.expect_navigation():
            portal.evaluate("location.reload()")
        expect(portal.get_by_role("heading", level=1)).to_have_text(domain)
        portal.page.reload()
        expect(frame_of(portal.page).get_by_role("heading", level=1)).to_have_text(domain)


def test_somebody_who_may_only_look_is_offered_nothing_to_change(context: BrowserContext, live: Live) -> None:
    portal = opened(context.new_page(), live.service_page(101, who="marc"))
    expect(portal.get_by_text("You can look at this service but not change it.")).to_be_visible()
    expect(portal.get_by_role("link", name="New email address")).to_have_count(0)

    portal.get_by_role("link", name="adele.arnaud@alice.test").click()

    expect(portal.get_by_role("heading", name="adele.arnaud@alice.test")).to_be_visible()
    expect(portal.locator("form:not(.language form)")).to_have_count(0)
    expect(portal.locator("main button, main input")).to_have_count(0)


def test_an_admins_window_says_who_acts_for_whom(context: BrowserContext, live: Live) -> None:
    page = sign_on_page(context, live.admin_page(101))

    page.locator("#handoff button").click()

    expect(page.locator(".banner")).to_contain_text("Nora Ward (admin) for alice.test")
    loaded(page.main_frame)
    assert create_mailbox(page.main_frame, "made.by.nora")


def test_looking_at_a_sign_on_link_spends_nothing(context: BrowserContext, live: Live) -> None:
    first, second = context.new_page(), context.new_page()
    first.goto(live.admin_page(101))
    link = first.locator("a[href*='#']").get_attribute("href")
    assert link is not None

    for page in (first, second):
        page.goto(link)
        page.locator("#handoff button").wait_for()
        assert "#" not in page.url
    second.locator("#handoff button").click()

    expect(second.get_by_role("heading", level=1)).to_have_text("alice.test")
    loaded(second.main_frame)


def test_a_spent_link_is_refused_with_one_sentence(context: BrowserContext, live: Live, complaints: Complaints) -> None:
    complaints.expect_status(403)
    page = context.new_page()
    page.goto(live.admin_page(101))
    link = page.locator("a[href*='#']").get_attribute("href")
    assert link is not None
    page.goto(link)
    page.locator("#handoff button").click()
    loaded(page.main_frame)
    context.clear_cookies()

    page.goto(link)
    page.locator("#handoff button").click()

    expect(page.locator("[data-refused=expired]")).to_be_visible()
    expect(page.locator("main p:not(.brand-name)")).to_have_count(1)


def test_a_sign_on_page_expires_by_itself(context: BrowserContext, live: Live) -> None:
    page = context.new_page()
    page.goto(live.admin_page(101))
    page.clock.install()
    page.goto(page.locator("a[href*='#']").get_attribute("href") or "")
    expect(page.get_by_role("button")).to_have_count(1)

    page.clock.fast_forward(LIFETIME)

    expect(page.get_by_role("alert")).to_have_text("This link has expired. Click again in WHMCS.")
    expect(page.get_by_role("button")).to_have_count(0)
    assert page.locator("[name=token]").input_value() == ""


def test_an_operator_sees_the_console(context: BrowserContext, live: Live) -> None:
    page = sign_on_page(context, live.servers_page())

    page.locator("#handoff button").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Northwind Hosting")
    expect(page.locator("[data-service='northwind-101']")).to_contain_text("alice.test")
    page.get_by_role("link", name="Mail servers").click()
    expect(page.locator("[data-server]")).to_contain_text(["answers", "answers"])


def test_a_suspended_service_shows_a_notice(context: BrowserContext, live: Live) -> None:
    page = context.new_page()

    page.goto(live.service_page(103))

    portal = frame_of(page)
    expect(portal.get_by_role("heading", name="This service is suspended")).to_be_visible()
    expect(portal.get_by_role("link", name="Contact support")).to_be_visible()


def test_the_language_comes_from_whmcs_and_is_changed_with_a_click(context: BrowserContext, live: Live) -> None:
    portal = opened(context.new_page(), live.service_page(101, language="french"))
    expect(portal.locator("#portal")).to_have_attribute("lang", "fr")

    speak(portal, "English")

    expect(portal.locator("#portal")).to_have_attribute("lang", "en")
    loaded(portal)
    go(portal, "/s/northwind-101/addresses/")
    expect(portal.locator("html")).to_have_attribute("lang", "en")
