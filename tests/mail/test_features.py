"""What a mailbox does besides holding messages: forwarding, ActiveSync, MAPI, being switched off, and who allows it."""

import json
from typing import Any

import pytest

from portal.mail import Features, Forwarding, LimitReached, MailError, NotFound, Refused, Unreachable
from portal.sandbox.smartermail.builds import BUILDS
from tests.mail.log import operations

PASSWORD = "Correct-horse-7"
SECRET = "never-forward-this"
AWAY = Forwarding(("x@example.net", "bruno.arnaud@alice.test"), delete_after=True, keep_sender=True)
FORWARDS = "settings/domain/mailbox-forward-list/marie@alice.test"
SET_FORWARDS = "settings/domain/post-mailbox-forward-list"
ALLOW = "settings/domain/post-user-mail"
EAS = "settings/domain/active-sync-mailboxes"
MAPI = "settings/domain/mapi-ews-mailboxes"
DISABLE = "settings/domain/users-disable"
SETTINGS = "settings/sysadmin/domain-settings/alice.test"
READS = {
    "forwarding": (FORWARDS, lambda domain: domain.forwarding("marie")),
    "features": (SETTINGS, lambda domain: domain.features()),
}
CHANGES = {
    "allow": (ALLOW, lambda domain: domain.set_forwarding("marie", AWAY)),
    "forwards": (SET_FORWARDS, lambda domain: domain.set_forwarding("marie", AWAY)),
    "activesync": (f"{EAS}-patch", lambda domain: domain.set_activesync("marie", True)),
    "mapi": (f"{MAPI}-patch", lambda domain: domain.set_mapi("marie", True)),
    "disable": (DISABLE, lambda domain: domain.set_enabled("marie", False)),
}
each_build = pytest.mark.parametrize("build", BUILDS)
each_read = pytest.mark.parametrize(("path", "read"), READS.values(), ids=READS)
each_change = pytest.mark.parametrize(("path", "change"), CHANGES.values(), ids=CHANGES)
each_protocol = pytest.mark.parametrize("protocol", ["activesync", "mapi"])
LISTS = {"activesync": (EAS, "activeSyncAccounts", "eas"), "mapi": (MAPI, "mapiEwsAccounts", "mapi")}
LIMITS = {"activesync": "maxActiveSyncAccounts", "mapi": "maxMapiEwsAccounts"}
PERMISSIONS = {"activesync": "enableActiveSyncAccountManagement", "mapi": "enableMapiEwsAccountManagement"}

pytestmark = pytest.mark.usefixtures("marie")


@pytest.fixture
def marie(sandbox) -> None:
    """Her address has kept the case somebody once typed it in."""
    sandbox.mailbox("alice.test", "Marie", password=PASSWORD, display_name="Marie")


def user(sandbox, name: str = "marie") -> dict[str, Any]:
    return sandbox.state("alice.test")["users"][name]


def may_forward(sandbox) -> bool:
    return user(sandbox)["userMailSettings"]["enableMailForwarding"]


def switch(domain, protocol: str, on: bool, name: str = "marie") -> None:
    (domain.set_activesync if protocol == "activesync" else domain.set_mapi)(name, on)


def switched_on(domain, protocol: str) -> frozenset[str]:
    return domain.activesync() if protocol == "activesync" else domain.mapi()


def break_reading_back(sandbox, protocol: str, kind: str) -> None:
    """The list fails, the change of it does not, although its path begins with that of the list."""
    path = LISTS[protocol][0]
    sandbox.faults({"path": f"{path}-patch", "kind": "slow"}, {"path": path, "kind": kind})


@each_build
def test_forwarding_is_set_read_and_ended_on_every_build(sandbox, alice, build) -> None:
    sandbox.build(build)

    before = alice.forwarding("marie")
    alice.set_forwarding("marie", AWAY)
    away = alice.forwarding("marie")
    alice.set_forwarding("marie", Forwarding())
    after = alice.forwarding("marie")

    assert (before, away, after) == (Forwarding(), AWAY, Forwarding())


@pytest.mark.parametrize("option", ["delete_after", "keep_sender"])
def test_each_option_of_forwarding_is_set_alone(alice, option) -> None:
    wanted = Forwarding(("x@example.net",), **{option: True})

    alice.set_forwarding("marie", wanted)

    assert alice.forwarding("marie") == wanted


