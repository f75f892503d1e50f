"""Aliases of the SmarterMail sandbox."""

import pytest

INFO = {"name": "info", "aliasTargetList": ["adele.arnaud@alice.test", "x@example.net"], "allowSending": True}


def put(caller, **alias):
    return caller.post("settings/domain/alias-put", {"alias": INFO | alias})


def alias(caller, name="info"):
    return caller.get(f"settings/domain/alias/{name}").json()["alias"]


def test_one_call_lists_all_aliases_with_their_targets(alice):
    put(alice)

    rows = alice.get("settings/domain/aliases").json()["gridInfo"]

    assert {row["name"]: row["targets"] for row in rows} == {
        "alias00001": ["adele.arnaud@alice.test"],
        "alias00002": ["bruno.arnaud@alice.test"],
        "alias00003": ["alias00003@example.org"],
        "info": ["adele.arnaud@alice.test", "x@example.net"],
    }


def test_a_search_by_text_finds_several(alice):
    rows = alice.get("settings/domain/aliases/ALIAS").json()["gridInfo"]

    assert len(rows) == 3


def test_an_alias_is_created_with_what_was_left_out_at_its_default(alice):
    put(alice)

    assert alias(alice) == INFO | {
        "displayName": "",
        "hideFromGAL": False,
        "internalOnly": False,
        "includeAllDomainUsers": False,
        "enableForXmpp": False,
        "isEnabled": True,
        "description": "",
    }


@pytest.mark.parametrize("name", ["adele.arnaud", "Alias00001"])
def test_aliases_and_mailboxes_share_their_names(alice, name):
    answer = put(alice, name=name)

    assert (answer.status_code, answer.json()["message"]) == (400, "USER_ADD_ERROR_NAME_IN_USE")


def test_an_alias_needs_targets(alice):
    assert put(alice, aliasTargetList=[]).status_code == 400


def test_an_alias_for_everyone_needs_no_targets(alice):
    assert put(alice, aliasTargetList=[], includeAllDomainUsers=True).status_code == 200


def test_one_alias_more_than_the_limit_is_refused(alice, admin):
    admin.post("settings/sysadmin/domain-settings/alice.test", {"domainSettings": {"maxAliases": 3}})

    assert put(alice).json()["message"] == "ALIAS_LIMIT_EXCEEDED|3"


def test_a_change_replaces_the_whole_alias(alice):
    put(alice, displayName="Information")

    alice.post("settings/domain/alias", {"oldName": "info", "alias": {"name": "info", "aliasTargetList": ["y@x.test"]}})

    assert (alias(alice)["aliasTargetList"], alias(alice)["displayName"]) == (["y@x.test"], "")


def test_an_alias_is_renamed(alice):
    put(alice)

    alice.post("settings/domain/alias", {"oldName": "info", "alias": INFO | {"name": "contact"}})

    assert alias(alice, "contact")["name"] == "contact"
    assert alice.get("settings/domain/alias/info").status_code == 400


def test_an_alias_is_not_renamed_to_a_taken_name(alice):
    put(alice)

    answer = alice.post("settings/domain/alias", {"oldName": "info", "alias": INFO | {"name": "admin"}})

    assert answer.json()["message"] == "USER_ADD_ERROR_NAME_IN_USE"


def test_an_alias_is_deleted(alice):
    alice.post("settings/domain/alias-delete/alias00001")

    assert alice.get("settings/domain/alias/alias00001").status_code == 400


def test_an_unknown_alias_is_refused(alice):
    answers = [alice.get("settings/domain/alias/info"), alice.post("settings/domain/alias-delete/info")]

    assert [answer.status_code for answer in answers] == [400, 400]
