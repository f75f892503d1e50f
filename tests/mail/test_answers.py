"""What SmarterMail may leave out, write differently or hold null, and what must never be guessed."""

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.mail import NEVER, Alias, Figures, PasswordRules, Unreachable
from portal.mail.smartermail import answers
from portal.mail.smartermail.answers import ListedAlias, User

ALICE = "@alice.test"

USER = {
    "userName": "Marie",
    "emailAddress": "Marie@Alice.Test",
    "fullName": "Marie Dupont",
    "currentMailboxSize": 2048,
    "maxMailboxSize": 4096,
    "lastLoginTime": "2026-03-01T10:11:12.1234567Z",
    "securityFlags": {"isDisabled": False, "isDomainAdmin": False},
    "somethingNew": {"of": "a later build"},
}
DOMAIN_DATA = {
    "name": "alice.test",
    "size": 5_000_000_000,
    "maxSize": "10000000000",
    "userCount": 4,
    "userLimit": 10.0,
    "aliasCount": 2,
    "aliasLimit": 0,
}


def read_mailbox(**different: Any) -> Any:
    return answers.mailbox(msgspec.convert(USER | different, User), ALICE, "list")


def without(key: str) -> User:
    return msgspec.convert({name: value for name, value in USER.items() if name != key}, User)


def read_alias(**entry: Any) -> Alias:
    return answers.alias(msgspec.convert(entry, ListedAlias), ALICE, "list")


def test_a_mailbox_is_read_with_its_address_in_lower_case() -> None:
    mailbox = read_mailbox()

    assert (mailbox.address, mailbox.name) == ("marie@alice.test", "marie")
    assert (mailbox.display_name, mailbox.used, mailbox.limit) == ("Marie Dupont", 2048, 4096)
    assert mailbox.last_login == datetime(2026, 3, 1, 10, 11, 12, 123456, UTC)
    assert mailbox.enabled
    assert not mailbox.domain_admin


@pytest.mark.parametrize("never", ["0001-01-01T00:00:00", "0001-01-01T00:00:00Z", "", None])
def test_the_smallest_date_and_none_at_all_mean_never(never: object) -> None:
    assert read_mailbox(lastLoginTime=never).last_login == NEVER


@pytest.mark.parametrize("unread", ["soon", 17, {}])
def test_a_date_that_cannot_be_read_is_unknown_not_never(unread: object) -> None:
    assert read_mailbox(lastLoginTime=unread).last_login is None


def test_a_date_that_is_not_told_is_unknown_not_never() -> None:
    assert answers.mailbox(without("lastLoginTime"), ALICE, "list").last_login is None


@pytest.mark.parametrize("text", ["9999-12-31T23:59:59-05:00", "0002-01-01T00:00:00+14:00"])
def test_a_date_at_the_end_of_the_calendar_does_not_break_the_list(text: str) -> None:
    assert read_mailbox(lastLoginTime=text).address == "marie@alice.test"


def test_a_size_that_was_not_told_is_unknown_and_not_zero() -> None:
    assert read_mailbox(currentMailboxSize=None).used is None


def test_a_limit_that_was_not_told_is_unknown_and_not_unlimited() -> None:
    with pytest.raises(Unreachable):
        answers.mailbox(without("maxMailboxSize"), ALICE, "list")


def test_a_null_limit_is_no_limit() -> None:
    assert read_mailbox(maxMailboxSize=None).limit == 0


@pytest.mark.parametrize("flags", [{"isDomainAdmin": True}, {"isDisabled": True, "isDomainAdmin": True}])
def test_flags_tell_admins_and_disabled_mailboxes(flags: dict[str, bool]) -> None:
    mailbox = read_mailbox(securityFlags=flags)

    assert mailbox.domain_admin
    assert mailbox.enabled is not flags.get("isDisabled", False)


@pytest.mark.parametrize("flags", [None, {}, [], "", "none", 7])
def test_missing_flags_are_an_ordinary_mailbox(flags: object) -> None:
    mailbox = read_mailbox(securityFlags=flags, isPrimaryDomainAdmin=None)

    assert mailbox.enabled
    assert not mailbox.domain_admin