def test_setting_forwarding_keeps_what_is_not_ours_to_set(sandbox, alice, elsewhere) -> None:
    elsewhere.forward("marie@alice.test", "old@example.net", spamForwardOption="MoveToJunk")

    alice.set_forwarding("marie", AWAY)

    assert user(sandbox)["forwardList"] == {
        "forwardList": list(AWAY.destinations),
        "deleteOnForward": True,
        "keepRecipients": True,
        "spamForwardOption": "MoveToJunk",
    }


def test_forwarding_of_one_mailbox_leaves_the_others_alone(sandbox, alice) -> None:
    before = sandbox.state("alice.test")["users"]

    alice.set_forwarding("marie", AWAY)

    after = sandbox.state("alice.test")["users"]
    assert {name for name in before if before[name] != after[name]} == {"marie"}


def test_destinations_let_the_mailbox_forward(sandbox, alice) -> None:
    before = user(sandbox)["userMailSettings"]

    alice.set_forwarding("marie", AWAY)

    assert user(sandbox)["userMailSettings"] == before | {"enableMailForwarding": True}


@pytest.mark.parametrize("allowed", [False, True])
def test_ending_the_forwarding_does_not_touch_whether_the_mailbox_may_forward(
    sandbox, alice, elsewhere, allowed
) -> None:
    elsewhere.let_forward("marie@alice.test", allowed)
    sandbox.clear_log()

    alice.set_forwarding("marie", Forwarding())

    assert may_forward(sandbox) is allowed
    assert ALLOW not in operations(sandbox)


def test_a_mailbox_that_may_not_be_allowed_to_forward_keeps_its_destinations(sandbox, alice) -> None:
    sandbox.faults({"path": ALLOW, "kind": "403"})

    with pytest.raises(Refused):
        alice.set_forwarding("marie", AWAY)

    assert alice.forwarding("marie") == Forwarding()


def test_a_destination_that_the_server_does_not_accept_changes_nothing_shown(alice) -> None:
    alice.set_forwarding("marie", AWAY)

    with pytest.raises(Refused):
        alice.set_forwarding("marie", Forwarding(("nowhere",)))

    assert alice.forwarding("marie") == AWAY


@pytest.mark.parametrize("target", ["o'brien+news@example.net", '"<b>&"@example.net', "münchen@exämple.net"])
def test_a_destination_with_unusual_characters_is_not_mangled(alice, target) -> None:
    alice.set_forwarding("marie", Forwarding((target,)))

    assert alice.forwarding("marie").destinations == (target,)


@pytest.mark.parametrize("name", ["o'brien", "r&d", "news+paris", "100%", "n" * 64])
def test_a_mailbox_with_an_unusual_name_has_all_its_switches(sandbox, alice, name) -> None:
    sandbox.mailbox("alice.test", name)

    alice.set_forwarding(name, AWAY)
    alice.set_activesync(name, True)
    alice.set_mapi(name, True)
    alice.set_enabled(name, False)

    assert alice.forwarding(name) == AWAY
    assert f"{name}@alice.test" in alice.activesync() & alice.mapi()
    assert not alice.mailbox(name).enabled


def test_destinations_are_in_lower_case_and_named_once(alice, elsewhere) -> None:
    elsewhere.forward("marie@alice.test", "X@Example.NET", "x@example.net", " Bruno.Arnaud@alice.test")

    assert alice.forwarding("marie").destinations == AWAY.destinations


@pytest.mark.parametrize("build", ["100.new", "100.old", "100.polite"])
def test_a_missing_mailbox_is_not_found_by_any_switch(sandbox, alice, build) -> None:
    sandbox.build(build)

    for operation in (
        lambda: alice.forwarding("nobody"),
        lambda: alice.set_forwarding("nobody", AWAY),
        lambda: alice.set_activesync("nobody", True),
        lambda: alice.set_mapi("nobody", True),
        lambda: alice.set_enabled("nobody", False),
    ):
        with pytest.raises(NotFound):
            operation()


@pytest.mark.parametrize("path", [ALLOW, SET_FORWARDS])
def test_a_route_that_is_missing_is_no_missing_mailbox(sandbox, alice, path) -> None:
    old_form = "settings/domain/user-mail/"
    sandbox.faults({"path": path, "kind": "404"}, {"path": old_form, "kind": "404"})

    with pytest.raises(Unreachable):
        alice.set_forwarding("marie", AWAY)


def test_an_old_build_is_asked_in_its_own_way_from_the_second_time_on(sandbox, alice) -> None:
    sandbox.build("100.old")
    alice.set_forwarding("marie", AWAY)
    sandbox.clear_log()

    alice.set_forwarding("marie", AWAY)

    assert operations(sandbox) == [FORWARDS, "settings/domain/user-mail/marie@alice.test", SET_FORWARDS]


