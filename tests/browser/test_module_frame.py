"""The WHMCS page's side of the frame (the PHP module's template and frame.js), in a real browser."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qsl

import pytest
from playwright.sync_api import Browser, Frame, Page, expect

from portal.sandbox.whmcs import php
from tests.missing import needs

SCRIPT = Path(__file__).parents[2] / "sso/whmcs/modules/servers/mailporch/frame.js"
OTHER_MESSAGES = (
    "{type: 'portal:height', v: 1, px: NaN}",
    "{type: 'portal:height', v: 1, px: Infinity}",
    "{type: 'portal:height', v: 1, px: '640'}",
    "{type: 'portal:height', v: 1}",
    "{type: 'portal:height', v: 2, px: 640}",
    "{type: 'portal:unknown', v: 1, px: 640}",
    "{type: 'toString', v: 1}",
    "null",
    "'portal:height'",
)
FORM_OF_WHMCS = re.compile(r"<form\b[^>]*\smethod=.post.[^>]*>", re.IGNORECASE)


@dataclass
class World:
    """A WHMCS page and a portal on two origins, and what was posted to the portal."""

    whmcs: str = ""
    portal: str = ""
    signed_in: bool = True
    posted: list[list[tuple[str, str]]] = field(default_factory=list)

    @property
    def service_page(self) -> str:
        return f"{self.whmcs}/clientarea.php?action=productdetails&id=101"

    def whmcs_page(self) -> str:
        if not self.signed_in:
            return "<h1>Sign in to WHMCS</h1>"
        host, _, port = self.portal.removeprefix("http://").partition(":")
        html = php.run(
            "ClientArea",
            {
                "serviceid": 101,
                "userid": 11,
                "domain": "alice.test",
                "serverhostname": host,
                "serverport": port,
                "serverusername": "northwind",
                "serverpassword": "k" * 43,
                "clientsdetails": {"owner_user_id": 21},
            },
            session={"user": {"id": 21, "fullName": "Alice Martin", "email": "alice@customer.test"}},
            config={"SystemURL": self.whmcs},
            currency={"code": "CAD", "prefix": "$", "suffix": ""},
            service={"billingcycle": "Monthly", "recurringamount": "5.00", "status": "Active"},
            render=True,
        )["html"]
        # WHMCS puts a field of its own, called "token" too, into the forms it prints.
        html = FORM_OF_WHMCS.sub(r'\g<0><input type="hidden" name="token" value="csrf">', html)
        return f'<!doctype html><body style="margin:0"><div style="height:300px"></div>{html}</body>'


def serve(answer: Callable[[BaseHTTPRequestHandler], tuple[str, str]]) -> tuple[ThreadingHTTPServer, Thread]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, body = answer(self)
            self.send_response(200)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.end_headers()
            self.wfile.write(body.encode())

        do_POST = do_GET

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    return server, thread


@pytest.fixture
def world() -> Iterator[World]:
    needs("php")
    needs("smarty4")
    here = World()

    def whmcs(request: BaseHTTPRequestHandler) -> tuple[str, str]:
        if "frame.js" in request.path:
            return "text/javascript", SCRIPT.read_text(encoding="utf-8")
        return "text/html", here.whmcs_page() if "clientarea.php" in request.path else ""

    def portal(request: BaseHTTPRequestHandler) -> tuple[str, str]:
        if request.command == "POST":
            length = int(request.headers["Content-Length"])
            here.posted.append(parse_qsl(request.rfile.read(length).decode()))
        return "text/html", f"<!doctype html><h1>The portal</h1><output>{len(here.posted)}</output>"

    running = [serve(whmcs), serve(portal)]
    here.whmcs, here.portal = (
        f"http://{host}:{server.server_address[1]}"
        for host, (server, _) in zip(["whmcs.northwind.localhost", "portal.elsewhere.localhost"], running, strict=True)
    )
    yield here
    for server, thread in running:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def page(browser: Browser, world: World) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(world.service_page)
    expect(page.frame_locator("iframe").locator("h1")).to_have_text("The portal")
    yield page
    context.close()


def the_portal(page: Page) -> Frame:
    frame = page.frame(name="mailporch-101")
    assert frame is not None
    return frame


def says(frame: Frame, message: str) -> None:
    """Send a message, given as JavaScript, to the WHMCS page."""
    frame.evaluate(f"parent.postMessage({message}, '*')")


def height(page: Page) -> str | None:
    # A message of the page's own, sent after the others, shows that these were handled.
    page.evaluate("new Promise(done => { addEventListener('message', done, {once: true}); postMessage('', '*') })")
    return page.locator("iframe").first.get_attribute("height")


def test_the_page_opens_the_portal_by_itself_with_the_token_and_nothing_else(page: Page, world: World) -> None:
    ((name, token),) = world.posted[0]

    assert (name, token.count(".")) == ("token", 2)
    expect(page.get_by_role("button")).to_have_count(0)


def test_without_javascript_a_button_opens_the_portal(browser: Browser, world: World) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(world.service_page)

    page.get_by_role("button", name="Open the e-mail settings").click()

    expect(page.frame_locator("iframe").locator("h1")).to_have_text("The portal")
    assert [name for name, _ in world.posted[0]] == ["token"]
    context.close()


def test_the_frame_gets_the_height_of_its_content_within_bounds(page: Page) -> None:
    became = {}

    for px in ("640", "640.2", "5", "-1", "1e9"):
        says(the_portal(page), f"{{type: 'portal:height', v: 1, px: {px}}}")
        became[px] = height(page)

    assert became == {"640": "640", "640.2": "641", "5": "200", "-1": "200", "1e9": "20000"}


def test_messages_of_another_form_are_ignored(page: Page) -> None:
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))

    for message in OTHER_MESSAGES:
        says(the_portal(page), message)

    assert height(page) == "720"
    assert errors == []


def test_another_frame_of_the_portals_own_origin_is_not_listened_to(page: Page, world: World) -> None:
    page.evaluate(
        "url => document.body.append(Object.assign(document.createElement('iframe'), {src: url}))", world.portal
    )
    page.frame_locator("iframe >> nth=1").locator("h1").wait_for()
    other = next(frame for frame in page.frames if frame.url == f"{world.portal}/")

    says(other, "{type: 'portal:height', v: 1, px: 640}")

    assert height(page) == "720"


def test_another_page_in_the_portals_frame_is_not_listened_to(page: Page, world: World) -> None:
    elsewhere = world.portal.replace("portal.elsewhere", "attacker")
    the_portal(page).goto(elsewhere)

    says(the_portal(page), "{type: 'portal:height', v: 1, px: 640}")

    assert height(page) == "720"


def test_the_page_scrolls_to_a_place_in_the_frame(page: Page) -> None:
    says(the_portal(page), "{type: 'portal:height', v: 1, px: 3000}")
    says(the_portal(page), "{type: 'portal:scroll', v: 1, y: 500}")

    page.wait_for_function("scrollY > 0")
    assert page.evaluate("Math.round(document.querySelector('iframe').getBoundingClientRect().top)") == -500


def test_a_portal_that_asks_for_it_is_opened_again_with_a_fresh_token(page: Page, world: World) -> None:
    says(the_portal(page), "{type: 'portal:relaunch', v: 1}")

    expect(page.frame_locator("iframe").locator("output")).to_have_text("2")
    first, second = world.posted
    assert first != second


def test_a_customer_who_was_signed_out_of_whmcs_is_asked_to_sign_in(page: Page, world: World) -> None:
    world.signed_in = False

    says(the_portal(page), "{type: 'portal:relaunch', v: 1}")

    expect(page.locator("h1")).to_have_text("Sign in to WHMCS")


def test_a_portal_that_asks_again_and_again_is_not_answered_for_ever(page: Page, world: World) -> None:
    for times in range(2, 7):
        says(the_portal(page), "{type: 'portal:relaunch', v: 1}")
        expect(page.frame_locator("iframe").locator("output")).to_have_text(str(times))

    says(the_portal(page), "{type: 'portal:relaunch', v: 1}")

    page.wait_for_timeout(400)
    assert len(world.posted) == 6
