"""The verdict on SPF. Our mechanism is `include:spf.mailhost.test`; a network stands for us as well."""

import time
from collections.abc import Sequence
from functools import partial

import pytest

from portal.dns import Answer, Answers, Finding, Question, Verdict, spf
from portal.dns.lookup import Lookup
from portal.sandbox.dns.server import Dns, Fault
from tests.dns.records import txt

OURS = "include:spf.mailhost.test"
NETWORK = "ip4:192.0.2.0/24"
FAR_TOO_LONG = "x." * 126 + "shop.test"
# What else there is in the world.
WORLD = {
    "mailhost.test": 'spf TXT "v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 -all"',
    "shop.test": "\n".join(
        [
            '@ TXT "v=spf1 ip4:198.51.100.0/24 -all"',
            "@ A 198.51.100.1",
            "@ MX 10 shop.test.",
            "six AAAA 2001:db8::1",
            'with-us TXT "v=spf1 include:spf.mailhost.test -all"',
            'with-network TXT "v=spf1 ip4:192.0.0.0/16 -all"',
            'soft TXT "v=spf1 ~include:spf.mailhost.test -all"',
            'too-late TXT "v=spf1 -all include:spf.mailhost.test"',
            'deep TXT "v=spf1 include:deeper.shop.test -all"',
            'deeper TXT "v=spf1 redirect=with-us.shop.test"',
            'everybody TXT "v=spf1 +all"',
            'nobody TXT "v=spf1 -all"',
            'nothing-said TXT "v=spf1"',
            'no-spf TXT "hello"',
            'twice TXT "v=spf1 -all"',
            'twice TXT "v=spf1 ~all"',
            'broken TXT "v=spf1 ipv4:192.0.2.1 -all"',
            'round TXT "v=spf1 include:about.shop.test -all"',
            'about TXT "v=spf1 include:round.shop.test -all"',
            'home TXT "v=spf1 include:alice.test -all"',
            'three TXT "v=spf1 include:nobody.shop.test include:shop.test -all"',
            'ten TXT "v=spf1 a:shop.test a:shop.test a:shop.test a:shop.test a:shop.test a:shop.test a:shop.test '
            'a:shop.test a:shop.test -all"',
            'voids TXT "v=spf1 a:n1.shop.test a:n2.shop.test -all"',
            *(f"many MX {number} mx{number}.shop.test." for number in range(11)),
            *(f"just MX {number} mx{number}.shop.test." for number in range(10)),
            "null MX 0 .",
        ]
    ),
}


def judge(
    dns: Dns,
    records: str | Sequence[str],
    primary: str = OURS,
    others: Sequence[str] = (NETWORK,),
    *faults: Fault,
) -> Finding:
    for name, zone in WORLD.items():
        dns.zones.put(name, zone)
    texts = [records] if isinstance(records, str) else records
    dns.zones.put("alice.test", "\n".join(txt("@", text) for text in texts))
    dns.faults(*faults)
    lookup = Lookup([(dns.host, dns.port)], seconds=0.5)
    found = said(lookup, "Alice.test.", primary, others)
    for note, known in [(found.reason, spf.REASONS), *((hint, spf.HINTS) for hint in found.hints)]:
        assert set(note.values) <= set(known[note.code])
    return found


def said(lookup: Lookup, domain: str, primary: str = OURS, others: Sequence[str] = ()) -> Finding:
    return lookup.judge(partial(spf.judge, domain=domain, primary=primary, others=others)).value


def codes(found: Finding) -> set[str]:
    return {hint.code for hint in found.hints}


