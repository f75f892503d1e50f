import string
from dataclasses import replace

import dns.zone
import pytest
from dns.exception import DNSException
from dns.rdatatype import to_text as type_text
from dnslib import QTYPE, RR
from hypothesis import given
from hypothesis import strategies as st

from portal.dns import Record
from portal.dns.zone import presented, quoted, zone_file

MX = Record("alice.test", "MX", "mail.example.test", priority=10)
SRV = Record("_autodiscover._tcp.alice.test", "SRV", "mail.example.test", priority=0, weight=1, port=443)

label = st.text(string.ascii_lowercase + string.digits + "_", min_size=1, max_size=12)
hosts = st.one_of(
    st.just("alice.test"), st.lists(label, min_size=1, max_size=3).map(lambda x: ".".join([*x, "alice.test"]))
)
targets = st.lists(label, min_size=2, max_size=4).map(".".join)
number = st.integers(0, 65535)
visible_texts = st.text("".join(sorted({*string.printable[:95]} - {*"()"})), max_size=700)


def records(texts: st.SearchStrategy[str]) -> st.SearchStrategy[list[Record]]:
    one = st.one_of(
        st.builds(Record, hosts, st.just("TXT"), texts),
        st.builds(Record, hosts, st.just("MX"), targets, priority=number),
        st.builds(Record, hosts, st.just("SRV"), targets, priority=number, weight=number, port=number),
        st.builds(Record, hosts, st.just("A"), st.ip_addresses(v=4).map(str)),
        st.builds(Record, hosts, st.just("AAAA"), st.ip_addresses(v=6, network="2000::/3").map(str)),
    )
    return st.lists(one, max_size=6)


def as_set(found: list[Record]) -> set[tuple[str, str, tuple[object, ...]]]:
    """The records as the readers below give them."""
    numbers = {"MX": ["priority"], "SRV": ["priority", "weight", "port"]}
    return {
        (one.host, one.type, (*(getattr(one, name) for name in numbers.get(one.type, [])), one.value)) for one in found
    }


def by_dnspython(text: str) -> set[tuple[str, str, tuple[object, ...]]]:
    found: set[tuple[str, str, tuple[object, ...]]] = set()
    zone = dns.zone.from_text(text, relativize=False, check_origin=False)
    for name, _ttl, data in zone.iterate_rdatas():
        kind = type_text(data.rdtype)
        match kind:
            case "TXT":
                values: tuple[object, ...] = (b"".join(data.strings).decode(),)
            case "MX":
                values = (data.preference, data.exchange.to_text(omit_final_dot=True))
            case "SRV":
                values = (data.priority, data.weight, data.port, data.target.to_text(omit_final_dot=True))
            case _:
                values = (data.to_text(),)
        found.add((name.to_text(omit_final_dot=True), kind, values))
    return found


def by_dnslib(text: str) -> set[tuple[str, str, tuple[object, ...]]]:
    found: set[tuple[str, str, tuple[object, ...]]] = set()
    for record in RR.fromZone(text):
        kind, data = QTYPE[record.rtype], record.rdata
        match kind:
            case "TXT":
                values: tuple[object, ...] = (b"".join(data.data).decode(),)
            case "MX":
                values = (data.preference, str(data.label).rstrip("."))
            case "SRV":
                values = (data.priority, data.weight, data.port, str(data.target).rstrip("."))
            case _:
                values = (str(data),)
        found.add((str(record.rname).rstrip("."), kind, values))
    return found


def test_the_zone_file_is_what_a_name_server_is_given() -> None:
    spf = Record("alice.test", "TXT", "v=spf1 include:spf.example.test -all")
    alias = Record("autodiscover.alice.test", "CNAME", "mail.example.test")

    text = zone_file("alice.test", [MX, spf, alias, SRV])

    assert text == (
        "; E-mail records, to add to the zone of alice.test.\n"
        "$ORIGIN alice.test.\n"
        "$TTL 3600\n"
        "@ IN MX 10 mail.example.test.\n"
        '@ IN TXT "v=spf1 include:spf.example.test -all"\n'
        "autodiscover IN CNAME mail.example.test.\n"
        "_autodiscover._tcp IN SRV 0 1 443 mail.example.test.\n"
    )


@given(records(st.text(max_size=700)))
def test_a_name_server_reads_back_exactly_the_records(published: list[Record]) -> None:
    text = zone_file("alice.test", published)

    assert by_dnspython(text) == as_set(published)


@given(records(visible_texts))
def test_another_reader_reads_back_the_same(published: list[Record]) -> None:
    """The texts are without what dnslib misreads: escapes (as octal ones), and parentheses in quotes (as bare ones)."""
    text = zone_file("alice.test", published)

    assert by_dnslib(text) == as_set(published)


@given(records(st.text(max_size=700)))
def test_the_zone_file_is_plain_ascii_with_a_line_for_each_record(published: list[Record]) -> None:
    text = zone_file("alice.test", published)

    assert text.isascii()
    assert text.replace("\n", "").isprintable()
    assert text.count("\n") == 3 + len(published)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", '""'),
        ("v=DMARC1; p=none", '"v=DMARC1; p=none"'),
        ('say "no" \\ back', r'"say \"no\" \\ back"'),
        ("a\n$INCLUDE /etc/passwd", r'"a\010$INCLUDE /etc/passwd"'),
        ("\x00\x7f", r'"\000\127"'),
        ("é", r'"\195\169"'),
        ("a" * 255, f'"{"a" * 255}"'),
        ("a" * 256, f'"{"a" * 255}" "a"'),
        ("a" * 510, f'"{"a" * 255}" "{"a" * 255}"'),
        ("a" * 254 + "é", f'"{"a" * 254}" "' + r'\195\169"'),
        ("\ud800", '"?"'),
    ],
    ids=["empty", "semicolon", "quotes", "line", "control", "utf-8", "255", "256", "510", "a letter", "no letter"],
)
def test_a_text_is_written_in_strings_of_at_most_255_bytes(text: str, expected: str) -> None:
    assert quoted(text) == expected


