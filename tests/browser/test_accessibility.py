"""axe looks at every screen: in the frame in light, in a window of its own in dark, in both languages."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Frame

from portal.sandbox.control import Running
from tests.browser.axe import MOTIONLESS, finds
from tests.browser.complaints import Complaints
from tests.browser.portal_frame import create_mailbox, go, loaded, opened, opened_by_link
from tests.live import Live


class Tour:
    """The screens of a service one after the other; `found` holds what axe said, by screen."""

    def __init__(self, portal: Frame, mail: Running) -> None:
        self.portal = portal
        self.mail = mail
        self.found: dict[str, list[str]] = {}

    def look(self, screen: str) -> None:
        if found := finds(self.portal):
            self.found[screen] = found

    def walk(self, home: str) -> None:
        """Look at every screen of an active service, whose pages lie below `home`."""
        self.look("dashboard")
        go(self.portal, f"{home}/addresses/")
        self.look("list")
        go(self.portal, f"{home}/addresses/?type=forward&q=alias&page=1")
        self.look("list, searched and filtered")
        for screen in ("aliases/", "aliases/new", "forwards/new", "history", "help"):
            go(self.portal, f"{home}/{screen}")
            self.look(screen)
        self.domain_aliases(home)
        self.new_mailbox(home)
        self.mailbox(home)
        self.problems(home)

    def new_mailbox(self, home: str) -> None:
        go(self.portal, f"{home}/mailboxes/new")
        self.look("new mailbox")
        self.portal.locator("[data-open]").click()
        self.look("new mailbox, password window")
        self.portal.locator("[data-generate]").click()
        self.look("new mailbox, password window with a generated password")
        self.portal.locator("#new-password-window [data-close]").click()
        self.portal.locator("#name").fill("not a name")
        self.portal.locator("#new-password").evaluate("field => field.value = 'short'")
        self.portal.locator("[data-new-mailbox] button[type=submit]").click()
        self.portal.locator("#name-error").wait_for()
        self.look("new mailbox with errors")
        go(self.portal, f"{home}/addresses/")
        create_mailbox(self.portal, "zoe.axe")
        self.look("created")

    def mailbox(self, home: str) -> None:
        go(self.portal, f"{home}/mailboxes/zoe.axe@alice.test")
        self.look("mailbox")
        self.portal.locator("#display_name").fill("Zoe")
        self.look("mailbox with a change")
        self.portal.locator("[data-open]").click()
        self.portal.locator("#change-password").fill("short")
        self.look("password window with broken rules")
        self.portal.locator("[data-generate]").click()
        self.portal.locator("#password button[type=submit]").click()
        self.portal.locator("#password .ok").wait_for()
        self.look("password window, changed")
        self.portal.locator("#password [data-close]").click()
        self.portal.locator("#confirm").fill("zoe.axe@alice.test")
        self.portal.locator("[data-confirm-address] button").click()
        self.portal.locator(".flash").wait_for()
        loaded(self.portal)
        self.look("deleted")

    def domain_aliases(self, home: str) -> None:
        go(self.portal, f"{home}/domain-aliases/new")
        self.look("new domain alias")
        for name, result in (("alice-club.test", ".proof"), ("bücher-alice.test", "[data-used]")):
            self.portal.locator("#domain").fill(name)
            self.portal.locator("#domain-aliases button[type=submit]").click()
            self.portal.locator(result).wait_for()
            self.look(f"domain alias: {result}")
        go(self.portal, f"{home}/domain-aliases/xn--bcher-alice-thb.test")
        self.look("domain alias")
        self.portal.locator("#confirm").fill("bücher-alice.test")
        self.portal.locator(".danger button").click()
        self.portal.locator("#domain-aliases .empty").wait_for()
        self.look("no domain aliases")

    def problems(self, home: str) -> None:
        go(self.portal, f"{home}/mailboxes/nobody@alice.test")
        self.look("not found")
        self.mail.faults({"path": "*", "kind": "down"})
        go(self.portal, f"{home}/mailboxes/adele.arnaud@alice.test")
        self.look("mail server down")
        self.mail.faults()


@pytest.mark.parametrize("language", ["english", "french"])
def test_axe_finds_nothing_in_the_frame(
    new_context: Callable[..., BrowserContext], live: Live, mail: Running, complaints: Complaints, language: str
) -> None:
    complaints.expect_status(401, 404, 422, 503)
    context = new_context(**MOTIONLESS)
    page = context.new_page()
    tour = Tour(opened(page, live.service_page(101, language=language)), mail)

    tour.walk("/s/northwind-101")
    context.clear_cookies()
    go(tour.portal, "/s/northwind-101/")
    tour.look("session ended")
    tour.portal = opened(page, live.service_page(103, language=language))
    tour.look("suspended")
    tour.portal = opened(page, live.service_page(101, who="marc", language=language))
    tour.look("read only")
    tour.portal = opened(page, live.service_page(202, "harbour", language=language))
    tour.look("empty list")

    assert tour.found == {}
    assert finds(page, "[data-mailporch]") == []


@pytest.mark.parametrize("language", ["english", "french"])
def test_axe_finds_nothing_in_a_dark_window(
    new_context: Callable[..., BrowserContext], live: Live, mail: Running, complaints: Complaints, language: str
) -> None:
    complaints.expect_status(400, 401, 404, 422, 503)
    context = new_context(color_scheme="dark", **MOTIONLESS)
    page = context.new_page()
    page.goto(live.link(101, language=language))
    tour = Tour(page.main_frame, mail)

    page.locator("#handoff button").wait_for()
    tour.look("sign-on page")
    opened_by_link(page, live.link(101, language=language))
    tour.walk("/s/northwind-101")
    context.clear_cookies()
    go(tour.portal, "/s/northwind-101/")
    tour.look("session ended")
    page.goto(f"{live.portal}/nowhere")
    tour.look("no such address")
    page.goto(f"{live.portal}/sso/northwind#not-a-token")
    page.locator("#handoff button").click()
    page.locator("[data-refused]").wait_for()
    tour.look("refused")
    page.goto(live.admin_page(101))
    with page.expect_popup() as popup:
        page.locator("a[target=_blank][href*='#']").click()
    popup.value.locator("#handoff button").click()
    tour.portal = popup.value.main_frame
    loaded(tour.portal)
    tour.look("admin")
    tour.portal = opened_by_link(page, f"{live.servers_page()}/sign-on?language={language}")
    tour.look("console")

    assert tour.found == {}
