"""Logos and favicons from strangers: decoded within limits and written anew, or refused with a reason.

A template turns a `BadPicture`'s code into a sentence:

- `empty`: no file was chosen
- `bytes`: larger than `limit` bytes
- `type`: none of the kinds that are taken, whatever its name says
- `compressed`: an SVG that is packed (.svgz)
- `broken`: cannot be read, cut off, drawn over and over, or not in UTF-8
- `pixels`: more than `limit` pixels
- `small`: a side shorter than `limit` pixels
- `shape`: one side more than `limit` times the other
- `animated`: more than one frame, or an SVG that moves
- `script`, `outside`, `embedded`, `entities`: an SVG with a program, with something loaded from elsewhere, with a
  picture or web page inside it, with a definition of entities
- `complex`, `unsized`: an SVG of too many parts; one that does not say how large it is
"""

import io
import threading
import warnings
from dataclasses import dataclass
from typing import Literal

from PIL import Image, ImageOps, UnidentifiedImageError

from portal import svg

Kind = Literal["logo", "favicon"]

BYTES = 1024 * 1024
SVG_BYTES = 256 * 1024
PIXELS = 5_000_000
# A JPEG can be drawn over and over, each time in a few bytes. Progressive ones take some ten scans, their previews too.
SCANS = 64
SIDE = 16
RATIO = 20
# Twice what a page shows, for screens of double density.
BOX = {"logo": (640, 160), "favicon": (128, 128)}
FORMATS = {"logo": ("PNG", "JPEG", "WEBP"), "favicon": ("PNG", "JPEG", "WEBP", "ICO")}

# A picture at the limit takes 100 MB while it is read, so a process reads one at a time.
_one_at_a_time = threading.Lock()

Image.MAX_IMAGE_PIXELS = PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)


@dataclass(frozen=True, slots=True)
class Picture:
    """What is stored and served: written by us, no larger than a page needs."""

    data: bytes
    mime: str
    width: int
    height: int


class BadPicture(ValueError):
    """A file that is not taken; `code` and `values` are for a sentence."""

    def __init__(self, code: str, **values: int) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


def read(data: bytes, kind: Kind) -> Picture:
    """Make an uploaded file safe to show; raise BadPicture. What it is, its content says and not its name."""
    if not data:
        raise BadPicture("empty")
    if len(data) > BYTES:
        raise BadPicture("bytes", limit=BYTES)
    if data.startswith(b"\x1f\x8b"):
        raise BadPicture("compressed")
    if data.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        return _drawing(data, kind)
    with _one_at_a_time:
        return _raster(data, kind)


def _drawing(data: bytes, kind: Kind) -> Picture:
    if len(data) > SVG_BYTES:
        raise BadPicture("bytes", limit=SVG_BYTES)
    try:
        cleaned, width, height = svg.clean(data)
    except svg.BadDrawing as error:
        raise BadPicture(error.code) from error
    _check_shape(width, height)
    scale = min(BOX[kind][0] / width, BOX[kind][1] / height)
    return Picture(cleaned, "image/svg+xml", max(1, round(width * scale)), max(1, round(height * scale)))


def _raster(data: bytes, kind: Kind) -> Picture:
    if data.startswith(b"\xff\xd8") and data.count(b"\xff\xda") > SCANS:
        raise BadPicture("broken")
    try:
        picture = Image.open(io.BytesIO(data), formats=FORMATS[kind])
    except UnidentifiedImageError as error:
        raise BadPicture("type") from error
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise BadPicture("pixels", limit=PIXELS) from error
    except Exception as error:
        # A reader of pictures that met nonsense raises whatever its arithmetic did.
        raise BadPicture("broken") from error
    with picture:
        # An ICO holds one picture in several sizes, and some cameras' JPEGs (MPO) a preview beside the picture.
        if getattr(picture, "n_frames", 1) > 1 and picture.format not in ("ICO", "MPO"):
            raise BadPicture("animated")
        if min(picture.size) < SIDE:
            raise BadPicture("small", limit=SIDE)
        _check_shape(*picture.size)
        return _written_anew(picture, kind)


def _check_shape(width: float, height: float) -> None:
    if min(width, height) <= 0:
        raise BadPicture("small", limit=SIDE)
    if max(width, height) > RATIO * min(width, height):
        raise BadPicture("shape", limit=RATIO)


def _written_anew(picture: Image.Image, kind: Kind) -> Picture:
    """A PNG of its pixels alone: what else the file carried, before, between or after them, stays behind."""
    try:
        # A JPEG is decoded no larger than it will be shown; others ignore the wish.
        picture.draft("RGB", (2 * BOX[kind][0], 2 * BOX[kind][1]))
        pixels = picture.convert("RGBA")
        ImageOps.exif_transpose(pixels, in_place=True)
        pixels.thumbnail(BOX[kind])
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise BadPicture("pixels", limit=PIXELS) from error
    except Exception as error:
        raise BadPicture("broken") from error
    pixels.info.clear()
    out = io.BytesIO()
    pixels.save(out, "PNG", optimize=True)
    return Picture(out.getvalue(), "image/png", *pixels.size)
