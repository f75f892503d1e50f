import time
from collections.abc import Sequence
from ipaddress import ip_network

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal.dns.spf_merge import merged
from portal.dns.spf_record import parse, parse_term
from tests.dns.spf_receiver import check

OURS = "include:spf.mailhost.test"


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ("v=spf1", "v=spf1 [include:spf.mailhost.test]"),
        ("v=spf1 -all", "v=spf1 [include:spf.mailhost.test] -all"),
        ("v=spf1 +all", "v=spf1 [include:spf.mailhost.test] +all"),
        ("V=SPF1 A:Shop.test  ~ALL", "V=SPF1 A:Shop.test [include:spf.mailhost.test] ~ALL"),
        ("v=spf1 a ?mx ip4:192.0.2.1 -all", "v=spf1 a [include:spf.mailhost.test] ?mx ip4:192.0.2.1 -all"),
        ("v=spf1 -exists:%{i}.x.test a", "v=spf1 [include:spf.mailhost.test] -exists:%{i}.x.test a"),
        ("v=spf1 a redirect=x.test", "v=spf1 a [include:spf.mailhost.test] redirect=x.test"),
        ("v=spf1 redirect=x.test", "v=spf1 [include:spf.mailhost.test] redirect=x.test"),
        ("v=spf1 exp=x.test a moo=1", "v=spf1 exp=x.test a [include:spf.mailhost.test] moo=1"),
        ("v=spf1 -all a mx:x.test", "v=spf1 [include:spf.mailhost.test] -all a mx:x.test"),
        # It is there, and stays where it is.
        ("v=spf1 a include:spf.mailhost.test -all", "v=spf1 a include:spf.mailhost.test -all"),
        ("v=spf1 +INCLUDE:SPF.mailhost.test. -all", "v=spf1 +INCLUDE:SPF.mailhost.test. -all"),
        # It is there without effect, and is taken out.
        ("v=spf1 -all include:spf.mailhost.test", "v=spf1 [include:spf.mailhost.test] -all"),
        ("v=spf1 a -include:spf.mailhost.test -all", "v=spf1 a [include:spf.mailhost.test] -all"),
        ("v=spf1 ?include:SPF.mailhost.test a -all", "v=spf1 [include:spf.mailhost.test] a -all"),
        (
            "v=spf1 include:spf.mailhost.test ~include:spf.mailhost.test include:spf.mailhost.test -all",
            "v=spf1 include:spf.mailhost.test -all",
        ),
        # What can be repaired.
        ("v=spf1 a\tmx \t -all", "v=spf1 a mx [include:spf.mailhost.test] -all"),
        (
            "v=spf1 redirect=x.test a redirect=x.test",
            "v=spf1 redirect=x.test a [include:spf.mailhost.test]",
        ),
        ("v=spf1 a -all ip4:nonsense mx", "v=spf1 a [include:spf.mailhost.test] -all mx"),
    ],
)
def test_the_mechanism_is_put_where_nothing_can_refuse_it(record: str, expected: str) -> None:
    new = merged([record], OURS)

    assert " ".join(part for part in (new.before, new.added and f"[{new.added}]", new.after) if part) == expected
    assert new.unread == ()


