"""Each act on an address by keyboard alone, in each width and in both languages."""

from collections.abc import Callable
from typing import Any

import pytest
from babel.lists import format_list
from playwright.sync_api import BrowserContext, expect

from portal.sandbox.control import Running
from tests.browser.axe import MOTIONLESS, finds
from tests.browser.complaints import Complaints
from tests.browser.keyboard import Keyboard
from tests.browser.portal_frame import HOME, go, in_column, loaded, opened, sticks_out
from tests.browser.words import english, french
from tests.elsewhere import Elsewhere
from tests.live import Live

BRUNO = "bruno.arnaud@alice.test"
# The longest words in the narrowest column.
STAGES = [(825, "english"), (610, "english"), (375, "french")]


class Customer(Keyboard):
    """Somebody at the keyboard; after each step the next key has to have a place to go from."""

    def arrived(self, heading: str) -> None:
        """Another screen has come."""
        expect(self.portal.get_by_role("heading", name=self.say(heading), exact=True)).to_be_visible()
        self._settled()

    def told(self, text: str, **values: str) -> None:
        """The result is said, in a place that screen readers watch."""
        expect(self.portal.locator("#flash[role=status]")).to_contain_text(self.say(text) % values)
        self._settled()

    def warned(self, text: str, **values: str) -> None:
        """What went wrong is said, and has the focus."""
        alert = self.portal.get_by_role("alert").filter(has_text=self.say(text) % values)
        expect(alert).to_be_focused()
        self._settled()

    def unsaved(self, *fields: str) -> None:
        """The save bar names these fields, and is not there when there are none."""
        bar = self.portal.locator(".save-bar")
        if not fields:
            expect(bar).to_be_hidden()
            return
        lead = "1 change:" if len(fields) == 1 else "{count} changes:"
        language = self.portal.locator("#portal").get_attribute("lang") or ""
        names = format_list([self.say(field) for field in fields], locale=language)
        expect(bar.locator("[data-save-note]")).to_have_text(f"{self.say(lead).format(count=len(fields))} {names}")

    def stays(self, wanted: str) -> None:
        """The focus is still there when the page has looked again by itself."""
        again = self.portal.locator("[hx-get*='turn=']")
        expect(again).not_to_have_attribute("id", again.get_attribute("id") or "")
        self._settled()
        assert self.at(wanted)

    def looks(self) -> None:
        """Nothing is wrong with the screen as it is now."""
        assert finds(self.portal) == []
        assert sticks_out(self.portal) == []

    def _settled(self) -> None:
        loaded(self.portal)
        assert not self.lost
        assert self.unseen == set()


@pytest.fixture(params=STAGES, ids=[f"{width}px-{language}" for width, language in STAGES])
def alice(
    request: pytest.FixtureRequest, new_context: Callable[..., BrowserContext], live: Live, mail: Running
) -> Customer:
    width, language = request.param
    page = new_context(**MOTIONLESS).new_page()
    portal = opened(page, live.service_page(101, language=language))
    in_column(portal, width)
    # The tests before this one are not to be seen in what the portal has read lately.
    go(portal, f"{HOME}/addresses/?refresh=1")
    return Customer(portal, french() if language == "french" else english)


def held(mail: Running, address: str) -> dict[str, Any]:
    """What the mail server holds of a mailbox."""
    found: dict[str, Any] = mail.state("alice.test")["users"][address.partition("@")[0]]
    return found


def targets(mail: Running, name: str) -> list[str] | None:
    """Where an alias leads to; None when there is none."""
    alias = mail.state("alice.test")["aliases"].get(name)
    return alias and alias["aliasTargetList"]