@pytest.mark.parametrize(
    ("record", "verdict", "reason"),
    [
        (f"v=spf1 {OURS} -all", "ok", "ok"),
        ("v=spf1 include:spf.mailhost.test.evil.test -all", "wrong", "broken-none"),
        ("v=spf1 include:notspf.mailhost.test.shop.test -all", "wrong", "broken-none"),
        ("v=spf1 ip4:192.0.2.04 -all", "wrong", "syntax-network"),
        ("v=spf1 ip4:192.0.20.0/24 -all", "wrong", "absent"),
        ("v=spf1 -include:spf.mailhost.test -all", "wrong", "wrong-qualifier"),
        ("v=spf1 -all include:spf.mailhost.test", "wrong", "after-all"),
        ("V=SPF1 include:spf.mailhost.test -ALL", "ok", "ok"),
        ("v=spf1 INCLUDE:SPF.MailHost.test ~all", "ok", "ok"),
        ("v=spf10 include:spf.mailhost.test -all", "missing", "no-record"),
        ("v=spf1 redirect=with-us.shop.test", "ok", "ok"),
        ("v=spf1 include:with-us.shop.test -all", "ok", "ok"),
    ],
)
def test_what_a_search_for_the_mechanism_gets_wrong(dns: Dns, record: str, verdict: str, reason: str) -> None:
    found = judge(dns, record)

    assert (found.verdict, found.reason.code) == (verdict, reason)


def test_another_address_that_begins_like_ours_is_another(dns: Dns) -> None:
    found = judge(dns, "v=spf1 ip4:1.2.3.45 -all", "ip4:1.2.3.4", ())

    assert (found.verdict, found.reason.code) == ("wrong", "absent")


def test_two_records_are_none_even_if_one_is_right(dns: Dns) -> None:
    found = judge(dns, [f"v=spf1 {OURS} -all", "v=spf1 a:shop.test ~all"])

    assert (found.verdict, found.reason.code, found.reason.values) == ("conflict", "several-records", {"records": 2})
    assert len(found.found) == 2
    assert [record.value for record in found.publish] == [f"v=spf1 {OURS} a:shop.test ~all"]
    assert [hint.values for hint in found.hints] == [
        {"before": f"v=spf1 {OURS} a:shop.test", "added": "", "after": "~all"}
    ]


@pytest.mark.parametrize(
    "record",
    [
        f"v=spf1 +{OURS} -all",
        f"v=spf1 a:shop.test mx:shop.test {OURS} ~all",
        f"v=spf1 {OURS}",
        f"v=spf1 {OURS}. ?all",
        f"v=spf1 -include:nobody.shop.test ?include:shop.test {OURS} -all",
        f"v=spf1 -include:soft.shop.test {OURS} -all",
        f"v=spf1 -include:too-late.shop.test {OURS} -all",
        f"v=spf1 redirect=no-spf.shop.test {OURS} -all",
        f"v=spf1 exists:%{{i}}.x.test {OURS} exp=explain.shop.test -all",
        "v=spf1 include:deep.shop.test -all",
        "v=spf1 redirect=deep.shop.test",
        "v=spf1 redirect=spf.mailhost.test",
        "v=spf1 redirect=SPF.mailhost.test.",
        "v=spf1 a:shop.test redirect=deeper.shop.test",
        "v=spf1 include:with-network.shop.test -all",
        "v=spf1 ip4:192.0.2.99/24 -all",
        "v=spf1 ip4:192.0.0.0/16 -all",
        "v=spf1 include:everybody.shop.test -all",
        "v=spf1 +all",
        "v=spf1 all -include:spf.mailhost.test",
        f"v=spf1 {OURS} -{OURS} -all",
        f"v=spf1 mx:just.shop.test mx:null.shop.test {OURS} -all",
        f"v=spf1 a:six.shop.test a:n1.shop.test exists:n2.shop.test {OURS} -all",
        f"v=spf1 {OURS} a:1.{FAR_TOO_LONG} a:2.{FAR_TOO_LONG} a:3.{FAR_TOO_LONG} -all",
    ],
)
def test_a_record_that_lets_us_send_is_ok_and_stays_as_it_is(dns: Dns, record: str) -> None:
    found = judge(dns, record)

    assert (found.verdict, found.reason.code) == ("ok", "ok")
    assert found.found == found.publish
    assert found.publish[0].value == record


