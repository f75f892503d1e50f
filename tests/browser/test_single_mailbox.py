"""Alice's mailbox on a domain that customers share: each screen in the frame, by keyboard, in each width."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Frame, FrameLocator, expect

from portal.sandbox.polarismail.control import PolarisMail
from tests.browser.axe import MOTIONLESS, finds
from tests.browser.complaints import Complaints
from tests.browser.keyboard import Keyboard
from tests.browser.portal_frame import go, in_column, loaded, opened, opened_by_link, sticks_out
from tests.live import Live

HOME = "/s/northwind-121"
ADDRESS = "alice@mail.test"
SCREENS = (
    "",
    "aliases/",
    "aliases/new",
    "aliases/a.rather.long.name.for.an.alias@mail.test",
    "lists/",
    "lists/new",
    "lists/friends@mail.test",
    "history",
    "help",
    f"devices/{ADDRESS}",
)
FIRST = "Str0ng!Enough-Word"


@pytest.fixture
def shared(live: Live) -> Iterator[PolarisMail]:
    yield live.shared_mail
    live.shared_mail.faults()


@pytest.fixture
def portal(new_context: Callable[..., BrowserContext], live: Live, shared: PolarisMail) -> Frame:
    """Alice's mailbox, in the frame on her WHMCS page."""
    return opened(new_context(**MOTIONLESS).new_page(), live.service_page(121))


@pytest.fixture
def objects(portal: Frame) -> Iterator[None]:
    """An alias and a list with members, made and removed by hand."""
    go(portal, f"{HOME}/aliases/new")
    portal.locator("#name").fill("a.rather.long.name.for.an.alias")
    portal.locator("#destinations").fill("somebody.with.a.rather.long.name@a-rather-long-domain.example.net")
    submit(portal)
    go(portal, f"{HOME}/lists/new")
    portal.locator("#name").fill("friends")
    submit(portal)
    for member in (ADDRESS, "somebody.with.a.rather.long.name@a-rather-long-domain.example.net"):
        portal.locator("#member").fill(member)
        submit(portal, ".add-member")
    yield
    for path in ("aliases/a.rather.long.name.for.an.alias@mail.test", "lists/friends@mail.test"):
        go(portal, f"{HOME}/{path}")
        submit(portal, ".danger form")


def submit(portal: Frame, form: str = "main form") -> None:
    """Press a form's button, and wait for what is said about it."""
    portal.locator(f"{form} button[type=submit]").first.click()
    portal.locator("#flash .flash").wait_for()
    loaded(portal)


@pytest.mark.usefixtures("objects")
def test_every_screen_fits_every_width_and_axe_finds_nothing(portal: Frame) -> None:
    found = {}

    for screen in SCREENS:
        go(portal, f"{HOME}/{screen}")
        for width in (825, 610, 375):
            in_column(portal, width)
            found[screen, width] = sticks_out(portal)
        found[screen, "axe"] = finds(portal)

    assert {place: wrong for place, wrong in found.items() if wrong} == {}


@pytest.mark.usefixtures("objects")
def test_so_it_is_in_a_dark_window_in_french(new_context: Callable[..., BrowserContext], live: Live) -> None:
    page = new_context(color_scheme="dark", **MOTIONLESS).new_page()
    window = opened_by_link(page, live.link(121, language="french"))
    found = {}

    for screen in SCREENS:
        go(window, f"{HOME}/{screen}")
        found[screen] = finds(window) + sticks_out(window)
    go(window, f"{HOME}/")
    window.locator("[data-open]").click()
    found["password"] = finds(window)

    assert {screen: wrong for screen, wrong in found.items() if wrong} == {}


def test_the_password_is_changed_by_keyboard(portal: Frame, shared: PolarisMail) -> None:
    keyboard = Keyboard(portal)

    keyboard.button("Change password")
    keyboard.write("New password", "short")
    expect(portal.locator("[data-rule=lower]")).to_have_class("met")
    expect(portal.locator("[data-rule=length]")).not_to_have_class("met")
    keyboard.button("Generate a password")
    expect(portal.locator("[data-rule]:not(.met)")).to_have_count(0)
    password = portal.locator("[data-generated-text]").inner_text()
    keyboard.to(portal.locator("#password button[type=submit]"))
    keyboard.press("Enter")

    expect(portal.locator("#password .ok")).to_contain_text(f"The password of {ADDRESS} was changed.")
    assert shared.lets_in(ADDRESS, password)
    assert keyboard.unseen == set()


def test_webmail_opens_in_a_tab_of_its_own_and_is_signed_in(portal: Frame, complaints: Complaints) -> None:
    complaints.expect("favicon.ico")  # webmail has none
    with portal.page.expect_popup() as popup:
        portal.get_by_role("button", name="Open webmail").click()

    expect(popup.value.get_by_role("heading")).to_have_text(f"Signed in as {ADDRESS}")
    expect(portal.locator("#usage")).to_be_visible()