@pytest.mark.parametrize(
    "record",
    ["v=spf1 ipv4:192.0.2.1 -all", "v=spf1 redirect=x.test redirect=y.test", "v=spf1 exp=x.test exp=y.test a -all"],
)
def test_a_record_that_cannot_be_read_gives_way_to_the_plain_one(record: str) -> None:
    new = merged([record], OURS)

    assert str(new) == f"v=spf1 {OURS} ~all"
    assert new.unread == (record,)


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        (["v=spf1 a -all", "v=spf1 mx ~all"], "v=spf1 a mx [include:spf.mailhost.test] ~all"),
        (["v=spf1 a -all", "v=spf1 include:spf.mailhost.test -all"], "v=spf1 a include:spf.mailhost.test -all"),
        (["V=SPF1 A -ALL", "v=spf1 a -all"], "v=spf1 A [include:spf.mailhost.test] -ALL"),
        (["v=spf1 a -ptr mx -all", "v=spf1 ip4:192.0.2.1 ?all"], "v=spf1 a ip4:192.0.2.1 [] -ptr mx ?all"),
        (["v=spf1 a -all mx", "v=spf1 -all"], "v=spf1 a [] -all"),
        (["v=spf1 redirect=x.test", "v=spf1 a -all"], "v=spf1 include:x.test a [] -all"),
        (["v=spf1 redirect=x.test", "v=spf1 a"], "v=spf1 a [] redirect=x.test"),
        (["v=spf1 redirect=x.test", "v=spf1 redirect=X.test"], "v=spf1 [] redirect=X.test"),
        (["v=spf1 redirect=x.test", "v=spf1 redirect=y.test"], "v=spf1 include:x.test include:y.test [] ~all"),
        (["v=spf1 redirect=x.test", "v=spf1 -a"], "v=spf1 include:x.test [] -a ~all"),
        (["v=spf1 exp=a.test moo=1 -all", "v=spf1 moo=1 exp=b.test -all"], "v=spf1 [] -all exp=a.test moo=1"),
        (["v=spf1", "v=spf1"], "v=spf1 []"),
    ],
)
def test_several_records_become_one(records: list[str], expected: str) -> None:
    new = merged(records, OURS)

    marked = expected.replace("[]", OURS).replace("[", "").replace("]", "")
    assert str(new) == marked
    assert new.added == (OURS if "[" in expected else "")


def test_of_several_records_those_that_can_be_read_are_kept() -> None:
    new = merged(["v=spf1 a -all", "v=spf1 ipv4:192.0.2.1 -all"], OURS)

    assert (str(new), new.unread) == (f"v=spf1 a {OURS} -all", ("v=spf1 ipv4:192.0.2.1 -all",))


def test_a_network_that_holds_ours_is_enough() -> None:
    assert str(merged(["v=spf1 ip4:192.0.0.0/16 -all"], "ip4:192.0.2.4")) == "v=spf1 ip4:192.0.0.0/16 -all"


@pytest.mark.parametrize(
    "words",
    [
        [f"x{number}=" for number in range(9000)],
        [f"ip4:192.0.2.1/{number % 33}" for number in range(4600)],
        [f"-a:x{number}.test" for number in range(5000)],
        ["-all"] * 13_000,
        ["-all", *["?"] * 30_000],
    ],
    ids=lambda words: words[0],
)
@pytest.mark.parametrize("mistake", ["", "ipv4:192.0.2.1"])
def test_records_as_large_as_dns_allows_take_no_time(words: list[str], mistake: str) -> None:
    half = len(words) // 2
    began = time.process_time()

    merged([" ".join(["v=spf1", *words, mistake])], OURS)
    merged([" ".join(["v=spf1", *words[:half]]), " ".join(["v=spf1", *words[half:], mistake])], OURS)

    assert time.process_time() - began < 2


WORLD = {
    "spf.mailhost.test": "v=spf1 ip4:192.0.2.0/30 ip6:2001:db8::/127 -all",
    "low.test": "v=spf1 ip4:198.51.100.0/30 -all",
    "odd.test": "v=spf1 -ip4:198.51.100.1 ?a:host.test ip4:198.51.100.0/29 ~all",
    "far.test": "v=spf1 -include:low.test redirect=odd.test",
    "everybody.test": "v=spf1 +all",
    "silent.test": "v=spf1",
    "host.test": "198.51.100.5",
    "ours.test": "192.0.2.1",
}
DOMAINS = [name for name, record in WORLD.items() if record.startswith("v=")]
SENDERS = [
    *(f"198.51.100.{number}" for number in range(9)),
    *(f"192.0.2.{number}" for number in range(5)),
    "2001:db8::1",
    "2001:db8::3",
]
MECHANISMS = {
    OURS: ["192.0.2.0", "192.0.2.3", "2001:db8::1"],
    "ip4:192.0.2.0/31": ["192.0.2.0", "192.0.2.1"],
    "ip6:2001:db8::1": ["2001:db8::1"],
    "a:ours.test": ["192.0.2.1"],
}

