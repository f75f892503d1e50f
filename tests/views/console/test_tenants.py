"""The tenants: the owner sets a reseller up, lends, limits, renews its key, checks it; others find no such page."""

import re
from typing import Any

import pytest

from portal.store import history, loans, servers, tenants
from portal.store.history import Wanted
from portal.store.tenants import Tenant
from tests.at_once import at_once
from tests.views.api.whmcs import Whmcs
from tests.views.pages import says, text_of
from tests.world import Visitor, World

QUAY = {
    "slug": "quay",
    "name": "Quay Mail",
    "whmcs_url": "https://my.quay.test",
    "colour": "#AA2200",
    "support": "https://quay.test/help",
    "language": "de",
    "lend-1": "on",
    "domains-1": "20",
    "mailboxes-1": "500",
}


def kept(world: World, slug: str = "quay") -> Tenant | None:
    with world.app.app_context():
        return tenants.by_slug(slug)


def shown(page_text: str) -> str:
    found = re.search(r'id="new-key">([A-Za-z0-9_-]{43})<', page_text)
    assert found is not None
    return found[1]


def limits(world: World, slug: str) -> list[tuple[str, int, int]]:
    with world.app.app_context():
        uses = loans.all_of(tenant=kept(world, slug))
        return [(use.server.name, use.loan.domains, use.loan.mailboxes) for use in uses]


def audit(world: World, slug: str) -> list[tuple[str, str, str, str]]:
    with world.app.app_context():
        rows = history.found(Wanted(tenants.by_slug(slug)), 50)
        return [(row.action, row.subject, row.actor_name, row.result) for row in rows]


def test_a_reseller_is_set_up_on_one_page_which_shows_its_key_and_what_to_enter(world: World, nora: Visitor) -> None:
    page = nora.post("tenants/", QUAY)

    made = kept(world)
    assert made is not None
    assert page.status_code == 200
    assert page.headers["HX-Push-Url"] == "/console/tenants/quay/"
    assert (made.name, made.owner) == ("Quay Mail", False)
    assert made.brand == {"colour": "#aa2200", "support": "https://quay.test/help", "language": "de"}
    assert limits(world, "quay") == [("mail1", 20, 500)]
    with world.app.app_context():
        assert tenants.keys(made) == [shown(page.text)]
        assert tenants.origins(made) == ["https://my.quay.test"]
    told = text_of(page.text)
    for entry in ("Hostname portal.test", "Username quay", f"Password {shown(page.text)}", "Secure ticked"):
        assert entry in told
    assert ("tenant.set-up", "quay", "Nora Ward", "done") in audit(world, "northwind")


def test_its_key_opens_the_portal_to_its_whmcs_at_once(world: World, nora: Visitor) -> None:
    world.keys["quay"] = shown(nora.post("tenants/", QUAY).text)

    answer = Whmcs(world, "quay").call("GET", "/api/v1/ping")

    assert answer.get_json()["tenant"] == "quay"
    assert [server["name"] for server in answer.get_json()["servers"]] == ["mail1"]


def test_the_key_is_shown_once_and_never_again(nora: Visitor) -> None:
    key = shown(nora.post("tenants/", QUAY).text)

    pages = [nora.get(path) for path in ("tenants/", "tenants/quay/", "tenants/quay/check", "audit/")]

    assert [page.status_code for page in pages] == [200] * 4
    assert not [page for page in pages if key in page.text]
    assert says(pages[1], "the key; if nobody has it any more, make a new one")


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"slug": "harbour"}, "There is a tenant of this name already."),
        ({"slug": "northwind"}, "There is a tenant of this name already."),
        ({"slug": "Q"}, "Use 2 to 32 letters"),
        ({"slug": ""}, "This has to be filled in."),
        ({"name": ""}, "This has to be filled in."),
        ({"whmcs_url": "my.quay.test"}, "Write https://"),
        ({"whmcs_url": "http://my.quay.test"}, "Write it as in a browser: https://"),
        ({"colour": "red"}, "A colour looks like this"),
        ({"support": "javascript:alert(1)"}, "Write https://"),
        ({"domains-1": "many"}, "A limit is a number"),
        ({"mailboxes-1": "-1"}, "A limit is a number"),
        ({"mailboxes-1": "9999999999"}, "A limit is a number"),
    ],
    ids=str,
)
def test_what_cannot_be_says_why_makes_nothing_and_keeps_what_was_typed(
    world: World, nora: Visitor, changed: dict[str, str], sentence: str
) -> None:
    page = nora.post("tenants/", QUAY | changed)

    assert page.status_code == 422
    assert says(page, sentence)
    assert 'value="https://quay.test/help"' in page.text or "support" in changed
    assert 'value="20"' in page.text or "domains-1" in changed
    assert kept(world) is None


