"""Creating a mailbox: what may be typed, what is in use, and how an attempt that was lost is finished."""

import html
from typing import Any

import pytest

from portal.store import history, loans, tenants
from tests.at_once import at_once
from tests.elsewhere import Elsewhere
from tests.views.mailboxes.held import CHANGE, CREATE, IN_USE, LOST, MB, NEW_PASSWORD, UNKNOWN, passwords, stored, users
from tests.views.pages import says, value_of
from tests.world import ADMIN, GOOD_PASSWORD, Visitor, World, new_mailbox

BOB = {"id": 7, "name": "Bob Stone", "email": "bob@example.test"}


def test_a_created_mailbox_exists_with_all_that_was_typed_and_can_sign_in(
    world: World, alice: Visitor, elsewhere: Elsewhere
) -> None:
    form = new_mailbox("marie.dupont", display_name="Marie Dupont", limit_mb="5120")

    answer = alice.post("mailboxes/", form)

    made = stored(world, "marie.dupont")
    assert answer.status_code == 200
    assert (made["fullName"], made["maxMailboxSize"]) == ("Marie Dupont", 5120 * MB)
    assert elsewhere.accepts("marie.dupont@alice.test", GOOD_PASSWORD)
    assert says(answer, "Marie Dupont can sign in now.")
    assert says(answer, "Mailbox marie.dupont@alice.test created.")


def test_a_limit_of_0_is_sent_as_0_and_not_left_to_the_servers_default(world: World, alice: Visitor) -> None:
    alice.post("mailboxes/", new_mailbox("marie", limit_mb="0"))

    assert stored(world, "marie")["maxMailboxSize"] == 0


def test_the_new_mailboxs_address_replaces_the_frames_and_is_pushed_in_a_window(alice: Visitor, admin: Visitor) -> None:
    framed = alice.post("mailboxes/", new_mailbox("marie"))
    windowed = admin.post("mailboxes/", new_mailbox("nadia"))

    assert framed.headers["HX-Replace-Url"] == "/s/northwind-101/mailboxes/marie@alice.test"
    assert windowed.headers["HX-Push-Url"] == "/s/northwind-101/mailboxes/nadia@alice.test"
    assert "HX-Push-Url" not in framed.headers
    assert "HX-Replace-Url" not in windowed.headers


def test_a_name_is_lower_cased_and_trimmed(world: World, alice: Visitor) -> None:
    answer = alice.post("mailboxes/", new_mailbox(" Marie.Dupont "))

    assert answer.status_code == 200
    assert stored(world, "marie.dupont")["userName"] == "marie.dupont"


@pytest.mark.parametrize("name", ["info", "contact", "support", "sales", "postmaster", "new", "a", "x" * 64, "1_2-3.4"])
def test_no_name_is_reserved_on_a_customers_own_domain(world: World, alice: Visitor, name: str) -> None:
    if name in users(world):
        alice.post(f"mailboxes/{name}@alice.test/delete", {"confirm": f"{name}@alice.test"})

    answer = alice.post("mailboxes/", new_mailbox(name))

    assert answer.status_code == 200
    assert name in users(world)


@pytest.mark.parametrize(
    "name",
    ["", " ", ".marie", "marie.", "marie..d", "ma rie", "é", "marie@alice.test", "a/b", "x" * 65, "marié", "ma\0"],
)
def test_a_name_that_cannot_be_one_is_refused_with_what_was_typed_kept(world: World, alice: Visitor, name: str) -> None:
    before = users(world).keys()

    answer = alice.post("mailboxes/", new_mailbox(name, display_name="Marie", limit_mb="512"))

    assert answer.status_code == 422
    assert 'class="field-error"' in answer.text
    assert (value_of(answer, "name"), value_of(answer, "display_name")) == (name.strip(), "Marie")
    assert value_of(answer, "limit_mb") == "512"
    assert users(world).keys() == before


