"""The calls around the life cycle: what is listed, what an admin's page is told, and who is signed out."""

from datetime import datetime
from typing import Any

import pytest
import time_machine

from portal.store import servers, usage
from portal.store.usage import Sample
from tests.views.api.whmcs import Whmcs, problem, registration
from tests.world import Visitor, World

CREATED = 1_790_000_000


def names(answer: Any) -> list[str]:
    return [row["name"] for row in answer.get_json()["services"]]


def summary(whmcs: Whmcs, svc: int = 101) -> Any:
    return whmcs.call("GET", f"/api/v1/services/{svc}/summary").get_json()


@pytest.mark.parametrize("call", ["suspend", "unsuspend", "terminate", "password", "finish", "plan"])
def test_nobody_reaches_the_service_of_another_tenant(reseller: Whmcs, world: World, call: str) -> None:
    before = world.mail.state("alice.test")

    refused = reseller.call("POST", f"/api/v1/services/101/{call}", {})

    assert problem(refused) == (404, "unknown-service")
    assert world.mail.state("alice.test") == before


def test_an_unsigned_call_does_nothing(owner: Whmcs, world: World) -> None:
    refused = owner.send("POST", "/api/v1/services/101/terminate", b"{}", None)

    assert problem(refused) == (401, "not-signed")
    assert "alice.test" in world.mail.domains()


def test_the_same_envelope_ends_nothing_twice(owner: Whmcs, world: World) -> None:
    header = owner.header("POST", "/api/v1/services/101/suspend", b"{}")

    answers = [owner.send("POST", "/api/v1/services/101/suspend", b"{}", header) for _ in range(2)]

    assert answers[0].status_code == 200
    assert problem(answers[1]) == (401, "replayed")


def test_a_reseller_creates_on_the_server_that_is_lent_to_it(reseller: Whmcs, world: World) -> None:
    answer = reseller.call("POST", "/api/v1/services/900/create", registration("new.test", status="Pending"))

    assert answer.status_code == 200
    assert answer.get_json()["username"] in world.mail.state("new.test")["users"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_reseller_that_created_a_domain_registers_it_without_its_password(reseller: Whmcs) -> None:
    reseller.call("POST", "/api/v1/services/900/create", registration("new.test", status="Pending"))

    answer = reseller.put(900, "new.test", username="", status="Active")

    assert answer.status_code == 200


@pytest.mark.parametrize("svc", [0, 2**31])
def test_a_number_that_is_no_service_creates_nothing(owner: Whmcs, world: World, svc: int) -> None:
    refused = owner.call("POST", f"/api/v1/services/{svc}/create", registration("new.test"))

    assert problem(refused) == (400, "malformed")
    assert "new.test" not in world.mail.domains()


def test_the_services_of_a_tenant_are_listed_in_pages(reseller: Whmcs, owner: Whmcs) -> None:
    first = owner.call("GET", "/api/v1/services?limit=1")
    second = owner.call("GET", f"/api/v1/services?after={first.get_json()['next']}&limit=1")

    assert (names(first), names(second)) == (["alice.test"], ["alice-shop.test"])
    assert names(reseller.call("GET", "/api/v1/services")) == ["bob.test"]
    assert reseller.call("GET", "/api/v1/services").get_json()["next"] is None
    row = first.get_json()["services"][0]
    assert (row["svc"], row["username"], row["email"], row["status"]) == (101, "q7hidden", "", "active")


def test_the_owner_is_told_of_the_domains_that_no_service_has(owner: Whmcs, taken: str) -> None:
    whole = owner.call("GET", "/api/v1/services")

    rows = whole.get_json()["services"]
    assert names(whole) == ["alice.test", "alice-shop.test", taken]
    assert rows[-1] == {
        "svc": None,
        "name": taken,
        "username": "",
        "email": "",
        "status": "active",
        "created": None,
    }


def test_every_service_and_domain_is_on_one_page(owner: Whmcs, world: World, taken: str) -> None:
    world.mail.domain("unused.test")
    found, after = [], ""
    while after is not None:
        answer = owner.call("GET", f"/api/v1/services?after={after}&limit=2")
        found += names(answer)
        after = answer.get_json()["next"]

    assert found == ["alice.test", "alice-shop.test", taken, "unused.test"]


def test_a_silent_server_is_named_and_the_services_are_listed(owner: Whmcs, world: World) -> None:
    world.mail.faults({"path": "settings/sysadmin/domain-names", "kind": "500"})

    answer = owner.call("GET", "/api/v1/services")

    assert names(answer) == ["alice.test", "alice-shop.test"]
    assert answer.get_json()["silent"] == ["mail1"]


@pytest.fixture
def shared(world: World) -> None:
    """The owner also has a mail server whose domains customers share."""
    with world.app.app_context():
        servers.add(
            kind="polarismail", name="shared1", url="http://127.0.0.1:1", username="x", password="y", mail_host="m.test"
        )


@pytest.mark.usefixtures("shared")
def test_a_server_whose_domains_customers_share_is_none_for_domains(owner: Whmcs) -> None:
    by_default = owner.call("POST", "/api/v1/services/900/create", registration("new.test", plan={}, status="Pending"))
    by_name = owner.call("POST", "/api/v1/services/901/create", registration("newer.test", plan={"server": "shared1"}))

    assert by_default.status_code == 200
    assert problem(by_name) == (422, "plan")
    assert owner.call("GET", "/api/v1/services").get_json()["silent"] == []


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "after=x", "after=-1", "after=%C2%B2", f"after={10**30}"])
def test_a_page_that_is_none_is_refused(owner: Whmcs, query: str) -> None:
    assert problem(owner.call("GET", f"/api/v1/services?{query}")) == (400, "malformed")


