"""What becomes of a registration: facts, the mail server, and the proof of the domain."""

import json
import time
from typing import Any

import pytest
import time_machine

from portal.sandbox.control import Running
from portal.store import protocols, servers
from portal.store.services import Service
from tests.views.api.whmcs import OWN_PASSWORD, Whmcs, find, problem, registration
from tests.world import ADMIN, World, new_mailbox


def test_a_new_service_is_answered_as_it_is_known_from_then_on(world: World, owner: Whmcs) -> None:
    answer = owner.put(900, "New-Domain.test")

    assert answer.status_code == 200
    assert answer.get_json() == registration("new-domain.test") | {
        "svc": 900,
        "server": "mail1",
        "plan_errors": {},
        "plan_warnings": [],
    }


def test_registering_makes_nothing_on_the_mail_server(world: World, owner: Whmcs) -> None:
    owner.put(900, "new-domain.test")

    with pytest.raises(LookupError):
        world.mail.state("new-domain.test")


def test_a_registered_service_can_be_opened_and_used(world: World, owner: Whmcs, taken: str) -> None:
    owner.put(900, taken)
    visitor = world.visitor(svc=900, name=taken)

    answer = visitor.post("mailboxes/", new_mailbox("marie"))

    assert answer.status_code == 200
    assert "marie" in world.mail.state(taken)["users"]


def test_a_repeat_leaves_and_reports_the_same_state(world: World, owner: Whmcs) -> None:
    first = owner.put(900, "new.test")
    again = owner.put(900, "new.test")

    with world.app.app_context():
        count = Service.select().where(Service.svc == 900).count()
    assert again.get_json() == first.get_json()
    assert count == 1


def test_a_later_registration_replaces_plan_state_and_name(world: World, owner: Whmcs) -> None:
    owner.put(900, "new.test")

    answer = owner.put(900, "newer.test", plan={"server": "mail1", "max_users": "5"}, status="Suspended")

    said = answer.get_json()
    assert (said["name"], said["plan"]["max_users"], said["status"]) == ("newer.test", "5", "Suspended")


@pytest.mark.parametrize("name", ["bücher.test", "BÜCHER.test", "xn--bcher-kva.test", "bücher.test."])
def test_a_name_is_kept_as_its_ascii_form_and_opened_by_either(world: World, owner: Whmcs, name: str) -> None:
    world.mail.domain("xn--bcher-kva.test", admin=ADMIN)

    answer = owner.put(900, name)
    visitors = [world.visitor(svc=900, name=handed) for handed in ("bücher.test", "xn--bcher-kva.test", "Bücher.Test")]

    assert answer.get_json()["name"] == "xn--bcher-kva.test"
    assert [visitor.get("usage").status_code for visitor in visitors] == [200] * 3


def test_a_plan_that_has_no_meaning_is_kept_and_its_errors_are_told(world: World, owner: Whmcs) -> None:
    plan = {"server": "mail1", "max_users": "many", "eas_price": "$3", "password_min_length": ""}

    answer = owner.put(900, "new.test", plan=plan)

    said = answer.get_json()
    assert answer.status_code == 200
    assert said["plan"] == plan
    assert said["plan_errors"].keys() == {"max_users", "eas_price"}
    assert "whole number" in said["plan_errors"]["max_users"]


def test_a_plan_without_a_server_takes_the_only_one_there_is(owner: Whmcs) -> None:
    answer = owner.put(900, "new.test", plan={})

    assert answer.get_json()["server"] == "mail1"


def test_a_plan_that_names_an_unknown_server_has_none_and_is_told(owner: Whmcs) -> None:
    answer = owner.put(900, "new.test", plan={"server": "mail9"})

    assert answer.status_code == 200
    assert answer.get_json()["server"] is None
    assert answer.get_json()["plan_errors"] == {"server": 'server: "mail9" is not one of your mail servers.'}


def test_a_slip_in_the_plans_server_locks_nobody_out(world: World, reseller: Whmcs, taken: str) -> None:
    reseller.put(900, taken, password=OWN_PASSWORD)
    visitor = world.visitor(slug="harbour", svc=900, name=taken)

    answer = reseller.put(900, taken, plan={"server": "mial1"})

    assert answer.get_json()["server"] == "mail1"
    assert answer.get_json()["plan_errors"].keys() == {"server"}
    assert visitor.get("usage").status_code == 200


def test_a_user_name_that_is_left_out_stays_as_it_was(world: World, owner: Whmcs) -> None:
    owner.put(900, "new.test", username="hidden7")

    answer = owner.put(900, "new.test", username="")

    assert answer.get_json()["username"] == "hidden7"


