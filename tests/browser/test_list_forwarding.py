"""Forwarding that comes after the list: it never takes away what somebody types, shows or looks for meanwhile."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Frame, expect

from portal.sandbox.control import Running
from tests.browser.complaints import Complaints
from tests.browser.portal_frame import HOME, go, in_column, loaded, until

READ = "settings/domain/mailbox-forward-list"
GAELLE = "gaelle.bernard@alice.test"  # no aliases, no limit: nothing else makes her row higher
AGAIN = "[id^=again-]"


def forwarded(portal: Frame, target: str) -> None:
    """Have Gaelle's mailbox forward there: from then on the portal does not know where it forwards to."""
    go(portal, f"{HOME}/mailboxes/{GAELLE}")
    portal.locator("[name=forwards]:not([type=hidden])").first.fill(target)
    portal.get_by_role("button", name="Save", exact=True).click()
    expect(portal.get_by_text("Saved.")).to_be_visible()


@pytest.fixture
def slow(alice: Frame, mail: Running) -> Iterator[Frame]:
    """Alice's list, while the mail server takes its time to tell where Gaelle's mailbox forwards to."""
    forwarded(alice, "first@example.net")
    mail.latency(0, {READ: 1500})
    go(alice, f"{HOME}/addresses/")
    yield alice
    mail.latency(0)


def test_the_list_is_there_at_once_and_its_forwarding_comes_without_a_jump(slow: Frame) -> None:
    row = slow.locator(f"tr[data-address='{GAELLE}']")
    table = slow.locator("table.addresses")
    expect(row).not_to_contain_text("first@example.net")
    before = table.bounding_box()

    expect(row).to_contain_text("Forwards to: first@example.net", timeout=10_000)

    assert before == table.bounding_box()
    expect(slow.locator(AGAIN)).to_have_count(0)


def test_what_is_being_typed_survives_the_late_answer(slow: Frame) -> None:
    field = slow.get_by_role("searchbox")
    field.focus()
    # Typed so quickly that the list has not been asked for it yet.
    field.evaluate("field => field.value = 'bruno.bernar'")

    expect(slow.locator(f"tr[data-address='{GAELLE}']")).to_contain_text("first@example.net", timeout=10_000)

    expect(field).to_have_value("bruno.bernar")
    expect(field).to_be_focused()
    field.press_sequentially("d")
    expect(slow.locator("tr[data-address]")).to_have_count(1)
    expect(field).to_have_value("bruno.bernard")
    expect(field).to_be_focused()


def test_the_late_answer_does_not_take_the_place_of_a_search(slow: Frame) -> None:
    slow.get_by_role("searchbox").fill("bruno.bernard")
    expect(slow.locator("tr[data-address]")).to_have_count(1)

    slow.page.wait_for_timeout(2500)

    expect(slow.locator("tr[data-address]")).to_have_count(1)
    expect(slow.get_by_role("searchbox")).to_have_value("bruno.bernard")
    until(slow, "() => location.search === '?q=bruno.bernard'")


def test_the_late_answer_does_not_take_the_place_of_another_page(slow: Frame) -> None:
    slow.get_by_role("link", name="Next").click()
    expect(slow.locator(".range")).to_contain_text("51–100")

    slow.page.wait_for_timeout(2500)

    expect(slow.locator(".range")).to_contain_text("51–100")


def test_a_search_completes_by_itself_and_only_its_result_is_announced(alice: Frame, mail: Running) -> None:
    forwarded(alice, "rare@partner.example")
    go(alice, f"{HOME}/addresses/")
    loaded(alice)
    mail.latency(0, {READ: 100})
    forwarded(alice, "rarer@partner.example")
    go(alice, f"{HOME}/addresses/?q=rarer@partner")
    alice.evaluate("""() => {
        window.said = [];
        const watch = new MutationObserver(() => window.said.push(document.querySelector('.range').textContent));
        watch.observe(document.querySelector('.range'), { childList: true, characterData: true, subtree: true });
    }""")

    expect(alice.locator("tr[data-address]")).to_have_count(1, timeout=30_000)

    expect(alice.locator(".searched")).to_have_count(0, timeout=30_000)
    expect(alice.locator(AGAIN)).to_have_count(0, timeout=30_000)
    assert set(alice.evaluate("window.said")) <= {"1–1 of 1"}
    mail.latency(0)


def test_when_the_portal_is_gone_nothing_is_said_about_what_nobody_sent(slow: Frame, complaints: Complaints) -> None:
    complaints.expect("net::ERR_INTERNET_DISCONNECTED")
    complaints.expect("htmx:error: Failed to fetch")

    with slow.page.expect_event("requestfailed"):
        slow.page.context.set_offline(True)

    slow.page.wait_for_timeout(200)
    expect(slow.locator("#flash")).to_be_empty()
    slow.page.context.set_offline(False)


@pytest.mark.parametrize("width", [610, 375])
def test_a_destination_that_was_searched_for_is_seen_whole(alice: Frame, width: int) -> None:
    target = "a.rather.long.destination.of.messages@elsewhere.example.net"
    forwarded(alice, target)
    in_column(alice, width)

    go(alice, f"{HOME}/addresses/?q=rather.long")

    line = alice.locator(f"tr[data-address='{GAELLE}'] .line")
    expect(line).to_contain_text(target, timeout=10_000)
    assert line.evaluate("line => line.scrollWidth <= line.clientWidth")
