"""What an answer becomes, whatever a stranger publishes."""

import json
import time

import pytest

from portal.dns import Answer, Mx, Question, Srv
from portal.dns.lookup import Lookup
from portal.sandbox.dns.server import Dns, Fault

ALICE = """
@ MX 10 Mail.Example.TEST.
@ NS ns1.example.test.
@ A 192.0.2.1
@ AAAA 2001:db8::1
_autodiscover._tcp SRV 5 6 443 Mail.Example.TEST.
autodiscover CNAME there.alice.test.
there CNAME Mail.Alice.TEST.
mail A 192.0.2.25
loop CNAME loop2.alice.test.
loop2 CNAME loop.alice.test.
dangling CNAME nobody.alice.test.
*.wild TXT "any"
"""


def ask(lookup: Lookup, name: str, kind: str) -> Answer:
    """The answer as it is, also one that failed."""
    found: list[Answer] = []
    question = Question(name, kind)

    def judge(answers) -> None:
        found[:] = [answers._known[question]] if question in answers._known else []
        if not found:
            answers.get(name, kind)

    lookup.judge(judge)
    return found[0]


@pytest.mark.parametrize(
    ("name", "kind", "records"),
    [
        ("alice.test", "MX", (Mx(10, "mail.example.test"),)),
        ("alice.test", "NS", ("ns1.example.test",)),
        ("alice.test", "A", ("192.0.2.1",)),
        ("alice.test", "AAAA", ("2001:db8::1",)),
        ("_autodiscover._tcp.alice.test", "SRV", (Srv(5, 6, 443, "mail.example.test"),)),
        ("autodiscover.alice.test", "CNAME", ("there.alice.test",)),
        ("what.ever.wild.alice.test", "TXT", ("any",)),
    ],
)
def test_each_type_is_read_in_one_spelling(dns: Dns, lookup: Lookup, name: str, kind: str, records: object) -> None:
    dns.zones.put("alice.test", ALICE)

    answer = ask(lookup, name, kind)

    assert (answer.records, answer.exists, answer.failed) == (records, True, "")


def test_the_names_that_cnames_led_to_are_told(dns: Dns, lookup: Lookup) -> None:
    dns.zones.put("alice.test", ALICE)

    answer = ask(lookup, "autodiscover.alice.test", "A")

    assert answer.chain == ("there.alice.test", "mail.alice.test")
    assert answer.records == ("192.0.2.25",)


def test_a_cname_to_a_name_that_does_not_exist_is_told(dns: Dns, lookup: Lookup) -> None:
    dns.zones.put("alice.test", ALICE)

    answer = ask(lookup, "dangling.alice.test", "A")

    assert (answer.chain, answer.exists, answer.failed) == (("nobody.alice.test",), False, "")


@pytest.mark.parametrize(("name", "exists"), [("there.alice.test", True), ("nobody.alice.test", False)])
def test_no_such_name_and_none_of_the_type_are_told_apart(dns: Dns, lookup: Lookup, name: str, exists: bool) -> None:
    dns.zones.put("alice.test", ALICE)

    answer = ask(lookup, name, "TXT")

    assert (answer.records, answer.exists, answer.failed) == ((), exists, "")


@pytest.mark.parametrize(
    "name", ["a" * 64 + ".test", "a" * 60 + ".b" * 120, "a..test", "\\", "a\\300.test", "\ud800.t"]
)
def test_what_can_be_no_name_does_not_exist(dns: Dns, lookup: Lookup, name: str) -> None:
    answer = ask(lookup, name, "TXT")

    assert (answer.records, answer.exists, answer.failed) == ((), False, "")
    assert dns.queries() == []


@pytest.mark.parametrize(
    ("fault", "why"),
    [("servfail", "servfail"), ("refused", "refused"), ("timeout", "timeout"), ("garbled", "timeout")],
)
def test_what_is_no_answer_has_failed(dns: Dns, lookup: Lookup, fault: str, why: str) -> None:
    dns.zones.put("alice.test", ALICE)
    dns.faults(Fault("alice.test", fault))

    answer = ask(lookup, "alice.test", "MX")

    assert (answer.failed, answer.records) == (why, ())


@pytest.mark.parametrize(
    "records",
    [
        "loop CNAME loop2.alice.test.\nloop2 CNAME loop.alice.test.",
        "loop CNAME n0.alice.test.\n" + "\n".join(f"n{n} CNAME n{n + 1}.alice.test." for n in range(20)),
    ],
    ids=["circle", "too long"],
)
def test_a_chain_without_an_end_has_failed(dns: Dns, lookup: Lookup, records: str) -> None:
    dns.zones.put("alice.test", records)

    answer = ask(lookup, "loop.alice.test", "A")

    assert answer.failed


@pytest.mark.parametrize(
    ("record", "kind", "least", "most"),
    [
        ("@ 1 IN TXT there", "TXT", 30, 30),
        ("@ 120 IN TXT there", "TXT", 120, 120),
        ("@ 86400 IN TXT there", "TXT", 300, 300),
        ("@ 3600 IN SOA ns1 hostmaster 1 2 3 4 20", "TXT", 20, 20),
        ("@ 3600 IN SOA ns1 hostmaster 1 2 3 4 3600", "TXT", 60, 60),
        ("@ 5 IN SOA ns1 hostmaster 1 2 3 4 3600", "TXT", 10, 10),
    ],
)
def test_an_answer_lasts_as_long_as_its_ttl_within_bounds(
    dns: Dns, lookup: Lookup, record: str, kind: str, least: float, most: float
) -> None:
    dns.zones.put("alice.test", record)

    answer = ask(lookup, "alice.test", kind)

    assert least - 0.01 <= answer.expires - answer.looked_at <= most + 0.01


def test_a_failure_lasts_a_few_seconds_from_its_end_on(dns: Dns, lookup: Lookup) -> None:
    dns.faults(Fault("alice.test", "timeout"))

    answer = ask(lookup, "alice.test", "TXT")

    assert 4.6 < answer.expires - time.time() <= 5


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (b"<script>alert(1)</script>", "<script>alert(1)</script>"),
        (b"\0\1\t\n\x1b", "\0\1\t\n\x1b"),
        ("café".encode(), "café"),
        (b"\xff\xfe", "\\xff\\xfe"),
        (b"\xed\xa0\x80", "\\xed\\xa0\\x80"),
        (b"", ""),
    ],
)
def test_any_bytes_of_a_text_can_be_shown_and_kept(dns: Dns, lookup: Lookup, written: bytes, read: str) -> None:
    dns.zones.put("alice.test", "@ TXT x")
    dns.zones._zones["alice.test"]["alice.test"][0].rdata.data = [written]

    (text,) = ask(lookup, "alice.test", "TXT").records

    assert text == read
    assert json.loads(json.dumps(text).encode()) == read


def test_300_strings_are_one_text(dns: Dns, lookup: Lookup) -> None:
    dns.zones.put("alice.test", "@ TXT " + " ".join(f'"{n:03}"' for n in range(300)))

    (text,) = ask(lookup, "alice.test", "TXT").records

    assert text == "".join(f"{n:03}" for n in range(300))


def test_a_text_as_large_as_dns_allows_comes_by_tcp(dns: Dns, lookup: Lookup) -> None:
    dns.zones.put("alice.test", "@ TXT " + " ".join(['"' + "x" * 255 + '"'] * 255))

    (text,) = ask(lookup, "alice.test", "TXT").records

    assert text == "x" * 255 * 255
    assert [query["transport"] for query in dns.queries()] == ["udp", "tcp"]
