"""The sandbox's DNS over real sockets, asked by the resolver library the portal uses."""

import socket
import time
from collections.abc import Iterator

import dns.exception
import dns.flags
import dns.message
import dns.nameserver
import dns.query
import dns.rcode
import dns.rdatatype
import dns.resolver
import pytest
import requests

from portal.sandbox.dns.control import control
from portal.sandbox.dns.server import Dns, Fault
from portal.sandbox.web import Web

ALICE = """
@ MX 10 mail.mailhost.test.
@ TXT "v=spf1 include:spf.mailhost.test; ~all" "second"
autodiscover CNAME mail.mailhost.test.
_autodiscover._tcp SRV 0 0 443 mail.mailhost.test.
loop CNAME pool.alice.test.
pool CNAME loop.alice.test.
"""
TOO_LONG = "@ TXT " + " ".join(['"' + "x" * 255 + '"'] * 257)


@pytest.fixture
def server() -> Iterator[Dns]:
    with Dns() as server:
        server.zones.put("mailhost.test", "mail A 192.0.2.25")
        server.zones.put("alice.test", ALICE)
        yield server


@pytest.fixture
def resolver(server: Dns) -> dns.resolver.Resolver:
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers = [dns.nameserver.Do53Nameserver(server.host, server.port)]
    resolver.lifetime = 1.0
    return resolver


def by_udp(server: Dns, name: str, qtype: str, **options: object) -> dns.message.Message:
    return dns.query.udp(dns.message.make_query(name, qtype, **options), server.host, port=server.port, timeout=2)


def test_records_of_a_zone_are_answered(resolver):
    mx = resolver.resolve("alice.test", "MX")
    srv = resolver.resolve("_autodiscover._tcp.alice.test", "SRV")

    assert [(record.preference, str(record.exchange)) for record in mx] == [(10, "mail.mailhost.test.")]
    assert [(record.port, str(record.target)) for record in srv] == [(443, "mail.mailhost.test.")]


def test_a_text_record_keeps_its_strings_apart(resolver):
    (text,) = resolver.resolve("alice.test", "TXT")

    assert text.strings == (b"v=spf1 include:spf.mailhost.test; ~all", b"second")


def test_names_are_found_in_any_case(resolver):
    assert len(resolver.resolve("ALICE.Test", "MX")) == 1


def test_an_alias_is_followed_into_another_zone(resolver):
    (address,) = resolver.resolve("autodiscover.alice.test", "A")

    assert str(address) == "192.0.2.25"


def test_an_alias_that_leads_nowhere_does_not_exist(server, resolver):
    server.zones.remove("mailhost.test")

    with pytest.raises(dns.resolver.NXDOMAIN):
        resolver.resolve("autodiscover.alice.test", "A")


def test_aliases_in_a_circle_are_a_server_failure(server):
    assert by_udp(server, "loop.alice.test", "A").rcode() == dns.rcode.SERVFAIL


@pytest.mark.parametrize("name", ["nobody.alice.test", "unknown.test"])
def test_a_name_that_does_not_exist_is_nxdomain(resolver, name):
    with pytest.raises(dns.resolver.NXDOMAIN):
        resolver.resolve(name, "A")


@pytest.mark.parametrize("name", ["alice.test", "_tcp.alice.test"])
def test_a_name_without_such_a_record_is_no_data(server, resolver, name):
    with pytest.raises(dns.resolver.NoAnswer):
        resolver.resolve(name, "A")

    assert by_udp(server, name, "A").rcode() == dns.rcode.NOERROR


def test_negative_answers_carry_the_zones_soa(server):
    for name in ("alice.test", "nobody.alice.test"):
        answer = by_udp(server, name, "A")

        assert [str(record.name) for record in answer.authority] == ["alice.test."]


def test_the_inner_of_two_zones_answers(server, resolver):
    server.zones.put("shop.alice.test", "@ MX 5 other.test.")

    assert resolver.resolve("shop.alice.test", "MX")[0].preference == 5


def test_a_zone_changes_while_the_server_runs(server, resolver):
    assert resolver.resolve("alice.test", "MX")[0].preference == 10

    server.zones.put("alice.test", "@ MX 20 mail.mailhost.test.")

    assert resolver.resolve("alice.test", "MX")[0].preference == 20


@pytest.mark.parametrize("line", ["@ BLAH x", "@ MX", "@", "@ A 300.1.1.1", "x.elsewhere.test. A 192.0.2.1", TOO_LONG])
def test_records_that_cannot_be_read_are_refused_and_change_nothing(server, resolver, line):
    with pytest.raises(ValueError, match=r"is not inside|cannot be read"):
        server.zones.put("alice.test", line)

    assert resolver.resolve("alice.test", "MX")[0].preference == 10


