"""Whether a host name leads to the portal, as a judge finds it.

`Place.state` is `here` (every address is one of the portal's), `elsewhere`, or `missing` (it has no address).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from portal.dns import Answers, CouldNotLook, Question

ADDRESSES = ("A", "AAAA")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a name leads, and the addresses that it would lead to the portal by."""

    state: Literal["here", "elsewhere", "missing"]
    found: tuple[str, ...]
    wanted: tuple[str, ...]


def place(name: str, portal: str, answers: Answers) -> Place:
    """Raise CouldNotLook also where the portal's own name leads nowhere: then there is nothing to compare with."""
    answers.want(*(Question(host, kind) for host in (name, portal) for kind in ADDRESSES))
    wanted, found = (_sorted(_addresses(host, answers)) for host in (portal, name))
    if not wanted:
        raise CouldNotLook(f"{portal} has no address")
    state: Literal["here", "elsewhere"] = "here" if set(found) <= set(wanted) else "elsewhere"
    return Place(state if found else "missing", found, wanted)


def _addresses(host: str, answers: Answers) -> Iterable[str]:
    return [str(record) for kind in ADDRESSES for record in answers.get(host, kind).records]


def _sorted(addresses: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(addresses), key=lambda address: (":" in address, address)))
