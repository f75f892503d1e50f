import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.dns.dmarc_record import DmarcChoices, is_record, read, tags, write

POLICIES = ["none", "quarantine", "reject"]
locals_ = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=12)
domains = st.sampled_from(["alice.test", "reports.alice.test", "xn--bcher-alice-thb.test", "a_b.test"])
addresses = st.lists(st.builds("{}@{}".format, locals_, domains), max_size=4, unique=True).map(tuple)
choices_of_all_kinds = st.builds(
    DmarcChoices,
    policy=st.sampled_from(POLICIES),
    subdomains=st.sampled_from(["", *POLICIES]),
    missing_subdomains=st.sampled_from(["", *POLICIES]),
    strict_dkim=st.booleans(),
    strict_spf=st.booleans(),
    rua=addresses,
    ruf=addresses,
    testing=st.booleans(),
    failures=st.sampled_from(["", "0", "1:d:s"]),
    boundary=st.sampled_from(["", "y", "n"]),
)


@given(choices_of_all_kinds)
def test_what_is_written_is_read_back_as_the_same_choices(choices: DmarcChoices) -> None:
    assert read(write(choices)) == choices


@given(choices_of_all_kinds)
def test_what_is_written_is_a_record_with_the_policy_second_and_nothing_obsolete(choices: DmarcChoices) -> None:
    text = write(choices)

    assert is_record(text)
    assert re.fullmatch(r"[ -:<-~]+(; [a-z]+=[!-:<-~]+)+", text)
    assert list(tags(text))[:2] == ["v", "p"]
    assert tags(text).keys().isdisjoint({"pct", "rf", "ri"})


@given(st.text())
def test_no_address_adds_a_tag_or_another_address(address: str) -> None:
    text = write(DmarcChoices(rua=(f"{address}@alice.test",)))

    assert text.count(";") == 2
    assert text.count(",") == 0


@pytest.mark.parametrize(
    ("choices", "text"),
    [
        (DmarcChoices(), "v=DMARC1; p=none"),
        (DmarcChoices("reject", "none", "quarantine"), "v=DMARC1; p=reject; sp=none; np=quarantine"),
        (DmarcChoices("quarantine", testing=True), "v=DMARC1; p=quarantine; t=y"),
        (DmarcChoices(strict_dkim=True, strict_spf=True), "v=DMARC1; p=none; adkim=s; aspf=s"),
        (
            DmarcChoices(rua=("a@alice.test", "b,c!d;e@Alice.test"), ruf=("f@bob.test",)),
            "v=DMARC1; p=none; rua=mailto:a@alice.test,mailto:b%2Cc%21d%3Be@alice.test; ruf=mailto:f@bob.test",
        ),
        (DmarcChoices(rua=("a@b; p=none",)), "v=DMARC1; p=none; rua=mailto:a@b%3B%20p%3Dnone"),
    ],
)
def test_each_choice_has_its_tag_in_order(choices: DmarcChoices, text: str) -> None:
    assert write(choices) == text


@pytest.mark.parametrize(
    ("text", "choices"),
    [
        # RFC 9989 appendix B.2.
        (
            "v=DMARC1; p=none; rua=mailto:dmarc-feedback@example.com",
            DmarcChoices(rua=("dmarc-feedback@example.com",)),
        ),
        (
            "v=DMARC1; p=none; rua=mailto:dmarc-feedback@example.com; ruf=mailto:auth-reports@thirdparty.example.net",
            DmarcChoices(rua=("dmarc-feedback@example.com",), ruf=("auth-reports@thirdparty.example.net",)),
        ),
        (
            "v=DMARC1; p=quarantine; rua=mailto:dmarc-feedback@example.com,mailto:tld-test@thirdparty.example.net; t=y",
            DmarcChoices(
                "quarantine",
                rua=("dmarc-feedback@example.com", "tld-test@thirdparty.example.net"),
                testing=True,
            ),
        ),
        # What an older record has besides is left out.
        (
            "v=DMARC1; pct=20; p=REJECT; sp=reject; adkim=S; aspf=r; rf=iodef; ri=3600; x=y; rua=mailto:a@b.test!50m",
            DmarcChoices("reject", "reject", strict_dkim=True, rua=("a@b.test",)),
        ),
        ("v=DMARC1; p=all; sp=all; adkim=strict; t=1; rua=a@b.test,,https://b.test", DmarcChoices()),
        ("v=DMARC1; rua=mailto:a@b.test?subject=x, MAILTO:a@b.test", DmarcChoices(rua=("a@b.test",))),
    ],
)
def test_an_existing_record_is_read_as_far_as_it_is_valid(text: str, choices: DmarcChoices) -> None:
    assert read(text) == choices


def test_a_record_without_a_policy_takes_that_of_the_plan() -> None:
    assert read("v=DMARC1; adkim=s", DmarcChoices("reject", rua=("a@b.test",))) == DmarcChoices(
        "reject", strict_dkim=True
    )


@pytest.mark.parametrize("text", ["v=DMARC1", "v=DMARC1;", "V = DMARC1 ; p=none", "v\t=DMARC1"])
def test_a_record_begins_with_its_version(text: str) -> None:
    assert is_record(text)


@pytest.mark.parametrize("text", ["", "v=DMARC1x", "v=DMARC1 p=none", "v=dmarc1", " v=DMARC1", "p=none; v=DMARC1"])
def test_anything_else_is_no_record(text: str) -> None:
    assert not is_record(text)
