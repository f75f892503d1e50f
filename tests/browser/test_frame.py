"""The portal inside WHMCS's page: its widths, its height and its windows."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Frame, expect

from portal.sandbox.control import Running
from tests.browser.complaints import Complaints
from tests.browser.portal_frame import HOME, WINDOWS, create_mailbox, go, in_column, opened, sticks_out, until
from tests.live import Live

LONG = "an-address-so-long-that-no-column-of-any-list-was-ever-made-for"


def frame_fits(portal: Frame) -> None:
    """Wait until the frame is as high as what is in it: nothing to scroll inside, nothing empty below."""
    until(portal, "() => document.documentElement.scrollHeight === innerHeight")
    until(portal, "() => innerHeight - document.getElementById('portal').offsetHeight < 2")


@pytest.fixture(params=WINDOWS, ids="{}px".format)
def column(request: pytest.FixtureRequest, alice: Frame) -> Frame:
    """Alice's portal in a column of each width."""
    in_column(alice, request.param)
    return alice


def test_nothing_is_clipped_and_nothing_scrolls_sideways(column: Frame, mail: Running, complaints: Complaints) -> None:
    complaints.expect_status(422, 503)
    mail.mailbox("alice.test", LONG, display_name="A Display Name That Goes On And On " * 3)
    clipped = {}

    def look(screen: str) -> None:
        frame_fits(column)
        if found := sticks_out(column):
            clipped[screen] = found

    look("dashboard")
    go(column, f"{HOME}/addresses/?q={LONG[:20]}&refresh=1")
    look("list")
    go(column, f"{HOME}/mailboxes/{LONG}@alice.test")
    look("mailbox")
    column.get_by_role("button", name="Change password").click()
    column.get_by_role("dialog").get_by_role("button", name="Generate a password").click()
    look("password window")
    go(column, f"{HOME}/mailboxes/new")
    look("new mailbox")
    column.get_by_label("Username").fill(LONG)
    column.get_by_role("button", name="Create mailbox").click()
    column.locator(".field-error").first.wait_for()
    look("new mailbox with errors")
    go(column, f"{HOME}/addresses/")
    create_mailbox(column, LONG[::-1])
    look("created")
    mail.faults({"path": "*", "kind": "down"})
    go(column, f"{HOME}/addresses/?refresh=1")
    look("mail server down")

    assert clipped == {}


def test_the_frame_follows_its_content_up_and_down(alice: Frame) -> None:
    heights = []

    for path in ("addresses/", "mailboxes/new", "addresses/"):
        go(alice, f"{HOME}/{path}")
        frame_fits(alice)
        heights.append(alice.evaluate("innerHeight"))

    first, form, second = heights
    assert first == second > 2 * form


def test_the_frame_follows_the_width_of_the_window(alice: Frame) -> None:
    heights = []

    for width in (825, 375, 825):
        in_column(alice, width)
        frame_fits(alice)
        heights.append(alice.evaluate("innerHeight"))

    wide, narrow, wide_again = heights
    assert narrow > wide == wide_again


@pytest.mark.parametrize(("window", "height"), [(1280, 620), (405, 760)])
def test_a_window_opens_in_the_part_of_the_frame_that_is_seen(alice: Frame, window: int, height: int) -> None:
    page = alice.page
    page.set_viewport_size({"width": window, "height": height})
    go(alice, f"{HOME}/mailboxes/adele.arnaud@alice.test")
    frame_fits(alice)
    button = alice.get_by_role("button", name="Change password")
    button.scroll_into_view_if_needed()
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    button.scroll_into_view_if_needed()

    button.click()

    dialog = alice.get_by_role("dialog")
    until(alice, "() => document.querySelector('dialog[open]').dataset.at !== undefined")
    box = dialog.bounding_box()
    assert box is not None
    assert page.evaluate("scrollY") > 0
    assert 0 <= box["y"] < height / 2


def test_the_frame_grows_for_a_window_that_is_longer_than_the_page(alice: Frame) -> None:
    alice.page.set_viewport_size({"width": 405, "height": 700})
    go(alice, f"{HOME}/mailboxes/new")
    frame_fits(alice)
    before = alice.evaluate("innerHeight")
    alice.get_by_role("button", name="Set password").click()
    alice.get_by_role("button", name="Generate a password").click()

    until(alice, "() => innerHeight >= document.querySelector('dialog[open]').getBoundingClientRect().bottom")
    alice.get_by_role("button", name="Cancel").first.click()

    until(alice, "before => innerHeight === before", before)


def test_cards_load_when_the_portals_own_script_is_the_last_to_arrive(
    new_context: Callable[..., BrowserContext], live: Live, mail: Running
) -> None:
    context = new_context()
    context.route(
        "**/static/portal.js*", lambda route: (route.request.frame.page.wait_for_timeout(300), route.continue_())
    )

    portal = opened(context.new_page(), live.service_page(101))

    expect(portal.get_by_role("heading", name="Addresses")).to_be_visible()
