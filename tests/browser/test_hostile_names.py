"""Names that somebody chose to do harm, or that are just unusual, in a real browser."""

from collections.abc import Callable
from urllib.parse import quote

import pytest
from playwright.sync_api import BrowserContext, Frame, expect

from portal.sandbox.control import Running
from tests.browser.axe import MOTIONLESS, finds
from tests.browser.portal_frame import HOME, go, in_column, opened, sticks_out
from tests.elsewhere import Elsewhere
from tests.live import Live

RUN_ME = "\"'><img src=x onerror=window.harmed=1><script>window.harmed=1</script>{{7*7}}"
LONGEST = "w" * 64
FAR = f"{LONGEST}@{'.'.join(['d' * 60] * 3)}.test"
# Mailboxes by local part, with their display names.
NAMES = {
    "0harm": RUN_ME,
    "0turned": '\u202egnp.exe\u202d\u2066 O\'Brien & Søn + "one"',
    "0hebrew": "שלום עולם مرحبا",
    "0piled": "Z" + "\u0301\u0316\u0334" * 20 + "👩\u200d👩\u200d👧",
    f"0{LONGEST[1:]}": "W" * 128,
    "0o'b&x+y": "",
}


@pytest.fixture(params=[825, 375], ids="{}px".format)
def portal(
    request: pytest.FixtureRequest, new_context: Callable[..., BrowserContext], live: Live, mail: Running
) -> Frame:
    elsewhere = Elsewhere(mail)
    for name, display_name in NAMES.items():
        mail.mailbox("alice.test", name, display_name=display_name)
    elsewhere.alias("0forward@alice.test", RUN_ME.replace(" ", "_") + "@example.net", FAR, "\u202ex@example.net")
    elsewhere.alias("0a'b&c+d@alice.test", "0harm@alice.test")
    elsewhere.forward("0harm@alice.test", FAR, RUN_ME.replace(" ", "_") + "@example.net")
    portal = opened(new_context(**MOTIONLESS).new_page(), live.service_page(101))
    in_column(portal, request.param)
    go(portal, f"{HOME}/addresses/?refresh=1")
    return portal


def test_names_are_shown_never_run_and_no_page_is_wider_for_them(portal: Frame, mail: Running) -> None:
    dialogs: list[str] = []
    portal.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    wrong: dict[str, list[str]] = {}

    def look(path: str, *texts: str) -> None:
        go(portal, f"{HOME}/{path}")
        shown = portal.locator("#portal").inner_text() + " ".join(
            portal.locator("input").evaluate_all("all => all.map(one => one.value)")
        )
        found = [f"not shown: {text}" for text in texts if text not in shown] + sticks_out(portal) + finds(portal)
        if found:
            wrong[path] = found

    look("addresses/", *NAMES.values(), *NAMES, FAR)
    look("aliases/", "0a'b&c+d@alice.test", FAR)
    look(f"addresses/?q={quote(RUN_ME)}", RUN_ME)
    look("forwards/0forward@alice.test", FAR)
    for name, display_name in NAMES.items():
        look(f"mailboxes/{quote(name)}@alice.test", name, display_name)
    look(f"devices/0{LONGEST[1:]}@alice.test", LONGEST[1:])
    go(portal, f"{HOME}/mailboxes/0turned@alice.test")
    portal.get_by_label("Display name").fill(RUN_ME)
    portal.get_by_role("button", name="Save").click()
    expect(portal.locator("#flash")).to_contain_text("Saved.")
    look("history", RUN_ME)

    assert wrong == {}
    assert dialogs == []
    assert portal.evaluate("window.harmed") is None


def test_a_name_stays_as_it_is_when_the_browser_saves_something_else(portal: Frame, mail: Running) -> None:
    kept = mail.state("alice.test")["users"]["0harm"]["forwardList"]
    go(portal, f"{HOME}/mailboxes/0harm@alice.test")
    expect(portal.locator(".save-bar")).to_be_hidden()

    portal.get_by_label("Disk space limit").fill("7")
    expect(portal.locator("[data-save-note]")).to_have_text("1 change: Disk space limit")
    portal.get_by_role("button", name="Save").click()
    expect(portal.locator("#flash")).to_contain_text("Saved.")

    harm = mail.state("alice.test")["users"]["0harm"]
    assert (harm["userData"]["fullName"], harm["userData"]["maxMailboxSize"]) == (RUN_ME, 7 * 2**20)
    assert harm["forwardList"] == kept
