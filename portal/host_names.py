"""Host names of tenants' own, as operators type them: which can be one, and why others cannot."""

import re

from portal import domains

# RFC 6761 and its followers, and what private networks use: no such name can be had, or leads anywhere, in public.
NOT_PUBLIC = frozenset(
    {
        *("localhost", "local", "internal", "intranet", "lan", "home", "corp", "private"),
        *("test", "example", "invalid", "onion", "arpa", "alt"),
    }
)
NAME = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}")
LONGEST = 253


class BadHost(ValueError):
    """`code`: `none` (it is no host name), `private` (none that the public could reach) or `portal` (the portal's)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def parse(text: str, portal: str) -> str:
    """The name as it is kept, for a portal that is at `portal`. Raise BadHost."""
    name = domains.typed(text)
    if not NAME.fullmatch(name) or len(name) > LONGEST:
        raise BadHost("none")
    if name == portal:
        raise BadHost("portal")
    kind = name.rpartition(".")[2]
    # A sandbox's portal is itself at such a name.
    if kind in NOT_PUBLIC and kind != portal.rpartition(".")[2]:
        raise BadHost("private")
    return name
