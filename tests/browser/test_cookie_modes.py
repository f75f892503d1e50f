"""The way from the click in WHMCS to a working mailbox, in every mode a browser may treat a frame's cookies."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from flask import Flask, make_response, request
from playwright.sync_api import BrowserContext, Frame, Playwright, expect

from portal.sandbox.control import Running
from portal.sandbox.web import Web
from tests.browser.complaints import Complaints
from tests.browser.conftest import FLAGS
from tests.browser.portal_frame import create_mailbox, loaded, opened, speak
from tests.live import Live
from tests.missing import needs

# Playwright switches the partitioning of storage off; the last such list wins and leaves it on, as people have it.
REAL_STORAGE = "--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,MediaRouter,OptimizationHints"

ALLOWED = {"profile": {"cookie_controls_mode": 0}}
THIRD_PARTY_BLOCKED = {"profile": {"cookie_controls_mode": 1}}
ALL_BLOCKED = {"profile": {"cookie_controls_mode": 1, "default_content_setting_values": {"cookies": 2}}}


@dataclass(frozen=True)
class Mode:
    """A WHMCS with one of its services, a browser's preferences, and what a frame of the portal can keep there."""

    slug: str
    svc: int
    domain: str
    preferences: dict[str, object]
    keeps: frozenset[str]


SAME_SITE = ("northwind", 101, "alice.test")
OTHER_SITE = ("harbour", 201, "bob.test")
EVERYTHING = frozenset({"lax", "third-party", "partitioned", "storage"})

MODES = {
    "same-site-allowed": Mode(*SAME_SITE, ALLOWED, EVERYTHING),
    "same-site-third-party-blocked": Mode(*SAME_SITE, THIRD_PARTY_BLOCKED, EVERYTHING),
    "same-site-all-blocked": Mode(*SAME_SITE, ALL_BLOCKED, frozenset()),
    "other-site-allowed": Mode(*OTHER_SITE, ALLOWED, EVERYTHING - {"lax"}),
    "other-site-third-party-blocked": Mode(*OTHER_SITE, THIRD_PARTY_BLOCKED, frozenset({"partitioned", "storage"})),
    "other-site-all-blocked": Mode(*OTHER_SITE, ALL_BLOCKED, frozenset()),
}


def modes(wanted: Callable[[Mode], bool] = lambda mode: True) -> pytest.MarkDecorator:
    chosen = {name: mode for name, mode in MODES.items() if wanted(mode)}
    return pytest.mark.parametrize("mode", chosen.values(), ids=chosen.keys())


@pytest.fixture
def context(mode: Mode, playwright: Playwright, complaints: Complaints, tmp_path: Path) -> Iterator[BrowserContext]:
    """A browser of its own: such preferences stand in a profile before it starts."""
    (tmp_path / "Default").mkdir()
    (tmp_path / "Default" / "Preferences").write_text(json.dumps(mode.preferences))
    with playwright.chromium.launch_persistent_context(
        tmp_path,
        executable_path=needs("chromium"),
        args=[*FLAGS, REAL_STORAGE],
        viewport={"width": 1280, "height": 900},
    ) as context:
        complaints.listen(context)
        yield context


@pytest.fixture
def portal(context: BrowserContext, mode: Mode, live: Live, mail: Running) -> Frame:
    return opened(context.pages[0], live.service_page(mode.svc, mode.slug))


@pytest.fixture
def canary() -> Iterator[int]:
    """The port of a page and a frame whose every kind of cookie comes back or does not."""
    app = Flask(__name__)

    @app.get("/page")
    def page() -> str:
        return f'<link rel="icon" href="data:,"><iframe name="canary" src="{request.args["frame"]}"></iframe>'

    @app.get("/frame")
    def frame():
        answer = make_response("<h1>canary</h1>")
        answer.set_cookie("lax", "1", secure=True, samesite="Lax")
        answer.set_cookie("third-party", "1", secure=True, samesite="None")
        answer.set_cookie("partitioned", "1", secure=True, samesite="None", partitioned=True)
        return answer

    @app.get("/cookies")
    def cookies() -> list[str]:
        return list(request.cookies)

    with Web(app) as web:
        yield web.port


