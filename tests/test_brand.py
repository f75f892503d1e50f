import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from portal import brand
from portal.store.tenants import Tenant
from tests.world import BASE, World

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


STYLES = Path("static/portal.css").read_text(encoding="utf-8")
HOVER = (128, 0.12)


def grounds(theme: str) -> list[str]:
    """Every ground of the style sheet: cards, soft ones, a window's, WHMCS's page, and a link's under the pointer."""
    block = STYLES[STYLES.index(":root" if theme == "light" else '[data-theme="dark"] {') :].partition("}")[0]
    own = dict(re.findall(r"--(paper|soft): (#\w{6})", block))
    window = re.findall(r"windowed \{ --ground: (#\w{6})", STYLES)[theme == "dark"]
    around = ["#ffffff", "#f8f8f8"] if theme == "light" else ["#121212", own["paper"]]
    plain = [*own.values(), window, *around]
    return plain + [_under_the_pointer(ground) for ground in around]


def _under_the_pointer(ground: str) -> str:
    grey, part = HOVER
    return "#" + "".join(f"{round(int(ground[at : at + 2], 16) * (1 - part) + grey * part):02x}" for at in (1, 3, 5))


def test_the_grounds_are_those_of_the_style_sheet() -> None:
    assert "rgb(128 128 128 / .12)" in STYLES
    assert grounds("light")[:3] == ["#ffffff", "#f4f6f8", "#f1f1f1"]
    assert grounds("dark")[:3] == ["#22262b", "#2b3037", "#181b1f"]


@given(colours)
@example("#000000")
@example("#ffffff")
@example("#ffff00")
@example("#f1f1f1")
@example("#808080")
@example("#0000ff")
def test_whatever_the_colour_every_text_can_be_read_on_every_ground_in_both_themes(colour: str) -> None:
    shades = brand.shades(colour)

    assert [ground for ground in grounds("light") if brand.contrast(shades.light, ground) < 4.5] == []
    assert [ground for ground in grounds("dark") if brand.contrast(shades.dark, ground) < 4.5] == []
    assert brand.contrast(shades.on_light, shades.light) >= 4.5
    assert brand.contrast(shades.on_dark, shades.dark) >= 4.5


@given(colours)
def test_the_tick_in_a_box_is_white_on_light_pages_and_black_on_dark_ones(colour: str) -> None:
    shades = brand.shades(colour)

    assert (shades.on_light, shades.on_dark) == ("#ffffff", "#111111")


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


def test_colours_are_served_for_a_day_under_an_address_that_names_them(world: World) -> None:
    with world.app.app_context():
        Tenant.update(brand={"colour": "#aa0000", "dark_colour": "#ffaa88"}).where(Tenant.slug == "northwind").execute()
    page = world.visitor().page

    answer = world.app.test_client().get("/brand/aa0000-ffaa88.css", base_url=BASE)

    assert '<link rel="stylesheet" href="/brand/aa0000-ffaa88.css">' in page.text
    assert ":root{--brand:#aa0000" in answer.text
    assert "[data-theme=dark]{--brand:#ffaa88" in answer.text
    assert answer.mimetype == "text/css"
    assert answer.headers["Cache-Control"] == "public, max-age=86400"
    assert "Vary" not in answer.headers


@pytest.mark.parametrize("name", ["northwind", "AA0000", "aa00001", "aa0000-", "aa0000-1", "aa0000-ffaa88-000000"])
def test_what_names_no_colours_is_not_there(world: World, name: str) -> None:
    assert world.app.test_client().get(f"/brand/{name}.css", base_url=BASE).status_code == 404
