"""Uploaded pictures: what is taken comes out written anew, what is hostile is refused with a reason."""

import gzip
import io
import struct
import time
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from portal import pictures, svg
from portal.pictures import BadPicture

NAMESPACES = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
SCRIPT = b"<script>alert(1)</script>"


def raster(kind: str = "PNG", size: tuple[int, int] = (200, 60), **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "#1f5fa8").save(out, kind, **options)
    return out.getvalue()


def moving(kind: str) -> bytes:
    frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "blue")]
    out = io.BytesIO()
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], duration=100)
    return out.getvalue()


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width: int, height: int, rows: bytes = b"") -> bytes:
    """A PNG that says it is so large, whatever it holds."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def bomb(width: int, height: int) -> bytes:
    """Some kilobytes that unpack to all the pixels they promise."""
    return png(width, height, bytes((1 + width // 8) * height))


def drawn_over_and_over(times: int) -> bytes:
    """A progressive JPEG whose last scan comes so many times more, each time in 17 bytes."""
    jpeg = raster("JPEG", (2000, 2000), progressive=True)
    scan = jpeg[jpeg.rindex(b"\xff\xda") : -2]
    return jpeg[:-2] + scan * times + jpeg[-2:]


def ico_with(content: bytes) -> bytes:
    """An ICO whose list says 32 × 32, whatever the picture in it says."""
    entry = struct.pack("<BBBBHHII", 32, 32, 0, 0, 1, 32, len(content), 22)
    return struct.pack("<HHH", 0, 1, 1) + entry + content


def with_a_text(text: str) -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", text, zip=True)
    return raster(pnginfo=info)


def drawing(inside: str = "<rect width='9' height='9'/>", attributes: str = 'viewBox="0 0 120 40"') -> bytes:
    return f"<svg {NAMESPACES} {attributes}>{inside}</svg>".encode()


def laughs() -> bytes:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE svg [<!ENTITY l0 "ha">{entities}]>'.encode() + drawing("<text>&l9;</text>")


def using_itself_ever_more() -> str:
    groups = (f'<g id="g{n}">{f"""<use href="#g{n - 1}"/>""" * 10}</g>' for n in range(1, 8))
    return '<rect id="g0" width="1" height="1"/>' + "".join(groups)


HOSTILE_PICTURES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "nothing": ("empty", lambda: b""),
    "too many bytes": ("bytes", lambda: raster() + bytes(pictures.BYTES)),
    "a GIF": ("type", lambda: raster("GIF")),
    "a TIFF": ("type", lambda: raster("TIFF")),
    "a BMP": ("type", lambda: raster("BMP")),
    "a PostScript file": (
        "type",
        lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\n%%EndComments\nquit\n",
    ),
    "a PDF": ("type", lambda: raster("PDF")),
    "a program": ("type", lambda: b"\x7fELF" + bytes(400)),
    "a zip": ("type", lambda: b"PK\x03\x04" + bytes(400)),
    "text": ("type", lambda: b"logo.png"),
    "an icon for a logo": ("type", lambda: raster("ICO", (32, 32))),
    "a web page": ("broken", lambda: b"<!doctype html><title>x</title>" + SCRIPT),
    "a picture cut off": ("broken", lambda: raster("PNG", (300, 300))[:-40]),
    "a JPEG cut off": ("broken", lambda: raster("JPEG", (300, 300))[:400]),
    "a WebP cut off": ("broken", lambda: raster("WEBP", (300, 300))[:60]),
    "a picture's beginning": ("type", lambda: b"\x89PNG\r\n\x1a\n"),
    "pixels that are missing": ("broken", lambda: png(100, 100)),
    "no pixels at all": ("type", lambda: png(0, 0)),
    "a dot": ("small", lambda: raster(size=(1, 1))),
    "a thread": ("small", lambda: raster(size=(1, 20_000))),
    "a ribbon": ("shape", lambda: raster(size=(20, 2_000))),
    "a bomb": ("pixels", lambda: bomb(20_000, 20_000)),
    "a bomb just over the limit": ("pixels", lambda: bomb(4_000, 1_251)),
    "a promise of a bomb": ("pixels", lambda: png(2**31 - 1, 2**31 - 1)),
    "a bomb in a comment": ("broken", lambda: with_a_text(" " * 20_000_000)),
    "a PNG that moves": ("animated", lambda: moving("PNG")),
    "a WebP that moves": ("animated", lambda: moving("WEBP")),
    "a script before a picture": ("broken", lambda: SCRIPT + raster()),
}

HOSTILE_DRAWINGS: dict[str, tuple[str, bytes]] = {
    "a script": ("script", drawing("<script>alert(1)</script>")),
    "a script by its address": ("script", drawing('<script href="#a"/>')),
    "a script under another prefix": ("script", drawing('<x:script xmlns:x="http://www.w3.org/2000/svg">1</x:script>')),
    "a script of HTML": ("script", drawing('<h:script xmlns:h="http://www.w3.org/1999/xhtml">1</h:script>')),
    "a handler": ("script", drawing(attributes='viewBox="0 0 1 1" onload="alert(1)"')),
    "a handler inside": ("script", drawing('<rect ONCLICK="alert(1)"/>')),
    "a link to a program": ("script", drawing('<a href="javascript:alert(1)"><rect/></a>')),
    "a link to a program in disguise": ("script", drawing('<a xlink:href="java&#9;script:alert(1)"><rect/></a>')),
    "a link with a prefix of its own": ("script", drawing('<a z:href="JavaScript:1" xmlns:z="http://www.w3.org/1999/xlink"/>')),
    "a web page inside": ("embedded", drawing('<foreignObject><p xmlns="http://www.w3.org/1999/xhtml">x</p></foreignObject>')),
    "a picture of another site": ("embedded", drawing('<image href="http://tracker.test/x.png"/>')),
    "a picture in a filter": ("embedded", drawing('<filter id="f"><feImage href="http://tracker.test/x"/></filter>')),
    "a drawing in an address": ("embedded", drawing('<use href="data:image/svg+xml,%3Csvg/%3E#x"/>')),
    "a part of another file": ("outside", drawing('<use xlink:href="https://tracker.test/x.svg#a"/>')),
    "a part of a file here": ("outside", drawing('<use href="/s/northwind-101/#a"/>')),
    "another base": ("outside", drawing('<g xml:base="http://tracker.test/"><use href="#a"/></g>')),
    "a fill from elsewhere": ("outside", drawing('<rect fill="url(http://tracker.test/x#a)"/>')),
    "a style from elsewhere": ("outside", drawing('<rect style="background: URL( \'//tracker.test/x\' )"/>')),
    "a style sheet from elsewhere": ("outside", drawing('<style>@import "http://tracker.test/x.css";</style>')),
    "a font from elsewhere": ("outside", drawing("<style>@font-face{src:url(http://tracker.test/f)}</style>")),
    "a font in the style": ("outside", drawing("<style>@font-face{src:url(data:font/woff2;base64,AAAA)}</style>")),
    "a style with escapes": ("outside", drawing(r"<style>rect{fill:u\72l(http://tracker.test/x)}</style>")),
    "a colour with escapes": ("outside", drawing(r'<rect fill="\75rl(http://tracker.test/x)"/>')),
    "a set of pictures": ("outside", drawing("<style>rect{fill:image-set('http://tracker.test/x' 1x)}</style>")),
    "a linked style sheet": ("outside", b'<?xml-stylesheet href="http://tracker.test/x.css"?>' + drawing()),
    "an included file": ("outside", drawing('<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="file:///etc/hostname"/>')),
    "a million laughs": ("entities", laughs()),
    "one entity": ("entities", b'<!DOCTYPE svg [<!ENTITY a "b">]>' + drawing("<text>&a;</text>")),
    "a file as an entity": ("entities", b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/hostname">]>' + drawing("&a;")),
    "entities of another file": ("entities", b'<!DOCTYPE svg [<!ENTITY % a SYSTEM "//tracker.test">%a;]>' + drawing()),
    "a moving part": ("animated", drawing('<rect><animate attributeName="x" to="9"/></rect>')),
    "a handler set later": ("animated", drawing('<rect><set attributeName="onclick" to="alert(1)"/></rect>')),
    "a style that moves": ("animated", drawing("<style>@keyframes a{to{opacity:0}}</style>")),
    "a drawing of itself": ("complex", drawing('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>')),
    "a drawing in a drawing in a drawing": ("complex", drawing(using_itself_ever_more())),
    "too many parts": ("complex", drawing("<g/>" * svg.ELEMENTS)),
    "too deep": ("complex", drawing("<g>" * 30_000 + "</g>" * 30_000, "viewBox='0 0 9 9'")[: 256 * 1024]),
    "a packed drawing": ("compressed", gzip.compress(drawing())),
    "another alphabet": ("broken", drawing("<text>é</text>").decode().encode("latin-1")),
    "a drawing half sent": ("broken", drawing()[:-8]),
    "no namespace": ("broken", b"<svg viewBox='0 0 9 9'><rect/></svg>"),
    "other XML": ("broken", b"<rss version='2.0'><channel/></rss>"),
    "no size": ("unsized", drawing(attributes="")),
    "a size that is none": ("unsized", drawing(attributes='width="wide" height="1e999"')),
    "no height": ("small", drawing(attributes='width="100" height="0"')),
    "a line": ("shape", drawing(attributes='viewBox="0 0 20000 1"')),
    "a style of nothing but space": ("outside", drawing(f"<style>url({' ' * 250_000}</style>")),
    "a colour of nothing but space": ("outside", drawing(f'<rect fill="url({"&#9;" * 50_000}x"/>')),
    "a style that opens and opens": ("outside", drawing(f"<style>{'url(' * 60_000}</style>")),
    "a reference that opens and opens": ("outside", drawing(f'<rect fill="{"url(#" * 50_000}url("/>')),
    "space and half a beginning": ("broken", b" " * 200_000 + b"<?xml " * 9_000),
    "too large a drawing": ("bytes", drawing("<g/>" * 70_000)),
}  # fmt: skip


@pytest.mark.parametrize(("code", "make"), HOSTILE_PICTURES.values(), ids=list(HOSTILE_PICTURES))
def test_a_hostile_picture_is_refused_with_the_reason(code: str, make: Callable[[], bytes]) -> None:
    data = make()

    with pytest.raises(BadPicture) as refused:
        pictures.read(data, "logo")

    assert refused.value.code == code


@pytest.mark.parametrize(("code", "data"), HOSTILE_DRAWINGS.values(), ids=list(HOSTILE_DRAWINGS))
def test_a_hostile_drawing_is_refused_with_the_reason(code: str, data: bytes) -> None:
    with pytest.raises(BadPicture) as refused:
        pictures.read(data, "logo")

    assert refused.value.code == code


@pytest.mark.parametrize("content", [bomb(20_000, 20_000), png(2**31 - 1, 9)])
def test_a_bomb_inside_an_icon_is_refused(content: bytes) -> None:
    data = ico_with(content)

    with pytest.raises(BadPicture):
        pictures.read(data, "favicon")


def test_a_picture_that_is_drawn_over_and_over_is_refused_before_it_is_drawn() -> None:
    data, began = drawn_over_and_over(300), time.monotonic()

    with pytest.raises(BadPicture, match="broken"):
        pictures.read(data, "logo")

    assert time.monotonic() - began < 1


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_comes_out_as_a_png_no_larger_than_is_shown(kind: str) -> None:
    data = raster(kind, (1600, 800))

    logo = pictures.read(data, "logo")

    assert (logo.mime, logo.width, logo.height) == ("image/png", 320, 160)
    assert Image.open(io.BytesIO(logo.data)).size == (320, 160)


def test_an_icon_comes_out_as_a_png() -> None:
    data = raster("ICO", (64, 64))

    favicon = pictures.read(data, "favicon")

    assert (favicon.mime, favicon.width, favicon.height) == ("image/png", 64, 64)
    assert Image.open(io.BytesIO(favicon.data)).format == "PNG"


@pytest.mark.parametrize(
    "data",
    [
        raster() + SCRIPT,
        raster() + b"PK\x03\x04" + b"payload.zip",
        with_a_text(SCRIPT.decode()),
        raster("JPEG", comment=SCRIPT),
        raster("JPEG", exif=b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x00" + SCRIPT),
        raster("WEBP", xmp=SCRIPT),
        raster(icc_profile=SCRIPT),
    ],
    ids=["behind it", "a zip behind it", "text in it", "comment", "exif", "xmp", "profile"],
)
def test_of_a_picture_that_is_something_else_too_only_the_pixels_are_kept(data: bytes) -> None:
    logo = pictures.read(data, "logo")

    clean = Image.open(io.BytesIO(logo.data))
    assert SCRIPT not in logo.data
    assert b"payload" not in logo.data
    assert clean.info == {}
    assert not clean.getexif()


def test_a_photograph_stands_upright_when_its_notes_are_gone() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = raster("JPEG", (100, 50), exif=exif)

    logo = pictures.read(data, "logo")

    assert (logo.width, logo.height) == (50, 100)


def test_transparency_is_kept() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (50, 50), (10, 20, 30, 0)).save(out, "PNG")

    logo = pictures.read(out.getvalue(), "logo")

    assert Image.open(io.BytesIO(logo.data)).getpixel((5, 5)) == (10, 20, 30, 0)


def test_a_drawing_keeps_what_a_logo_is_made_of() -> None:
    inside = """
      <title>Alice's</title><defs><linearGradient id="g"><stop offset="0" stop-color="red"/></linearGradient>
      <clipPath id="c"><use href="#shape"/></clipPath></defs><style>.st0{fill:url(#g)}
      @media (prefers-color-scheme: dark){.a{fill:#fff}}</style>
      <path id="shape" class="st0" d="M0 0h9v9z"/><g clip-path="url(#c)"><circle r="4" style="fill:#123456"/></g>
    """

    logo = pictures.read(drawing(inside), "logo")

    assert (logo.mime, logo.width, logo.height) == ("image/svg+xml", 480, 160)
    for kept in (b"linearGradient", b"url(#g)", b"url(#c)", b'd="M0 0h9v9z"', b"@media", b"#123456"):
        assert kept in logo.data


@pytest.mark.parametrize(
    "begin",
    [
        "\ufeff",
        "\n  ",
        '<?xml version="1.0" encoding="ISO-8859-1"?>\n',
        '<?xml version="1.0"?><!-- made by hand -->',
        '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">',
    ],
)
def test_what_drawing_programs_write_before_a_drawing_is_taken_and_left_out(begin: str) -> None:
    data = begin.encode() + drawing("<text>Müller</text>")

    logo = pictures.read(data, "logo")

    assert b"<!" not in logo.data
    assert "Müller" in logo.data.decode()


def test_an_editors_own_notes_are_left_out_of_a_drawing() -> None:
    notes = """<metadata><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Bag/></rdf:RDF></metadata>
      <s:namedview xmlns:s="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd" s:path="/Users/alice"/><rect/>"""

    logo = pictures.read(drawing(notes), "logo")

    assert b"alice" not in logo.data
    assert b"rdf" not in logo.data
    assert b"<rect" in logo.data


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('width="300" height="100"', (480, 160)),
        ('width="30mm" height="10mm"', (480, 160)),
        ('width="100%" height="100%" viewBox="0 0 10 10"', (160, 160)),
        ('viewBox="0,0 100,10"', (640, 64)),
    ],
)
def test_a_drawing_is_as_large_as_it_is_shown(attributes: str, size: tuple[int, int]) -> None:
    logo = pictures.read(drawing(attributes=attributes), "logo")

    assert (logo.width, logo.height) == size


def never_harmful(data: bytes, kind: pictures.Kind) -> None:
    try:
        taken = pictures.read(data, kind)
    except BadPicture:
        return
    assert taken.mime in ("image/png", "image/svg+xml")
    assert taken.width >= 1
    assert taken.height >= 1
    for harm in (b"<script", b"javascript:", b"onload", b"<!ENTITY", b"foreignObject", b"tracker.test", b"<?php"):
        assert harm.lower() not in taken.data.lower()


BEGINNINGS = [
    b"",
    b"<svg",
    b"\x89PNG\r\n\x1a\n",
    b"RIFF\x00\x01\x00\x00WEBPVP8 ",
    b"\xff\xd8\xff\xe0",
    b"\x00\x00\x01\x00\x01\x00",
]
kinds = st.sampled_from(("logo", "favicon"))


@given(st.sampled_from(BEGINNINGS), st.binary(max_size=400), kinds)
def test_no_bytes_at_all_raise_anything_else_or_come_out_harmful(
    begin: bytes, rest: bytes, kind: pictures.Kind
) -> None:
    never_harmful(begin + rest, kind)


SAMPLES = [raster(kind, (40, 30)) for kind in ("PNG", "JPEG", "WEBP", "ICO")] + [
    drawing("<g id='a'><use href='#a'/></g>")
]


@settings(max_examples=300)
@given(st.sampled_from(SAMPLES), st.lists(st.tuples(st.integers(0, 5000), st.binary(max_size=12)), max_size=6), kinds)
def test_no_damage_to_a_picture_raises_anything_else(
    sample: bytes, damage: list[tuple[int, bytes]], kind: pictures.Kind
) -> None:
    data = bytearray(sample)
    for at, put in damage:
        start = at % len(data)
        data[start : start + len(put)] = put

    never_harmful(bytes(data), kind)


names = st.sampled_from(
    [
        "g",
        "rect",
        "use",
        "a",
        "style",
        "script",
        "SCRIPT",
        "foreignObject",
        "image",
        "set",
        "text",
        "x:script",
        "metadata",
        "svg",
        "filter",
    ]
)
attributes = st.sampled_from(
    ["href", "xlink:href", "onload", "onClick", "style", "fill", "id", "class", "x:href", "xml:base", "to"]
)
values = st.sampled_from(
    [
        *("#a", "a", "javascript:alert(1)", " java&#10;script:1", "url(#a)", "url(http://tracker.test/)"),
        *("data:text/html,&lt;script>", "\\75rl(//tracker.test)", "&lt;script&gt;"),
    ]
)
texts = st.sampled_from(
    [
        "",
        "x",
        "&lt;script>",
        "<![CDATA[<script>]]>",
        "@import 'a.css'",
        "<!-- <script> -->",
        "<?php 1 ?>",
        "&a;",
    ]
)


@st.composite
def elements(draw: st.DrawFn, inside: st.SearchStrategy[str]) -> str:
    name = draw(names)
    said = "".join(f' {key}="{value}"' for key, value in draw(st.dictionaries(attributes, values, max_size=3)).items())
    return f"<{name}{said}>{draw(texts)}{''.join(draw(st.lists(inside, max_size=3)))}</{name}>"


trees = st.recursive(elements(st.just("")), elements, max_leaves=8)


@settings(max_examples=400)
@given(trees, kinds)
def test_no_drawing_of_hostile_parts_comes_out_harmful(inside: str, kind: pictures.Kind) -> None:
    never_harmful(drawing(inside, 'viewBox="0 0 9 9" xmlns:x="http://www.w3.org/2000/svg"'), kind)