@pytest.mark.parametrize(
    ("name", "holder"),
    [
        ("alice", " by a mailbox."),
        ("ALICE", " by a mailbox."),
        ("q7hidden", "."),
        ("team", ": it leads to alice@alice.test."),
        ("press", ": it leads to someone@example.com."),
    ],
)
def test_a_taken_name_is_said_to_be_in_use_and_by_what(
    world: World, alice: Visitor, elsewhere: Elsewhere, name: str, holder: str
) -> None:
    elsewhere.alias("team@alice.test", "alice@alice.test")
    elsewhere.alias("press@alice.test", "someone@example.com")
    before = world.mail.state("alice.test")

    answer = alice.post("mailboxes/", new_mailbox(name, display_name="Marie"))

    assert answer.status_code == 422
    assert says(answer, IN_USE + holder)
    assert value_of(answer, "display_name") == "Marie"
    assert world.mail.state("alice.test") == before


@pytest.mark.parametrize(
    ("came", "holder"),
    [
        ("an alias", ": it leads to alice@alice.test."),
        ("a list", " on the mail server, for example by a mailing list."),
    ],
)
def test_a_name_that_only_the_mail_server_knows_to_be_taken_is_explained_as_well(
    world: World, alice: Visitor, elsewhere: Elsewhere, came: str, holder: str
) -> None:
    alice.get("addresses/")
    if came == "an alias":
        elsewhere.alias("team@alice.test", "alice@alice.test")
    else:
        world.mail.faults({"path": CREATE, "kind": "refuse", "message": "USER_ADD_ERROR_NAME_IN_USE"})

    answer = alice.post("mailboxes/", new_mailbox("team"))

    assert answer.status_code == 422
    assert says(answer, IN_USE + holder)


def test_a_list_that_cannot_be_read_keeps_nobody_from_creating(world: World, alice: Visitor) -> None:
    world.mail.faults({"path": "settings/domain/aliases", "kind": "500"})

    answer = alice.post("mailboxes/", new_mailbox("marie"))

    assert answer.status_code == 200
    assert "marie" in users(world)


@pytest.mark.parametrize(
    ("limit_mb", "sentence"),
    [("-1", "whole number"), ("1.5", "whole number"), ("lots", "whole number"), ("99999999999", "whole number")],
)
def test_a_limit_that_is_no_number_of_megabytes_is_refused(
    world: World, alice: Visitor, limit_mb: str, sentence: str
) -> None:
    answer = alice.post("mailboxes/", new_mailbox("marie", limit_mb=limit_mb))

    assert answer.status_code == 422
    assert sentence in answer.text
    assert value_of(answer, "limit_mb") == limit_mb
    assert "marie" not in users(world)


@pytest.mark.parametrize(
    "display_name",
    ["x" * 129, "two\nlines", "bell\x07", "turned\u202eround", "split\u2028line", "hid\u200bden"],
    ids=ascii,
)
def test_a_display_name_that_would_break_a_message_header_is_refused(
    world: World, alice: Visitor, display_name: str
) -> None:
    answer = alice.post("mailboxes/", new_mailbox("marie", display_name=display_name))

    assert answer.status_code == 422
    assert "marie" not in users(world)


def test_a_display_name_of_any_script_is_kept(world: World, alice: Visitor) -> None:
    name = "क\u094d\u200dष 👩\u200d💻"

    alice.post("mailboxes/", new_mailbox("marie", display_name=name))

    assert stored(world, "marie")["fullName"] == name


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("Sh0rt!", "At least 8 characters"),
        ("no-upper-c4se", "At least one upper-case letter"),
        ("No-Digit-Here", "At least one digit"),
        ("N0SpecialHere", "At least one special character (! @ # $ % ^ & * - _ = +)"),
        ("Marie-Str0ng!", "Does not contain the user name"),
        ("My-Alice.Test-1!", "Does not contain the domain name"),
        ("Str0ng!" * 29, "At most 200 characters"),
        ("Str0ng!\x07Enough", "none that cannot be seen"),
        ("Str0ng!\u200bEnough", "none that cannot be seen"),
    ],
    ids=ascii,
)
def test_a_password_that_breaks_a_rule_is_refused_by_that_rule_and_never_echoed(
    world: World, alice: Visitor, password: str, sentence: str
) -> None:
    answer = alice.post("mailboxes/", new_mailbox("marie", password=password, password_again=password))

    listed = html.unescape(answer.text).partition("This password is not good enough:")[2].partition("</ul>")[0]
    assert answer.status_code == 422
    assert sentence in listed
    assert listed.count("<li>") == 1
    assert password not in html.unescape(answer.text)
    assert "marie" not in users(world)


