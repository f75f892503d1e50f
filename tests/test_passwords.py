from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.passwords import SPECIAL, Policy, check

STRICT = Policy(min_length=8, upper=True, digit=True, special=True)
LOOSE = Policy(min_length=1, upper=False, digit=False, special=False)
GOOD = "Kite-flying7"

policies = st.builds(Policy, st.integers(0, 128), *[st.booleans()] * 6)


def broken(password: str, policy: Policy = LOOSE, user_name: str = "marie", domain: str = "alice.test") -> list[str]:
    return check(password, password, policy, user_name, domain)


def test_a_good_password_breaks_no_rule() -> None:
    assert broken(GOOD, STRICT) == []


@pytest.mark.parametrize(
    ("password", "rules"),
    [
        ("Kite-f7", ["length"]),
        ("kite-flying7", ["upper"]),
        ("Kite-flying", ["digit"]),
        ("Kiteflying7", ["special"]),
        ("Kite-marie7", ["user"]),
        ("Kite-alice7", ["domain"]),
        ("alice", ["length", "upper", "digit", "special", "domain"]),
        ("", ["length", "upper", "digit", "special"]),
    ],
)
def test_each_broken_rule_is_named_in_the_order_it_is_shown(password: str, rules: list[str]) -> None:
    assert broken(password, STRICT) == rules


def test_both_fields_must_match_to_the_letter() -> None:
    assert check(GOOD, GOOD.lower(), STRICT, "marie", "alice.test") == ["match"]


@pytest.mark.parametrize("character", sorted(SPECIAL))
def test_each_special_character_counts(character: str) -> None:
    assert broken(f"Kiteflying7{character}", STRICT) == []


@pytest.mark.parametrize("character", [" ", ".", "(", "?", "/", "'", "\u00a3", "\u2013"])
def test_no_other_character_counts_as_special(character: str) -> None:
    assert broken(f"Kiteflying7{character}", STRICT) == ["special"]


@pytest.mark.parametrize("capital", ["\u00c9", "\u0130", "\uff21", "\u0391"])
def test_capitals_beyond_a_to_z_do_not_count(capital: str) -> None:
    assert broken(f"kite-flying7{capital}", STRICT) == ["upper"]


@pytest.mark.parametrize("digit", ["\u0663", "\uff11", "\u00b2", "\u2163"])
def test_digits_beyond_0_to_9_do_not_count(digit: str) -> None:
    assert broken(f"Kite-flying{digit}", STRICT) == ["digit"]


def test_length_is_counted_in_code_points() -> None:
    assert broken("\U0001f600" * 3, Policy(3, False, False, False)) == []
    assert broken("\U0001f600" * 3, Policy(4, False, False, False)) == ["length"]


def test_an_empty_password_is_too_short_even_without_a_minimum() -> None:
    assert broken("", Policy(0, False, False, False)) == ["length"]


@pytest.mark.parametrize("password", ["xMARIEx", "marie", "1Marie", "mArIe"])
def test_the_user_name_is_found_in_any_case(password: str) -> None:
    assert broken(password) == ["user"]


def test_a_user_name_of_one_letter_is_not_searched_for() -> None:
    assert broken("a-password", user_name="a") == []


def test_a_user_name_of_two_letters_is_searched_for() -> None:
    assert broken("major", user_name="jo") == ["user"]


@pytest.mark.parametrize("password", ["xalice.testx", "ALICE.test", "Alice", "malice"])
def test_the_domain_and_its_first_label_are_found_in_any_case(password: str) -> None:
    assert broken(password, user_name="bob") == ["domain"]


def test_a_first_label_of_three_letters_is_found_only_with_the_whole_domain() -> None:
    assert broken("bobsled", domain="bob.test") == []
    assert broken("xbob.test", domain="bob.test") == ["domain"]


def test_the_ending_of_the_domain_is_not_searched_for() -> None:
    assert broken("testing") == []


def test_names_that_are_not_known_yet_break_nothing() -> None:
    assert broken("password", user_name="", domain="") == []


def test_a_plan_without_classes_shows_and_asks_only_what_always_holds() -> None:
    assert LOOSE.rules == ["length", "user", "domain", "match"]
    assert broken("password") == []


MAILBOX = Policy(10, upper=True, digit=True, special=True, lower=True, no_spaces=True, names=False)


@pytest.mark.parametrize(
    ("password", "rules"),
    [
        ("Kite-flyi7", []),
        ("Kite-fly7", ["length"]),
        ("KITE-FLYING7", ["lower"]),
        ("Kite flying-7", ["spaces"]),
        ("Kite-flying7\xa0", ["spaces"]),
        ("Marie-alice.test7", []),
    ],
)
def test_a_shared_mail_server_asks_for_small_letters_and_no_spaces_and_not_for_names(
    password: str, rules: list[str]
) -> None:
    assert broken(password, MAILBOX) == rules


@given(st.text(), st.text(), policies, st.text(), st.text())
def test_only_rules_in_force_are_reported_and_in_their_order(
    password: str, again: str, policy: Policy, user_name: str, domain: str
) -> None:
    found = check(password, again, policy, user_name, domain)

    assert found == [rule for rule in policy.rules if rule in found]


@given(st.text(), policies, st.text(min_size=2), st.text(min_size=1), st.text())
def test_a_password_around_the_names_always_breaks_both_rules(
    password: str, policy: Policy, user_name: str, domain: str, end: str
) -> None:
    policy = replace(policy, names=True)
    found = broken(
        password + user_name.upper() * user_name.isascii() + user_name + domain + end, policy, user_name, domain
    )

    assert {"user", "domain"} <= set(found)


@given(st.text(), policies, st.text(), st.text())
def test_a_stricter_plan_never_accepts_what_a_looser_one_refuses(
    password: str, policy: Policy, user_name: str, domain: str
) -> None:
    stricter = Policy(policy.min_length + 1, *[True] * 6)

    assert set(broken(password, policy, user_name, domain)) <= set(broken(password, stricter, user_name, domain))