domains = st.sampled_from(DOMAINS)
mechanisms = st.one_of(
    st.sampled_from(list(MECHANISMS)),
    st.builds("include:{}".format, domains),
    st.builds("ip4:198.51.100.{}/{}".format, st.integers(0, 8), st.integers(29, 32)),
    st.builds("ip4:192.0.2.{}/{}".format, st.integers(0, 4), st.integers(29, 32)),
    st.sampled_from(["a:host.test", "ip6:2001:db8::/126", "exists:%{i}.x.test", "mx:x.test", "ptr", "a", "mx/24"]),
)
directives = st.builds("{}{}".format, st.sampled_from(["", "", "", "+", "-", "~", "?"]), mechanisms)
ends = st.sampled_from(["", "", "-all", "~all", "?all", "+all", "All"])
modifiers = st.sampled_from(["moo=1", "all=x", "a=%{d}", "include="])
spellings = st.sampled_from([str, str, str.upper, str.title])


@st.composite
def records(draw: st.DrawFn) -> str:
    """A valid record; what stands behind `all` is part of some."""
    terms = [*draw(st.lists(directives, max_size=6)), draw(ends), *draw(st.lists(directives, max_size=2))]
    extra = draw(st.lists(modifiers, max_size=2))
    if draw(st.booleans()):
        extra.append(draw(st.builds("redirect={}".format, domains)))
    if draw(st.booleans()):
        extra.append("exp=why.x.test")
    for modifier in extra:
        terms.insert(draw(st.integers(0, len(terms))), modifier)
    spelled = [draw(spellings)(term) for term in terms if term]
    return " ".join([draw(spellings)("v=spf1"), *spelled]) + draw(st.sampled_from(["", " ", "  "]))


def passing(record: str) -> set[str]:
    return {sender for sender in SENDERS if check(sender, record, WORLD) == "pass"}


def unrefused(record: str) -> str:
    """The record up to the first directive that does not pass; `redirect` comes after all of them."""
    terms = record.split()
    for place, term in enumerate(terms):
        if term[0] in "-~?" or term.lower().endswith("all"):
            return " ".join(kept for kept in terms[:place] if not kept.lower().startswith("redirect="))
    return record


def plain(term: str) -> str:
    """One spelling of a mechanism."""
    name, _, value = term.lower().lstrip("+-~?").partition(":")
    return f"{name}:{ip_network(value, strict=False) if name in ('ip4', 'ip6') else value}"


each_mechanism = given(record=records(), mechanism=st.sampled_from(list(MECHANISMS)))


@each_mechanism
def test_the_merged_record_is_valid(record: str, mechanism: str) -> None:
    assert parse(str(merged([record], mechanism)))


@each_mechanism
def test_the_merged_record_passes_us_and_all_that_the_old_one_passed(record: str, mechanism: str) -> None:
    assert passing(record) | set(MECHANISMS[mechanism]) <= passing(str(merged([record], mechanism)))


@each_mechanism
def test_merging_twice_changes_nothing(record: str, mechanism: str) -> None:
    once = str(merged([record], mechanism))

    again = merged([once], mechanism)

    assert (str(again), again.added) == (once, "")


@each_mechanism
def test_whatever_else_there_was_is_kept_as_it_was_spelled(record: str, mechanism: str) -> None:
    def others(text: str) -> list[str]:
        return [term for term in text.split() if plain(term) != plain(mechanism)]

    assert others(str(merged([record], mechanism))) == others(record)


@given(several=st.lists(records(), min_size=2, max_size=3), mechanism=st.sampled_from(list(MECHANISMS)))
@example(["v=spf1 redirect=low.test", "v=spf1 -ip4:198.51.100.1"], OURS)
def test_several_merged_records_are_valid_and_pass_us_and_what_none_of_them_refused(
    several: Sequence[str], mechanism: str
) -> None:
    new = str(merged(several, mechanism))

    assert parse(new)
    assert passing(new) >= set(MECHANISMS[mechanism]).union(*(passing(unrefused(record)) for record in several))
    assert str(merged([new], mechanism)) == new


@given(
    words=st.lists(st.text(st.characters(min_codepoint=1, max_codepoint=300)) | directives | modifiers, max_size=8),
    mechanism=st.sampled_from(list(MECHANISMS)),
)
def test_whatever_there_was_the_merged_record_is_valid_and_passes_us(words: list[str], mechanism: str) -> None:
    new = merged([" ".join(["v=spf1", *words])], mechanism)

    assert parse_term(mechanism).name in {term.name for term in parse(str(new))}
    assert str(merged([str(new)], mechanism)) == str(new)