@each_build
@each_protocol
def test_a_protocol_is_switched_on_and_off_on_every_build(sandbox, alice, build, protocol) -> None:
    sandbox.build(build)
    others = switched_on(alice, protocol)

    switch(alice, protocol, True)
    on = switched_on(alice, protocol)
    switch(alice, protocol, False)

    assert on == others | {"marie@alice.test"}
    assert switched_on(alice, protocol) == others == {"adele.arnaud@alice.test"}


@each_protocol
def test_switching_to_what_is_so_already_succeeds(alice, protocol) -> None:
    for on in (False, True, True, False, False):
        switch(alice, protocol, on)

    assert "marie@alice.test" not in switched_on(alice, protocol)


@each_protocol
def test_one_protocol_leaves_the_other_alone(sandbox, alice, protocol) -> None:
    before = sandbox.state("alice.test")

    switch(alice, protocol, True)

    changed = {LISTS[protocol][2]: ["adele.arnaud@alice.test", "Marie@alice.test"]}
    assert sandbox.state("alice.test") == before | changed


@each_protocol
def test_a_build_that_keeps_listing_what_is_off_is_understood(sandbox, alice, protocol) -> None:
    sandbox.build("100.lists-inactive")
    switch(alice, protocol, True)

    switch(alice, protocol, False)
    off = switched_on(alice, protocol)
    switch(alice, protocol, True)

    assert "marie@alice.test" not in off
    assert "marie@alice.test" in switched_on(alice, protocol)


@pytest.mark.parametrize("build", ["100.new", "100.polite"])
@pytest.mark.parametrize("on", [True, False])
@each_protocol
def test_a_protocol_that_may_not_be_managed_is_refused(sandbox, alice, elsewhere, build, protocol, on) -> None:
    elsewhere.settings("alice.test", **{PERMISSIONS[protocol]: False})
    sandbox.build(build)

    with pytest.raises(Refused):
        switch(alice, protocol, on, "marie" if on else "adele.arnaud")

    assert switched_on(alice, protocol) == {"adele.arnaud@alice.test"}


@pytest.mark.parametrize("on", [True, False])
@each_protocol
def test_a_switch_that_was_silently_ignored_is_refused(scripted, scripted_alice, protocol, on) -> None:
    path, key, _ = LISTS[protocol]
    scripted.answers[f"{path}-patch"] = (200, {"success": True})
    listed = [] if on else [{"emailAddress": "Marie@alice.test"}]
    scripted.answers[path] = (200, {"success": True, key: listed})

    with pytest.raises(Refused):
        switch(scripted_alice, protocol, on)


@each_protocol
def test_a_switch_is_sent_as_a_bare_list(scripted, scripted_alice, protocol) -> None:
    path, key, _ = LISTS[protocol]
    scripted.answers[f"{path}-patch"] = (200, {"success": True})
    scripted.answers[path] = (200, {"success": True, key: None})

    switch(scripted_alice, protocol, False, "Marie")

    sent = [json.loads(body) for asked, _, body in scripted.seen if asked == f"{path}-patch"]
    assert sent == [[{"emailAddress": "marie@alice.test", "isActive": False}]]


@pytest.mark.parametrize("build", ["100.new", "100.polite"])
@each_protocol
def test_the_servers_limit_of_a_protocol_is_told_apart(sandbox, alice, elsewhere, build, protocol) -> None:
    elsewhere.settings("alice.test", **{LIMITS[protocol]: 1})
    sandbox.build(build)

    with pytest.raises(LimitReached):
        switch(alice, protocol, True)

    assert switched_on(alice, protocol) == {"adele.arnaud@alice.test"}


@pytest.mark.parametrize("kind", ["down", "500", "html", "cut", "403", "refuse", "refuse400", "404"])
@each_protocol
def test_a_switch_that_could_not_be_read_back_is_unknown_and_not_refused(sandbox, alice, protocol, kind) -> None:
    break_reading_back(sandbox, protocol, kind)

    with pytest.raises(Unreachable):
        switch(alice, protocol, True)

    assert "Marie@alice.test" in sandbox.state("alice.test")[LISTS[protocol][2]]


