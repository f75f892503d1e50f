"""Mailboxes of the PolarisMail sandbox: made, changed, ended and read among those of others."""

import pytest

NEW = {
    "username": "paul",
    "domain": "mail.test",
    "password": "Paul-Pass-1",
    "account_type": "1",
    "quota": "5",
    "uname": "Paul Noël & fils",
    "twofa_allowed": "1",
    "user_language": "fr",
    "timezone": "Australia/Brisbane",
    "dateformat": "dd-mm-yyyy",
}
KEY = {"editusername": "marie", "editdomain": "mail.test"}


def paul(sandbox):
    return sandbox.state("mail.test")["mailboxes"].get("paul")


def info(admin):
    return admin.rows("getUserInfo", username="marie", domain="mail.test")


def test_a_mailbox_is_made_with_all_that_was_sent(admin, sandbox):
    admin.rows("addUser", **NEW)

    made = paul(sandbox)
    assert (made["display_name"], made["account_type"], made["quota"]) == ("Paul Noël & fils", "1", "5")
    assert (made["language"], made["time_zone"], made["date_format"]) == ("fr", "Australia/Brisbane", "dd-mm-yyyy")
    assert sandbox.lets_in("paul@mail.test", "Paul-Pass-1")


def test_what_may_be_left_out_has_a_default(admin, sandbox):
    needed = ("username", "domain", "password", "account_type", "quota")

    admin.rows("addUser", **{name: NEW[name] for name in needed})

    made = paul(sandbox)
    assert (made["display_name"], made["language"], made["two_factor"]) == ("", "en", "1")


@pytest.mark.parametrize("taken", ["adele.arnaud", "Alias00001", "list00001", "ELISE.arnaud"])
def test_a_name_of_a_mailbox_alias_or_list_is_taken(admin, taken):
    assert admin.refusal("addUser", **NEW | {"username": taken}) == "User already exists"


def test_a_name_of_another_domain_is_free(admin, sandbox):
    sandbox.mailbox("post.test", "paul")

    admin.rows("addUser", **NEW)

    assert paul(sandbox)


def test_a_repeated_creation_is_refused(admin):
    admin.rows("addUser", **NEW)

    assert admin.refusal("addUser", **NEW) == "User already exists"


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("quota", "0"),
        ("quota", "-1"),
        ("quota", "5 GB"),
        ("quota", "NaN"),
        ("account_type", "Basic"),
        ("account_type", "3"),
        ("twofa_allowed", "yes"),
        ("user_language", "French"),
        ("timezone", "Montreal"),
        ("dateformat", "YYYY-MM-DD"),
        ("username", "paul@mail.test"),
        ("username", "paul "),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_and_nothing_made(admin, sandbox, parameter, value):
    assert admin.refusal("addUser", **NEW | {parameter: value}).startswith("Invalid")
    assert paul(sandbox) is None


@pytest.mark.parametrize("password", ["Short-1", "no-upper-1", "NO-LOWER-1", "No-Digit-x", "NoSpecial1"])
def test_a_weak_password_is_refused(admin, sandbox, password):
    assert "Password" in admin.refusal("addUser", **NEW | {"password": password})
    assert paul(sandbox) is None


def test_sizes_are_written_in_gb_and_read_in_mb(admin):
    admin.rows("addUser", **NEW | {"quota": "0.5"})

    assert admin.users()["paul"]["quota"] == "500"


@pytest.mark.parametrize(("account_type", "name"), [("1", "Basic"), ("2", "Enhanced")])
def test_seats_are_limited_by_type(admin, sandbox, account_type, name):
    sandbox.room(**{name.lower(): 0})
    other = "1" if account_type == "2" else "2"

    assert name in admin.refusal("addUser", **NEW | {"account_type": account_type})
    admin.rows("addUser", **NEW | {"account_type": other})


def test_the_quota_of_all_is_limited(admin, sandbox):
    sandbox.room(quota=4)

    assert admin.refusal("addUser", **NEW) == "Quota exceeded"
    admin.rows("addUser", **NEW | {"quota": "4"})


def test_the_limits_hold_for_changes_but_not_against_the_own_seat(admin, sandbox, marie):
    sandbox.room(basic=0, enhanced=0, quota=1)

    assert "Enhanced" in admin.refusal("updateUser", **KEY, editaccount_type="2")
    assert admin.refusal("updateUser", **KEY, editquota="7") == "Quota exceeded"
    admin.rows("updateUser", **KEY, editquota="6", editaccount_type="1")


def test_a_quota_can_shrink_while_more_was_given_than_bought(admin, sandbox, marie):
    sandbox.room(quota=-2)

    admin.rows("updateUser", **KEY, editquota="4")

    assert admin.users()["marie"]["quota"] == "4000"


def test_a_change_keeps_what_is_left_out(admin, sandbox, marie):
    admin.rows("updateUser", **KEY, editquota="7.5")

    row = admin.users()["marie"]
    assert (row["quota"], row["uname"], row["account_type"]) == ("7500", "Marie Roy", "1")
    assert sandbox.lets_in("marie@mail.test", "Marie-Pass-1")


def test_everything_but_the_name_can_be_changed(admin, sandbox, marie):
    localisation = {"edituser_language": "pt-br", "edittimezone": "Europe/Paris", "editdateformat": "mm-dd-yyyy"}
    named = {"edituname": "M. Roy", "editaccount_type": "2", "editpassword": "Other-Pass-2", "edittwofa_allowed": "0"}

    admin.rows("updateUser", **KEY, **named, **localisation)

    told = info(admin)
    assert (told["uname"], told["account_type"], told["twofa_allowed"]) == ("M. Roy", "2", "0")
    assert (told["user_language"], told["timezone"], told["dateformat"]) == ("pt-br", "Europe/Paris", "mm-dd-yyyy")
    assert not sandbox.lets_in("marie@mail.test", "Marie-Pass-1")
    assert sandbox.lets_in("marie@mail.test", "Other-Pass-2")


