"""The page of a mailbox: what it shows, to whom, and what saving its settings changes."""

import html

import pytest

from tests.elsewhere import Elsewhere
from tests.views.mailboxes.held import CHANGE, LOST, MB, NEW_PASSWORD, UNKNOWN, passwords, settings_form, stored, users
from tests.views.pages import says, value_of
from tests.world import Visitor, World


def test_a_mailbox_shows_its_figures_and_the_aliases_that_lead_to_it(alice: Visitor, elsewhere: Elsewhere) -> None:
    elsewhere.alias("team@alice.test", "alice@alice.test", "someone@example.com")

    page = alice.get("mailboxes/alice@alice.test")

    assert page.status_code == 200
    assert says(page, "3\N{NO-BREAK SPACE}GB of 5\N{NO-BREAK SPACE}GB")
    assert value_of(page, "display_name") == "Alice Martin"
    assert value_of(page, "limit_mb") == "5120"
    assert "team" in page.text


def test_a_full_mailbox_says_what_that_means(world: World, alice: Visitor) -> None:
    world.mail.mailbox("alice.test", "full", used=10 * MB, limit=10 * MB)

    page = alice.get("mailboxes/full@alice.test")

    assert says(page, "full: new mail is being rejected and the sender gets an error")
    assert says(page, '<a href="#limit_mb">Raise the limit</a>')
    assert says(page, "Open webmail")


