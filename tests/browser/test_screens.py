"""Every screen in every language, in light and dark, narrow and wide: nothing sticks out, is cut off or covered.

All of them are `make screens`, which keeps pictures and contact sheets of them; a run of the tests walks one tour in
one language and theme, another one each day.
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Frame

from portal import pseudo
from portal.languages import LANGUAGES
from portal.sandbox.control import Running
from portal.sandbox.whmcs.app import LANGUAGES as WHMCS_LANGUAGES
from tests.browser import screens
from tests.browser.axe import MOTIONLESS
from tests.browser.complaints import Complaints
from tests.browser.dns_world import Domain
from tests.browser.looking import contact_sheets, faults, picture
from tests.browser.portal_frame import at_width, go, loaded, opened, opened_by_link
from tests.browser.screens import Screen
from tests.browser.test_dns_screens import UNWELL
from tests.browser.test_people import sign_on_page
from tests.live import Live
from tests.world import World

# Where all pictures go; without it there is one tour and no picture.
FOLDER = os.environ.get("SCREENS")
WIDTHS = (825, 375)
# Said each time: WHMCS remembers who came last.
OWNERS = {"northwind": "alice", "harbour": "bob"}
TOURS = ("domain", "mailbox", "records", "people", "staff", "trouble")
PLACES = list(product([*LANGUAGES, pseudo.TAG], ("light", "dark")))
TODAY = int(time.time()) // 86400
WALKS = (
    [(*place, TOURS) for place in PLACES] if FOLDER else [(*PLACES[TODAY % len(PLACES)], (TOURS[TODAY % len(TOURS)],))]
)


@dataclass
class Walk:
    """One language and theme; `found` is what is wrong, by screen and width."""

    live: Live
    language: str
    theme: str
    context: BrowserContext
    found: dict[str, list[str]] = field(default_factory=dict)
    pictures: dict[int, list[Path]] = field(default_factory=lambda: {width: [] for width in WIDTHS})

    @property
    def folder(self) -> Path:
        return Path(FOLDER or "") / f"{self.language}-{self.theme}"

    @property
    def spoken(self) -> str:
        """WHMCS's name of the language."""
        return next((name for name, own in WHMCS_LANGUAGES.items() if own == LANGUAGES.get(self.language)), "english")

    def of_customer(self, svc: int, slug: str = "northwind", who: str = "") -> Frame:
        """The service in its frame (light) or in a window of its own (dark)."""
        page, url = (
            self.context.new_page(),
            self.live.service_page(svc, slug, who=who or OWNERS[slug], language=self.spoken),
        )
        return opened(page, url) if self.theme == "light" else opened_by_link(page, f"{url}&dosinglesignon=1")

    def of_staff(self, whmcs: str) -> Frame:
        page = sign_on_page(self.context, whmcs)
        page.locator("#handoff button").click()
        loaded(page.main_frame)
        return page.main_frame

    def tour(self, name: str, portal: Frame, home: str, found: tuple[Screen, ...]) -> None:
        for screen in found:
            if screen.path is not None:
                go(portal, f"{home}/{screen.path}")
            if screen.step:
                screen.step(portal)
            self.look(portal, f"{name}, {screen.name}")
        portal.page.close()

    def keep(self) -> None:
        """Put the pictures on contact sheets, and what is wrong beside them."""
        for width, pictures in self.pictures.items():
            if pictures:
                contact_sheets(pictures, self.folder, width)
        if FOLDER:
            lines = (f"{place}: {fault}" for place, wrong in self.found.items() for fault in wrong)
            (self.folder / "wrong.txt").write_text("\n".join(lines), encoding="utf-8")

    def look(self, portal: Frame, name: str) -> None:
        for width in reversed(WIDTHS):
            at_width(portal, width)
            wrong = faults(portal, contrast=width == WIDTHS[0])
            if wrong:
                self.found[f"{self.language}, {self.theme}, {width}: {name}"] = wrong
            if FOLDER:
                path = self.folder / f"{width}" / f"{name}.png"
                picture(portal, path)
                self.pictures[width].append(path)


