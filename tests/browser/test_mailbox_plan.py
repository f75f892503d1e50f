"""Bob's mailbox, whose plan keeps to the domain and has few places: what the screens refuse, and how full it is."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import BrowserContext, Frame, expect

from portal.sandbox.polarismail.control import PolarisMail
from tests.browser.axe import MOTIONLESS, finds
from tests.browser.complaints import Complaints
from tests.browser.portal_frame import go, in_column, loaded, opened, sticks_out
from tests.live import Live

HOME = "/s/harbour-221"
OUTSIDE = "somebody@example.net"
REFUSED = "It has to be an address at mail.test: your plan allows no others."


@pytest.fixture
def shared(live: Live) -> Iterator[PolarisMail]:
    yield live.shared_mail
    live.shared_mail.faults()


@pytest.fixture
def bob(new_context: Callable[..., BrowserContext], live: Live, shared: PolarisMail) -> Frame:
    return opened(new_context(**MOTIONLESS).new_page(), live.service_page(221, "harbour"))


def submit(portal: Frame, form: str = "main form") -> None:
    portal.locator(f"{form} button[type=submit]").first.click()
    loaded(portal)


def create(portal: Frame, card: str, name: str) -> Iterator[None]:
    """An alias or list for as long as a test takes."""
    go(portal, f"{HOME}/{card}/new")
    portal.locator("#name").fill(name)
    submit(portal)
    expect(portal.locator("#flash .flash")).to_be_visible()
    yield
    go(portal, f"{HOME}/{card}/{name}@mail.test")
    submit(portal, ".danger form")
    expect(portal.locator("#flash")).to_contain_text("deleted")


@pytest.fixture
def alias(bob: Frame) -> Iterator[None]:
    yield from create(bob, "aliases", "bobs")


@pytest.fixture
def members(bob: Frame) -> Iterator[None]:
    yield from create(bob, "lists", "bobs.list")


def test_a_new_alias_leads_nowhere_outside(bob: Frame, shared: PolarisMail, complaints: Complaints) -> None:
    complaints.expect_status(422)
    go(bob, f"{HOME}/aliases/new")
    bob.locator("#name").fill("outside")
    bob.locator("#destinations").fill(OUTSIDE)

    submit(bob)

    expect(bob.locator("#destinations-error")).to_contain_text(REFUSED)
    expect(bob.locator("#destinations-error")).to_be_focused()
    expect(bob.locator("#destinations")).to_have_value(OUTSIDE)
    assert "outside" not in shared.state("mail.test")["aliases"]


@pytest.mark.usefixtures("alias")
def test_neither_does_one_that_is_edited(bob: Frame, shared: PolarisMail, complaints: Complaints) -> None:
    complaints.expect_status(422)
    go(bob, f"{HOME}/aliases/bobs@mail.test")
    bob.locator("#destinations").fill(OUTSIDE)

    submit(bob)

    expect(bob.locator("#destinations-error")).to_contain_text(REFUSED)
    assert shared.state("mail.test")["aliases"]["bobs"] == "bob@mail.test"


@pytest.mark.usefixtures("members")
def test_neither_does_a_list(bob: Frame, shared: PolarisMail, complaints: Complaints) -> None:
    complaints.expect_status(422)
    go(bob, f"{HOME}/lists/bobs.list@mail.test")
    bob.locator("#member").fill(OUTSIDE)

    submit(bob, ".add-member")

    expect(bob.locator("#member-error")).to_contain_text(REFUSED)
    assert shared.state("mail.test")["lists"]["bobs.list"] == []


@pytest.mark.usefixtures("members")
def test_a_plan_that_is_used_up_offers_no_more_and_says_what_to_do(bob: Frame, complaints: Complaints) -> None:
    complaints.expect_status(422)
    go(bob, f"{HOME}/lists/")
    card = bob.locator("#lists")
    expect(card.get_by_role("link", name="New list")).to_have_count(0)
    expect(card).to_contain_text("Your plan has no room for another list. Delete one first, or choose a larger plan.")
    go(bob, f"{HOME}/lists/new")
    bob.locator("#name").fill("second")

    submit(bob)

    expect(bob.locator("#name-error")).to_contain_text("Delete one first, or choose a larger plan.")


def test_a_full_mailbox_says_so_and_what_to_do(
    new_context: Callable[..., BrowserContext], live: Live, shared: PolarisMail
) -> None:
    shared.remove("mail.test", "bob-studio")
    shared.mailbox("mail.test", "bob-studio", quota="1", used=1100)

    portal = opened(new_context(**MOTIONLESS).new_page(), live.service_page(222, "harbour"))

    card = portal.locator("#usage")
    expect(card.locator("progress")).to_be_visible()
    expect(card.locator("[data-full]")).to_contain_text("Full: new mail is being rejected")
    expect(card.get_by_role("link", name="Change your plan")).to_be_visible()
    for width in (825, 610, 375):
        in_column(portal, width)
        assert sticks_out(portal) == []
    assert finds(portal) == []


def test_webmail_that_does_not_answer_is_told_in_its_tab_and_the_page_stays(
    bob: Frame, shared: PolarisMail, complaints: Complaints
) -> None:
    complaints.expect_status(503)
    shared.faults({"action": "getOTPassAndToken", "kind": "down"})

    with bob.page.expect_popup() as popup:
        bob.get_by_role("button", name="Open webmail").click()

    expect(popup.value.get_by_role("heading", name="The mail server did not answer")).to_be_visible()
    expect(bob.locator("#usage")).to_be_visible()


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ({"kind": "refuse", "message": "Password used before"}, "perhaps it was used before"),
        ({"kind": "down"}, "we do not know whether this was done"),
    ],
)
def test_a_password_that_is_not_taken_is_told_in_the_window_and_stays_there(
    bob: Frame, shared: PolarisMail, complaints: Complaints, fault: dict[str, str], sentence: str
) -> None:
    complaints.expect_status(422, 503)
    shared.faults({"action": "updateUser"} | fault)
    bob.locator("[data-open]").click()
    bob.locator("[data-generate]").click()

    bob.locator("#password button[type=submit]").click()

    expect(bob.locator("#password")).to_contain_text(sentence)
    expect(bob.locator("#change-password")).not_to_have_value("")
