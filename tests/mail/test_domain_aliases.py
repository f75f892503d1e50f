"""Domain aliases: listed, added without a look at DNS, removed, and what stands in the way."""

import pytest

from portal.mail import LimitReached, NameTaken, NotFound, Refused, Unreachable
from portal.sandbox.smartermail.builds import BUILDS
from tests.mail.log import operations

LIST = "settings/domain/domain-aliases"
ADD = "settings/domain/domain-alias-put"
REMOVE = "settings/domain/domain-alias-delete"
REMOVE_SOME = "settings/domain/domain-aliases-delete"
CHANGES = {
    "add": (ADD, lambda domain: domain.add_domain_alias("new.test")),
    "remove": (REMOVE, lambda domain: domain.remove_domain_alias("alice-shop.test")),
}
each_build = pytest.mark.parametrize("build", BUILDS)
each_change = pytest.mark.parametrize(("path", "change"), CHANGES.values(), ids=CHANGES)


@pytest.fixture
def shop(sandbox, server) -> None:
    """alice-shop.test is a domain alias of alice.test; the log of calls is empty."""
    server.domain("alice.test").add_domain_alias("alice-shop.test")
    sandbox.clear_log()


def held(sandbox, domain: str = "alice.test") -> list[str]:
    return sandbox.state(domain)["domain_aliases"]


@each_build
def test_a_domain_alias_is_added_listed_and_removed_on_every_build(sandbox, alice, build) -> None:
    sandbox.build(build)

    before = alice.domain_aliases()
    alice.add_domain_alias("alice-shop.test")
    alice.add_domain_alias("xn--lice-boa.test")
    added = alice.domain_aliases()
    alice.remove_domain_alias("alice-shop.test")

    assert before == frozenset()
    assert added == {"alice-shop.test", "xn--lice-boa.test"}
    assert alice.domain_aliases() == {"xn--lice-boa.test"}


def test_a_name_whose_mail_goes_elsewhere_so_far_can_be_added(sandbox, alice) -> None:
    sandbox.dns(mx=[])

    alice.add_domain_alias("alice-shop.test")

    assert held(sandbox) == ["alice-shop.test"]
    assert operations(sandbox) == [f"{ADD}/alice-shop.test/false"]


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("build", ["100.new", "100.polite"])
@pytest.mark.parametrize("name", ["alice-shop.test", "ALICE-shop.test", "alice.test", "bob.test"])
def test_a_name_that_is_a_domain_or_a_domain_alias_of_one_is_taken(sandbox, alice, build, name) -> None:
    sandbox.build(build)

    with pytest.raises(NameTaken):
        alice.add_domain_alias(name)

    assert held(sandbox) == ["alice-shop.test"]


@pytest.mark.usefixtures("shop")
def test_another_customers_domain_alias_is_taken_and_stays_theirs(sandbox, server) -> None:
    bob = server.domain("bob.test")

    with pytest.raises(NameTaken):
        bob.add_domain_alias("alice-shop.test")

    assert (held(sandbox), held(sandbox, "bob.test")) == (["alice-shop.test"], [])


@pytest.mark.usefixtures("shop")
def test_another_customers_domain_alias_is_not_found_when_it_is_removed(sandbox, server) -> None:
    bob = server.domain("bob.test")

    with pytest.raises(NotFound):
        bob.remove_domain_alias("alice-shop.test")

    assert held(sandbox) == ["alice-shop.test"]


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("build", ["100.new", "100.polite"])
def test_the_servers_limit_of_domain_aliases_is_told_apart(sandbox, alice, elsewhere, build) -> None:
    elsewhere.settings("alice.test", maxDomainAliases=1)
    sandbox.build(build)

    with pytest.raises(LimitReached):
        alice.add_domain_alias("new.test")

    assert held(sandbox) == ["alice-shop.test"]


@pytest.mark.parametrize("name", ["new", "new_test.test", "<b>.test", "a&b.test", "new.test?x=1", "new test.test"])
def test_a_name_that_cannot_be_a_domain_is_refused(sandbox, alice, name) -> None:
    with pytest.raises(Refused):
        alice.add_domain_alias(name)

    assert held(sandbox) == []


def test_the_longest_name_there_can_be_is_added(sandbox, alice) -> None:
    longest = f"{'a' * 63}.{'b' * 63}.{'c' * 63}.{'d' * 56}.test"

    alice.add_domain_alias(longest)

    assert alice.domain_aliases() == {longest}


@pytest.mark.parametrize("build", ["100.new", "100.old", "100.polite"])
def test_removing_a_name_the_domain_does_not_have_is_not_found(sandbox, alice, build) -> None:
    sandbox.build(build)

    with pytest.raises(NotFound):
        alice.remove_domain_alias("nowhere.test")


@pytest.mark.usefixtures("shop")
def test_the_case_of_a_name_to_remove_makes_no_difference(sandbox, alice) -> None:
    alice.remove_domain_alias("Alice-Shop.TEST")

    assert held(sandbox) == []


@pytest.mark.usefixtures("shop")
def test_a_build_without_the_single_removal_removes_by_the_other_call(sandbox, alice) -> None:
    sandbox.faults({"path": REMOVE, "kind": "404"})

    alice.remove_domain_alias("alice-shop.test")

    assert held(sandbox) == []


