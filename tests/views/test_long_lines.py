from portal.address_lines import LONGEST_KEPT, _line
from tests.elsewhere import Elsewhere
from tests.world import Visitor, World


def test_a_line_that_names_many_addresses_is_shown_and_not_kept(
    world: World, elsewhere: Elsewhere, alice: Visitor
) -> None:
    many = [f"reader{number}@example.net" for number in range(LONGEST_KEPT + 1)]
    elsewhere.alias("everybody@alice.test", *many)
    elsewhere.alias("somebody@alice.test", many[0])
    _line.cache_clear()

    page = alice.get("addresses/?type=forward")

    assert 'data-address="somebody@alice.test"' in page.text
    assert all(f"{address}<" in page.text for address in many)
    assert _line.cache_info().currsize == 1
