"""Brands, their pictures, and host names of tenants' own."""

from dataclasses import dataclass

import pytest

from portal.store import AlreadyExists, brands, own_hosts, tenants


@dataclass(frozen=True)
class Made:
    data: bytes
    mime: str = "image/png"
    width: int = 20
    height: int = 10


# Longer than MariaDB's BLOB, with every byte in it.
LARGE = Made(bytes(range(256)) * 1024)
SMALL = Made(b"\x89PNG small")


def published(tenant):
    found = tenants.by_slug(tenant.slug)
    assert found is not None
    return found.brand


def test_a_draft_shows_nobody_anything(harbour):
    brands.save_draft(harbour, {"name": "Harbour Mail"})

    draft = brands.draft(harbour)
    assert draft is not None
    assert draft.settings == {"name": "Harbour Mail"}
    assert published(harbour) == {}


def test_what_is_published_leaves_no_draft(harbour):
    brands.save_draft(harbour, {"name": "Harbour"})

    brands.publish(harbour, {"name": "Harbour Mail"})

    assert brands.draft(harbour) is None
    assert published(harbour) == {"name": "Harbour Mail"}


def test_a_large_picture_comes_back_byte_for_byte(harbour):
    brands.publish(harbour, {}, {"logo": LARGE})

    logo = published(harbour)["logo"]
    found = brands.picture("harbour", logo["digest"])
    assert found is not None
    assert (bytes(found.data), found.mime) == (LARGE.data, LARGE.mime)
    assert (logo["width"], logo["height"]) == (20, 10)


def test_a_picture_is_its_tenants_alone(northwind, harbour):
    brands.publish(harbour, {}, {"logo": SMALL})

    assert brands.picture("northwind", published(harbour)["logo"]["digest"]) is None


def test_two_tenants_may_have_the_same_picture(northwind, harbour):
    brands.publish(harbour, {}, {"logo": SMALL})
    brands.publish(northwind, {}, {"logo": SMALL, "favicon": SMALL})

    brands.publish(harbour, {})

    digest = published(northwind)["favicon"]["digest"]
    assert brands.picture("northwind", digest) is not None
    assert brands.picture("harbour", digest) is None


def test_what_no_settings_name_any_more_is_dropped(harbour):
    brands.publish(harbour, {}, {"logo": SMALL})
    before = published(harbour)
    brands.save_draft(harbour, before, {"favicon": LARGE})
    draft = brands.draft(harbour)
    assert draft is not None

    brands.discard_draft(harbour)

    assert brands.picture("harbour", draft.settings["favicon"]["digest"]) is None
    assert brands.picture("harbour", before["logo"]["digest"]) is not None


def test_a_picture_that_somebody_dropped_meanwhile_is_named_no_more(harbour):
    brands.save_draft(harbour, {}, {"logo": SMALL})
    read_before = brands.draft(harbour)
    assert read_before is not None
    brands.discard_draft(harbour)

    brands.publish(harbour, {"name": "Harbour"} | read_before.settings)

    assert published(harbour) == {"name": "Harbour"}


def test_a_host_name_is_one_tenants(northwind, harbour):
    own_hosts.put(harbour, "mail.harbour.example.com")

    with pytest.raises(AlreadyExists):
        own_hosts.put(northwind, "mail.harbour.example.com")

    assert own_hosts.tenant_of("mail.harbour.example.com") == harbour
    assert (own_hosts.of(harbour), own_hosts.of(northwind)) == ("mail.harbour.example.com", "")


def test_a_refused_host_name_leaves_the_one_before(northwind, harbour):
    own_hosts.put(northwind, "mail.northwind.example.com")
    own_hosts.put(harbour, "mail.harbour.example.com")

    with pytest.raises(AlreadyExists):
        own_hosts.put(northwind, "mail.harbour.example.com")

    assert own_hosts.of(northwind) == "mail.northwind.example.com"


def test_of_several_tenants_that_want_a_host_name_at_once_one_has_it(store, race):
    made = [tenants.add(f"seller-{n}", name="Seller", whmcs_url="https://whmcs.test")[0] for n in range(6)]
    left = iter(made)

    def want():
        try:
            own_hosts.put(next(left), "mail.example.com")
        except AlreadyExists:
            return False
        return True

    assert sorted(race(6, want)) == [False] * 5 + [True]


def test_another_host_name_takes_the_place_of_the_one_before(harbour):
    own_hosts.put(harbour, "old.example.com")

    own_hosts.put(harbour, "new.example.com")

    assert own_hosts.tenant_of("old.example.com") is None
    own_hosts.put(harbour, "")
    assert own_hosts.tenant_of("new.example.com") is None
