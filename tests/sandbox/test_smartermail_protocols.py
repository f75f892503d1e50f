"""ActiveSync, MAPI/EWS and forwarding of the SmarterMail sandbox."""

import pytest

PROTOCOLS = pytest.mark.parametrize(
    ("path", "key", "allowed", "maximum"),
    [
        (
            "settings/domain/active-sync-mailboxes",
            "activeSyncAccounts",
            "enableActiveSyncAccountManagement",
            "maxActiveSyncAccounts",
        ),
        (
            "settings/domain/mapi-ews-mailboxes",
            "mapiEwsAccounts",
            "enableMapiEwsAccountManagement",
            "maxMapiEwsAccounts",
        ),
    ],
)
FORWARDS = {"forwardList": ["x@example.net"], "keepRecipients": True, "deleteOnForward": False}


def change(name, active=True):
    return {"emailAddress": f"{name}@alice.test", "isActive": active}


def on(caller, path, key):
    return [row["emailAddress"] for row in caller.get(path).json()[key]]


@PROTOCOLS
def test_only_mailboxes_that_have_it_are_listed(alice, path, key, allowed, maximum):
    assert on(alice, path, key) == ["adele.arnaud@alice.test"]


@PROTOCOLS
def test_several_mailboxes_change_in_one_call(alice, path, key, allowed, maximum):
    alice.post(f"{path}-patch", [change("Bruno.Arnaud"), change("adele.arnaud", active=False)])

    assert on(alice, path, key) == ["bruno.arnaud@alice.test"]


@PROTOCOLS
def test_an_unknown_mailbox_among_them_changes_none(alice, path, key, allowed, maximum):
    answer = alice.post(f"{path}-patch", [change("bruno.arnaud"), change("nobody")])

    assert answer.status_code == 400
    assert on(alice, path, key) == ["adele.arnaud@alice.test"]


@PROTOCOLS
@pytest.mark.parametrize("body", [{}, {"emailAddress": "x@alice.test"}, [{"emailAddress": "adele.arnaud@alice.test"}]])
def test_anything_but_a_bare_list_of_whole_changes_is_refused(alice, path, key, allowed, maximum, body):
    assert alice.post(f"{path}-patch", body).status_code == 400


@PROTOCOLS
def test_nothing_changes_while_the_domain_may_not_manage_it(alice, admin, path, key, allowed, maximum):
    admin.post("settings/sysadmin/domain-settings/alice.test", {"domainSettings": {allowed: False}})

    answer = alice.post(f"{path}-patch", [change("bruno.arnaud")])

    assert answer.status_code == 403
    assert on(alice, path, key) == ["adele.arnaud@alice.test"]


@PROTOCOLS
def test_one_more_than_the_limit_is_refused(alice, admin, path, key, allowed, maximum):
    admin.post("settings/sysadmin/domain-settings/alice.test", {"domainSettings": {maximum: 1}})

    answer = alice.post(f"{path}-patch", [change("bruno.arnaud")])

    assert answer.json()["message"] == "ACCOUNT_LIMIT_EXCEEDED|1"


@PROTOCOLS
def test_a_deleted_mailbox_no_longer_counts(alice, path, key, allowed, maximum):
    alice.post("settings/domain/users-delete", {"input": ["adele.arnaud"]})

    assert on(alice, path, key) == []


def test_a_forward_list_is_replaced_as_a_whole(alice):
    body = {"email": "adele.arnaud@alice.test", "mailboxForwardList": FORWARDS}
    alice.post("settings/domain/post-mailbox-forward-list", body)
    alice.post("settings/domain/post-mailbox-forward-list", body | {"mailboxForwardList": {"forwardList": []}})

    answer = alice.post("settings/domain/get-mailbox-forward-list", {"email": "adele.arnaud@alice.test"})

    assert answer.json()["mailboxForwardList"] == {
        "forwardList": [],
        "keepRecipients": False,
        "deleteOnForward": False,
        "spamForwardOption": "None",
    }


@pytest.mark.parametrize(
    "forwards",
    [{}, {"forwardList": "x@example.net"}, {"forwardList": ["x"]}, FORWARDS | {"spamForwardOption": "Sometimes"}],
)
def test_a_forward_list_that_is_none_is_refused(alice, forwards):
    body = {"email": "adele.arnaud@alice.test", "mailboxForwardList": forwards}

    assert alice.post("settings/domain/post-mailbox-forward-list", body).status_code == 400


def test_a_mailbox_changes_its_own_forwarding(nobody, alice):
    adele = nobody.sign_in("adele.arnaud@alice.test", "Seeded-Password-1")

    adele.post("settings/mailbox-forward-list", {"mailboxForwardList": FORWARDS})

    answer = alice.get("settings/domain/mailbox-forward-list/adele.arnaud@alice.test")
    assert answer.json()["mailboxForwardList"]["forwardList"] == ["x@example.net"]


def test_a_system_admin_reads_forwarding_by_the_whole_address(admin):
    assert admin.get("settings/domain/mailbox-forward-list/adele.arnaud@alice.test").status_code == 200
