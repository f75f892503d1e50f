import time

import pytest

from portal.dns import Finding, Note, Record, Verdict, dkim
from portal.dns.judging import LONGEST_VALUE
from portal.dns.lookup import Lookup
from portal.sandbox.dns.server import Dns, Fault
from tests.dns.records import txt

# The key of RFC 6376 appendix C, and its parts as they stand in the record there.
PARTS = (
    "MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQ",
    "KBgQDwIRP/UC3SBsEmGqZ9ZJW3/DkMoGeLnQg1fWn7/zYt",
    "IxN2SnFCjxOCKG9v3b4jYfcTNh5ijSsq631uBItLa7od+v",
    "/RtdC2UzJ1lWT947qR+Rcac2gbto/NMqJ0fzfVjH4OuKhi",
    "tdY9tf6mcwGjaNBcWToIMmPSPDdQPNUYckcD2QIDAQAB",
)
KEY = "".join(PARTS)
OTHER = KEY.replace("DwIRP", "EwIRP")
SELECTOR = "8DABCDEF0123456"
HOST = f"{SELECTOR}._domainkey"
RIGHT = f"v=DKIM1; k=rsa; p={KEY}"


def judged(dns: Dns, lookup: Lookup, *records: str) -> Finding:
    dns.zones.put("alice.test", "\n".join(["@ A 192.0.2.1", *records]))
    return lookup.judge(lambda answers: dkim.judge(answers, "alice.test", SELECTOR, KEY)).value


def of_text(dns: Dns, lookup: Lookup, *strings: str) -> tuple[str, str, list[str]]:
    finding = judged(dns, lookup, txt(HOST, *strings))
    return finding.verdict, finding.reason.code, [note.code for note in finding.hints]


@pytest.mark.parametrize(
    "strings",
    [
        [RIGHT],
        ["v=DKIM1; p=" + PARTS[0], *PARTS[1:]],
        [f"p={KEY}"],
        [f"k=rsa;p={KEY};"],
        [f" v = DKIM1 ;\tk = rsa ; p = {' '.join(PARTS)} ; "],
        ["v=DKIM1; k=rsa; p=" + "\r\n\t".join(PARTS)],
        [f"v=DKIM1; p={KEY}; h=sha1:sha256; s=*"],
        [f"v=DKIM1; h= sha256 ; s= other : email ; t=s; p={KEY}"],
        [f"v=DKIM1; g=*; n=made=20by=20hand; new_1=1; p={KEY}"],
        ["v=DKIM1; k=rs", f"a; p={KEY}"],
    ],
    ids=[
        "as it is published",
        "RFC 6376 appendix C",
        "no version",
        "no version, k first",
        "white space",
        "folded",
        "hashes and services",
        "strict",
        "unknown tags",
        "cut within a tag",
    ],
)
def test_the_servers_key_is_right_however_it_is_written(dns: Dns, lookup: Lookup, strings: list[str]) -> None:
    assert of_text(dns, lookup, *strings) == ("ok", "dkim-ours", [])


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        # What a check for "v=DKIM1" and "p=" takes for valid.
        (f"v=DKIM1; k=rsa; p={OTHER}", "dkim-other-key"),
        ("v=DKIM1; k=rsa; p=", "dkim-revoked"),
        ("v=DKIM1; p", "dkim-malformed"),
        ("v=DKIM1; note=no p= here", "dkim-malformed"),
        (f"note=v=DKIM1 p={KEY}", "dkim-malformed"),
        (f"v=DKIM1; p={KEY}; p={OTHER}", "dkim-malformed"),
        (f"v=DKIM1 k=rsa p={KEY}", "dkim-version"),
        (f"k=rsa; v=DKIM1; p={KEY}", "dkim-version"),
        (f"v=DKIM10; p={KEY}", "dkim-version"),
        (f"v=dkim1; p={KEY}", "dkim-version"),
        (f"v=DKIM1; P={KEY}", "dkim-malformed"),
        (f"v=DKIM1;; p={KEY}", "dkim-malformed"),
        (f"v=DKIM1; k=ed25519; p={KEY}", "dkim-key-type"),
        (f"v=DKIM1; k=RSA; p={KEY}", "dkim-key-type"),
        (f"v=DKIM1; p={KEY.lower()}", "dkim-other-key"),
        (f"v=DKIM1; p={KEY}AAAA", "dkim-other-key"),
        (f"v=DKIM1; p={KEY[:-20]}", "dkim-cut-key"),
        (f"v=DKIM1; h=sha1; p={KEY}", "dkim-hash"),
        (f"v=DKIM1; s=tlsrpt; p={KEY}", "dkim-service"),
        (f'"{RIGHT}"', "dkim-quoted"),
        (f'"v=DKIM1; k=rsa; " "p={KEY}"', "dkim-quoted"),
        (RIGHT.replace(";", "\\;"), "dkim-quoted"),
        (f'"v=DKIM1; p={OTHER}"', "dkim-malformed"),
        ("v=spf1 -all", "dkim-version"),
        ("", "dkim-malformed"),
        ("hello", "dkim-malformed"),
    ],
)
def test_a_record_that_is_not_the_servers_is_wrong_with_the_reason(
    dns: Dns, lookup: Lookup, text: str, reason: str
) -> None:
    assert of_text(dns, lookup, text) == ("wrong", reason, [])


@pytest.mark.parametrize("flags", ["y", "y:s", "s : y"])
def test_the_test_flag_is_told(dns: Dns, lookup: Lookup, flags: str) -> None:
    assert of_text(dns, lookup, f"{RIGHT}; t={flags}") == ("ok", "dkim-ours", ["dkim-testing"])


