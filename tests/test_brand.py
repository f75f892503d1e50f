import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal import brand
from portal.store.tenants import Tenant
from tests.world import BASE, World

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(colours)
@example("#000000")
@example("#ffffff")
@example("#ffff00")
@example("#f1f1f1")
def test_whatever_the_colour_every_text_can_be_read_in_both_themes(colour: str) -> None:
    shades = brand.shades(colour)

    assert brand.contrast(shades.light, brand.LIGHT_GROUND) >= 4.5
    assert brand.contrast(shades.dark, brand.DARK_GROUND) >= 4.5
    assert brand.contrast(shades.light, "#ffffff") >= 4.5
    assert brand.contrast(shades.on_light, shades.light) >= 4.5
    assert brand.contrast(shades.on_dark, shades.dark) >= 4.5


@given(colours)
def test_every_shade_is_a_colour(colour: str) -> None:
    shades = brand.shades(colour)

    assert all(brand.is_colour(shade) for shade in (shades.light, shades.on_light, shades.dark, shades.on_dark))


def test_a_colour_that_can_be_read_is_left_as_it_is() -> None:
    shades = brand.shades("#1f5fa8")

    assert shades.light == "#1f5fa8"


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21), ("#777777", "#ffffff", 4.48), ("#ff0000", "#ffffff", 4.0), ("#123456", "#123456", 1)],
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert brand.contrast(one, other) == brand.contrast(other, one) == pytest.approx(ratio, abs=0.005)


@pytest.mark.parametrize("colour", ["", "red", "#12345", "#1234567", "#12345g", "#123456\n", "#123456;}", None, 5])
def test_what_is_no_colour_is_never_used(colour: object) -> None:
    assert brand.of({"colour": colour, "dark_colour": colour}, "Harbour") == brand.Brand("Harbour")


def test_a_colour_for_dark_pages_leaves_light_ones_alone() -> None:
    both, one = brand.shades("#1f5fa8", "#ffcc66"), brand.shades("#1f5fa8")

    assert (both.light, both.dark) == (one.light, "#ffcc66")


def test_colours_are_served_for_ever_under_an_address_that_names_them(world: World) -> None:
    with world.app.app_context():
        Tenant.update(brand={"colour": "#aa0000", "dark_colour": "#ffaa88"}).where(Tenant.slug == "northwind").execute()
    page = world.visitor().page

    answer = world.app.test_client().get("/brand/aa0000-ffaa88.css", base_url=BASE)

    assert '<link rel="stylesheet" href="/brand/aa0000-ffaa88.css">' in page.text
    assert ":root{--brand:#aa0000" in answer.text
    assert "[data-theme=dark]{--brand:#ffaa88" in answer.text
    assert answer.mimetype == "text/css"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("name", ["northwind", "AA0000", "aa00001", "aa0000-", "aa0000-1", "aa0000-ffaa88-000000"])
def test_what_names_no_colours_is_not_there(world: World, name: str) -> None:
    assert world.app.test_client().get(f"/brand/{name}.css", base_url=BASE).status_code == 404
