import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import handles
from portal.handles import RESERVED, DomainNotAllowed, Fault, NoDomain

ALLOWED = ("shared.test", "other.test")
OF_THE_ALPHABET = st.text(alphabet="abcxyz019._-", max_size=70)


@pytest.mark.parametrize("handle", ["alice", "a", "7", "a.b-c_d", "alice.martin-2", "a" * 64, "infos"])
def test_a_name_by_the_rules_has_no_fault(handle):
    assert handles.fault(handle) is None


@pytest.mark.parametrize(
    ("handle", "fault"),
    [
        ("", Fault.EMPTY),
        ("a" * 65, Fault.LONG),
        ("Alice", Fault.CHARACTERS),
        ("alice martin", Fault.CHARACTERS),
        ("alice@shared.test", Fault.CHARACTERS),
        ("andré", Fault.CHARACTERS),
        ("a+b", Fault.CHARACTERS),
        ("alice\n", Fault.CHARACTERS),
        (".alice", Fault.EDGES),
        ("alice-", Fault.EDGES),
        ("_", Fault.EDGES),
        ("a..b", Fault.SEPARATORS),
        ("a.-b", Fault.SEPARATORS),
    ],
)
def test_a_name_against_the_rules_has_the_fault_that_names_it(handle, fault):
    assert handles.fault(handle) is fault


@pytest.mark.parametrize("handle", sorted(RESERVED))
def test_each_reserved_name_is_nobodys(handle):
    assert handles.fault(handle) is Fault.RESERVED


def test_18_names_are_reserved():
    assert len(RESERVED) == 18


@given(OF_THE_ALPHABET | st.text(max_size=70))
def test_names_without_a_fault_are_those_of_the_rules(handle):
    by_the_rules = re.fullmatch(r"[a-z0-9]+([._-][a-z0-9]+)*", handle) and len(handle) <= 64 and handle not in RESERVED

    assert (handles.fault(handle) is None) == bool(by_the_rules)


@given(st.text())
def test_the_normal_spelling_of_a_name_is_its_own(text):
    assert handles.normal(handles.normal(text)) == handles.normal(text)


@pytest.mark.parametrize("typed", [" Alice ", "ALICE", "alice\n"])
def test_names_are_compared_without_case_and_space_around(typed):
    assert handles.normal(typed) == "alice"


@pytest.mark.parametrize("wanted", ["other.test", " OTHER.test. "])
def test_the_domain_is_the_one_that_the_service_names(wanted):
    assert handles.domain(wanted, ALLOWED) == "other.test"


def test_the_only_domain_allowed_need_not_be_named():
    assert handles.domain("", ["shared.test"]) == "shared.test"


@pytest.mark.parametrize("allowed", [ALLOWED, ()])
def test_a_domain_is_not_guessed(allowed):
    with pytest.raises(NoDomain):
        handles.domain(" ", allowed)


@pytest.mark.parametrize("wanted", ["alice.test", "sub.shared.test", "shared.tes"])
def test_mailboxes_are_sold_on_the_domains_allowed_alone(wanted):
    with pytest.raises(DomainNotAllowed, match=wanted):
        handles.domain(wanted, ALLOWED)
