"""Live looks go to the zone's own name servers, and never into the network the portal stands in."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing

import pytest

from portal.dns import Answers, CouldNotLook, own_servers
from portal.dns.lookup import Lookup
from portal.dns.own_servers import OwnServers, is_public
from portal.sandbox.dns.server import Dns, Fault

# As resolvers know them: who serves which zone, and where. Elsewhere is alice.test's second server.
HOSTS = "ns1 A 127.0.0.2\nns2 A 127.0.0.3\nmailhost A 127.0.0.4\n"
DELEGATED = "@ NS ns1.hosts.test.\n@ NS ns2.hosts.test.\n"

Server = Callable[[str], Dns]


@pytest.fixture
def server(dns: Dns) -> Iterator[Server]:
    """Starts a name server at that address of loopback, on the port that all of them have."""
    with ExitStack() as stack:
        yield lambda host: stack.enter_context(Dns(dns.port, host))


@pytest.fixture
def live(dns: Dns) -> Iterator[Lookup]:
    """`dns` is the resolver. It knows the servers of alice.test, and of its records what they once were."""
    dns.zones.put("hosts.test", HOSTS)
    dns.zones.put("alice.test", f'{DELEGATED}@ TXT "as resolvers have it"')
    allowed = OwnServers(port=dns.port, may_ask=lambda address: address.startswith("127.0.0."))
    with closing(Lookup([(dns.host, dns.port)], seconds=1.2, own_servers=allowed)) as lookup:
        yield lookup


def text(answers: Answers) -> str:
    return " ".join(answers.texts("alice.test"))


def test_a_live_look_is_at_the_zones_own_server(dns: Dns, server: Server, live: Lookup) -> None:
    own = server("127.0.0.2")
    own.zones.put("alice.test", f"{DELEGATED}@ TXT new")

    looked = live.judge(text, live=True)

    assert looked.value == "new"
    assert [(query["type"], query["recursion"]) for query in own.queries()] == [("TXT", False)]
    assert "TXT" not in [query["type"] for query in dns.queries()]


def test_what_it_said_is_what_everybody_then_gets(server: Server, live: Lookup) -> None:
    server("127.0.0.2").zones.put("alice.test", f"{DELEGATED}@ TXT new")

    looked = live.judge(text, live=True)

    assert live.judge(text) == looked


def test_without_live_resolvers_are_asked(server: Server, live: Lookup) -> None:
    own = server("127.0.0.2")

    looked = live.judge(text)

    assert looked.value == "as resolvers have it"
    assert own.queries() == []


@pytest.mark.parametrize("fault", ["refused", "servfail", "lame", "timeout", "garbled", "none there"])
def test_the_next_server_is_asked_when_the_first_is_no_help(server: Server, live: Lookup, fault: str) -> None:
    if fault != "none there":
        first = server("127.0.0.2")
        first.zones.put("alice.test", f"{DELEGATED}@ TXT wrong")
        first.faults(Fault("alice.test", fault))
    server("127.0.0.3").zones.put("alice.test", f"{DELEGATED}@ TXT new")

    looked = live.judge(text, live=True)

    assert looked.value == "new"


@pytest.mark.parametrize("fault", ["refused", "servfail", "lame", "timeout"])
def test_when_no_server_is_any_help_nothing_is_known(server: Server, live: Lookup, fault: str) -> None:
    for host in ("127.0.0.2", "127.0.0.3"):
        own = server(host)
        own.zones.put("alice.test", DELEGATED)
        own.faults(Fault("alice.test", fault))

    with pytest.raises(CouldNotLook):
        live.judge(text, live=True)


def test_a_server_that_is_silent_is_asked_once_more(dns: Dns, server: Server, live: Lookup) -> None:
    dns.zones.put("alice.test", "@ NS ns1.hosts.test.")
    own = server("127.0.0.2")
    own.faults(Fault("alice.test", "timeout"))

    with pytest.raises(CouldNotLook, match="timeout"):
        live.judge(text, live=True)

    assert len(own.queries()) == 2


def test_a_record_that_is_gone_is_gone(server: Server, live: Lookup) -> None:
    server("127.0.0.2").zones.put("alice.test", DELEGATED)

    gone = live.judge(
        lambda answers: [answers.get(name, "TXT") for name in ("alice.test", "www.alice.test")], live=True
    )

    assert [(answer.records, answer.exists) for answer in gone.value] == [((), True), ((), False)]


def test_a_cname_out_of_the_zone_is_followed_at_the_other_zones_own_server(
    dns: Dns, server: Server, live: Lookup
) -> None:
    own, other = server("127.0.0.2"), server("127.0.0.4")
    own.zones.put("alice.test", f"{DELEGATED}a CNAME b.alice.test.\nb CNAME mail.mailhost.test.")
    dns.zones.put("mailhost.test", "@ NS mailhost.hosts.test.\nmail A 192.0.2.1")
    other.zones.put("mailhost.test", "@ NS mailhost.hosts.test.\nmail A 192.0.2.25")

    answer = live.judge(lambda answers: answers.get("a.alice.test", "A"), live=True).value

    assert answer.records == ("192.0.2.25",)
    assert answer.chain == ("b.alice.test", "mail.mailhost.test")
    assert [query["name"] for query in own.queries()] == ["a.alice.test"]


def test_a_server_is_not_believed_for_the_zones_of_others(dns: Dns, server: Server, live: Lookup) -> None:
    own, other = server("127.0.0.2"), server("127.0.0.4")
    own.zones.put("alice.test", f"{DELEGATED}a CNAME mail.mailhost.test.")
    own.zones.put("mailhost.test", "mail A 198.51.100.66")
    dns.zones.put("mailhost.test", "@ NS mailhost.hosts.test.")
    other.zones.put("mailhost.test", "@ NS mailhost.hosts.test.\nmail A 192.0.2.25")

    answer = live.judge(lambda answers: answers.get("a.alice.test", "A"), live=True).value

    assert answer.records == ("192.0.2.25",)


@pytest.mark.parametrize(
    "records",
    [
        "a CNAME b.alice.test.\nb CNAME a.alice.test.",
        "a CNAME n0.alice.test.\n" + "\n".join(f"n{n} CNAME n{n + 1}.alice.test." for n in range(20)),
    ],
    ids=["circle", "too long"],
)
def test_a_chain_without_an_end_is_unknown(server: Server, live: Lookup, records: str) -> None:
    server("127.0.0.2").zones.put("alice.test", f"{DELEGATED}{records}")

    with pytest.raises(CouldNotLook):
        live.judge(lambda answers: answers.get("a.alice.test", "A"), live=True)


def test_a_zone_that_resolvers_do_not_know_yet_is_found_by_referral(dns: Dns, server: Server, live: Lookup) -> None:
    own, below = server("127.0.0.2"), server("127.0.0.3")
    own.zones.put("alice.test", f"{DELEGATED}shop NS ns.shop.alice.test.\nns.shop A 127.0.0.3")
    below.zones.put("shop.alice.test", "@ TXT new")

    looked = live.judge(lambda answers: answers.texts("shop.alice.test"), live=True)

    assert looked.value == ("new",)
    assert "ns.shop.alice.test" not in [query["name"] for query in dns.queries()]


def test_a_server_that_refers_to_itself_is_no_help(server: Server, live: Lookup) -> None:
    own = server("127.0.0.2")
    own.zones.put("alice.test", f"{DELEGATED}shop NS ns1.hosts.test.")

    with pytest.raises(CouldNotLook):
        live.judge(lambda answers: answers.texts("shop.alice.test"), live=True)

    assert len(own.queries()) == 2


@pytest.mark.parametrize(("referrals", "ends"), [(4, True), (5, False)])
def test_only_so_many_referrals_are_followed(
    dns: Dns, server: Server, live: Lookup, referrals: int, ends: bool
) -> None:
    zones = [".".join(["x"] * depth + ["alice.test"]) for depth in range(referrals + 1)]
    dns.zones.put("hosts.test", "\n".join(f"n{number} A 127.0.0.{10 + number}" for number in range(len(zones))))
    dns.zones.put("alice.test", "@ NS n0.hosts.test.")
    for number, zone in enumerate(zones):
        server(f"127.0.0.{10 + number}").zones.put(zone, f"x NS n{number + 1}.hosts.test.\n@ TXT end")

    def judge(answers: Answers) -> bool:
        try:
            return answers.texts(zones[-1]) == ("end",)
        except CouldNotLook:
            return False

    assert live.judge(judge, live=True).value == ends


def test_a_large_text_comes_by_tcp(server: Server, live: Lookup) -> None:
    own = server("127.0.0.2")
    own.zones.put("alice.test", f"{DELEGATED}@ TXT " + " ".join(['"' + "x" * 255 + '"'] * 255))

    looked = live.judge(text, live=True)

    assert len(looked.value) == 255 * 255
    assert [query["transport"] for query in own.queries()] == ["udp", "tcp"]


def test_a_zone_with_very_many_servers_is_asked_at_few(dns: Dns, server: Server, live: Lookup) -> None:
    hosts = [f"n{number}" for number in range(40)]
    dns.zones.put("hosts.test", "\n".join(f"{host} A 127.0.1.{place}" for place, host in enumerate(hosts, 1)))
    dns.zones.put("alice.test", "\n".join(f"@ NS {host}.hosts.test." for host in hosts))

    with pytest.raises(CouldNotLook):
        live.judge(text, live=True)

    asked = {query["name"] for query in dns.queries() if query["name"].endswith("hosts.test")}
    assert len(asked) <= 6


def test_who_points_around_without_an_end_has_few_others_asked(dns: Dns, server: Server, live: Lookup) -> None:
    own = server("127.0.0.2")
    for number in range(16):
        hosts = [f"n{host}.z{number}.test" for host in range(6)]
        addresses = "\n".join(f"n{host} A 127.0.0.2" for host in range(6))
        delegated = "\n".join(f"@ NS {host}." for host in hosts)
        dns.zones.put(f"z{number}.test", f"{delegated}\n{addresses}")
        own.zones.put(f"z{number}.test", f"{delegated}\na CNAME a.z{number + 1}.test.")

    with pytest.raises(CouldNotLook, match="too many"):
        live.judge(lambda answers: answers.get("a.z0.test", "TXT"), live=True)

    assert len(dns.queries()) + len(own.queries()) <= own_servers.MOST_MESSAGES


def test_no_server_is_asked_that_is_not_public(dns: Dns, server: Server) -> None:
    own = server("127.0.0.2")
    own.zones.put("alice.test", f"{DELEGATED}@ TXT inside")
    dns.zones.put("hosts.test", HOSTS)
    dns.zones.put("alice.test", DELEGATED)
    as_usual = OwnServers(port=dns.port)

    with (
        closing(Lookup([(dns.host, dns.port)], seconds=1, own_servers=as_usual)) as lookup,
        pytest.raises(CouldNotLook, match="public"),
    ):
        lookup.judge(text, live=True)

    assert own.queries() == []


def test_glue_that_is_not_public_is_not_asked_either(dns: Dns, server: Server) -> None:
    own, inside = server("127.0.0.2"), server("127.0.0.3")
    dns.zones.put("hosts.test", HOSTS)
    dns.zones.put("alice.test", "@ NS ns1.hosts.test.")
    own.zones.put("alice.test", "@ NS ns1.hosts.test.\nshop NS ns.shop.alice.test.\nns.shop A 127.0.0.3")
    one = OwnServers(port=dns.port, may_ask=lambda address: address == "127.0.0.2")

    with (
        closing(Lookup([(dns.host, dns.port)], seconds=1, own_servers=one)) as lookup,
        pytest.raises(CouldNotLook, match="public"),
    ):
        lookup.judge(lambda answers: answers.texts("shop.alice.test"), live=True)

    assert inside.queries() == []


@pytest.mark.parametrize("address", ["8.8.8.8", "198.41.0.4", "2001:4860:4860::8888", "2a01:4f8::1"])
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *("0.0.0.0", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.8.8.8", "169.254.169.254", "172.16.0.1", "192.0.0.1"),
        *("192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "224.0.0.251", "239.1.1.1", "240.0.0.1"),
        *("255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::7f00:1", "64:ff9b::7f00:1"),
        *(
            "64:ff9b::a00:1",
            "64:ff9b::808:808",
            "64:ff9b:1::a00:1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
        ),
        *("fc00::1", "fd00::1", "fe80::1", "fec0::1", "ff02::1"),
    ],
)
def test_others_are_not(address: str) -> None:
    assert not is_public(address)