@pytest.mark.parametrize(
    ("record", "reason", "values"),
    [
        ("v=spf1 -all", "absent", {"mechanism": OURS}),
        ("v=spf1", "absent", {"mechanism": OURS}),
        ("v=spf1 include:soft.shop.test -all", "absent", {"mechanism": OURS}),
        ("v=spf1 include:too-late.shop.test -all", "absent", {"mechanism": OURS}),
        ("v=spf1 redirect=with-us.shop.test -all", "absent", {"mechanism": OURS}),
        ("v=spf1 ip4:192.0.2.0/25 -all", "absent", {"mechanism": OURS}),
        ("v=spf1 ~all ip4:192.0.2.0/24", "after-all", {"term": NETWORK, "all": "~all"}),
        ("v=spf1 -all ip4:192.0.2.0/24 redirect=x.shop.test", "after-all", {"term": NETWORK, "all": "-all"}),
        (f"v=spf1 ?{OURS} {OURS} -all", "wrong-qualifier", {"term": f"?{OURS}"}),
        ("v=spf1 ~ip4:192.0.2.0/24 -all", "wrong-qualifier", {"term": "~ip4:192.0.2.0/24"}),
        (
            f"v=spf1 -include:with-us.shop.test {OURS} -all",
            "refused-before",
            {"term": "-include:with-us.shop.test", "mechanism": OURS},
        ),
        (
            "v=spf1 ~ip4:192.0.2.7 ip4:192.0.2.0/24 -all",
            "refused-before",
            {"term": "~ip4:192.0.2.7", "mechanism": NETWORK},
        ),
        (
            "v=spf1 -ip4:192.0.0.0/8 ip4:192.0.2.0/24 -all",
            "refused-before",
            {"term": "-ip4:192.0.0.0/8", "mechanism": NETWORK},
        ),
        (f"v=spf1 {OURS} ipv4:192.0.2.1 -all", "syntax-mechanism", {"term": "ipv4:192.0.2.1"}),
        (f"v=spf1 {OURS} -all a:", "syntax-domain", {"term": "a:"}),
        (f"v=spf1 {OURS} redirect=shop.test redirect=shop.test", "syntax-repeated", {"term": "redirect=shop.test"}),
        (f"v=spf1 {OURS} include:no-spf.shop.test -all", "broken-none", {"term": "include:no-spf.shop.test"}),
        (f"v=spf1 {OURS} include:gone.shop.test -all", "broken-none", {"term": "include:gone.shop.test"}),
        (f"v=spf1 {OURS} redirect=no-spf.shop.test", "broken-none", {"term": "redirect=no-spf.shop.test"}),
        (f"v=spf1 {OURS} include:a..shop.test -all", "broken-none", {"term": "include:a..shop.test"}),
        (f"v=spf1 {OURS} include:{'a' * 64}.shop.test -all", "broken-none", {"term": f"include:{'a' * 64}.shop.test"}),
        (f"v=spf1 {OURS} include:a\\256.shop.test -all", "broken-none", {"term": "include:a\\256.shop.test"}),
        (f"v=spf1 {OURS} include:twice.shop.test -all", "broken-several", {"term": "include:twice.shop.test"}),
        (
            f"v=spf1 {OURS} include:broken.shop.test -all",
            "broken-syntax",
            {"term": "include:broken.shop.test", "part": "ipv4:192.0.2.1"},
        ),
        (f"v=spf1 {OURS} include:alice.test -all", "broken-loop", {"term": "include:alice.test"}),
        (f"v=spf1 {OURS} redirect=Alice.test.", "broken-loop", {"term": "redirect=Alice.test."}),
        (f"v=spf1 {OURS} include:home.shop.test -all", "broken-loop", {"term": "include:alice.test"}),
        (f"v=spf1 {OURS} include:round.shop.test -all", "broken-loop", {"term": "include:round.shop.test"}),
        (f"v=spf1 {OURS} mx:many.shop.test -all", "mx-names", {"term": "mx:many.shop.test", "names": 11}),
        (
            f"v=spf1 {OURS} a:n1.shop.test include:voids.shop.test -all",
            "too-many-voids",
            {"voids": 3, "limit": 2, "term": "a:n2.shop.test"},
        ),
        (
            f"v=spf1 {OURS} a:no-spf.shop.test exists:n1.shop.test mx:spf.mailhost.test -all",
            "too-many-voids",
            {"voids": 3, "limit": 2, "term": "mx:spf.mailhost.test"},
        ),
        (f"v=spf1 {OURS} include:ten.shop.test -all", "too-many-lookups", {"lookups": 11, "limit": 10}),
        (
            f"v=spf1 {OURS} {'include:three.shop.test ' * 4}-all",
            "too-many-lookups",
            {"lookups": 13, "limit": 10},
        ),
        (f"v=spf1 {OURS} {'a:shop.test ' * 40}-all", "too-many-lookups", {"lookups": 16, "limit": 10}),
        (f"v=spf1 {OURS} {'ptr ' * 10}-all", "too-many-lookups", {"lookups": 11, "limit": 10}),
        (f"v=spf1 {OURS} {'exists:%{i}.x.test ' * 10}-all", "too-many-lookups", {"lookups": 11, "limit": 10}),
    ],
)
def test_what_is_wrong_is_named(dns: Dns, record: str, reason: str, values: dict[str, str]) -> None:
    found = judge(dns, record)

    assert (found.verdict, found.reason.code, found.reason.values) == ("wrong", reason, values)
    assert found.found[0].value == record


