"""Creating a mailbox: what is sold, what is never taken over, and what each failure tells staff to do."""

from typing import Any

import pytest

from portal import shared_mailbox
from portal.store import servers
from tests.shared_mailbox.seller import Seller
from tests.shared_world import DOMAIN, PASSWORD, PLAN, SharedWorld
from tests.views.api.whmcs import Whmcs, problem

CAROL = f"carol@{DOMAIN}"


@pytest.fixture
def seller(world: SharedWorld) -> Seller:
    return Seller(world)


@pytest.fixture
def reseller(world: SharedWorld) -> Seller:
    return Seller(world, "harbour", 950)


def detail(answer: Any) -> str:
    return str(answer.get_json(force=True)["detail"])


def test_a_mailbox_is_made_by_the_plan_with_the_password_of_the_order(seller: Seller) -> None:
    plan = PLAN | {"account_type": "2|Enhanced", "quota_gb": "2", "language": "fr", "timezone": "Europe/Paris"}

    answer = seller.create("Carol", plan=plan)

    assert answer.get_json() == {"status": "active", "name": CAROL, "username": CAROL}
    made = seller.mailbox()
    assert (made["account_type"], made["quota"], made["language"]) == ("2", "2", "fr")
    assert (made["time_zone"], made["date_format"]) == ("Europe/Paris", "yyyy-mm-dd")
    assert seller.world.mail.lets_in(CAROL, PASSWORD)
    assert (seller.service.claim, seller.service.proved) == (CAROL, True)


def test_a_repeat_leaves_the_customers_password_and_brings_all_else_to_the_plan(seller: Seller) -> None:
    seller.create()
    seller.post("password", {"password": "Carols-0wn-Password"})

    answer = seller.create(plan=PLAN | {"quota_gb": "3"})

    assert answer.status_code == 200
    assert seller.world.mail.lets_in(CAROL, "Carols-0wn-Password")
    assert seller.mailbox()["quota"] == "3"


@pytest.mark.parametrize("name", ["alice", "alias00001", "list00001"])
def test_what_stands_there_is_never_taken_over(world: SharedWorld, reseller: Seller, name: str) -> None:
    before = world.everything

    answer = reseller.create(name)

    assert problem(answer) in [(409, "exists"), (409, "taken")]
    assert "another" in detail(answer).lower()
    assert world.everything == before


def test_a_mailbox_that_the_portal_does_not_know_is_never_taken_over(world: SharedWorld, seller: Seller) -> None:
    world.mail.mailbox(DOMAIN, "carol", password="Somebody-Elses-1")
    before = world.everything

    answers = [seller.create(), seller.create()]

    assert [problem(answer) for answer in answers] == [(409, "exists")] * 2
    assert "Choose another name" in detail(answers[0])
    assert world.everything == before


@pytest.mark.parametrize("kind", ["add_alias", "create_list"])
def test_an_alias_or_list_of_another_service_is_taken(world: SharedWorld, seller: Seller, kind: str) -> None:
    bob = world.holder("harbour", 401)
    getattr(shared_mailbox, kind)(bob, "carol", *(["bob"] if kind == "add_alias" else []))

    created, registered = seller.create(), seller.put(status="Active")

    assert (problem(created), problem(registered)) == ((409, "taken"), (409, "taken"))
    assert "carol" not in world.mail.state(DOMAIN)["mailboxes"]


@pytest.mark.parametrize(
    ("changed", "code", "words"),
    [
        ({"handle": ""}, "handle", "custom field Mailbox"),
        ({"handle": "info"}, "handle", "reserved"),
        ({"handle": "a..b"}, "handle", "in a row"),
        ({"handle": "-a"}, "handle", "start and end"),
        ({"handle": "a+b"}, "handle", "other characters"),
        ({"handle": "x" * 65}, "handle", "64 characters"),
        ({"domain": "elsewhere.test"}, "domain-not-allowed", "allowed_domains"),
        ({"plan": PLAN | {"allowed_domains": "mail.test,post.test"}}, "no-domain", "No domain found"),
        ({"plan": PLAN | {"quota_gb": "much"}}, "plan", "quota_gb"),
        ({"plan": PLAN | {"server": "other"}}, "plan", "not one of your mail servers"),
        ({"password": "Short-1"}, "password", "at least 10 characters"),
        ({"password": "With Space-123"}, "password", "no spaces"),
        ({"password": "all-lower-case-1"}, "password", "an upper-case letter"),
    ],
)
def test_what_is_not_sold_is_told_with_its_cure_and_nothing_is_tried(
    seller: Seller, changed: dict[str, Any], code: str, words: str
) -> None:
    seller.world.mail.clear_log()

    answer = seller.create(**changed)

    assert problem(answer) == (422, code)
    assert words in detail(answer)
    assert seller.world.mail.calls() == []


@pytest.mark.parametrize(
    ("made", "code", "words"),
    [
        (None, "domain-missing", "has no domain"),
        ({"active": False}, "domain-inactive", "switched off"),
        ({"pending": "abc"}, "domain-unverified", "verified"),
    ],
)
def test_a_domain_that_takes_no_mailboxes_is_told(
    seller: Seller, made: dict[str, Any] | None, code: str, words: str
) -> None:
    if made is not None:
        seller.world.mail.domain("new.test", **made)

    answer = seller.create(plan=PLAN | {"allowed_domains": "new.test"})

    assert problem(answer) == (409, code)
    assert words in detail(answer)


def test_the_domain_of_the_service_is_taken_when_several_are_allowed(seller: Seller) -> None:
    seller.world.mail.domain("post.test")

    answer = seller.create(domain="Post.test", plan=PLAN | {"allowed_domains": "mail.test, post.test"})

    assert answer.get_json()["name"] == "carol@post.test"


