"""What suspending, changing the plan, a password and the end make of a mailbox, and what they refuse."""

from typing import Any

import pytest

from portal import shared_mailbox
from portal.store import owned
from tests.shared_mailbox.seller import Seller
from tests.shared_world import DOMAIN, PASSWORD, PLAN, SharedWorld
from tests.views.api.whmcs import Whmcs, problem

CAROL, AWAY = f"carol@{DOMAIN}", "x@elsewhere.test"
EXTERNAL = PLAN | {"external_forwards": "on"}


@pytest.fixture
def seller(world: SharedWorld) -> Seller:
    """With Carol's mailbox."""
    made = Seller(world)
    assert made.create(plan=EXTERNAL).status_code == 200
    return made


def furnish(seller: Seller) -> Any:
    """Give Carol aliases and lists, inside and outside; all that the server holds then."""
    carol = seller.world.holder("northwind", 900)
    shared_mailbox.add_alias(carol, "inside", "carol")
    shared_mailbox.add_alias(carol, "outside", AWAY)
    shared_mailbox.create_list(carol, "team", ["carol", "alice"])
    shared_mailbox.create_list(carol, "world", ["carol", AWAY])
    return seller.world.everything


def detail(answer: Any) -> str:
    return str(answer.get_json(force=True)["detail"])


@pytest.mark.parametrize("call", ["suspend", "unsuspend", "plan", "password"])
def test_nothing_happens_to_a_mailbox_that_is_not_there_yet(world: SharedWorld, call: str) -> None:
    seller = Seller(world)
    world.mail.mailbox(DOMAIN, "carol")
    seller.create()

    refused = seller.post(call, {"plan": PLAN, "password": PASSWORD} if call in ("plan", "password") else None)

    assert problem(refused) == (409, "not-created")
    assert "no mailbox" in detail(refused)


def test_a_suspension_closes_it_and_takes_away_what_leads_outside(seller: Seller) -> None:
    furnish(seller)

    answer = seller.post("suspend")

    assert answer.get_json() == {"status": "suspended"}
    assert not seller.world.mail.lets_in(CAROL, PASSWORD)
    assert {"inside", "outside"} & set(seller.world.aliases) == {"inside"}
    assert {"team", "world"} & set(seller.world.lists) == {"team"}


def test_after_a_suspension_all_is_as_before(seller: Seller) -> None:
    before = furnish(seller)

    answers = [seller.post(call).get_json() for call in ("suspend", "suspend", "unsuspend", "unsuspend")]

    assert [answer["status"] for answer in answers] == ["suspended"] * 2 + ["active"] * 2
    assert seller.world.everything == before


def test_what_cannot_be_restored_is_left_for_staff_and_mail_works(seller: Seller) -> None:
    furnish(seller)
    seller.post("suspend")
    seller.world.mail.mailbox(DOMAIN, "outside")

    answer = seller.post("unsuspend")
    left = seller.summary()["unfinished"]
    seller.world.mail.remove(DOMAIN, "outside")
    finished = seller.post("finish")

    assert answer.get_json() == {"status": "active"}
    assert [operation["kind"] for operation in left] == ["unsuspend"]
    assert finished.get_json() == {"status": "active", "finished": ["unsuspend"]}
    assert seller.world.aliases["outside"] == AWAY


def test_the_end_takes_its_aliases_and_lists_and_leaves_what_is_others(seller: Seller) -> None:
    world = seller.world
    furnish(seller)
    shop = world.holder("northwind", 302)
    shared_mailbox.create_list(shop, "shop", ["carol", "alice"])
    others = {name for name in world.aliases if name not in ("inside", "outside")}

    answers = [seller.post("terminate").get_json() for _ in range(2)]

    assert answers == [{"status": "terminated"}] * 2
    assert seller.mailbox() is None
    assert set(world.aliases) == others
    assert (world.lists["shop"], {"team", "world"} & set(world.lists)) == ([f"alice@{DOMAIN}"], set())
    assert owned.of(seller.service) == []
    assert (seller.service.claim, seller.service.proved) == (None, False)