@pytest.mark.parametrize(
    "record",
    [
        f"v=spf1 {OURS} {'a:shop.test ' * 9}-all mx mx",
        f"v=spf1 {OURS} {'ip4:198.51.100.1 ' * 20}{'a:shop.test ' * 8}redirect=shop.test",
    ],
)
def test_ten_lookups_are_allowed(dns: Dns, record: str) -> None:
    found = judge(dns, record)

    assert found.verdict == "ok"
    assert [dict(hint.values) for hint in found.hints if hint.code == "nearly-full"] == [{"lookups": 10, "limit": 10}]


@pytest.mark.parametrize(
    ("ours", "record", "verdict"),
    [
        ("ip4:192.0.2.4", "v=spf1 ip4:192.0.2.4/32 -all", "ok"),
        ("ip6:2001:db8::/48", "v=spf1 ip6:2001:0DB8::/32 -all", "ok"),
        ("ip6:2001:db8::/32", "v=spf1 ip6:2001:db8::/48 -all", "wrong"),
        ("ip6:::/0", "v=spf1 ip4:0.0.0.0/0 -all", "wrong"),
        ("a:mail.shop.test", "v=spf1 A:MAIL.shop.test/24 -all", "ok"),
        ("a:mail.shop.test/24", "v=spf1 a:mail.shop.test -all", "wrong"),
        ("mx", "v=spf1 mx -all", "ok"),
        ("mx", "v=spf1 mx:alice.test -all", "ok"),
        ("+mx:alice.test", "v=spf1 mx -all", "ok"),
        ("mx", "v=spf1 include:nested-mx.test -all", "wrong"),
        ("mx:nested-mx.test", "v=spf1 include:nested-mx.test -all", "ok"),
        ("exists:%{i}.spf.test", "v=spf1 exists:%{I}.SPF.test -all", "ok"),
        ("include:%{d}.spf.test", "v=spf1 include:%{d}.spf.test -all", "ok"),
    ],
)
def test_every_kind_of_mechanism_can_be_ours(dns: Dns, ours: str, record: str, verdict: str) -> None:
    dns.zones.put("nested-mx.test", '@ TXT "v=spf1 mx -all"\n@ MX 10 mail.shop.test.')

    assert judge(dns, record, ours, ()).verdict == verdict


@pytest.mark.parametrize("others", [(), ("nonsense",), ("-all", "all:x")])
def test_a_plan_without_a_mechanism_asks_for_nothing(dns: Dns, others: Sequence[str]) -> None:
    found = judge(dns, "v=spf1 -all", "", others)

    assert (found.verdict, found.reason.code, dns.queries()) == ("off", "not-asked", [])


def test_without_a_first_mechanism_another_is_published(dns: Dns) -> None:
    found = judge(dns, [], "", [NETWORK])

    assert [record.value for record in found.publish] == [f"v=spf1 {NETWORK} ~all"]


@pytest.mark.parametrize("texts", [[], ["hello", "google-site-verification=1"], ["spf2.0/pra -all"]])
def test_a_domain_without_a_record_gets_the_plain_one(dns: Dns, texts: list[str]) -> None:
    found = judge(dns, texts)

    assert (found.verdict, found.found) == (Verdict.MISSING, ())
    assert [(record.host, record.type, record.value) for record in found.publish] == [
        ("alice.test", "TXT", f"v=spf1 {OURS} ~all")
    ]


