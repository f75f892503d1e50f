"""Two customers on one shared domain, over every route: neither sees, changes, clashes with or infers the other's.

What is there of people whom no seller of the portal knows is as foreign as the other customer's.
"""

import html
import re

import pytest
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.shared_world import DOMAIN, SharedWorld
from tests.world import BASE, Visitor

# Of Bob's, and of nobody's that we know: a mailbox, an alias and a list each.
BOBS = ("bob", "news", "club")
NOBODYS = ("adele.arnaud", "alias00001", "list00001")
FOREIGN = [f"{name}@{DOMAIN}" for name in (*BOBS, *NOBODYS)]
FORM = {
    "name": "fresh",
    "destinations": f"alice@{DOMAIN}",
    "member": f"alice@{DOMAIN}",
    "password": "Str0ng!Enough-Word",
    "password_again": "Str0ng!Enough-Word",
    "lang": "en",
}

pytestmark = pytest.mark.usefixtures("with_objects")


def routes(world: SharedWorld, method: str, *, addressed: bool) -> list[Rule]:
    """The service's routes of that method; those that name an object, or the others."""
    return [
        rule
        for rule in world.app.url_map.iter_rules()
        if method in (rule.methods or set())
        and "where" in rule.arguments
        and ("address" in rule.arguments or "name" in rule.arguments) == addressed
    ]


def path(world: SharedWorld, rule: Rule, where: str, address: str = "") -> str:
    arguments = {"where": where, "address": address, "member": address, "name": "example.test"}
    with world.app.test_request_context():
        _, found = rule.build(arguments, append_unknown=False) or ("", "")
    return found


def ask(world: SharedWorld, who: Visitor, rule: Rule, method: str, where: str, address: str) -> TestResponse:
    url = path(world, rule, where, address)
    return who.get(url) if method == "GET" else who.post(url, FORM)


def same(answer: TestResponse, name: str = "") -> tuple[int, str, dict[str, str]]:
    """What of an answer has to be the same whatever it is about; `name` may stand in it."""
    headers = {key: value for key, value in answer.headers.items() if key not in ("X-Request-Id", "Content-Length")}
    return answer.status_code, answer.text.replace(name, "NAME") if name else answer.text, headers


def told(text: str) -> list[str]:
    """The names of foreign objects that stand in a text."""
    return [name for name in (*BOBS, *NOBODYS, "alias0", "list0") if re.search(rf"\b{re.escape(name)}", text)]


def test_no_page_shows_what_is_somebody_elses(world: SharedWorld, alice: Visitor) -> None:
    found = {
        rule.endpoint: told(alice.get(path(world, rule, "northwind-301")).text)
        for rule in routes(world, "GET", addressed=False)
    }

    assert {"aliases.index", "lists.index", "usage.show", "history.show"} <= found.keys()
    assert {endpoint: names for endpoint, names in found.items() if names} == {}


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("address", FOREIGN)
def test_what_is_somebody_elses_looks_like_what_is_not_there(
    world: SharedWorld, alice: Visitor, method: str, address: str
) -> None:
    nowhere = f"nowhere@{DOMAIN}"

    for rule in routes(world, method, addressed=True):
        theirs, nobodys = (ask(world, alice, rule, method, "northwind-301", name) for name in (address, nowhere))

        assert theirs.status_code == nobodys.status_code == 404, rule
        assert same(theirs, address) == same(nobodys, nowhere)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_bobs_number_looks_like_one_that_nobody_has(world: SharedWorld, alice: Visitor, method: str) -> None:
    for addressed in (True, False):
        for rule in routes(world, method, addressed=addressed):
            answers = [
                ask(world, alice, rule, method, where, f"news@{DOMAIN}")
                for where in ("harbour-401", "harbour-999", "northwind-401", "nobody-401")
            ]

            assert {answer.status_code for answer in answers} == {404}, rule
            assert all(same(answer) == same(answers[0]) for answer in answers)


def test_neither_page_token_nor_cookie_opens_what_is_the_others(
    world: SharedWorld, alice: Visitor, bob: Visitor
) -> None:
    before = world.everything
    mixed = Visitor(alice.client, alice.home, alice.page, bob.token)

    for rule in routes(world, "GET", addressed=False):
        url = path(world, rule, "northwind-301")
        assert mixed.get(url).status_code == 404, rule
        assert bob.open(url).status_code == 404, rule
    for rule in routes(world, "POST", addressed=True):
        assert mixed.post(path(world, rule, "northwind-301", f"shop@{DOMAIN}"), FORM).status_code == 404, rule

    assert world.everything == before


