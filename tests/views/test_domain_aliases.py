import html
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.test import TestResponse

from portal.dns import control
from portal.sandbox.dns.server import Dns, Fault
from portal.store import domain_aliases, history
from tests.at_once import at_once
from tests.elsewhere import Elsewhere
from tests.views.pages import says
from tests.world import BASE, Visitor, World

NAME = "alice-shop.example"
HERE = "@ MX 10 mail.example.test."
THERE = "@ MX 10 mx.elsewhere.test."
LIST = "settings/domain/domain-aliases"
PUT = "settings/domain/domain-alias-put"
DELETE = "settings/domain/domain-alias-delete"
TAKEN = "This domain cannot be added here: it is in use."
FULL = "Your plan has no room for another domain alias."
THREE = {"max_domain_aliases": "3"}
BOB = {"id": 7, "name": "Bob Stone", "email": "bob@example.test"}


@pytest.fixture
def dns() -> Iterator[Dns]:
    """The DNS: the mail of alice-shop.example comes here, that of alice-club.example goes elsewhere."""
    with Dns() as running:
        running.zones.put(NAME, HERE)
        running.zones.put("alice-club.example", THERE)
        yield running


@pytest.fixture
def settings(settings: dict[str, Any], dns: Dns) -> dict[str, Any]:
    return settings | {"PORTAL_DNS_RESOLVERS": [(dns.host, dns.port)]}


@pytest.fixture
def alice(world: World) -> Visitor:
    """Alice's plan allows three domain aliases."""
    return world.visitor(plan=THREE)


@pytest.fixture
def bob(world: World) -> Visitor:
    return world.visitor(slug="harbour", svc=201, name="bob.test", plan=THREE, user=BOB)


def add(visitor: Visitor, name: str = NAME) -> TestResponse:
    return visitor.post("domain-aliases/", {"domain": name})


def remove(visitor: Visitor, name: str = NAME, confirm: str | None = None) -> TestResponse:
    return visitor.post(f"domain-aliases/{name}/delete", {"confirm": name if confirm is None else confirm})


def present(world: World, domain: str = "alice.test") -> list[str]:
    """What the mail server has."""
    found: list[str] = world.mail.state(domain)["domain_aliases"]
    return found


def held(world: World, slug: str = "northwind", svc: int = 101) -> frozenset[str]:
    """What the portal holds for the service."""
    service = world.service(slug, svc)
    with world.app.app_context():
        return domain_aliases.held(service)


def past(world: World) -> list[tuple[str, str, Any]]:
    """The history, the newest first."""
    return [(row.action, row.result, row.detail.get("proof")) for row in world.recorded()]


def shown(page: TestResponse) -> list[str]:
    return re.findall(r'<tr data-domain="([^"]*)"', page.text)


def used(page: TestResponse) -> str:
    found = re.search(r'data-used="(\d+)" data-maximum="(\d+)"', page.text)
    return f"{found[1]} / {found[2]}" if found else ""


def value(slug: str = "northwind", svc: int = 101) -> str:
    return control.value("s" * 43, f"{slug}-{svc}")


def add_at_once(visitor: Visitor, names: list[str]) -> list[TestResponse]:
    """The answers when all of these are added at the same moment."""
    return at_once(len(names), lambda number: add(visitor.tab(), names[number]))


def publish(dns: Dns, name: str, text: str) -> None:
    dns.zones.put(name, f'{THERE}\n_domain-verification TXT "{text}"')


def test_the_card_stands_on_the_dashboard_where_the_plan_allows_any(world: World, alice: Visitor) -> None:
    offered = alice.get("")
    not_offered = world.visitor().get("")

    assert f'hx-get="{alice.home}/domain-aliases/"' in offered.text
    assert "domain-aliases" not in not_offered.text


def test_without_an_offer_nothing_is_there(world: World) -> None:
    visitor = world.visitor()

    answers = [visitor.get("domain-aliases/"), visitor.get("domain-aliases/new"), visitor.get(f"domain-aliases/{NAME}")]
    answers += [add(visitor), remove(visitor)]

    assert [answer.status_code for answer in answers] == [404] * 5
    assert present(world) == []


def test_a_plan_that_cannot_be_read_breaks_the_card_and_not_the_dashboard(world: World) -> None:
    visitor = world.visitor(plan={"max_domain_aliases": "many"})

    dashboard, card = visitor.get(""), visitor.get("domain-aliases/")

    assert (dashboard.status_code, card.status_code) == (200, 503)
    assert 'id="domain-aliases" data-problem="not-configured"' in card.text
    assert 'id="domain-aliases"' in dashboard.text


