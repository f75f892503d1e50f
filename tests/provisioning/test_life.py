"""What suspending, changing the plan, a new password and the end make of a service, and what they refuse."""

from typing import Any

import pytest

from portal.sandbox.control import Running
from portal.store import domain_aliases, protocols, servers
from tests.elsewhere import Elsewhere
from tests.provisioning.stage import PLAN, Case, Stage
from tests.views.api.whmcs import problem
from tests.world import ADMIN, Visitor

CALLS = ("suspend", "unsuspend", "terminate", "plan", "password", "finish")


@pytest.fixture
def created(case: Case) -> Case:
    """With a mailbox that has ActiveSync, as the portal knows."""
    case.create()
    case.stage.world.mail.mailbox(case.name, "marie", password="Marie-Pass-1")
    domain(case).set_activesync("marie", True)
    with case.stage.world.app.app_context():
        protocols.switched(case.service(), f"marie@{case.name}", "eas", True)
    return case


def domain(case: Case) -> Any:
    return case.stage.world.app.extensions["mail"].to(case.stage.world.server).domain(case.name)


def on_now(case: Case) -> set[str]:
    with case.stage.world.app.app_context():
        return {address for address, _protocol in protocols.on_at(case.service(), 2**40)}


def customer(case: Case) -> Visitor:
    return case.stage.world.visitor(svc=case.svc, name=case.name)


def settings(case: Case) -> Any:
    return case.stage.world.mail.state(case.name)["settings"]


@pytest.mark.parametrize("call", [call for call in CALLS if call != "finish"])
def test_nothing_happens_to_a_service_that_nobody_knows(case: Case, call: str) -> None:
    refused = case.post(call, {"plan": PLAN} if call == "plan" else None)

    assert problem(refused) == (404, "unknown-service")
    assert "Create or register it first" in refused.get_json(force=True)["detail"]


@pytest.mark.parametrize("call", ["suspend", "unsuspend", "plan", "password"])
def test_nothing_happens_to_a_domain_that_is_not_there_yet(case: Case, call: str) -> None:
    case.stage.world.mail.domain(case.name, admin=ADMIN)
    case.create()

    refused = case.post(call, {"plan": PLAN} if call == "plan" else None)

    assert problem(refused) == (409, "not-created")


@pytest.mark.parametrize("call", ["suspend", "unsuspend", "plan", "password"])
def test_nothing_happens_to_a_service_that_is_over(created: Case, call: str) -> None:
    created.post("terminate")

    refused = created.post(call, {"plan": PLAN} if call == "plan" else None)

    assert problem(refused) == (409, "terminated")


def test_a_suspended_domain_keeps_what_it_holds_and_nobody_signs_in(created: Case) -> None:
    before = created.stage.world.mail.state(created.name)["users"]

    answer = created.post("suspend")

    assert answer.get_json() == {"status": "suspended"}
    assert not created.signs_in("marie", "Marie-Pass-1")
    assert settings(created)["isEnabled"] is False
    assert created.stage.world.mail.state(created.name)["users"].keys() == before.keys()


def test_whoever_is_signed_in_sees_the_notice_at_the_next_request(created: Case) -> None:
    visitor = customer(created)
    open_before = visitor.get("usage").status_code

    created.post("suspend")
    while_suspended, change = visitor.get("usage"), visitor.post("dkim/enable")
    created.post("unsuspend")

    assert open_before == 200
    assert "suspended" in while_suspended.text
    assert change.status_code == 403
    assert "suspended" not in visitor.get("usage").text


def test_protocols_count_as_off_while_it_is_suspended(created: Case) -> None:
    before = on_now(created)

    created.post("suspend")
    while_suspended = on_now(created)
    created.post("unsuspend")

    assert (before, while_suspended, on_now(created)) == ({f"marie@{created.name}"}, set(), before)


@pytest.mark.parametrize(("call", "status"), [("suspend", "suspended"), ("unsuspend", "active")])
def test_a_repeat_is_a_success(created: Case, call: str, status: str) -> None:
    answers = [created.post(call).get_json() for _ in range(2)]

    assert answers == [{"status": status}] * 2


def test_a_domain_that_was_removed_by_hand_is_told_to_be_missing(created: Case) -> None:
    domain(created).delete(files=True)

    assert problem(created.post("suspend")) == (409, "missing")


def test_another_plan_is_kept_and_set_up(created: Case) -> None:
    answer = created.post("plan", {"plan": PLAN | {"max_users": "5", "outbound_ip": "default"}})

    assert answer.get_json() == {"status": "active", "changed": ["max_users", "outbound_ip"]}
    assert (settings(created)["maxUsers"], settings(created)["outgoingIP"]) == (6, "")
    assert created.service().plan["max_users"] == "5"


