"""What changes a mailbox: that it happens, that nothing else does, and that a lost answer is looked up."""

import time
from decimal import Decimal

import pytest

from portal.mail import LimitReached, NameTaken, NotFound, PasswordRejected, Refused, Unreachable
from portal.mail.mailbox_service import MailboxChanges, NewSharedMailbox

PASSWORD = "Fresh-Pass-1"
NEW = NewSharedMailbox(
    password=PASSWORD,
    account_type="enhanced",
    quota_gb=Decimal("2.5"),
    language="fr",
    timezone="Europe/Paris",
    date_format="dd-mm-yyyy",
    display_name="Carol Reyes",
)
RESETS = ["", "update-resets", "update-resets-all"]
LOST = ["500", "502", "html", "down", "cut"]


def test_a_mailbox_is_created_with_all_that_was_asked_for(carol, held) -> None:
    made = carol.create_mailbox(NEW)

    kept = held("carol")
    assert (made.account_type, made.limit, made.enabled) == ("enhanced", int(2.5 * 2**30), True)
    assert (kept["language"], kept["time_zone"], kept["date_format"]) == ("fr", "Europe/Paris", "dd-mm-yyyy")
    assert (kept["password"], kept["quota"], kept["display_name"]) == (PASSWORD, "2.5", "Carol Reyes")


def test_names_of_parameters_are_the_entrys(sandbox, connect, held) -> None:
    sandbox.names({"timezone": "tz", "edittimezone": "editdtzone"})
    carol = connect(options={"create_timezone": "tz", "update_timezone": "editdtzone"}).mailbox("carol@mail.test")

    carol.create_mailbox(NEW)
    before = held("carol")["time_zone"]
    carol.change_mailbox(MailboxChanges(timezone="Australia/Brisbane"))

    assert (before, held("carol")["time_zone"]) == ("Europe/Paris", "Australia/Brisbane")


def test_what_the_entry_has_no_name_for_is_not_sent(sandbox, connect, held) -> None:
    sandbox.names({"dateformat": "unknown"})
    carol = connect(options={"create_date_format": ""}).mailbox("carol@mail.test")

    carol.create_mailbox(NEW)

    assert held("carol")["date_format"] == "yyyy-mm-dd"


def test_a_mailbox_that_exists_is_not_taken_over(alice, held, asked) -> None:
    with pytest.raises(NameTaken):
        alice.create_mailbox(NEW)

    assert held("alice")["password"] == "Alice-Pass-1"
    assert "addUser" not in asked()


@pytest.mark.parametrize("name", ["alias00001", "list00001"])
def test_the_name_of_an_alias_or_list_is_taken(server, name) -> None:
    with pytest.raises(NameTaken):
        server.mailbox(f"{name}@mail.test").create_mailbox(NEW)


def test_each_reason_not_to_create_has_its_error(sandbox, carol) -> None:
    sandbox.room(enhanced=0)
    with pytest.raises(LimitReached):
        carol.create_mailbox(NEW)

    sandbox.room()
    with pytest.raises(PasswordRejected):
        carol.create_mailbox(NewSharedMailbox("weak", "basic", Decimal(1), "en", "UTC", "yyyy-mm-dd"))


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", LOST)
def test_a_mailbox_of_which_no_answer_came_is_created_once(sandbox, carol, held, kind, when) -> None:
    sandbox.faults({"kind": kind, "when": when, "action": "addUser", "times": 1})

    made = carol.create_mailbox(NEW)

    assert made.address == "carol@mail.test"
    assert held("carol")["password"] == PASSWORD


def test_the_password_is_set_and_nothing_else_changes(sandbox, alice, held) -> None:
    before = held("alice")

    confirmed = alice.set_password(PASSWORD)

    assert sandbox.lets_in("alice@mail.test", PASSWORD)
    changed = {key for key, value in held("alice").items() if value != before[key]}
    assert changed <= {"password", "former_passwords", "last_login"}
    assert confirmed is False


@pytest.mark.parametrize("build", RESETS)
@pytest.mark.parametrize("info", ["", "info-rows"])
def test_what_a_change_leaves_out_is_sent_again(sandbox, carol, held, build, info) -> None:
    carol.create_mailbox(NEW)
    before = held("carol")
    sandbox.build(*filter(None, [build, info]))

    carol.set_password("Other-Pass-2")
    carol.change_mailbox(MailboxChanges(quota_gb=Decimal(7)))
    carol.change_mailbox(MailboxChanges(account_type="basic"))
    carol.change_mailbox(MailboxChanges(language="de"))

    after = held("carol")
    changed = {key for key, value in after.items() if value != before[key]}
    assert changed == {"password", "former_passwords", "quota", "account_type", "language"}
    assert (after["quota"], after["account_type"], after["language"]) == ("7", "1", "de")


def test_a_quota_does_not_grow_when_the_units_differ(sandbox, alice, held) -> None:
    sandbox.build("quota-1024", "update-resets")

    for number in range(3):
        alice.set_password(f"Other-Pass-{number}")

    assert held("alice")["quota"] == "25"


def test_a_quota_that_is_not_the_plans_is_kept(sandbox, server, held) -> None:
    sandbox.build("update-resets")

    server.mailbox("bob@mail.test", Decimal(25)).set_password(PASSWORD)

    assert held("bob")["quota"] == "0.5"


@pytest.mark.parametrize("info", ["info-bare", "info-refused"])
def test_what_the_server_does_not_tell_is_told_to_be_unproved(sandbox, alice, held, info) -> None:
    sandbox.build(info)

    untold = alice.change_mailbox(MailboxChanges(quota_gb=Decimal(30), language="es", timezone="UTC"))

    assert untold == {"language", "timezone"}
    assert (held("alice")["language"], held("alice")["time_zone"]) == ("es", "UTC")