def test_a_record_of_somebody_elses_zone_is_a_comment() -> None:
    theirs = Record("alice.test._report._dmarc.example.test", "TXT", "v=DMARC1")

    text = zone_file("alice.test", [theirs])

    assert '\n; alice.test._report._dmarc.example.test. IN TXT "v=DMARC1"\n' in text
    assert by_dnspython(text) == by_dnslib(text) == set()


def test_the_file_tells_what_is_replaced_and_what_is_left_out() -> None:
    text = zone_file("alice.test", [MX, SRV], replacing=[SRV], unseen=["spf", "dkim"])

    comments = [line for line in text.splitlines() if line.startswith(";")]
    assert comments[1:] == [
        "; Not here, because they could not be looked at: spf, dkim",
        "; In the place of what is there now:",
    ]
    assert text.index("In the place of") > text.index(" IN MX ")
    assert by_dnspython(text) == as_set([MX, SRV])


def test_a_name_too_long_to_exist_is_a_comment() -> None:
    domain = ".".join(["a" * 60] * 4) + ".test"

    text = zone_file(domain, [Record(f"autodiscover.{domain}", "CNAME", "mail.example.test"), replace(MX, host=domain)])

    assert f"\n; too long for a name: 'autodiscover.{domain}'\n@ IN MX " in text


def test_names_in_other_scripts_are_written_in_ascii() -> None:
    text = zone_file("müller.test", [Record("müller.test", "MX", "straße.bücher.test", priority=10)])

    assert text.endswith("$ORIGIN xn--mller-kva.test.\n$TTL 3600\n@ IN MX 10 xn--strae-oqa.xn--bcher-kva.test.\n")


def test_what_takes_no_mail_leads_to_the_root() -> None:
    text = zone_file("alice.test", [Record("alice.test", "MX", "", priority=0)])

    assert text.endswith("@ IN MX 0 .\n")


@pytest.mark.parametrize(
    "hostile",
    [
        Record("alice.test", "A", "not an address"),
        Record("a..alice.test", "TXT", "text"),
        Record("alice.test", "MX", f"{'a' * 64}.test", priority=10),
    ],
    ids=["address", "host", "target"],
)
def test_what_cannot_be_published_is_an_error_and_not_half_a_file(hostile: Record) -> None:
    with pytest.raises(DNSException):
        zone_file("alice.test", [MX, hostile])


@pytest.mark.parametrize("line", ["192.0.2.1\n$INCLUDE /etc/passwd", "192.0.2.1 ; $INCLUDE"])
def test_no_second_line_gets_in_by_an_address(line: str) -> None:
    text = zone_file("alice.test", [Record("mail.alice.test", "A", line)])

    assert text.endswith("$TTL 3600\nmail IN A 192.0.2.1\n")


@pytest.mark.parametrize(
    "host", ["a b.alice.test", "a;b.alice.test", '"a.alice.test', "$a.alice.test", "(a.alice.test", "@.alice.test"]
)
def test_a_host_with_signs_of_the_file_is_read_back_as_it_is(host: str) -> None:
    text = zone_file("alice.test", [Record(host, "TXT", "text")])

    zone = dns.zone.from_text(text, relativize=False, check_origin=False)

    assert [name.labels[0].decode() for name in zone] == [host.removesuffix(".alice.test")]


def test_the_fields_of_an_mx() -> None:
    assert presented(MX, "alice.test") == (
        ("type", "MX"),
        ("name", "@"),
        ("host", "alice.test"),
        ("target", "mail.example.test"),
        ("priority", "10"),
    )


def test_the_fields_of_an_srv_have_its_service_and_protocol_apart() -> None:
    assert presented(SRV, "alice.test") == (
        ("type", "SRV"),
        ("name", "_autodiscover._tcp"),
        ("host", "_autodiscover._tcp.alice.test"),
        ("service", "_autodiscover"),
        ("protocol", "_tcp"),
        ("target", "mail.example.test"),
        ("priority", "0"),
        ("weight", "1"),
        ("port", "443"),
    )


@pytest.mark.parametrize(
    ("host", "zone", "name"),
    [
        ("alice.test", "alice.test", "@"),
        ("_dmarc.alice.test", "alice.test", "_dmarc"),
        ("shop.alice.test", "alice.test", "shop"),
        ("_dmarc.shop.alice.test", "alice.test", "_dmarc.shop"),
        ("notalice.test", "alice.test", "notalice.test"),
        ("alice.test", "shop.alice.test", "alice.test"),
    ],
)
def test_a_name_is_relative_to_the_zone_on_whole_labels(host: str, zone: str, name: str) -> None:
    fields = dict(presented(Record(host, "TXT", "text"), zone))

    assert (fields["name"], fields["host"], fields["value"]) == (name, host, "text")
