import html
import threading
from typing import Any

import pytest
from werkzeug.test import TestResponse

from portal.store import database, history, services
from portal.store.history import History
from tests.elsewhere import Elsewhere
from tests.world import GOOD_PASSWORD, Visitor, World, new_mailbox

MB = 2**20
CREATE = "settings/domain/user-put"
CHANGE = "settings/domain/post-user"
DELETE = "settings/domain/account-list-delete"
LOST = {"kind": "down", "when": "after"}
NEW_PASSWORD = "An0ther!Good-Word"
IN_USE = "This address is already in use"
UNKNOWN = "we do not know whether this was done"
UNREAD = "The mail server could not be asked just now, so nothing was changed."


def users(world: World) -> dict[str, Any]:
    found: dict[str, Any] = world.mail.state("alice.test")["users"]
    return found


def stored(world: World, name: str) -> dict[str, Any]:
    """What the mail server holds of a mailbox of alice.test."""
    found: dict[str, Any] = users(world)[name]["userData"]
    return found


def settings_form(visitor: Visitor, address: str, **typed: str) -> dict[str, str]:
    """The form as the mailbox's page shows it, with some fields typed over."""
    page = visitor.get(f"mailboxes/{address}").text
    return {name: value_of(page, name) for name in ("seen", "display_name", "limit_mb")} | typed


def value_of(page: str, field: str) -> str:
    """The value of an input."""
    tag = next(tag for tag in page.split("<input")[1:] if f'name="{field}"' in tag).partition(">")[0]
    return html.unescape(tag.partition('value="')[2].partition('"')[0])


def passwords(new: str, again: str | None = None) -> dict[str, str]:
    return {"password": new, "password_again": new if again is None else again}


def recorded(world: World, svc: int = 101) -> list[History]:
    """The history of a service of northwind, newest first."""
    with world.app.app_context():
        service = services.find("northwind", svc)
        assert service is not None
        return history.recent(service, 50)


def says(answer: TestResponse, text: str) -> bool:
    return text in html.unescape(answer.text)


# create


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
    assert (value_of(answer.text, "name"), value_of(answer.text, "display_name")) == (name.strip(), "Marie")
    assert value_of(answer.text, "limit_mb") == "512"
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
    assert value_of(answer.text, "display_name") == "Marie"
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
    assert value_of(answer.text, "limit_mb") == limit_mb
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
    assert value_of(answer.text, "name") == "marie"
    assert value_of(answer.text, "display_name") == "Marie"
    assert "marie" not in users(world)


def test_the_plan_limits_how_many_mailboxes_there_are_and_the_hidden_admin_does_not_count(world: World) -> None:
    world.register("northwind", 101, "alice.test", max_users="4")
    alice = world.visitor()

    fourth = alice.post("mailboxes/", new_mailbox("marie"))
    fifth = alice.post("mailboxes/", new_mailbox("nadia", display_name="Nadia"))

    assert fourth.status_code == 200
    assert fifth.status_code == 422
    assert says(fifth, "Your plan has no room for another mailbox.")
    assert value_of(fifth.text, "display_name") == "Nadia"
    assert "nadia" not in users(world)