def test_two_passwords_that_differ_are_refused(world: World, alice: Visitor) -> None:
    answer = alice.post("mailboxes/", new_mailbox("marie", password_again="Something-Else-1"))

    assert answer.status_code == 422
    assert "Both fields match" in answer.text
    assert "marie" not in users(world)


@pytest.mark.parametrize(
    ("setting", "password"),
    [
        ("password_min_length", "Ab1!x"),
        ("password_upper", "no-upper-c4se"),
        ("password_digit", "No-Digit-Here"),
        ("password_special", "N0SpecialHere"),
    ],
)
def test_a_rule_that_the_plan_switched_off_is_neither_shown_nor_enforced(
    world: World, setting: str, password: str
) -> None:
    world.register("northwind", 101, "alice.test", **{setting: "5" if setting == "password_min_length" else ""})
    alice = world.visitor()

    form = alice.get("mailboxes/new")
    answer = alice.post("mailboxes/", new_mailbox("marie", password=password, password_again=password))

    assert answer.status_code == 200
    assert f'data-rule="{setting.rpartition("_")[2]}"' not in form.text.replace('data-rule="length"', "")


def test_a_password_that_only_the_mail_server_refuses_is_refused_beside_the_password(
    world: World, alice: Visitor, elsewhere: Elsewhere
) -> None:
    elsewhere.password_rules("alice.test", minLength={"enabled": True, "ruleValue": 30})

    answer = alice.post("mailboxes/", new_mailbox("marie", display_name="Marie"))

    listed = answer.text.partition("This password is not good enough:")[2].partition("</ul>")[0]
    assert answer.status_code == 422
    assert "<li>" in listed
    assert value_of(answer, "name") == "marie"
    assert value_of(answer, "display_name") == "Marie"
    assert "marie" not in users(world)


def test_the_plan_limits_how_many_mailboxes_there_are_and_the_hidden_admin_does_not_count(world: World) -> None:
    world.register("northwind", 101, "alice.test", max_users="4")
    alice = world.visitor()

    fourth = alice.post("mailboxes/", new_mailbox("marie"))
    fifth = alice.post("mailboxes/", new_mailbox("nadia", display_name="Nadia"))

    assert fourth.status_code == 200
    assert fifth.status_code == 422
    assert says(fifth, "Your plan has no room for another mailbox.")
    assert value_of(fifth, "display_name") == "Nadia"
    assert "nadia" not in users(world)


def test_of_ten_at_once_with_room_for_one_exactly_one_gets_it(world: World) -> None:
    world.register("northwind", 101, "alice.test", max_users="4")
    alice = world.visitor()

    answers = at_once(10, lambda number: alice.tab().post("mailboxes/", new_mailbox(f"m{number}")))

    assert sorted(answer.status_code for answer in answers) == [200] + [422] * 9
    assert len([name for name in users(world) if name.startswith("m")]) == 1


def test_the_mail_servers_own_limit_is_said_as_plainly(world: World, alice: Visitor, elsewhere: Elsewhere) -> None:
    elsewhere.settings("alice.test", maxUsers=4)

    answer = alice.post("mailboxes/", new_mailbox("marie"))

    assert answer.status_code == 422
    assert says(answer, "Your plan has no room for another mailbox.")


def test_a_creation_whose_answer_was_lost_is_said_to_be_unknown_and_keeps_what_was_typed(
    world: World, alice: Visitor
) -> None:
    world.mail.faults({"path": CREATE, **LOST})

    answer = alice.post("mailboxes/", new_mailbox("marie", display_name="Marie Dupont", limit_mb="512"))

    assert answer.status_code == 503
    assert says(answer, UNKNOWN)
    assert [value_of(answer, name) for name in ("name", "display_name", "limit_mb")] == [
        "marie",
        "Marie Dupont",
        "512",
    ]
    assert GOOD_PASSWORD not in answer.text


