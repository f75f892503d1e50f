"""A mailbox is ordered in WHMCS's cart, where the module checks its name, accepted by staff, and opened."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from portal.sandbox.polarismail.control import PolarisMail
from tests.browser.portal_frame import opened
from tests.live import Live

RULES = {
    "postmaster": ('"postmaster" is reserved.', "« postmaster » est réservé."),
    " Support ": ('"support" is reserved.', "« support » est réservé."),
    "": ("Please choose the first part", "Choisissez la première partie"),
    "b c": ("it may have the letters a to z", "elle peut avoir les lettres a à z"),
    "bob@mail.test": ("without the @ and what follows it", "sans le @ ni ce qui le suit"),
    "-bob": ("it must start and end with a letter or a digit", "elle doit commencer et finir par une lettre"),
    "bo..b": ("there must be a letter or a digit", "il faut une lettre ou un chiffre"),
    "b" * 65: ("can have 64 characters at most", "peut avoir 64 caractères au plus"),
    "<b>bob</b>": ('"<b>bob</b>" cannot be the first part', "« <b>bob</b> » ne peut pas être la première partie"),
}


@pytest.fixture
def page(new_context: Callable[..., BrowserContext]) -> Page:
    return new_context().new_page()


def order(page: Page, live: Live, handle: str, language: str = "english") -> None:
    """Bob orders a mailbox of Harbour's, which sells on one domain."""
    page.goto(f"{live.whmcs['harbour']}/cart.php?as=bob&language={language}")
    page.locator("#handle").fill(handle)
    page.locator("form[action$='/cart.php'] button").click()


def accept(page: Page, command: str = "Create") -> str:
    """Staff press a button of WHMCS on the service's page: what they read then."""
    page.get_by_role("button", name=command, exact=True).click()
    return page.get_by_role("status").inner_text()


def test_a_name_that_nobody_can_have_is_refused_in_the_cart_with_the_rule_it_breaks(page: Page, live: Live) -> None:
    read = {}
    for handle in RULES:
        for language in ("english", "french"):
            order(page, live, handle, language)
            expect(page.get_by_role("alert")).to_be_visible()
            read[handle, language] = page.get_by_role("alert").all_inner_texts()
            expect(page.get_by_role("status")).to_have_count(0)

    assert {typed: sentences for typed, sentences in read.items() if len(sentences) != 1} == {}
    for handle, (english, french) in RULES.items():
        assert english in read[handle, "english"][0]
        assert french in read[handle, "french"][0]


def test_what_was_typed_stays_in_the_cart(page: Page, live: Live) -> None:
    order(page, live, "postmaster")

    expect(page.locator("#handle")).to_have_value("postmaster")


def test_an_order_is_accepted_and_its_mailbox_opens_in_the_portal(page: Page, live: Live) -> None:
    mail: PolarisMail = live.shared_mail
    order(page, live, " Order.Page ")
    page.get_by_role("link", name="Staff accept it").click()
    staff = page.url

    told = accept(page)

    assert told == "The module did it."
    assert "order.page" in mail.state("mail.test")["mailboxes"]
    svc = int(staff.rpartition("id=")[2])
    portal = opened(page, live.service_page(svc, "harbour"))
    expect(portal.get_by_role("heading", level=1)).to_have_text("order.page@mail.test")
    expect(portal.locator("#usage [data-state=active], #usage[data-state=active]").first).to_be_visible()
    page.goto(staff)
    assert accept(page, "Terminate") == "The module did it."
    assert "order.page" not in mail.state("mail.test")["mailboxes"]


@pytest.mark.parametrize(
    ("handle", "cause", "cure"),
    [
        ("bob", "by another service", "Two services cannot have one domain or mailbox"),
        ("alias00001", "is in use on the mail server already", "Choose another name"),
    ],
)
def test_a_name_that_somebody_has_is_told_to_staff_and_left_alone(
    page: Page, live: Live, handle: str, cause: str, cure: str
) -> None:
    before = live.shared_mail.state("mail.test")
    order(page, live, handle)
    page.get_by_role("link", name="Staff accept it").click()

    told = accept(page)

    assert cause in told
    assert cure in told
    after = live.shared_mail.state("mail.test")
    assert (after["mailboxes"].keys(), after["aliases"]) == (before["mailboxes"].keys(), before["aliases"])
