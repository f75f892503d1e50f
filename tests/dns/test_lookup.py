import socket
import time
from contextlib import closing

import pytest

from portal.dns import CouldNotLook
from portal.dns.lookup import Lookup
from portal.sandbox.dns.server import Dns, Fault

each_question = pytest.mark.parametrize("ask", [Lookup.mx, Lookup.txt], ids=["mx", "txt"])


def test_every_host_that_takes_mail_is_found_in_one_spelling(dns: Dns, lookup: Lookup) -> None:
    dns.zones.put("alice.test", "@ MX 20 Backup.Example.TEST.\n@ MX 10 mail.example.test.")

    assert sorted(lookup.mx("alice.test")) == ["backup.example.test", "mail.example.test"]


def test_the_case_and_the_final_dot_of_the_question_make_no_difference(dns: Dns, lookup: Lookup) -> None:
    dns.zones.put("alice.test", "@ MX 10 mail.example.test.")

    assert lookup.mx("ALICE.test.") == ("mail.example.test",)


def test_a_null_mx_is_no_host(dns: Dns, lookup: Lookup) -> None:
    dns.zones.put("alice.test", "@ MX 0 .")

    assert lookup.mx("alice.test") == ()


def test_the_records_behind_a_cname_are_found(dns: Dns, lookup: Lookup) -> None:
    dns.zones.put("alice.test", "shop CNAME shop.example.test.")
    dns.zones.put("example.test", 'shop MX 10 mail.example.test.\nshop TXT "there"')

    assert lookup.mx("shop.alice.test") == ("mail.example.test",)
    assert lookup.txt("shop.alice.test") == ("there",)


def test_the_strings_of_a_text_are_joined_and_the_records_kept_apart(dns: Dns, lookup: Lookup) -> None:
    dns.zones.put("alice.test", '@ TXT "mail-" "0123"\n@ TXT "v=spf1 -all"')

    assert sorted(lookup.txt("alice.test")) == ["mail-0123", "v=spf1 -all"]


def test_an_answer_too_long_for_one_packet_is_read_whole(dns: Dns, lookup: Lookup) -> None:
    dns.zones.put("alice.test", "\n".join(f'@ TXT "{number:0200}"' for number in range(40)))

    assert len(lookup.txt("alice.test")) == 40
    assert [question["transport"] for question in dns.queries()] == ["udp", "tcp"]


@each_question
@pytest.mark.parametrize(
    "name", ["alice.test", "nowhere.test", "www.alice.test", f"{'a' * 64}.test", "a" * 60 + ".b" * 120]
)
def test_what_does_not_exist_is_absent(dns: Dns, lookup: Lookup, ask, name: str) -> None:
    dns.zones.put("alice.test", "@ A 192.0.2.1\nwww A 192.0.2.1")

    assert ask(lookup, name) == ()


@each_question
@pytest.mark.parametrize("kind", ["servfail", "refused", "timeout"])
def test_what_could_not_be_asked_is_unknown_and_not_absent(dns: Dns, lookup: Lookup, ask, kind: str) -> None:
    dns.zones.put("alice.test", '@ MX 10 mail.example.test.\n@ TXT "there"')
    dns.faults(Fault("alice.test", kind))

    with pytest.raises(CouldNotLook):
        ask(lookup, "alice.test")


@each_question
def test_a_chain_of_cnames_without_an_end_is_unknown(dns: Dns, lookup: Lookup, ask) -> None:
    dns.zones.put("alice.test", "a CNAME b.alice.test.\nb CNAME a.alice.test.")

    with pytest.raises(CouldNotLook):
        ask(lookup, "a.alice.test")


def test_a_silent_resolver_costs_no_more_than_its_time(dns: Dns, lookup: Lookup) -> None:
    dns.faults(Fault("alice.test", "timeout"))
    began = time.monotonic()

    with pytest.raises(CouldNotLook):
        lookup.mx("alice.test")

    assert time.monotonic() - began < 1.5


@pytest.mark.parametrize("kind", ["servfail", "timeout", "down"])
def test_the_next_resolver_is_asked_when_the_first_does_not_answer(dns: Dns, kind: str) -> None:
    dns.zones.put("alice.test", "@ MX 10 mail.example.test.")
    with Dns() as first, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        first.faults(Fault("", "timeout" if kind == "down" else kind))
        port = taken.getsockname()[1] if kind == "down" else first.port

        with closing(Lookup([(first.host, port), (dns.host, dns.port)], seconds=5)) as lookup:
            found = lookup.mx("alice.test")

    assert found == ("mail.example.test",)


def test_each_look_is_a_new_one(dns: Dns, lookup: Lookup) -> None:
    dns.zones.put("alice.test", "@ MX 10 mail.elsewhere.test.")
    before = lookup.mx("alice.test")
    dns.zones.put("alice.test", "@ MX 10 mail.example.test.")

    assert (before, lookup.mx("alice.test")) == (("mail.elsewhere.test",), ("mail.example.test",))