@pytest.mark.parametrize(
    "text", [f" v=spf1 {OURS} -all", f"v=spf10 {OURS}", f"v=spf1;{OURS}", "v=spf 1", "'v=spf1 -all'"]
)
def test_a_text_that_was_meant_as_a_record_is_shown(dns: Dns, text: str) -> None:
    found = judge(dns, ["hello", text])

    assert (found.verdict, codes(found)) == ("missing", {"look-alike"})
    assert [record.value for record in found.found] == [text]


def test_a_domain_that_does_not_exist_has_no_record(dns: Dns, lookup: Lookup) -> None:
    found = said(lookup, "alice.test")

    assert found.verdict == "missing"


@pytest.mark.parametrize("kind", ["servfail", "refused", "timeout"])
def test_a_domain_that_could_not_be_asked_is_unknown_and_its_record_is_not_thrown_away(dns: Dns, kind: str) -> None:
    found = judge(dns, f"v=spf1 {OURS} -all", OURS, (), Fault("alice.test", kind))

    assert (found.verdict, found.reason.code, found.reason.values) == (
        "unknown",
        "could-not-look",
        {"name": "alice.test"},
    )
    assert codes(found) == {"not-read"}
    assert found.publish == ()


@pytest.mark.parametrize(
    ("record", "silent", "verdict"),
    [
        # It could hold ours, be broken, or need many lookups.
        ("v=spf1 include:shop.test -all", "shop.test", "unknown"),
        (f"v=spf1 {OURS} include:shop.test -all", "shop.test", "unknown"),
        (f"v=spf1 {OURS} -all", "mailhost.test", "unknown"),
        ("v=spf1 redirect=shop.test", "shop.test", "unknown"),
        ("v=spf1 include:shop.test", "shop.test", "unknown"),
        (f"v=spf1 -include:shop.test {OURS} -all", "shop.test", "unknown"),
        ("v=spf1 include:deep.shop.test -all", "deeper.shop.test", "unknown"),
        (f"v=spf1 {OURS} mx:shop.test -all", "shop.test", "unknown"),
        (f"v=spf1 {OURS} a:n.mailhost.test a:m.mailhost.test a:shop.test -all", "shop.test", "unknown"),
        # These are decided by what is known.
        (f"v=spf1 {OURS} a:n.mailhost.test a:shop.test -all", "shop.test", "ok"),
        (f"v=spf1 {OURS} exists:shop.test ptr:shop.test exp=shop.test a:%{{i}}.shop.test -all", "shop.test", "ok"),
        (f"v=spf1 -all include:shop.test {OURS}", "shop.test", "wrong"),
        ("v=spf1 -include:shop.test -all", "shop.test", "wrong"),
        ("v=spf1 ?include:shop.test", "shop.test", "wrong"),
        ("v=spf1 -include:shop.test include:%{d2}.x.test -all", "shop.test", "wrong"),
        (f"v=spf1 -{OURS} include:shop.test -all", "shop.test", "wrong"),
        ("v=spf1 include:shop.test ipv4:192.0.2.1 -all", "shop.test", "wrong"),
        (f"v=spf1 {OURS} include:shop.test include:n.mailhost.test -all", "shop.test", "wrong"),
        (f"v=spf1 {'include:shop.test ' * 11}-all", "shop.test", "wrong"),
    ],
)
def test_an_unanswered_question_matters_only_where_it_could_change_the_verdict(
    dns: Dns, record: str, silent: str, verdict: str
) -> None:
    found = judge(dns, record, OURS, (), Fault(silent, "servfail"))

    assert found.verdict == verdict
    assert OURS in found.publish[0].value
    if verdict == "unknown":
        assert str(found.reason.values["name"]).endswith(silent)


@pytest.mark.parametrize(
    ("name", "unanswered", "verdict"),
    [
        ("six.shop.test", "A", "ok"),
        ("six.shop.test", "AAAA", "unknown"),
        ("shop.test", "A", "unknown"),
        ("shop.test", "AAAA", "ok"),
        ("gone.shop.test", "A", "wrong"),
        ("gone.shop.test", "AAAA", "wrong"),
    ],
)
def test_half_of_the_addresses_may_be_enough(dns: Dns, name: str, unanswered: str, verdict: str) -> None:
    record = f"v=spf1 {OURS} a:n.mailhost.test a:m.mailhost.test a:{name} -all"

    assert judge(dns, record, OURS, (), Fault(name, "servfail", unanswered)).verdict == verdict