@each_build
def test_a_disabled_mailbox_receives_but_cannot_be_signed_in_to_on_every_build(
    sandbox, alice, elsewhere, build
) -> None:
    sandbox.build(build)

    alice.set_enabled("marie", False)
    disabled = (
        alice.mailbox("marie").enabled,
        elsewhere.accepts("marie@alice.test", PASSWORD),
        user(sandbox)["userMailSettings"]["canReceiveMail"],
    )
    alice.set_enabled("marie", True)
    enabled = (alice.mailbox("marie").enabled, user(sandbox)["userMailSettings"]["canReceiveMail"])

    assert disabled == (False, False, True)
    assert enabled == (True, True)


def test_an_enabled_mailbox_can_be_signed_in_to_again(alice, elsewhere) -> None:
    alice.set_enabled("marie", False)

    alice.set_enabled("MARIE", True)

    assert elsewhere.accepts("marie@alice.test", PASSWORD)


def test_disabling_one_mailbox_leaves_the_others_alone(sandbox, alice) -> None:
    before = sandbox.state("alice.test")["users"]

    alice.set_enabled("marie", False)

    after = sandbox.state("alice.test")["users"]
    assert {name for name in before if before[name] != after[name]} == {"marie"}


@each_build
def test_features_are_told_by_every_build(sandbox, alice, elsewhere, build) -> None:
    elsewhere.settings("alice.test", maxDomainAliases=3, enableMapiEwsAccountManagement=False)
    sandbox.build(build)

    assert alice.features() == Features(activesync=True, mapi=False, forwarding=True, domain_aliases=3)


def test_a_system_that_does_not_tell_features_is_asked_for_by_the_domain(sandbox, alice) -> None:
    expected = alice.features()
    sandbox.faults({"path": SETTINGS, "kind": "404"})

    assert alice.features() == expected


@pytest.mark.parametrize("value", [None, "true", 1, {}])
def test_a_feature_that_is_not_told_is_unknown_and_neither_on_nor_off(scripted, scripted_alice, value) -> None:
    keys = ("enableActiveSyncAccountManagement", "enableMapiEwsAccountManagement", "enableMailForwarding")
    scripted.answers[SETTINGS] = (200, {"success": True, "domainSettings": dict.fromkeys(keys, value)})

    assert scripted_alice.features() == Features(activesync=None, mapi=None, forwarding=None, domain_aliases=None)


def test_settings_without_a_word_about_features_leave_all_of_them_unknown(scripted, scripted_alice) -> None:
    scripted.answers[SETTINGS] = (200, {"success": True, "domainSettings": {}})

    assert scripted_alice.features() == Features(activesync=None, mapi=None, forwarding=None, domain_aliases=None)


def test_the_features_of_a_missing_domain_are_not_found(server) -> None:
    with pytest.raises(NotFound):
        server.domain("nowhere.test").features()


def test_features_hold_none_of_the_secrets_beside_them(sandbox, alice) -> None:
    assert sandbox.state("alice.test")["settings"]["ldapPassword"] == SECRET
    assert SECRET not in repr(alice.features())


@pytest.mark.parametrize("settings", [SECRET, [{"ldapPassword": SECRET}], [SECRET]])
@pytest.mark.parametrize("status", [200, 400])
def test_no_error_about_the_settings_holds_their_secrets(scripted, scripted_alice, settings, status) -> None:
    answer = {"success": status == 200, "domainSettings": settings, "message": f"ldapPassword {SECRET} is wrong"}
    scripted.answers[SETTINGS] = (status, answer)

    with pytest.raises(MailError) as caught:
        scripted_alice.features()

    assert SECRET not in f"{caught.value!r} {caught.value.__cause__!r} {caught.value.__context__!r}"


@each_read
@pytest.mark.parametrize("kind", ["down", "500", "html", "cut", "401"])
def test_a_failed_read_is_unknown_and_never_off(sandbox, alice, path, read, kind) -> None:
    sandbox.faults({"path": path, "kind": kind})

    with pytest.raises(Unreachable):
        read(alice)


@each_read
@pytest.mark.parametrize("kind", ["refuse", "refuse400", "403"])
def test_a_refused_read_is_never_off(sandbox, alice, path, read, kind) -> None:
    sandbox.faults({"path": path, "kind": kind, "message": "NOT_NOW"})

    with pytest.raises(Refused):
        read(alice)


@each_read
def test_a_read_is_answered_although_the_first_answer_was_lost(sandbox, alice, path, read) -> None:
    sandbox.faults({"path": path, "kind": "down", "times": 1})

    assert read(alice) in (Forwarding(), Features(True, True, True, 0))