def test_servfail_can_be_switched_on_for_one_record_type(server, resolver):
    server.faults(Fault("alice.test", "servfail", "TXT"))

    with pytest.raises(dns.resolver.NoNameservers):
        resolver.resolve("alice.test", "TXT")
    assert resolver.resolve("alice.test", "MX")


@pytest.mark.parametrize(
    ("kind", "rcode"),
    [
        ("servfail", dns.rcode.SERVFAIL),
        ("refused", dns.rcode.REFUSED),
        ("nxdomain", dns.rcode.NXDOMAIN),
        ("nodata", dns.rcode.NOERROR),
    ],
)
def test_a_fault_covers_the_name_and_everything_below_it(server, kind, rcode):
    server.faults(Fault("alice.test", kind))

    for name in ("alice.test", "_autodiscover._tcp.alice.test"):
        answer = by_udp(server, name, "SRV")

        assert answer.rcode() == rcode
        assert not answer.answer
    assert by_udp(server, "mail.mailhost.test", "A").answer


@pytest.mark.parametrize("tcp", [False, True])
def test_a_timeout_is_silence_on_both_transports(server, resolver, tcp):
    server.faults(Fault("alice.test", "timeout"))
    resolver.lifetime = 0.3

    with pytest.raises(dns.resolver.LifetimeTimeout):
        resolver.resolve("alice.test", "MX", tcp=tcp)


def test_faults_end_when_they_are_replaced_by_none(server, resolver):
    server.faults(Fault("alice.test", "servfail"))

    server.faults()

    assert resolver.resolve("alice.test", "MX")


def test_an_unknown_fault_is_refused():
    with pytest.raises(ValueError, match="servfail"):
        Fault("alice.test", "explode")


def test_an_answer_too_long_for_udp_is_cut_to_its_question_and_comes_whole_by_tcp(server, resolver):
    strings = [f"{number:03}" + "x" * 252 for number in range(200)]
    server.zones.put("long.test", "@ TXT " + " ".join(f'"{text}"' for text in strings))

    cut = by_udp(server, "long.test", "TXT")
    (whole,) = resolver.resolve("long.test", "TXT")

    assert cut.flags & dns.flags.TC
    assert [str(question.name) for question in cut.question] == ["long.test."]
    assert not cut.answer
    assert [text.decode() for text in whole.strings] == strings
    assert [query["transport"] for query in server.queries()] == ["udp", "udp", "tcp"]


def test_a_client_that_takes_larger_datagrams_gets_them(server):
    server.zones.put("long.test", "@ TXT " + " ".join(['"' + "x" * 250 + '"'] * 4))

    small = by_udp(server, "long.test", "TXT")
    large = by_udp(server, "long.test", "TXT", use_edns=0, payload=1232)

    assert small.flags & dns.flags.TC
    assert large.answer
    assert large.edns == 0


def test_an_answer_longer_than_a_message_can_be_is_a_server_failure(server, resolver):
    record = "@ TXT " + " ".join(['"' + "x" * 255 + '"'] * 150)
    server.zones.put("huge.test", f"{record}\n{record}")

    with pytest.raises(dns.resolver.NoNameservers):
        resolver.resolve("huge.test", "TXT")


def test_a_connection_may_ask_more_than_once(server):
    with socket.create_connection((server.host, server.port), timeout=2) as connection:
        for name in ("alice.test", "mailhost.test"):
            dns.query.send_tcp(connection, dns.message.make_query(name, "SOA"))
            answer, _ = dns.query.receive_tcp(connection)

            assert [str(record.name) for record in answer.answer] == [f"{name}."]


def test_what_is_not_a_question_is_dropped(server):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.sendto(b"not a question", (server.host, server.port))

    assert by_udp(server, "alice.test", "MX").answer


def test_every_question_is_in_the_log(server, resolver):
    resolver.resolve("alice.test", "MX")
    with pytest.raises(dns.resolver.NXDOMAIN):
        resolver.resolve("nobody.alice.test", "A")

    logged = [(query["name"], query["type"], query["result"]) for query in server.queries()]
    server.clear_queries()

    assert logged == [("alice.test", "MX", "NOERROR"), ("nobody.alice.test", "A", "NXDOMAIN")]
    assert server.queries() == []


def test_the_server_says_nothing_on_the_console(resolver, capfd):
    resolver.resolve("alice.test", "MX")

    assert capfd.readouterr() == ("", "")


def test_a_given_port_is_used_for_both_transports(server):
    port = server.port
    server.stop()

    with Dns(port) as again:
        assert again.address == f"127.0.0.1:{port}"
        assert by_udp(again, "alice.test", "A").rcode() == dns.rcode.NXDOMAIN