def test_the_end_of_a_suspended_mailbox_lets_go_of_what_was_removed(seller: Seller) -> None:
    furnish(seller)
    seller.post("suspend")

    seller.post("terminate")

    assert owned.of(seller.service) == []


def test_after_the_end_the_name_and_the_service_can_be_sold_anew(seller: Seller) -> None:
    seller.post("terminate")

    again, other = seller.create(), Seller(seller.world, "harbour", 950).create()

    assert again.get_json()["status"] == "active"
    assert problem(other) == (409, "taken")


def test_what_whmcs_calls_over_before_the_portal_ended_it_is_ended_all_the_same(seller: Seller) -> None:
    furnish(seller)
    seller.put(status="Terminated", plan=EXTERNAL)

    seller.post("terminate")

    assert seller.mailbox() is None
    assert owned.of(seller.service) == []


@pytest.mark.parametrize("build", [(), ("update-resets",), ("update-resets-all",), ("info-refused",)])
def test_another_plan_changes_the_mailbox(seller: Seller, build: tuple[str, ...]) -> None:
    seller.world.mail.build(*build)
    wanted = {"quota_gb": "3", "account_type": "Enhanced", "language": "fr", "timezone": "Europe/Paris"}

    answer = seller.post("plan", {"plan": EXTERNAL | wanted})

    made = seller.mailbox()
    assert answer.get_json()["changed"] == sorted(wanted)
    assert (made["quota"], made["account_type"], made["language"], made["time_zone"]) == (
        "3",
        "2",
        "fr",
        "Europe/Paris",
    )
    assert answer.get_json()["unconfirmed"] == (
        ["date_format", "language", "timezone"] if "info-refused" in build else []
    )
    assert seller.world.mail.lets_in(CAROL, PASSWORD)


def test_a_plan_that_the_account_has_no_room_for_is_refused_and_the_old_one_stays(seller: Seller) -> None:
    seller.world.mail.room(enhanced=0)

    answer = seller.post("plan", {"plan": EXTERNAL | {"account_type": "Enhanced"}})

    assert problem(answer) == (409, "capacity")
    assert seller.service.plan == EXTERNAL


@pytest.mark.parametrize("call", ["suspend", "plan", "password"])
def test_a_mailbox_that_was_removed_by_hand_is_told_to_be_missing(seller: Seller, call: str) -> None:
    seller.world.mail.remove(DOMAIN, "carol")

    answer = seller.post(call, {"plan": EXTERNAL, "password": "An0ther-Password"} if call != "suspend" else None)

    assert problem(answer) == (409, "missing")
    assert "Create it again" in detail(answer)


def test_a_mailbox_that_was_removed_by_hand_is_made_again(seller: Seller) -> None:
    seller.world.mail.remove(DOMAIN, "carol")

    answer = seller.create(plan=EXTERNAL)

    assert answer.status_code == 200
    assert seller.world.mail.lets_in(CAROL, PASSWORD)


def test_a_password_is_set_and_set_again(seller: Seller) -> None:
    seller.world.mail.build("password-reuse")

    answers = [seller.post("password", {"password": "An0ther-Password"}) for _ in range(2)]

    assert [answer.get_json() for answer in answers] == [{"status": "active"}] * 2
    assert seller.world.mail.lets_in(CAROL, "An0ther-Password")
    assert all("An0ther" not in str(operation.__data__) for operation in seller.operations())


