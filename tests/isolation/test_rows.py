"""Rows and jobs: what is kept is some tenant's, and what is done for one leaves the others as they are."""

from portal import collection
from portal.store import usage
from tests.isolation.three import SLUGS, Three, tables, way_to_tenant
from tests.views.api.whmcs import Whmcs
from tests.world import Visitor

# Of no tenant, and why.
OF_NOBODY = {
    "MailServer": "the portal's owner lends it",
    "DnsAnswer": "what anybody can ask DNS",
    "JobRun": "when the worker did what",
    "Lock": "of the whole portal",
}


def test_every_row_is_some_tenants(world: Three) -> None:
    found = {table.__name__ for table in tables() if not way_to_tenant(table)}

    assert found == set(OF_NOBODY)


def test_every_table_has_rows_of_each_tenant_here(world: Three) -> None:
    """So that all tests of this folder are about all of them."""
    empty = {
        table.__name__
        for slug in SLUGS
        for table, rows in world.kept(slug)[0].items()
        if way_to_tenant(table) and not rows
    }

    assert empty == set()


def test_what_is_collected_for_one_tenant_is_neither_asked_of_nor_kept_for_another(world: Three) -> None:
    before = [world.kept(slug) for slug in ("birch", "cedar")]
    world.mail.clear_log()

    said = cli(world, "usage", "collect", "--tenant", "alder")

    assert world.told(said, of="alder") == []
    assert said.count("disk ") == 3
    assert "birch" not in str(world.mail.calls())
    assert [world.kept(slug) for slug in ("birch", "cedar")] == before


def test_what_is_collected_of_all_is_kept_where_it_belongs(world: Three) -> None:
    world.mail.mailbox("birch.test", "more", used=7 * 2**30)
    with world.app.app_context():
        list(collection.now_of(world.app.extensions["mail"], [world.of(slug) for slug in SLUGS]))
        sizes = {slug: usage.newest([world.of(slug)])[world.of(slug).id] for slug in SLUGS}

    assert sizes["alder"].mailboxes == sizes["cedar"].mailboxes == 2
    assert sizes["birch"].mailboxes == 3
    assert sizes["alder"].disk == sizes["cedar"].disk == sizes["birch"].disk - 7 * 2**30


def test_a_watch_of_one_tenants_dns_asks_about_no_others(world: Three) -> None:
    before = [world.kept(slug) for slug in ("birch", "cedar")]
    world.mail.clear_log()

    said = cli(world, "dns", "watch", "--tenant", "alder")

    assert "alder.test" in said
    assert world.told(said, of="alder") == []
    assert "birch" not in str(world.mail.calls())
    assert [world.kept(slug) for slug in ("birch", "cedar")] == before


def test_samples_from_another_record_go_to_the_service_of_that_tenant_alone(world: Three) -> None:
    before = [world.kept(slug) for slug in ("birch", "cedar")]

    said = cli(world, "usage", "import", given="alder-101,2026-03-01,5368709120,12,3,4,1\n")

    assert "1 days" in said
    assert [world.kept(slug) for slug in ("birch", "cedar")] == before


def test_a_reading_that_alders_operator_hastens_hastens_no_others(world: Three, alders: dict[str, Visitor]) -> None:
    before = [world.kept(slug) for slug in ("birch", "cedar")]

    answers = [
        alders["operator"].post("jobs/alder/101/retry"),
        alders["operator"].post("services/alder/101/finish"),
        Whmcs(world, "alder").call("POST", "/api/v1/services/101/finish", {}),
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert [world.kept(slug) for slug in ("birch", "cedar")] == before


def test_a_service_that_ends_takes_nothing_of_another_tenants_with_it(world: Three) -> None:
    before = [world.kept(slug) for slug in ("birch", "cedar")]

    answers = [Whmcs(world, "alder").call("POST", f"/api/v1/services/{svc}/terminate", {}) for svc in (101, 102, 701)]

    assert [answer.get_json()["status"] for answer in answers] == ["terminated"] * 3
    assert [world.kept(slug) for slug in ("birch", "cedar")] == before


def cli(world: Three, *arguments: str, given: str = "") -> str:
    result = world.app.test_cli_runner().invoke(args=arguments, input=given)
    assert result.exit_code == 0, result.output
    return result.output