def signs_in(mail: Running, address: str, password: str) -> bool:
    """Whether the mail server lets this mailbox in."""
    answer = requests.post(
        f"{mail.url}/api/v1/auth/authenticate-user", json={"username": address, "password": password}, timeout=5
    )
    return answer.status_code == 200 and answer.json()["success"] is True


@modes()
def test_the_canary_proves_that_the_mode_is_what_it_says(
    canary: int, context: BrowserContext, mode: Mode, live: Live
) -> None:
    whmcs, portal = (url.rpartition(":")[0] for url in (live.whmcs[mode.slug], live.portal))
    page = context.pages[0]
    page.goto(f"{whmcs}:{canary}/page?frame={portal}:{canary}/frame")
    frame = page.frame(name="canary")
    frame.locator("h1").wait_for()

    cookies = frame.evaluate("fetch('/cookies').then(answer => answer.json())")
    storage = frame.evaluate("() => { try { localStorage.a = 1; return ['storage'] } catch { return [] } }")

    assert {*cookies, *storage} == mode.keeps


@modes()
def test_a_customer_makes_a_mailbox_that_works_gives_it_another_password_and_deletes_it(
    portal: Frame, mode: Mode, mail: Running
) -> None:
    address = f"marie.dupont@{mode.domain}"

    first = create_mailbox(portal, "marie.dupont")

    assert signs_in(mail, address, first)

    portal.get_by_role("link", name="Open its settings").click()
    portal.get_by_role("button", name="Change password").click()
    window = portal.get_by_role("dialog")
    window.get_by_role("button", name="Generate a password").click()
    second = window.locator("[data-generated-text]").inner_text()
    window.get_by_role("button", name="Change password").click()
    expect(window.get_by_text(f"The password of {address} was changed.")).to_be_visible()
    window.get_by_role("button", name="Close").click()

    assert signs_in(mail, address, second)
    assert not signs_in(mail, address, first)

    portal.get_by_label("Type the address to confirm").fill(address)
    portal.get_by_role("button", name="Delete mailbox").click()
    expect(portal.locator("#flash")).to_contain_text(f"Mailbox {address} deleted.")
    loaded(portal)

    assert not signs_in(mail, address, second)
    assert "marie.dupont" not in mail.state(mode.domain)["users"]


@modes(lambda mode: mode.keeps)
def test_where_a_cookie_is_kept_the_frame_can_be_reloaded(portal: Frame, mode: Mode) -> None:
    portal.get_by_role("link", name="New email address").click()
    portal.get_by_role("heading", name="New email address").wait_for()

    with portal.page.expect_event("framenavigated"):
        portal.evaluate("location.reload()")

    expect(portal.get_by_role("heading", name="New email address")).to_be_visible()
    expect(portal.get_by_role("heading", level=1)).to_have_text(mode.domain)
    assert portal.evaluate("document.querySelector('meta[name=portal-token]').content")


@modes(lambda mode: not mode.keeps)
def test_without_any_cookie_a_reload_offers_to_open_the_service_again(
    portal: Frame, mode: Mode, complaints: Complaints
) -> None:
    complaints.expect_status(401)
    portal.page.evaluate("window.sameDocument = true")
    portal.evaluate("location.reload()")
    expect(portal.get_by_role("heading", name="Your session has ended")).to_be_visible()
    expect(portal.get_by_role("button").or_(portal.get_by_role("link"))).to_have_count(1)

    portal.get_by_role("link", name="Open again").click()

    expect(portal.get_by_role("heading", level=1)).to_have_text(mode.domain)
    loaded(portal)
    assert portal.page.evaluate("window.sameDocument")


@modes(lambda mode: not mode.keeps)
def test_without_any_cookie_the_language_can_be_changed(portal: Frame) -> None:
    speak(portal, "Français")

    expect(portal.locator("#portal")).to_have_attribute("lang", "fr")
    loaded(portal)