@pytest.mark.parametrize(
    ("record", "hints"),
    [
        (f"v=spf1 {OURS} -all", set()),
        ("v=spf1 -all", {"added"}),
        (f"v=spf1 {OURS} +all", {"plus-all"}),
        (f"v=spf1 {OURS} ptr:shop.test -all", {"ptr"}),
        (f"v=spf1 {OURS} redirect=shop.test -all", {"redirect-ignored"}),
        (f"v=spf1 {OURS} {'a:shop.test ' * 8}-all", {"nearly-full"}),
        (f"v=spf1 {OURS} {'a:shop.test ' * 7}-all", set()),
        (f"v=spf1 {OURS} {'ip4:198.51.100.1 ' * 30}-all", {"long"}),
        (f"v=spf1 {'a:shop.test ' * 10}-all", {"added", "merged-lookups"}),
        (f"v=spf1 {'a:shop.test ' * 8}-all", {"added", "nearly-full"}),
        (f"v=spf1 -{OURS} {'a:shop.test ' * 8}-all", {"added", "nearly-full"}),
        ("v=spf1 ipv4:198.51.100.1 -all", {"added", "unreadable"}),
        ("v=spf1 include:%{i}.x.test -all", {"added", "depends-on-message"}),
        (f"v=spf1 include:%{{i}}.x.test {OURS} -all", set()),
    ],
)
def test_hints(dns: Dns, record: str, hints: set[str]) -> None:
    assert codes(judge(dns, record)) == hints


def test_the_lookups_of_the_merged_record_count_what_our_mechanism_includes(dns: Dns) -> None:
    dns.zones.put(
        "big.test",
        'spf TXT "v=spf1 include:a.big.test -all"\na TXT "v=spf1 redirect=b.big.test"\n'
        f'b TXT "v=spf1 {"a:shop.test " * 5}-all"',
    )

    found = judge(dns, f"v=spf1 {'ptr ' * 6}-all", "include:spf.big.test")

    hints = {hint.code: hint.values for hint in found.hints}
    assert (found.verdict, found.reason.code) == ("wrong", "absent")
    assert hints["merged-lookups"] == {"lookups": 14, "limit": 10}


def test_the_added_part_is_told_apart(dns: Dns) -> None:
    found = judge(dns, "v=SPF1  a:shop.test ~all exp=why.shop.test")

    hints = {hint.code: hint.values for hint in found.hints}
    assert hints["added"] == {"before": "v=SPF1 a:shop.test", "added": OURS, "after": "~all exp=why.shop.test"}
    assert found.publish[0].value == f"v=SPF1 a:shop.test {OURS} ~all exp=why.shop.test"


def test_the_record_to_publish_is_ok_once_it_is_published(dns: Dns) -> None:
    first = judge(dns, [f"v=spf1 ~ip4:192.0.2.7 {OURS} -all", "v=spf1 redirect=shop.test"])

    second = judge(dns, first.publish[0].value)

    assert (second.verdict, second.publish) == (Verdict.OK, first.publish)


