import pytest

from portal.dns import Answers, Finding, Note, Pending, Question, Record, Verdict, autodiscover
from portal.dns.lookup import Lookup
from portal.sandbox.dns.server import Dns, Fault

CNAME = "autodiscover CNAME mail.mailhost.test."
SRV = "_autodiscover._tcp SRV 0 0 443 mail.mailhost.test."
MAILHOST = "mail A 192.0.2.25\nmail A 192.0.2.26\nmail AAAA 2001:db8::25\nalso CNAME mail"


def judged(
    dns: Dns, lookup: Lookup, *records: str, host: str = "mail.mailhost.test", srv_host: str = "Mail.Mailhost.test."
) -> Finding:
    dns.zones.put("mailhost.test", MAILHOST)
    dns.zones.put("elsewhere.test", "mail A 198.51.100.1")
    dns.zones.put("alice.test", "\n".join(["@ A 192.0.2.1", *records]))
    return lookup.judge(lambda answers: autodiscover.judge(answers, "alice.test", host, srv_host)).value


def codes(finding: Finding) -> list[str]:
    return [finding.reason.code, *(note.code for note in finding.hints)]


@pytest.mark.parametrize(
    ("records", "verdict", "notes"),
    [
        ([CNAME], "ok", ["ours"]),
        (["autodiscover CNAME MAIL.Mailhost.Test."], "ok", ["ours"]),
        (["autodiscover CNAME also.mailhost.test."], "ok", ["ours"]),
        (["autodiscover CNAME my", "my CNAME mail.mailhost.test."], "ok", ["ours"]),
        (["autodiscover A 192.0.2.25"], "ok", ["ours", "by-address"]),
        (["autodiscover A 192.0.2.25", "autodiscover AAAA 2001:db8::25"], "ok", ["ours", "by-address"]),
        (["autodiscover CNAME my", "my A 192.0.2.26"], "ok", ["ours", "by-address"]),
        ([], "missing", ["host-missing", "srv-ok"]),
        (["autodiscover TXT there"], "missing", ["host-missing", "srv-ok"]),
        (["autodiscover A 192.0.2.2"], "wrong", ["host-elsewhere", "srv-ok"]),
        (["autodiscover A 192.0.2.25", "autodiscover A 198.51.100.1"], "wrong", ["host-elsewhere", "srv-ok"]),
        (["autodiscover A 192.0.2.25", "autodiscover AAAA 2001:db8::1"], "wrong", ["host-elsewhere", "srv-ok"]),
        (["autodiscover CNAME mail.elsewhere.test."], "wrong", ["host-elsewhere", "srv-ok"]),
        (["autodiscover CNAME mail.mailhost.test.evil.test."], "wrong", ["host-elsewhere", "srv-ok"]),
        (["autodiscover CNAME nowhere"], "wrong", ["host-elsewhere", "srv-ok"]),
    ],
    ids=str,
)
def test_the_host_has_to_lead_to_ours(
    dns: Dns, lookup: Lookup, records: list[str], verdict: str, notes: list[str]
) -> None:
    finding = judged(dns, lookup, SRV, *records)

    assert (finding.verdict, codes(finding)) == (verdict, [f"autodiscover-{note}" for note in notes])


@pytest.mark.parametrize(
    ("records", "verdict", "note"),
    [
        (["0 0 443 mail.mailhost.test."], "ok", "ours"),
        (["10 5 443 MAIL.mailhost.test."], "ok", "ours"),
        (["0 0 443 mail.mailhost.test.", "10 0 443 mail.elsewhere.test."], "ok", "ours"),
        (["0 0 443 mail.mailhost.test.", "10 0 80 mail.mailhost.test."], "ok", "ours"),
        ([], "missing", "srv-missing"),
        (["0 0 80 mail.mailhost.test."], "wrong", "srv-port"),
        (["0 1 443 mail.mailhost.test.", "0 0 8443 mail.mailhost.test."], "wrong", "srv-port"),
        (["0 0 443 mail.elsewhere.test."], "wrong", "srv-elsewhere"),
        (["0 0 443 mail.mailhost.test.evil.test."], "wrong", "srv-elsewhere"),
        (["0 0 443 also.mailhost.test."], "wrong", "srv-elsewhere"),
        (["0 0 443 mail.mailhost.test.", "0 0 443 mail.elsewhere.test."], "wrong", "srv-elsewhere"),
        (["10 0 443 mail.mailhost.test.", "0 0 443 mail.elsewhere.test."], "wrong", "srv-elsewhere"),
        (["0 0 0 ."], "wrong", "srv-refused"),
    ],
    ids=str,
)
def test_the_srv_record_has_to_name_our_host_and_port(
    dns: Dns, lookup: Lookup, records: list[str], verdict: str, note: str
) -> None:
    finding = judged(dns, lookup, CNAME, *(f"_autodiscover._tcp SRV {record}" for record in records))

    assert finding.verdict == verdict
    assert codes(finding) == [f"autodiscover-{note}", *([] if verdict == "ok" else ["autodiscover-host-ok"])]


@pytest.mark.parametrize(
    ("host", "srv", "verdict", "notes"),
    [
        ([], [], "missing", ["host-missing", "srv-missing"]),
        ([], ["_autodiscover._tcp SRV 0 0 80 mail.mailhost.test."], "wrong", ["srv-port", "host-missing"]),
        (["autodiscover A 192.0.2.2"], [], "wrong", ["host-elsewhere", "srv-missing"]),
    ],
)
def test_the_worse_part_gives_the_reason_and_the_other_is_told_too(
    dns: Dns, lookup: Lookup, host: list[str], srv: list[str], verdict: str, notes: list[str]
) -> None:
    finding = judged(dns, lookup, *host, *srv)

    assert (finding.verdict, codes(finding)) == (verdict, [f"autodiscover-{note}" for note in notes])