def test_the_plan_is_as_of_when_whmcs_signed_it(world: World, owner: Whmcs) -> None:
    signed_at = int(time.time()) - 40
    raw = json.dumps(registration("new.test")).encode()

    owner.send("PUT", "/api/v1/services/900", raw, owner.header("PUT", "/api/v1/services/900", raw, now=signed_at))

    assert find(world, "northwind", 900).plan_at == signed_at


def test_a_service_is_not_moved_to_another_server_by_its_plan(world: World, owner: Whmcs) -> None:
    with world.app.app_context():
        servers.add(
            kind="smartermail", name="mail2", url=world.mail.url, username="x", password="y", mail_host="m2.test"
        )
    owner.put(900, "new.test")

    answer = owner.put(900, "new.test", plan={"server": "mail2"})

    assert problem(answer) == (409, "move-first")
    assert find(world, "northwind", 900).server.name == "mail1"


def test_a_name_belongs_to_one_service_until_it_lets_go_of_it(owner: Whmcs) -> None:
    owner.put(900, "new.test")
    second = owner.put(901, "NEW.test")
    owner.put(900, "new.test", status="Terminated")
    third = owner.put(901, "new.test")

    assert problem(second) == (409, "taken")
    assert third.status_code == 200


def test_asking_for_a_name_keeps_nobody_from_it(owner: Whmcs, reseller: Whmcs) -> None:
    squatted = reseller.put(900, "new.test")

    answer = owner.put(901, "new.test")

    assert squatted.status_code == 200
    assert answer.status_code == 200


def test_a_name_that_another_service_holds_is_refused_before_any_password_is_tried(
    world: World, owner: Whmcs, reseller: Whmcs, taken: str
) -> None:
    owner.put(900, taken)
    world.mail.clear_log()

    answer = reseller.put(901, taken, password=OWN_PASSWORD)

    assert problem(answer) == (409, "taken")
    assert world.mail.calls() == []


def test_the_password_of_a_domains_admin_cannot_be_guessed_through_us(
    world: World, reseller: Whmcs, taken: str
) -> None:
    guesses = [reseller.put(900, taken, password=f"Guess-{number}") for number in range(5)]
    world.mail.clear_log()

    answer = reseller.put(900, taken, password=OWN_PASSWORD)

    assert {problem(guess) for guess in guesses} == {(409, "not-yours")}
    assert problem(answer) == (429, "too-many-requests")
    assert not any(call["path"].startswith("auth/") for call in world.mail.calls())


def test_wrong_proofs_of_many_names_end_before_the_mail_server_shuts_everybody_out(
    world: World, mail: Running, reseller: Whmcs
) -> None:
    """To the mail server all tenants are one address, and it blocks one that signs in wrongly too often."""
    for number in range(22):
        mail.domain(f"taken{number}.test", admin=ADMIN, admin_password=OWN_PASSWORD)
    tries = [reseller.put(300 + number, f"taken{number}.test", password="guess") for number in range(22)]

    assert [problem(answer) for answer in tries] == [(409, "not-yours")] * 20 + [(429, "too-many-requests")] * 2
    assert Whmcs(world, "northwind").put(300, "taken0.test").status_code == 200


def test_right_proofs_are_not_counted_among_the_wrong_ones(mail: Running, reseller: Whmcs) -> None:
    for number in range(22):
        mail.domain(f"own{number}.test", admin=ADMIN, admin_password=OWN_PASSWORD)

    tries = [reseller.put(300 + number, f"own{number}.test", password=OWN_PASSWORD) for number in range(22)]

    assert {answer.status_code for answer in tries} == {200}


def test_the_owner_may_take_a_domain_that_exists(owner: Whmcs, taken: str) -> None:
    answer = owner.put(900, taken)

    assert answer.status_code == 200


def test_a_reseller_may_not_take_a_domain_that_exists(world: World, reseller: Whmcs, taken: str) -> None:
    answer = reseller.put(900, taken)

    assert problem(answer) == (409, "not-yours")
    assert find(world, "harbour", 900) is None


def test_a_reseller_proves_a_domain_by_its_admins_sign_in(world: World, reseller: Whmcs, taken: str) -> None:
    answer = reseller.put(900, taken, password=OWN_PASSWORD)
    visitor = world.visitor(slug="harbour", svc=900, name=taken)

    assert answer.status_code == 200
    assert OWN_PASSWORD not in answer.text
    assert visitor.get("usage").status_code == 200


def test_what_was_proved_once_need_not_be_proved_again(reseller: Whmcs, taken: str) -> None:
    reseller.put(900, taken, password=OWN_PASSWORD)

    answer = reseller.put(900, taken, plan={"server": "mail1", "max_users": "3"})

    assert answer.status_code == 200


