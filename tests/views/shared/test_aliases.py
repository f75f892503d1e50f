"""The aliases of a mailbox on a shared domain."""

import html
import re
from typing import Any

import pytest

from tests.at_once import at_once
from tests.shared_world import DOMAIN, SharedWorld
from tests.views.form_as_sent import FormAsSent
from tests.views.shared.people import visitor
from tests.world import Visitor

OUTSIDE = "somebody@example.net"


def planned(world: SharedWorld, **plan: str) -> Visitor:
    """Alice with another plan."""
    world.register("northwind", 301, f"alice@{DOMAIN}", **plan)
    return visitor(world, "northwind", 301, "alice")


def alias(name: str, *destinations: str) -> dict[str, Any]:
    return {"name": name, "destinations": list(destinations) or ["alice"]}


def shown(person: Visitor) -> dict[str, str]:
    """The rows of the card: what stands under each address."""
    text = person.get("aliases/").text
    rows = re.findall(
        r'<tr data-address="([^"]*)" data-kind="alias".*?<span class="second">(To:.*?)</span>', text, re.DOTALL
    )
    return {address: re.sub(r"<[^>]*>", "", destination) for address, destination in rows}


def test_an_alias_is_created_and_shown(world: SharedWorld, alice: Visitor) -> None:
    answer = alice.post("aliases/", alias("shop"))

    assert answer.status_code == 200
    assert "Alias shop@mail.test created." in answer.text
    assert world.aliases["shop"] == "alice@mail.test"
    assert shown(alice) == {"shop@mail.test": "To: this mailbox"}


def test_without_a_destination_it_leads_to_the_mailbox(world: SharedWorld, alice: Visitor) -> None:
    alice.post("aliases/", {"name": "shop"})

    assert world.aliases["shop"] == "alice@mail.test"


@pytest.mark.parametrize("name", ["SHOP", " shop ", "shop@mail.test"])
def test_a_name_may_be_spelt_in_any_of_its_ways(world: SharedWorld, alice: Visitor, name: str) -> None:
    alice.post("aliases/", alias(name))

    assert "shop" in world.aliases


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "Enter the part before the @."),
        ("postmaster", "This name is reserved."),
        ("s hop", "Use letters, digits"),
        ("shop@example.net", "Use letters, digits"),
        (".shop", "Begin and end with a letter or a digit."),
        ("a..b", "Use no two of dot, hyphen and underscore in a row."),
        ("a" * 65, "Use at most 64 characters."),
    ],
)
def test_a_name_that_nobody_can_have_is_refused_with_what_was_typed(
    world: SharedWorld, alice: Visitor, name: str, sentence: str
) -> None:
    before = world.everything

    answer = alice.post("aliases/", alias(name))

    assert answer.status_code == 422
    assert sentence in answer.text
    assert f'value="{name}"' in answer.text
    assert world.everything == before


@pytest.mark.parametrize("destination", ["not an address", "a@b@c", "", "bob@mail.test, carol@mail.test"])
def test_a_destination_has_to_be_one_address(world: SharedWorld, alice: Visitor, destination: str) -> None:
    before = world.everything

    answer = alice.post("aliases/", alias("shop", destination))

    assert answer.status_code == 422
    assert "field-error" in answer.text
    assert world.everything == before


def test_several_destinations_are_what_lists_are_for(alice: Visitor) -> None:
    answer = alice.post("aliases/", alias("shop", "bob", "alice"))

    assert answer.status_code == 422
    assert "A distribution list leads to several." in answer.text


def test_an_alias_cannot_lead_to_itself(alice: Visitor) -> None:
    answer = alice.post("aliases/", alias("shop", "shop"))

    assert answer.status_code == 422
    assert "This address cannot be used here." in answer.text


def test_outside_the_domain_it_leads_only_where_the_plan_allows(world: SharedWorld, alice: Visitor) -> None:
    refused = alice.post("aliases/", alias("shop", OUTSIDE))
    done = planned(world, external_forwards="on").post("aliases/", alias("shop", OUTSIDE))

    assert (refused.status_code, done.status_code) == (422, 200)
    assert "It has to be an address at mail.test: your plan allows no others." in refused.text
    assert world.aliases["shop"] == OUTSIDE


@pytest.mark.usefixtures("with_objects")
def test_neither_does_editing_lead_outside(world: SharedWorld, alice: Visitor) -> None:
    answer = alice.post("aliases/shop@mail.test", {"destinations": OUTSIDE})

    assert answer.status_code == 422
    assert "It has to be an address at mail.test: your plan allows no others." in answer.text
    assert world.aliases["shop"] == "alice@mail.test"


@pytest.mark.usefixtures("with_objects")
def test_it_can_be_led_elsewhere(world: SharedWorld, alice: Visitor) -> None:
    page = alice.get("aliases/shop@mail.test")

    answer = alice.post(
        "aliases/shop@mail.test",
        FormAsSent(page, f"{alice.home}/aliases/shop@mail.test").fields | {"destinations": ["carol"]},
    )

    assert "Saved." in answer.text
    assert world.aliases["shop"] == "carol@mail.test"


