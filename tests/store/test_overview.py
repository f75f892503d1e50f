import pytest

from portal.store import collecting, history, job_runs, operations, overview, services, tenants
from portal.store.history import AUTOMATIC
from portal.store.overview import Wanted


@pytest.fixture
def shop(store):
    """Northwind's services 1 to 3 and harbour's 4: 2 has broken off, 3 could not be read and is suspended."""
    made = {}
    for number, slug in ((1, "northwind"), (2, "northwind"), (3, "northwind"), (4, "harbour")):
        tenant = tenants.by_slug(slug) or tenants.add(slug, name=slug, whmcs_url=f"https://{slug}.test")[0]
        facts = {
            "product": "domain",
            "name": f"shop-{number}.test",
            "server": None,
            "proved": True,
            "username": "q7hidden",
            "plan": {},
            "plan_at": 1,
            "client": 1,
            "status": "Suspended" if number == 3 else "Active",
            "billing": {},
            "lang": "en",
            "currency": {},
        }
        made[number] = services.put(tenant, number, facts)
    for number in (1, 2):
        broken = operations.begin(made[number], "suspend", ["domain"], wanted={}, actor="WHMCS", request_id="r")
        operations.end(broken, "done" if number == 1 else "failed", "no answer in time")
    collecting.begin(made[3])
    collecting.finish(made[3], "nothing read")
    return made


def found(wanted, limit=50, skip=0):
    return [row.service.svc for row in overview.rows(wanted, limit, skip)]


def test_what_has_broken_off_comes_first_and_then_names(shop):
    assert found(Wanted(None)) == [2, 1, 3, 4]


def test_of_a_tenant_only_its_own_are_found(shop):
    assert found(Wanted(tenants.by_slug("harbour"))) == [4]


@pytest.mark.parametrize(
    ("q", "state", "numbers"),
    [
        ("SHOP-3", "", [3]),
        ("#4", "", [4]),
        ("99999999999", "", []),
        ("%", "", []),
        ("\\", "", []),
        ("", "unfinished", [2]),
        ("", "unread", [3]),
        ("", "suspended", [3]),
        ("shop-1", "unread", []),
    ],
)
def test_words_and_states_narrow_it_down(shop, q, state, numbers):
    wanted = Wanted(None, q, state)

    assert found(wanted) == numbers
    assert overview.counts(wanted)[state] == len(numbers)


def test_the_pages_of_a_list_hold_each_once(shop):
    pages = [found(Wanted(None), 2, skip) for skip in (0, 2, 4)]

    assert pages == [[2, 1], [3, 4], []]


def test_the_last_error_is_the_operations_or_the_readings(shop):
    errors = {row.service.svc: row.error for row in overview.rows(Wanted(None), 50, 0)}

    assert errors == {1: "", 2: "no answer in time", 3: "nothing read", 4: ""}


def test_failed_readings_are_listed_for_their_tenant(shop):
    assert [row.service.svc for row in overview.failed(tenants.by_slug("northwind"), 50)] == [3]
    assert overview.failed(tenants.by_slug("harbour"), 50) == []


def test_the_last_run_of_a_job_replaces_the_one_before(store):
    job_runs.begin("collect")
    job_runs.end("collect", "failed")
    job_runs.begin("collect")

    [run] = job_runs.newest()
    assert (run.name, run.ended, run.result) == ("collect", None, "")


def test_changes_are_found_by_service_and_person_on_every_database(shop):
    for action, service in (("mailbox.create", shop[1]), ("mailbox.delete", shop[4]), ("key.rotate", None)):
        history.note(shop[1].tenant if service is None else service.tenant, service, None, AUTOMATIC, action, "x")

    def names(**wanted):
        asked = history.Wanted(None, **wanted)
        rows = history.found(asked, 50)
        assert history.count_found(asked) == len(rows)
        return [row.action for row in rows]

    assert names() == ["key.rotate", "mailbox.delete", "mailbox.create"]
    assert names(service="SHOP-1") == names(service="#1") == ["mailbox.create"]
    assert names(actor="nobody") == []
    assert [row.action for row in history.found(history.Wanted(shop[4].tenant), 50)] == ["mailbox.delete"]
