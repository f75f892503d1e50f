import time
from contextlib import suppress

import pytest

from portal.dns.spf_record import SpfSyntaxError, in_order, is_spf, parse


@pytest.mark.parametrize("text", ["v=spf1", "V=SPF1 -all", "v=spf1  ", "v=Spf1 nonsense"])
def test_an_spf_record_is_known_by_its_first_word(text: str) -> None:
    assert is_spf(text)


@pytest.mark.parametrize("text", ["", "v=spf10 -all", "v=spf1\t-all", " v=spf1 -all", "v=spf1;-all", "spf2.0/pra -all"])
def test_anything_else_is_none(text: str) -> None:
    assert not is_spf(text)


@pytest.mark.parametrize(
    "term",
    [
        "all -ALL ~all ?all",
        "include:_spf.alice.test INCLUDE:alice.test. -include:%{d}.x.test include:%{D4r.-+,/_=}",
        "a A:alice.test a:alice.test/24 a/0 a/32//128 a//64 a:foo:bar/baz.alice.test a:%{d}/24 a:x.co-m a:x.1a",
        "mx mx/24//64 +mx:alice.test",
        "ptr ptr:alice.test",
        "exists:%{ir}.%{v}.arpa.alice.test exists:%%.%_.%-.x.test exists:a.%{s}%{l}%{o}%{h}%{p}",
        "ip4:192.0.2.1 ip4:192.0.2.77/24 ip4:0.0.0.0/0",
        "ip6:2001:db8::/32 IP6:::1 ip6:::ffff:192.0.2.1",
        "redirect=_spf.alice.test exp=explain.%{d}",
        "moo=anything moo=again all=1 include= x-1._=%{c}%{R}%{t}",
        "",
        "   -all   ",
    ],
)
def test_what_the_grammar_allows_is_read(term: str) -> None:
    assert len(parse(f"v=spf1 {term}")) == len(term.split())


@pytest.mark.parametrize(
    ("term", "kind"),
    [
        ("ipv4:192.0.2.1", "mechanism"),
        ("spf.alice.test", "mechanism"),
        ("redirect:alice.test", "mechanism"),
        ("all.", "mechanism"),
        ("all:alice.test", "term"),
        ("all/8", "term"),
        ("include", "term"),
        ("include/24", "term"),
        ("ip4", "term"),
        ("ptr/24", "term"),
        ("-redirect=alice.test", "term"),
        ("--all", "term"),
        ("192.0.2.1", "term"),
        ("=alice", "term"),
        ("%{d}", "term"),
        ("ip4:", "network"),
        ("ip4:192.0.2", "network"),
        ("ip4:192.0.2.256", "network"),
        ("ip4:192.0.2.1/33", "network"),
        ("ip4:192.0.2.1/024", "network"),
        ("ip4:192.0.2.1/255.255.255.0", "network"),
        ("ip4:192.0.2.1:25", "network"),
        ("ip4:192.0.2.01", "network"),
        ("ip4:2001:db8::1", "network"),
        ("ip6:192.0.2.1", "network"),
        ("ip6:2001:db8::1/129", "network"),
        ("ip6:fe80::1%eth0", "network"),
        ("a/33", "network"),
        ("a//129", "network"),
        ("mx:alice.test/99", "network"),
        ("a/", "network"),
        ("a:", "domain"),
        ("include:", "domain"),
        ("redirect=", "domain"),
        ("exp=", "domain"),
        ("a:localhost", "domain"),
        ("a:test.", "domain"),
        ("a:192.0.2.1", "domain"),
        ("a:alice.-test", "domain"),
        ("a:alice..", "domain"),
        ("include:%{d}x", "domain"),
        ("a:alice.test/024", "domain"),
        ("include:%alice.test", "macro"),
        ("include:%{x}.alice.test", "macro"),
        ("include:%{d0}.alice.test", "macro"),
        ("include:%{d", "macro"),
        ("exists:%{}.alice.test", "macro"),
        ("exists:%{c}.alice.test", "macro"),
        ("redirect=%{t}.alice.test", "macro"),
        ("moo=100%", "macro"),
        ("a:alicé.test", "character"),
        ("a\tmx", "character"),
        ("a\x00", "character"),
    ],
)
def test_what_it_does_not_allow_is_named(term: str, kind: str) -> None:
    with pytest.raises(SpfSyntaxError) as found:
        parse(f"v=spf1 mx {term} -all")

    assert (found.value.kind, found.value.term) == (kind, term)


@pytest.mark.parametrize("again", ["redirect=b.test redirect=b.test", "exp=a.test EXP=b.test"])
def test_redirect_and_exp_stand_once(again: str) -> None:
    with pytest.raises(SpfSyntaxError) as found:
        parse(f"v=spf1 {again}")

    assert (found.value.kind, found.value.term) == ("repeated", again.split()[1])


@pytest.mark.parametrize(
    ("record", "decisive"),
    [
        ("v=spf1 a moo=1 -all mx ~all", "a -all"),
        ("v=spf1 redirect=b.test a mx", "a mx redirect=b.test"),
        ("v=spf1 redirect=b.test a ?all", "a ?all"),
        ("v=spf1 all=1 a", "a"),
        ("v=spf1", ""),
    ],
)
def test_the_first_all_ends_a_record_and_redirect_comes_last(record: str, decisive: str) -> None:
    assert " ".join(term.text for term in in_order(parse(record))) == decisive


@pytest.mark.parametrize(
    "record",
    [
        "ip4:192.0.2.1 " * 4600,
        "a:" + "a" * 65000,
        "a:" + "a." * 32000 + "!",
        "a:x." + "1" * 65000,
        "a" + "/1" * 32000,
        "include:" + "%{d}" * 16000 + "!",
        "include:%{d" + "0" * 65000,
        "include:%{d" + "." * 65000 + "!}",
        "-" * 65000,
    ],
    ids=lambda record: record[:12],
)
def test_a_record_as_large_as_dns_allows_takes_no_time(record: str) -> None:
    began = time.monotonic()

    with suppress(SpfSyntaxError):
        parse(f"v=spf1 {record}")

    assert time.monotonic() - began < 1