# The records of RFC 7208's appendix A.1 and the sections named, judged for a mechanism in them.
EXAMPLE = """@ MX 10 mail-a.example.test.
@ MX 20 mail-b.example.test.
@ A 192.0.2.10
@ A 192.0.2.11
amy A 192.0.2.65
bob A 192.0.2.66
mail-a A 192.0.2.129
mail-b A 192.0.2.130
la TXT "v=spf1 redirect=_spf.example.test"
_spf TXT "v=spf1 mx:example.test -all"
"""
FROM_THE_RFC = [
    # A.1
    ("v=spf1 +all", "ip4:192.0.2.129", "ok", "ok"),
    ("v=spf1 a -all", "a:example.test", "ok", "ok"),
    ("v=spf1 a:example.org.test -all", "a:example.test", "wrong", "absent"),
    ("v=spf1 mx -all", "mx", "ok", "ok"),
    ("v=spf1 mx:example.org.test -all", "mx", "wrong", "absent"),
    ("v=spf1 mx mx:example.org.test -all", "mx:example.org.test", "ok", "ok"),
    ("v=spf1 mx/30 mx:example.org.test/30 -all", "mx", "ok", "ok"),
    ("v=spf1 ptr -all", "mx", "wrong", "absent"),
    ("v=spf1 ip4:192.0.2.128/28 -all", "ip4:192.0.2.129", "ok", "ok"),
    ("v=spf1 ip4:192.0.2.128/28 -all", "ip4:192.0.2.65", "wrong", "absent"),
    # A.2
    ("v=spf1 include:example.com.test include:example.net.test -all", "ip4:192.0.2.129", "wrong", "absent"),
    ("v=spf1 redirect=_spf.example.test", "mx", "ok", "ok"),
    # A.4
    ("v=spf1 mx -include:%{i}.%{v}._spf.%{d2} -all", "mx", "ok", "ok"),
    # 4.6.1, 5.1: an `all` in the middle
    ("v=spf1 a -all mx", "mx", "wrong", "after-all"),
    # 4.6.2: no match at the end is neutral
    ("v=spf1 a", "mx", "wrong", "absent"),
    # 5.2: an include whose record fails does not match; one that has no record is an error
    ("v=spf1 include:refuses.test mx -all", "mx", "ok", "ok"),
    ("v=spf1 include:empty.test mx -all", "mx", "wrong", "broken-none"),
    # 5.7, 7.4
    ("v=spf1 exists:%{ir}.%{l1r+-}._spf.%{d} -all", "exists:%{ir}.%{l1r+-}._spf.%{d}", "ok", "ok"),
    # 6.1: redirect counts only without `all`, wherever it stands
    ("v=spf1 redirect=_spf.example.test a", "mx", "ok", "ok"),
    ("v=spf1 redirect=_spf.example.test ?all", "mx", "wrong", "absent"),
    ("v=spf1 redirect=empty.test", "mx", "wrong", "broken-none"),
    # 6.2
    ("v=spf1 mx -all exp=explain._spf.%{d}", "mx", "ok", "ok"),
]


@pytest.mark.parametrize(("record", "ours", "verdict", "reason"), FROM_THE_RFC)
def test_the_examples_of_the_rfc(dns: Dns, lookup: Lookup, record: str, ours: str, verdict: str, reason: str) -> None:
    dns.zones.put("example.test", f'{EXAMPLE}@ TXT "{record}"')
    dns.zones.put("example.org.test", '@ A 192.0.2.140\n@ MX 10 mail-c\nmail-c A 192.0.2.140\n@ TXT "v=spf1 -all"')
    for name in ("example.com.test", "example.net.test", "refuses.test"):
        dns.zones.put(name, '@ TXT "v=spf1 -mx:example.test -all"\n@ A 192.0.2.200')
    dns.zones.put("empty.test", "@ A 192.0.2.201")
    expected = ours if ours != "mx" else "mx:example.test"

    found = said(lookup, "example.test", expected)

    assert (found.verdict, found.reason.code) == (verdict, reason)


def test_a_record_in_pieces_is_joined_without_spaces(dns: Dns, lookup: Lookup) -> None:
    dns.zones.put("alice.test", '@ TXT "v=spf1 include:spf.mail" "host.test -all"')
    dns.zones.put("mailhost.test", WORLD["mailhost.test"])

    assert said(lookup, "alice.test").verdict == "ok"


def each_includes_all(width: int) -> str:
    record = f"v=spf1 {' '.join(f'include:{n}.wide.test' for n in range(width))} -all"
    return "\n".join([txt("@", record), *(txt(str(n), record) for n in range(width))])


