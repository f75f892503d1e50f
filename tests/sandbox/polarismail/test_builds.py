"""What nobody has confirmed about PolarisMail, switched on one by one."""

import pytest

from portal.sandbox.control import ControlError

KEY = {"editusername": "marie", "editdomain": "mail.test"}
PLAIN = {"domain": "mail.test", "slicing": 0, "offset": 0, "limit": 0, "showQuota": 1, "getOTPAndToken": 0}


def test_each_build_says_what_is_different(sandbox):
    assert all(sandbox.builds().values())


def test_an_unknown_build_is_refused(sandbox):
    with pytest.raises(ControlError, match="sideways"):
        sandbox.build("no-meta", "sideways")


def test_a_reset_ends_all_builds_and_names(admin, sandbox, nobody):
    sandbox.build("empty-refused")
    sandbox.names({"domain": "dom"})

    sandbox.reset()

    again = nobody.sign_in(username=sandbox.username, password=sandbox.password)
    assert again.rows("getAliasDomains", domain="mail.test") == []


def test_several_builds_go_together(admin, sandbox):
    sandbox.build("quota-1024", "row-numbers")

    assert admin.users()["adele.arnaud"]["quota"] == 10240


@pytest.mark.parametrize(("build", "language"), [("update-resets", "fr"), ("update-resets-all", "en")])
def test_a_change_may_reset_what_is_left_out(admin, sandbox, marie, build, language):
    admin.rows("updateUser", **KEY, edituser_language="fr", editaccount_type="2")
    sandbox.build(build)

    admin.rows("updateUser", **KEY, editpassword="Other-Pass-2")

    told = admin.rows("getUserInfo", username="marie", domain="mail.test")
    assert (told["uname"], told["account_type"], told["quota"]) == ("", "1", "1000")
    assert told["user_language"] == language


@pytest.mark.parametrize("build", ["update-resets", "update-resets-all"])
def test_a_change_never_resets_the_password(admin, sandbox, marie, build):
    sandbox.build(build)

    admin.rows("updateUser", **KEY, editquota="3")

    assert sandbox.lets_in("marie@mail.test", "Marie-Pass-1")


def test_a_parameter_may_have_another_name(admin, sandbox, marie):
    sandbox.names({"edittimezone": "editdtzone"})

    admin.rows("updateUser", **KEY, editdtzone="Europe/Paris")

    assert sandbox.state("mail.test")["mailboxes"]["marie"]["time_zone"] == "Europe/Paris"
    assert admin.refusal("updateUser", **KEY, edittimezone="UTC") == "Unexpected parameter: edittimezone"


def test_a_missing_parameter_is_called_by_its_other_name(admin, sandbox):
    sandbox.names({"alias": "aliasname"})

    assert admin.refusal("removeAlias", domain="mail.test") == "Missing parameter: aliasname"


def test_unknown_parameters_may_be_ignored(admin, sandbox, marie):
    sandbox.build("ignores-unknown")

    admin.rows("updateUser", **KEY, quota="9")

    assert admin.users()["marie"]["quota"] == "5000"


def test_the_details_of_a_mailbox_may_be_bare_rows_or_nothing(admin, sandbox, marie):
    told = {}
    for build in ("info-bare", "info-rows", "info-refused"):
        sandbox.build(build)
        told[build] = admin.call("getUserInfo", **marie)

    assert "user_language" not in told["info-bare"]["returndata"]
    assert [row["user_language"] for row in told["info-rows"]["returndata"]] == ["en"]
    assert told["info-refused"]["returncode"] == 0


@pytest.mark.parametrize(
    ("build", "said"),
    [
        ("empty-text", {"returncode": 1, "returndata": ""}),
        ("empty-object", {"returncode": 1, "returndata": {}}),
        ("empty-refused", {"returncode": 0, "returndata": "No records found"}),
    ],
)
def test_nothing_may_look_in_several_ways(admin, sandbox, build, said):
    sandbox.domain("empty.test")
    sandbox.build(build)

    answers = [
        admin.call("getAllUsersDomain", **PLAIN | {"domain": "empty.test"}),
        admin.call("getAllAliasesDomain", domain="empty.test"),
        admin.call("getAllListsDomain", domain="empty.test"),
        admin.call("getListMembers", domain="mail.test", lname="list00001"),
    ]

    assert answers == [said] * 4


@pytest.mark.parametrize("build", ["empty-text", "empty-object", "empty-refused"])
def test_something_looks_the_same_in_all_of_them(admin, sandbox, build):
    rows = admin.rows("getAllAliasesDomain", domain="mail.test")

    sandbox.build(build)

    assert admin.rows("getAllAliasesDomain", domain="mail.test") == rows


def test_rows_may_hold_numbers(admin, sandbox):
    sandbox.build("row-numbers")

    row = admin.users()["bruno.arnaud"]

    assert (row["account_type"], row["disabled"], row["quota"], row["usage"]) == (1, 0, 500, 269)


def test_rows_may_hold_truth(admin, sandbox, marie):
    sandbox.build("row-booleans")
    admin.rows("disableUser", **marie)

    rows = admin.users()

    assert (rows["marie"]["disabled"], rows["adele.arnaud"]["disabled"]) == (True, False)


def test_rows_may_lack_the_address(admin, sandbox):
    sandbox.build("row-without-email")

    assert "email" not in admin.users()["adele.arnaud"]


