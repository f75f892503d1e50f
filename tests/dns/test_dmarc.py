import time

import pytest

from portal.dns import Answers, Finding, Note, Pending, Record, Verdict, dmarc
from portal.dns.judging import LONGEST_VALUE
from portal.dns.lookup import Lookup
from portal.sandbox.dns.server import Dns, Fault
from tests.dns.records import txt

RUA = ["dmarc@mailhost.test"]
SUGGESTED = "v=DMARC1; p=quarantine; rua=mailto:dmarc@mailhost.test"


def judged(dns: Dns, lookup: Lookup, domain: str = "alice.test", **zones: list[str]) -> Finding:
    """`zones` by name, with `_` for the dots in it."""
    for name, records in zones.items():
        dns.zones.put(name.replace("_", "."), "\n".join(["@ A 192.0.2.1", *records]))
    return lookup.judge(lambda answers: dmarc.judge(answers, domain, RUA, "quarantine")).value


def codes(finding: Finding) -> tuple[str, str, list[str]]:
    return finding.verdict, finding.reason.code, [note.code for note in finding.hints]


@pytest.mark.parametrize(
    ("text", "hints"),
    [
        ("v=DMARC1; p=reject; rua=mailto:d@alice.test", []),
        ("v=DMARC1;p=reject;rua=mailto:d@alice.test;", []),
        ("V = DMARC1 ; P = Reject ; RUA = MAILTO:d@alice.test ", []),
        ("v=DMARC1; rua=mailto:d@alice.test; sp=none; np=reject; p=quarantine", []),
        ("v=DMARC1; p=reject; rua=mailto:d@alice.test, mailto:e@ALICE.test!10m", []),
        ("v=DMARC1; p=reject; rua=mailto:a%2Cb%21c@alice.test", []),
        ("v=DMARC1; p=reject; rua=mailto:d@alice.test; adkim=s; aspf=R; fo=1:d; psd=n; t=n", []),
        ("v=DMARC1; p=reject; rua=mailto:d@alice.test; new=yes; another=", ["dmarc-ignored"]),
        ("v=DMARC1; p=reject; rua=mailto:d@alice.test; new=yes", []),
        ("v=DMARC1; p=reject; rua=mailto:d@alice.test; adkim=x; t=yes", ["dmarc-ignored"]),
        ("v=DMARC1; p=reject; rua=mailto:d@alice.test;;", []),
        ("v=DMARC1; p=reject; rua=mailto:d@alice.test; hello; hello", ["dmarc-ignored"]),
        ("v=DMARC1; p=reject; rua=mailto:d@alice.test; pct=50; rf=afrf; ri=3600", ["dmarc-obsolete"]),
        ("v=DMARC1; p=none; rua=mailto:d@alice.test", ["dmarc-watches"]),
        ("v=DMARC1; p=none; rua=mailto:d@alice.test; t=y", ["dmarc-watches"]),
        ("v=DMARC1; p=reject; rua=mailto:d@alice.test; t=y", ["dmarc-testing"]),
        ("v=DMARC1; p=reject", ["dmarc-no-reports"]),
        ("v=DMARC1; p=reject; ruf=mailto:d@alice.test", ["dmarc-no-reports"]),
        ("v=DMARC1; p=reject; rua=d@alice.test", ["dmarc-rua-not-mailto"]),
        ("v=DMARC1; p=reject; rua=https://alice.test/r, mailto:d@alice.test", ["dmarc-rua-not-mailto"]),
        ("v=DMARC1; p=reject; rua=mailto:alice.test", ["dmarc-rua-not-mailto"]),
    ],
)
def test_a_record_with_a_policy_holds(dns: Dns, lookup: Lookup, text: str, hints: list[str]) -> None:
    finding = judged(dns, lookup, alice_test=[txt("_dmarc", text)])

    assert codes(finding) == ("ok", "dmarc-ok", hints)
    assert finding.found == finding.publish == (Record("_dmarc.alice.test", "TXT", text),)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        # What a check for a beginning of "v=DMARC1" takes for valid.
        ("v=DMARC1", "dmarc-no-policy"),
        ("v=DMARC1; rua=mailto:d@alice.test", "dmarc-no-policy"),
        ("v=DMARC1; sp=reject", "dmarc-no-policy"),
        ("v=DMARC1; reject", "dmarc-no-policy"),
        ("v=DMARC1x; p=reject", "dmarc-unreadable"),
        ("v=DMARC10; p=reject", "dmarc-unreadable"),
        ("v=DMARC1 p=reject", "dmarc-unreadable"),
        ("v=DMARC1; p=", "dmarc-bad-policy"),
        ("v=DMARC1; p=block; rua=mailto:d@alice.test", "dmarc-bad-policy"),
        ("v=DMARC1; p=reject; sp=nothing", "dmarc-bad-policy"),
        ("v=DMARC1; p=reject; np=", "dmarc-bad-policy"),
        ("v=DMARC1; p=reject, rua=mailto:d@alice.test", "dmarc-bad-policy"),
        ("v=DMARC1; p=none; p=reject", "dmarc-repeated-tag"),
        # And what it does not see, although it was meant.
        ("v=dmarc1; p=reject", "dmarc-unreadable"),
        (" v=DMARC1; p=reject", "dmarc-unreadable"),
        ('"v=DMARC1; p=reject"', "dmarc-unreadable"),
        ("p=reject; v=DMARC1", "dmarc-unreadable"),
        ("DMARC1; p=reject", "dmarc-unreadable"),
    ],
)
def test_a_record_that_receivers_cannot_follow_is_wrong(dns: Dns, lookup: Lookup, text: str, reason: str) -> None:
    finding = judged(dns, lookup, alice_test=[txt("_dmarc", text)])

    assert codes(finding) == ("wrong", reason, [])
    assert finding.found == (Record("_dmarc.alice.test", "TXT", text),)