@pytest.mark.parametrize("address", FOREIGN)
def test_nothing_of_somebody_elses_is_changed_at_any_address(world: SharedWorld, alice: Visitor, address: str) -> None:
    before, bobs = world.everything, world.owns("harbour", 401)

    statuses = {
        rule.endpoint: alice.post(path(world, rule, "northwind-301", address), FORM | {"confirm": address}).status_code
        for rule in routes(world, "POST", addressed=True)
    }

    assert {"aliases.change", "aliases.delete", "lists.delete", "lists.add_member"} <= statuses.keys()
    assert set(statuses.values()) == {404}
    assert world.everything == before
    assert world.owns("harbour", 401) == bobs


def test_whatever_is_done_everywhere_else_leaves_what_is_somebody_elses(world: SharedWorld, alice: Visitor) -> None:
    before, bobs = world.everything, world.owns("harbour", 401)

    # Whoever leaves can do no more, so that comes last.
    for rule in sorted(routes(world, "POST", addressed=False), key=lambda rule: rule.endpoint == "leave.leave"):
        alice.post(path(world, rule, "northwind-301"), FORM)

    after = world.everything
    assert {name: box for name, box in after["mailboxes"].items() if name != "alice"} == {
        name: box for name, box in before["mailboxes"].items() if name != "alice"
    }
    assert {name: after["aliases"].get(name) for name in before["aliases"]} == before["aliases"]
    assert {name: after["lists"].get(name) for name in before["lists"]} == before["lists"]
    # The name went to the one of the two that came first.
    made = after["aliases"].keys() | after["lists"].keys()
    assert made - before["aliases"].keys() - before["lists"].keys() == {"fresh"}
    assert world.owns("harbour", 401) == bobs


def test_bobs_service_does_not_exist_for_alice(world: SharedWorld, alice: Visitor, bob: Visitor) -> None:
    before = world.everything

    for method in ("GET", "POST"):
        for addressed in (True, False):
            for rule in routes(world, method, addressed=addressed):
                url = path(world, rule, "harbour-401", f"news@{DOMAIN}")
                answer = alice.client.open(url, method=method, base_url=BASE, headers=alice._headers())

                assert answer.status_code == 404, rule
                assert told(answer.text) == []

    assert world.everything == before
    assert bob.get("aliases/").status_code == 200


@pytest.mark.parametrize("card", ["aliases", "lists"])
def test_a_name_that_somebody_has_is_refused_in_one_way_whosever_and_whatever_it_is(
    world: SharedWorld, alice: Visitor, card: str
) -> None:
    before = world.everything

    answers = {name: alice.post(f"{card}/", {"name": name}) for name in (*BOBS, *NOBODYS)}

    texts = {html.unescape(answer.text).replace(name, "NAME") for name, answer in answers.items()}
    assert {answer.status_code for answer in answers.values()} == {422}
    assert len(texts) == 1
    assert f"This name cannot be had at {DOMAIN}." in texts.pop()
    assert world.everything == before
    assert world.owns() == {"shop": "held", "team": "held"}


def test_a_destination_in_the_domain_does_not_tell_whether_it_exists(alice: Visitor) -> None:
    alice.post("lists/team@mail.test/members/alice@mail.test/delete")
    texts = set()
    for name in (*BOBS, *NOBODYS, "nowhere"):
        answers = (
            alice.post("aliases/shop@mail.test", {"destinations": name}),
            alice.post("lists/team@mail.test/members", {"member": name}),
            alice.post(f"lists/team@mail.test/members/{name}@{DOMAIN}/delete"),
        )
        texts.add(
            tuple(re.sub(r'name="seen" value="\w+"', "", answer.text).replace(name, "NAME") for answer in answers)
        )

    assert len(texts) == 1


def test_each_has_the_same_limits_whatever_the_other_has(world: SharedWorld, alice: Visitor, bob: Visitor) -> None:
    for number in range(3):
        bob.post("aliases/", {"name": f"bobs{number}"})

    card = alice.get("aliases/")

    assert 'data-used="1"' in card.text
    assert "bobs" not in card.text


def test_what_somebody_else_deleted_can_be_had(world: SharedWorld, alice: Visitor, bob: Visitor) -> None:
    bob.post("aliases/news@mail.test/delete")

    answer = alice.post("aliases/", {"name": "news"})

    assert answer.status_code == 200
    assert world.aliases["news"] == f"alice@{DOMAIN}"
    assert "news@mail.test" not in bob.get("aliases/").text


def test_an_alias_that_leads_to_alice_is_not_hers_for_that(world: SharedWorld, alice: Visitor, bob: Visitor) -> None:
    bob.post("aliases/", {"name": "her", "destinations": f"alice@{DOMAIN}"})
    bob.post("lists/club@mail.test/members", {"member": f"alice@{DOMAIN}"})

    assert "her@mail.test" not in alice.get("aliases/").text
    assert alice.get("aliases/her@mail.test").status_code == 404
    assert alice.post("aliases/her@mail.test/delete").status_code == 404
    assert world.aliases["her"] == f"alice@{DOMAIN}"
