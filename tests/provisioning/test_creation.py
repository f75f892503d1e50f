"""What a creation makes, what it refuses, and what a repeat leaves."""

import pytest

from portal.passwords import Policy, check
from portal.store import servers
from tests.provisioning.stage import PLAN, Case, Stage
from tests.views.api.whmcs import Whmcs, problem, registration
from tests.world import ADMIN

POLICY = Policy(24, upper=True, digit=True, special=True)


def test_the_domain_is_made_by_the_plan_with_an_admin_that_nobody_knows(case: Case) -> None:
    answer = case.create().get_json()

    state = case.stage.world.mail.state(case.name)
    settings, [admin] = state["settings"], state["users"]
    assert (answer["status"], answer["name"], answer["username"]) == ("active", case.name, admin)
    assert case.signs_in(admin, answer["password"])
    assert (settings["maxUsers"], settings["maxDomainAliases"], settings["outgoingIP"]) == (11, 2, "192.0.2.7")
    assert settings["enableMailForwarding"]
    assert settings["isEnabled"]
    assert settings["domainKeysSettings"]["pending"]["publicKey"]
    assert state["users"][admin]["userMailSettings"]["hideFromGAL"]


def test_the_admin_is_not_named_as_whmcs_would_have_it_and_its_password_fits_every_policy(case: Case) -> None:
    answer = case.create().get_json()

    assert answer["username"] not in ("guessable", ADMIN)
    assert len(answer["username"]) == 16
    assert check(answer["password"], answer["password"], POLICY, answer["username"], case.name) == []


def test_the_service_opens_and_its_history_tells_of_it(case: Case) -> None:
    case.create()

    visitor = case.stage.world.visitor(svc=case.svc, name=case.name)
    assert case.name in visitor.page.text
    assert [(row.action, row.actor_role, row.result) for row in case.stage.world.recorded(case.svc)] == [
        ("service.create", "seller", "done")
    ]


def test_the_hidden_admin_is_shown_nowhere(case: Case) -> None:
    admin = case.create().get_json()["username"]
    case.stage.world.mail.mailbox(case.name, "marie")
    visitor = case.stage.world.visitor(svc=case.svc, name=case.name)

    pages = [
        visitor.get(path)
        for path in ("addresses/", f"addresses/?q={admin}", "addresses.csv", "history", "usage", "aliases/")
    ]

    assert [page.status_code for page in pages] == [200] * 6
    assert not any(f"{admin}@" in page.text or f">{admin}<" in page.text for page in pages)
    assert "marie" in pages[0].text
    assert visitor.get(f"mailboxes/{admin}@{case.name}").status_code == 404


def test_a_repeat_sets_a_fresh_password_and_changes_nothing_else(case: Case) -> None:
    first = case.create().get_json()
    before = case.state()

    second = case.create().get_json()

    assert second["username"] == first["username"]
    assert case.signs_in(second["username"], second["password"])
    assert not case.signs_in(first["username"], first["password"])
    assert case.state() == before


def test_a_repeat_leaves_dkim_as_the_customer_has_it(case: Case) -> None:
    case.create()
    server = case.stage.world.app.extensions["mail"].to(case.stage.world.server)
    server.domain(case.name).disable_dkim()

    case.create()

    assert server.domain(case.name).dkim().signing is False


def test_no_secret_is_written_down(case: Case, caplog: pytest.LogCaptureFixture) -> None:
    password = case.create().get_json()["password"]

    [operation] = case.operations()
    written = f"{operation.wanted} {operation.steps} {operation.error} {case.summary()} {caplog.text}"
    assert password not in written
    assert case.stage.world.mail.password not in written


@pytest.mark.parametrize("username", ["", ADMIN])
def test_a_domain_that_is_somebody_elses_is_refused_and_left_alone(case: Case, username: str) -> None:
    case.stage.world.mail.domain(case.name, admin=ADMIN, mailboxes=2)
    before = case.stage.world.mail.state(case.name)

    refused = case.create(username=username)

    assert problem(refused) == (409, "exists")
    assert case.stage.world.mail.state(case.name) == before
    assert case.service().claim is None
    assert case.summary()["status"] == "failed"
    assert "exists on the mail server already" in case.summary()["last_error"]


def test_a_registered_domain_is_its_services_if_its_admin_is_the_one_that_was_registered(case: Case) -> None:
    case.stage.world.mail.domain(case.name, admin=ADMIN, mailboxes=2)
    case.stage.whmcs.put(case.svc, case.name, username=ADMIN)

    answer = case.create().get_json()

    assert answer["username"] == ADMIN
    assert case.signs_in(ADMIN, answer["password"])


def test_a_domain_that_was_registered_with_a_made_up_name_is_refused(case: Case) -> None:
    case.stage.world.mail.domain(case.name, admin=ADMIN)
    case.stage.whmcs.put(case.svc, case.name, username="case1", status="Pending")

    assert problem(case.create()) == (409, "exists")


def test_a_name_that_was_registered_before_there_was_a_domain_does_not_become_the_admins(case: Case) -> None:
    case.stage.whmcs.put(case.svc, case.name, username="guessable", status="Pending")

    assert case.create().get_json()["username"] != "guessable"


