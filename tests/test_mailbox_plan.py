from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.plan import MailboxPlan, NotConfigured, Plan

PARSED = [
    ("server", "mail one", "mail one"),
    ("allowed_domains", "Shared.test, other.test,shared.test", ("shared.test", "other.test")),
    *(("account_type", text, "basic") for text in ("1", "Basic", "basic", "1|Basic", " BASIC ")),
    *(("account_type", text, "enhanced") for text in ("2", "Enhanced", "2|Enhanced", "2|ENHANCED")),
    ("quota_gb", "10", Decimal(10)),
    ("quota_gb", "0.5", Decimal("0.5")),
    ("quota_gb", "50 GB", Decimal(50)),
    ("quota_gb", "100|100 GB", Decimal(100)),
    ("max_aliases", "0", 0),
    ("max_aliases", "Off", None),
    ("external_forwards", "on", True),
    ("timezone", "Australia/Brisbane", "Australia/Brisbane"),
    ("date_format", "DD-MM-YYYY", "dd-mm-yyyy"),
    ("language", "pt-BR", "pt-br"),
    ("max_lists", "off", None),
    ("max_lists", "3", 3),
]

WITHOUT_MEANING = [
    ("allowed_domains", "shared"),
    ("allowed_domains", "https://shared.test/"),
    ("account_type", "3"),
    ("account_type", "1|Enhanced"),
    ("account_type", "Premium"),
    ("quota_gb", "0"),
    ("quota_gb", "-1"),
    ("quota_gb", "25 MB"),
    ("quota_gb", "1e3"),
    ("quota_gb", "unlimited"),
    ("max_aliases", "-1"),
    ("max_aliases", "none"),
    ("external_forwards", "maybe"),
    ("timezone", "Montreal"),
    ("timezone", "America"),
    ("timezone", "../../etc/passwd"),
    ("timezone", "/etc/localtime"),
    ("date_format", "yyyy/mm/dd"),
    ("date_format", "mm-mm-yyyy"),
    ("language", "it"),
    ("max_lists", "1.5"),
]


def test_there_are_the_10_settings_in_the_order_whmcs_numbers_them() -> None:
    assert MailboxPlan.names() == (
        *("server", "allowed_domains", "account_type", "quota_gb", "max_aliases"),
        *("external_forwards", "timezone", "date_format", "language", "max_lists"),
    )


@pytest.mark.parametrize("raw", [{}, dict.fromkeys(MailboxPlan.names(), "")], ids=["absent", "empty"])
def test_a_setting_that_is_not_given_has_its_default(raw: dict[str, str]) -> None:
    plan = MailboxPlan.parse(raw)

    assert [getattr(plan, name) for name in MailboxPlan.names()] == [
        *("", (), "basic", Decimal(25), 25),
        *(False, "America/Montreal", "yyyy-mm-dd", "en", 5),
    ]


@pytest.mark.parametrize(("name", "text", "value"), PARSED)
def test_a_setting_is_read_as_whmcs_holds_it(name: str, text: str, value: object) -> None:
    assert getattr(MailboxPlan.parse({name: text}), name) == value


@pytest.mark.parametrize(("name", "text"), WITHOUT_MEANING)
def test_a_setting_without_meaning_is_no_default(name: str, text: str) -> None:
    plan = MailboxPlan.parse({name: text})

    with pytest.raises(NotConfigured, match=name):
        getattr(plan, name)

    assert list(plan.errors) == [name]


@given(st.dictionaries(st.sampled_from(MailboxPlan.names()), st.text()))
def test_any_text_is_either_a_value_or_a_named_error(raw: dict[str, str]) -> None:
    plan = MailboxPlan.parse(raw)

    for name in plan.names():
        if name in plan.errors:
            assert name in raw
        else:
            getattr(plan, name)


def test_each_product_has_settings_of_its_own() -> None:
    assert set(Plan.names()) & set(MailboxPlan.names()) == {"server"}