def domain(walk: Walk, home: str) -> None:
    walk.tour("domain", walk.of_customer(101), "/s/northwind-101", screens.DOMAIN)


def mailbox(walk: Walk, home: str) -> None:
    walk.tour("mailbox", walk.of_customer(121), "/s/northwind-121", screens.MAILBOX)


def records(walk: Walk, home: str) -> None:
    walk.tour("records", walk.of_customer(int(home.rpartition("-")[2])), home, screens.RECORDS)


def people(walk: Walk, home: str) -> None:
    walk.tour("people", walk.of_customer(101, who="marc"), "/s/northwind-101", screens.LOOKING)
    walk.tour("people", walk.of_customer(103), "/s/northwind-103", screens.SUSPENDED)
    walk.tour("people", walk.of_customer(202, "harbour"), "/s/harbour-202", screens.EMPTY)


def staff(walk: Walk, home: str) -> None:
    admin = walk.of_staff(f"{walk.live.admin_page(101)}&language={walk.spoken}")
    walk.tour("staff", admin, "/s/northwind-101", screens.ADMIN)
    operator = walk.of_staff(f"{walk.live.servers_page()}?language={walk.spoken}")
    walk.tour("console", operator, "", screens.CONSOLE)


def trouble(walk: Walk, home: str) -> None:
    """What is only seen when something is not as it should be."""
    portal, mail = walk.of_customer(101), walk.live.mail
    mail.faults({"path": "*", "kind": "down"})
    go(portal, "/s/northwind-101/mailboxes/adele.arnaud@alice.test")
    walk.look(portal, "trouble, mail server down")
    mail.faults()
    walk.context.clear_cookies()
    go(portal, "/s/northwind-101/")
    walk.look(portal, "trouble, session ended")
    page = walk.context.new_page()
    page.goto(f"{walk.live.portal}/nowhere")
    walk.look(page.main_frame, "trouble, no such address")
    page.goto(walk.live.link(101, language=walk.spoken))
    page.locator("#handoff button").wait_for()
    walk.look(page.main_frame, "trouble, a link")
    page = walk.context.new_page()
    page.goto(f"{walk.live.portal}/sso/northwind#not-a-token")
    page.locator("#handoff button").click()
    page.locator("[data-refused]").wait_for()
    walk.look(page.main_frame, "trouble, a link that is refused")


WALKED: dict[str, Callable[[Walk, str], None]] = {
    tour.__name__: tour for tour in (domain, mailbox, records, people, staff, trouble)
}


@pytest.fixture
def unwell(live: Live, domain: Domain) -> str:
    """The home of a domain whose records are all wrong."""
    domain.publish(live, *UNWELL)
    return domain.home


@pytest.mark.parametrize(("language", "theme", "tours"), WALKS)
def test_no_screen_has_anything_wrong(
    new_context: Callable[..., BrowserContext],
    live: Live,
    mail: Running,
    past: None,
    unwell: str,
    complaints: Complaints,
    language: str,
    theme: str,
    tours: tuple[str, ...],
) -> None:
    complaints.expect_status(400, 401, 404, 422, 503)
    complaints.expect("favicon.ico")
    walk = Walk(live, language, theme, new_context(locale=language, color_scheme=theme, **MOTIONLESS))

    for tour in tours:
        WALKED[tour](walk, unwell)

    walk.keep()
    assert walk.found == {}


def test_every_page_is_among_the_screens(world: World) -> None:
    adapter = world.app.url_map.bind("portal.test")
    shown = {
        adapter.match(f"{home}/{screen.path}".partition("?")[0])[0]
        for home, found in (
            ("/s/northwind-101", screens.DOMAIN + screens.RECORDS + screens.ADMIN),
            ("/s/northwind-121", screens.MAILBOX),
            ("", screens.CONSOLE),
        )
        for screen in found
        if screen.path is not None
    }
    pages = {
        rule.endpoint
        for rule in world.app.url_map.iter_rules()
        if rule.methods and "GET" in rule.methods and not rule.endpoint.startswith("api.")
    }

    assert pages - shown - screens.NOT_SCREENS == {"sso.show"}