def test_the_list_tells_of_every_tenant_what_it_uses(world: World, nora: Visitor) -> None:
    nora.post("tenants/harbour/lend", {"server": "1", "domains": "1"})

    told = text_of(nora.get("tenants/").text)

    assert "Northwind Hosting the portal's owner northwind · https://whmcs.northwind.test · 2 services" in told
    assert "harbour · https://billing.harbour.test · 1 service" in told
    assert "mail1: domains 1/1 · mailboxes 0/no limit" in told


def test_limits_are_changed_and_read_by_the_tenants_own_people_without_the_owners_name(
    world: World, nora: Visitor
) -> None:
    page = nora.post("tenants/harbour/lend", {"server": "1", "domains": "3", "mailboxes": ""})

    assert page.status_code == 200
    assert limits(world, "harbour") == [("mail1", 3, 0)]
    assert ("loan.change", "mail1", "", "done") in audit(world, "harbour")
    assert ("loan.change", "mail1", "Nora Ward", "done") in audit(world, "northwind")


@pytest.mark.parametrize("typed", ["x", "-1", "1.5", "1000001", "²", "0000000009999999999", "0" * 5000 + "1"])
def test_a_limit_that_is_none_changes_nothing(world: World, nora: Visitor, typed: str) -> None:
    page = nora.post("tenants/harbour/lend", {"server": "1", "domains": typed})

    assert (page.status_code, says(page, "A limit is a number; 0 is none.")) == (422, True)
    assert limits(world, "harbour") == [("mail1", 0, 0)]


def test_a_mail_server_in_use_is_not_taken_back_and_the_services_are_named(world: World, nora: Visitor) -> None:
    page = nora.post("tenants/harbour/take-back", {"server": "1"})

    assert page.status_code == 422
    assert says(page, "It was not taken back: services of this tenant are on it, bob.test.")
    assert ("loan.end", "mail1", "", "refused") in audit(world, "harbour")
    assert len(limits(world, "harbour")) == 1


def test_a_mail_server_that_is_not_used_is_taken_back(world: World, nora: Visitor) -> None:
    nora.post("tenants/", QUAY)

    page = nora.post("tenants/quay/take-back", {"server": "1"})

    assert page.status_code == 200
    assert limits(world, "quay") == []
    assert says(page, "No mail server is lent to it.")


def test_a_key_is_renewed_on_a_tenants_behalf(world: World, nora: Visitor) -> None:
    page = nora.post("tenants/harbour/rotate", {"overlap": "0"})

    with world.app.app_context():
        harbour = tenants.by_slug("harbour")
        assert harbour is not None
        assert tenants.keys(harbour) == [shown(page.text)]
    assert ("key.rotate", "harbour", "", "done") in audit(world, "harbour")


def test_the_check_says_what_is_missing_and_what_to_do(nora: Visitor) -> None:
    page = nora.get("tenants/harbour/check")

    told = text_of(page.text)
    assert "missing Its WHMCS never tested the connection. Make the server entry there" in told
    assert "ok The mail server mail1 answers." in told
    assert "ok It has registered services: 1, of which 1 can be opened." in told
    assert "later No service was opened from its WHMCS yet." in told


@pytest.mark.parametrize(
    "path", ["tenants/", "tenants/harbour/", "tenants/harbour/check", "tenants/northwind/", "tenants/nobody/"]
)
def test_for_a_resellers_operator_none_of_it_exists(hugo: Visitor, path: str) -> None:
    assert hugo.get(path).status_code == 404


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("tenants/", QUAY),
        ("tenants/harbour/lend", {"server": "1", "domains": "99"}),
        ("tenants/harbour/take-back", {"server": "1"}),
        ("tenants/harbour/rotate", {"overlap": "0"}),
    ],
)
def test_a_resellers_operator_changes_none_of_it(world: World, hugo: Visitor, path: str, form: dict[str, Any]) -> None:
    before = limits(world, "harbour"), world.keys["harbour"]

    answer = hugo.post(path, form)

    assert answer.status_code == 404
    assert kept(world) is None
    with world.app.app_context():
        harbour = tenants.by_slug("harbour")
        assert harbour is not None
        assert (limits(world, "harbour"), *tenants.keys(harbour)) == before
    assert "Tenants" not in hugo.get("").text


def test_the_owners_own_things_stand_on_other_pages(world: World, nora: Visitor) -> None:
    assert nora.get("tenants/northwind/").status_code == 404
    with world.app.app_context():
        assert [server.name for server in servers.all_servers()] == ["mail1"]


def test_of_two_who_set_up_the_same_reseller_one_does_and_the_other_is_told(world: World, nora: Visitor) -> None:
    tabs = [nora.tab(), nora.tab()]

    answers = at_once(2, lambda number: tabs[number].post("tenants/", QUAY))

    assert sorted(answer.status_code for answer in answers) == [200, 422]
    [told] = [answer for answer in answers if answer.status_code == 422]
    assert says(told, "There is a tenant of this name already.")