def test_a_wrong_sign_in_proves_nothing_and_is_tried_once(world: World, reseller: Whmcs, taken: str) -> None:
    reseller.call("GET", "/api/v1/ping")
    world.mail.clear_log()

    answer = reseller.put(900, taken, password="Wrong!Passw0rd")

    tried = [call for call in world.mail.calls() if call["path"].startswith("auth/")]
    assert problem(answer) == (409, "not-yours")
    assert len(tried) == 1
    assert find(world, "harbour", 900) is None


@pytest.mark.parametrize(
    "claimed",
    [
        {"username": "marie", "password": "Seeded-Password-1"},
        {"username": "bob@bob.test", "password": "Seeded-Password-1"},
        {"username": f"{ADMIN}@bob.test", "password": "Domain-Admin-1"},
        {"username": "", "password": OWN_PASSWORD},
        {"username": ADMIN, "password": ""},
    ],
    ids=str,
)
def test_only_the_domains_own_admin_proves_it(
    world: World, reseller: Whmcs, taken: str, claimed: dict[str, Any]
) -> None:
    world.mail.mailbox(taken, "marie")

    answer = reseller.put(900, taken, **claimed)

    assert problem(answer) == (409, "not-yours")


@pytest.mark.parametrize(
    "first",
    [{"plan": {"server": "mail9"}}, {"status": "Terminated"}, {"name": "not-yet.test"}],
    ids=["without a server", "as terminated", "under another name"],
)
def test_nothing_registered_before_spares_the_proof(
    world: World, reseller: Whmcs, taken: str, first: dict[str, Any]
) -> None:
    prepared = reseller.call("PUT", "/api/v1/services/900", registration(taken) | first)

    answer = reseller.put(900, taken)

    assert prepared.status_code == 200
    assert problem(answer) == (409, "not-yours")


def test_a_domain_that_came_after_its_registration_is_not_opened_without_proof(
    world: World, reseller: Whmcs, mail: Running
) -> None:
    reseller.put(900, "later.test")
    mail.domain("later.test", admin=ADMIN)
    visitor = world.visitor(slug="harbour", svc=900, name="later.test")

    answers = [visitor.get("usage"), visitor.get("addresses/"), visitor.post("mailboxes/", new_mailbox("marie"))]

    assert [answer.status_code for answer in answers] == [503] * 3
    assert mail.state("later.test")["users"].keys() == {ADMIN}


def test_a_service_that_let_go_of_its_name_opens_nothing_whatever_its_hand_off_says(
    world: World, owner: Whmcs, reseller: Whmcs, taken: str
) -> None:
    reseller.put(900, taken, password=OWN_PASSWORD)
    reseller.put(900, taken, status="Terminated")
    owner.put(901, taken)

    with time_machine.travel(time.time() + 5):
        visitor = world.visitor(slug="harbour", svc=900, name=taken)
        looked, tried = visitor.get("addresses/"), visitor.post("mailboxes/", new_mailbox("marie"))

    assert (looked.status_code, tried.status_code) == (503, 503)
    assert "marie" not in world.mail.state(taken)["users"]


def test_a_tenant_cannot_touch_another_tenants_service(world: World, owner: Whmcs, reseller: Whmcs) -> None:
    before = find(world, "northwind", 101)

    answer = reseller.put(101, "harbours-own.test")

    after = find(world, "northwind", 101)
    assert answer.status_code == 200
    assert (before.name, before.plan) == (after.name, after.plan)
    assert find(world, "harbour", 101).name == "harbours-own.test"


@pytest.mark.parametrize(
    "fault", [{"kind": "down"}, {"kind": "500"}, {"kind": "html"}], ids=lambda fault: fault["kind"]
)
def test_when_the_mail_server_cannot_be_asked_nothing_is_registered(
    world: World, reseller: Whmcs, taken: str, fault: dict[str, Any]
) -> None:
    world.mail.faults({"path": "*", **fault})

    answer = reseller.put(900, taken, password=OWN_PASSWORD)

    assert problem(answer) == (503, "mail-server-unreachable")
    assert find(world, "harbour", 900) is None


def test_a_mail_server_that_refuses_is_told_without_its_words(world: World, reseller: Whmcs, taken: str) -> None:
    world.mail.faults({"path": "settings/", "kind": "refuse400", "message": "SECRET_REASON"})

    answer = reseller.put(900, taken, password=OWN_PASSWORD)

    assert problem(answer) == (502, "mail-server-refused")
    assert "SECRET_REASON" not in answer.text


