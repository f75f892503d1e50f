"""Who may frame the portal, and who may talk to it from outside."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Frame, Page, expect

from portal.sandbox.web import Web
from tests.browser.complaints import Complaints
from tests.browser.portal_frame import HOME, loaded
from tests.live import Live

MESSAGES = """() => {
    const portal = top.frames["mailporch-101"];
    for (const type of ["portal:token", "portal:height", "portal:relaunch", "portal:scroll"]) {
        for (const extra of [{}, {px: NaN}, {px: 1e9}, {token: "abc"}, {y: -5}]) {
            portal.postMessage({v: 1, type, ...extra}, "*");
        }
    }
    for (const other of [null, 7, "portal:token", [1]]) portal.postMessage(other, "*");
}"""

# Messages are delivered in order and before the next picture: then those sent before have been dealt with.
SETTLED = "new Promise(done => requestAnimationFrame(() => setTimeout(done)))"


@pytest.fixture
def strangers_page() -> Iterator[str]:
    """A page on a site that is nobody's tenant."""
    app = Flask(__name__)
    app.add_url_rule("/", view_func=lambda: '<!doctype html><link rel="icon" href="data:,"><h1>A stranger</h1>')
    with Web(app) as web:
        yield f"http://stranger.localhost:{web.port}/"


def framed(page: Page, url: str) -> Frame:
    """A frame that a page makes of an address, when it has loaded or failed to."""
    page.evaluate(
        """src => new Promise(done => {
            const frame = Object.assign(document.createElement("iframe"), {src, name: "framed"});
            frame.onload = done;
            document.body.append(frame);
        })""",
        url,
    )
    frame = page.locator("iframe[name=framed]").element_handle().content_frame()
    assert frame is not None
    frame.wait_for_load_state()
    return frame


def test_the_frame_listens_to_nobody(alice: Frame, live: Live) -> None:
    page = alice.page
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.evaluate(
        "url => document.body.append(Object.assign(document.createElement('iframe'), {src: url, id: 'other'}))",
        f"{live.whmcs['harbour']}/clientarea.php",
    )
    page.frame_locator("#other").locator("body").wait_for()
    requests.clear()
    before = alice.content()

    for sender in (
        page.main_frame,
        next(frame for frame in page.frames if frame.url.startswith(live.whmcs["harbour"])),
    ):
        sender.evaluate(MESSAGES)
    alice.evaluate(SETTLED)

    assert alice.content() == before
    assert requests == []


@pytest.mark.parametrize("owner", ["harbour", "stranger"])
def test_a_page_that_is_not_the_tenants_cannot_frame_the_portal(
    alice: Frame, live: Live, complaints: Complaints, owner: str, strangers_page: str
) -> None:
    complaints.expect("frame-ancestors")
    complaints.expect("/csp")
    complaints.expect_status(401)
    page = alice.page
    page.goto(live.whmcs["harbour"] if owner == "harbour" else strangers_page)

    frame = framed(page, f"{live.portal}{HOME}/")

    assert frame.url == "chrome-error://chromewebdata/"
    assert "alice" not in frame.content()


def test_the_tenants_own_pages_can_frame_the_portal(alice: Frame, live: Live) -> None:
    page = alice.page
    page.goto(live.whmcs["northwind"])

    frame = framed(page, f"{live.portal}{HOME}/")

    expect(frame.get_by_role("heading", level=1)).to_have_text("alice.test")
    loaded(frame)
