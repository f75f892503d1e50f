import pytest

from portal.dns import Answers
from portal.dns.lookup import Lookup
from portal.dns.providers import PROVIDERS, Provider, Zone, judge, recognise
from portal.sandbox.dns.server import Dns, Fault

# Name servers as domains there have them.
NAME_SERVERS = {
    "cloudflare": ["asa.ns.cloudflare.com", "quentin.ns.cloudflare.com"],
    "godaddy": ["ns39.domaincontrol.com", "ns40.domaincontrol.com"],
    "namecheap": ["dns1.registrar-servers.com", "dns2.registrar-servers.com"],
    "ionos": ["ns1085.ui-dns.com", "ns1031.ui-dns.org", "ns1092.ui-dns.de", "ns1069.ui-dns.biz"],
    "ovhcloud": ["dns19.ovh.net", "ns19.ovh.net"],
    "gandi": ["ns-12-a.gandi.net", "ns-70-b.gandi.net", "ns-241-c.gandi.net"],
    "squarespace": ["nsd1.squarespacedns.com", "nsd2.squarespacedns.com"],
    "wix": ["ns8.wixdns.net", "ns9.wixdns.net"],
    "route53": ["ns-2048.awsdns-64.com", "ns-2049.awsdns-65.net", "ns-2050.awsdns-66.org", "ns-2051.awsdns-67.co.uk"],
    "azure": ["ns1-04.azure-dns.com", "ns2-04.azure-dns.net", "ns3-04.azure-dns.org", "ns4-04.azure-dns.info"],
    "google": ["ns-cloud-a1.googledomains.com", "ns-cloud-a2.googledomains.com"],
    "digitalocean": ["ns1.digitalocean.com", "ns2.digitalocean.com", "ns3.digitalocean.com"],
    "hetzner": ["hydrogen.ns.hetzner.com", "oxygen.ns.hetzner.com", "helium.ns.hetzner.de"],
    "hostinger": ["lunar.dns-parking.com", "solar.dns-parking.com"],
    "porkbun": ["curitiba.ns.porkbun.com", "fortaleza.ns.porkbun.com", "maceio.ns.porkbun.com"],
    "infomaniak": ["nsany1.infomaniak.com", "nsany2.infomaniak.com"],
    "strato": ["docks09.rzone.de", "shades16.rzone.de"],
    "namecom": ["ns1fkl.name.com", "ns2fkl.name.com"],
    "bluehost": ["ns1.bluehost.com", "ns2.bluehost.com"],
    "networksolutions": ["ns47.worldnic.com", "ns48.worldnic.com"],
}
LOOK_ALIKES = [
    "ns1.cloudflare.com.evil.test",
    "asa.ns.cloudflare.com.evil.test",
    "asa.ns.notcloudflare.com",
    "asans.cloudflare.com",
    "ns.cloudflare.com",
    "notdomaincontrol.com",
    "ns39.domaincontrol.com.evil.test",
    "ns39.mydomaincontrol.com",
    "ns-2048.awsdns-64.com.evil.test",
    "ns-2048.awsdns-64.evil.test",
    "x.ns-2048.awsdns-64.com",
    "ns-2048.awsdns-.com",
    "ns-cloud-a1.googledomains.com.evil.test",
    "www.googledomains.com",
    "ns1.mydigitalocean.com",
    "rename.com",
    "ns1.rename.com",
    "sdns2.ovh.net",
    "dns19.xovh.net",
    "dns1.p02.nsone.net",
    "ns1-04.azure-dns.co",
    "name.com",
    "",
    ".",
]


def records(hosts: list[str]) -> str:
    return "\n".join(f"@ NS {host}." for host in hosts)


def code(provider: Provider | None) -> str:
    return provider.code if provider else ""


def looked_up(lookup: Lookup, domain: str) -> tuple[str, str]:
    def judged(answers: Answers) -> Zone:
        return judge(answers, domain)

    zone = lookup.judge(judged).value
    return zone.name, code(zone.provider)


def test_every_provider_has_an_example_here() -> None:
    assert [provider.code for provider in PROVIDERS] == list(NAME_SERVERS)


@pytest.mark.parametrize(("expected", "hosts"), NAME_SERVERS.items(), ids=NAME_SERVERS)
def test_a_provider_is_recognised_by_its_name_servers(expected: str, hosts: list[str]) -> None:
    assert code(recognise(hosts)) == expected