@pytest.mark.parametrize(
    ("records", "verdict"),
    [
        (["v=DMARC1; p=none", "v=DMARC1; p=reject"], "conflict"),
        (["v=DMARC1; p=reject", "v=DMARC1; p=reject; pct=100"], "conflict"),
        (["v=DMARC1", "v=DMARC1; p=reject", "hello"], "conflict"),
        (["v=DMARC1; p=reject", "v=DMARC1x; p=none"], "ok"),
        (["v=DMARC1; p=reject", "v=spf1 -all"], "ok"),
        (["v=spf1 -all"], "missing"),
    ],
)
def test_several_records_are_a_conflict_and_other_texts_are_none(
    dns: Dns, lookup: Lookup, records: list[str], verdict: str
) -> None:
    finding = judged(dns, lookup, alice_test=[txt("_dmarc", text) for text in records])

    assert finding.verdict == verdict


@pytest.mark.parametrize(
    ("text", "publish"),
    [
        ("", SUGGESTED),
        ("v=DMARC1x; p=none", SUGGESTED),
        ("v=DMARC1; p=none; p=reject", SUGGESTED),
        ("v=DMARC1; rua=mailto:d@alice.test; ri=60; fo=1", "v=DMARC1; p=quarantine; rua=mailto:d@alice.test; fo=1"),
        ("v=DMARC1; p=reject; sp=all; pct=5; adkim=s", "v=DMARC1; p=reject; adkim=s"),
    ],
)
def test_what_to_publish_keeps_what_the_customer_chose(dns: Dns, lookup: Lookup, text: str, publish: str) -> None:
    finding = judged(dns, lookup, alice_test=[txt("_dmarc", text)] if text else [])

    assert finding.publish == (Record("_dmarc.alice.test", "TXT", publish),)


def test_a_record_that_stands_with_somebody_else_is_found_and_stays_there(dns: Dns, lookup: Lookup) -> None:
    finding = judged(
        dns,
        lookup,
        alice_test=["_dmarc CNAME alice.reports.test."],
        reports_test=[txt("alice", "v=DMARC1; p=reject; rua=mailto:x@alice.test")],
    )

    alias = Record("_dmarc.alice.test", "CNAME", "alice.reports.test")
    assert finding.verdict == Verdict.OK
    assert finding.found[0] == alias
    assert finding.publish == (alias,)


