"""What the page says and keeps when something fails while it is open."""

from playwright.sync_api import Frame, expect

from portal.sandbox.control import Running
from tests.browser.complaints import Complaints
from tests.browser.portal_frame import HOME, create_mailbox, fill_new_mailbox, go
from tests.live import Live

DOWN = {"path": "*", "kind": "down"}
GONE = "The connection failed, so this was not sent."


def passwords_typed(portal: Frame) -> list[str]:
    return portal.locator("[data-password] input").evaluate_all("fields => fields.map(field => field.value)")


def test_a_silent_mail_server_is_said_in_each_card_and_a_retry_brings_it_back(
    alice: Frame, mail: Running, complaints: Complaints
) -> None:
    complaints.expect_status(503)
    go(alice, f"{HOME}/addresses/")
    mail.faults(DOWN)
    alice.get_by_role("link", name="Refresh").click()
    expect(alice.get_by_role("heading", name="The mail server did not answer")).to_be_visible()
    with alice.page.expect_response(lambda answer: answer.status == 503):
        alice.get_by_role("link", name="Try again").click()
    expect(alice.get_by_role("heading", name="The mail server did not answer")).to_be_visible()
    mail.faults()

    alice.get_by_role("link", name="Try again").click()

    expect(alice.locator("tr[data-address]")).to_have_count(50)


def test_while_a_slow_mail_server_is_asked_the_page_says_so(alice: Frame, mail: Running, live: Live) -> None:
    # After a change nothing that was read before is shown, however lately.
    create_mailbox(alice, "slow.server")
    mail.latency(1200)

    alice.page.goto(live.service_page(101), wait_until="commit")

    portal = alice.page.frame_locator("iframe")
    asking = portal.locator("#addresses[aria-busy=true]").get_by_text("Asking the mail server…")
    expect(asking).to_be_visible(timeout=15_000)
    expect(portal.get_by_role("searchbox")).to_be_visible(timeout=15_000)
    expect(portal.get_by_text("Asking the mail server…")).to_have_count(0)


def test_a_creation_that_failed_keeps_all_that_was_typed_and_can_be_sent_again(
    alice: Frame, mail: Running, complaints: Complaints
) -> None:
    complaints.expect_status(503)
    password = fill_new_mailbox(alice, "trudy.trouble")
    alice.get_by_label("Display name").fill("Trudy")
    mail.faults(DOWN)
    alice.get_by_role("button", name="Create mailbox").click()
    expect(alice.get_by_text("The mail server did not answer")).to_be_visible()

    assert alice.get_by_label("Username").input_value() == "trudy.trouble"
    assert alice.get_by_label("Display name").input_value() == "Trudy"
    assert passwords_typed(alice) == [password, password]

    mail.faults()
    alice.get_by_role("button", name="Create mailbox").click()

    expect(alice.get_by_role("heading", name="Mailbox created")).to_be_visible()
    assert mail.state("alice.test")["users"]["trudy.trouble"]["password"] == password


def test_a_creation_whose_answer_was_lost_is_finished_by_sending_it_again(
    alice: Frame, mail: Running, complaints: Complaints
) -> None:
    complaints.expect_status(503)
    password = fill_new_mailbox(alice, "lost.answer")
    mail.faults({"path": "settings/domain/user-put", "kind": "down", "when": "after"})
    alice.get_by_role("button", name="Create mailbox").click()
    expect(alice.get_by_text("we do not know whether this was done")).to_be_visible()
    mail.faults()

    alice.get_by_role("button", name="Create mailbox").click()

    expect(alice.get_by_role("heading", name="Mailbox created")).to_be_visible()
    assert mail.state("alice.test")["users"]["lost.answer"]["password"] == password


def test_a_refused_name_keeps_the_password_in_the_browser(alice: Frame, mail: Running, complaints: Complaints) -> None:
    complaints.expect_status(422)
    password = fill_new_mailbox(alice, "adele.arnaud")

    alice.get_by_role("button", name="Create mailbox").click()

    expect(alice.get_by_text("This address is already in use by a mailbox.")).to_be_visible()
    assert passwords_typed(alice) == [password, password]


def test_a_change_that_failed_is_still_in_the_form(alice: Frame, mail: Running, complaints: Complaints) -> None:
    complaints.expect_status(503)
    go(alice, f"{HOME}/mailboxes/adele.arnaud@alice.test")
    alice.get_by_label("Display name").fill("Adele Unsaved")
    mail.faults({"path": "settings/domain/post-user", "kind": "down"})

    alice.get_by_role("button", name="Save").click()

    expect(alice.get_by_text("What you entered is still here")).to_be_visible()
    expect(alice.get_by_label("Display name")).to_have_value("Adele Unsaved")


def test_a_password_that_was_not_changed_stays_in_its_window(
    alice: Frame, mail: Running, complaints: Complaints
) -> None:
    complaints.expect_status(503)
    go(alice, f"{HOME}/mailboxes/adele.arnaud@alice.test")
    alice.get_by_role("button", name="Change password").click()
    window = alice.get_by_role("dialog")
    window.get_by_role("button", name="Generate a password").click()
    password = window.locator("[data-generated-text]").inner_text()
    mail.faults({"path": "settings/domain/post-user", "kind": "down"})

    window.get_by_role("button", name="Change password").click()

    expect(window.get_by_text("The mail server did not answer")).to_be_visible()
    assert passwords_typed(alice) == [password, password]


def test_when_the_portal_is_gone_the_page_says_so_and_keeps_what_was_typed(
    alice: Frame, mail: Running, complaints: Complaints
) -> None:
    complaints.expect("net::ERR_INTERNET_DISCONNECTED")
    complaints.expect("htmx:error: Failed to fetch")
    password = fill_new_mailbox(alice, "gone.and.back")
    alice.page.context.set_offline(True)
    alice.get_by_role("button", name="Create mailbox").click()
    expect(alice.get_by_role("alert")).to_contain_text(GONE)
    assert passwords_typed(alice) == [password, password]
    alice.page.context.set_offline(False)

    alice.get_by_role("button", name="Create mailbox").click()

    expect(alice.get_by_role("heading", name="Mailbox created")).to_be_visible()
    expect(alice.get_by_text(GONE)).to_have_count(0)


def test_a_double_click_on_create_makes_one_mailbox(alice: Frame, mail: Running) -> None:
    posted: list[str] = []
    alice.page.on("request", lambda request: posted.append(request.url) if request.method == "POST" else None)
    mail.latency(100)
    fill_new_mailbox(alice, "double.click")

    alice.get_by_role("button", name="Create mailbox").dblclick()

    expect(alice.get_by_role("heading", name="Mailbox created")).to_be_visible()
    assert len(posted) == 1