def test_what_the_server_tells_is_proved(alice) -> None:
    assert alice.change_mailbox(MailboxChanges(language="es", timezone="UTC", account_type="enhanced")) == frozenset()


def test_a_change_that_took_no_effect_is_no_success(sandbox, alice) -> None:
    sandbox.build("ignores-unknown")
    sandbox.names({"edituser_language": "other", "editquota": "another"})

    with pytest.raises(Refused, match="language, quota"):
        alice.change_mailbox(MailboxChanges(language="es", quota_gb=Decimal(30)))


def test_no_change_asks_nothing(alice, asked) -> None:
    alice.change_mailbox(MailboxChanges())

    assert asked() == []


def test_a_change_takes_the_same_calls_however_many_mailboxes_there_are(sandbox, alice, asked) -> None:
    sandbox.domain("more.test", 300)
    alice.mailbox()
    sandbox.clear_log()

    alice.set_password(PASSWORD)

    assert sorted(asked()) == ["getAllUsersDomain", "getUserInfo", "updateUser"]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", LOST)
def test_a_password_of_which_no_answer_came_is_set_once(sandbox, alice, kind, when) -> None:
    sandbox.build("password-reuse")
    sandbox.faults({"kind": kind, "when": when, "action": "updateUser", "times": 1})

    alice.set_password(PASSWORD)

    assert sandbox.lets_in("alice@mail.test", PASSWORD)


def test_a_password_that_was_used_before_is_refused(sandbox, alice) -> None:
    sandbox.build("password-reuse")

    with pytest.raises(PasswordRejected):
        alice.set_password("Alice-Pass-1")


@pytest.mark.parametrize("build", ["", "repeat-refused"])
def test_a_mailbox_is_disabled_and_enabled_and_both_can_be_repeated(sandbox, alice, held, build) -> None:
    sandbox.build(*filter(None, [build]))
    seen = []

    for on in (False, False, True, True):
        alice.set_enabled(on)
        seen.append(held("alice")["disabled"])

    assert seen == [True, True, False, False]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", LOST)
@pytest.mark.parametrize("build", ["", "repeat-refused"])
def test_a_lost_answer_leaves_no_mailbox_enabled(sandbox, alice, held, kind, when, build) -> None:
    sandbox.build(*filter(None, [build]))
    sandbox.faults({"kind": kind, "when": when, "action": "disableUser", "times": 1})

    alice.set_enabled(False)

    assert held("alice")["disabled"]


def test_a_mailbox_that_stays_as_it_is_was_not_disabled(sandbox, alice) -> None:
    sandbox.faults({"kind": "refuse", "message": "Not now", "action": "disableUser"})

    with pytest.raises(Refused, match="Not now"):
        alice.set_enabled(False)


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", [None, *LOST])
def test_a_mailbox_is_deleted_alone(sandbox, alice, kind, when) -> None:
    before = sandbox.state("mail.test")
    sandbox.faults(*([{"kind": kind, "when": when, "action": "removeUser", "times": 1}] if kind else []))

    alice.delete_mailbox()

    after = sandbox.state("mail.test")
    assert before["mailboxes"].keys() - after["mailboxes"].keys() == {"alice"}
    assert (after["aliases"], after["lists"]) == (before["aliases"], before["lists"])


def test_what_is_not_there_cannot_be_deleted_nor_changed(carol) -> None:
    for act in (carol.delete_mailbox, lambda: carol.set_password(PASSWORD), lambda: carol.set_enabled(True)):
        with pytest.raises(NotFound):
            act()


@pytest.mark.parametrize("action", ["addUser", "updateUser"])
def test_a_change_that_waits_in_vain_is_not_asked_for_again(sandbox, connect, asked, action) -> None:
    server = connect(timeout=0.3)
    alice, carol = server.mailbox("alice@mail.test"), server.mailbox("carol@mail.test")
    acts = {"addUser": lambda: carol.create_mailbox(NEW), "updateUser": lambda: alice.set_password(PASSWORD)}
    sandbox.faults({"kind": "slow", "ms": 500, "action": action})

    with pytest.raises(Unreachable):
        acts[action]()
    time.sleep(0.9)

    assert asked().count(action) == 1


def test_a_change_that_was_made_while_nobody_heard_of_it_is_found(sandbox, connect, held) -> None:
    alice = connect(timeout=0.4).mailbox("alice@mail.test")
    alice.aliases()
    sandbox.faults({"kind": "slow", "ms": 800, "when": "after", "action": "addAlias"})

    alice.create_alias("team", "alice@mail.test")

    assert sandbox.state("mail.test")["aliases"]["team"] == "alice@mail.test"


@pytest.mark.parametrize("action", ["addUser", "updateUser", "disableUser", "addAlias", "removeAlias", "addList"])
def test_a_server_that_stays_down_is_asked_for_a_change_twice_at_most(sandbox, alice, carol, asked, action) -> None:
    sandbox.alias("mail.test", "team", "alice@mail.test")
    acts = {
        "addUser": lambda: carol.create_mailbox(NEW),
        "updateUser": lambda: alice.set_password(PASSWORD),
        "disableUser": lambda: alice.set_enabled(False),
        "addAlias": lambda: alice.create_alias("new", "alice@mail.test"),
        "removeAlias": lambda: alice.delete_alias("team"),
        "addList": lambda: alice.create_list("crew"),
    }
    sandbox.faults({"kind": "500", "action": action})

    with pytest.raises(Unreachable):
        acts[action]()

    assert asked().count(action) == 2