@pytest.mark.parametrize(
    "changed",
    [
        {"product": "mailbox"},
        {"product": None},
        {"name": ""},
        {"name": "no-dot"},
        {"name": "a b.test"},
        {"name": "x" * 64 + ".test"},
        {"name": "\ud800.test"},
        {"name": 5},
        {"username": None},
        {"username": "x" * 256},
        {"username": "a\0b"},
        {"username": "\ud800"},
        {"password": 5},
        {"plan": []},
        {"plan": {"max_users": 5}},
        {"plan": {"max_users": "5" * 1001}},
        {"plan": {str(number): "" for number in range(101)}},
        {"plan": None},
        {"client": "7"},
        {"client": True},
        {"client": -1},
        {"client": 2**63},
        {"status": "active"},
        {"status": ""},
        {"billing": "Monthly"},
        {"billing": {"months": 1.5}},
        {"billing": {"months": float("nan")}},
        {"billing": {"since": []}},
        {"lang": 5},
        {"lang": "x" * 36},
        {"currency": None},
    ],
    ids=ascii,
)
def test_a_fact_of_the_wrong_kind_is_malformed(world: World, owner: Whmcs, changed: dict[str, Any]) -> None:
    answer = owner.call("PUT", "/api/v1/services/900", registration("new.test") | changed)

    assert problem(answer) in ((400, "malformed"), (400, "no-domain"))
    assert find(world, "northwind", 900) is None


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[]", b"null", b"5", b'"text"', b"\xff\xfe", b"{}", b"[" * 100_000, b'{"more":' * 30_000]
)
def test_a_body_that_is_no_registration_is_malformed(owner: Whmcs, raw: bytes) -> None:
    answer = owner.call("PUT", "/api/v1/services/900", raw)

    assert problem(answer) == (400, "malformed")


@pytest.mark.parametrize("svc", [0, 2**31, 10**30])
def test_a_number_that_is_no_whmcs_service_is_malformed(owner: Whmcs, svc: int) -> None:
    answer = owner.put(svc, "new.test")

    assert problem(answer) == (400, "malformed")


def test_a_missing_fact_is_malformed_but_the_user_name_may_be_absent(owner: Whmcs) -> None:
    whole = registration("new.test")

    statuses = {
        missing: owner.call(
            "PUT", "/api/v1/services/900", {name: value for name, value in whole.items() if name != missing}
        ).status_code
        for missing in whole
    }

    assert statuses == dict.fromkeys(whole, 400) | {"username": 200}


def test_facts_of_a_later_module_are_ignored(owner: Whmcs) -> None:
    answer = owner.put(900, "new.test", colour="blue")

    assert answer.status_code == 200
    assert "colour" not in answer.get_json()


def test_of_a_setting_that_both_carry_the_newer_of_registration_and_hand_off_counts(world: World) -> None:
    world.register("northwind", 101, "alice.test", max_users="50", age=60)
    visitor = world.visitor(plan={"max_users": "20"})

    handed_later = visitor.get("usage")
    world.register("northwind", 101, "alice.test", max_users="30", age=-5)
    registered_later = visitor.get("usage")

    assert "/ 20</span>" in handed_later.text
    assert "/ 30</span>" in registered_later.text


def test_a_suspension_that_is_registered_closes_pages_that_are_open(world: World, owner: Whmcs) -> None:
    visitor = world.visitor()

    owner.call("PUT", "/api/v1/services/101", registration("alice.test", status="Suspended"))

    assert "This service is suspended" in visitor.get("usage").text
    assert visitor.post("mailboxes/", new_mailbox("marie")).status_code == 403


def test_a_suspension_and_its_end_are_recorded_for_the_bill(world: World, owner: Whmcs) -> None:
    with world.app.app_context():
        protocols.switched(world.service(), "carol@alice.test", "eas", True)

    codes = [owner.put(101, "alice.test", status=status).status_code for status in ("Suspended", "Suspended", "Active")]

    with world.app.app_context():
        rows = protocols.events(world.service(), 0, 2**40)
    assert codes == [200, 200, 200]
    assert [(row.on, row.source) for row in rows[1:]] == [(False, "suspension"), (True, "unsuspension")]


@pytest.mark.parametrize(
    ("combined", "warned"), [("1.00", "below a single price"), ("9.00", "above both single prices"), ("4.50", "")]
)
def test_a_combined_price_that_makes_little_sense_is_pointed_out(owner: Whmcs, combined: str, warned: str) -> None:
    answer = owner.put(101, "alice.test", plan={"server": "mail1", "combined_price": combined})

    warnings = answer.get_json()["plan_warnings"]
    assert len(warnings) == bool(warned)
    assert warned in "".join(warnings)
