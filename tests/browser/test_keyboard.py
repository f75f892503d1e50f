"""The portal by keyboard alone."""

import pytest
from playwright.sync_api import Frame, expect

from portal.sandbox.control import Running
from tests.browser.complaints import Complaints
from tests.browser.keyboard import Keyboard
from tests.browser.portal_frame import HOME, go, loaded


@pytest.fixture
def keyboard(alice: Frame) -> Keyboard:
    return Keyboard(alice)


def test_a_mailbox_is_made_and_deleted_and_one_always_sees_where_one_is(
    alice: Frame, keyboard: Keyboard, mail: Running
) -> None:
    keyboard.tab_to("a[href$='/mailboxes/new']")
    keyboard.press("Enter")
    alice.locator("#name").wait_for()
    keyboard.tab_to("#name")
    keyboard.type("kim.keys")
    keyboard.tab_to("[data-open]")
    keyboard.press("Enter")
    keyboard.tab_to("[data-generate]")
    keyboard.press("Space")
    keyboard.tab_to("[data-accept]")
    keyboard.press("Enter")
    keyboard.tab_to("[data-new-mailbox] button[type=submit]")
    keyboard.press("Enter")
    alice.locator(".sheet").wait_for()

    assert "kim.keys" in mail.state("alice.test")["users"]

    keyboard.tab_to("a[href$='/mailboxes/kim.keys@alice.test'], a[href$='/mailboxes/kim.keys%40alice.test']")
    keyboard.press("Enter")
    alice.locator("#confirm").wait_for()
    keyboard.tab_to("#confirm")
    keyboard.type("kim.keys@alice.test")
    keyboard.tab_to("[data-confirm-address] button")
    keyboard.press("Enter")
    expect(alice.locator("#flash")).to_contain_text("deleted")
    loaded(alice)

    assert "kim.keys" not in mail.state("alice.test")["users"]
    assert keyboard.unseen == set()


@pytest.mark.parametrize("leave", ["Escape", "Enter"])
def test_a_window_takes_the_focus_keeps_it_and_gives_it_back(alice: Frame, keyboard: Keyboard, leave: str) -> None:
    go(alice, f"{HOME}/mailboxes/adele.arnaud@alice.test")
    keyboard.tab_to("[data-open=password-window]")
    keyboard.press("Enter")

    assert keyboard.at("#password-window *")

    for _ in range(12):
        keyboard.press("Tab")
        assert keyboard.at("#password-window *")
    if leave == "Enter":
        keyboard.tab_to("#password-window [data-close]")
    keyboard.press(leave)

    expect(alice.get_by_role("dialog")).to_have_count(0)
    assert keyboard.at("[data-open=password-window]")


def test_a_wrong_form_takes_the_focus_to_what_is_wrong(
    alice: Frame, keyboard: Keyboard, complaints: Complaints
) -> None:
    complaints.expect_status(422)
    go(alice, f"{HOME}/mailboxes/new")
    keyboard.tab_to("#name")
    keyboard.type("wrong name")

    keyboard.press("Enter")

    alice.locator("#name-error").wait_for()
    assert keyboard.at("[data-focus], .is-invalid")


def test_after_a_move_the_focus_is_not_lost(alice: Frame, keyboard: Keyboard) -> None:
    keyboard.tab_to("a[href$='/mailboxes/new']")

    keyboard.press("Enter")

    alice.locator("#name").wait_for()
    assert keyboard.at("#portal, #portal *")


def test_search_keeps_focus_and_caret_and_asks_the_server_a_few_times_at_most(alice: Frame) -> None:
    asked: list[str] = []
    alice.page.on("request", lambda request: asked.append(request.url) if "?q=" in request.url else None)
    search = alice.get_by_role("searchbox")
    search.click()

    search.press_sequentially("adeledupont", delay=60)
    for _ in range(len("dupont")):
        search.press("ArrowLeft")
    search.press_sequentially(".")
    expect(alice.locator("tr[data-address]")).to_have_count(1)
    loaded(alice)

    field = search.evaluate("field => [field === document.activeElement, field.value, field.selectionStart]")
    assert field == [True, "adele.dupont", len("adele.")]
    assert 1 <= len(asked) <= 3