def test_aliases_by_keyboard(portal: Frame, shared: PolarisMail, complaints: Complaints) -> None:
    complaints.expect_status(422)
    keyboard = Keyboard(portal)

    keyboard.link("New alias")
    expect(portal.locator("#name")).to_be_visible()
    keyboard.write("Name", "postmaster")
    keyboard.press("Enter")
    expect(portal.locator("#name-error")).to_contain_text("This name is reserved.")
    keyboard.write("Name", "by.keyboard")
    keyboard.press("Enter")
    expect(portal.locator("#flash")).to_contain_text("Alias by.keyboard@mail.test created.")
    assert shared.state("mail.test")["aliases"]["by.keyboard"] == ADDRESS
    keyboard.to(portal.locator("[data-address='by.keyboard@mail.test'] a"))
    keyboard.press("Enter")
    expect(portal.locator(".danger")).to_be_visible()
    keyboard.button("Delete")
    expect(portal.locator("#flash")).to_contain_text("Alias by.keyboard@mail.test deleted.")

    assert "by.keyboard" not in shared.state("mail.test")["aliases"]
    assert not keyboard.lost
    assert keyboard.unseen == set()


def test_lists_by_keyboard(portal: Frame, shared: PolarisMail) -> None:
    keyboard = Keyboard(portal)

    keyboard.link("New list")
    expect(portal.locator("#name")).to_be_visible()
    keyboard.write("Name", "choir")
    keyboard.press("Enter")
    expect(portal.locator("#flash")).to_contain_text("List choir@mail.test created.")
    for member in ("alice", "somebody@example.net"):
        keyboard.write("Add a member", member)
        keyboard.press("Enter")
        expect(portal.locator(f"[data-member^='{member}']")).to_be_visible()
        expect(portal.locator("#member")).to_have_value("")
    keyboard.to(portal.locator("[data-member^='somebody'] button"))
    keyboard.press("Enter")
    expect(portal.locator("#flash")).to_contain_text("somebody@example.net removed.")
    assert shared.state("mail.test")["lists"]["choir"] == [ADDRESS]
    keyboard.button("Delete list")
    expect(portal.locator("#flash")).to_contain_text("List choir@mail.test deleted.")

    assert "choir" not in shared.state("mail.test")["lists"]
    assert not keyboard.lost


@pytest.mark.usefixtures("objects")
def test_what_the_mail_server_lost_is_created_again_from_either_card(portal: Frame, shared: PolarisMail) -> None:
    shared.remove("mail.test", "a.rather.long.name.for.an.alias")
    shared.remove("mail.test", "friends")
    portal.page.wait_for_timeout(16_000)  # as long as what was read is shown
    go(portal, f"{HOME}/")
    expect(portal.locator("[data-missing]")).to_have_count(2)
    looks = [sticks_out(portal), finds(portal)]

    portal.locator("#lists").get_by_role("button", name="Create again").click()

    expect(portal.locator("[data-missing]")).to_have_count(0)
    expect(portal.locator("#flash")).to_contain_text("What was missing has been created again.")
    assert looks == [[], []]
    assert "friends" in shared.state("mail.test")["lists"]


def test_a_card_that_the_mail_server_does_not_answer_is_tried_again(
    portal: Frame, shared: PolarisMail, complaints: Complaints
) -> None:
    complaints.expect_status(503)
    shared.faults({"action": "getAllListsDomain", "kind": "down"})
    portal.page.wait_for_timeout(16_000)
    go(portal, f"{HOME}/")
    expect(portal.locator("#lists")).to_contain_text("The mail server did not answer")
    shared.faults()

    portal.locator("#lists").get_by_role("link", name="Try again").click()

    expect(portal.locator("#lists [data-used]")).to_be_visible()


def test_all_of_it_works_without_javascript(
    new_context: Callable[..., BrowserContext], live: Live, shared: PolarisMail
) -> None:
    page = new_context(java_script_enabled=False).new_page()
    page.goto(live.service_page(121))
    page.locator("form:has([name=token]) button").click()
    portal: FrameLocator = page.frame_locator("iframe")

    portal.locator("#usage a").click()
    portal.locator("#change-password").fill(FIRST)
    portal.locator("#change-password_again").fill(FIRST)
    portal.get_by_role("button", name="Change password").click()
    expect(portal.locator("#password .ok")).to_be_visible()
    portal.get_by_role("link", name="Lists").click()
    portal.get_by_role("link", name="New list").click()
    portal.locator("#name").fill("unscripted")
    portal.get_by_role("button", name="Create list").click()
    portal.locator("#member").fill(ADDRESS)
    portal.get_by_role("button", name="Add").click()
    expect(portal.locator(f"[data-member='{ADDRESS}']")).to_be_visible()
    portal.get_by_role("button", name="Remove").click()
    expect(portal.get_by_text("No members yet.")).to_be_visible()
    portal.get_by_role("button", name="Delete list").click()
    expect(portal.locator("#flash")).to_contain_text("List unscripted@mail.test deleted.")

    assert shared.lets_in(ADDRESS, FIRST)
