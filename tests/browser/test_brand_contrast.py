"""Whatever colour a seller chooses: all that has it on the screen can be read, at rest, pointed at and focused."""

import random
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Frame

from portal import brand
from portal.sandbox.control import Running
from tests.browser.axe import MOTIONLESS, finds
from tests.browser.portal_frame import go, opened, opened_by_link
from tests.live import Live

NASTY = ("#ffff00", "#000000", "#ffffff", "#808080", "#ff0000", "#00ff00", "#0000ff", "#7f7f00", "#f1f1f1", "#22262b")
HOME = "/s/northwind-101"
# By screen: what of the brand has to be there, so that a change of the templates does not empty this test.
SCREENS = {
    "/": ("a", "a[aria-current]", "progress", "polyline", ".btn-link"),
    "/addresses/": (".filter.on", "progress", ".btn-primary", "a[aria-current]"),
    "/mailboxes/new": (".btn-primary",),
    "/mailboxes/adele.arnaud@alice.test": (".form-check-input:checked",),
    "/spf": ("a",),
}

# What has the brand's colour, each with its contrast to what lies under it and how much it needs: text 4.5, a shape 3.
BRANDED = """needed => {
    const brush = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
    const channels = colour => {
        brush.clearRect(0, 0, 1, 1);
        brush.fillStyle = colour;
        brush.fillRect(0, 0, 1, 1);
        const [red, green, blue, alpha] = brush.getImageData(0, 0, 1, 1).data;
        return [red, green, blue, alpha / 255];
    };
    const mixed = (top, below) => top.slice(0, 3).map((part, at) => part * top[3] + below[at] * (1 - top[3])).concat(1);
    const root = getComputedStyle(document.documentElement);
    const canvas = channels(root.colorScheme === "dark" ? "#121212" : "#ffffff");
    const ground = element => !element ? canvas
        : mixed(channels(getComputedStyle(element).backgroundColor), ground(element.parentElement));
    const luminance = colour => colour.slice(0, 3).map(part => part / 255)
        .map(part => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
        .reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
    const contrast = (one, other) => {
        const [dim, bright] = [luminance(one), luminance(other)].sort((a, b) => a - b);
        return (bright + 0.05) / (dim + 0.05);
    };
    const brand = channels(root.getPropertyValue("--brand").trim());
    const branded = value => value && value !== "none" && channels(value).join() === brand.join();
    const parts = element => {
        const style = getComputedStyle(element), around = ground(element.parentElement), under = ground(element);
        const text = [...element.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
        const filled = branded(style.backgroundColor), drawn = element instanceof SVGGraphicsElement;
        return [
            [filled, "shape", brand, around, 3],
            [filled && text, "text on it", channels(style.color), brand, 4.5],
            [!filled && text && branded(style.color), "text", brand, under, 4.5],
            [drawn && (branded(style.stroke) || branded(style.fill)), "line", brand, around, 3],
            [element.matches("progress"), "bar", brand, under, 3],
            [element.matches(":focus-visible"), "ring", channels(style.outlineColor), around, 3],
            [parseFloat(style.borderTopWidth) && branded(style.borderTopColor), "border", brand, around, 3],
        ].filter(([is]) => is).map(([, part, has, ground, least]) => ({
            what: `${element.tagName} ${element.getAttribute("class")}, ${part}`, ratio: contrast(has, ground), least,
            serves: needed.filter(selector => element.matches(selector))}));
    };
    return [...document.querySelectorAll("body *")]
        .filter(element => element.checkVisibility({visibilityProperty: true})).flatMap(parts);
}"""


def paint(portal: Frame, colour: str, theme: str) -> None:
    shades = brand.shades(colour)
    pair = (shades.light, shades.on_light) if theme == "light" else (shades.dark, shades.on_dark)
    portal.evaluate(
        """([brand, on]) => {
            document.documentElement.style.setProperty("--brand", brand);
            document.documentElement.style.setProperty("--on-brand", on);
        }""",
        pair,
    )


def hard_to_read(portal: Frame, colour: str, theme: str, needed: tuple[str, ...]) -> list[str]:
    paint(portal, colour, theme)
    branded = portal.evaluate(BRANDED, list(needed))
    seen = {selector for element in branded for selector in element["serves"]}
    return [f"nothing of {selector} has the brand's colour" for selector in needed if selector not in seen] + [
        f"{colour}: {element['what']} has {element['ratio']:.2f}"
        for element in branded
        if element["ratio"] < element["least"]
    ]


def colours() -> list[str]:
    return [*NASTY, *(f"#{random.randrange(0x1000000):06x}" for _ in range(4))]


@pytest.fixture
def portals(
    new_context: Callable[..., BrowserContext], live: Live, mail: Running, past: None
) -> Callable[[str], Frame]:
    def portal(theme: str) -> Frame:
        page = new_context(color_scheme=theme, **MOTIONLESS).new_page()
        return opened(page, live.service_page(101)) if theme == "light" else opened_by_link(page, live.link(101))

    return portal


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_everything_in_the_brands_colour_can_be_read_whatever_it_is(
    portals: Callable[[str], Frame], theme: str
) -> None:
    portal = portals(theme)
    found = []

    for path, needed in SCREENS.items():
        go(portal, HOME + path)
        for colour in colours():
            found += [f"{path} {fault}" for fault in hard_to_read(portal, colour, theme, needed)]
        paint(portal, "#ffff00", theme)
        found += [f"{path} {fault}" for fault in finds(portal)]

    assert found == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_can_be_read_under_the_pointer_and_its_ring_be_seen(portals: Callable[[str], Frame], theme: str) -> None:
    portal = portals(theme)
    go(portal, HOME + "/addresses/")
    found = []

    for part in ("nav a[aria-current]", ".filter.on", ".btn-primary", ".btn-link", ".form-control"):
        for focus in (False, True):
            portal.locator(part).first.hover()
            if focus:
                portal.page.keyboard.press("Tab")
                portal.locator(part).first.focus()
                assert portal.locator(part).first.evaluate("it => getComputedStyle(it).outlineStyle") == "solid"
            for colour in colours():
                found += [f"{part} {fault}" for fault in hard_to_read(portal, colour, theme, ())]

    assert found == []