def test_a_dashboard_costs_one_call_more_when_cold_and_none_when_warm(world: World, alice: Visitor) -> None:
    world.mail.clear_log()
    pages = ("", "usage", "addresses/", "domain-aliases/")

    for page in pages:
        alice.get(page)
    cold = [call["path"] for call in world.mail.calls() if not call["path"].startswith("auth/")]
    world.mail.clear_log()
    for page in (*pages, f"domain-aliases/{NAME}", "domain-aliases/new"):
        alice.get(page)

    assert len(cold) == 6
    assert world.mail.calls() == []


def test_no_page_waits_for_dns(dns: Dns, alice: Visitor) -> None:
    for page in ("", "usage", "addresses/", "domain-aliases/", "domain-aliases/new", f"domain-aliases/{NAME}"):
        alice.get(page)

    assert dns.queries() == []


def test_somebody_who_may_only_look_sees_the_list_and_no_controls(world: World, alice: Visitor) -> None:
    add(alice)
    reader = world.visitor(role="readonly", plan=THREE, user={"id": 8, "name": "Rita", "email": "rita@example.test"})

    pages = [reader.get(page) for page in ("domain-aliases/", f"domain-aliases/{NAME}", "domain-aliases/new")]
    refused = [add(reader, "alice-club.example"), remove(reader)]

    assert shown(pages[0]) == [NAME]
    assert not any(text in page.text for page in pages for text in ("<form", "<button", "/new"))
    assert [answer.status_code for answer in refused] == [403, 403]
    assert present(world) == [NAME]


def test_a_domain_whose_mail_comes_here_is_added_and_how_it_was_proved_is_recorded(
    world: World, alice: Visitor
) -> None:
    answer = add(alice)

    assert answer.status_code == 200
    assert says(answer, f"Domain alias {NAME} added.")
    assert answer.headers["HX-Replace-Url"] == f"{alice.home}/domain-aliases/"
    assert (present(world), held(world)) == ([NAME], {NAME})
    assert shown(alice.get("domain-aliases/")) == [NAME]
    assert past(world) == [("domain-alias.add", "done", "mx")]


def test_a_domain_that_publishes_the_text_is_added(world: World, dns: Dns, alice: Visitor) -> None:
    publish(dns, "alice-club.example", value())

    answer = add(alice, "alice-club.example")

    assert answer.status_code == 200
    assert present(world) == ["alice-club.example"]
    assert past(world) == [("domain-alias.add", "done", "txt")]


@pytest.mark.parametrize("name", ["alice-club.example", "nowhere.example"])
def test_without_proof_the_record_to_publish_is_shown(world: World, alice: Visitor, name: str) -> None:
    answer = add(alice, name)

    assert answer.status_code == 422
    assert f"_domain-verification.{name}" in answer.text
    assert value() in answer.text
    assert says(answer, "DNS changes can take up to 48 hours.")
    assert f'value="{name}"' in answer.text
    assert (present(world), held(world)) == ([], frozenset())
    assert past(world) == [("domain-alias.add", "refused", "missing")]


def test_the_text_shown_is_the_text_that_proves(world: World, dns: Dns, alice: Visitor) -> None:
    asked = add(alice, "alice-club.example")
    found = re.search(r'id="proof-value">([^<]*)<', asked.text)
    assert found is not None
    publish(dns, "alice-club.example", found[1])

    answer = add(alice, "alice-club.example")

    assert answer.status_code == 200
    assert not re.search("northwind|alice|mailporch|portal", found[1], re.IGNORECASE)


@pytest.mark.parametrize(("slug", "svc"), [("northwind", 102), ("harbour", 201)])
def test_the_text_of_another_service_proves_nothing(
    world: World, dns: Dns, alice: Visitor, slug: str, svc: int
) -> None:
    publish(dns, "alice-club.example", value(slug, svc))

    assert add(alice, "alice-club.example").status_code == 422
    assert present(world) == []


def test_the_text_of_the_key_before_is_still_good(world: World, dns: Dns, alice: Visitor) -> None:
    world.app.config["PORTAL_SECRET_KEYS"] = ["s" * 43, "t" * 43]
    publish(dns, "alice-club.example", value())

    asked, answer = add(alice, "nowhere.example"), add(alice, "alice-club.example")

    assert value() not in asked.text
    assert answer.status_code == 200


