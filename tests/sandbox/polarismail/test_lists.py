"""Distribution lists of the PolarisMail sandbox."""

import pytest

TEAM = {"newlname": "team", "domain": "mail.test", "newlisttype": "1"}
NAMED = {"lname": "team", "domain": "mail.test"}
EDITED = {"editlname": "team", "editdomain": "mail.test"}


@pytest.fixture
def team(admin):
    admin.rows("addList", **TEAM)
    return admin


def members(admin, name="team"):
    return [row["member"] for row in admin.rows("getListMembers", lname=name, domain="mail.test")]


def test_the_lists_of_a_domain_are_everybodys(team):
    rows = team.rows("getAllListsDomain", domain="mail.test")

    assert rows == [
        {"lname": "list00001", "listtype": "1"},
        {"lname": "list00002", "listtype": "1"},
        {"lname": "list00003", "listtype": "1"},
        {"lname": "team", "listtype": "1"},
    ]


def test_a_list_starts_without_members(team):
    assert members(team) == []


@pytest.mark.parametrize("taken", ["adele.arnaud", "Alias00001", "list00001"])
def test_a_name_of_a_mailbox_alias_or_list_is_taken(admin, taken):
    assert admin.refusal("addList", **TEAM | {"newlname": taken}) == "List already exists"


def test_no_other_type_of_list_is_known(admin):
    admin.refusal("addList", **TEAM | {"newlisttype": "2"})


@pytest.mark.parametrize("member", ["marie@mail.test", "x@example.net"])
def test_a_member_is_added_and_removed_under_different_names_of_parameters(team, member):
    team.rows("addListMember", **EDITED, newmember=member)
    added = members(team)

    team.rows("removeListMember", **NAMED, member=member)

    assert (added, members(team)) == ([member], [])


@pytest.mark.parametrize(
    ("action", "parameters"),
    [
        ("addListMember", NAMED | {"member": "x@example.net"}),
        ("addListMember", NAMED | {"newmember": "x@example.net"}),
        ("removeListMember", EDITED | {"member": "x@example.net"}),
        ("addList", {"lname": "other", "domain": "mail.test", "newlisttype": "1"}),
        ("removeList", {"newlname": "team", "domain": "mail.test"}),
    ],
)
def test_the_names_of_parameters_are_not_interchangeable(team, action, parameters):
    assert "parameter" in team.refusal(action, **parameters)


def test_a_member_is_one_whole_address(team):
    team.refusal("addListMember", **EDITED, newmember="a@x.test,b@x.test")

    assert members(team) == []


def test_a_member_is_added_once_whatever_the_case(team):
    team.rows("addListMember", **EDITED, newmember="Marie@mail.test")

    assert team.refusal("addListMember", **EDITED, newmember="marie@mail.test") == "Member already exists"


def test_a_member_that_is_absent_is_not_found(team):
    assert team.refusal("removeListMember", **NAMED, member="x@example.net") == "Member not found"


def test_a_list_goes_with_its_members(team, sandbox):
    team.rows("addListMember", **EDITED, newmember="x@example.net")

    team.rows("removeList", **NAMED)

    assert "team" not in sandbox.state("mail.test")["lists"]


@pytest.mark.parametrize("action", ["removeList", "getListMembers"])
def test_a_list_that_is_not_there_is_not_found(admin, action):
    assert admin.refusal(action, **NAMED) == "List not found"


def test_lists_of_others_have_members_of_all_kinds(admin):
    assert members(admin, "list00001") == []
    assert members(admin, "list00003") == ["somebody2@example.org", "daniel.arnaud@mail.test"]