@each_change
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", ["down", "500", "html", "cut"])
def test_a_switch_whose_answer_was_lost_is_unknown_and_sent_once(sandbox, alice, path, change, kind, when) -> None:
    sandbox.faults({"path": path, "kind": kind, "when": when})
    before = sandbox.state("alice.test")

    with pytest.raises(Unreachable):
        change(alice)

    assert len([asked for asked in operations(sandbox) if asked.startswith(path)]) == 1
    if when == "after":
        assert sandbox.state("alice.test") != before


@pytest.mark.parametrize("kind", ["down", "500", "html", "cut", "404"])
def test_forwarding_is_not_overwritten_where_it_could_not_be_read(sandbox, alice, kind) -> None:
    before = sandbox.state("alice.test")
    sandbox.faults({"path": FORWARDS, "kind": kind}, {"path": "settings/domain/get-mailbox-forward", "kind": kind})

    with pytest.raises(Unreachable):
        alice.set_forwarding("marie", AWAY)

    assert sandbox.state("alice.test") == before


@each_change
@pytest.mark.parametrize("kind", ["refuse", "refuse400", "403"])
def test_a_refused_switch_is_refused(sandbox, alice, path, change, kind) -> None:
    sandbox.faults({"path": path, "kind": kind, "message": "NOT_NOW"})

    with pytest.raises(Refused):
        change(alice)


@each_change
def test_a_switch_over_an_ended_token_is_done(sandbox, alice, path, change) -> None:
    alice.change_mailbox("marie", limit=7)
    sandbox.clear_log()
    sandbox.expire_tokens()

    change(alice)

    answered = [call["status"] for call in sandbox.calls() if call["path"].startswith(path)]
    assert answered.count(200) == 1


@pytest.mark.parametrize(
    ("ask", "expected"),
    [
        (READS["forwarding"][1], [FORWARDS]),
        (CHANGES["forwards"][1], [FORWARDS, ALLOW, SET_FORWARDS]),
        (lambda domain: domain.set_forwarding("marie", Forwarding()), [FORWARDS, SET_FORWARDS]),
        (CHANGES["activesync"][1], [f"{EAS}-patch", EAS]),
        (CHANGES["mapi"][1], [f"{MAPI}-patch", MAPI]),
        (CHANGES["disable"][1], [f"{DISABLE}/true/true"]),
        (READS["features"][1], [SETTINGS]),
    ],
    ids=["forwarding", "forward", "end-forwarding", "activesync", "mapi", "disable", "features"],
)
def test_an_operation_on_a_mailboxs_switches_costs_these_calls(sandbox, alice, ask, expected) -> None:
    ask(alice)

    assert operations(sandbox) == expected


def script(scripted, forwards: Any) -> None:
    """The answer to a read of Marie's forwarding; changes succeed."""
    scripted.answers["settings/domain/mailbox-forward-list/marie%40alice.test"] = (
        200,
        {"success": True, "mailboxForwardList": forwards},
    )
    for path in (SET_FORWARDS, ALLOW):
        scripted.answers[path] = (200, {"success": True})


@pytest.mark.parametrize("forwards", [{}, {"deleteOnForward": True}, {"forwardList": "x@example.net"}, None, []])
def test_forwarding_whose_destinations_are_not_told_is_unknown(scripted, scripted_alice, forwards) -> None:
    script(scripted, forwards)

    with pytest.raises(Unreachable):
        scripted_alice.forwarding("marie")


def test_null_destinations_are_none(scripted, scripted_alice) -> None:
    script(scripted, {"forwardList": None, "deleteOnForward": None})

    assert scripted_alice.forwarding("marie") == Forwarding()


def test_destinations_without_a_domain_are_in_the_mailboxs_own(scripted, scripted_alice) -> None:
    script(scripted, {"forwardList": ["Bruno", "", None, "bruno@alice.test"], "keepRecipients": True})

    assert scripted_alice.forwarding("marie") == Forwarding(("bruno@alice.test",), keep_sender=True)


def test_what_a_later_build_holds_of_forwarding_is_sent_back_as_it_came(scripted, scripted_alice) -> None:
    script(scripted, {"forwardList": ["old@example.net"], "spamForwardOption": 2, "rules": [{"of": "later"}]})

    scripted_alice.set_forwarding("marie", Forwarding(("x@example.net",)))

    sent = [json.loads(body) for path, _, body in scripted.seen if path == SET_FORWARDS]
    assert sent == [
        {
            "email": "marie@alice.test",
            "mailboxForwardList": {
                "forwardList": ["x@example.net"],
                "deleteOnForward": False,
                "keepRecipients": False,
                "spamForwardOption": 2,
                "rules": [{"of": "later"}],
            },
        }
    ]