@pytest.mark.parametrize(
    ("expected", "hosts"),
    [
        ("cloudflare", ["ASA.NS.Cloudflare.com.", "quentin.ns.cloudflare.com"]),
        ("ovhcloud", ["dns200.anycast.me", "ns200.anycast.me"]),
        ("ovhcloud", ["dns103.ovh.ca", "ns103.ovh.ca"]),
        ("gandi", ["a.dns.gandi.net", "b.dns.gandi.net"]),
        ("squarespace", ["ns01.squarespacedns.com", "dns1.p02.nsone.net", "dns2.p02.nsone.net"]),
        ("infomaniak", ["ns11.infomaniak.com", "ns12.infomaniak.com"]),
    ],
    ids=lambda value: value if isinstance(value, str) else value[0],
)
def test_other_names_of_the_same_provider_are_recognised(expected: str, hosts: list[str]) -> None:
    assert code(recognise(hosts)) == expected


@pytest.mark.parametrize("host", LOOK_ALIKES)
def test_a_look_alike_is_nobody(host: str) -> None:
    assert recognise([host]) is None


@pytest.mark.parametrize(
    "hosts",
    [
        [],
        ["asa.ns.cloudflare.com", "ns39.domaincontrol.com"],
        ["asa.ns.cloudflare.com", "asa.ns.cloudflare.com.evil.test"],
        ["ns1.alice.test", "sdns2.ovh.net"],
        ["ns1.alice.test", "hydrogen.ns.hetzner.com"],
        ["ns-2048.awsdns-64.com", "dns1.p02.nsone.net"],
    ],
    ids=["none", "two providers", "a look-alike beside", "ovh as secondary", "hetzner as secondary", "ns1 beside"],
)
def test_where_name_servers_are_not_all_of_one_provider_nobody_is_guessed(hosts: list[str]) -> None:
    assert recognise(hosts) is None


@pytest.mark.parametrize(("expected", "hosts"), NAME_SERVERS.items(), ids=NAME_SERVERS)
def test_a_provider_is_recognised_in_dns(dns: Dns, lookup: Lookup, expected: str, hosts: list[str]) -> None:
    dns.zones.put("alice.test", records(hosts))

    assert looked_up(lookup, "alice.test") == ("alice.test", expected)


def test_a_subdomain_is_edited_in_the_zone_above_it(dns: Dns, lookup: Lookup) -> None:
    dns.zones.put("alice.test", records(NAME_SERVERS["gandi"]) + "\nshop MX 10 mail.example.test.")

    assert looked_up(lookup, "mail.shop.alice.test") == ("alice.test", "gandi")


def test_a_subdomain_that_is_a_zone_of_its_own_is_edited_there(dns: Dns, lookup: Lookup) -> None:
    dns.zones.put("alice.test", records(NAME_SERVERS["gandi"]))
    dns.zones.put("shop.alice.test", records(NAME_SERVERS["route53"]))

    assert looked_up(lookup, "shop.alice.test") == ("shop.alice.test", "route53")


def test_the_name_servers_behind_a_cname_are_not_those_of_the_domain(dns: Dns, lookup: Lookup) -> None:
    dns.zones.put("alice.test", records(NAME_SERVERS["gandi"]) + "\nshop CNAME shops.test.")
    dns.zones.put("shops.test", records(NAME_SERVERS["cloudflare"]))

    assert looked_up(lookup, "shop.alice.test") == ("alice.test", "gandi")


def test_a_domain_at_a_provider_nobody_knows_is_a_zone_without_one(dns: Dns, lookup: Lookup) -> None:
    dns.zones.put("alice.test", records(["ns1.example.test", "ns2.example.test"]))

    assert looked_up(lookup, "alice.test") == ("alice.test", "")


def test_a_domain_that_is_not_in_dns_has_no_provider(dns: Dns, lookup: Lookup) -> None:
    assert looked_up(lookup, "shop.alice.test") == ("shop.alice.test", "")


@pytest.mark.parametrize("fault", ["servfail", "refused", "timeout"])
def test_what_could_not_be_looked_up_has_no_provider(dns: Dns, lookup: Lookup, fault: str) -> None:
    dns.zones.put("alice.test", records(NAME_SERVERS["gandi"]))
    dns.faults(Fault("alice.test", fault))

    assert looked_up(lookup, "alice.test") == ("alice.test", "")


def test_the_question_goes_to_the_domain_and_what_is_above_it_and_not_to_the_top(dns: Dns, lookup: Lookup) -> None:
    dns.zones.put("alice.test", records(NAME_SERVERS["gandi"]))

    looked_up(lookup, "shop.alice.test")

    assert {(question["name"], question["type"]) for question in dns.queries()} == {
        ("shop.alice.test", "NS"),
        ("alice.test", "NS"),
    }
