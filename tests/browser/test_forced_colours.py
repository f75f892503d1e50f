"""Where the system chooses the colours or wants nothing to move, everything that tells something is still there."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Frame

from portal.sandbox.control import Running
from tests.browser.axe import finds
from tests.browser.portal_frame import go, opened, opened_by_link
from tests.live import Live

HOME = "/s/northwind-101"

# The computed styles in which the first of these elements differs from the first of those.
DIFFERENT = """([one, other, properties]) => {
    const [styles, others] = [one, other].map(found => getComputedStyle(document.querySelector(found)));
    return properties.filter(property => styles[property] !== others[property]);
}"""
STYLE = """([found, property]) => getComputedStyle(document.querySelector(found))[property]"""
# Everything that takes longer to change than a page says it may, in milliseconds.
SLOW = """most => [...document.querySelectorAll("body, body *")].flatMap(element => {
    const style = getComputedStyle(element);
    return ["transitionDuration", "animationDuration"].flatMap(property => style[property].split(", "))
        .filter(duration => parseFloat(duration) * 1000 > most)
        .map(duration => `${element.outerHTML.slice(0, 80)} ${duration}`);
})"""


@pytest.fixture(params=["light", "dark"])
def portal(
    new_context: Callable[..., BrowserContext], live: Live, mail: Running, past: None, request: pytest.FixtureRequest
) -> Frame:
    """Alice's portal in the frame (light) or in a window of its own (dark), in the colours of her system."""
    context = new_context(color_scheme=request.param, forced_colors="active", reduced_motion="reduce")
    if request.param == "light":
        return opened(context.new_page(), live.service_page(101))
    return opened_by_link(context.new_page(), live.link(101))


def style(portal: Frame, found: str, property: str) -> Any:
    return portal.evaluate(STYLE, [found, property])


def canvas(portal: Frame) -> str:
    """The ground that the system gives."""
    return portal.evaluate("""() => {
        const probe = document.body.appendChild(document.createElement("div"));
        probe.style.backgroundColor = "Canvas";
        const colour = getComputedStyle(probe).backgroundColor;
        probe.remove();
        return colour;
    }""")


def pixels(portal: Frame, found: str) -> int:
    """How many different colours an element shows."""
    shown = portal.locator(found).first.screenshot()
    colours = Image.open(io.BytesIO(shown)).convert("RGB").getcolors(100_000)
    return len([colour for count, colour in colours if count > 20])


def test_a_bar_shows_how_full_it_is(portal: Frame) -> None:
    assert pixels(portal, "progress") >= 3


def test_the_chart_is_seen(portal: Frame) -> None:
    ground = canvas(portal)

    assert style(portal, ".chart polyline", "stroke") != ground
    assert style(portal, ".chart text", "fill") != ground
    assert pixels(portal, ".chart svg") >= 3


def test_what_is_chosen_differs_from_what_is_not(portal: Frame) -> None:
    line = ["outlineStyle"]

    assert portal.evaluate(DIFFERENT, ["nav a[aria-current]", "nav a:not([aria-current])", line]) == line
    go(portal, f"{HOME}/addresses/")
    assert portal.evaluate(DIFFERENT, [".filter.on", ".filter:not(.on)", line]) == line


def test_a_ticked_box_is_ticked(portal: Frame) -> None:
    go(portal, f"{HOME}/mailboxes/adele.arnaud@alice.test")
    box = "input[type=checkbox]:checked"

    assert style(portal, box, "appearance") == "auto"
    assert pixels(portal, box) >= 2


@pytest.mark.parametrize("found", ["nav a", ".btn", ".form-control", ".form-check-input", "summary"])
def test_the_focus_is_seen(portal: Frame, found: str) -> None:
    go(portal, f"{HOME}/mailboxes/adele.arnaud@alice.test")
    portal.page.keyboard.press("Tab")

    portal.locator(found).locator("visible=true").first.focus()

    assert style(portal, ":focus-visible", "outlineStyle") == "solid"
    assert style(portal, ":focus-visible", "outlineWidth") == "3px"


def test_a_state_has_its_icon_and_its_word(portal: Frame) -> None:
    ground = canvas(portal)

    assert style(portal, "#deliverability .state .icon", "fill") != ground
    assert portal.locator("#deliverability .state").first.inner_text().strip()


def test_a_window_has_an_edge(portal: Frame) -> None:
    go(portal, f"{HOME}/mailboxes/new")

    portal.locator("[data-open]").first.click()

    assert style(portal, "dialog[open]", "borderTopStyle") == "solid"
    assert style(portal, "dialog[open]", "borderTopColor") != canvas(portal)
    assert finds(portal) == []


def test_nothing_moves(portal: Frame) -> None:
    assert portal.evaluate(SLOW, 0) == []


def test_what_moves_takes_no_longer_than_a_glance(alice: Frame) -> None:
    go(alice, f"{HOME}/addresses/")

    assert alice.evaluate(SLOW, 120) == []
    assert alice.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