def test_repeating_a_creation_whose_answer_was_lost_finishes_it_as_typed_last(
    world: World, alice: Visitor, elsewhere: Elsewhere
) -> None:
    world.mail.faults({"path": CREATE, **LOST, "times": 1})
    alice.post("mailboxes/", new_mailbox("marie", display_name="Marie", limit_mb="512"))

    again = alice.post(
        "mailboxes/", new_mailbox("marie", display_name="Marie D.", limit_mb="1024", **passwords(NEW_PASSWORD))
    )

    made = stored(world, "marie")
    assert again.status_code == 200
    assert (made["fullName"], made["maxMailboxSize"]) == ("Marie D.", 1024 * MB)
    assert elsewhere.accepts("marie@alice.test", NEW_PASSWORD)
    assert not elsewhere.accepts("marie@alice.test", GOOD_PASSWORD)


def test_a_creation_that_never_reached_the_mail_server_can_be_repeated(
    world: World, alice: Visitor, elsewhere: Elsewhere
) -> None:
    world.mail.faults({"path": CREATE, "kind": "down", "times": 1})
    first = alice.post("mailboxes/", new_mailbox("marie"))

    again = alice.post("mailboxes/", new_mailbox("marie"))

    assert (first.status_code, again.status_code) == (503, 200)
    assert elsewhere.accepts("marie@alice.test", GOOD_PASSWORD)


def test_what_one_session_left_unfinished_is_in_use_for_every_other(
    world: World, alice: Visitor, omar: Visitor, elsewhere: Elsewhere
) -> None:
    world.mail.faults({"path": CREATE, **LOST, "times": 1})
    alice.post("mailboxes/", new_mailbox("marie"))

    answer = omar.post("mailboxes/", new_mailbox("marie", **passwords(NEW_PASSWORD)))

    assert answer.status_code == 422
    assert says(answer, IN_USE)
    assert elsewhere.accepts("marie@alice.test", GOOD_PASSWORD)


@pytest.mark.parametrize(
    "theirs",
    [{"display_name": "Marie Elsewhere"}, {"limit": 5 * MB}, {"last_login": "2026-11-20T08:00:00Z"}],
    ids=["another name", "another limit", "in use"],
)
def test_a_mailbox_that_somebody_else_made_meanwhile_keeps_its_password(
    world: World, alice: Visitor, theirs: dict[str, Any]
) -> None:
    world.mail.faults({"path": CREATE, "kind": "down", "times": 1})
    alice.post("mailboxes/", new_mailbox("marie"))
    like_ours = {"display_name": "", "limit": 0, "last_login": "0001-01-01T00:00:00"}
    world.mail.mailbox("alice.test", "marie", **like_ours | theirs)
    before = stored(world, "marie")

    again = alice.post("mailboxes/", new_mailbox("marie", **passwords(NEW_PASSWORD)))

    assert again.status_code == 422
    assert says(again, IN_USE)
    assert stored(world, "marie") == before


def test_a_mailbox_that_another_session_made_meanwhile_keeps_its_password(
    world: World, alice: Visitor, omar: Visitor, elsewhere: Elsewhere
) -> None:
    world.mail.faults({"path": CREATE, "kind": "down", "times": 1})
    alice.post("mailboxes/", new_mailbox("marie"))
    omar.post("mailboxes/", new_mailbox("marie"))

    again = alice.post("mailboxes/", new_mailbox("marie", **passwords(NEW_PASSWORD)))

    assert again.status_code == 422
    assert says(again, IN_USE)
    assert elsewhere.accepts("marie@alice.test", GOOD_PASSWORD)


def test_another_sessions_refused_attempt_does_not_keep_the_first_from_finishing(
    world: World, alice: Visitor, omar: Visitor, elsewhere: Elsewhere
) -> None:
    world.mail.faults({"path": CREATE, **LOST, "times": 1})
    alice.post("mailboxes/", new_mailbox("marie"))
    omar.post("mailboxes/", new_mailbox("marie"))

    again = alice.post("mailboxes/", new_mailbox("marie", **passwords(NEW_PASSWORD)))

    assert again.status_code == 200
    assert elsewhere.accepts("marie@alice.test", NEW_PASSWORD)