@pytest.mark.parametrize(
    "zone",
    [
        each_includes_all(2),
        each_includes_all(9),
        # Each includes the next twice: 2 to the power of 30 ways.
        "\n".join(f'n{n} TXT "v=spf1 include:n{n + 1}.wide.test include:n{n + 1}.wide.test -all"' for n in range(30))
        + '\n@ TXT "v=spf1 include:n0.wide.test -all"',
        # One below the other.
        "\n".join(f'n{n} TXT "v=spf1 include:n{n + 1}.wide.test -all"' for n in range(100))
        + '\n@ TXT "v=spf1 redirect=n0.wide.test"',
        # Names of their own for each, and addresses that ask two questions.
        '@ TXT "v=spf1 ' + " ".join(f"a:a{n}.wide.test" for n in range(10)) + ' -all"',
        txt("@", f"v=spf1 {' '.join(f'exists:a{n}.wide.test' for n in range(300))} -all"),
        '@ TXT "v=spf1 include:n.wide.test '
        + " ".join(f"a:a{n}.wide.test" for n in range(8))
        + ' -all"\nn TXT "v=spf1 '
        + " ".join(f"include:b{n}.wide.test" for n in range(6))
        + ' -all"',
        '@ TXT "v=spf1 ' + " ".join(f"a:a{n}.wide.test" for n in range(15)) + ' -all"',
    ],
    ids=range(8),
)
def test_a_hostile_tree_costs_little(dns: Dns, lookup: Lookup, zone: str) -> None:
    dns.zones.put("wide.test", zone)
    began = time.monotonic()

    found = said(lookup, "wide.test")

    assert found.verdict == "wrong"
    assert found.reason.values.get("lookups", 0) in range(17)
    assert len(dns.queries()) <= 26
    assert time.monotonic() - began < 2


def test_records_as_large_as_dns_allows_cost_little(dns: Dns) -> None:
    strings = " ".join(f'"{"ip4:198.51.100.77 " * 14}"' for _ in range(250))
    includes = " ".join(f"include:{n}.huge.test" for n in range(9))
    with_more = [f'{n} TXT "v=spf1 " {strings}' for n in range(9)]
    dns.zones.put("huge.test", "\n".join([f'@ TXT "v=spf1 {includes} " {strings}', *with_more]))
    lookup = Lookup([(dns.host, dns.port)], seconds=5)
    began = time.process_time()

    found = said(lookup, "huge.test", NETWORK)

    assert (found.verdict, found.reason.code) == ("wrong", "absent")
    assert time.process_time() - began < 1.5


@pytest.mark.parametrize("end", ["", "ipv4:192.0.2.1", "-all ipv4:192.0.2.1"])
def test_a_huge_record_is_read_once_and_not_for_each_answer(end: str) -> None:
    record = " ".join(["v=spf1", *(f"ip4:198.51.{number % 250}.77" for number in range(4000)), end])
    answers = Answers({Question("huge.test", "TXT"): Answer((record,))})
    spf.judge(answers, "huge.test", NETWORK)
    began = time.process_time()

    for _ in range(25):
        spf.judge(answers, "huge.test", NETWORK)

    assert time.process_time() - began < 1


def test_what_a_record_includes_is_asked_at_once(dns: Dns) -> None:
    found = judge(dns, f"v=spf1 {OURS} include:shop.test a:six.shop.test -all")
    asked = [(query["name"], query["type"]) for query in dns.queries()]

    assert found.verdict == "ok"
    assert {asked[0], asked[1]} == {("alice.test", "TXT"), ("spf.mailhost.test", "TXT")}
    assert set(asked[2:]) == {("shop.test", "TXT"), ("six.shop.test", "A"), ("six.shop.test", "AAAA")}


def test_our_own_mechanism_is_not_asked_after_the_domain_but_beside_it(dns: Dns) -> None:
    judge(dns, "v=spf1 -all", OURS, (), Fault("alice.test", "timeout"))

    assert "spf.mailhost.test" in {query["name"] for query in dns.queries()}


def test_the_domain_that_ours_stands_for_needs_no_include_of_itself(dns: Dns, lookup: Lookup) -> None:
    dns.zones.put("mailhost.test", WORLD["mailhost.test"])

    assert said(lookup, "spf.mailhost.test").verdict == "ok"


def test_no_branch_waits_for_another(dns: Dns) -> None:
    judge(dns, "v=spf1 include:silent.test include:deep.shop.test -all", OURS, (), Fault("silent.test", "timeout"))
    asked = {query["name"]: query["at"] for query in reversed(dns.queries())}

    assert asked["with-us.shop.test"] - asked["silent.test"] < 0.4


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "\x01\x02é", "include:" + "x" * 200 + "!"])
def test_hostile_terms_are_named_and_cut(dns: Dns, text: str) -> None:
    found = judge(dns, f"v=spf1 {text} -all")

    assert found.verdict == "wrong"
    assert len(str(found.reason.values["term"])) <= 100


def test_every_code_is_spelled_once() -> None:
    assert not set(spf.REASONS) & set(spf.HINTS)
