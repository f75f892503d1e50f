import html
import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

from portal.store import database
from tests.world import BASE, Visitor, World, new_mailbox

CARDS = {
    "usage": "usage",
    "addresses": "addresses/?q=alice&sort=-size",
    "mailboxes": "mailboxes/alice@alice.test",
}
UNUSABLE = [
    {"kind": "down"},
    {"kind": "slow", "ms": 700},
    {"kind": "html", "message": "Secret words of the server"},
    {"kind": "500", "message": "Secret words of the server"},
    {"kind": "cut"},
]


@pytest.fixture(params=CARDS)
def card(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def problem(answer: TestResponse) -> str:
    found = re.search(r'data-problem="([^"]*)"', answer.text)
    return found[1] if found else ""


def kind(fault: dict[str, Any]) -> str:
    return str(fault["kind"])


@pytest.mark.parametrize("fault", UNUSABLE, ids=kind)
def test_a_card_whose_mail_server_gives_no_usable_answer_says_so_and_offers_the_same_again(
    world: World, alice: Visitor, card: str, fault: dict[str, Any]
) -> None:
    world.mail.faults({"path": "*", **fault})

    answer = alice.get(CARDS[card])

    again = html.unescape(answer.text.partition('hx-get="')[2].partition('"')[0])
    assert answer.status_code == 503
    assert problem(answer) == "unreachable"
    assert f'<section class="card problem" id="{card}"' in answer.text
    assert "The mail server did not answer" in answer.text
    assert again == f"{alice.home}/{CARDS[card]}"
    assert f'hx-target="#{card}"' in answer.text
    assert "Secret words" not in answer.text


@pytest.mark.parametrize("how", ["refuse", "refuse400", "403"])
def test_a_card_that_the_mail_server_refuses_says_so_in_our_words(
    world: World, alice: Visitor, card: str, how: str
) -> None:
    world.mail.faults({"path": "settings/", "kind": how, "message": "SECRET_REASON|alice"})

    answer = alice.get(CARDS[card])

    assert answer.status_code == 502
    assert problem(answer) == "refused"
    assert "SECRET_REASON" not in answer.text


@pytest.mark.parametrize("how", ["down", "html", "500", "cut", "refuse", "404"])
@pytest.mark.parametrize(
    "call",
    [
        "settings/sysadmin/domain/",
        "settings/domain/list-users",
        "settings/domain/aliases",
        "settings/domain/active-sync-mailboxes",
        "settings/domain/mapi-ews-mailboxes",
    ],
)
def test_one_read_that_fails_is_never_shown_as_nothing_there(world: World, alice: Visitor, call: str, how: str) -> None:
    world.mail.faults({"path": call, "kind": how})

    addresses, usage = alice.get("addresses/"), alice.get("usage")

    # Where another form of the call told it, all is there; otherwise nothing is.
    assert (addresses.status_code == 200) == ("alice@alice.test" in addresses.text)
    assert (usage.status_code == 200) == ("<dt>Mailboxes</dt><dd>3</dd>" in usage.text)
    assert addresses.status_code == usage.status_code
    assert "No mailboxes yet" not in addresses.text


def test_a_token_that_ends_in_the_middle_is_renewed_unnoticed(world: World, alice: Visitor, card: str) -> None:
    world.mail.faults({"path": "settings/", "kind": "401", "times": 1})

    answer = alice.get(CARDS[card])

    assert answer.status_code == 200


def test_the_retry_works_once_the_mail_server_is_back(world: World, alice: Visitor, card: str) -> None:
    world.mail.faults({"path": "*", "kind": "down"})
    broken = alice.get(CARDS[card])
    world.mail.faults()

    answer = alice.get(html.unescape(broken.text.partition('hx-get="')[2].partition('"')[0]))

    assert answer.status_code == 200


@pytest.mark.parametrize(
    "query",
    ["_scheme=javascript&_external=1", "_method=POST", "endpoint=x", "q=%22%3E%3Cimg%3E", "q=%C3%A9+%26", "where=x"],
)
def test_nothing_in_an_address_bends_the_retry_to_another(world: World, alice: Visitor, query: str) -> None:
    world.mail.faults({"path": "*", "kind": "down"})

    answer = alice.get(f"addresses/?{query}")

    links = re.findall(r'(?:href|hx-get)="([^"]*)"', answer.text)
    assert answer.status_code == 503
    assert {html.unescape(link) for link in links} == {f"{alice.home}/addresses/?{query}"}


def test_the_form_of_a_new_mailbox_needs_no_mail_server(world: World, alice: Visitor) -> None:
    world.mail.faults({"path": "*", "kind": "down"})
    world.mail.clear_log()

    answer = alice.get("mailboxes/new")

    assert answer.status_code == 200
    assert world.mail.calls() == []


def test_the_dashboard_itself_waits_for_nobody(world: World, alice: Visitor) -> None:
    world.mail.faults({"path": "*", "kind": "down"})
    world.mail.clear_log()

    answer = alice.open("")

    assert answer.status_code == 200
    assert world.mail.calls() == []


def test_a_navigation_to_a_broken_card_gets_a_whole_page(world: World, alice: Visitor) -> None:
    world.mail.faults({"path": "*", "kind": "down"})

    answer = alice.open("usage")

    assert answer.status_code == 503
    assert "<!doctype html>" in answer.text
    assert problem(answer) == "unreachable"


def test_a_setting_that_has_no_meaning_breaks_only_the_card_that_needs_it(world: World) -> None:
    world.register("northwind", 101, "alice.test", max_users="many", eas_price="cheap")
    alice = world.visitor()

    usage, addresses, creation = (
        alice.get("usage"),
        alice.get("addresses/"),
        alice.post("mailboxes/", new_mailbox("x1")),
    )

    assert (usage.status_code, addresses.status_code, creation.status_code) == (503, 200, 503)
    assert problem(usage) == problem(creation) == "not-configured"
    assert "many" not in usage.text
    assert "x1" not in world.mail.state("alice.test")["users"]


def test_a_service_whose_mail_server_is_not_known_says_that_it_is_not_configured(world: World) -> None:
    world.server = None
    world.register("northwind", 101, "alice.test")
    alice = world.visitor()

    answers = [alice.get(path) for path in CARDS.values()]

    assert [answer.status_code for answer in answers] == [503] * 3
    assert {problem(answer) for answer in answers} == {"not-configured"}


def test_an_address_that_does_not_exist_is_not_found_and_leads_back(alice: Visitor) -> None:
    answer = alice.get("no-such-card")

    assert answer.status_code == 404
    assert problem(answer) == "missing"


def test_a_wrong_method_is_refused(alice: Visitor) -> None:
    answer = alice.post("usage")

    assert answer.status_code == 405
    assert problem(answer) == "wrong-request"


def test_a_form_beyond_all_measure_is_refused(alice: Visitor) -> None:
    answer = alice.post("mailboxes/", new_mailbox("marie", display_name="x" * 300_000))

    assert answer.status_code == 413
    assert problem(answer) == "too-large"


def test_a_fault_of_ours_names_a_number_and_nothing_else(
    world: World, alice: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    with world.app.app_context():
        database.execute_sql("UPDATE mail_server SET password = 'not encrypted by us'")

    answer = alice.get("usage")

    number = re.search(r"tell support this number: ([0-9a-f]{12})", answer.text)
    assert answer.status_code == 500
    assert problem(answer) == "ours"
    assert number is not None
    assert number[1] in caplog.text
    assert "encrypt" not in answer.text


def test_without_the_store_nothing_is_tried_and_nothing_is_said_of_anybody(world: World, alice: Visitor) -> None:
    with world.app.app_context():
        database.execute_sql("DROP TABLE history")

    answer = alice.post("mailboxes/", new_mailbox("marie"))

    assert answer.status_code == 503
    assert problem(answer) == "ours"
    assert "history" not in answer.text
    assert "marie" not in world.mail.state("alice.test")["users"]


def test_a_mail_servers_failure_is_logged_once_without_secrets(
    world: World, alice: Visitor, caplog: pytest.LogCaptureFixture
) -> None:
    world.mail.faults({"path": "*", "kind": "500", "message": "Secret words of the server"})

    alice.get("usage")

    logged = [record.getMessage() for record in caplog.records]
    assert len(logged) == 1
    assert "HTTP 500" in logged[0]
    assert "Secret words" not in logged[0]
    assert world.mail.password not in logged[0]


@pytest.mark.parametrize("path", ["", "mailboxes/new", "addresses/", "usage"])
def test_a_service_that_is_not_active_shows_its_notice_everywhere(world: World, alice: Visitor, path: str) -> None:
    world.register("northwind", 101, "alice.test", status="Suspended", age=-10)

    look = alice.get(path)
    act = alice.post("mailboxes/", new_mailbox("marie"))

    assert look.status_code == 200
    assert problem(look) == "closed"
    assert "This service is suspended" in look.text
    assert act.status_code == 403
    assert "marie" not in world.mail.state("alice.test")["users"]


def test_somebody_who_may_only_look_is_told_so_when_they_try(reader: Visitor) -> None:
    answer = reader.post("mailboxes/", new_mailbox("marie"))

    assert answer.status_code == 403
    assert problem(answer) == "read-only"


def test_errors_outside_a_service_say_nothing_of_anybody(world: World) -> None:
    answer = world.app.test_client().get("/nothing/here", base_url=BASE)

    assert answer.status_code == 404
    assert "Northwind" not in answer.text
    assert "alice" not in answer.text