def test_a_wrong_record_that_stands_with_somebody_else_is_shown_with_the_cname(dns: Dns, lookup: Lookup) -> None:
    finding = judged(
        dns,
        lookup,
        alice_test=["_dmarc CNAME alice.reports.test."],
        reports_test=[txt("alice", "v=DMARC1")],
    )

    assert finding.found == (
        Record("_dmarc.alice.test", "CNAME", "alice.reports.test"),
        Record("alice.reports.test", "TXT", "v=DMARC1"),
    )


def test_a_record_whose_name_was_doubled_is_missing_with_where_it_stands(dns: Dns, lookup: Lookup) -> None:
    finding = judged(dns, lookup, alice_test=[txt("_dmarc.alice.test", SUGGESTED)])

    assert finding.verdict == Verdict.MISSING
    assert finding.hints == (Note("dmarc-doubled-name", {"name": "_dmarc.alice.test.alice.test"}),)


POLICY, PUBLIC, ORGANISATION = "v=DMARC1; p=reject", "v=DMARC1; p=reject; psd=y", "v=DMARC1; p=reject; psd=n"


@pytest.mark.parametrize(
    ("domain", "records", "verdict", "at"),
    [
        # RFC 9989 4.10.2 and appendix B.4.
        ("a.mail.example.test", ["mail.example.test", "example.test"], "ok", "example.test"),
        ("a.mail.example.test", ["mail.example.test n", "example.test"], "ok", "mail.example.test"),
        ("a.mail.example.test", ["test y"], "ok", "test"),
        ("a.b.c.d.e.f.g.h.i.j.k.example.test", ["signing.example.test", "example.test"], "ok", "example.test"),
        ("mega.bank.test", ["giant.bank.test", "bank.test y"], "ok", "bank.test"),
        ("mail.giant.bank.test", ["giant.bank.test", "bank.test y"], "ok", "giant.bank.test"),
        ("mail.new.mega.bank.test", ["new.mega.bank.test", "bank.test y"], "ok", "bank.test"),
        ("mail.giant.bank.test", ["giant.bank.test", "bank.test y", "test"], "ok", "giant.bank.test"),
        # Names that the walk skips: it goes on with seven labels.
        ("a.b.c.d.e.f.g.h.i.test", ["b.c.d.e.f.g.h.i.test"], "missing", ""),
        ("a.b.c.d.e.f.g.h.i.test", ["d.e.f.g.h.i.test"], "ok", "d.e.f.g.h.i.test"),
        ("a.b.c.d.e.f.g.test", ["b.c.d.e.f.g.test"], "ok", "b.c.d.e.f.g.test"),
        ("a.mail.example.test", ["b.mail.example.test", "elsewhere.test"], "missing", ""),
        # The organisation's record counts, not one between.
        ("a.mail.example.test", ["mail.example.test", "example.test", "test"], "ok", "test"),
        # Two records at a name are none.
        ("a.example.test", ["example.test", "example.test n"], "missing", ""),
    ],
    ids=str,
)
def test_without_a_record_of_its_own_a_domain_inherits_by_the_tree_walk(
    dns: Dns, lookup: Lookup, domain: str, records: list[str], verdict: str, at: str
) -> None:
    texts = {"": POLICY, "y": PUBLIC, "n": ORGANISATION}
    split = [record.partition(" ") for record in records]
    dns.zones.put("test", "\n".join(txt(f"_dmarc.{name}.", texts[kind]) for name, _, kind in split))

    finding = judged(dns, lookup, domain)

    assert (finding.verdict, finding.reason.values.get("at", "")) == (verdict, at)
    assert [record.host for record in finding.found] == ([f"_dmarc.{at}"] if at else [])


@pytest.mark.parametrize(
    ("above", "verdict", "reason", "hints"),
    [
        ("v=DMARC1; p=reject", "ok", {"policy": "reject", "at": "alice.test"}, []),
        ("v=DMARC1; p=reject; sp=quarantine", "ok", {"policy": "quarantine", "at": "alice.test"}, []),
        ("v=DMARC1; p=reject; sp=none", "ok", {"policy": "none", "at": "alice.test"}, ["dmarc-watches"]),
        ("v=DMARC1; p=none; np=reject", "ok", {"policy": "none", "at": "alice.test"}, ["dmarc-watches"]),
        ("v=DMARC1; p=reject; t=y", "ok", {"policy": "reject", "at": "alice.test"}, ["dmarc-testing"]),
        ("v=DMARC1; sp=reject", "missing", {}, ["dmarc-inherited-broken"]),
        ("v=DMARC1x; p=reject", "missing", {}, []),
    ],
)
def test_a_subdomain_inherits_the_policy_for_subdomains(
    dns: Dns, lookup: Lookup, above: str, verdict: str, reason: dict[str, str], hints: list[str]
) -> None:
    finding = judged(dns, lookup, "shop.alice.test", alice_test=[txt("_dmarc", above)])

    assert (finding.verdict, finding.reason.values) == (verdict, reason)
    assert [note.code for note in finding.hints] == hints