@pytest.mark.parametrize("kind", ["servfail", "refused", "timeout"])
def test_dns_that_could_not_be_asked_refuses_for_now_and_says_so(
    world: World, dns: Dns, alice: Visitor, kind: str
) -> None:
    dns.faults(Fault(NAME, kind))

    answer = add(alice)

    assert answer.status_code == 503
    assert says(answer, "DNS could not be asked just now, so it was not added.")
    assert not says(answer, "Nothing shows yet that this domain is yours")
    assert f'value="{NAME}"' in answer.text
    assert (present(world), held(world)) == ([], frozenset())
    assert past(world) == [("domain-alias.add", "refused", "unknown")]


def test_proof_is_asked_for_once(world: World, dns: Dns, alice: Visitor) -> None:
    add(alice)
    dns.zones.put(NAME, THERE)

    page = alice.get("domain-aliases/")

    assert shown(page) == [NAME]
    assert len({query["type"] for query in dns.queries()}) == len(dns.queries()) == 2


def test_inside_another_customers_domain_their_wildcard_proves_nothing(
    world: World, dns: Dns, alice: Visitor, bob: Visitor
) -> None:
    dns.zones.put("bob.test", "@ MX 10 mail.example.test.\n* MX 10 mail.example.test.\nsales MX 10 mail.example.test.")

    hers, his = add(alice, "sales.bob.test"), add(bob, "sales.bob.test")

    assert (hers.status_code, his.status_code) == (422, 200)
    assert value() in hers.text
    assert (present(world), present(world, "bob.test")) == ([], ["sales.bob.test"])


@pytest.mark.parametrize(
    "typed", ["bücher.example", "BÜCHER.Example.", "https://bücher.example/shop", "xn--bcher-kva.example"]
)
def test_a_name_in_any_script_is_added_as_dns_holds_it_and_shown_both_ways(
    world: World, dns: Dns, alice: Visitor, typed: str
) -> None:
    dns.zones.put("xn--bcher-kva.example", HERE)

    answer = add(alice, typed)

    page = alice.get("domain-aliases/")
    assert says(answer, "Domain alias bücher.example added.")
    assert present(world) == ["xn--bcher-kva.example"]
    assert shown(page) == ["xn--bcher-kva.example"]
    assert "<bdi>bücher.example</bdi>" in page.text
    assert ">xn--bcher-kva.example<" in page.text


def test_a_name_that_mixes_scripts_is_shown_as_dns_holds_it(world: World, dns: Dns, alice: Visitor) -> None:
    dns.zones.put("xn--pypal-4ve.test", HERE)

    answer = add(alice, "p\N{CYRILLIC SMALL LETTER A}ypal.test")

    page = alice.get("domain-aliases/")
    assert says(answer, "Domain alias xn--pypal-4ve.test added.")
    assert "\N{CYRILLIC SMALL LETTER A}" not in answer.text + page.text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Enter a domain."),
        ("   ", "Enter a domain."),
        ("info@example.com", "Enter the domain alone, without a name and @."),
        ("localhost", "This is no domain name."),
        ("192.0.2.1", "This is no domain name."),
        ("o'neill.example", "This is no domain name."),
        ("a&b.example", "This is no domain name."),
        ("<b>bold</b>.example", "This is no domain name."),
        ('"><img src=x>.example', "This is no domain name."),
        ("\N{RIGHT-TO-LEFT OVERRIDE}elpmaxe.example", "This is no domain name."),
        (f"{'a' * 64}.example", "This is no domain name."),
        ("a.test\r\nX: y", "This is no domain name."),
        ("../../users", "This is no domain name."),
        ("a.test/false?x=", ""),
        ("alice.test", "This is the domain of the service itself."),
        ("ALICE.TEST.", "This is the domain of the service itself."),
    ],
    ids=ascii,
)
def test_what_cannot_be_added_is_explained_and_asks_nobody(
    world: World, dns: Dns, alice: Visitor, typed: str, sentence: str
) -> None:
    world.mail.clear_log()

    answer = add(alice, typed)

    assert answer.status_code == 422
    assert says(answer, sentence)
    assert "<b>" not in answer.text
    assert "<img" not in answer.text
    assert present(world) == []
    assert not [call for call in world.mail.calls() if call["method"] == "POST" and "domain-alias" in call["path"]]


