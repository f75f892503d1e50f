"""Staff at work: from WHMCS's pages through the admin's link and the console to the mail server's own pages."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from portal.sandbox.control import Running
from tests.browser.axe import MOTIONLESS, finds
from tests.browser.complaints import Complaints
from tests.browser.portal_frame import loaded, opened, opened_by_link, sticks_out
from tests.browser.test_people import sign_on_page
from tests.live import Live

WIDTHS = (1200, 825, 610, 375)
PAGES = (
    "",
    "services/northwind/101",
    "servers/",
    "servers/1/password",
    "tenants/",
    "tenants/harbour/",
    "tenants/harbour/check",
    "brand/",
    "own-host/",
    "keys/",
    "origins/",
    "audit/",
    "health/",
    "jobs/",
)


@pytest.fixture
def context(new_context: Callable[..., BrowserContext], mail: Running) -> BrowserContext:
    return new_context(viewport={"width": 1200, "height": 900})


def as_admin(context: BrowserContext, live: Live) -> Page:
    """Nora at alice.test, from the page of the service in WHMCS."""
    page = sign_on_page(context, live.admin_page(101))
    page.locator("#handoff button").click()
    loaded(page.main_frame)
    return page


def as_operator(context: BrowserContext, live: Live) -> Page:
    """Nora in the console, from the page of the server in WHMCS."""
    page = sign_on_page(context, live.servers_page())
    page.locator("#handoff button").click()
    loaded(page.main_frame)
    return page


def faults(page: Page) -> Iterator[str]:
    """What axe says of the page, and what sticks out of it at any width."""
    loaded(page.main_frame)
    yield from finds(page.main_frame)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        yield from (f"{width}: {element}" for element in sticks_out(page.main_frame))


def test_from_whmcs_through_a_change_and_the_console_to_the_mail_server(
    context: BrowserContext, new_context: Callable[..., BrowserContext], live: Live, mail: Running
) -> None:
    page = as_admin(context, live)
    expect(page.locator(".banner")).to_contain_text("Nora Ward (admin) for alice.test")
    page.get_by_role("link", name="adele.arnaud@alice.test").click()
    page.get_by_role("button", name="Disable").click()
    expect(page.locator("#flash")).to_contain_text("Nobody can sign in")

    with page.expect_popup() as webmail:
        page.get_by_role("button", name="Sign in to its webmail without the password").click()
    expect(webmail.value.locator("body")).to_contain_text("Signed in as adele.arnaud@alice.test")

    page.get_by_role("link", name="Staff").click()
    with page.expect_popup() as panel:
        page.get_by_role("button", name="Open the mail server's panel").click()
    expect(panel.value.locator("body")).to_contain_text("Signed in as")
    loaded(page.main_frame)
    expect(page.locator("[data-setting=max_users]")).to_be_visible()
    expect(page.locator("#raw-state")).to_contain_text("userLimit")

    console = as_operator(context, live)
    console.locator("[data-service='northwind-101'] a").click()
    expect(console.locator("#history")).to_contain_text("Sign-in to adele.arnaud@alice.test disabled")
    console.get_by_role("link", name="All of it").click()
    expect(console.locator("[data-action='mailbox.webmail']")).to_contain_text("Nora Ward (for Alice Martin)")

    alice = opened(new_context().new_page(), live.service_page(101))
    alice.get_by_role("link", name="History").click()
    expect(alice.locator("#history")).to_contain_text("Signed in to the mail server's own panel of alice.test")
    expect(alice.locator("#history")).to_contain_text("Opened by an admin of your hosting company")
    expect(alice.locator("main details")).to_have_count(0)


def test_an_admin_who_ends_the_visit_is_out(context: BrowserContext, live: Live, complaints: Complaints) -> None:
    complaints.expect_status(401)
    page = as_admin(context, live)

    page.get_by_role("button", name="End this visit").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Your visit has ended")
    page.goto(f"{live.portal}/s/northwind-101/")
    expect(page.locator("[data-problem=ended]")).to_be_visible()


def test_a_list_is_searched_while_typing_and_an_origin_comes_and_goes(context: BrowserContext, live: Live) -> None:
    page = as_operator(context, live)
    page.locator("#services-q").fill("bob")
    expect(page.locator("[data-service]")).to_contain_text(["bob"] * 4)
    expect(page.locator("#services-q")).to_be_focused()

    page.get_by_role("link", name="Origins").click()
    page.locator("#origin").fill("https://my.northwind.test")
    page.get_by_role("button", name="Add").click()
    expect(page.locator("[data-origin]")).to_have_count(2)
    page.get_by_role("button", name="Remove https://my.northwind.test").click()
    expect(page.locator("[data-origin]")).to_have_count(1)


def test_back_leads_to_the_page_before(context: BrowserContext, live: Live) -> None:
    page = as_operator(context, live)
    page.get_by_role("link", name="Keys").click()
    expect(page.locator("#keys")).to_be_visible()

    page.go_back()

    expect(page.locator("#services")).to_be_visible()


@pytest.mark.parametrize(("scheme", "language"), [("light", "english"), ("dark", "french")])
def test_every_page_of_staff_is_accessible_and_fits_its_window(
    new_context: Callable[..., BrowserContext],
    live: Live,
    mail: Running,
    complaints: Complaints,
    scheme: str,
    language: str,
) -> None:
    complaints.expect_status(422)
    page = new_context(color_scheme=scheme, **MOTIONLESS).new_page()
    opened_by_link(page, f"{live.servers_page()}/sign-on?language={language}")
    found: dict[str, list[str]] = {}

    for path in PAGES:
        page.goto(f"{live.portal}/console/{path}")
        found[path] = list(faults(page))
    page.goto(f"{live.portal}/console/servers/")
    page.locator("#servers summary").click()
    page.locator("#servers details button[type=submit]").click()
    page.locator(".field-error").first.wait_for()
    found["a form with errors"] = list(faults(page))
    page.goto(f"{live.admin_page(101)}&language={language}")
    with page.expect_popup() as popup:
        page.locator("a[target=_blank]").last.click()
    page = popup.value
    page.locator("#handoff button").click()
    loaded(page.main_frame)
    for path in ("staff", "history", "mailboxes/adele.arnaud@alice.test"):
        page.goto(f"{live.portal}/s/northwind-101/{path}")
        found[path] = list(faults(page))
    page.locator("form[action$='/leave'] button").click()
    page.locator("#left").wait_for()
    found["left"] = list(faults(page))

    assert {path: what for path, what in found.items() if what} == {}
