"""A tenant's brand, as it stands in its settings; and its colours, made readable.

Every shade we derive from a colour has at least 4.5 : 1 against its ground.
"""

import colorsys
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

DEFAULT = "#1f5fa8"
THEMES = ("light", "dark", "auto")
# The worst ground that the brand's colour stands on in each theme: a link under the pointer, in a frame on grey paper
# (light) or in a card (dark). Every other ground of portal.css is easier to read on.
LIGHT_GROUND = "#e9e9e9"
DARK_GROUND = "#31363d"


@dataclass(frozen=True, slots=True)
class Shades:
    """`light` and `dark` are the brand as text or ground on a light or dark page; `on_*` is text on top of it."""

    light: str
    on_light: str
    dark: str
    on_dark: str


@dataclass(frozen=True, slots=True)
class Correction:
    """A colour that is shown in another shade on pages of a theme, because of its contrast there."""

    theme: str
    wanted: str
    shown: str
    contrast: float


def is_colour(value: str) -> bool:
    """Whether this is `#rrggbb`."""
    return re.fullmatch(r"#[0-9a-fA-F]{6}", value) is not None


@dataclass(frozen=True, slots=True)
class Image:
    """A picture: its name in the store, and its size."""

    digest: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Brand:
    """How a tenant looks to its customers. `dark_colour`: for dark pages, "" where `colour` is that of both.

    `theme`: inside the tenant's own pages, as its hand-off may say otherwise; a window follows its reader's system.
    """

    name: str
    colour: str = DEFAULT
    dark_colour: str = ""
    logo: Image | None = None
    favicon: Image | None = None
    support: str = ""
    terms: str = ""
    privacy: str = ""
    powered_by: bool = False
    language: str = ""
    theme: str = "light"

    @property
    def colours(self) -> str:
        """Its colours as they stand in an address."""
        return "-".join(colour[1:].lower() for colour in (self.colour, self.dark_colour) if colour)


NEUTRAL = Brand("")


def of(settings: Mapping[str, Any], name: str) -> Brand:
    """The brand of a tenant of that name by its settings; ours, or nothing, for what does not stand in them."""
    colour, dark_colour = (_colour(settings.get(key)) for key in ("colour", "dark_colour"))
    logo, favicon = (Image(**settings[key]) if settings.get(key) else None for key in ("logo", "favicon"))
    support, terms, privacy, language = (settings.get(key, "") for key in ("support", "terms", "privacy", "language"))
    return Brand(
        settings.get("name") or name,
        colour or DEFAULT,
        dark_colour,
        logo,
        favicon,
        support,
        terms,
        privacy,
        bool(settings.get("powered_by")),
        language,
        theme if (theme := settings.get("theme")) in THEMES else "light",
    )


def _colour(value: object) -> str:
    return value if isinstance(value, str) and is_colour(value) else ""


def shades(colour: str, dark_colour: str = "") -> Shades:
    """The nearest shades of these colours (`#rrggbb`) that can be read; without a second one the first is for both."""
    light = _toward(colour, LIGHT_GROUND, darker=True)
    dark = _toward(dark_colour or colour, DARK_GROUND, darker=False)
    return Shades(light, _on(light), dark, _on(dark))


def corrections(brand: Brand) -> list[Correction]:
    """Which of its colours are shown in another shade, and what contrast they have as they are."""
    made = shades(brand.colour, brand.dark_colour)
    wanted = (
        ("light", brand.colour, made.light, LIGHT_GROUND),
        ("dark", brand.dark_colour or brand.colour, made.dark, DARK_GROUND),
    )
    return [
        Correction(theme, colour, shown, contrast(colour, ground))
        for theme, colour, shown, ground in wanted
        if shown != colour.lower()
    ]


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.2, relative luminance)."""
    bright, dim = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def _toward(colour: str, ground: str, *, darker: bool) -> str:
    hue, lightness, saturation = colorsys.rgb_to_hls(*_channels(colour))
    step = -0.01 if darker else 0.01
    while contrast(colour, ground) < 4.6 and 0 < lightness + step < 1:
        lightness += step
        colour = _hex(colorsys.hls_to_rgb(hue, lightness, saturation))
    return colour


def _on(colour: str) -> str:
    return max("#ffffff", "#111111", key=lambda text: contrast(text, colour))


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _hex(channels: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)


def _luminance(colour: str) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _channels(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