@pytest.mark.usefixtures("with_objects")
def test_what_somebody_else_changed_meanwhile_is_not_changed_back_unseen(world: SharedWorld, alice: Visitor) -> None:
    form = FormAsSent(alice.get("aliases/shop@mail.test"), f"{alice.home}/aliases/shop@mail.test").fields
    alice.post("aliases/shop@mail.test", {"destinations": "theirs"})

    answer = alice.post("aliases/shop@mail.test", form | {"destinations": ["mine"]})

    assert answer.status_code == 409
    assert "On the mail server now: theirs@mail.test" in html.unescape(answer.text)
    assert 'value="mine@mail.test"' in answer.text
    assert world.aliases["shop"] == "theirs@mail.test"


@pytest.mark.usefixtures("with_objects")
def test_it_is_deleted_and_gone_from_the_card(world: SharedWorld, alice: Visitor) -> None:
    answer = alice.post("aliases/shop@mail.test/delete")

    assert "Alias shop@mail.test deleted." in answer.text
    assert "shop" not in world.aliases
    assert shown(alice) == {}
    assert alice.get("aliases/shop@mail.test").status_code == 404


@pytest.mark.parametrize(("most", "used"), [("1", "1 / 1"), ("3", "1 / 3"), ("0", "1</span>")])
@pytest.mark.usefixtures("with_objects")
def test_the_card_counts_what_the_plan_allows(world: SharedWorld, most: str, used: str) -> None:
    card = planned(world, max_aliases=most).get("aliases/")

    assert used in card.text
    assert ("/aliases/new" in card.text) == (most != "1")
    assert ("Your plan has no room for another alias." in card.text) == (most == "1")


@pytest.mark.usefixtures("with_objects")
def test_one_too_many_is_refused(world: SharedWorld) -> None:
    answer = planned(world, max_aliases="1").post("aliases/", alias("second"))

    assert answer.status_code == 422
    assert "Your plan has no room for another one." in answer.text
    assert "second" not in world.aliases


def test_of_many_at_the_same_moment_as_many_succeed_as_the_plan_allows(world: SharedWorld) -> None:
    alice = planned(world, max_aliases="2")

    answers = at_once(4, lambda number: alice.tab().post("aliases/", alias(f"name{number}")))

    assert sorted(answer.status_code for answer in answers) == [200, 200, 422, 422]
    assert len([name for name in world.aliases if name.startswith("name")]) == 2


@pytest.mark.usefixtures("with_objects")
def test_what_the_mail_server_lost_is_shown_and_can_be_created_again(world: SharedWorld, alice: Visitor) -> None:
    world.mail.remove(DOMAIN, "shop")

    card = alice.get("aliases/")
    answer = alice.post("aliases/mend")

    assert 'data-address="shop@mail.test" data-kind="alias" data-state="missing"' in card.text
    assert "data-missing" in card.text
    assert "What was missing has been created again." in answer.text
    assert "data-missing" not in answer.text
    assert world.aliases["shop"] == "alice@mail.test"


@pytest.mark.usefixtures("with_objects")
def test_a_lost_name_that_somebody_else_has_by_now_is_not_taken_back(world: SharedWorld, alice: Visitor) -> None:
    world.mail.remove(DOMAIN, "shop")
    world.mail.mailbox(DOMAIN, "shop")

    answer = alice.post("aliases/mend")

    assert answer.status_code == 422
    assert "Not everything could be created again" in answer.text
    assert "shop" not in world.aliases


@pytest.mark.usefixtures("with_objects")
def test_one_that_is_missing_can_be_let_go(world: SharedWorld, alice: Visitor) -> None:
    world.mail.remove(DOMAIN, "shop")

    alice.post("aliases/shop@mail.test/delete")

    assert shown(alice) == {}
    assert world.owns() == {"team": "held"}


def test_a_lost_answer_is_told_and_trying_again_finishes(world: SharedWorld, alice: Visitor) -> None:
    world.mail.faults(
        {"action": "addAlias", "kind": "down", "when": "after"}, {"action": "getAllAliasesDomain", "kind": "down"}
    )
    lost = alice.post("aliases/", alias("shop"))
    world.mail.faults()

    again = alice.post("aliases/", alias("shop"))

    assert lost.status_code == 503
    assert 'value="shop"' in lost.text
    assert again.status_code == 200
    assert shown(alice) == {"shop@mail.test": "To: this mailbox"}


def test_many_are_shown_a_page_at_a_time(world: SharedWorld, alice: Visitor) -> None:
    for number in range(51):
        alice.post("aliases/", alias(f"name{number:02}"))

    first, second = alice.get("aliases/"), alice.get("aliases/?page=2")

    assert (first.text.count("<tr data-address"), second.text.count("<tr data-address")) == (50, 1)
    assert "51–51 of 51" in second.text


def test_the_history_tells_of_each_step(alice: Visitor) -> None:
    alice.post("aliases/", alias("shop"))
    alice.post("aliases/shop@mail.test/delete")

    text = alice.get("history").text

    assert text.index("Alias shop@mail.test deleted") < text.index("Alias shop@mail.test created")