@pytest.mark.parametrize(
    ("above", "policy"),
    [
        ("v=DMARC1; p=none", "quarantine"),
        ("v=DMARC1; p=reject", "reject"),
        ("v=DMARC1; p=reject; sp=none", "quarantine"),
        ("v=DMARC1; sp=reject", "quarantine"),
    ],
)
def test_nobody_is_told_to_publish_less_than_they_inherit(dns: Dns, lookup: Lookup, above: str, policy: str) -> None:
    finding = judged(dns, lookup, "shop.alice.test", alice_test=[txt("_dmarc", above)])

    assert finding.publish == (
        Record("_dmarc.shop.alice.test", "TXT", f"v=DMARC1; p={policy}; rua=mailto:dmarc@mailhost.test"),
    )


def test_the_whole_walk_is_asked_at_once_and_is_eight_names_long() -> None:
    answers = Answers({})

    with pytest.raises(Pending):
        dmarc.judge(answers, "a.b.c.d.e.f.g.h.i.j.mail.example.com", RUA, "none")

    assert {question.name.removeprefix("_dmarc.") for question in answers.wanted} == {
        "a.b.c.d.e.f.g.h.i.j.mail.example.com",
        "g.h.i.j.mail.example.com",
        "h.i.j.mail.example.com",
        "i.j.mail.example.com",
        "j.mail.example.com",
        "mail.example.com",
        "example.com",
        "com",
    }


PERMISSION = "alice.test._report._dmarc.reports"


@pytest.mark.parametrize(
    ("others", "authorised"),
    [
        ([txt(PERMISSION, "v=DMARC1;")], True),
        ([txt(PERMISSION, "v=DMARC1; rua=mailto:new@reports.other.test")], True),
        ([txt(PERMISSION, "hello"), txt(PERMISSION, "v=DMARC1")], True),
        ([], False),
        ([txt(PERMISSION, "hello")], False),
        ([txt(PERMISSION, "v=DMARC1x")], False),
        ([txt("alice-shop.test._report._dmarc.reports", "v=DMARC1")], False),
        ([txt("_dmarc.reports", "v=DMARC1; p=none")], False),
    ],
)
def test_reports_go_elsewhere_only_with_that_owners_permission(
    dns: Dns, lookup: Lookup, others: list[str], authorised: bool
) -> None:
    text = "v=DMARC1; p=reject; rua=mailto:d@alice.test,mailto:d@Reports.other.test"

    finding = judged(dns, lookup, alice_test=[txt("_dmarc", text)], other_test=others)

    missing = {
        "domain": "reports.other.test",
        "host": "alice.test._report._dmarc.reports.other.test",
        "value": "v=DMARC1",
    }
    assert finding.verdict == Verdict.OK
    assert finding.hints == (() if authorised else (Note("dmarc-rua-not-authorised", missing),))


@pytest.mark.parametrize(
    ("domain", "address", "above", "hints"),
    [
        ("alice.test", "d@mail.alice.test", "", []),
        ("shop.alice.test", "d@alice.test", "v=DMARC1; p=none", []),
        ("shop.alice.test", "d@mail.alice.test", "v=DMARC1; p=none", []),
        ("shop.alice.test", "d@mail.alice.test", "v=DMARC1; p=none; psd=y", ["dmarc-rua-not-authorised"]),
        ("shop.alice.test", "d@mail.alice.test", "", ["dmarc-rua-not-authorised"]),
    ],
)
def test_within_an_organisation_no_permission_is_needed(
    dns: Dns, lookup: Lookup, domain: str, address: str, above: str, hints: list[str]
) -> None:
    records = [txt(f"_dmarc.{domain}.", f"v=DMARC1; p=reject; rua=mailto:{address}")]

    finding = judged(dns, lookup, domain, alice_test=[*records, *([txt("_dmarc", above)] if above else [])])

    assert [note.code for note in finding.hints] == hints


