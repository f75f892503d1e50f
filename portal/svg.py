"""Drawings from strangers: what a logo needs is kept, what acts, loads or explodes is refused.

A drawing is judged twice, as it came and as svg-hush's list of what is allowed left it: what one reader overlooks, the
other does not. It is shown as `<img>` only, and its address is served with a policy that allows nothing.
"""

import re
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from py_svg_hush import filter_svg

SVG = "{http://www.w3.org/2000/svg}"
ELEMENTS = 5_000
DEPTH = 64
DRAWN = 20_000

PROGRAMS = {"script", "handler", "listener"}
MOVING = {"animate", "animatecolor", "animatemotion", "animatetransform", "discard", "mpath", "set"}
EMBEDDED = {"foreignobject", "image", "iframe", "object", "embed", "audio", "video", "canvas", "feimage"}
# Every pattern reads a text once: no two repetitions in it can share what they match.
DECLARATION = re.compile(r"<\?xml\s[^>]*>")
REFERENCE = re.compile(r"url\(#([^()]*)", re.IGNORECASE)
OUTSIDE = re.compile(r"url\((?!#)|\\", re.IGNORECASE)
OUTSIDE_STYLE = re.compile(r"url\((?!#)|\b(image|image-set|cross-fade|src)\(|@(?!media)|\\", re.IGNORECASE)
LENGTH = re.compile(r"\s*(\d{1,6}(?:\.\d{1,6})?)(px|pt|pc|mm|cm|in|em|ex)?\s*")


class BadDrawing(ValueError):
    """`code` says why: broken, entities, script, outside, embedded, animated, complex or unsized."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def clean(data: bytes) -> tuple[bytes, float, float]:
    """The drawing with only what is allowed, its width and its height; raise BadDrawing."""
    try:
        # Its own word for its encoding is not believed: all readers get UTF-8.
        text = _without_declaration(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BadDrawing("broken") from error
    _judge(_parse(text))
    try:
        cleaned = filter_svg(text.encode())
    except ValueError as error:
        raise BadDrawing("broken") from error
    root = _parse(_without_declaration(cleaned.decode()))
    _judge(root)
    return cleaned, *_size(root)


def _without_declaration(text: str) -> str:
    text = text.lstrip()
    found = DECLARATION.match(text)
    return text[found.end() :] if found else text


def _parse(text: str) -> Element:
    if re.search(r"<\?xml-stylesheet", text, re.IGNORECASE):
        raise BadDrawing("outside")
    try:
        root: Element = fromstring(text, forbid_entities=True, forbid_external=True)
    except DefusedXmlException as error:
        raise BadDrawing("entities") from error
    except (ParseError, ValueError) as error:
        raise BadDrawing("entities" if "undefined entity" in str(error) else "broken") from error
    if root.tag != SVG + "svg":
        raise BadDrawing("broken")
    return root


def _judge(root: Element) -> None:
    elements = []
    level = [root]
    for _ in range(DEPTH):
        elements += level
        level = [child for parent in level for child in parent]
    if level or len(elements) > ELEMENTS:
        raise BadDrawing("complex")
    for element in elements:
        _judge_name(_local(element.tag))
        for name, value in element.items():
            _judge_attribute(name, _squashed(value))
        if _local(element.tag) == "style":
            _judge_style("".join(element.itertext()))
    if _drawn(elements) > DRAWN:
        raise BadDrawing("complex")


def _judge_name(name: str) -> None:
    if name in PROGRAMS:
        raise BadDrawing("script")
    if name in MOVING:
        raise BadDrawing("animated")
    if name in EMBEDDED:
        raise BadDrawing("embedded")


def _judge_attribute(full_name: str, value: str) -> None:
    name = _local(full_name)
    if name.startswith("on") or value.lower().startswith(("javascript:", "vbscript:")):
        raise BadDrawing("script")
    if name in ("href", "src", "base") and not value.startswith("#"):
        raise BadDrawing("embedded" if value.lower().startswith("data:") else "outside")
    if name == "style":
        _judge_style(value)
    elif full_name[0] != "{" and OUTSIDE.search(value):
        raise BadDrawing("outside")


def _judge_style(css: str) -> None:
    css = _squashed(css)
    if re.search("@(-[a-z]+-)?keyframes", css, re.IGNORECASE):
        raise BadDrawing("animated")
    if OUTSIDE_STYLE.search(css):
        raise BadDrawing("outside")


def _drawn(elements: list[Element]) -> int:
    """How many elements are drawn once `use` and its like are followed, eight deep; too many if they go deeper."""
    named = {element.get("id"): element for element in elements}
    targets = {
        element: [named[name] for name in _references(element) if name in named and named[name] is not element]
        for element in elements
    }
    total = dict.fromkeys(elements, 1)
    for _ in range(8):
        before, total = total, {}
        for element in reversed(elements):
            parts = sum(total[child] for child in element) + sum(before[target] for target in targets[element])
            total[element] = min(1 + parts, DRAWN + 1)
        if total == before:
            return total[elements[0]]
    return DRAWN + 1


def _references(element: Element) -> list[str]:
    links = [value.strip()[1:] for name, value in element.items() if _local(name) == "href"]
    return links + [found for value in element.attrib.values() for found in REFERENCE.findall(_squashed(value))]


def _size(root: Element) -> tuple[float, float]:
    sides = [LENGTH.fullmatch(root.get(name, "")) for name in ("width", "height")]
    if sides[0] and sides[1] and sides[0][2] == sides[1][2]:
        return float(sides[0][1]), float(sides[1][1])
    box = [LENGTH.fullmatch(number) for number in re.split(r"[\s,]+", root.get("viewBox", "").strip())[2:]]
    if len(box) == 2 and box[0] and box[1]:
        return float(box[0][1]), float(box[1][1])
    raise BadDrawing("unsized")


def _squashed(value: str) -> str:
    """Without what browsers skip over: space, control characters and quotes."""
    return re.sub(r"[\x00-\x20\"']+", "", value)


def _local(name: str) -> str:
    return name.rpartition("}")[2].lower()
