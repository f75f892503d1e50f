"""What people do in the portal, as steps that tests share. A step ends when its result is on the screen."""

import time
from typing import Any

from playwright.sync_api import Frame, Page, expect

HOME = "/s/northwind-101"
PATIENCE = 5
# The frame's width and the window's: WHMCS's column is narrower at 1,000 px than at 800 px.
WINDOWS = {825: 1280, 610: 1000, 375: 405}

# What sticks out of the frame, and what needs more room than it has.
CLIPPED = """() => {
    const shown = element =>
        element.checkVisibility({visibilityProperty: true}) && !element.closest(".visually-hidden, thead")
        // A line that ends in an ellipsis when it is too long.
        && !element.parentElement.closest(".line");
    const wide = [document.documentElement, ...document.querySelectorAll(".card, dialog[open]")]
        .filter(element => element.scrollWidth > element.clientWidth)
        .map(element => `${element.tagName} ${element.id} needs ${element.scrollWidth} and has ${element.clientWidth}`);
    const out = [...document.querySelectorAll("#portal *, dialog[open] *")].filter(shown).filter(element => {
        const box = element.getBoundingClientRect();
        return box.left < 0 || box.right > document.documentElement.clientWidth;
    });
    return [...wide, ...out.map(element => element.outerHTML.slice(0, 120))];
}"""


def opened(page: Page, url: str) -> Frame:
    """Go to a WHMCS page and wait for the portal in its frame."""
    page.goto(url)
    portal = frame_of(page)
    loaded(portal)
    return portal


def frame_of(page: Page) -> Frame:
    """The portal's frame, as soon as there is something in it."""
    page.frame_locator("iframe").locator("#portal").wait_for()
    return next(frame for frame in page.frames if frame.name.startswith("mailporch-"))


def opened_by_link(page: Page, url: str) -> Frame:
    """Follow a link to the portal in a window of its own, and press its button."""
    page.goto(url)
    page.locator("#handoff button").click()
    loaded(page.main_frame)
    return page.main_frame


def loaded(portal: Frame) -> None:
    """Wait until the page is there and no card is on its way."""
    portal.locator("#portal").wait_for()
    expect(portal.locator("[aria-busy=true], .htmx-request")).to_have_count(0)


def in_column(portal: Frame, width: int) -> None:
    """Make WHMCS's window such that the frame has this width."""
    portal.page.set_viewport_size({"width": WINDOWS[width], "height": 900})
    until(portal, "width => document.documentElement.clientWidth === width", width)


def at_width(portal: Frame, width: int) -> None:
    """Give the portal this width: in its column, or as a window."""
    if portal.parent_frame:
        in_column(portal, width)
    else:
        portal.page.set_viewport_size({"width": width, "height": 900})


def sticks_out(portal: Frame) -> list[str]:
    """The elements that are wider than the frame, or than what they stand in."""
    return portal.evaluate(CLIPPED)


def until(portal: Frame, condition: str, value: Any = None) -> None:
    """Wait until a JavaScript function is true of `value`. Playwright's own waiting needs eval: our CSP forbids it."""
    deadline = time.monotonic() + PATIENCE
    while not portal.evaluate(condition, value):
        assert time.monotonic() < deadline, f"never came true: {condition}"
        portal.page.wait_for_timeout(20)


def go(portal: Frame, path: str) -> None:
    """Load another page of the same service, as a link without htmx does."""
    with portal.expect_navigation():
        portal.evaluate("path => location.assign(path)", path)
    loaded(portal)


def speak(portal: Frame, language: str) -> None:
    """Choose a language, by its own name, from the menu."""
    portal.locator(".language summary").click()
    portal.locator(".language").get_by_role("button", name=language).click()


def fill_new_mailbox(portal: Frame, name: str) -> str:
    """Fill the form of a new mailbox with a generated password, and return the password."""
    portal.locator("a[href$='/mailboxes/new']").click()
    portal.locator("#name").fill(name)
    portal.locator("[data-new-mailbox] [data-open]").click()
    portal.locator("[data-generate]").click()
    password = portal.locator("[data-generated-text]").inner_text()
    portal.locator("#new-password-window [data-accept]").click()
    return password


def create_mailbox(portal: Frame, name: str) -> str:
    """Create a mailbox with a generated password, and return the password."""
    password = fill_new_mailbox(portal, name)
    portal.locator("[data-new-mailbox] button[type=submit]").click()
    portal.locator(".sheet").wait_for()
    return password
