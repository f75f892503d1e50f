import plistlib
import re
from typing import Any
from urllib.parse import unquote

import pytest
from werkzeug.test import TestResponse

from portal.store.servers import MailServer
from tests.elsewhere import Elsewhere
from tests.views.pages import facts
from tests.world import ADMIN, BASE, Visitor, World

PROFILE = "mailboxes/alice@alice.test/profile.mobileconfig"


def profile(answer: TestResponse) -> dict[str, Any]:
    assert answer.status_code == 200
    found: dict[str, Any] = plistlib.loads(answer.data)
    return found


def test_the_card_tells_what_a_program_asks_for(alice: Visitor) -> None:
    page = alice.get("devices/alice@alice.test")

    assert facts(page) == {
        "User name": "alice@alice.test",
        "Incoming mail (IMAP)": "mail.example.test port 993 (TLS)",
        "Outgoing mail (SMTP)": "mail.example.test port 465 (TLS) or 587 (STARTTLS)",
        "ActiveSync (EAS)": "switched off for this mailbox",
        "MAPI": "switched off for this mailbox",
        "Webmail": "Open webmail https://webmail.example.test/",
    }
    assert '<a href="https://webmail.example.test/" target="_blank" rel="noopener">' in page.text
    assert "POP3 (port 995, TLS)" in page.text


def test_protocols_that_are_on_have_the_host_that_answers_them(alice: Visitor, elsewhere: Elsewhere) -> None:
    elsewhere.protocols("alice@alice.test")

    page = alice.get("devices/alice@alice.test")

    assert facts(page)["ActiveSync (EAS)"] == facts(page)["MAPI"] == "webmail.example.test"


def test_protocols_that_are_not_sold_are_not_mentioned_unless_they_are_on(world: World, elsewhere: Elsewhere) -> None:
    elsewhere.protocols("carol@alice.test")
    world.register("northwind", 101, "alice.test", offer_eas="", offer_mapi="")
    alice = world.visitor()

    without, with_both = (facts(alice.get(f"devices/{name}@alice.test")) for name in ("alice", "carol"))

    assert {"ActiveSync (EAS)", "MAPI"}.isdisjoint(without)
    assert {"ActiveSync (EAS)", "MAPI"} <= with_both.keys()


def test_the_code_is_a_picture_that_the_content_policy_allows_and_says_what_it_holds(alice: Visitor) -> None:
    page = alice.get("devices/alice@alice.test")

    [picture] = re.findall(r'<img src="([^"]*)" alt="QR code: https://webmail.example.test/"', page.text)
    assert picture.startswith("data:image/svg+xml")
    assert "style" not in unquote(picture)
    assert "It holds the address of webmail and nothing else:" in page.text


def test_without_webmail_there_is_no_code_and_no_link(world: World, alice: Visitor) -> None:
    with world.app.app_context():
        MailServer.update(webmail_url="").execute()

    page = alice.get("devices/alice@alice.test")

    assert "<img" not in page.text
    assert "Open webmail" not in page.text
    assert "Webmail" not in facts(page)


def test_the_profile_sets_up_the_account_with_tls_and_without_a_password(alice: Visitor) -> None:
    answer = alice.open(PROFILE)

    made = profile(answer)
    [account] = made["PayloadContent"]
    assert answer.mimetype == "application/x-apple-aspen-config"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="alice@alice.test.mobileconfig"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert made["PayloadType"] == "Configuration"
    assert made["PayloadOrganization"] == "Northwind Hosting"
    assert account == {
        "PayloadType": "com.apple.mail.managed",
        "PayloadVersion": 1,
        "PayloadIdentifier": "test.alice.mail.alice.account",
        "PayloadUUID": account["PayloadUUID"],
        "PayloadDisplayName": "alice@alice.test",
        "EmailAccountType": "EmailTypeIMAP",
        "EmailAccountDescription": "alice@alice.test",
        "EmailAccountName": "Alice Martin",
        "EmailAddress": "alice@alice.test",
        "IncomingMailServerAuthentication": "EmailAuthPassword",
        "IncomingMailServerHostName": "mail.example.test",
        "IncomingMailServerPortNumber": 993,
        "IncomingMailServerUseSSL": True,
        "IncomingMailServerUsername": "alice@alice.test",
        "OutgoingMailServerAuthentication": "EmailAuthPassword",
        "OutgoingMailServerHostName": "mail.example.test",
        "OutgoingMailServerPortNumber": 465,
        "OutgoingMailServerUseSSL": True,
        "OutgoingMailServerUsername": "alice@alice.test",
        "OutgoingPasswordSameAsIncomingPassword": True,
    }


def test_a_profile_keeps_its_identifiers_and_no_two_share_one(alice: Visitor) -> None:
    first, again, carols = (
        profile(alice.open(path)) for path in (PROFILE, PROFILE, PROFILE.replace("alice@", "carol@"))
    )

    identifiers = [part["PayloadUUID"] for made in (first, carols) for part in (made, *made["PayloadContent"])]
    assert first == again
    assert len(set(identifiers)) == 4


def test_the_profile_needs_no_cookie_where_the_browser_keeps_none(world: World, alice: Visitor) -> None:
    form = re.search(rf'<form method="post" action="([^"]*{PROFILE})">', alice.get("devices/alice@alice.test").text)
    assert form is not None

    answer = world.app.test_client().post(form[1], base_url=BASE, data={"portal_token": alice.token})

    assert profile(answer)["PayloadDisplayName"] == "alice@alice.test"


def test_somebody_who_may_only_look_gets_the_profile(reader: Visitor) -> None:
    assert reader.post(PROFILE).status_code == 200


@pytest.mark.parametrize("display_name", ["Zoë <b> & \"co\" 'x'", "\N{RIGHT-TO-LEFT OVERRIDE}gnp", "a\nb", "\x01", ""])
def test_any_display_name_makes_a_profile_that_can_be_read(world: World, alice: Visitor, display_name: str) -> None:
    world.mail.mailbox("alice.test", "zoe", display_name=display_name)

    made = profile(alice.open("mailboxes/zoe@alice.test/profile.mobileconfig"))

    [account] = made["PayloadContent"]
    assert account["EmailAccountName"] == (display_name if "<b>" in display_name else "zoe@alice.test")


@pytest.mark.parametrize(
    "address",
    [f"{ADMIN}@alice.test", "nobody@alice.test", "team@alice.test", "bob@bob.test", "alice@bob.test", "alice"],
)
def test_only_the_domains_own_mailboxes_have_devices(alice: Visitor, elsewhere: Elsewhere, address: str) -> None:
    elsewhere.alias("team@alice.test", "alice@alice.test")

    card, file = alice.get(f"devices/{address}"), alice.open(f"mailboxes/{address}/profile.mobileconfig")

    assert (card.status_code, file.status_code) == (404, 404)


def test_an_address_is_found_in_any_case(alice: Visitor) -> None:
    assert facts(alice.get("devices/Alice@ALICE.test"))["User name"] == "alice@alice.test"


@pytest.mark.parametrize("path", ["devices/alice@alice.test", PROFILE])
def test_a_dead_mail_server_is_not_a_missing_mailbox(world: World, alice: Visitor, path: str) -> None:
    world.mail.faults({"path": "*", "kind": "down"})

    answer = alice.open(path)

    assert answer.status_code == 503
    assert "The mail server did not answer" in answer.text
    assert answer.mimetype == "text/html"