@pytest.mark.parametrize("address", ["marie@bob.test", "marie@sub.alice.test", "@alice.test"])
def test_a_mailbox_of_another_domain_is_never_shown(address: str) -> None:
    with pytest.raises(Unreachable):
        read_mailbox(emailAddress=address)


@given(st.integers(min_value=0, max_value=2**62))
def test_a_number_is_read_from_int_and_text(value: int) -> None:
    assert answers.number(value) == value
    assert answers.number(str(value)) == value


@pytest.mark.parametrize(
    ("value", "expected"), [(1.9, 1), ("2.5", 2), (True, None), ("", None), ("many", None), ([], None)]
)
def test_other_forms_of_a_number(value: object, expected: int | None) -> None:
    assert answers.number(value) == expected


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "1e5", "inf"])
def test_what_is_no_whole_number_is_unknown(value: object) -> None:
    assert answers.number(value) is None


def test_an_absent_list_is_not_an_empty_one() -> None:
    with pytest.raises(Unreachable):
        answers.rows({"success": True}, "userData", list[User], "list")


def test_a_null_list_is_an_empty_one() -> None:
    assert answers.rows({"userData": None}, "userData", list[User], "list") == []


@pytest.mark.parametrize("found", ["none", {}, [1], [USER, None]])
def test_a_list_of_something_else_is_no_list(found: object) -> None:
    with pytest.raises(Unreachable):
        answers.rows({"userData": found}, "userData", list[User], "list")


def test_an_aliass_targets_are_made_whole_and_lower_case_and_named_once() -> None:
    targets = ["Marie", "X@Example.NET ", "", None, "MARIE"]

    alias = read_alias(name="Sales", targets=targets, includeAllDomainUsers=False)

    assert alias == Alias("sales@alice.test", ("marie@alice.test", "x@example.net"))


def test_an_alias_to_everyone_may_have_null_targets() -> None:
    alias = read_alias(name="all", targets=None, includeAllDomainUsers=True)

    assert alias == Alias("all@alice.test", (), everyone=True)


def test_an_alias_whose_targets_are_not_told_is_not_one_without_targets() -> None:
    with pytest.raises(Unreachable):
        read_alias(name="sales")


def test_figures_are_bytes_and_counts() -> None:
    assert answers.figures(DOMAIN_DATA, "figures") == Figures(5_000_000_000, 10_000_000_000, 4, 10, 2, 0)


def test_megabytes_serve_where_bytes_are_missing() -> None:
    assert answers.figures(DOMAIN_DATA | {"size": None, "sizeMb": 1.5}, "figures").used == 1_572_864


def test_a_size_that_no_field_tells_is_unknown() -> None:
    assert answers.figures(DOMAIN_DATA | {"size": None}, "figures").used is None


@pytest.mark.parametrize("key", ["maxSize", "userCount", "userLimit", "aliasCount", "aliasLimit"])
def test_a_missing_figure_is_never_zero(key: str) -> None:
    with pytest.raises(Unreachable):
        answers.figures(DOMAIN_DATA | {key: None}, "figures")


def test_presence_in_a_protocol_list_is_on_unless_it_says_otherwise() -> None:
    entries: list[dict[str, Any]] = [
        {"emailAddress": "Marie@alice.test"},
        {"emailAddress": "paul@alice.test", "isActive": True},
        {"emailAddress": "old@alice.test", "isActive": False},
    ]

    assert answers.switched_on(entries, ALICE, "list") == {"marie@alice.test", "paul@alice.test"}


@pytest.mark.parametrize("wrapped", [False, True])
def test_password_rules_are_found_at_the_top_and_one_object_down(wrapped: bool) -> None:
    told = {"minLength": {"enabled": True, "ruleValue": 12}, "requireCapital": True, "requireNumber": False}

    rules = answers.password_rules({"success": True, "settings": told} if wrapped else {"success": True, **told})

    assert rules == PasswordRules(min_length=12, upper=True)


def test_a_length_rule_that_is_off_asks_nothing() -> None:
    rules = answers.password_rules({"minLength": {"enabled": False, "ruleValue": 12}, "requireSymbol": True})

    assert rules == PasswordRules(min_length=0, special=True)


def test_unknown_password_rules_are_not_told() -> None:
    assert answers.password_rules({"success": True, "requirements": {"strength": 3}}) is None
