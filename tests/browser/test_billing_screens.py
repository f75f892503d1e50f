"""The pages of billing and usage: at each width, in light and dark, in both languages, by keyboard, without scripts."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Frame, expect

from portal.sandbox.control import Running
from tests.browser.axe import MOTIONLESS, finds
from tests.browser.keyboard import Keyboard
from tests.browser.portal_frame import HOME, go, in_column, loaded, opened, opened_by_link, sticks_out
from tests.browser.words import english, french
from tests.live import Live

pytestmark = pytest.mark.usefixtures("past")

WIDTHS = (825, 610, 375)
SCREENS = ("billing", "usage")
LISTS = ("As a table, month by month", "The largest mailboxes", "The fastest-growing mailboxes")


@pytest.fixture(params=["light-frame-english", "dark-window-french"])
def portal(
    request: pytest.FixtureRequest, new_context: Callable[..., BrowserContext], live: Live, mail: Running
) -> Frame:
    theme, where, language = request.param.split("-")
    page = new_context(color_scheme=theme, **MOTIONLESS).new_page()
    if where == "frame":
        return opened(page, live.service_page(101, language=language))
    return opened_by_link(page, live.link(101, language=language))


def made(portal: Frame, width: int) -> None:
    """Give the portal this width."""
    if portal.parent_frame:
        in_column(portal, width)
    else:
        portal.page.set_viewport_size({"width": width, "height": 900})


def test_nothing_is_wrong_with_the_pages_at_any_width(portal: Frame) -> None:
    wrong = []

    for screen in SCREENS:
        go(portal, f"{HOME}/{screen}")
        portal.locator("main details").evaluate_all("all => all.forEach(one => one.open = true)")
        for width in WIDTHS:
            made(portal, width)
            wrong += [f"{screen} at {width} px: {line}" for line in (*sticks_out(portal), *finds(portal))]

    assert wrong == []


@pytest.mark.parametrize("width", WIDTHS)
def test_an_amount_stands_beside_what_it_is_made_of_at_any_width(alice: Frame, width: int) -> None:
    go(alice, f"{HOME}/billing")
    in_column(alice, width)

    row = alice.locator("tr[data-kind=storage]")

    for text in ("216 GB used · 22 tiers of 10 GB", "22", "$6.00 CAD", "$132.00 CAD"):
        expect(row.get_by_text(text, exact=True)).to_be_visible()


def test_each_line_of_a_mailbox_says_when_its_protocols_were_on(alice: Frame) -> None:
    go(alice, f"{HOME}/billing")

    lines = alice.locator("tr[data-kind]")

    expect(lines).to_have_text(
        [
            re.compile("216 GB used"),
            re.compile(r"ActiveSync \(EAS\) \+ MAPI/Exchange: adele\.arnaud@alice\.test, 2 months"),
            re.compile(r"ActiveSync \(EAS\): bruno\.arnaud@alice\.test \(since .+\)"),
            re.compile(r"maximiliane.+2 months \(EAS .+ – .+, since .+; MAPI .+ – .+\)"),
        ]
    )


@pytest.mark.parametrize(("width", "language"), [(825, "english"), (375, "french")])
def test_the_lists_of_the_usage_card_are_opened_and_followed_by_keyboard(
    new_context: Callable[..., BrowserContext], live: Live, mail: Running, width: int, language: str
) -> None:
    portal = opened(new_context(**MOTIONLESS).new_page(), live.service_page(101, language=language))
    in_column(portal, width)
    keyboard = Keyboard(portal, french() if language == "french" else english)

    for text in LISTS:
        summary = portal.locator("summary").filter(has_text=keyboard.say(text))
        keyboard.to(summary)
        keyboard.press("Enter")
        expect(summary.locator("xpath=..")).to_have_attribute("open", "")
        assert keyboard.on(summary)
    fastest = portal.locator(".largest").last.locator("a").first
    address = fastest.inner_text()
    keyboard.to(fastest)
    keyboard.press("Enter")
    loaded(portal)

    expect(portal.get_by_role("heading", name=address)).to_be_visible()
    assert not keyboard.lost
    assert keyboard.unseen == set()


@pytest.mark.parametrize(("width", "language"), [(825, "english"), (375, "french")])
def test_many_lines_are_paged_by_keyboard(
    new_context: Callable[..., BrowserContext], live: Live, mail: Running, width: int, language: str
) -> None:
    portal = opened(new_context(**MOTIONLESS).new_page(), live.service_page(102, language=language))
    in_column(portal, width)
    keyboard = Keyboard(portal, french() if language == "french" else english)
    rows = portal.locator("#billing tr[data-kind]")

    for link, count in (("Each mailbox, with the dates", 100), ("Next", 51), ("Previous", 100), ("In brief", 2)):
        keyboard.to(portal.locator("#billing").get_by_role("link", name=keyboard.say(link), exact=True))
        keyboard.press("Enter")
        expect(rows).to_have_count(count)
        loaded(portal)
        assert (link, keyboard.lost) == (link, False)
        assert sticks_out(portal) == []
        assert finds(portal, "#billing") == []

    assert keyboard.unseen == set()


def test_both_pages_are_whole_without_scripts(
    new_context: Callable[..., BrowserContext], live: Live, mail: Running
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(live.service_page(101))
    page.get_by_role("button", name="Open the e-mail settings").click()
    portal = page.frame_locator("iframe")

    portal.get_by_role("link", name="Billing", exact=True).first.click()

    expect(portal.get_by_text("Together, before tax")).to_be_visible()

    portal.get_by_role("link", name="Overview").click()
    portal.locator("#usage a").click()
    for text in LISTS:
        portal.get_by_text(text).click()

    expect(portal.get_by_role("img", name="Disk space used in the last year")).to_be_visible()
    expect(portal.locator("tbody tr").first).to_be_visible()
    expect(portal.locator(".largest").last.locator("li")).to_have_count(5)
