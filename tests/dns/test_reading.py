import pytest
from dns.message import Message, from_text

from portal.dns import CouldNotLook
from portal.dns.reading import negative_ttl, resolved

HEAD = """id 1
opcode QUERY
rcode {rcode}
flags QR
;QUESTION
alice.test. IN TXT
;ANSWER
;AUTHORITY
"""
SOA = "test. 40 IN SOA a. b. 1 2 3 4 30\n"
NS = "alice.test. 60 IN NS ns1.alice.test.\n"


def message(authority: str = "", rcode: str = "NOERROR") -> Message:
    """An answer without records."""
    return from_text(HEAD.format(rcode=rcode) + authority)


@pytest.mark.parametrize("authority", [SOA, SOA + NS, ""])
def test_no_records_are_none(authority: str) -> None:
    answer = resolved("TXT", message(authority), 0)

    assert (answer.records, answer.exists) == ((), True)


def test_who_only_names_others_to_ask_has_not_answered() -> None:
    """As a name server does that was taken for a resolver."""
    with pytest.raises(CouldNotLook, match="referral"):
        resolved("TXT", message(NS), 0)


@pytest.mark.parametrize("rcode", ["SERVFAIL", "REFUSED", "FORMERR", "NOTIMP", "YXDOMAIN", "NOTAUTH"])
def test_any_other_code_is_no_answer(rcode: str) -> None:
    with pytest.raises(CouldNotLook, match=rcode.lower()):
        resolved("TXT", message(SOA, rcode), 0)


@pytest.mark.parametrize(("authority", "ttl"), [(SOA, 30), (SOA.replace("40", "20"), 20), (NS, 0), ("", 0)])
def test_that_there_is_none_is_good_for_as_long_as_the_zone_says(authority: str, ttl: float) -> None:
    assert negative_ttl(message(authority)) == ttl
