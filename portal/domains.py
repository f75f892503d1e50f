"""Domain names in the one spelling we keep."""

import idna


def normal(text: str) -> str:
    """Lower-case ASCII (RFC 5891 A-labels) without a final dot; "" when it is not a domain name.

    Never the standard library's codec: it is IDNA 2003, and turns `faß.de` into another domain.
    """
    try:
        name = idna.encode(text.strip().rstrip("."), uts46=True).decode().lower()
    except idna.IDNAError:
        return ""
    return name if "." in name else ""