@pytest.fixture
def switches(server: Dns) -> Iterator[str]:
    with Web(control(server)) as web:
        yield web.url


def test_zones_can_be_changed_over_http(switches, resolver):
    put = requests.put(f"{switches}/zones/carol.test", json={"records": "@ MX 10 mail.mailhost.test."}, timeout=5)
    found = resolver.resolve("carol.test", "MX")
    listed = requests.get(f"{switches}/zones", timeout=5).json()
    requests.delete(f"{switches}/zones/carol.test", timeout=5)

    assert put.status_code == 204
    assert len(found) == 1
    assert listed["carol.test"] == "@ MX 10 mail.mailhost.test."
    with pytest.raises(dns.resolver.NXDOMAIN):
        resolver.resolve("carol.test", "MX")


def test_bad_records_over_http_are_answered_with_the_reason(switches):
    answer = requests.put(f"{switches}/zones/carol.test", json={"records": "@ BLAH x"}, timeout=5)

    assert answer.status_code == 400
    assert "carol.test" in answer.json()["error"]


def test_faults_and_the_log_can_be_reached_over_http(switches, server):
    fault = {"name": "alice.test", "kind": "servfail"}
    requests.post(f"{switches}/faults", json={"faults": [fault]}, timeout=5)
    answer = by_udp(server, "alice.test", "MX")
    logged = requests.get(f"{switches}/queries", timeout=5).json()["queries"]
    requests.delete(f"{switches}/queries", timeout=5)

    assert answer.rcode() == dns.rcode.SERVFAIL
    assert [query["result"] for query in logged] == ["SERVFAIL"]
    assert server.queries() == []


def test_an_unknown_fault_over_http_is_answered_with_the_reason(switches):
    answer = requests.post(f"{switches}/faults", json={"faults": [{"name": "x", "kind": "explode"}]}, timeout=5)

    assert answer.status_code == 400
    assert "servfail" in answer.json()["error"]


def as_name_server(server: Dns, name: str, qtype: str) -> dns.message.Message:
    """What it says to somebody who does not ask for recursion."""
    return by_udp(server, name, qtype, flags=0)


def test_a_name_server_answers_for_its_own_zones(server):
    answer = as_name_server(server, "alice.test", "MX")

    assert answer.flags & dns.flags.AA
    assert [record[0].preference for record in answer.answer] == [10]


def test_a_name_server_refuses_what_it_does_not_hold(server):
    answer = as_name_server(server, "bob.test", "MX")

    assert answer.rcode() == dns.rcode.REFUSED


def test_a_name_server_stops_where_an_alias_leaves_what_it_holds(server):
    server.zones.put("alice.test", "here CNAME there.elsewhere.test.")

    answer = as_name_server(server, "here.alice.test", "A")

    assert answer.rcode() == dns.rcode.NOERROR
    assert [record.rdtype for record in answer.answer] == [dns.rdatatype.CNAME]


def test_a_name_server_refers_to_those_of_a_zone_inside(server):
    server.zones.put("alice.test", "shop NS ns.shop.alice.test.\nns.shop A 192.0.2.53")

    answer = as_name_server(server, "www.shop.alice.test", "A")

    assert not answer.flags & dns.flags.AA
    assert [(str(record.name), str(record[0])) for record in answer.authority] == [
        ("shop.alice.test.", "ns.shop.alice.test.")
    ]
    assert [str(record[0]) for record in answer.additional] == ["192.0.2.53"]


def test_a_lame_server_does_not_say_that_it_is_responsible(server):
    server.faults(Fault("alice.test", "lame"))

    answer = by_udp(server, "alice.test", "MX")

    assert not answer.flags & dns.flags.AA
    assert answer.answer


def test_a_garbled_message_cannot_be_read(server):
    server.faults(Fault("alice.test", "garbled"))

    with pytest.raises(dns.exception.DNSException):
        by_udp(server, "alice.test", "MX")


def test_a_wildcard_stands_for_names_that_do_not_exist(server, resolver):
    server.zones.put("alice.test", '* TXT "any"\nwww A 192.0.2.1\n*.shop TXT "of the shop"')

    found = [resolver.resolve(name, "TXT")[0].strings for name in ("a.b.alice.test", "x.shop.alice.test")]

    assert found == [(b"any",), (b"of the shop",)]
    with pytest.raises(dns.resolver.NoAnswer):
        resolver.resolve("www.alice.test", "TXT")


def test_answers_take_as_long_as_they_are_told_to(server, resolver):
    with Web(control(server)) as switches:
        requests.post(f"{switches.url}/latency", json={"ms": 200}, timeout=5).raise_for_status()
    began = time.monotonic()

    resolver.resolve("alice.test", "MX")

    assert time.monotonic() - began >= 0.2
    assert server.queries()[0]["ms"] >= 200