def test_of_ten_at_once_with_room_for_one_exactly_one_gets_it(world: World) -> None:
    world.register("northwind", 101, "alice.test", max_users="4")
    alice = world.visitor()
    statuses: list[int] = []

    def create(number: int) -> None:
        tab = Visitor(world.app.test_client(), alice.home, alice.page, alice.token)
        statuses.append(tab.post("mailboxes/", new_mailbox(f"m{number}")).status_code)

    threads = [threading.Thread(target=create, args=(number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses) == [200] + [422] * 9
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
    assert [value_of(answer.text, name) for name in ("name", "display_name", "limit_mb")] == [
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
    world: World, alice: Visitor, elsewhere: Elsewhere
) -> None:
    world.mail.faults({"path": CREATE, **LOST, "times": 1})
    alice.post("mailboxes/", new_mailbox("marie"))
    other = world.visitor(user={"id": 9, "name": "Omar", "email": "omar@example.test"})

    answer = other.post("mailboxes/", new_mailbox("marie", **passwords(NEW_PASSWORD)))

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
    world: World, alice: Visitor, elsewhere: Elsewhere
) -> None:
    world.mail.faults({"path": CREATE, "kind": "down", "times": 1})
    alice.post("mailboxes/", new_mailbox("marie"))
    other = world.visitor(user={"id": 9, "name": "Omar", "email": "omar@example.test"})
    other.post("mailboxes/", new_mailbox("marie"))

    again = alice.post("mailboxes/", new_mailbox("marie", **passwords(NEW_PASSWORD)))

    assert again.status_code == 422
    assert says(again, IN_USE)
    assert elsewhere.accepts("marie@alice.test", GOOD_PASSWORD)


def test_another_sessions_refused_attempt_does_not_keep_the_first_from_finishing(
    world: World, alice: Visitor, elsewhere: Elsewhere
) -> None:
    world.mail.faults({"path": CREATE, **LOST, "times": 1})
    alice.post("mailboxes/", new_mailbox("marie"))
    other = world.visitor(user={"id": 9, "name": "Omar", "email": "omar@example.test"})
    other.post("mailboxes/", new_mailbox("marie"))

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
    assert [row.result for row in recorded(world)] == ["done"]


def test_a_finished_creation_repeated_is_in_use_like_any_other(world: World, alice: Visitor) -> None:
    alice.post("mailboxes/", new_mailbox("marie"))

    again = alice.post("mailboxes/", new_mailbox("marie", **passwords(NEW_PASSWORD)))

    assert again.status_code == 422
    assert says(again, IN_USE)


# show


def test_a_mailbox_shows_its_figures_and_the_aliases_that_lead_to_it(alice: Visitor, elsewhere: Elsewhere) -> None:
    elsewhere.alias("team@alice.test", "alice@alice.test", "someone@example.com")

    page = alice.get("mailboxes/alice@alice.test")

    assert page.status_code == 200
    assert says(page, "3\N{NO-BREAK SPACE}GB of 5\N{NO-BREAK SPACE}GB")
    assert value_of(page.text, "display_name") == "Alice Martin"
    assert value_of(page.text, "limit_mb") == "5120"
    assert "team" in page.text


def test_a_full_mailbox_says_what_that_means(world: World, alice: Visitor) -> None:
    world.mail.mailbox("alice.test", "full", used=10 * MB, limit=10 * MB)

    page = alice.get("mailboxes/full@alice.test")

    assert says(page, "full: new mail is being rejected and the sender gets an error")


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


# change


def test_a_change_sends_only_what_is_different(world: World, alice: Visitor) -> None:
    form = settings_form(alice, "alice@alice.test", display_name="Alice M.")
    before = users(world)["alice"]

    answer = alice.post("mailboxes/alice@alice.test", form)

    after = users(world)["alice"]
    assert answer.status_code == 200
    assert says(answer, "Saved.")
    assert value_of(answer.text, "display_name") == "Alice M."
    assert stored(world, "alice")["fullName"] == "Alice M."
    assert after["userData"] | {"fullName": ""} == before["userData"] | {"fullName": ""}
    assert recorded(world)[0].detail == {"display_name": "Alice M."}


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
    assert value_of(answer.text, "limit_mb") == "2"
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
    assert recorded(world) == []


def test_what_somebody_else_changed_meanwhile_is_shown_beside_what_was_typed(
    world: World, alice: Visitor, elsewhere: Elsewhere
) -> None:
    form = settings_form(alice, "alice@alice.test", display_name="Mine", limit_mb="2048")
    elsewhere.change("alice@alice.test", fullName="Theirs")

    answer = alice.post("mailboxes/alice@alice.test", form)

    assert answer.status_code == 409
    assert value_of(answer.text, "display_name") == "Mine"
    assert value_of(answer.text, "limit_mb") == "2048"
    assert says(answer, "On the mail server now: Theirs")
    assert says(answer, "On the mail server now: 5120")
    assert stored(world, "alice")["fullName"] == "Theirs"


def test_saving_again_after_that_keeps_what_was_typed(world: World, alice: Visitor, elsewhere: Elsewhere) -> None:
    form = settings_form(alice, "alice@alice.test", display_name="Mine")
    elsewhere.change("alice@alice.test", fullName="Theirs")
    conflict = alice.post("mailboxes/alice@alice.test", form)

    answer = alice.post("mailboxes/alice@alice.test", form | {"seen": value_of(conflict.text, "seen")})

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

    again = alice.post("mailboxes/alice@alice.test", form | {"seen": value_of(lost.text, "seen")})

    assert (lost.status_code, again.status_code) == (503, 200)
    assert says(lost, UNKNOWN)
    assert value_of(lost.text, "display_name") == "Alice M."
    assert says(again, "Saved.")
    assert [row.result for row in recorded(world)] == ["done"]


@pytest.mark.parametrize("typed", [{"limit_mb": "-5"}, {"limit_mb": "many"}, {"display_name": "x" * 129}])
def test_a_change_to_something_impossible_is_refused_with_what_was_typed_kept(
    world: World, alice: Visitor, typed: dict[str, str]
) -> None:
    before = users(world)["alice"]
    form = settings_form(alice, "alice@alice.test", **typed)

    answer = alice.post("mailboxes/alice@alice.test", form)

    assert answer.status_code == 422
    assert all(value_of(answer.text, name) == value for name, value in typed.items())
    assert users(world)["alice"] == before


def test_a_limit_beyond_the_domains_own_is_refused_by_the_server_and_kept_in_the_form(
    world: World, alice: Visitor, elsewhere: Elsewhere
) -> None:
    elsewhere.settings("alice.test", maxSize=6 * 2**30)
    form = settings_form(alice, "alice@alice.test", limit_mb="10240")

    answer = alice.post("mailboxes/alice@alice.test", form)

    assert answer.status_code == 422
    assert says(answer, "The mail server refused this.")
    assert value_of(answer.text, "limit_mb") == "10240"
    assert "SIZE_LIMIT" not in answer.text
    assert stored(world, "alice")["maxMailboxSize"] == 5 * 2**30


# password


def test_a_new_password_works_and_ends_the_mailboxs_sessions(
    world: World, alice: Visitor, elsewhere: Elsewhere
) -> None:
    world.mail.mailbox("alice.test", "marie", password=GOOD_PASSWORD)
    elsewhere.accepts("marie@alice.test", GOOD_PASSWORD)
    before = world.mail.sessions("marie@alice.test")

    answer = alice.post("mailboxes/marie@alice.test/password", passwords(NEW_PASSWORD))

    after = world.mail.sessions("marie@alice.test")
    assert answer.status_code == 200
    assert answer.headers["HX-Trigger"] == "password-changed"
    assert says(answer, "All its devices were signed out.")
    assert (len(before), len(after)) == (1, 0)
    assert users(world)["marie"]["dropped_connections"] == 1
    assert elsewhere.accepts("marie@alice.test", NEW_PASSWORD)
    assert not elsewhere.accepts("marie@alice.test", GOOD_PASSWORD)


def test_where_the_server_does_not_confirm_that_sessions_ended_nobody_says_so(
    world: World, alice: Visitor, elsewhere: Elsewhere
) -> None:
    world.mail.build("100.old")

    answer = alice.post("mailboxes/alice@alice.test/password", passwords(NEW_PASSWORD))

    assert answer.status_code == 200
    assert says(answer, "The password of alice@alice.test was changed.")
    assert says(answer, "Devices that are signed in may stay so for a while.")
    assert not says(answer, "All its devices were signed out.")
    assert elsewhere.accepts("alice@alice.test", NEW_PASSWORD)


def test_a_new_password_keeps_the_same_rules(world: World, alice: Visitor) -> None:
    before = users(world)["alice"]["password"]

    answer = alice.post("mailboxes/alice@alice.test/password", passwords("alice", "other"))

    broken = answer.text.partition("This password is not good enough:")[2].partition("</ul>")[0]
    assert answer.status_code == 422
    assert broken.count("<li>") == 7
    assert users(world)["alice"]["password"] == before


def test_the_password_window_lists_what_the_mail_server_asks_beyond_the_plan(
    alice: Visitor, elsewhere: Elsewhere
) -> None:
    elsewhere.password_rules("alice.test", minLength={"enabled": True, "ruleValue": 23})

    page = alice.get("mailboxes/alice@alice.test")

    assert "At least 23 characters" in page.text


def test_rules_that_the_mail_server_tightened_meanwhile_are_named_when_it_refuses(
    alice: Visitor, elsewhere: Elsewhere
) -> None:
    alice.get("mailboxes/alice@alice.test")
    elsewhere.password_rules("alice.test", minLength={"enabled": True, "ruleValue": 41})

    answer = alice.post("mailboxes/alice@alice.test/password", passwords(NEW_PASSWORD))

    assert answer.status_code == 422
    assert "At least 41 characters" in answer.text


def test_a_mail_server_that_does_not_tell_its_rules_is_not_asked_at_every_page(world: World, alice: Visitor) -> None:
    world.mail.faults({"path": "settings/domain/password-requirements", "kind": "500"})
    alice.get("mailboxes/alice@alice.test")
    world.mail.clear_log()

    page = alice.get("mailboxes/alice@alice.test")

    assert page.status_code == 200
    assert not any("password" in call["path"] for call in world.mail.calls())


def test_a_new_password_that_the_mail_server_refuses_is_not_set(
    world: World, alice: Visitor, elsewhere: Elsewhere
) -> None:
    elsewhere.password_rules("alice.test", minLength={"enabled": True, "ruleValue": 40})
    before = users(world)["alice"]["password"]

    answer = alice.post("mailboxes/alice@alice.test/password", passwords(NEW_PASSWORD))

    assert answer.status_code == 422
    assert "This password is not good enough:" in answer.text
    assert users(world)["alice"]["password"] == before


def test_a_password_change_whose_answer_was_lost_is_said_to_be_unknown_and_can_be_repeated(
    world: World, alice: Visitor, elsewhere: Elsewhere
) -> None:
    world.mail.faults({"path": CHANGE, **LOST, "times": 1})

    lost = alice.post("mailboxes/alice@alice.test/password", passwords(NEW_PASSWORD))
    again = alice.post("mailboxes/alice@alice.test/password", passwords(NEW_PASSWORD))

    assert (lost.status_code, again.status_code) == (503, 200)
    assert says(lost, UNKNOWN)
    assert elsewhere.accepts("alice@alice.test", NEW_PASSWORD)


def test_no_answer_ever_holds_a_password(world: World, alice: Visitor) -> None:
    answers = [
        alice.post("mailboxes/", new_mailbox("marie", password_again=NEW_PASSWORD)),
        alice.post("mailboxes/", new_mailbox("alice")),
        alice.post("mailboxes/", new_mailbox("marie")),
        alice.post("mailboxes/marie@alice.test/password", passwords(NEW_PASSWORD, GOOD_PASSWORD)),
        alice.post("mailboxes/marie@alice.test/password", passwords(NEW_PASSWORD)),
        alice.get("mailboxes/marie@alice.test"),
        alice.get("addresses/"),
    ]
    world.mail.faults({"path": "*", "kind": "down"})
    answers += [
        alice.post("mailboxes/", new_mailbox("nadia")),
        alice.post("mailboxes/marie@alice.test/password", passwords(NEW_PASSWORD)),
    ]

    assert [answer.status_code for answer in answers] == [422, 422, 200, 422, 200, 200, 200, 503, 503]
    assert not any(secret in answer.text for answer in answers for secret in (GOOD_PASSWORD, NEW_PASSWORD))


# delete


@pytest.mark.parametrize("typed", ["", "alice", "alice@alice", "carol@alice.test", "alice@alice.test extra"])
def test_a_mailbox_is_deleted_only_when_its_whole_address_was_typed(world: World, alice: Visitor, typed: str) -> None:
    answer = alice.post("mailboxes/alice@alice.test/delete", {"confirm": typed})

    assert answer.status_code == 422
    assert says(answer, "Type the whole address to confirm. Nothing was deleted.")
    assert value_of(answer.text, "confirm") == typed
    assert "alice" in users(world)


def test_a_deleted_mailbox_is_gone_and_the_page_moves_to_the_list(world: World, alice: Visitor) -> None:
    answer = alice.post("mailboxes/carol@alice.test/delete", {"confirm": " Carol@Alice.test "})

    assert answer.status_code == 200
    assert says(answer, "Mailbox carol@alice.test deleted.")
    assert answer.headers["HX-Replace-Url"] == "/s/northwind-101/addresses/"
    assert users(world).keys() == {"q7hidden", "alice", "info"}


def aliases_of(world: World) -> dict[str, list[str]]:
    """The aliases of alice.test with their targets, as the mail server holds them."""
    return {name: alias["aliasTargetList"] for name, alias in world.mail.state("alice.test")["aliases"].items()}


@pytest.fixture
def named(elsewhere: Elsewhere) -> None:
    """Aliases that name Alice's mailbox: alone, beside others, and beside everyone; and one that does not."""
    elsewhere.alias("sole@alice.test", "Alice@alice.test")
    elsewhere.alias("shared@alice.test", "alice@alice.test", "x@example.net")
    elsewhere.alias("everyone@alice.test", "alice", everyone=True)
    elsewhere.alias("other@alice.test", "carol@alice.test")


def test_an_alias_is_not_deleted_as_if_it_were_a_mailbox(world: World, alice: Visitor, elsewhere: Elsewhere) -> None:
    elsewhere.alias("team@alice.test", "alice@alice.test")

    answer = alice.post("mailboxes/team@alice.test/delete", {"confirm": "team@alice.test"})

    assert answer.status_code == 404
    assert "team" in aliases_of(world)


@pytest.mark.usefixtures("named")
def test_deleting_a_mailbox_leaves_no_dead_target_and_no_alias_that_leads_elsewhere_is_lost(
    world: World, alice: Visitor
) -> None:
    page = alice.get("mailboxes/alice@alice.test")

    answer = alice.post("mailboxes/alice@alice.test/delete", {"confirm": "alice@alice.test"})

    told = " ".join(html.unescape(page.text).split())
    assert 'These aliases are deleted with it: <span class="mono">sole</span>' in told
    assert 'These stay, because they lead elsewhere too: <span class="mono">everyone, shared</span>' in told
    assert answer.status_code == 200
    assert aliases_of(world) == {"shared": ["x@example.net"], "everyone": [], "other": ["carol@alice.test"]}


@pytest.mark.usefixtures("named")
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("step", [DELETE, "settings/domain/alias-delete", "settings/domain/alias"])
def test_a_deletion_that_stopped_at_any_step_is_finished_by_repeating_it(
    world: World, alice: Visitor, step: str, when: str
) -> None:
    world.mail.faults({"path": step, "kind": "down", "when": when, "times": 1, "method": "POST"})
    confirm = {"confirm": "alice@alice.test"}
    stopped = alice.post("mailboxes/alice@alice.test/delete", confirm)

    again = alice.post("mailboxes/alice@alice.test/delete", confirm)

    assert (stopped.status_code, again.status_code) == (503, 200)
    assert "alice" not in users(world)
    assert aliases_of(world) == {"shared": ["x@example.net"], "everyone": [], "other": ["carol@alice.test"]}
    assert recorded(world)[0].result == "done"


@pytest.mark.usefixtures("named")
def test_a_mailbox_that_is_gone_while_its_aliases_are_not_says_which(world: World, alice: Visitor) -> None:
    world.mail.faults({"path": "settings/domain/alias-delete", "kind": "refuse"})

    answer = alice.post("mailboxes/alice@alice.test/delete", {"confirm": "alice@alice.test"})

    assert answer.status_code == 503
    assert "The mailbox is deleted, its aliases are not yet" in answer.text
    assert '<span class="mono">sole</span>' in answer.text
    assert "Finish it" in answer.text


def test_a_mailbox_whose_aliases_cannot_be_read_is_not_deleted(world: World, alice: Visitor) -> None:
    world.mail.faults({"path": "settings/domain/aliases", "kind": "500"})

    answer = alice.post("mailboxes/alice@alice.test/delete", {"confirm": "alice@alice.test"})

    assert answer.status_code == 503
    assert says(answer, UNREAD)
    assert "alice" in users(world)


FORWARD = "settings/domain/post-mailbox-forward-list"


def forwarding_of(world: World, name: str) -> dict[str, object]:
    """The forwarding of a mailbox of alice.test, as the mail server holds it."""
    forwarding: dict[str, object] = users(world)[name]["forwardList"]
    return forwarding


@pytest.fixture
def forwarders(alice: Visitor, elsewhere: Elsewhere) -> None:
    """Carol and Info forward to Alice, Carol to somebody else too; the list has shown it."""
    elsewhere.forward("carol@alice.test", "x@example.net", "Alice@alice.test", keep=True, delete=True)
    elsewhere.forward("info@alice.test", "alice@alice.test")
    alice.get("addresses/?forwarding=1")


def test_mailboxes_known_to_forward_to_it_are_named_before_a_mailbox_is_deleted(
    alice: Visitor, elsewhere: Elsewhere
) -> None:
    elsewhere.forward("carol@alice.test", "alice@alice.test")
    unknown = alice.get("mailboxes/alice@alice.test")
    alice.get("addresses/?forwarding=1")

    known = alice.get("mailboxes/alice@alice.test")

    assert "These mailboxes forward to it:" not in unknown.text
    assert 'These mailboxes forward to it: <span class="mono">carol@alice.test</span>' in known.text
    assert "unforward" not in alice.get("mailboxes/info@alice.test").text


@pytest.mark.usefixtures("forwarders")
def test_forwarding_to_a_deleted_mailbox_is_left_alone_unless_it_was_asked_for(world: World, alice: Visitor) -> None:
    answer = alice.post("mailboxes/alice@alice.test/delete", {"confirm": "alice@alice.test"})

    assert answer.status_code == 200
    assert forwarding_of(world, "info")["forwardList"] == ["alice@alice.test"]


@pytest.mark.usefixtures("forwarders")
def test_on_request_others_stop_forwarding_to_a_deleted_mailbox_and_keep_the_rest(world: World, alice: Visitor) -> None:
    unforward = value_of(alice.get("mailboxes/alice@alice.test").text, "unforward")
    before = forwarding_of(world, "carol")

    answer = alice.post("mailboxes/alice@alice.test/delete", {"confirm": "alice@alice.test", "unforward": unforward})

    assert answer.status_code == 200
    assert unforward == "carol@alice.test info@alice.test"
    assert forwarding_of(world, "carol") == before | {"forwardList": ["x@example.net"]}
    assert forwarding_of(world, "info")["forwardList"] == []
    assert [(row.action, row.subject, row.result) for row in recorded(world)] == [
        ("mailbox.forwarding", "info@alice.test", "done"),
        ("mailbox.forwarding", "carol@alice.test", "done"),
        ("mailbox.delete", "alice@alice.test", "done"),
    ]


def test_what_a_mailbox_forwards_to_is_read_afresh_before_it_is_written(
    world: World, alice: Visitor, elsewhere: Elsewhere
) -> None:
    elsewhere.forward("carol@alice.test", "alice@alice.test")
    alice.get("addresses/?forwarding=1")
    elsewhere.forward("carol@alice.test", "new@example.net", "alice@alice.test")
    elsewhere.forward("info@alice.test", "other@example.net")

    alice.post(
        "mailboxes/alice@alice.test/delete",
        {"confirm": "alice@alice.test", "unforward": "carol@alice.test info@alice.test nobody@alice.test bob@bob.test"},
    )

    assert forwarding_of(world, "carol")["forwardList"] == ["new@example.net"]
    assert forwarding_of(world, "info")["forwardList"] == ["other@example.net"]


@pytest.mark.usefixtures("forwarders")
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("carried", [True, False])
def test_forwarding_that_is_left_of_a_deletion_is_named_and_ended_by_repeating_it(
    world: World, alice: Visitor, when: str, carried: bool
) -> None:
    form = {"confirm": "alice@alice.test", "unforward": "carol@alice.test info@alice.test"}
    world.mail.faults({"path": FORWARD, "kind": "down", "when": when, "times": 1})

    stopped = alice.post("mailboxes/alice@alice.test/delete", form)
    again = alice.post(
        "mailboxes/alice@alice.test/delete",
        form | {"unforward": value_of(stopped.text, "unforward") if carried else ""},
    )

    assert (stopped.status_code, again.status_code) == (503, 200)
    assert "The mailbox is deleted, the forwarding to it is not yet" in stopped.text
    assert '<span class="mono">carol@alice.test, info@alice.test</span>' in stopped.text
    assert forwarding_of(world, "carol")["forwardList"] == ["x@example.net"]
    assert forwarding_of(world, "info")["forwardList"] == []
    assert [row.result for row in recorded(world) if row.action == "mailbox.delete"] == ["done"]


@pytest.mark.usefixtures("forwarders")
def test_where_a_mailbox_is_not_deleted_nobody_stops_forwarding_to_it(world: World, alice: Visitor) -> None:
    world.mail.faults({"path": DELETE, "kind": "refuse"})

    answer = alice.post(
        "mailboxes/alice@alice.test/delete", {"confirm": "alice@alice.test", "unforward": "info@alice.test"}
    )

    assert answer.status_code == 422
    assert forwarding_of(world, "info")["forwardList"] == ["alice@alice.test"]
    assert 'name="unforward" value="carol@alice.test info@alice.test" checked' in answer.text


def test_repeating_a_deletion_whose_answer_was_lost_finds_it_done(world: World, alice: Visitor) -> None:
    confirm = {"confirm": "carol@alice.test"}
    world.mail.faults({"path": DELETE, **LOST, "times": 1})
    lost = alice.post("mailboxes/carol@alice.test/delete", confirm)
    world.mail.clear_log()

    again = alice.post("mailboxes/carol@alice.test/delete", confirm)
    third = alice.post("mailboxes/carol@alice.test/delete", confirm)

    assert (lost.status_code, again.status_code, third.status_code) == (503, 200, 404)
    assert says(lost, UNKNOWN)
    assert value_of(lost.text, "confirm") == "carol@alice.test"
    assert says(again, "Mailbox carol@alice.test deleted.")
    assert DELETE not in [call["path"] for call in world.mail.calls()]
    assert [row.result for row in recorded(world)] == ["done"]


def test_a_deletion_that_the_mail_server_refuses_is_said_to_have_changed_nothing(world: World, alice: Visitor) -> None:
    world.mail.faults({"path": DELETE, "kind": "refuse", "message": "SECRET_REASON"})

    answer = alice.post("mailboxes/carol@alice.test/delete", {"confirm": "carol@alice.test"})

    assert answer.status_code == 422
    assert says(answer, "The mail server refused to delete this mailbox. Nothing was changed.")
    assert "SECRET_REASON" not in answer.text
    assert "carol" in users(world)


# when the mail server does not play along

BROKEN = [
    {"kind": "down"},
    {"kind": "slow", "ms": 700},
    {"kind": "html"},
    {"kind": "500", "message": "stack trace of the server"},
    {"kind": "cut"},
]
WRITES = {
    "create": ("mailboxes/", new_mailbox("marie", display_name="Marie D.")),
    "change": ("mailboxes/alice@alice.test", {"display_name": "Typed", "limit_mb": "77"}),
    "password": ("mailboxes/alice@alice.test/password", passwords(NEW_PASSWORD)),
    "delete": ("mailboxes/alice@alice.test/delete", {"confirm": "alice@alice.test"}),
}
Write = tuple[str, dict[str, str]]


@pytest.fixture(params=WRITES)
def write(request: pytest.FixtureRequest, alice: Visitor) -> Write:
    """Each write in turn: where it goes, and its form as a page that was open before would send it."""
    path, typed = WRITES[request.param]
    return path, settings_form(alice, "alice@alice.test", **typed) if request.param == "change" else typed


def kept(answer: TestResponse, form: dict[str, str]) -> bool:
    """Whether the answer's form holds what was typed; passwords are never sent back."""
    fields = form.items() - {("seen", form.get("seen", ""))}
    known = form.get("seen", "") in value_of(answer.text, "seen").split() if "seen" in form else True
    return known and all(value_of(answer.text, name) == value for name, value in fields if "password" not in name)


def kind(fault: dict[str, Any]) -> str:
    return str(fault["kind"])


@pytest.mark.parametrize("fault", BROKEN, ids=kind)
def test_a_mail_server_that_answers_nothing_usable_costs_nothing_that_was_typed(
    world: World, alice: Visitor, fault: dict[str, Any], write: Write
) -> None:
    path, form = write
    before = world.mail.state("alice.test")
    world.mail.faults({"path": "*", **fault})

    answer = alice.post(path, form)

    assert answer.status_code == 503
    assert says(answer, UNKNOWN) or says(answer, UNREAD)
    assert kept(answer, form)
    assert "stack trace" not in answer.text
    assert world.mail.state("alice.test") == before


def test_a_write_that_the_mail_server_cuts_off_is_unknown_and_keeps_what_was_typed(
    world: World, alice: Visitor, write: Write
) -> None:
    path, form = write
    world.mail.faults(*({"path": call, "kind": "cut", "when": "after"} for call in (CREATE, CHANGE, DELETE)))

    answer = alice.post(path, form)

    assert answer.status_code == 503
    assert says(answer, UNKNOWN)
    assert kept(answer, form)


@pytest.mark.parametrize("how", ["refuse", "refuse400", "403"])
def test_a_refusal_is_a_422_in_our_words_that_keeps_what_was_typed(
    world: World, alice: Visitor, how: str, write: Write
) -> None:
    path, form = write
    world.mail.faults(*({"path": call, "kind": how, "message": "SECRET_REASON"} for call in (CREATE, CHANGE, DELETE)))

    answer = alice.post(path, form)

    assert answer.status_code == 422
    assert says(answer, "The mail server refused")
    assert "SECRET_REASON" not in answer.text
    assert kept(answer, form)


def test_tokens_that_end_in_the_middle_are_renewed_unnoticed(world: World, alice: Visitor, write: Write) -> None:
    path, form = write
    alice.get("addresses/")
    world.mail.expire_tokens()

    answer = alice.post(path, form)

    assert answer.status_code == 200


def test_a_mailbox_whose_aliases_cannot_be_read_shows_the_rest_and_says_what_is_not_known(
    world: World, alice: Visitor, elsewhere: Elsewhere
) -> None:
    elsewhere.alias("team@alice.test", "alice@alice.test")
    world.mail.faults({"path": "settings/domain/aliases", "kind": "500"})

    page = alice.get("mailboxes/alice@alice.test")

    assert page.status_code == 200
    assert value_of(page.text, "display_name") == "Alice Martin"
    assert says(page, "We could not ask which aliases lead here")


def test_whoever_waited_for_a_dead_mail_server_waits_once(world: World, alice: Visitor) -> None:
    form = settings_form(alice, "alice@alice.test", display_name="Typed")
    world.mail.faults({"path": CHANGE, "kind": "slow", "ms": 700})
    world.mail.clear_log()

    answer = alice.post("mailboxes/alice@alice.test", form)

    assert answer.status_code == 503
    assert "settings/domain/aliases" not in [call["path"] for call in world.mail.calls()]


# history


def test_each_change_is_recorded_with_actor_subject_and_result(world: World, alice: Visitor) -> None:
    alice.post("mailboxes/", new_mailbox("marie"))
    world.mail.faults({"path": CREATE, "kind": "refuse"})
    alice.post("mailboxes/", new_mailbox("nadia"))
    alice.post("mailboxes/alice@alice.test", {"limit_mb": "100"})
    alice.post("mailboxes/marie@alice.test/password", passwords(NEW_PASSWORD))
    world.mail.faults({"path": DELETE, "kind": "down"})
    alice.post("mailboxes/marie@alice.test/delete", {"confirm": "marie@alice.test"})

    rows = recorded(world)[::-1]

    assert [(row.action, row.subject, row.result) for row in rows] == [
        ("mailbox.create", "marie@alice.test", "done"),
        ("mailbox.create", "nadia@alice.test", "refused"),
        ("mailbox.change", "alice@alice.test", "done"),
        ("mailbox.password", "marie@alice.test", "done"),
        ("mailbox.delete", "marie@alice.test", "unknown"),
    ]
    assert {(row.actor_role, row.actor_id, row.actor_name, row.admin_name) for row in rows} == {
        ("customer", "7", "Alice Martin", "")
    }
    assert rows[2].detail == {"limit_mb": 100}
    assert rows[3].detail == {"sessions_ended": True}


def test_an_admin_is_recorded_by_name_beside_the_customer(world: World, admin: Visitor) -> None:
    acting_as_owner = world.visitor(
        user={
            "id": 7,
            "name": "Alice Martin",
            "email": "alice@example.test",
            "admin": {"id": 2, "name": "Otto Admin"},
        },
    )
    admin.post("mailboxes/", new_mailbox("marie"))
    acting_as_owner.post("mailboxes/", new_mailbox("nadia"))

    rows = recorded(world)[::-1]

    assert [(row.actor_role, row.actor_name, row.admin_id, row.admin_name) for row in rows] == [
        ("admin", "Alice Martin", "1", "Nora Admin"),
        ("customer", "Alice Martin", "2", "Otto Admin"),
    ]


def test_the_database_never_holds_a_mailboxs_password(world: World, alice: Visitor) -> None:
    alice.post("mailboxes/", new_mailbox("marie"))
    alice.post("mailboxes/marie@alice.test/password", passwords(NEW_PASSWORD))
    world.mail.faults({"path": CREATE, **LOST})
    alice.post("mailboxes/", new_mailbox("nadia"))

    with world.app.app_context():
        dump = "\n".join(database.connection().iterdump())

    assert "marie@alice.test" in dump
    assert GOOD_PASSWORD not in dump
    assert NEW_PASSWORD not in dump


def test_without_javascript_every_form_answers_with_a_whole_page(alice: Visitor) -> None:
    form = new_mailbox("marie") | {"portal_token": alice.token}

    created = alice.client.post(f"{alice.home}/mailboxes/", base_url="https://portal.test", data=form)
    refused = alice.client.post(f"{alice.home}/mailboxes/", base_url="https://portal.test", data=form)

    assert (created.status_code, refused.status_code) == (200, 422)
    assert "<!doctype html>" in created.text
    assert "<!doctype html>" in refused.text
    assert says(created, "Mailbox marie@alice.test created.")


def test_mailboxes_without_a_name_leads_to_the_list_of_mailboxes(alice: Visitor) -> None:
    answer = alice.get("mailboxes/")

    assert answer.status_code == 302
    assert answer.headers["Location"] == "/s/northwind-101/addresses/?type=mailbox"