def test_what_whmcs_registers_later_does_not_rename_the_hidden_admin(case: Case) -> None:
    admin = case.create().get_json()["username"]

    answer = case.stage.whmcs.put(case.svc, case.name, username="guessable")

    assert answer.get_json()["username"] == admin
    assert case.service().username == admin


def test_a_domain_alias_of_another_domain_is_refused(case: Case, stage: Stage) -> None:
    server = stage.world.app.extensions["mail"].to(stage.world.server)
    server.domain("alice.test").add_domain_alias(case.name)

    refused = case.create()

    assert problem(refused) == (409, "exists")
    assert case.service().claim is None


def test_a_domain_of_another_service_is_taken(case: Case, stage: Stage) -> None:
    case.create()
    other = stage.case()
    other.name = case.name

    assert problem(other.create()) == (409, "taken")


@pytest.mark.parametrize(
    ("plan", "code", "words"),
    [
        ({"max_users": "ten"}, "plan", "max_users"),
        ({"outbound_ip": "here", "eas_price": "free"}, "plan", "eas_price"),
        ({"server": "mail9"}, "plan", "mail9"),
    ],
)
def test_a_plan_without_a_meaning_is_refused_before_anything_is_tried(
    case: Case, plan: dict[str, str], code: str, words: str
) -> None:
    case.stage.world.mail.clear_log()

    refused = case.create(plan=PLAN | plan)

    assert problem(refused) == (422, code)
    assert words in refused.get_json(force=True)["detail"]
    assert case.stage.world.mail.calls() == []


def test_a_tenant_gets_no_domain_on_a_server_that_is_not_lent_to_it(case: Case, stage: Stage) -> None:
    harbour = Whmcs(stage.world, "harbour")
    with stage.world.app.app_context():
        servers.add(
            kind="smartermail",
            name="mail2",
            url=stage.world.mail.url,
            username="x",
            password="y",
            mail_host="mail2.example.test",
        )
    body = registration(case.name, plan={"server": "mail2"})

    refused = harbour.call("POST", f"/api/v1/services/{case.svc}/create", body)

    assert problem(refused) == (422, "plan")
    assert not case.is_there()


@pytest.mark.parametrize("folder", [r"\\evil.test\share", "/srv/mail/alice.test", "C:\\inetpub\\wwwroot"])
def test_a_reseller_does_not_say_where_files_are_written(case: Case, stage: Stage, folder: str) -> None:
    harbour, svc = Whmcs(stage.world, "harbour"), f"/api/v1/services/{case.svc}"
    body = registration(case.name, plan=PLAN | {"domain_path": folder}, status="Pending")
    stage.world.mail.clear_log()

    created = harbour.call("POST", f"{svc}/create", body)
    registered = harbour.call("PUT", svc, body)
    harbour.call("POST", f"{svc}/finish", {})

    assert problem(created) == (422, "plan")
    assert "domain_path" in created.get_json(force=True)["detail"]
    assert registered.status_code == 200
    assert "settings/sysadmin/domain-put" not in [call["path"] for call in stage.world.mail.calls()]
    assert harbour.call("POST", f"{svc}/create", body | {"plan": PLAN}).status_code == 200


def test_a_refused_folder_leaves_nothing_and_the_next_call_completes(case: Case) -> None:
    mail = case.stage.world.mail
    mail.leave_files(f"/srv/mail/{case.name}", "Users/old")
    mail.build("100.refuses-folders")
    refused = case.create(plan=PLAN | {"domain_path": "/srv/mail"})
    left = case.is_there(), case.service().claim

    mail.build("100.new")
    created = case.create(plan=PLAN | {"domain_path": "/srv/mail"})

    assert problem(refused) == (502, "mail-server-refused")
    assert left == (False, None)
    assert created.status_code == 200


def test_a_service_whose_creation_is_in_doubt_does_not_get_a_second_domain(case: Case) -> None:
    case.stage.world.mail.faults({"path": "settings/sysadmin/domain-put", "kind": "down", "when": "after"})
    case.create()
    case.stage.world.mail.faults()

    refused = case.create(name=f"other-{case.name}")

    assert problem(refused) == (409, "has-another")
    assert case.is_there()


def test_where_no_dkim_key_can_be_made_mail_works_and_it_is_left_to_be_finished(case: Case) -> None:
    case.stage.world.mail.faults({"path": "settings/domain/dkim", "kind": "refuse400"})
    made = case.create()
    left = case.summary()["unfinished"]
    case.stage.world.mail.faults()

    finished = case.post("finish").get_json()

    assert made.status_code == 200
    assert [(operation["kind"], operation["steps"][-1]["name"]) for operation in left] == [("create", "dkim")]
    assert finished == {"status": "active", "finished": ["create"]}
    assert case.signs_in(made.get_json()["username"], made.get_json()["password"])
    assert case.summary()["unfinished"] == []


def test_a_name_that_was_only_registered_may_still_be_corrected(case: Case) -> None:
    case.stage.whmcs.put(case.svc, f"typo-{case.name}", status="Pending")

    answer = case.create()

    assert answer.status_code == 200
    assert case.service().claim == case.name