@pytest.mark.parametrize(
    ("password", "build", "code", "words"),
    [
        ("Sh0rt-pw", (), "password", "at least 10 characters"),
        ("With a Space-1", (), "password", "no spaces"),
        ("", (), "password", "at least 10 characters"),
        (PASSWORD, ("password-reuse",), "password-rejected", "used before"),
    ],
)
def test_a_password_that_will_not_do_is_told_with_its_cure(
    seller: Seller, password: str, build: tuple[str, ...], code: str, words: str
) -> None:
    seller.post("password", {"password": "An0ther-Password"})
    seller.world.mail.build(*build)

    answer = seller.post("password", {"password": password})

    assert problem(answer) == (422, code)
    assert words in detail(answer)
    assert "Set another one" in detail(answer)
    assert seller.world.mail.lets_in(CAROL, "An0ther-Password")


def test_finishing_the_creation_leaves_suspended_what_was_suspended_meanwhile(seller: Seller) -> None:
    furnish(seller)
    seller.world.mail.faults({"action": "updateUser", "kind": "500"})
    seller.create(plan=EXTERNAL)
    seller.world.mail.faults()
    seller.post("suspend")

    answer = seller.post("finish")

    assert answer.get_json() == {"status": "suspended", "finished": ["create"]}
    assert not seller.world.mail.lets_in(CAROL, PASSWORD)
    assert "outside" not in seller.world.aliases


def test_finishing_never_ends_what_was_created_after_the_end_broke_off(seller: Seller) -> None:
    seller.world.mail.faults({"action": "removeUser", "kind": "500"})
    seller.post("terminate")
    seller.world.mail.faults()
    seller.create(plan=EXTERNAL)

    answer = seller.post("finish")

    assert answer.get_json() == {"status": "active", "finished": []}
    assert seller.world.mail.lets_in(CAROL, PASSWORD)


def test_finishing_brings_no_mailbox_back_that_whmcs_has_cancelled(seller: Seller) -> None:
    seller.world.mail.faults({"action": "updateUser", "kind": "500"})
    seller.create(plan=EXTERNAL)
    seller.world.mail.faults()
    seller.put(status="Cancelled")

    refused = seller.post("finish")

    assert problem(refused) == (409, "terminated")
    assert seller.service.status == "Cancelled"


def test_a_password_that_broke_off_is_given_up_by_finishing(seller: Seller) -> None:
    seller.world.mail.faults({"action": "updateUser", "kind": "500"})
    lost = seller.post("password", {"password": "An0ther-Password"})
    seller.world.mail.faults()

    answer = seller.post("finish")

    assert problem(lost) == (503, "mail-server-unreachable")
    assert answer.get_json() == {"status": "active", "finished": []}
    assert seller.summary()["unfinished"] == []


def test_a_mailbox_is_on_no_statement(seller: Seller) -> None:
    billing = {"cycle": "Monthly", "months": 1, "status": "Active", "unit_price": "5.00"}

    answer = Whmcs(seller.world, "northwind").call(
        "POST", "/api/v1/statements", {"services": [{"svc": 900, "billing": billing}]}
    )

    assert answer.get_json() == {"services": [{"svc": 900, "statements": []}]}


def test_the_summary_of_a_mailbox_has_no_dns_and_no_prices(seller: Seller) -> None:
    told = seller.summary()

    assert (told["status"], told["dns"], told["plan_errors"], told["plan_warnings"]) == ("active", {}, {}, [])
    assert told["last_operation"]["state"] == "done"


@pytest.mark.parametrize(
    ("kind", "words"),
    [("refuse", "Check the user name and the password"), ("down", "may connect to it"), ("html", "address of the API")],
)
def test_a_connection_that_fails_is_told_with_what_to_check(seller: Seller, kind: str, words: str) -> None:
    app = seller.world.app
    app.extensions["mail"].close()
    app.extensions["mail"] = type(app.extensions["mail"])(app.config)
    seller.world.mail.faults({"action": "login", "kind": kind, "message": "Invalid credentials"})

    [told] = Whmcs(seller.world, "northwind").call("GET", "/api/v1/ping").get_json()["servers"]

    assert not told["ok"]
    assert words in told["detail"]
