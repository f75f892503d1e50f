import pytest

from portal.dns import Finding, Note, Record, Verdict, mx
from portal.dns.lookup import Lookup
from portal.sandbox.dns.server import Dns, Fault

OURS = ["Mail.Mailhost.test.", "mail2.mailhost.test"]
MAILHOST = "mail A 192.0.2.25\nmail AAAA 2001:db8::25\nmail2 A 192.0.2.26"
ELSEWHERE = "mx A 198.51.100.1\nmx2 A 198.51.100.2\nboth A 192.0.2.25\nboth A 198.51.100.3"


def judged(dns: Dns, lookup: Lookup, *records: str) -> Finding:
    dns.zones.put("mailhost.test", MAILHOST)
    dns.zones.put("elsewhere.test", ELSEWHERE)
    if records:
        dns.zones.put("alice.test", "\n".join(records))
    return lookup.judge(lambda answers: mx.judge(answers, "alice.test", OURS)).value


def codes(finding: Finding) -> tuple[str, list[str]]:
    return finding.reason.code, [note.code for note in finding.hints]


@pytest.mark.parametrize(
    ("records", "verdict", "reason", "hints"),
    [
        (["@ MX 10 mail.mailhost.test."], "ok", "mx-ours", []),
        (["@ MX 10 MAIL.Mailhost.TEST."], "ok", "mx-ours", []),
        (["@ MX 10 mail.mailhost.test.", "@ MX 20 mail2.mailhost.test."], "ok", "mx-ours", []),
        (["@ MX 10 mail2.mailhost.test."], "ok", "mx-ours", []),
        (["@ MX 0 mail.mailhost.test.", "@ MX 5 mx.elsewhere.test."], "ok", "mx-ours", ["mx-others-behind"]),
        (["@ MX 10 in", "in A 192.0.2.25"], "ok", "mx-ours", ["mx-by-address"]),
        (["@ MX 10 in", "in AAAA 2001:db8::25"], "ok", "mx-ours", ["mx-by-address"]),
        (["@ MX 10 in", "in A 192.0.2.25", "in A 192.0.2.26"], "ok", "mx-ours", ["mx-by-address"]),
        (["@ MX 10 in", "in CNAME mail.mailhost.test."], "ok", "mx-ours", ["mx-alias"]),
        (["@ MX 10 in", "in CNAME a", "a A 192.0.2.26"], "ok", "mx-ours", ["mx-by-address", "mx-alias"]),
        (["@ MX 10 mail.mailhost.test.", "@ MX 20 gone"], "ok", "mx-ours", ["mx-others-behind", "mx-no-address"]),
        (["@ MX 10 mx.elsewhere.test."], "wrong", "mx-elsewhere", []),
        (["@ MX 10 mail.mailhost.test.evil.test."], "wrong", "mx-elsewhere", ["mx-no-address"]),
        (["@ MX 10 in", "in A 192.0.2.2"], "wrong", "mx-elsewhere", []),
        (["@ MX 10 both.elsewhere.test."], "wrong", "mx-elsewhere", []),
        (["@ MX 10 in", "in CNAME mx.elsewhere.test."], "wrong", "mx-elsewhere", ["mx-alias"]),
        (["@ MX 5 mx.elsewhere.test.", "@ MX 10 mail.mailhost.test."], "wrong", "mx-not-first", []),
        (["@ MX 5 gone", "@ MX 10 mail.mailhost.test."], "wrong", "mx-not-first", ["mx-no-address"]),
        (["@ MX 10 mx.elsewhere.test.", "@ MX 10 mail.mailhost.test."], "wrong", "mx-others-beside", []),
        (["@ MX 0 ."], "wrong", "mx-null", []),
        (["@ MX 0 .", "@ MX 10 mail.mailhost.test."], "wrong", "mx-null", []),
        (["@ A 192.0.2.25"], "missing", "mx-missing", []),
        ([], "missing", "mx-no-such-domain", []),
    ],
    ids=str,
)
def test_the_mail_comes_here_when_ours_is_tried_first(
    dns: Dns, lookup: Lookup, records: list[str], verdict: str, reason: str, hints: list[str]
) -> None:
    finding = judged(dns, lookup, *records)

    assert (finding.verdict, *codes(finding)) == (verdict, reason, hints)


