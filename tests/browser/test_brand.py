"""The brand, from the editor with its preview to customers' pages, under the portal's name and the seller's own."""

import io
import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import BrowserContext, Page, expect

from portal.sandbox.control import Running
from tests.browser.axe import MOTIONLESS, finds
from tests.browser.complaints import Complaints
from tests.browser.portal_frame import loaded, opened_by_link, sticks_out
from tests.live import Live

Contexts = Callable[..., BrowserContext]
YELLOW, CORRECTED = "#ffdd00", re.compile("On light pages #[0-9a-f]{6} is shown instead of #ffdd00")
GREEN = "rgb(10, 107, 87)"


def logo() -> bytes:
    file = io.BytesIO()
    image = Image.new("RGBA", (480, 120), (0, 0, 0, 0))
    ImageDraw.Draw(image).rectangle((0, 20, 80, 100), fill="#0a6b57")
    image.save(file, "PNG")
    return file.getvalue()


def editor(context: BrowserContext, live: Live) -> Page:
    page = context.new_page()
    opened_by_link(page, f"{live.servers_page()}/sign-on?language=english")
    page.get_by_role("link", name="Brand").click()
    loaded(page.main_frame)
    return page


@pytest.fixture
def as_before(new_context: Contexts, live: Live, mail: Running) -> Iterator[None]:
    """Other tests find the brand as it was, and no host name."""
    yield
    page = editor(new_context(), live)
    page.locator("#colour").fill("#1f5fa8")
    for name in ("dark_colour", "terms", "privacy"):
        page.locator(f"#{name}").fill("")
    page.locator("#powered_by").uncheck()
    if page.locator("#remove_logo").count():
        page.locator("#remove_logo").check()
    page.get_by_role("button", name="Publish").click()
    expect(page.locator("#flash")).to_contain_text("Published")
    page.locator("#host").fill("")
    page.locator("#own-host").get_by_role("button", name="Save").click()
    expect(page.locator("#flash")).to_contain_text("You have no host name of your own now.")


def primary(page: Page, theme: str) -> str:
    """The colour of the main button in a preview."""
    button = page.frame_locator(f"[data-theme-preview={theme}]").locator(".btn-primary").first
    button.wait_for()
    found: str = button.evaluate("element => getComputedStyle(element).backgroundColor")
    return found


def test_the_preview_follows_what_is_typed_and_publishing_shows_it_to_customers(
    as_before: None, new_context: Contexts, live: Live
) -> None:
    page = editor(new_context(viewport={"width": 825, "height": 900}), live)
    before = primary(page, "light")

    page.locator("#colour").fill(YELLOW)
    expect(page.locator("[data-corrected=light]")).to_have_text(CORRECTED)
    expect(page.locator("[data-corrected=dark]")).to_have_count(0)
    assert primary(page, "dark") == "rgb(255, 221, 0)"
    assert primary(page, "light") not in (before, "rgb(255, 221, 0)")

    page.locator("#colour").fill("#0a6b57")
    page.locator("#logo").set_input_files({"name": "logo.png", "mimeType": "image/png", "buffer": logo()})
    page.locator("#terms").fill("https://northwind.example.com/terms")
    page.locator("#powered_by").check()
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator("#flash")).to_contain_text("The draft was saved.")
    mark = page.frame_locator("[data-theme-preview=dark]").locator(".brand-logo")
    assert mark.evaluate("image => image.complete && image.naturalWidth") == 480
    expect(page.frame_locator("[data-theme-preview=light]").locator(".foot")).to_contain_text("Powered by Mailporch")
    assert page.locator("#logo").input_value() == ""

    page.get_by_role("button", name="Publish").click()
    expect(page.locator("#flash")).to_contain_text("Published")
    customer = new_context(viewport={"width": 825, "height": 900}, **MOTIONLESS).new_page()
    opened_by_link(customer, live.link(101))
    expect(customer.locator("header .brand-logo")).to_have_attribute("alt", "Northwind Hosting")
    button = customer.locator(".btn-primary").first
    assert button.evaluate("element => getComputedStyle(element).backgroundColor") == GREEN
    expect(customer.locator(".foot")).to_contain_text("Powered by Mailporch")
    for width in (825, 375):
        customer.set_viewport_size({"width": width, "height": 900})
        assert sticks_out(customer.main_frame) == []
    assert finds(customer.main_frame) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_editor_can_be_used_by_anybody_at_any_width(
    new_context: Contexts, live: Live, mail: Running, complaints: Complaints, scheme: str
) -> None:
    complaints.expect_status(422)
    page = editor(new_context(color_scheme=scheme, **MOTIONLESS), live)
    page.locator("#colour").fill("nothing")
    page.locator("#terms").fill("http://northwind.example.com/")
    page.locator("#logo").set_input_files({"name": "l.svg", "mimeType": "image/svg+xml", "buffer": b"<svg>"})

    page.get_by_role("button", name="Publish").click()

    expect(page.locator(".field-error")).to_have_count(3)
    expect(page.locator("#brand .alert")).to_be_focused()
    assert page.locator("#terms").input_value() == "http://northwind.example.com/"
    assert page.locator("#logo").evaluate("input => input.files.length") == 1
    assert finds(page.main_frame) == []
    for width in (1200, 825, 610, 375):
        page.set_viewport_size({"width": width, "height": 900})
        assert sticks_out(page.main_frame) == []


def test_under_the_own_host_name_the_seller_is_alone(
    as_before: None, new_context: Contexts, live: Live, complaints: Complaints
) -> None:
    page = editor(new_context(), live)
    page.locator("#host").fill("northwind-mail.localhost")
    page.locator("#own-host").get_by_role("button", name="Save").click()
    expect(page.locator("#flash")).to_contain_text("northwind-mail.localhost is your own host name now.")
    own = f"http://northwind-mail.localhost:{urlsplit(live.portal).port}"

    customer = new_context().new_page()
    customer.goto(live.link(101))
    token = customer.locator("#handoff [name=token]").input_value()
    customer.goto("about:blank")

    opened_by_link(customer, f"{own}/sso/northwind#{token}")

    assert customer.url == f"{own}/s/northwind-101/"
    customer.get_by_role("link", name="adele.arnaud@alice.test").click()
    customer.locator("#display_name").fill("Adele A.")
    customer.get_by_role("button", name="Save").click()
    expect(customer.locator("#flash")).to_contain_text("Saved")
    customer.reload()
    expect(customer.locator("#display_name")).to_have_value("Adele A.")
    complaints.expect_status(404)
    assert customer.goto(f"{own}/sso/harbour").status == 404
    expect(customer.locator("body")).to_contain_text("Northwind Hosting")
    assert customer.title() == "Northwind Hosting"