@pytest.mark.usefixtures("shop")
@each_change
def test_a_repeated_change_of_domain_aliases_finds_that_it_was_done(sandbox, alice, path, change) -> None:
    sandbox.faults({"path": path, "kind": "down", "when": "after", "times": 1})
    with pytest.raises(Unreachable):
        change(alice)

    with pytest.raises((NameTaken, NotFound)):
        change(alice)


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("kind", ["down", "500", "html", "cut", "401", "404"])
def test_domain_aliases_that_could_not_be_read_are_unknown_and_not_none(sandbox, alice, kind) -> None:
    sandbox.faults({"path": LIST, "kind": kind})

    with pytest.raises(Unreachable):
        alice.domain_aliases()


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize("kind", ["refuse", "refuse400", "403"])
def test_domain_aliases_that_may_not_be_read_are_refused(sandbox, alice, kind) -> None:
    sandbox.faults({"path": LIST, "kind": kind})

    with pytest.raises(Refused):
        alice.domain_aliases()


@pytest.mark.usefixtures("shop")
def test_domain_aliases_are_read_although_the_first_answer_was_lost(sandbox, alice) -> None:
    sandbox.faults({"path": LIST, "kind": "down", "times": 1})

    assert alice.domain_aliases() == {"alice-shop.test"}


@pytest.mark.usefixtures("shop")
@each_change
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", ["down", "500", "html", "cut"])
def test_a_change_of_domain_aliases_whose_answer_was_lost_is_unknown_and_sent_once(
    sandbox, alice, path, change, kind, when
) -> None:
    sandbox.faults({"path": path, "kind": kind, "when": when})

    with pytest.raises(Unreachable):
        change(alice)

    assert len(operations(sandbox)) == 1
    assert (held(sandbox) == ["alice-shop.test"]) is (when == "before")


@pytest.mark.usefixtures("shop")
@each_change
@pytest.mark.parametrize("kind", ["refuse", "refuse400", "403"])
def test_a_refused_change_of_domain_aliases_is_refused(sandbox, alice, path, change, kind) -> None:
    sandbox.faults({"path": path, "kind": kind, "message": "NOT_NOW"})

    with pytest.raises(Refused):
        change(alice)

    assert held(sandbox) == ["alice-shop.test"]


@each_change
def test_a_route_that_no_build_has_is_no_verdict_about_the_name(sandbox, alice, path, change) -> None:
    sandbox.faults({"path": path, "kind": "404"}, {"path": REMOVE_SOME, "kind": "404"})

    with pytest.raises(Unreachable):
        change(alice)


@pytest.mark.usefixtures("shop")
@each_change
def test_a_change_of_domain_aliases_over_an_ended_token_is_done(sandbox, alice, path, change) -> None:
    alice.add_domain_alias("first.test")
    before = held(sandbox)
    sandbox.clear_log()
    sandbox.expire_tokens()

    change(alice)

    assert held(sandbox) != before
    assert [call["status"] for call in sandbox.calls() if call["path"].startswith(path)] == [401, 200]


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("ask", "expected"),
    [
        (lambda domain: domain.domain_aliases(), [LIST]),
        (CHANGES["add"][1], [f"{ADD}/new.test/false"]),
        (CHANGES["remove"][1], [f"{REMOVE}/alice-shop.test"]),
    ],
    ids=["list", "add", "remove"],
)
def test_an_operation_on_domain_aliases_costs_one_call(sandbox, alice, ask, expected) -> None:
    ask(alice)

    assert operations(sandbox) == expected


def test_a_name_is_added_with_the_domains_own_token(scripted, scripted_alice) -> None:
    scripted.answers[f"{ADD}/new.test/false"] = (200, {"success": True})

    scripted_alice.add_domain_alias("new.test")

    path, headers, _ = scripted.seen[-1]
    assert (path, headers["Authorization"]) == (f"{ADD}/new.test/false", "Bearer entered")


def test_a_look_at_dns_that_was_made_all_the_same_is_a_refusal(scripted, scripted_alice) -> None:
    answer = {"success": False, "message": "MX record does not match"}
    scripted.answers[f"{ADD}/new.test/false"] = (400, answer)

    with pytest.raises(Refused) as caught:
        scripted_alice.add_domain_alias("new.test")

    assert type(caught.value) is Refused


@pytest.mark.parametrize("key", ["domainAliasData", "data"])
def test_names_are_read_in_lower_case_each_once_by_either_key(scripted, scripted_alice, key) -> None:
    listed = [{"name": "Alice-Shop.TEST", "url": None}, {"name": "alice-shop.test"}, {"name": "b.test"}]
    scripted.answers[LIST] = (200, {"success": True, key: listed})

    assert scripted_alice.domain_aliases() == {"alice-shop.test", "b.test"}


@pytest.mark.parametrize("key", ["domainAliasData", "data"])
def test_a_null_list_of_domain_aliases_is_an_empty_one(scripted, scripted_alice, key) -> None:
    scripted.answers[LIST] = (200, {"success": True, key: None})

    assert scripted_alice.domain_aliases() == frozenset()


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"domainAliasData": {}},
        {"domainAliasData": "a.test"},
        {"domainAliasData": ["a.test"]},
        {"domainAliasData": [None]},
        {"domainAliasData": [{"name": "a.test"}, {}]},
        {"domainAliasData": [{"name": None}]},
        {"domainAliasData": [{"name": ""}]},
    ],
)
def test_a_list_that_does_not_tell_the_domain_aliases_is_unknown(scripted, scripted_alice, answer) -> None:
    scripted.answers[LIST] = (200, {"success": True, **answer})

    with pytest.raises(Unreachable):
        scripted_alice.domain_aliases()