def test_the_record_to_publish_is_each_of_ours_in_turn(dns: Dns, lookup: Lookup) -> None:
    finding = judged(dns, lookup)

    assert finding.publish == (
        Record("alice.test", "MX", "mail.mailhost.test", 10),
        Record("alice.test", "MX", "mail2.mailhost.test", 20),
    )


def test_who_takes_the_mail_before_ours_is_named_in_order(dns: Dns, lookup: Lookup) -> None:
    finding = judged(
        dns, lookup, "@ MX 7 mx2.elsewhere.test.", "@ MX 5 mx.elsewhere.test.", "@ MX 10 mail.mailhost.test."
    )

    assert finding.reason == Note("mx-not-first", {"names": "mx.elsewhere.test, mx2.elsewhere.test"})
    assert [(record.priority, record.value) for record in finding.found] == [
        (5, "mx.elsewhere.test"),
        (7, "mx2.elsewhere.test"),
        (10, "mail.mailhost.test"),
    ]


def test_addresses_are_looked_up_only_when_the_names_do_not_decide(dns: Dns, lookup: Lookup) -> None:
    judged(dns, lookup, "@ MX 10 mail.mailhost.test.")

    assert {query["type"] for query in dns.queries()} == {"MX"}


def test_without_hosts_of_ours_nothing_is_expected(dns: Dns, lookup: Lookup) -> None:
    finding = lookup.judge(lambda answers: mx.judge(answers, "alice.test", [])).value

    assert (finding.verdict, finding.reason.code, dns.queries()) == (Verdict.OFF, "mx-not-expected", [])


@pytest.mark.parametrize("kind", ["servfail", "refused", "timeout"])
@pytest.mark.parametrize(
    ("fault", "records"),
    [
        ("alice.test", ["@ MX 10 mail.mailhost.test."]),
        ("in.alice.test", ["@ MX 10 in", "in A 192.0.2.25"]),
        ("mailhost.test", ["@ MX 10 in", "in A 192.0.2.25"]),
        ("mailhost.test", ["@ MX 10 mx.elsewhere.test."]),
    ],
)
def test_what_could_not_be_looked_up_is_unknown_and_still_tells_what_to_publish(
    dns: Dns, lookup: Lookup, fault: str, records: list[str], kind: str
) -> None:
    dns.faults(Fault(fault, kind))

    finding = judged(dns, lookup, *records)

    assert (finding.verdict, finding.reason.code) == (Verdict.UNKNOWN, "could-not-look")
    assert len(finding.publish) == 2


@pytest.mark.parametrize(
    ("fault", "records", "verdict"),
    [
        (Fault("elsewhere.test", "servfail"), ["@ MX 1 mail.mailhost.test.", "@ MX 2 mx.elsewhere.test."], "ok"),
        (Fault("in.alice.test", "servfail", "AAAA"), ["@ MX 10 in", "in A 198.51.100.1"], "wrong"),
        (Fault("in.alice.test", "servfail", "AAAA"), ["@ MX 10 in", "in A 192.0.2.25"], "unknown"),
        (Fault("mail2.mailhost.test", "servfail"), ["@ MX 10 in", "in A 192.0.2.25"], "ok"),
        (Fault("mail2.mailhost.test", "servfail"), ["@ MX 10 in", "in A 192.0.2.26"], "unknown"),
        (
            Fault("in.alice.test", "servfail"),
            ["@ MX 10 mx.elsewhere.test.", "@ MX 20 in"],
            "wrong",
        ),
    ],
)
def test_an_answer_that_cannot_change_the_verdict_is_not_needed(
    dns: Dns, lookup: Lookup, fault: Fault, records: list[str], verdict: str
) -> None:
    dns.faults(fault)

    finding = judged(dns, lookup, *records)

    assert finding.verdict == verdict


def test_a_host_that_could_not_be_looked_up_is_not_said_to_have_no_address(dns: Dns, lookup: Lookup) -> None:
    dns.faults(Fault("in.alice.test", "servfail"))

    finding = judged(dns, lookup, "@ MX 1 mail.mailhost.test.", "@ MX 2 in")

    assert codes(finding) == ("mx-ours", [])


def test_a_thousand_hosts_cost_few_questions_and_few_words(dns: Dns, lookup: Lookup) -> None:
    finding = judged(dns, lookup, *(f"@ MX 10 mx{number:04}.elsewhere.test." for number in range(1000)))

    assert len(dns.queries()) < 30
    assert finding.reason.values["names"].endswith("mx0004.elsewhere.test, …")
    assert len(finding.found) == 20
