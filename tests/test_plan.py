from decimal import Decimal
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.plan import SETTINGS, CurrencyNotPriced, NotConfigured, Plan
from portal.sandbox.whmcs.php import run
from tests.missing import needs

SWITCHES = [
    "delete_data",
    "password_upper",
    "password_digit",
    "password_special",
    "offer_eas",
    "offer_mapi",
    "check_dmarc",
]

PARSED = [
    ("tier_gb", "5", 5),
    ("tier_gb", " 10 ", 10),
    ("domain_path", r"D:\Mail\Domains", r"D:\Mail\Domains"),
    ("outbound_ip", "default", None),
    ("outbound_ip", "192.0.2.7", ip_address("192.0.2.7")),
    ("outbound_ip", "2001:DB8::7", ip_address("2001:db8::7")),
    ("max_users", "25", 25),
    ("password_min_length", "12", 12),
    ("spf_primary", "include:mail.example.com", "include:mail.example.com"),
    ("spf_secondary", "mx, ip4:192.0.2.0/24\ninclude:b.example", ("mx", "ip4:192.0.2.0/24", "include:b.example")),
    ("activation_days", "0", 0),
    ("max_domain_aliases", "3", 3),
    ("autodiscover_host", "Autodiscover.Example.COM.", "autodiscover.example.com"),
    ("autodiscover_srv", "mail.example.com", "mail.example.com"),
    ("dmarc_rua", "mailto:dmarc@example.com, second@example.org", ("dmarc@example.com", "second@example.org")),
    ("dmarc_policy", "Quarantine", "quarantine"),
    ("server", "mail one", "mail one"),
]

WITHOUT_MEANING = [
    ("tier_gb", "0"),
    ("tier_gb", "7.5"),
    ("tier_gb", "10 GB"),
    ("tier_gb", "-5"),
    ("tier_gb", "\u0661\u0660"),
    ("eas_price", "2,50"),
    ("eas_price", "2."),
    ("eas_price", "$3"),
    ("eas_price", "CAD 2.00,"),
    ("eas_price", "-1.00"),
    ("eas_price", "1.999"),
    ("eas_price", "NaN"),
    ("mapi_price", "CAD 2.00, 1.60"),
    ("mapi_price", "CAD 2.00, CAD 3.00"),
    ("combined_price", "CAD"),
    ("outbound_ip", "192.0.2.300"),
    ("max_users", "unlimited"),
    ("password_min_length", "0"),
    ("password_min_length", "129"),
    ("password_upper", "maybe"),
    ("spf_primary", "v=spf1 include:mail.example.com -all"),
    ("spf_primary", "include:"),
    ("spf_secondary", "mx, mail.example.com"),
    ("activation_days", "1.5"),
    ("max_domain_aliases", "-1"),
    ("autodiscover_host", "https://mail.example.com/"),
    ("autodiscover_srv", "mail.example.com:443"),
    ("dmarc_rua", "dmarc.example.com"),
    ("dmarc_policy", "strict"),
]


def test_there_are_the_24_settings_in_the_order_whmcs_numbers_them() -> None:
    assert len(SETTINGS) == 24
    assert SETTINGS[0] == "tier_gb"
    assert SETTINGS[15:17] == ("activation_days", "max_domain_aliases")
    assert SETTINGS[23] == "server"


@pytest.mark.parametrize(("name", "text", "value"), PARSED)
def test_what_parses_becomes_a_value(name: str, text: str, value: object) -> None:
    plan = Plan.parse({name: text})

    assert getattr(plan, name) == value
    assert plan.errors == {}


@pytest.mark.parametrize(("name", "text"), WITHOUT_MEANING)
def test_what_does_not_parse_is_an_error_and_never_a_default(name: str, text: str) -> None:
    plan = Plan.parse({name: text})

    with pytest.raises(NotConfigured) as caught:
        getattr(plan, name)

    assert (caught.value.name, caught.value.raw) == (name, text)


