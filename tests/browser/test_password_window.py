"""The password window while somebody types: the checklist, the generator, and what is copied or shown."""

import re

import pytest
from playwright.sync_api import Frame, Locator, expect

from portal.passwords import Policy, check

RULES = ["length", "upper", "digit", "special", "user", "domain", "match"]


@pytest.fixture
def window(alice: Frame) -> Locator:
    """The window of the form for marie@alice.test."""
    alice.get_by_role("link", name="New email address").click()
    alice.get_by_label("Username").fill("marie")
    alice.locator("[data-new-mailbox] [data-open]").click()
    window = alice.get_by_role("dialog")
    expect(window).to_be_visible()
    return window


def ticked(window: Locator) -> list[str]:
    return [
        line.get_attribute("data-rule") or ""
        for line in window.locator("[data-rule]").all()
        if "met" in (line.get_attribute("class") or "").split()
    ]


def generated(window: Locator) -> str:
    window.get_by_role("button", name="Generate a password").click()
    return window.locator("[data-generated-text]").inner_text()


def test_nothing_is_ticked_and_nothing_can_be_accepted_before_something_is_typed(window: Locator) -> None:
    assert ticked(window) == []
    expect(window.locator("[data-accept]")).to_be_disabled()


def test_the_checklist_ticks_the_rules_that_are_met_while_one_types(window: Locator) -> None:
    cases = {
        ("a", ""): ["length", "upper", "digit", "special", "match"],
        ("Longenough", "Longenough"): ["digit", "special"],
        ("Str0ng!marie", "Str0ng!marie"): ["user"],
        ("Str0ng!alice.test", "Str0ng!alice.test"): ["domain"],
        ("Str0ng!Enough", "Str0ng!enough"): ["match"],
    }
    for (first, second), unmet in cases.items():
        window.get_by_label("New password", exact=True).fill(first)
        window.get_by_label("New password, again").fill(second)

        assert ticked(window) == [rule for rule in RULES if rule not in unmet]
        expect(window.get_by_text("– not met")).to_have_count(len(unmet))
        expect(window.locator("[data-accept]")).to_be_disabled()


def test_a_generated_password_fills_both_fields_ticks_all_and_says_that_it_is_shown_once(window: Locator) -> None:
    password = generated(window)

    assert check(password, password, Policy(8, True, True, True), "marie", "alice.test") == []
    assert window.locator("[data-password] input").evaluate_all("all => all.map(one => one.value)") == [password] * 2
    assert ticked(window) == RULES
    expect(window.get_by_text("Copy it before you close this window; it is not shown again.")).to_be_visible()
    expect(window.locator("[data-accept]")).to_be_enabled()


def test_a_generated_password_is_no_longer_shown_once_another_is_typed(window: Locator) -> None:
    generated(window)

    window.get_by_label("New password", exact=True).press_sequentially("x")

    expect(window.locator("[data-generated]")).to_be_hidden()


def test_what_is_typed_is_hidden_until_somebody_asks_to_see_it(window: Locator) -> None:
    fields = window.locator("[data-password] input")
    before = fields.evaluate_all("all => all.map(one => one.type)")

    window.get_by_role("button", name="Show", exact=True).click()

    assert before == ["password", "password"]
    assert fields.evaluate_all("all => all.map(one => one.type)") == ["text", "text"]
    expect(window.get_by_role("button", name="Hide", exact=True)).to_have_attribute("aria-pressed", "true")


def test_a_generated_password_can_be_copied_from_inside_the_frame(window: Locator) -> None:
    context = window.page.context
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    password = generated(window)

    window.get_by_role("button", name="Copy", exact=True).click()

    expect(window.get_by_role("button", name="Copied")).to_be_visible()
    assert window.page.evaluate("focus(), navigator.clipboard.readText()") == password


def test_the_whole_address_is_shown_as_it_will_be_while_the_name_is_typed(alice: Frame) -> None:
    alice.get_by_role("link", name="New email address").click()

    alice.get_by_label("Username").press_sequentially(" Marie.Dupont")

    expect(alice.get_by_text(re.compile(r"marie\.dupont@alice\.test"))).to_be_visible()