def test_a_name_that_is_there_already_is_explained(world: World, alice: Visitor) -> None:
    add(alice)

    answer = add(alice, NAME.upper())

    assert answer.status_code == 422
    assert says(answer, "This domain is one of your domain aliases already.")


def test_a_name_without_a_field_is_refused(alice: Visitor) -> None:
    assert alice.post("domain-aliases/", {}).status_code == 422


def told(answer: TestResponse) -> list[str]:
    """What a refusal says."""
    return re.findall(r'class="field-error"[^>]*>.*?</svg>\s*(.*?)</p>', html.unescape(answer.text), re.DOTALL)


@pytest.mark.parametrize("theirs", ["an alias", "a service", "an alias outside the portal", "a domain of the server"])
def test_what_is_anothers_is_refused_in_words_that_tell_nothing_about_them(
    world: World, dns: Dns, elsewhere: Elsewhere, alice: Visitor, bob: Visitor, theirs: str
) -> None:
    if theirs == "an alias":
        add(bob)
    elif theirs == "a service":
        world.register("harbour", 202, NAME)
    elif theirs == "an alias outside the portal":
        elsewhere.domain_alias("bob.test", NAME)
    else:
        world.mail.domain(NAME)

    answer = add(alice)

    assert answer.status_code == 422
    assert told(answer) == [f"{TAKEN} If it is yours, contact support."]
    assert not re.search("bob|harbour", answer.text, re.IGNORECASE)
    assert (present(world), held(world)) == ([], frozenset())


def test_who_cannot_prove_a_domain_does_not_learn_whether_a_customer_has_it(
    world: World, dns: Dns, alice: Visitor, bob: Visitor
) -> None:
    publish(dns, "bob-club.example", value("harbour", 201))
    dns.zones.put("free.example", THERE)
    add(bob, "bob-club.example")

    taken, free = add(alice, "bob-club.example"), add(alice, "free.example")

    assert present(world, "bob.test") == ["bob-club.example"]
    assert taken.text.replace("bob-club", "free") == free.text