def test_the_same_plan_again_changes_nothing(created: Case) -> None:
    created.post("plan", {"plan": PLAN | {"max_users": "5"}})

    answer = created.post("plan", {"plan": PLAN | {"max_users": "5"}})

    assert answer.get_json() == {"status": "active", "changed": []}


def test_a_suspended_domain_stays_so_under_another_plan(created: Case) -> None:
    created.post("suspend")

    answer = created.post("plan", {"plan": PLAN | {"max_users": "5"}})

    assert answer.get_json()["status"] == "suspended"
    assert settings(created)["isEnabled"] is False


def test_what_is_not_offered_any_more_can_be_switched_off_while_somebody_has_it(created: Case) -> None:
    created.post("plan", {"plan": PLAN | {"offer_eas": "", "offer_mapi": ""}})
    flags = settings(created)

    domain(created).set_activesync("marie", False)

    assert flags["enableActiveSyncAccountManagement"] is True
    assert flags["enableMapiEwsAccountManagement"] is False


def test_a_plan_without_a_meaning_changes_nothing(created: Case) -> None:
    before = created.state(), created.service().plan

    refused = created.post("plan", {"plan": PLAN | {"max_users": "ten"}})

    assert problem(refused) == (422, "plan")
    assert (created.state(), created.service().plan) == before


def test_another_mail_server_is_for_a_move(created: Case, other_server: str) -> None:
    refused = created.post("plan", {"plan": PLAN | {"server": other_server}})

    assert problem(refused) == (409, "move-first")
    assert "Move it to mail3 first" in refused.get_json(force=True)["detail"]


@pytest.fixture
def other_server(case: Case) -> str:
    mail = case.stage.world.mail
    with case.stage.world.app.app_context():
        known = {server.name for server in servers.all_servers()}
        if "mail3" not in known:
            servers.add(
                kind="smartermail",
                name="mail3",
                url=mail.url,
                username=mail.username,
                password=mail.password,
                mail_host="mail3.example.test",
            )
    return "mail3"


def test_the_hidden_admin_gets_a_new_password(created: Case) -> None:
    answer = created.post("password").get_json()

    assert answer["status"] == "active"
    assert created.signs_in(answer["username"], answer["password"])


def test_the_new_password_keeps_the_servers_own_rules(created: Case, stage: Stage) -> None:
    Elsewhere(stage.world.mail).password_rules(created.name, minLength={"enabled": True, "ruleValue": 40})

    answer = created.post("password").get_json()

    assert len(answer["password"]) == 40


def test_no_customers_mailbox_gets_the_password(case: Case) -> None:
    case.stage.world.mail.domain(case.name, admin=ADMIN)
    case.stage.world.mail.mailbox(case.name, "marie", password="Marie-Pass-1")
    case.stage.whmcs.put(case.svc, case.name, username="marie")

    refused = case.post("password")

    assert problem(refused) == (409, "no-admin")
    assert case.signs_in("marie", "Marie-Pass-1") is False
    assert case.stage.world.mail.state(case.name)["users"]["marie"]["password"] == "Marie-Pass-1"


@pytest.mark.parametrize(("setting", "left"), [("on", 0), ("", 1)])
def test_the_end_takes_the_files_along_if_the_plan_says_so(created: Case, setting: str, left: int) -> None:
    created.post("plan", {"plan": PLAN | {"delete_data": setting}})

    answer = created.post("terminate")

    assert answer.get_json() == {"status": "terminated"}
    assert not created.is_there()
    assert len([path for path in created.stage.world.mail.disk() if path.endswith(created.name)]) == left


def test_the_end_lets_go_of_the_name_and_of_the_domain_aliases(created: Case, stage: Stage) -> None:
    with stage.world.app.app_context():
        domain_aliases.hold(created.service(), f"also-{created.name}", present=(), at_most=2)
    other = stage.case()

    created.post("terminate")

    other.name = created.name
    assert created.service().claim is None
    with stage.world.app.app_context():
        assert domain_aliases.held(created.service()) == frozenset()
    assert other.create().status_code == 200


def test_the_end_closes_every_session(created: Case) -> None:
    visitor = customer(created)

    created.post("terminate")

    assert created.name not in visitor.get("addresses/").text


def test_what_was_on_does_not_come_back_when_it_is_created_anew(created: Case) -> None:
    created.post("suspend")
    created.post("terminate")

    created.create()

    assert on_now(created) == set()


def test_a_repeat_of_the_end_asks_nobody(created: Case) -> None:
    created.post("terminate")
    created.stage.world.mail.clear_log()

    answer = created.post("terminate")

    assert answer.get_json() == {"status": "terminated"}
    assert created.stage.world.mail.calls() == []