def test_usage_may_have_a_unit(admin, sandbox):
    sandbox.build("usage-text")

    assert admin.users()["bruno.arnaud"]["usage"] == "269 MB"


def test_a_page_may_not_tell_how_many_there_are(admin, sandbox):
    sandbox.build("no-meta")

    assert "meta" not in admin.call("getAllUsersDomain", **PLAIN | {"slicing": 1, "limit": 5})


def test_a_page_may_be_smaller_than_was_asked_for(admin, sandbox):
    sandbox.build("capped-pages")

    said = admin.call("getAllUsersDomain", **PLAIN | {"slicing": 1, "limit": 9999})

    assert (len(said["returndata"]), said["meta"]["all"]) == (10, 12)


def test_lists_may_be_named_by_address(admin, sandbox):
    sandbox.build("list-addresses")

    rows = admin.rows("getAllListsDomain", domain="mail.test")

    assert rows[0]["lname"] == "list00001@mail.test"


def test_a_verification_may_be_an_object(admin, sandbox):
    sandbox.domain("new.test", pending="verify-1")
    sandbox.build("verification-object")

    told = admin.rows("getDomainVerification", domain="new.test")

    assert told == {"type": "TXT", "host": "mx-verification", "value": "verify-1"}


def test_a_refusal_may_say_why_in_message(admin, sandbox):
    sandbox.build("error-in-message")

    said = admin.call("removeAlias", alias="nothing", domain="mail.test")

    assert said == {"returncode": 0, "returndata": "", "message": "Alias not found"}


def test_a_repeated_switch_may_be_refused(admin, sandbox, marie):
    sandbox.build("repeat-refused")
    admin.rows("disableUser", **marie)

    admin.refusal("disableUser", **marie)

    admin.rows("enableUser", **marie)
    admin.refusal("enableUser", **marie)


def test_a_removal_may_take_along_what_points_there(admin, sandbox, marie):
    sandbox.build("removal-cascades")
    sandbox.alias("mail.test", "sales", "Marie@mail.test")
    sandbox.distribution_list("mail.test", "team", ["marie@mail.test", "x@example.net"])

    admin.rows("removeUser", **marie)

    state = sandbox.state("mail.test")
    assert "sales" not in state["aliases"]
    assert state["lists"]["team"] == ["x@example.net"]
    assert len(state["aliases"]) == 6


def test_members_may_be_added_twice_and_removed_when_absent(admin, sandbox):
    sandbox.build("members-lenient")
    sandbox.distribution_list("mail.test", "team", ["x@example.net"])

    admin.rows("addListMember", editlname="team", editdomain="mail.test", newmember="X@example.net")
    admin.rows("removeListMember", lname="team", domain="mail.test", member="y@example.net")

    assert sandbox.state("mail.test")["lists"]["team"] == ["x@example.net"]


def test_a_list_may_be_kept_while_it_has_members(admin, sandbox):
    sandbox.build("list-kept-with-members")

    assert admin.refusal("removeList", lname="list00003", domain="mail.test") == "List has members"
    admin.rows("removeList", lname="list00001", domain="mail.test")


def test_an_earlier_password_may_be_refused(admin, sandbox, marie):
    sandbox.build("password-reuse")
    admin.rows("updateUser", **KEY, editpassword="Other-Pass-2")

    for used in ("Marie-Pass-1", "Other-Pass-2"):
        assert admin.refusal("updateUser", **KEY, editpassword=used) == "Password was used before"


def test_addresses_elsewhere_may_be_few(admin, sandbox):
    sandbox.build("remote-limit")
    aliases = [{"alias": f"remote{number}", "domain": "mail.test"} for number in range(2)]
    sandbox.alias("post.test", "remote", "x@example.net")
    sandbox.distribution_list("mail.test", "team", [f"x{number}@example.net" for number in range(4)])

    # Three of the aliases that others have lead elsewhere.
    said = [admin.call("addAlias", **alias, forward="x@example.net")["returncode"] for alias in aliases]

    assert said == [1, 0]
    admin.rows("addAlias", alias="near", domain="mail.test", forward="x@post.test")
    member = {"editlname": "team", "editdomain": "mail.test", "newmember": "x@example.org"}
    assert "remote members" in admin.refusal("addListMember", **member)


def test_a_token_may_be_good_for_one_call(admin, sandbox):
    sandbox.build("one-call-tokens")
    admin.rows("getAllDomains")

    assert "expired" in admin.refusal("getAllDomains")


def test_a_sign_in_may_end_the_earlier_one(admin, nobody, sandbox):
    sandbox.build("one-token")
    again = nobody.sign_in(username=sandbox.username, password=sandbox.password)

    assert "expired" in admin.refusal("getAllDomains")
    again.rows("getAllDomains")


def test_a_disabled_mailbox_may_be_opened_one_time(admin, nobody, sandbox, marie):
    sandbox.build("otp-for-disabled")
    admin.rows("disableUser", **marie)

    link = admin.rows("getOTPassAndToken", **marie)["url"]

    assert nobody.http.get(link).status_code == 200
    assert not sandbox.lets_in("marie@mail.test", "Marie-Pass-1")


def test_the_address_of_webmail_may_be_a_bare_host(admin, sandbox, marie):
    sandbox.build("webmail-bare-url")

    assert admin.rows("getOTPassAndToken", **marie)["url"] == sandbox.url.removeprefix("http://")
