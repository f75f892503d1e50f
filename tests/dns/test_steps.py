import pytest

from portal.dns import Finding, Note, Record, Verdict
from portal.dns.providers import PANELS, PROVIDERS, Zone
from portal.dns.steps import Entry, Guide, guides

MX = Record("alice.test", "MX", "mail.example.test", priority=10)
DMARC = Record("_dmarc.alice.test", "TXT", "v=DMARC1; p=none")
DKIM = Record("s1._domainkey.alice.test", "TXT", f"v=DKIM1; p={'A' * 392}")
ALIAS = Record("autodiscover.alice.test", "CNAME", "mail.example.test")
SRV = Record("_autodiscover._tcp.alice.test", "SRV", "mail.example.test", priority=0, weight=1, port=443)
ALL = (MX, DMARC, DKIM, ALIAS, SRV)


def guide(code: str, *records: Record, zone: str = "alice.test") -> Guide:
    provider = next(one for one in (*PROVIDERS, *PANELS) if one.code == code)
    (found,) = guides(Zone(zone, provider), records)
    return found


def entry(code: str, record: Record, zone: str = "alice.test") -> Entry:
    return guide(code, record, zone=zone).entries[0]


def test_a_domain_at_a_known_provider_has_its_steps_alone() -> None:
    assert [one.provider.code for one in guides(Zone("alice.test", PROVIDERS[0]), ALL)] == ["cloudflare"]


def test_a_domain_elsewhere_has_those_of_each_control_panel() -> None:
    assert [one.provider.code for one in guides(Zone("alice.test", None), ALL)] == ["cpanel", "plesk", "other"]


def test_a_record_takes_the_place_of_what_dns_holds_under_its_name() -> None:
    found = (Record("autodiscover.alice.test", "A", "192.0.2.77"), Record("_dmarc.alice.test", "TXT", "v=DMARC1"))
    finding = Finding(Verdict.WRONG, Note("wrong"), found, ALL)

    (one,) = guides(Zone("alice.test", PROVIDERS[0]), ALL, finding.replacing)

    assert finding.replacing == (DMARC, ALIAS)
    assert [entry.replaces for entry in one.entries] == [record in (DMARC, ALIAS) for record in ALL]


def test_what_is_right_takes_nobodys_place() -> None:
    finding = Finding(Verdict.OK, Note("ok"), (MX,), (MX, Record("alice.test", "MX", "mx2.example.test", 20)))

    assert finding.replacing == ()


@pytest.mark.parametrize("provider", [one.code for one in (*PROVIDERS, *PANELS)])
def test_nothing_of_a_record_gets_lost_on_the_way_into_a_form(provider: str) -> None:
    entries = guide(provider, *ALL).entries

    lost = {
        (record.type, part)
        for record, found in zip(ALL, entries, strict=True)
        for part in (record.type, record.value[:200], str(record.priority), str(record.weight), str(record.port))
        if part != "None" and part not in " ".join(field.value for field in found.fields)
    }
    assert lost == set()


@pytest.mark.parametrize(
    ("provider", "name", "either"),
    [("cloudflare", "@", False), ("route53", "", False), ("ionos", "@", True), ("cpanel", "alice.test", False)],
)
def test_the_domain_itself_is_named_as_the_form_takes_it(provider: str, name: str, either: bool) -> None:
    found = entry(provider, MX)

    assert (dict(found.fields)["name"], found.either) == (name, either)


@pytest.mark.parametrize(
    ("provider", "name"), [("cloudflare", "_dmarc"), ("route53", "_dmarc"), ("cpanel", "_dmarc.alice.test")]
)
def test_what_lies_below_is_named_as_the_form_takes_it(provider: str, name: str) -> None:
    found = entry(provider, DMARC)

    assert (dict(found.fields)["name"], found.either) == (name, False)


def test_the_records_of_a_subdomain_are_named_from_the_zone_they_are_edited_in() -> None:
    found = entry("gandi", Record("_dmarc.shop.alice.test", "TXT", "v=DMARC1; p=none"))

    assert dict(found.fields)["name"] == "_dmarc.shop"


@pytest.mark.parametrize(("provider", "target"), [("godaddy", "mail.example.test"), ("ovhcloud", "mail.example.test.")])
def test_a_target_ends_in_a_dot_where_the_form_would_add_the_domain_to_it(provider: str, target: str) -> None:
    assert dict(entry(provider, ALIAS).fields)["target"] == target


def test_numbers_and_target_are_one_value_where_the_form_has_one_field() -> None:
    mx, srv = guide("route53", MX, SRV).entries

    assert mx.fields == (("type", "MX"), ("name", ""), ("target", "10 mail.example.test."))
    assert srv.fields == (("type", "SRV"), ("name", "_autodiscover._tcp"), ("target", "0 1 443 mail.example.test."))


def test_texts_are_quoted_where_the_form_wants_them_so() -> None:
    short, long = guide("route53", DMARC, DKIM).entries

    assert dict(short.fields)["value"] == '"v=DMARC1; p=none"'
    assert dict(long.fields)["value"] == f'"{DKIM.value[:255]}" "{DKIM.value[255:]}"'
    assert (short.pieces, long.pieces) == ("", "")


def test_elsewhere_a_long_text_is_offered_whole_and_in_pieces() -> None:
    short, long = guide("godaddy", DMARC, DKIM).entries

    assert (dict(short.fields)["value"], short.pieces) == (DMARC.value, "")
    assert (dict(long.fields)["value"], long.pieces) == (DKIM.value, f'"{DKIM.value[:255]}" "{DKIM.value[255:]}"')


@pytest.mark.parametrize(
    ("provider", "head", "apart"),
    [
        ("ovhcloud", [("name", "_autodiscover._tcp")], False),
        ("namecheap", [("service", "_autodiscover"), ("protocol", "_tcp")], False),
        ("bluehost", [("service", "_autodiscover"), ("protocol", "_tcp"), ("name", "@")], False),
        ("cloudflare", [("name", "_autodiscover._tcp")], True),
    ],
)
def test_an_srv_is_named_as_the_form_takes_it(provider: str, head: list[tuple[str, str]], apart: bool) -> None:
    found = entry(provider, SRV)

    assert list(found.fields[1:-4]) == head
    assert found.apart == ((("service", "_autodiscover"), ("protocol", "_tcp")) if apart else ())


def test_the_srv_of_a_subdomain_keeps_the_rest_of_its_name() -> None:
    record = Record("_autodiscover._tcp.shop.alice.test", "SRV", "mail.example.test", priority=0, weight=1, port=443)

    found = entry("namecheap", record)

    assert list(found.fields[1:4]) == [("service", "_autodiscover"), ("protocol", "_tcp"), ("name", "shop")]


@pytest.mark.parametrize(
    ("provider", "record", "hints"),
    [
        ("cloudflare", ALIAS, ("dns-only",)),
        ("cloudflare", DMARC, ()),
        ("namecheap", MX, ("mx-apart",)),
        ("namecheap", DMARC, ()),
        ("ovhcloud", DKIM, ("text-mode",)),
        ("ovhcloud", DMARC, ()),
        ("bluehost", ALIAS, ("remove-autodiscover",)),
        ("bluehost", MX, ()),
        ("route53", DMARC, ("one-set",)),
        ("route53", ALIAS, ()),
        ("google", ALIAS, ("former-google",)),
        ("plesk", ALIAS, ("apply",)),
    ],
)
def test_only_the_hints_that_concern_the_records_are_given(
    provider: str, record: Record, hints: tuple[str, ...]
) -> None:
    assert guide(provider, record).hints == hints
