import re
import threading
from contextlib import suppress

import pytest
import time_machine

from portal.store import AlreadyExists, tenants
from portal.store.tenants import LastOrigin, Tenant, TenantKey


def test_a_new_tenant_has_the_one_key_that_was_told(store):
    tenant, key = tenants.add("northwind", name="Northwind", whmcs_url="https://whmcs.northwind.test")

    assert tenants.keys(tenant) == [key]
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", key)


def test_a_tenant_is_found_by_its_slug(northwind, harbour):
    assert tenants.by_slug("harbour").id == harbour.id


def test_a_slug_in_another_case_is_nobodys(northwind):
    assert tenants.by_slug("Northwind") is None


def test_a_slug_with_a_space_behind_it_is_nobodys(northwind):
    assert tenants.by_slug("northwind ") is None


@pytest.mark.parametrize("slug", ["", "n", "Northwind", "north wind", "northwind ", "north_wind", "é-e", "n" * 33])
def test_a_slug_that_is_none_is_refused(store, slug):
    with pytest.raises(ValueError, match="slug"):
        tenants.add(slug, name="", whmcs_url="")


def test_a_taken_slug_is_refused_and_leaves_no_key_behind(northwind):
    with pytest.raises(AlreadyExists, match="northwind"):
        tenants.add("northwind", name="Another", whmcs_url="")

    assert TenantKey.select().count() == 1


def test_there_is_one_owner(northwind):
    with pytest.raises(AlreadyExists, match="owner"):
        tenants.add("harbour", name="Harbour", whmcs_url="", owner=True)

    assert [tenant.slug for tenant in tenants.all_tenants()] == ["northwind"]


def test_a_new_key_comes_last_and_signs(northwind):
    old = tenants.keys(northwind)

    new = tenants.rotate(northwind, overlap=3600)

    assert tenants.keys(northwind) == [*old, new]


def test_the_old_key_is_good_until_the_overlap_ends(northwind):
    with time_machine.travel(0, tick=False) as clock:
        old = tenants.keys(northwind)
        new = tenants.rotate(northwind, overlap=3600)
        clock.shift(3599)
        during = tenants.keys(northwind)
        clock.shift(1)
        after = tenants.keys(northwind)

    assert during == [*old, new]
    assert after == [new]


def test_without_overlap_the_old_key_ends_at_once(northwind):
    new = tenants.rotate(northwind, overlap=0)

    assert tenants.keys(northwind) == [new]


def test_no_more_than_two_keys_are_good(northwind):
    tenants.rotate(northwind, overlap=3600)
    second = tenants.rotate(northwind, overlap=3600)

    third = tenants.rotate(northwind, overlap=3600)

    assert tenants.keys(northwind) == [second, third]


def test_rotations_at_once_leave_two_keys(northwind, race):
    made = race(8, lambda: tenants.rotate(northwind, overlap=3600))

    assert len(tenants.keys(northwind)) == 2
    assert set(tenants.keys(northwind)) <= set(made)


def test_a_tenants_keys_are_its_own(northwind, harbour):
    assert not set(tenants.keys(northwind)) & set(tenants.keys(harbour))


@pytest.mark.parametrize(
    "origin",
    [
        "https://whmcs.northwind.test",
        "https://whmcs.northwind.test:8443",
        "http://localhost:5000",
        "http://a.b.localhost",
    ],
)
def test_an_origin_is_kept_once(northwind, origin):
    tenants.add_origin(northwind, origin)
    tenants.add_origin(northwind, origin)

    assert tenants.origins(northwind) == [origin]


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "*",
        "null",
        "whmcs.northwind.test",
        "http://whmcs.northwind.test",
        "https://whmcs.northwind.test/",
        "https://whmcs.northwind.test\n",
        "https://whmcs.northwind.test https://evil.test",
        "https://*.northwind.test",
        "https://WHMCS.northwind.test",
        "https://whmcs.northwind.test:443",
        "http://localhost.evil.test",
        "http://evillocalhost",
    ],
)
def test_what_no_browser_would_send_as_an_origin_is_refused(northwind, origin):
    with pytest.raises(ValueError, match="origin"):
        tenants.add_origin(northwind, origin)

    assert tenants.origins(northwind) == []


def test_an_origin_is_removed_from_its_tenant_only(northwind, harbour):
    for tenant in (northwind, harbour):
        tenants.add_origin(tenant, "https://shared.test")

    removed = tenants.remove_origin(northwind, "https://shared.test")

    assert removed is True
    assert tenants.origins(northwind) == []
    assert tenants.origins(harbour) == ["https://shared.test"]


def test_removing_an_origin_that_is_none_says_so(northwind):
    assert tenants.remove_origin(northwind, "https://other.test") is False


def test_a_brand_is_kept(store):
    tenants.add("northwind", name="Nörthwind", whmcs_url="", brand={"colour": "#336699"})

    kept = Tenant.get(Tenant.slug == "northwind")

    assert kept.brand == {"colour": "#336699"}


def test_of_origins_that_are_removed_at_once_one_stays(northwind, race):
    origins = [f"https://my{number}.northwind.test" for number in range(8)]
    for origin in origins:
        tenants.add_origin(northwind, origin)
    left = iter(origins)
    lock = threading.Lock()

    def remove():
        with lock:
            origin = next(left)
        with suppress(LastOrigin):
            tenants.remove_other_origin(northwind, origin)

    race(8, remove)

    assert len(tenants.origins(northwind)) == 1