def test_the_end_of_what_was_never_created_deletes_nothing(case: Case) -> None:
    case.stage.world.mail.domain(case.name, admin=ADMIN, mailboxes=1)
    case.create()
    before = case.stage.world.mail.state(case.name)

    answer = case.post("terminate")

    assert answer.get_json() == {"status": "terminated"}
    assert case.stage.world.mail.state(case.name) == before


def test_a_domain_that_came_later_under_that_name_is_not_deleted(created: Case) -> None:
    domain(created).delete(files=True)
    created.stage.world.mail.domain(created.name, admin="somebody", mailboxes=1)

    refused = created.post("terminate")

    assert problem(refused) == (409, "not-yours")
    assert created.is_there()


def test_files_stay_of_a_domain_whose_creation_was_not_seen_to_succeed(case: Case) -> None:
    mail: Running = case.stage.world.mail
    mail.leave_files(f"/srv/mail/{case.name}", "Users/old")
    mail.faults({"path": "settings/sysadmin/domain-put", "kind": "down", "when": "after"})
    case.create(plan=PLAN | {"domain_path": "/srv/mail"})
    mail.faults()

    answer = case.post("terminate")

    assert answer.get_json() == {"status": "terminated"}
    assert not case.is_there()
    assert "Users/old" in mail.disk()[f"/srv/mail/{case.name}"]


def test_whether_to_delete_files_is_never_guessed(created: Case) -> None:
    created.stage.whmcs.put(created.svc, created.name, plan=PLAN | {"delete_data": "perhaps"})

    refused = created.post("terminate")

    assert problem(refused) == (422, "plan")
    assert created.is_there()


def test_the_admin_who_pressed_the_button_stands_in_the_history(created: Case) -> None:
    created.post("password", {"admin": {"id": 1, "name": "Nora Admin"}})

    page = customer(created).get("history").text
    assert "Nora Admin" in page
    assert "your provider" in page
    assert created.operations()[0].actor == "Nora Admin"


def test_a_customer_reads_no_servers_words_and_an_admin_does(created: Case, stage: Stage) -> None:
    stage.world.mail.faults({"path": "settings/domain/post-user", "kind": "refuse400", "message": "ODD_REASON"})
    created.post("password")
    person = {"id": 7, "name": "Alice Martin", "email": "alice@example.test"}
    admin = stage.world.visitor(
        svc=created.svc, name=created.name, role="admin", mode="top", user=person | {"admin": {"id": 1, "name": "Nora"}}
    )

    theirs, ours = customer(created).get("history").text, admin.get("history").text

    assert ("ODD_REASON" in theirs, "ODD_REASON" in ours) == (False, True)


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}"])
def test_an_empty_body_may_be_written_in_three_ways(created: Case, raw: bytes) -> None:
    answer = created.stage.whmcs.call("POST", f"/api/v1/services/{created.svc}/suspend", raw)

    assert answer.status_code == 200


def test_what_broke_off_is_finished_in_order(created: Case, stage: Stage) -> None:
    stage.world.mail.faults({"path": "settings/sysadmin/domain-settings", "kind": "500", "method": "POST"})
    created.post("plan", {"plan": PLAN | {"max_users": "5"}})
    created.post("suspend")
    stage.world.mail.faults()

    answer = created.post("finish")

    assert answer.get_json() == {"status": "suspended", "finished": ["plan", "suspend"]}
    assert (settings(created)["maxUsers"], settings(created)["isEnabled"]) == (6, False)
    assert created.summary()["unfinished"] == []


def test_every_answer_carries_the_number_under_which_the_log_has_it(created: Case) -> None:
    answer = created.post("suspend")

    assert answer.headers["X-Request-Id"] == created.operations()[0].request_id


def test_files_stay_of_such_a_domain_though_the_owner_registered_it_before(case: Case) -> None:
    mail: Running = case.stage.world.mail
    plan = PLAN | {"domain_path": "/srv/mail"}
    case.stage.whmcs.put(case.svc, case.name, plan=plan, status="Pending")
    mail.leave_files(f"/srv/mail/{case.name}", "Users/old")
    mail.faults({"path": "settings/sysadmin/domain-put", "kind": "down", "when": "after"})
    case.create(plan=plan)
    mail.faults()
    case.stage.whmcs.put(case.svc, case.name, plan=plan, status="Pending")

    case.post("terminate")

    assert not case.is_there()
    assert "Users/old" in mail.disk()[f"/srv/mail/{case.name}"]


