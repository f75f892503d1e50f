"""Domain names in the one spelling we keep, as people type them, and as people read them."""

import re
from unicodedata import name as name_of
from urllib.parse import urlsplit

import idna

# Scripts that are written together; in any other mixture one letter may pretend to be another (UTS 39).
TOGETHER = (
    frozenset({"LATIN", "CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA"}),
    frozenset({"LATIN", "CJK", "HANGUL"}),
)


def normal(text: str) -> str:
    """Lower-case ASCII (RFC 5891 A-labels) without a final dot; "" when it is not a domain name.

    Never the standard library's codec: it is IDNA 2003, and turns `faß.de` into another domain.
    """
    try:
        name = idna.encode(text.strip().rstrip("."), uts46=True).decode().lower().rstrip(".")
    except idna.IDNAError:
        return ""
    # No top-level domain is a number (RFC 3696 2): that would be an IP address.
    return name if "." in name and not name.rpartition(".")[2].isdigit() else ""


def typed(text: str) -> str:
    """The domain in what somebody typed or pasted, which may be the address of a web page; "" when there is none."""
    text = text.strip()
    if "://" in text:
        try:
            text = urlsplit(text).hostname or ""
        except ValueError:
            return ""
    return normal(text.partition("/")[0])


def readable(name: str) -> str:
    """The name in Unicode; in ASCII where it is no valid IDN, or a label of it mixes scripts to look like another."""
    if "xn--" not in name:
        return name
    try:
        text = idna.decode(name)
    except idna.IDNAError:
        return name
    return text if all(_is_of_one_hand(label) for label in text.split(".")) else name


def _is_of_one_hand(label: str) -> bool:
    scripts = {_script(char) for char in label if char not in "-0123456789"}
    return len(scripts) <= 1 or any(scripts <= group for group in TOGETHER)


def _script(char: str) -> str:
    """The word that its name begins with: LATIN, CYRILLIC, CJK."""
    found = re.match("[A-Z]+", name_of(char, ""))
    return found[0] if found else ""
