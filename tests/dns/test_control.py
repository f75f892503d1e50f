import re
import time
from contextlib import closing

import pytest

from portal.dns import CouldNotLook, control
from portal.dns.lookup import Lookup
from portal.sandbox.dns.server import Dns, Fault

KEY = "k" * 43
VALUE = control.value(KEY, "northwind-101")
MX = "@ MX 10 mail.example.test."
TXT = f'_domain-verification TXT "{VALUE}"'
NO_MX, NO_TXT = "@ MX 10 mail.elsewhere.test.", '_domain-verification TXT "mail-0"'


def proof(lookup: Lookup) -> str:
    return control.proof(
        lookup, "new.test", ["Mail.Example.TEST."], [control.value("old" * 15, "northwind-101"), VALUE]
    )


def test_the_value_names_nobody_and_is_another_for_each_service_and_key() -> None:
    others = {
        control.value(KEY, "northwind-102"),
        control.value(KEY, "harbour-101"),
        control.value("j" * 43, "northwind-101"),
    }

    assert re.fullmatch("mail-[0-9a-f]{32}", VALUE)
    assert control.value(KEY, "northwind-101") == VALUE
    assert len(others | {VALUE}) == 4


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([MX], "mx"),
        ([NO_MX, "@ MX 20 MAIL.example.test."], "mx"),
        ([TXT], "txt"),
        ([NO_MX, TXT], "txt"),
        ([NO_MX, NO_TXT, TXT], "txt"),
        ([f'_domain-verification TXT "{VALUE[:9]}" "{VALUE[9:]}"'], "txt"),
        (["_domain-verification CNAME proof.new.test.", f'proof TXT "{VALUE}"'], "txt"),
        ([MX, TXT], "mx"),
        ([], ""),
        (["@ MX 0 ."], ""),
        ([NO_MX, NO_TXT], ""),
        ([f'@ TXT "{VALUE}"'], ""),
        ([f'_domain-verification TXT "{VALUE} "'], ""),
        ([f'_domain-verification TXT "{VALUE.upper()}"'], ""),
        (["@ MX 10 mail.example.test.evil.test."], ""),
    ],
    ids=str,
)
def test_a_domain_is_proved_by_its_mx_or_by_the_text(
    dns: Dns, lookup: Lookup, records: list[str], expected: str
) -> None:
    dns.zones.put("new.test", "\n".join(records))

    assert proof(lookup) == expected


@pytest.mark.parametrize("kind", ["servfail", "timeout"])
@pytest.mark.parametrize(
    ("record", "unanswered", "expected"),
    [(MX, "TXT", "mx"), (TXT, "MX", "txt")],
)
def test_one_answer_that_proves_it_is_enough(
    dns: Dns, lookup: Lookup, record: str, unanswered: str, expected: str, kind: str
) -> None:
    dns.zones.put("new.test", record)
    dns.faults(Fault("new.test", kind, unanswered))

    assert proof(lookup) == expected


@pytest.mark.parametrize("kind", ["servfail", "timeout"])
@pytest.mark.parametrize("unanswered", ["MX", "TXT", ""])
def test_half_an_answer_that_proves_nothing_is_no_verdict(dns: Dns, lookup: Lookup, unanswered: str, kind: str) -> None:
    dns.zones.put("new.test", NO_MX)
    dns.faults(Fault("new.test", kind, unanswered))

    with pytest.raises(CouldNotLook):
        proof(lookup)


def test_both_are_asked_at_once(dns: Dns) -> None:
    dns.faults(Fault("new.test", "timeout"))
    began = time.monotonic()

    with closing(Lookup([(dns.host, dns.port)], seconds=1.5)) as lookup, pytest.raises(CouldNotLook):
        proof(lookup)

    assert time.monotonic() - began < 2.9