def test_what_whmcs_called_terminated_beforehand_is_deleted_all_the_same(created: Case) -> None:
    created.stage.whmcs.put(created.svc, created.name, status="Terminated")

    answer = created.post("terminate")

    assert answer.get_json() == {"status": "terminated"}
    assert not created.is_there()


def test_a_name_that_was_given_to_another_service_is_not_deleted_with_the_first(created: Case, stage: Stage) -> None:
    created.stage.whmcs.put(created.svc, created.name, status="Cancelled")
    domain(created).delete(files=True)
    other = stage.case()
    other.name = created.name
    other.create()

    answer = created.post("terminate")

    assert answer.get_json() == {"status": "terminated"}
    assert other.is_there()


def test_what_was_on_does_not_come_back_where_whmcs_alone_called_it_terminated(created: Case) -> None:
    created.stage.whmcs.put(created.svc, created.name, status="Terminated")
    domain(created).delete(files=True)

    created.create()

    assert on_now(created) == set()


def test_finishing_the_creation_leaves_suspended_what_was_suspended_meanwhile(case: Case, stage: Stage) -> None:
    stage.world.mail.faults({"path": "settings/domain/post-user-mail", "kind": "refuse400"})
    case.create()
    stage.world.mail.faults()
    case.post("suspend")

    answer = case.post("finish")

    assert answer.get_json() | {"status": "suspended", "finished": ["create"]} == answer.get_json()
    assert settings(case)["isEnabled"] is False
    assert case.summary()["unfinished"] == []


def test_finishing_never_ends_what_was_created_after_the_end_broke_off(created: Case, stage: Stage) -> None:
    stage.world.mail.faults({"path": "settings/sysadmin/domain-delete", "kind": "500"})
    created.post("terminate")
    stage.world.mail.faults()
    created.create()

    answer = created.post("finish")

    assert answer.get_json() == {"status": "active", "finished": []}
    assert "marie" in created.stage.world.mail.state(created.name)["users"]


def test_finishing_brings_no_service_back_that_whmcs_has_cancelled(case: Case, stage: Stage) -> None:
    stage.world.mail.faults({"path": "settings/sysadmin/domain-settings", "kind": "500", "method": "POST"})
    case.create()
    stage.world.mail.faults()
    stage.whmcs.put(case.svc, case.name, plan=PLAN, status="Cancelled")

    refused = case.post("finish")

    assert problem(refused) == (409, "terminated")
    assert case.service().status == "Cancelled"


def test_an_end_that_broke_off_during_creation_is_gone_on_with_and_finds_its_domain(case: Case, stage: Stage) -> None:
    mail = stage.world.mail
    mail.faults(
        {"path": "settings/sysadmin/domain-put", "kind": "down", "when": "after"},
        {"path": "settings/sysadmin/domain-delete", "kind": "500"},
    )
    case.create()
    case.post("terminate")
    mail.faults()

    answer = case.post("finish")

    assert answer.get_json() == {"status": "terminated", "finished": ["terminate"]}
    assert not case.is_there()


def test_a_creation_that_an_end_cut_short_is_a_creation_all_the_same(case: Case, stage: Stage) -> None:
    mail = stage.world.mail
    mail.faults(
        {"path": "settings/sysadmin/domain-put", "kind": "down", "when": "after"},
        {"path": "settings/sysadmin/domain-delete", "kind": "500"},
    )
    case.create()
    case.post("terminate")
    mail.faults()

    answer = case.create()

    assert answer.get_json()["status"] == "active"
    assert "dkim" in {step["name"] for step in case.operations()[0].steps}
    assert case.summary()["unfinished"] == []


def test_a_change_of_plan_that_broke_off_leads_to_the_plan_that_whmcs_has_now(created: Case, stage: Stage) -> None:
    stage.world.mail.faults({"path": "settings/sysadmin/domain-settings", "kind": "500", "method": "POST"})
    created.post("plan", {"plan": PLAN | {"max_users": "5"}})
    stage.world.mail.faults()
    stage.whmcs.put(created.svc, created.name, plan=PLAN | {"max_users": "7"})

    created.post("finish")

    assert settings(created)["maxUsers"] == 8
    assert created.service().plan["max_users"] == "7"


def test_a_domain_registered_under_another_name_is_known_by_its_own_admin(created: Case, stage: Stage) -> None:
    other = f"other-{created.name}"
    stage.world.mail.domain(other, admin=ADMIN, mailboxes=1)
    stage.whmcs.put(created.svc, other, plan=PLAN, username="guessed")
    stage.whmcs.put(created.svc, other, plan=PLAN, username=ADMIN)

    answer = created.post("terminate")

    assert answer.get_json() == {"status": "terminated"}
    assert other not in stage.world.mail.domains()
    assert created.is_there()