def test_a_weak_password_changes_nothing_else(admin, sandbox, marie):
    assert "Password" in admin.refusal("updateUser", **KEY, editquota="9", editpassword="weak")
    assert admin.users()["marie"]["quota"] == "5000"


@pytest.mark.parametrize("parameters", [{"quota": "7"}, {"username": "marie"}, {"password": "Other-Pass-2"}])
def test_a_change_takes_no_parameters_without_prefix(admin, marie, parameters):
    assert "Unexpected parameter" in admin.refusal("updateUser", **KEY, **parameters)


def test_a_disabled_mailbox_shows_it_and_lets_nobody_in(admin, door, sandbox, marie):
    admin.rows("disableUser", **marie)

    assert admin.users()["marie"]["disabled"] == "1"
    assert door.refusal("login", **marie, password="Marie-Pass-1") == "Account is disabled"
    assert not sandbox.lets_in("marie@mail.test", "Marie-Pass-1")


def test_an_enabled_mailbox_lets_its_owner_in_again(admin, sandbox, marie):
    admin.rows("disableUser", **marie)

    admin.rows("enableUser", **marie)

    assert admin.users()["marie"]["disabled"] == "0"
    assert sandbox.lets_in("marie@mail.test", "Marie-Pass-1")


def test_disabling_and_enabling_may_be_repeated(admin, marie):
    for action in ("disableUser", "disableUser", "enableUser", "enableUser"):
        admin.rows(action, **marie)

    assert admin.users()["marie"]["disabled"] == "0"


def test_a_removed_mailbox_is_gone_and_its_name_free(admin, sandbox, marie):
    admin.rows("removeUser", **marie)

    assert "marie" not in admin.users()
    assert not sandbox.lets_in("marie@mail.test", "Marie-Pass-1")
    admin.rows("addUser", **NEW | {"username": "marie"})


def test_a_removal_leaves_aliases_and_memberships_behind(admin, sandbox, marie):
    sandbox.alias("mail.test", "sales", "marie@mail.test")
    sandbox.distribution_list("mail.test", "team", ["marie@mail.test"])

    admin.rows("removeUser", **marie)

    state = sandbox.state("mail.test")
    assert state["aliases"]["sales"] == "marie@mail.test"
    assert state["lists"]["team"] == ["marie@mail.test"]


@pytest.mark.parametrize("action", ["disableUser", "enableUser", "removeUser", "getUserInfo"])
def test_a_mailbox_that_is_not_there_is_not_found(admin, action):
    assert admin.refusal(action, username="nobody", domain="mail.test") == "User not found"


def test_names_are_found_in_any_case(admin, sandbox, marie):
    admin.rows("removeUser", username="MARIE", domain="Mail.Test")

    assert "marie" not in sandbox.state("mail.test")["mailboxes"]


def test_the_rows_of_a_domain_are_everybodys(admin, marie):
    rows = admin.users()

    assert len(rows) == 13
    assert list(rows) == sorted(rows, key=str.lower)
    assert {"adele.arnaud", "Elise.Arnaud", "marie"} < rows.keys()


def test_a_row_mixes_what_it_holds_as_text(admin, sandbox, marie):
    row = admin.users()["marie"]

    assert row == {
        "username": "marie",
        "email": "marie@mail.test",
        "uname": "Marie Roy",
        "account_type": "1",
        "disabled": "0",
        "quota": "5000",
        "usage": "0",
    }


def test_a_sign_in_shows_as_the_last_one(admin, sandbox, marie):
    sandbox.lets_in("marie@mail.test", "Marie-Pass-1")

    assert len(admin.users()["marie"]["lastauth_timestamp"]) == len("2026-01-01 08:00:00")


def test_sizes_come_only_when_they_are_asked_for(admin):
    row = admin.users(showQuota=0)["adele.arnaud"]

    assert not row.keys() & {"quota", "usage"}


def test_a_list_comes_in_pages_that_tell_how_many_there_are(admin):
    page = {"slicing": 1, "offset": 10, "limit": 5, "showQuota": 0, "getOTPAndToken": 0}

    said = admin.call("getAllUsersDomain", domain="mail.test", **page)

    assert (len(said["returndata"]), said["meta"]) == (2, {"all": 12})


def test_one_time_passwords_of_all_are_not_given_out(admin):
    plain = {"slicing": 0, "offset": 0, "limit": 0, "showQuota": 0}

    admin.refusal("getAllUsersDomain", domain="mail.test", getOTPAndToken=1, **plain)


@pytest.mark.parametrize("text", ["RNA", "roy", "mari"])
def test_a_search_looks_at_names_and_tells_no_sizes(admin, marie, text):
    found = admin.rows("searchUsers", domain="mail.test", search=text, slicing=0, offset=0, limit=0)

    assert found
    assert all(text.lower() in f"{row['username']} {row['uname']}".lower() for row in found)
    assert not any("quota" in row for row in found)


@pytest.mark.parametrize("wanted", ["B", "E"])
def test_the_mailboxes_of_a_domain_are_counted_by_type(admin, wanted):
    types = [row["account_type"] for row in admin.users().values()]

    counted = admin.rows("getTotalUsersDomain", domain="mail.test", atype=wanted)

    assert counted == [types.count("1"), types.count("2")]


def test_sizes_of_others_are_those_that_mislead(admin):
    quotas = {row["quota"] for row in admin.users().values()}

    assert {"500", "1000", "10000", "25000"} <= quotas