def test_finishing_a_creation_can_itself_be_lost_and_repeated(
    world: World, alice: Visitor, elsewhere: Elsewhere
) -> None:
    world.mail.faults({"path": CREATE, **LOST, "times": 1})
    alice.post("mailboxes/", new_mailbox("marie"))
    world.mail.faults({"path": CHANGE, **LOST, "times": 1})
    half = alice.post("mailboxes/", new_mailbox("marie", display_name="Marie D."))

    again = alice.post("mailboxes/", new_mailbox("marie", display_name="Marie E.", **passwords(NEW_PASSWORD)))

    assert (half.status_code, again.status_code) == (503, 200)
    assert stored(world, "marie")["fullName"] == "Marie E."
    assert elsewhere.accepts("marie@alice.test", NEW_PASSWORD)
    assert [row.result for row in world.recorded()] == ["done"]


def test_a_finished_creation_repeated_is_in_use_like_any_other(world: World, alice: Visitor) -> None:
    alice.post("mailboxes/", new_mailbox("marie"))

    again = alice.post("mailboxes/", new_mailbox("marie", **passwords(NEW_PASSWORD)))

    assert again.status_code == 422
    assert says(again, IN_USE)


def test_without_javascript_every_form_answers_with_a_whole_page(alice: Visitor) -> None:
    form = new_mailbox("marie") | {"portal_token": alice.token}

    created = alice.client.post(f"{alice.home}/mailboxes/", base_url="https://portal.test", data=form)
    refused = alice.client.post(f"{alice.home}/mailboxes/", base_url="https://portal.test", data=form)

    assert (created.status_code, refused.status_code) == (200, 422)
    assert "<!doctype html>" in created.text
    assert "<!doctype html>" in refused.text
    assert says(created, "Mailbox marie@alice.test created.")


def test_of_a_sellers_last_mailboxes_the_customer_reads_whom_to_ask_and_staff_read_the_limit(
    world: World, bob: Visitor
) -> None:
    with world.app.app_context():
        harbour = tenants.by_slug("harbour")
        assert world.server is not None
        assert harbour is not None
        loans.lend(world.server, harbour, mailboxes=1)
    first = bob.post("mailboxes/", new_mailbox("sales"))

    refused = bob.post("mailboxes/", new_mailbox("info"))

    assert (first.status_code, refused.status_code) == (200, 422)
    assert says(refused, "No more mailboxes can be added at the moment. Your provider can change that.")
    assert "mail1" not in refused.text
    assert "info" not in world.mail.state("bob.test")["users"]
    with world.app.app_context():
        [written] = history.recent(world.service("harbour", 201), 1)
    assert (written.action, written.subject, written.result) == ("mailbox.create", "info@bob.test", "refused")
    assert str(written.detail["error"]).endswith("may have on the mail server mail1 are used: 1 of 1.")


def test_of_ten_at_once_in_two_domains_a_sellers_last_one_is_made_once(world: World, bob: Visitor) -> None:
    world.mail.domain("bob-shop.test", admin=ADMIN)
    world.register("harbour", 202, "bob-shop.test")
    shop = world.visitor(bob.client, slug="harbour", svc=202, name="bob-shop.test", user=BOB)
    with world.app.app_context():
        harbour = tenants.by_slug("harbour")
        assert world.server is not None
        assert harbour is not None
        loans.lend(world.server, harbour, mailboxes=1)
    tabs = [(bob, shop)[number % 2].tab() for number in range(10)]

    answers = at_once(10, lambda number: tabs[number].post("mailboxes/", new_mailbox(f"n{number}")))

    assert sorted(answer.status_code for answer in answers) == [200] + [422] * 9
    made = [name for domain in ("bob.test", "bob-shop.test") for name in world.mail.state(domain)["users"]]
    assert len([name for name in made if name.startswith("n")]) == 1
