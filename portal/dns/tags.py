"""Tag lists like ``v=DKIM1; p=…``, in which DKIM and DMARC write their records (RFC 6376 3.2)."""

from collections.abc import Iterator

FOLDING = " \t\r\n"


def pairs(text: str) -> Iterator[tuple[str, str | None]]:
    """Each tag and its value, in order; the value is None where no `=` stands.

    An empty tag is one too, except behind the last `;`.
    """
    parts = text.split(";")
    if not parts[-1].strip(FOLDING):
        parts.pop()
    for part in parts:
        name, equals, value = part.partition("=")
        yield name.strip(FOLDING), value.strip(FOLDING) if equals else None