def test_the_port_and_where_it_leads_instead_are_named(dns: Dns, lookup: Lookup) -> None:
    records = "autodiscover CNAME mail.elsewhere.test.", "_autodiscover._tcp SRV 0 0 80 mail.mailhost.test."

    finding = judged(dns, lookup, *records)

    assert finding.reason == Note("autodiscover-host-elsewhere", {"target": "mail.elsewhere.test"})
    assert finding.hints == (Note("autodiscover-srv-port", {"port": 80, "expected": 443}),)
    assert finding.found == (
        Record("autodiscover.alice.test", "CNAME", "mail.elsewhere.test"),
        Record("mail.elsewhere.test", "A", "198.51.100.1"),
        Record("_autodiscover._tcp.alice.test", "SRV", "mail.mailhost.test", 0, 0, 80),
    )


def test_both_records_are_to_be_published(dns: Dns, lookup: Lookup) -> None:
    finding = judged(dns, lookup, srv_host="also.mailhost.test")

    assert finding.publish == (
        Record("autodiscover.alice.test", "CNAME", "mail.mailhost.test"),
        Record("_autodiscover._tcp.alice.test", "SRV", "also.mailhost.test", 0, 0, 443),
    )


@pytest.mark.parametrize(
    ("host", "srv_host", "verdict", "published"),
    [
        ("mail.mailhost.test", "", "ok", ["CNAME"]),
        ("", "mail.mailhost.test", "missing", ["SRV"]),
        ("", "", "off", []),
    ],
)
def test_a_part_without_a_host_of_ours_is_not_looked_at(
    dns: Dns, lookup: Lookup, host: str, srv_host: str, verdict: str, published: list[str]
) -> None:
    finding = judged(dns, lookup, CNAME, host=host, srv_host=srv_host)

    assert (finding.verdict, [record.type for record in finding.publish]) == (verdict, published)


@pytest.mark.parametrize("kind", ["servfail", "refused", "timeout"])
@pytest.mark.parametrize(
    ("fault", "records", "verdict", "notes"),
    [
        ("autodiscover.alice.test", [CNAME, SRV], "unknown", ["could-not-look", "autodiscover-srv-ok"]),
        ("_autodiscover._tcp.alice.test", [CNAME, SRV], "unknown", ["could-not-look", "autodiscover-host-ok"]),
        ("alice.test", [CNAME, SRV], "unknown", ["could-not-look", "could-not-look"]),
        ("autodiscover.alice.test", [CNAME], "missing", ["autodiscover-srv-missing", "could-not-look"]),
        ("mailhost.test", ["autodiscover A 192.0.2.25", SRV], "unknown", ["could-not-look", "autodiscover-srv-ok"]),
        ("mailhost.test", [CNAME, SRV], "ok", ["autodiscover-ours"]),
    ],
)
def test_what_could_not_be_looked_up_is_unknown(
    dns: Dns, lookup: Lookup, fault: str, records: list[str], verdict: str, notes: list[str], kind: str
) -> None:
    dns.faults(Fault(fault, kind))

    finding = judged(dns, lookup, *records)

    assert (finding.verdict, codes(finding)) == (verdict, notes)
    assert len(finding.publish) == 2


@pytest.mark.parametrize(
    ("unanswered", "records", "verdict"),
    [
        ("CNAME", [CNAME], "ok"),
        ("CNAME", ["autodiscover A 192.0.2.25"], "ok"),
        ("CNAME", ["autodiscover A 192.0.2.2"], "wrong"),
        ("CNAME", [], "unknown"),
        ("AAAA", [CNAME], "ok"),
        ("AAAA", ["autodiscover A 192.0.2.2"], "wrong"),
        ("AAAA", ["autodiscover A 192.0.2.25"], "unknown"),
        ("A", ["autodiscover A 192.0.2.25"], "unknown"),
    ],
)
def test_half_an_answer_is_used_only_as_far_as_it_decides(
    dns: Dns, lookup: Lookup, unanswered: str, records: list[str], verdict: str
) -> None:
    dns.faults(Fault("autodiscover.alice.test", "servfail", unanswered))

    assert judged(dns, lookup, SRV, *records).verdict == verdict


def test_what_does_not_depend_on_one_another_is_asked_at_once() -> None:
    answers = Answers({})

    with pytest.raises(Pending):
        autodiscover.judge(answers, "alice.test", "mail.mailhost.test", "mail.mailhost.test")

    assert set(answers.wanted) == {
        Question("autodiscover.alice.test", "CNAME"),
        Question("autodiscover.alice.test", "A"),
        Question("autodiscover.alice.test", "AAAA"),
        Question("_autodiscover._tcp.alice.test", "SRV"),
    }


def test_a_crowd_of_records_is_told_briefly(dns: Dns, lookup: Lookup) -> None:
    crowd = [f"_autodiscover._tcp SRV 0 0 443 n{number}.elsewhere.test." for number in range(500)]

    finding = judged(dns, lookup, *(f"autodiscover A 198.51.100.{number}" for number in range(200)), *crowd)

    assert finding.verdict == Verdict.WRONG
    assert len(finding.found) <= 40
    assert all(len(str(value)) < 200 for note in (finding.reason, *finding.hints) for value in note.values.values())