@pytest.mark.parametrize(
    "address",
    ["nobody@alice.test", "bob@bob.test", "alice", "@alice.test", "alice@", "é@alice.test", "team@alice.test"],
)
def test_what_is_no_mailbox_of_this_domain_is_not_found(alice: Visitor, elsewhere: Elsewhere, address: str) -> None:
    elsewhere.alias("team@alice.test", "alice@alice.test")

    answers = [
        alice.get(f"mailboxes/{address}"),
        alice.post(f"mailboxes/{address}", {"display_name": "x"}),
        alice.post(f"mailboxes/{address}/password", passwords(NEW_PASSWORD)),
        alice.post(f"mailboxes/{address}/delete", {"confirm": address}),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4


@pytest.mark.parametrize("name", ["o'brien", "r&d", "a+b", "100%", "Mixed.Case", "q?x", "a#b", "{{7*7}}", "x=y"])
def test_any_name_the_mail_server_holds_can_be_opened_changed_and_deleted(
    world: World, alice: Visitor, name: str
) -> None:
    world.mail.mailbox("alice.test", name, display_name="Before")
    listing = alice.get("addresses/?q=before").text
    link = html.unescape(listing.partition('class="row-link" href="')[2].partition('"')[0])

    page = alice.get(link)
    changed = alice.post(link, {"display_name": "After"})
    after = stored(world, name.lower())["fullName"]
    deleted = alice.post(f"{link}/delete", {"confirm": f"{name}@alice.test"})

    assert [page.status_code, changed.status_code, deleted.status_code] == [200, 200, 200]
    assert html.escape(f"{name.lower()}@alice.test", quote=False) in page.text.replace("&#39;", "'")
    assert after == "After"
    assert name.lower() not in users(world)


def test_a_mailbox_whose_aliases_cannot_be_read_shows_the_rest_and_says_what_is_not_known(
    world: World, alice: Visitor, elsewhere: Elsewhere
) -> None:
    elsewhere.alias("team@alice.test", "alice@alice.test")
    world.mail.faults({"path": "settings/domain/aliases", "kind": "500"})

    page = alice.get("mailboxes/alice@alice.test")

    assert page.status_code == 200
    assert value_of(page, "display_name") == "Alice Martin"
    assert says(page, "We could not ask which aliases lead here")


def test_mailboxes_without_a_name_leads_to_the_list_of_mailboxes(alice: Visitor) -> None:
    answer = alice.get("mailboxes/")

    assert answer.status_code == 302
    assert answer.headers["Location"] == "/s/northwind-101/addresses/?type=mailbox"


def test_the_hidden_admin_can_be_neither_seen_nor_touched(world: World, alice: Visitor) -> None:
    before = world.mail.state("alice.test")

    answers = [
        alice.get("mailboxes/q7hidden@alice.test"),
        alice.get("mailboxes/Q7Hidden@ALICE.test"),
        alice.post("mailboxes/q7hidden@alice.test", {"display_name": "x"}),
        alice.post("mailboxes/q7hidden@alice.test/password", passwords(NEW_PASSWORD)),
        alice.post("mailboxes/q7hidden@alice.test/delete", {"confirm": "q7hidden@alice.test"}),
    ]

    assert [answer.status_code for answer in answers] == [404] * 5
    assert world.mail.state("alice.test") == before


def test_a_change_sends_only_what_is_different(world: World, alice: Visitor) -> None:
    form = settings_form(alice, "alice@alice.test", display_name="Alice M.")
    before = users(world)["alice"]

    answer = alice.post("mailboxes/alice@alice.test", form)

    after = users(world)["alice"]
    assert answer.status_code == 200
    assert says(answer, "Saved.")
    assert value_of(answer, "display_name") == "Alice M."
    assert stored(world, "alice")["fullName"] == "Alice M."
    assert after["userData"] | {"fullName": ""} == before["userData"] | {"fullName": ""}
    assert world.recorded()[0].detail == {"display_name": "Alice M."}


def test_an_absent_field_stays_as_it_is_and_an_empty_one_is_emptied(world: World, alice: Visitor) -> None:
    absent = alice.post("mailboxes/alice@alice.test", {"limit_mb": "1024"})
    name_after_absent = stored(world, "alice")["fullName"]
    empty = alice.post("mailboxes/alice@alice.test", {"display_name": ""})

    assert (absent.status_code, empty.status_code) == (200, 200)
    assert name_after_absent == "Alice Martin"
    assert stored(world, "alice")["fullName"] == ""
    assert stored(world, "alice")["maxMailboxSize"] == 1024 * MB


def test_a_limit_that_is_no_whole_number_of_megabytes_survives_another_change(world: World, alice: Visitor) -> None:
    world.mail.mailbox("alice.test", "odd", limit=1_500_000)
    form = settings_form(alice, "odd@alice.test", display_name="Odd")

    answer = alice.post("mailboxes/odd@alice.test", form)

    assert answer.status_code == 200
    assert value_of(answer, "limit_mb") == "2"
    assert stored(world, "odd")["maxMailboxSize"] == 1_500_000


def test_a_display_name_with_spaces_around_it_is_no_change_of_the_customers(world: World, alice: Visitor) -> None:
    world.mail.mailbox("alice.test", "spaced", display_name=" Spaced ")
    form = settings_form(alice, "spaced@alice.test", limit_mb="100")

    alice.post("mailboxes/spaced@alice.test", form)

    assert stored(world, "spaced")["fullName"] == " Spaced "
    assert stored(world, "spaced")["maxMailboxSize"] == 100 * MB


def test_saving_without_a_change_changes_nothing_and_says_so(world: World, alice: Visitor) -> None:
    form = settings_form(alice, "alice@alice.test")
    world.mail.clear_log()

    answer = alice.post("mailboxes/alice@alice.test", form)

    assert answer.status_code == 200
    assert says(answer, "Nothing was changed.")
    assert CHANGE not in [call["path"] for call in world.mail.calls()]
    assert world.recorded() == []


def test_what_somebody_else_changed_meanwhile_is_shown_beside_what_was_typed(
    world: World, alice: Visitor, elsewhere: Elsewhere
) -> None:
    form = settings_form(alice, "alice@alice.test", display_name="Mine", limit_mb="2048")
    elsewhere.change("alice@alice.test", fullName="Theirs")

    answer = alice.post("mailboxes/alice@alice.test", form)

    assert answer.status_code == 409
    assert value_of(answer, "display_name") == "Mine"
    assert value_of(answer, "limit_mb") == "2048"
    assert says(answer, "On the mail server now: Theirs")
    assert says(answer, "On the mail server now: 5120")
    assert stored(world, "alice")["fullName"] == "Theirs"


def test_saving_again_after_that_keeps_what_was_typed(world: World, alice: Visitor, elsewhere: Elsewhere) -> None:
    form = settings_form(alice, "alice@alice.test", display_name="Mine")
    elsewhere.change("alice@alice.test", fullName="Theirs")
    conflict = alice.post("mailboxes/alice@alice.test", form)

    answer = alice.post("mailboxes/alice@alice.test", form | {"seen": value_of(conflict, "seen")})

    assert answer.status_code == 200
    assert stored(world, "alice")["fullName"] == "Mine"


def test_a_change_of_what_the_form_does_not_show_is_no_conflict(
    world: World, alice: Visitor, elsewhere: Elsewhere
) -> None:
    form = settings_form(alice, "alice@alice.test", display_name="Mine")
    elsewhere.change("alice@alice.test", description="something else")

    answer = alice.post("mailboxes/alice@alice.test", form)

    assert answer.status_code == 200


def test_repeating_a_change_whose_answer_was_lost_finds_it_saved(world: World, alice: Visitor) -> None:
    form = settings_form(alice, "alice@alice.test", display_name="Alice M.")
    world.mail.faults({"path": CHANGE, **LOST, "times": 1})
    lost = alice.post("mailboxes/alice@alice.test", form)

    again = alice.post("mailboxes/alice@alice.test", form | {"seen": value_of(lost, "seen")})

    assert (lost.status_code, again.status_code) == (503, 200)
    assert says(lost, UNKNOWN)
    assert value_of(lost, "display_name") == "Alice M."
    assert says(again, "Saved.")
    assert [row.result for row in world.recorded()] == ["done"]


@pytest.mark.parametrize("typed", [{"limit_mb": "-5"}, {"limit_mb": "many"}, {"display_name": "x" * 129}])
def test_a_change_to_something_impossible_is_refused_with_what_was_typed_kept(
    world: World, alice: Visitor, typed: dict[str, str]
) -> None:
    before = users(world)["alice"]
    form = settings_form(alice, "alice@alice.test", **typed)

    answer = alice.post("mailboxes/alice@alice.test", form)

    assert answer.status_code == 422
    assert all(value_of(answer, name) == value for name, value in typed.items())
    assert users(world)["alice"] == before


def test_a_limit_beyond_the_domains_own_is_refused_by_the_server_and_kept_in_the_form(
    world: World, alice: Visitor, elsewhere: Elsewhere
) -> None:
    elsewhere.settings("alice.test", maxSize=6 * 2**30)
    form = settings_form(alice, "alice@alice.test", limit_mb="10240")

    answer = alice.post("mailboxes/alice@alice.test", form)

    assert answer.status_code == 422
    assert says(answer, "The mail server refused this.")
    assert value_of(answer, "limit_mb") == "10240"
    assert "SIZE_LIMIT" not in answer.text
    assert stored(world, "alice")["maxMailboxSize"] == 5 * 2**30
