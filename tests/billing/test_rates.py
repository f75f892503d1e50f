from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.billing import Kind, Line, Protocol
from portal.billing.rates import (
    GB,
    PriceWarning,
    amount,
    for_cycle,
    gigabytes,
    left_in_tier,
    money,
    price,
    switching_on,
    tiers,
    total,
    warnings,
)
from tests.billing.cast import TERMS, size, terms

EAS, MAPI = Protocol.EAS, Protocol.MAPI
SIZES = st.integers(0, 2**60) | st.builds(
    lambda tiers, more: max(0, tiers * 10 * GB + more), st.integers(0, 9999), st.integers(-9, 9)
)
PRICES = st.decimals(0, 20, places=2)


@pytest.mark.parametrize(
    ("used", "count"),
    [
        pytest.param(0, 1, id="nothing"),
        pytest.param(1, 1, id="a byte"),
        pytest.param(10_737_418_240, 1, id="10 GB"),
        pytest.param(10_737_418_241, 2, id="a byte more"),
        pytest.param(10**8 * 10_737_418_240 + 1, 10**8 + 1, id="a byte that a float would round away"),
    ],
)
def test_a_tier_is_full_to_the_byte(used: int, count: int) -> None:
    assert tiers(used, 10) == count


@given(SIZES, st.integers(1, 1000))
def test_tiers_hold_what_is_used_and_one_less_would_not(used: int, tier_gb: int) -> None:
    count = tiers(used, tier_gb)

    assert count * tier_gb * GB >= used
    assert count == 1 or (count - 1) * tier_gb * GB < used


@given(SIZES, st.integers(1, 1000))
def test_a_tier_is_passed_by_one_byte_more_than_is_left(used: int, tier_gb: int) -> None:
    left = left_in_tier(used, tier_gb)

    assert tiers(used + left, tier_gb) == tiers(used, tier_gb)
    assert tiers(used + left + 1, tier_gb) == tiers(used, tier_gb) + 1


@pytest.mark.parametrize(
    ("used", "shown"),
    [
        pytest.param(size("155.58"), "155.58", id="two places"),
        pytest.param(size("9.9999"), "10.00", id="up to a full tier"),
        pytest.param(10 * GB, "10.00", id="a full tier"),
        pytest.param(size("10.0001"), "10.001", id="just over it, where 10.00 would be one tier"),
        pytest.param(10 * GB + 1, "10.001", id="a byte over it"),
        pytest.param(size("10.0042"), "10.005", id="up in the third place"),
        pytest.param(size("10.006"), "10.01", id="two places say it already"),
        pytest.param(0, "0.00", id="nothing"),
    ],
)
def test_a_size_is_shown_so_that_its_tiers_look_right(used: int, shown: str) -> None:
    assert str(gigabytes(used, 10)) == shown


@given(SIZES, st.integers(1, 1000))
def test_the_shown_size_always_has_the_tiers_that_are_charged(used: int, tier_gb: int) -> None:
    shown = gigabytes(used, tier_gb)

    assert tiers(int(shown * 1000) * GB, 1000 * tier_gb) == tiers(used, tier_gb)


# Binary floats and banker's rounding both give 4.00 for the first.
@pytest.mark.parametrize(
    ("quantity", "unit_price", "written"),
    [(3, "1.335", "4.01"), (1, "2.005", "2.01"), (7, "0.145", "1.02"), (2, "2", "4.00"), (0, "2.00", "0.00")],
)
def test_amounts_are_rounded_half_up(quantity: int, unit_price: str, written: str) -> None:
    assert str(amount(Line(Kind.STORAGE, quantity, Decimal(unit_price)))) == written


def test_each_line_is_rounded_by_itself() -> None:
    lines = [Line(Kind.EAS, 1, Decimal("0.005"))] * 3

    assert total(lines) == Decimal("0.03")


def test_a_total_with_an_unknown_price_is_unknown() -> None:
    lines = [Line(Kind.STORAGE, 2, None), Line(Kind.EAS, 1, Decimal("2.00"))]

    assert total(lines) is None


def test_nothing_costs_nothing() -> None:
    assert str(total([])) == "0.00"


@pytest.mark.parametrize(
    ("on", "prices", "written"),
    [
        (set(), TERMS, "0"),
        ({EAS}, TERMS, "2.00"),
        ({MAPI}, TERMS, "3.00"),
        ({EAS, MAPI}, TERMS, "4.50"),
        ({EAS, MAPI}, terms(combined="0"), "5.00"),
        ({EAS}, terms(combined="0"), "2.00"),
    ],
)
def test_a_mailbox_has_a_monthly_price(on: set[Protocol], prices, written: str) -> None:
    assert str(price(on, prices)) == written


@pytest.mark.parametrize(
    ("protocol", "on", "prices", "written"),
    [
        pytest.param(EAS, set(), TERMS, "2.00", id="alone"),
        pytest.param(EAS, {MAPI}, TERMS, "1.50", id="EAS beside MAPI"),
        pytest.param(MAPI, {EAS}, TERMS, "2.50", id="MAPI beside EAS"),
        pytest.param(EAS, {MAPI}, terms(combined="0"), "2.00", id="beside the other, without a combined price"),
        pytest.param(EAS, {EAS}, TERMS, "0.00", id="on already"),
        pytest.param(MAPI, {EAS}, terms(combined="1.00"), "-1.00", id="a combined price below the single one"),
    ],
)
def test_a_click_adds_the_difference(protocol: Protocol, on: set[Protocol], prices, written: str) -> None:
    assert str(switching_on(protocol, on, prices)) == written


# Decision 1.2: "$2.00 a month, billed with your yearly invoice: $24.00".
def test_a_monthly_price_is_billed_for_every_month_of_the_cycle() -> None:
    assert str(for_cycle(Decimal("2.00"), 12)) == "24.00"


@pytest.mark.parametrize(
    ("prices", "found"),
    [
        pytest.param(TERMS, (), id="in between"),
        pytest.param(terms(combined="3.00"), (), id="as the dearer one"),
        pytest.param(terms(combined="5.00"), (), id="as both"),
        pytest.param(terms(combined="0"), (), id="none: both are charged"),
        pytest.param(terms(combined="2.99"), (PriceWarning.COMBINED_BELOW_SINGLE,), id="below a single one"),
        pytest.param(terms(combined="5.01"), (PriceWarning.COMBINED_ABOVE_SUM,), id="above both"),
        pytest.param(terms(eas="0", mapi="0"), (PriceWarning.COMBINED_ABOVE_SUM,), id="free singles"),
    ],
)
def test_prices_that_reward_the_wrong_thing_are_accepted_with_a_warning(prices, found: tuple[PriceWarning]) -> None:
    assert warnings(prices) == found


@given(PRICES, PRICES, PRICES)
def test_without_a_warning_a_click_never_lowers_the_bill_nor_adds_more_than_its_price(
    eas: Decimal, mapi: Decimal, combined: Decimal
) -> None:
    prices = terms(eas=str(eas), mapi=str(mapi), combined=str(combined))

    added = switching_on(EAS, {MAPI}, prices), switching_on(MAPI, {EAS}, prices)

    assert warnings(prices) or (0 <= added[0] <= eas and 0 <= added[1] <= mapi)


@given(st.decimals(0, 10**7, places=5))
def test_money_has_two_places_and_is_off_by_half_a_cent_at_most(value: Decimal) -> None:
    rounded = money(value)

    assert rounded.as_tuple().exponent == -2
    assert abs(rounded - value) <= Decimal("0.005")