def test_every_setting_that_does_not_parse_is_told_to_the_admin_in_a_sentence() -> None:
    plan = Plan.parse({"tier_gb": "10 GB", "max_users": "5", "eas_price": "2,50"})

    errors = plan.errors

    assert errors == {
        "tier_gb": 'tier_gb: "10 GB" is not a whole number from 1 to 100000.',
        "eas_price": 'eas_price: "2,50" is not a price like "2.00" or "CAD 2.00, USD 1.60".',
    }


def test_one_wrong_setting_leaves_the_others_usable() -> None:
    assert Plan.parse({"tier_gb": "ten", "max_users": "5"}).max_users == 5


def test_a_setting_that_was_not_sent_has_its_default() -> None:
    plan = Plan.parse({})

    assert (plan.tier_gb, plan.max_users, plan.password_min_length, plan.activation_days) == (10, 0, 8, 1)
    assert plan.eas_price.amount("CAD") == Decimal("2.00")
    assert plan.mapi_price.amount("CAD") == Decimal("3.00")
    assert plan.combined_price.amount("CAD") == Decimal("4.50")
    assert (plan.outbound_ip, plan.spf_primary, plan.spf_secondary, plan.dmarc_policy) == (None, "", (), "none")
    assert all(getattr(plan, name) for name in SWITCHES)


@pytest.mark.parametrize("name", [name for name in SETTINGS if name not in SWITCHES])
def test_an_empty_text_stands_for_the_default(name: str) -> None:
    assert getattr(Plan.parse({name: " "}), name) == getattr(Plan.parse({}), name)


@pytest.mark.parametrize("name", SWITCHES)
@pytest.mark.parametrize(
    ("text", "on"), [("on", True), ("", False), ("yes", True), ("No", False), ("1", True), ("0", False)]
)
def test_a_switch_is_on_or_off_and_an_unticked_box_is_off(name: str, text: str, on: bool) -> None:
    assert getattr(Plan.parse({name: text}), name) is on


def test_names_the_plan_does_not_know_are_ignored() -> None:
    assert Plan.parse({"colour": "blue"}).errors == {}


def test_one_amount_holds_in_every_currency() -> None:
    price = Plan.parse({"eas_price": "2"}).eas_price

    assert price.amount("CAD") == price.amount("JPY") == Decimal(2)


def test_listed_amounts_hold_in_their_currency() -> None:
    price = Plan.parse({"eas_price": "CAD 2.00, usd 1.60"}).eas_price

    assert (price.amount("cad"), price.amount("USD")) == (Decimal("2.00"), Decimal("1.60"))


def test_a_currency_that_is_not_listed_has_no_price_rather_than_a_price_of_zero() -> None:
    price = Plan.parse({"eas_price": "CAD 2.00, USD 1.60"}).eas_price

    with pytest.raises(CurrencyNotPriced, match="EUR"):
        price.amount("EUR")


def test_a_price_of_zero_is_a_price() -> None:
    assert Plan.parse({"combined_price": "0"}).combined_price.amount("EUR") == 0


@given(st.dictionaries(st.sampled_from(["CAD", "USD", "EUR", "JPY"]), st.integers(0, 10**8 - 1), min_size=1))
def test_every_list_of_prices_reads_back_to_the_cent(cents: dict[str, int]) -> None:
    amounts = {currency: Decimal(amount) / 100 for currency, amount in cents.items()}
    text = ", ".join(f"{currency} {amount:.2f}" for currency, amount in amounts.items())

    price = Plan.parse({"mapi_price": text}).mapi_price

    assert {currency: price.amount(currency) for currency in amounts} == amounts


@given(st.dictionaries(st.sampled_from(SETTINGS), st.text()))
def test_any_text_is_either_a_value_or_a_named_error(raw: dict[str, str]) -> None:
    plan = Plan.parse(raw)

    for name in SETTINGS:
        if name in plan.errors:
            assert name in raw
        else:
            getattr(plan, name)


def test_the_php_module_has_the_same_settings_in_the_same_order_with_the_same_defaults() -> None:
    needs("php")

    form = run("ConfigOptions")["result"]

    told = Plan.parse({name: option["Default"] for name, option in form.items()})
    assert tuple(form) == SETTINGS
    assert [getattr(told, name) for name in SETTINGS] == [getattr(Plan.parse({}), name) for name in SETTINGS]
