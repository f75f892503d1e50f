"""Every page in a language that is two fifths longer and all accents: nothing is cut off, and nothing stays English."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Frame, Page

from portal import pseudo
from portal.sandbox.control import Running
from tests.browser.axe import MOTIONLESS
from tests.browser.portal_frame import frame_of, go, in_column, loaded, opened, opened_by_link, sticks_out
from tests.live import Live

HOME = "/s/northwind-101"
SCREENS = (
    *("", "addresses/", "mailboxes/new", "mailboxes/adele.arnaud@alice.test"),
    *("aliases/new", "forwards/new", "devices/adele.arnaud@alice.test", "domain-aliases/new", "usage", "billing"),
    *("deliverability", "mx", "spf", "dkim", "dmarc", "autodiscover", "deliverability/records", "history", "help"),
)
CONSOLE = ("", "services/northwind/101", "servers/", "keys", "origins", "audit", "health", "jobs")
WIDTHS = (825, 375)

# What has less room than its text, and no ellipsis or scrolling to say so.
CUT = """() => [...document.querySelectorAll("#portal *, dialog[open] *")].filter(element => {
    const style = getComputedStyle(element);
    const says = [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
    const hides = style.overflowX === "hidden" || style.overflowY === "hidden" || style.overflowX === "clip";
    return says && hides && element.checkVisibility({visibilityProperty: true})
        && !element.closest(".visually-hidden, .line, thead, option")
        && (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1);
}).map(element => element.outerHTML.slice(0, 120))"""
# What is read or read out, with the smallest brackets taken out again and again.
ENGLISH = """() => {
    const said = [document.title];
    const walk = document.createTreeWalker(document.getElementById("portal"), NodeFilter.SHOW_TEXT);
    // What was recorded is shown as it was.
    while (walk.nextNode()) if (!walk.currentNode.parentElement.closest("pre")) said.push(walk.currentNode.data);
    for (const element of document.querySelectorAll("#portal *"))
        for (const name of ["aria-label", "title", "placeholder", "alt"]) said.push(element.getAttribute(name) ?? "");
    return said.map(text => {
        for (let before = ""; before !== text;) text = (before = text).replace(/\\[[^[\\]]*\\]/g, "");
        return text.trim();
    }).filter(text => /\\b(the|of|and|is|are|not|to|your|this|with|for|no|was|it|at|by)\\b/i.test(text));
}"""


def faults(portal: Frame) -> list[str]:
    return [*sticks_out(portal), *portal.evaluate(CUT), *portal.evaluate(ENGLISH)]


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    return new_context(locale=pseudo.TAG, **MOTIONLESS).new_page()


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_of_a_service_is_cut_or_english(page: Page, live: Live, mail: Running, width: int) -> None:
    portal = opened(page, live.service_page(101))
    in_column(portal, width)
    found = {}

    for screen in SCREENS:
        go(portal, f"{HOME}/{screen}")
        portal = frame_of(page)
        found[screen] = faults(portal)

    assert portal.locator("html").get_attribute("lang") == pseudo.TAG
    assert {screen: wrong for screen, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_of_a_single_mailbox_is_cut_or_english(page: Page, live: Live, mail: Running, width: int) -> None:
    portal = opened(page, live.service_page(121))
    in_column(portal, width)
    found = {}

    for screen in ("", "aliases/", "aliases/new", "lists/", "lists/new", "history", "help"):
        go(portal, f"/s/northwind-121/{screen}")
        portal = frame_of(page)
        found[screen] = faults(portal)

    assert {screen: wrong for screen, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_of_the_console_is_cut_or_english(page: Page, live: Live, mail: Running, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    portal = opened_by_link(page, f"{live.servers_page()}/sign-on")
    found = {}

    for screen in CONSOLE:
        go(portal, f"/console/{screen}")
        found[screen] = faults(portal)

    assert {screen: wrong for screen, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("width", WIDTHS)
def test_the_menu_of_languages_has_room(page: Page, live: Live, width: int) -> None:
    portal = opened(page, live.service_page(103))
    in_column(portal, width)

    portal.locator(".language summary").press("Enter")

    loaded(portal)
    lowest = portal.locator(".language button").last
    assert lowest.is_visible()
    assert faults(portal) == []
    frame = page.locator("iframe").bounding_box()
    last = lowest.bounding_box()
    assert frame is not None
    assert last is not None
    assert last["y"] + last["height"] <= frame["y"] + frame["height"]


def test_the_menu_of_languages_closes_by_escape_and_by_a_click_elsewhere(page: Page, live: Live) -> None:
    portal = opened(page, live.service_page(101))
    menu = portal.locator(".language")

    portal.locator(".language summary").press("Enter")
    portal.locator(".language button").first.press("Escape")
    after_escape = menu.get_attribute("open"), portal.locator(".language summary:focus").count()
    portal.locator(".language summary").click()
    portal.locator("h1").click()

    assert after_escape == (None, 1)
    assert menu.get_attribute("open") is None