@pytest.mark.parametrize("room", [{"basic": 0}, {"quota": 0}])
def test_an_account_without_room_is_told_and_the_name_is_free_again(seller: Seller, room: dict[str, int]) -> None:
    seller.world.mail.room(**room)

    answer = seller.create()

    assert problem(answer) == (409, "capacity")
    assert "Order more" in detail(answer)
    assert seller.service.claim is None


def test_a_password_that_the_platform_refuses_is_told(seller: Seller) -> None:
    seller.world.mail.faults({"action": "addUser", "kind": "refuse", "message": "Password not accepted"})

    answer = seller.create()

    assert problem(answer) == (422, "password-rejected")
    assert "Set another one" in detail(answer)


def test_a_creation_that_came_late_opens_by_its_password_and_is_completed(seller: Seller) -> None:
    world = seller.world
    world.mail.faults(
        {"action": "addUser", "kind": "down", "when": "after", "times": 1},
        {"action": "getAllUsersDomain", "kind": "500", "skip": 2},
    )
    lost = seller.create()
    world.mail.faults()

    answer = seller.create()

    assert problem(lost) == (503, "mail-server-unreachable")
    assert answer.get_json()["status"] == "active"
    assert world.mail.lets_in(CAROL, PASSWORD)


def test_a_mailbox_that_came_instead_of_a_lost_creation_is_not_taken_over(seller: Seller) -> None:
    world = seller.world
    world.mail.faults({"action": "addUser", "kind": "500"})
    lost = seller.create()
    world.mail.faults()
    world.mail.mailbox(DOMAIN, "carol", password="Somebody-Elses-1")

    answer = seller.create()

    assert problem(lost) == (503, "mail-server-unreachable")
    assert problem(answer) == (409, "exists")
    assert problem(seller.post("password", {"password": PASSWORD})) == (409, "not-created")
    assert world.mail.lets_in(CAROL, "Somebody-Elses-1")


def test_a_mailbox_whose_creation_was_never_confirmed_is_not_deleted(seller: Seller) -> None:
    world = seller.world
    world.mail.faults({"action": "addUser", "kind": "500"})
    seller.create()
    world.mail.faults()
    world.mail.mailbox(DOMAIN, "carol", password="Somebody-Elses-1")

    answer = seller.post("terminate")

    assert problem(answer) == (409, "not-yours")
    assert "Nothing was deleted" in detail(answer)
    assert "carol" in world.mail.state(DOMAIN)["mailboxes"]


def test_a_service_with_a_mailbox_gets_no_other_one(seller: Seller) -> None:
    seller.create()

    answers = [seller.create("dora"), seller.put("dora", status="Active")]

    assert [problem(answer) for answer in answers] == [(409, "has-another")] * 2


def test_a_narrower_product_leaves_the_services_that_were_sold(world: SharedWorld, seller: Seller) -> None:
    seller.create()

    answer = seller.put(plan=PLAN | {"allowed_domains": "post.test"}, status="Active")

    assert answer.get_json()["name"] == CAROL


def test_a_reseller_takes_an_existing_mailbox_by_its_password_alone(world: SharedWorld, reseller: Seller) -> None:
    world.mail.mailbox(DOMAIN, "carol", password=PASSWORD)

    refused = reseller.put(status="Active", password="Wrong-Passw0rd")
    before = reseller.world.mail.state(DOMAIN)["mailboxes"]["carol"]["password"]
    taken = reseller.put(status="Active")

    assert problem(refused) == (409, "not-yours")
    assert "Send its password" in detail(refused)
    assert (taken.status_code, taken.get_json()["username"], before) == (200, CAROL, PASSWORD)
    assert reseller.service.proved


def test_the_owner_registers_an_existing_mailbox_and_not_one_that_is_to_be_created(
    world: SharedWorld, seller: Seller
) -> None:
    world.mail.mailbox(DOMAIN, "carol", password="Somebody-Elses-1")

    pending = seller.put()
    before = seller.service.proved
    seller.put(status="Active", handle="", name=CAROL)

    assert (pending.status_code, before, seller.service.proved) == (200, False, True)


def test_nobody_guesses_the_password_of_a_mailbox(world: SharedWorld, reseller: Seller) -> None:
    world.mail.mailbox(DOMAIN, "carol", password=PASSWORD)
    for number in range(5):
        reseller.put(status="Active", password=f"Wrong-Passw0rd{number}")

    assert reseller.put(status="Active").status_code == 429


def test_a_service_goes_to_the_servers_of_its_product_alone(world: SharedWorld, seller: Seller) -> None:
    servers.add(
        kind="smartermail", name="mail1", url="http://127.0.0.1:9", username="a", password="b", mail_host="x.test"
    )

    answer = seller.create(plan=PLAN | {"server": ""})
    refused = seller.create(plan=PLAN | {"server": "mail1"})

    assert (answer.status_code, seller.service.server.name) == (200, "shared1")
    assert problem(refused) == (422, "plan")


def test_without_a_server_for_mailboxes_nothing_is_made(world: SharedWorld, seller: Seller) -> None:
    servers.add(
        kind="polarismail", name="two", url="http://127.0.0.1:9", username="a", password="b", mail_host="x.test"
    )

    answer = seller.create(plan=PLAN | {"server": ""})

    assert problem(answer) == (422, "no-server")


def test_both_products_are_listed_and_the_domains_of_mailbox_servers_are_nobodys_to_import(
    world: SharedWorld, seller: Seller
) -> None:
    seller.create()

    answer = Whmcs(world, "northwind").call("GET", "/api/v1/services").get_json()

    assert [row["name"] for row in answer["services"]] == [f"alice@{DOMAIN}", f"alice-shop@{DOMAIN}", CAROL]
    assert answer["silent"] == []