def test_nobody_sees_or_removes_what_is_anothers(world: World, alice: Visitor, bob: Visitor) -> None:
    add(alice)

    answers = [bob.get(f"domain-aliases/{NAME}"), remove(bob)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert NAME not in bob.get("domain-aliases/").text
    assert (present(world), held(world)) == ([NAME], {NAME})


def test_what_one_customer_removed_another_may_add(world: World, alice: Visitor, bob: Visitor) -> None:
    add(alice)
    remove(alice)

    answer = add(bob)

    assert answer.status_code == 200
    assert present(world, "bob.test") == [NAME]


def test_the_maximum_counts_also_what_was_added_outside_the_portal(
    world: World, dns: Dns, elsewhere: Elsewhere, alice: Visitor
) -> None:
    for name in ("a.example", "b.example"):
        elsewhere.domain_alias("alice.test", name)
    add(alice)
    dns.zones.put("d.example", HERE)

    page, answer = alice.get("domain-aliases/"), add(alice, "d.example")

    assert used(page) == "3 / 3"
    assert "domain-aliases/new" not in page.text
    assert says(page, FULL)
    assert (answer.status_code, says(answer, FULL)) == (422, True)
    assert len(present(world)) == 3


def test_what_was_added_since_the_list_was_read_counts_too(world: World, elsewhere: Elsewhere, alice: Visitor) -> None:
    alice.get("domain-aliases/")
    for name in ("a.example", "b.example", "c.example"):
        elsewhere.domain_alias("alice.test", name)

    answer = add(alice)

    assert (answer.status_code, says(answer, FULL)) == (422, True)
    assert len(present(world)) == 3


def test_more_than_the_plan_now_allows_stays_and_nothing_is_added(
    world: World, elsewhere: Elsewhere, alice: Visitor
) -> None:
    names = ["a.example", "b.example", "c.example", "d.example"]
    for name in names:
        elsewhere.domain_alias("alice.test", name)

    page, answer = alice.get("domain-aliases/"), add(alice)

    assert used(page) == "4 / 3"
    assert shown(page) == names
    assert answer.status_code == 422
    assert present(world) == names


def test_the_mail_servers_own_maximum_is_told_apart(
    world: World, elsewhere: Elsewhere, alice: Visitor, dns: Dns
) -> None:
    elsewhere.settings("alice.test", maxDomainAliases=1)
    dns.zones.put("b.example", HERE)
    add(alice)

    answer = add(alice, "b.example")

    assert answer.status_code == 422
    assert says(answer, "The mail server has no room for another domain alias.")
    assert held(world) == {NAME}


def test_50_requests_at_once_never_exceed_the_maximum(world: World, dns: Dns, alice: Visitor) -> None:
    names = [f"n{number}.example" for number in range(50)]
    for name in names:
        dns.zones.put(name, HERE)

    answers = add_at_once(alice, names)

    assert len(present(world)) == len(held(world)) == 3
    assert Counter(answer.status_code for answer in answers) == {200: 3, 422: 47}


@pytest.mark.parametrize("kind", ["down", "500", "html", "cut"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_an_addition_whose_answer_was_lost_is_finished_by_repeating_it(
    world: World, dns: Dns, alice: Visitor, kind: str, when: str
) -> None:
    world.mail.faults({"path": PUT, "kind": kind, "when": when})
    lost = add(alice)
    middle = alice.get("domain-aliases/")
    world.mail.faults()
    dns.faults(Fault("", "servfail"))

    again = add(alice)

    assert (lost.status_code, again.status_code) == (503, 200)
    assert f'value="{NAME}"' in lost.text
    assert (shown(middle), used(middle)) == ([NAME], "1 / 3")
    assert says(middle, "not on the mail server yet") == (when == "before")
    assert (present(world), held(world)) == ([NAME], {NAME})
    assert past(world)[0] == ("domain-alias.add", "done", None if when == "before" else "mx")


def test_a_double_click_adds_it_once_and_both_are_told_so(world: World, alice: Visitor) -> None:
    world.mail.latency(0, {PUT: 400})

    answers = add_at_once(alice, [NAME, NAME])

    assert [answer.status_code for answer in answers] == [200, 200]
    assert (present(world), held(world)) == ([NAME], {NAME})
    assert [result for _action, result, _proof in past(world)] == ["done", "done"]


def test_an_addition_that_never_ended_can_be_finished_or_given_up_on_its_page(world: World, alice: Visitor) -> None:
    world.mail.faults({"path": PUT, "kind": "down"})
    add(alice)

    page = alice.get(f"domain-aliases/{NAME}")
    given_up = remove(alice)

    assert says(page, "The mail server has not confirmed this domain.")
    assert f'name="domain" value="{NAME}"' in page.text
    assert given_up.status_code == 200
    assert (present(world), held(world)) == ([], frozenset())


def test_what_is_being_added_at_this_moment_cannot_be_given_up(world: World, alice: Visitor) -> None:
    world.mail.faults({"path": PUT, "kind": "down"})
    add(alice)
    with world.app.app_context():
        history.History.update(result="started").execute()

    answer = remove(alice)

    assert answer.status_code == 503
    assert held(world) == {NAME}


@pytest.mark.parametrize("kind", ["refuse", "refuse400", "403"])
def test_an_addition_that_the_mail_server_refuses_holds_nothing(world: World, alice: Visitor, kind: str) -> None:
    world.mail.faults({"path": PUT, "kind": kind, "message": "SECRET_REASON"})

    answer = add(alice)

    assert answer.status_code == 422
    assert says(answer, "The mail server refused this.")
    assert "SECRET_REASON" not in answer.text
    assert (present(world), held(world)) == ([], frozenset())
    assert past(world) == [("domain-alias.add", "refused", "mx")]


@pytest.mark.parametrize("kind", ["down", "500", "html", "refuse"])
def test_without_the_list_nothing_is_added_or_removed(world: World, dns: Dns, alice: Visitor, kind: str) -> None:
    add(alice)
    dns.clear_queries()
    world.mail.faults({"path": LIST, "kind": kind})

    answers = [add(alice, "alice-club.example"), remove(alice)]

    assert [answer.status_code for answer in answers] == [503, 503]
    assert all(says(answer, "The mail server could not be asked just now") for answer in answers)
    assert present(world) == [NAME]
    assert dns.queries() == []


@pytest.mark.parametrize("page", ["domain-aliases/", f"domain-aliases/{NAME}"])
def test_a_list_that_cannot_be_read_is_not_an_empty_one(world: World, alice: Visitor, page: str) -> None:
    world.mail.faults({"path": "*", "kind": "down"})

    answer = alice.get(page)

    assert answer.status_code == 503
    assert 'id="domain-aliases" data-problem="unreachable"' in answer.text
    assert f'hx-get="{alice.home}/{page}" hx-target="#domain-aliases"' in answer.text
    assert not says(answer, "No domain aliases yet")


@pytest.mark.parametrize("confirm", [NAME, "ALICE-shop.example.", " alice-shop.example "])
def test_one_is_removed_when_its_name_is_typed(world: World, alice: Visitor, confirm: str) -> None:
    add(alice)

    answer = remove(alice, NAME, confirm)

    assert answer.status_code == 200
    assert says(answer, f"Domain alias {NAME} removed.")
    assert (present(world), held(world)) == ([], frozenset())
    assert past(world)[0] == ("domain-alias.remove", "done", None)
    assert shown(alice.get("domain-aliases/")) == []


def test_an_internationalised_one_is_removed_by_either_spelling(world: World, dns: Dns, alice: Visitor) -> None:
    dns.zones.put("xn--bcher-kva.example", HERE)
    add(alice, "bücher.example")

    answer = remove(alice, "bücher.example")

    assert answer.status_code == 200
    assert present(world) == []


@pytest.mark.parametrize("confirm", ["", "alice-shop", "alice.test", "<b>"])
def test_without_its_name_nothing_is_removed(world: World, alice: Visitor, confirm: str) -> None:
    add(alice)

    answer = remove(alice, NAME, confirm)

    assert answer.status_code == 422
    assert says(answer, "Type the whole domain to confirm. Nothing was removed.")
    assert present(world) == [NAME]


def test_one_that_was_added_outside_the_portal_can_be_removed(
    world: World, elsewhere: Elsewhere, alice: Visitor
) -> None:
    elsewhere.domain_alias("alice.test", NAME)

    assert remove(alice).status_code == 200
    assert present(world) == []


@pytest.mark.parametrize("name", ["nowhere.example", "alice.test", "new", "<b>", "a%2Fb.test"])
def test_what_is_not_there_is_not_found(alice: Visitor, name: str) -> None:
    assert remove(alice, name).status_code == 404


@pytest.mark.parametrize("kind", ["down", "500", "html", "cut"])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_removal_whose_answer_was_lost_is_finished_by_repeating_it(
    world: World, alice: Visitor, kind: str, when: str
) -> None:
    add(alice)
    world.mail.faults({"path": DELETE, "kind": kind, "when": when})
    lost = remove(alice)
    world.mail.faults()

    again = remove(alice)

    assert (lost.status_code, again.status_code) == (503, 200)
    assert (present(world), held(world)) == ([], frozenset())
    assert past(world)[0] == ("domain-alias.remove", "done", None)


@pytest.mark.parametrize("kind", ["refuse", "refuse400", "403"])
def test_a_removal_that_the_mail_server_refuses_is_said_to_be(world: World, alice: Visitor, kind: str) -> None:
    add(alice)
    world.mail.faults({"path": DELETE, "kind": kind, "message": "SECRET_REASON"})

    answer = remove(alice)

    assert answer.status_code == 422
    assert says(answer, "The mail server refused to remove this domain alias.")
    assert "SECRET_REASON" not in answer.text
    assert (present(world), held(world)) == ([NAME], {NAME})


def test_a_name_is_not_gone_as_long_as_the_mail_server_lists_it(world: World, alice: Visitor) -> None:
    add(alice)
    world.mail.faults({"path": DELETE, "kind": "refuse400", "message": "Domain alias does not exist"})

    answer = remove(alice)

    assert answer.status_code == 422
    assert held(world) == {NAME}


def test_the_history_tells_it_in_words(alice: Visitor) -> None:
    add(alice)
    add(alice, "alice-club.example")
    remove(alice)

    page = alice.get("history")

    assert says(page, f"Domain alias {NAME} removed")
    assert says(page, "Add the domain alias alice-club.example")
    assert says(page, "nothing in its DNS showed that it is yours")
    assert says(page, "its mail comes here (MX record)")


def test_all_of_it_is_done_by_a_browser_without_javascript(world: World, alice: Visitor) -> None:
    url = f"{alice.home}/domain-aliases/"
    form = {"domain": NAME, "portal_token": alice.token}

    answer = alice.client.post(url, base_url=BASE, data=form, headers={"Sec-Fetch-Site": "same-origin"})

    assert answer.status_code == 200
    assert "<!doctype html>" in answer.text
    assert present(world) == [NAME]


def test_the_history_names_a_domain_as_people_read_it(alice: Visitor) -> None:
    add(alice, "b\u00fccher.test")

    page = alice.get("history")

    assert "Add the domain alias b\u00fccher.test" in page.text
    assert "xn--" not in page.text