def test_a_summary_tells_what_was_read_last(owner: Whmcs, world: World) -> None:
    with world.app.app_context():
        usage.keep(world.service(), Sample(CREATED, 3 * 2**30, 3, 2, 1, None, 5 * 2**30))

    told = summary(owner)["usage"]

    assert told == {
        "disk": 3 * 2**30,
        "disk_limit": 5 * 2**30,
        "mailboxes": 3,
        "aliases": 2,
        "eas": 1,
        "mapi": None,
        "as_of": "2026-09-21T14:13:20+00:00",
    }


def test_a_summary_without_a_reading_shows_no_zero(owner: Whmcs) -> None:
    assert summary(owner)["usage"] is None


def test_a_summary_waits_for_no_dns_and_tells_of_it_the_next_time(owner: Whmcs, world: World) -> None:
    first = summary(owner)["dns"]

    assert first.keys() == {"mx", "spf", "dmarc", "autodiscover", "dkim"}
    assert first["mx"]["verdict"] == "unknown"
    assert first["dkim"]["verdict"] == "off"


def test_a_summary_tells_what_is_wrong_with_the_plan(owner: Whmcs) -> None:
    owner.put(101, "alice.test", plan={"server": "mail9", "max_users": "ten", "combined_price": "9.00"})

    told = summary(owner)

    assert told["plan_errors"].keys() == {"server", "max_users"}
    assert len(told["plan_warnings"]) == 1


def test_a_summary_tells_what_broke_off(owner: Whmcs, world: World) -> None:
    world.mail.faults({"path": "settings/sysadmin/domain-settings", "kind": "500", "method": "POST"})
    failed = owner.call("POST", "/api/v1/services/101/suspend", {})

    told = summary(owner)

    assert problem(failed) == (503, "mail-server-unreachable")
    assert told["last_error"] == "disable the domain: HTTP 500"
    [left] = told["unfinished"]
    assert (left["kind"], left["state"], left["actor"]) == ("suspend", "failed", "WHMCS")
    assert [(step["name"], step["result"]) for step in left["steps"]] == [("domain", "unknown")]
    assert left["request"] == failed.headers["X-Request-Id"]
    assert (told["last_activity"]["action"], told["last_activity"]["result"]) == ("service.suspend", "unknown")
    assert told["status"] == "active"


def test_a_summary_tells_what_stayed_unbilled_at_the_end(owner: Whmcs, world: World) -> None:
    owner.put(101, "alice.test")
    registered = world.service().created
    before = summary(owner)["unbilled"]
    with time_machine.travel(registered + 10 * 86400, tick=True):
        owner.call("POST", "/api/v1/services/101/terminate", {})

    [window] = summary(owner)["unbilled"]

    assert before == []
    assert datetime.fromisoformat(window["from"]).timestamp() == registered
    assert 0 <= datetime.fromisoformat(window["to"]).timestamp() - registered - 10 * 86400 < 10


def test_a_summary_of_a_service_that_is_not_known_is_refused(reseller: Whmcs) -> None:
    assert problem(reseller.call("GET", "/api/v1/services/101/summary")) == (404, "unknown-service")


@pytest.mark.parametrize("user", [7, "7"])
def test_whoever_signs_out_of_whmcs_is_signed_out_here(owner: Whmcs, alice: Visitor, omar: Visitor, user: Any) -> None:
    answer = owner.call("POST", "/api/v1/logout", {"user": user})

    assert answer.get_json() == {"ended": 1}
    assert (alice.get("usage").status_code, omar.get("usage").status_code) == (401, 200)


def test_an_admin_who_signs_out_of_whmcs_is_signed_out_here(owner: Whmcs, admin: Visitor) -> None:
    owner.call("POST", "/api/v1/logout", {"user": 1})

    assert admin.get("usage").status_code == 401


def test_nobody_signs_out_the_people_of_another_tenant(reseller: Whmcs, alice: Visitor) -> None:
    answer = reseller.call("POST", "/api/v1/logout", {"user": 7})

    assert answer.get_json() == {"ended": 0}
    assert alice.get("usage").status_code == 200


@pytest.mark.parametrize("name", ["Nora\0", "Nora\nWard", "\x1b[31mNora"])
def test_an_admins_name_is_one_line_of_text(owner: Whmcs, name: str) -> None:
    refused = owner.call("POST", "/api/v1/services/101/suspend", {"admin": {"id": 1, "name": name}})

    assert problem(refused) == (400, "malformed")


def test_nobody_is_signed_out_by_a_name_that_no_database_takes(owner: Whmcs) -> None:
    assert problem(owner.call("POST", "/api/v1/logout", {"user": "7\0"})) == (400, "malformed")