@pytest.mark.parametrize(
    ("others", "hints"),
    [
        ([txt(HOST, RIGHT)], []),
        ([txt(HOST, f"p={KEY}")], []),
        ([txt(HOST, RIGHT), txt(HOST, "google-site-verification=1")], []),
        ([], ["dkim-none-ours"]),
    ],
    ids=["one is right", "one is right in another spelling", "junk", "none is right"],
)
def test_several_records_are_a_conflict(dns: Dns, lookup: Lookup, others: list[str], hints: list[str]) -> None:
    records = [txt(HOST, f"v=DKIM1; p={OTHER}"), txt(HOST, "v=DKIM1; p="), *others]

    finding = judged(dns, lookup, *records)

    assert (finding.verdict, finding.reason) == (Verdict.CONFLICT, Note("dkim-several", {"count": len(records)}))
    assert [note.code for note in finding.hints] == hints
    assert len(finding.found) == len(records)


@pytest.mark.parametrize(
    ("records", "verdict", "reason", "hints"),
    [
        ([], "missing", "dkim-missing", []),
        ([f"{HOST} A 192.0.2.1"], "missing", "dkim-missing", []),
        ([txt("other._domainkey", RIGHT)], "missing", "dkim-missing", []),
        ([txt(f"{HOST}.alice.test", RIGHT)], "missing", "dkim-missing", ["dkim-doubled-name"]),
        ([f"{HOST} CNAME key", txt("key", RIGHT)], "ok", "dkim-ours", []),
        ([f"{HOST} CNAME key", txt("key", f"p={OTHER}")], "wrong", "dkim-other-key", []),
        ([f"{HOST} CNAME nowhere"], "wrong", "dkim-dangling", []),
        ([f"{HOST} CNAME key", "key A 192.0.2.1"], "wrong", "dkim-dangling", []),
        ([txt(HOST, RIGHT), txt(f"{HOST}.alice.test", "p=")], "ok", "dkim-ours", []),
    ],
    ids=str,
)
def test_the_record_counts_at_its_name_alone_or_where_a_cname_leads(
    dns: Dns, lookup: Lookup, records: list[str], verdict: str, reason: str, hints: list[str]
) -> None:
    finding = judged(dns, lookup, *records)

    assert (finding.verdict, finding.reason.code) == (verdict, reason)
    assert [note.code for note in finding.hints] == hints


def test_a_record_behind_a_cname_is_shown_with_the_cname(dns: Dns, lookup: Lookup) -> None:
    finding = judged(dns, lookup, f"{HOST} CNAME key", txt("key", RIGHT))

    assert finding.found == (
        Record(f"{HOST}.alice.test", "CNAME", "key.alice.test"),
        Record("key.alice.test", "TXT", RIGHT),
    )


def test_the_record_to_publish_is_one_text_without_folding(dns: Dns, lookup: Lookup) -> None:
    folded = "\n".join(PARTS)

    finding = lookup.judge(lambda answers: dkim.judge(answers, "alice.test", SELECTOR, folded)).value

    assert finding.publish == (Record(f"{HOST}.alice.test", "TXT", RIGHT),)


def test_how_much_of_a_key_was_cut_off_is_told(dns: Dns, lookup: Lookup) -> None:
    finding = judged(dns, lookup, txt(HOST, f"v=DKIM1; p={KEY[:100]}"))

    assert finding.reason.values == {"found": 100, "expected": len(KEY)}


@pytest.mark.parametrize("kind", ["servfail", "refused", "timeout"])
def test_what_could_not_be_looked_up_is_unknown_and_still_tells_what_to_publish(
    dns: Dns, lookup: Lookup, kind: str
) -> None:
    dns.faults(Fault(f"{HOST}.alice.test", kind))

    finding = judged(dns, lookup, txt(HOST, RIGHT))

    assert (finding.verdict, finding.reason.code) == (Verdict.UNKNOWN, "could-not-look")
    assert [record.value for record in finding.publish] == [RIGHT]


def test_a_guess_that_could_not_be_looked_up_is_no_reason_to_know_less(dns: Dns, lookup: Lookup) -> None:
    dns.faults(Fault(f"{HOST}.alice.test.alice.test", "servfail"))

    assert judged(dns, lookup).verdict == Verdict.MISSING


@pytest.mark.parametrize(
    "strings",
    [
        ["x" * 255] * 250,
        ["v=DKIM1; p=x; k=" + "<b>" * 20_000],
        [";" * 60_000],
        ["=;" * 30_000],
        ["v=DKIM1; p=" + "A" * 60_000],
        ["v=DKIM1; h=<script>alert(1)</script>\x07\x1b[31m; p=" + KEY],
        ["."] * 300,
    ],
    ids=["as large as DNS allows", "endless type", "semicolons", "empty tags", "endless key", "markup", "300 strings"],
)
def test_hostile_texts_are_wrong_soon_and_told_briefly(dns: Dns, lookup: Lookup, strings: list[str]) -> None:
    began = time.process_time()

    finding = judged(dns, lookup, txt(HOST, *strings))

    assert time.process_time() - began < 2
    assert finding.verdict == Verdict.WRONG
    assert finding.found[0].value == "".join(strings)
    assert all(len(str(value)) <= LONGEST_VALUE for value in finding.reason.values.values())
    assert all(str(value).isprintable() for value in finding.reason.values.values())


def test_thousands_of_records_are_a_conflict_of_which_a_few_are_shown(dns: Dns, lookup: Lookup) -> None:
    finding = judged(dns, lookup, *(txt(HOST, f"v=DKIM1; n={number}") for number in range(2000)))

    assert finding.reason == Note("dkim-several", {"count": 2000})
    assert len(finding.found) == 20