def test_all_of_a_mailbox_is_changed_with_one_save(alice: Customer, mail: Running) -> None:
    alice.link(BRUNO)
    alice.arrived(BRUNO)
    alice.unsaved()

    alice.write("Display name", "Bruno B.")
    alice.unsaved("Display name")
    alice.write("Aliases #2", "bruno")
    alice.button("One more")
    alice.type("bb")
    alice.write("Forward to #1", "bruno@example.net")
    alice.switch("ActiveSync (EAS)")
    alice.unsaved("Display name", "Aliases", "Forward to", "ActiveSync (EAS)")
    alice.looks()
    alice.button("Save")
    alice.told("Saved.")

    alice.unsaved()
    alice.looks()
    go(alice.portal, f"{HOME}/mailboxes/{BRUNO}")
    lines = alice.portal.locator("[data-addresses] li input").evaluate_all("all => all.map(line => line.value)")
    assert lines == ["alias00002", "bb", "bruno", "", "bruno@example.net", ""]
    expect(alice.portal.locator("#display_name")).to_have_value("Bruno B.")
    expect(alice.portal.locator("#eas")).to_be_checked()
    assert held(mail, BRUNO)["forwardList"]["forwardList"] == ["bruno@example.net"]


def test_a_mailbox_is_disabled_enabled_and_deleted(alice: Customer, mail: Running) -> None:
    alice.link(BRUNO)
    alice.arrived(BRUNO)

    alice.button("Disable")
    alice.told("Nobody can sign in to this mailbox any more.")
    assert held(mail, BRUNO)["userData"]["securityFlags"]["isDisabled"]
    alice.looks()

    alice.button("Enable")
    alice.told("People can sign in to this mailbox again.")
    assert not held(mail, BRUNO)["userData"]["securityFlags"]["isDisabled"]

    alice.write("Type the address to confirm", "bruno")
    expect(alice.portal.get_by_role("button", name=alice.say("Delete mailbox"))).to_be_disabled()
    alice.type(".arnaud@alice.test")
    alice.looks()
    alice.button("Delete mailbox")
    alice.told("Mailbox %(address)s deleted.", address=BRUNO)
    alice.arrived("Addresses")

    assert BRUNO.partition("@")[0] not in mail.state("alice.test")["users"]
    assert targets(mail, "alias00002") is None


def test_a_forward_is_made_changed_and_deleted(alice: Customer, mail: Running, complaints: Complaints) -> None:
    complaints.expect_status(422)
    sales = "sales@alice.test"
    alice.link("New forward")
    alice.arrived("New forward")

    alice.write("Name", "sales")
    alice.write("Destinations #1", "not an address")
    alice.button("Create")
    alice.warned("These are no e-mail addresses: %(texts)s", texts="not an address")
    alice.looks()
    alice.write("Destinations #1", "one@example.net")
    alice.button("One more")
    alice.type("two@example.net")
    alice.button("Create")
    alice.told("Forward %(address)s created.", address=sales)
    alice.arrived(sales)
    assert targets(mail, "sales") == ["one@example.net", "two@example.net"]

    alice.write("Destinations #2", "three@example.net")
    alice.button("Save")
    alice.told("Saved.")
    assert targets(mail, "sales") == ["one@example.net", "three@example.net"]
    alice.looks()

    alice.button("Delete")
    alice.told("Forward %(address)s deleted.", address=sales)
    alice.arrived("Addresses")
    assert targets(mail, "sales") is None


def test_an_alias_with_options_is_made_changed_and_deleted(alice: Customer, mail: Running) -> None:
    team = "team@alice.test"
    alice.link("Aliases")
    alice.arrived("Aliases")
    alice.link("New alias")
    alice.arrived("New alias")

    alice.write("Name", "team")
    alice.write("Destinations #1", "bruno.arnaud")
    alice.button("One more")
    alice.type("adele.arnaud")
    alice.switch("May send")
    alice.switch("Internal only")
    alice.looks()
    alice.button("Create")
    alice.told("Alias %(address)s created.", address=team)
    alice.arrived(team)
    made = mail.state("alice.test")["aliases"]["team"]
    assert made["aliasTargetList"] == [BRUNO, "adele.arnaud@alice.test"]
    assert [made[option] for option in ("allowSending", "hideFromGAL", "internalOnly")] == [True, False, True]

    alice.write("Destinations #2", "")
    alice.button("Remove")
    alice.switch("Hide from the address list")
    alice.button("Save")
    alice.told("Saved.")
    assert targets(mail, "team") == [BRUNO]
    assert mail.state("alice.test")["aliases"]["team"]["hideFromGAL"]
    alice.looks()

    alice.button("Delete")
    alice.told("Alias %(address)s deleted.", address=team)
    alice.arrived("Aliases")
    assert targets(mail, "team") is None