@pytest.mark.parametrize("kind", ["servfail", "refused", "timeout"])
@pytest.mark.parametrize(
    ("domain", "records", "fault"),
    [
        ("alice.test", [txt("_dmarc", POLICY)], "_dmarc.alice.test"),
        ("alice.test", [], "_dmarc.alice.test"),
        ("shop.alice.test", [txt("_dmarc", POLICY)], "_dmarc.alice.test"),
        ("shop.alice.test", [txt("_dmarc", POLICY)], "_dmarc.test"),
        ("shop.alice.test", [], "_dmarc.alice.test"),
    ],
)
def test_what_could_not_be_looked_up_is_unknown_and_still_tells_what_to_publish(
    dns: Dns, lookup: Lookup, domain: str, records: list[str], fault: str, kind: str
) -> None:
    dns.faults(Fault(fault, kind))

    finding = judged(dns, lookup, domain, alice_test=records)

    assert codes(finding) == ("unknown", "could-not-look", [])
    assert [record.value for record in finding.publish] == [SUGGESTED]


@pytest.mark.parametrize(
    ("domain", "fault", "reason"),
    [
        ("alice.test", "_dmarc.test", "dmarc-ok"),
        ("shop.alice.test", "_dmarc.test", "dmarc-inherited"),
    ],
)
def test_an_answer_that_cannot_change_the_verdict_is_not_needed(
    dns: Dns, lookup: Lookup, domain: str, fault: str, reason: str
) -> None:
    dns.faults(Fault(fault, "servfail"))

    finding = judged(dns, lookup, domain, alice_test=[txt("_dmarc", ORGANISATION)])

    assert finding.reason.code == reason


@pytest.mark.parametrize(
    ("fault", "hints"),
    [
        ("alice.test._report._dmarc.other.test", ["dmarc-rua-unknown"]),
        ("_dmarc.other.test", ["dmarc-rua-unknown"]),
        ("_dmarc.test", ["dmarc-rua-unknown"]),
    ],
)
def test_a_permission_that_could_not_be_looked_up_is_not_called_missing(
    dns: Dns, lookup: Lookup, fault: str, hints: list[str]
) -> None:
    dns.faults(Fault(fault, "servfail"))

    finding = judged(
        dns,
        lookup,
        alice_test=[txt("_dmarc", "v=DMARC1; p=reject; rua=mailto:d@other.test")],
        other_test=[],
    )

    assert codes(finding) == ("ok", "dmarc-ok", hints)


@pytest.mark.parametrize(
    "text",
    [
        "v=DMARC1; p=" + "<script>alert(1)</script>\x07\x1b[31m" * 1500,
        "v=DMARC1" + ";" * 60_000,
        "v=DMARC1; p=reject" + ";x" * 30_000,
        "v=DMARC1; p=reject; rua=" + ",".join(f"mailto:a@d{number}.test" for number in range(3000)),
        "v=DMARC1; p=reject; rua=mailto:" + "a" * 60_000,
        "v=DMARC1; p=reject; rua=mailto:a@" + "a." * 30_000,
        "v=DMARC1; p=reject; rua=mailto:a@" + "a" * 70 + ".test",
        "v=DMARC1; p=reject; rua=mailto:a@..test,mailto:%00@b.test,mailto:a@<b>.test",
        "v=DMARC1" + "y" * 60_000,
    ],
    ids=lambda text: text[:40],
)
def test_hostile_records_are_judged_soon_with_few_questions_and_told_briefly(
    dns: Dns, lookup: Lookup, text: str
) -> None:
    began = time.process_time()

    finding = judged(dns, lookup, alice_test=[txt("_dmarc", text)])

    values = [str(value) for note in (finding.reason, *finding.hints) for value in note.values.values()]
    assert time.process_time() - began < 2
    assert len(dns.queries()) < 40
    assert all(len(value) <= 6 * LONGEST_VALUE and value.isprintable() for value in values)