def test_aliases_are_searched_and_paged(alice: Customer, mail: Running) -> None:
    elsewhere = Elsewhere(mail)
    for number in range(31, 61):
        elsewhere.alias(f"alias{number:05}@alice.test", BRUNO)
    go(alice.portal, f"{HOME}/addresses/?refresh=1")
    rows = alice.portal.locator("tr[data-address]")
    alice.link("Aliases")
    alice.arrived("Aliases")

    alice.link("Next")
    expect(rows.first).to_have_attribute("data-address", "alias00051@alice.test")
    alice.looks()
    alice.link("Previous")
    expect(rows).to_have_count(50)
    alice.to(alice.portal.get_by_role("searchbox"))
    alice.type("alias00060@")
    expect(rows).to_have_count(1)
    assert alice.on(alice.portal.get_by_role("searchbox"))

    alice.link("alias00060@alice.test")
    alice.arrived("alias00060@alice.test")


def test_devices_history_and_help_are_reached(alice: Customer) -> None:
    alice.link(BRUNO)
    alice.arrived(BRUNO)
    alice.link("Connect phones and programs")
    alice.arrived("Connect phones and programs")
    alice.looks()

    alice.link("History")
    alice.arrived("History")
    alice.looks()

    alice.link("Help")
    alice.arrived("Help")
    question = alice.portal.locator("#devices")
    alice.to(question.locator("summary"))
    alice.press("Enter")
    answer = question.get_by_role("link", name=alice.say("Your mailboxes"))
    expect(answer).to_be_visible()
    alice.looks()
    alice.to(answer)
    alice.press("Enter")
    alice.arrived("Addresses")


def test_dkim_is_enabled_and_disabled_while_its_page_looks_again(alice: Customer, mail: Running) -> None:
    alice.link("DNS")
    alice.arrived("Deliverability")
    alice.tab_to("#state-dkim a")
    alice.press("Enter")
    alice.arrived("DKIM: the signature on your messages")
    alice.button("Check again")
    loaded(alice.portal)
    assert alice.on(alice.portal.get_by_role("button", name=alice.say("Check again")))
    alice.looks()

    alice.button("Enable DKIM")
    alice.told("DKIM enabled.")
    alice.tab_to("[data-copy-from='#dkim-1-value']")
    alice.stays("[data-copy-from='#dkim-1-value']")
    alice.looks()
    alice.tab_to("#dkim-disable summary")
    alice.press("Enter")
    alice.stays("#dkim-disable summary")
    alice.button("Disable DKIM")
    alice.told("DKIM disabled. Your messages are no longer signed.")

    assert mail.state("alice.test")["settings"]["enableDkimSigningDomainAdmin"] is False
    alice.looks()


def test_a_dmarc_record_is_chosen_and_typed(alice: Customer) -> None:
    record = alice.portal.locator("#dmarc-wanted-value")
    alice.link("DNS")
    alice.arrived("Deliverability")
    alice.tab_to("#state-dmarc a")
    alice.press("Enter")
    alice.arrived("DMARC: what becomes of forged messages")

    alice.tab_to("#policy-0")
    alice.press("ArrowDown", "ArrowDown")
    expect(record).to_have_text("v=DMARC1; p=reject; rua=mailto:dmarc@mailhost.test")
    alice.write("Send daily summaries to #1", "reports")
    expect(record).to_have_text("v=DMARC1; p=reject; rua=mailto:reports@alice.test")
    alice.tab_to("#dmarc-more summary")
    alice.press("Enter")
    alice.switch("Test first")
    expect(record).to_contain_text("t=y")
    assert alice.at("#testing")
    alice.looks()
