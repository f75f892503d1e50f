"""Which aliases lead to a mailbox: adding one, dropping one, and what a mailbox that goes leaves behind.

A mail server knows aliases with targets and nothing else. An alias is a mailbox's when that mailbox is among its
targets; it may be several mailboxes' at once. None is left that leads nowhere.

What is written here was read just before, so whoever calls it holds the turn (`changes.turn`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from portal.mail import Alias, AliasSettings, DomainService, NotFound


@dataclass(frozen=True, slots=True)
class Left:
    """What becomes of the aliases of a mailbox that is deleted: names, in order."""

    go: tuple[str, ...]
    stay: tuple[str, ...]


def attach(mail: DomainService, name: str, address: str) -> None:
    """Have the alias lead to the address too, and make it where there is none. Safe to repeat."""
    try:
        present = mail.alias(name)
    except NotFound:
        mail.create_alias(AliasSettings(name, (address,)))
        return
    if address not in present.targets:
        mail.change_alias(name, targets=(*present.targets, address))


def detach(mail: DomainService, name: str, address: str) -> None:
    """Have the alias no longer lead to the address; it goes when it would lead nowhere. Safe to repeat."""
    try:
        present = mail.alias(name)
    except NotFound:
        return
    others = tuple(target for target in present.targets if target != address)
    if others == present.targets:
        return
    if others or present.everyone:
        mail.change_alias(name, targets=others)
    else:
        mail.delete_alias(name)


def naming(aliases: Iterable[Alias], address: str) -> Sequence[Alias]:
    """The aliases that have the address among their targets, also those that lead to everyone."""
    return [alias for alias in aliases if address in alias.targets]


def names_of(aliases: Iterable[Alias], address: str) -> tuple[str, ...]:
    """The other names of a mailbox, in order: those of the aliases that lead to it, but not to everyone."""
    return tuple(sorted(alias.name for alias in naming(aliases, address) if not alias.everyone))


def left_by(aliases: Iterable[Alias], address: str) -> Left:
    """What `detach` makes of all that name the address."""
    named = sorted(naming(aliases, address), key=lambda alias: alias.name)
    sole = {alias.name for alias in named if not alias.everyone and alias.targets == (address,)}
    return Left(
        go=tuple(alias.name for alias in named if alias.name in sole),
        stay=tuple(alias.name for alias in named if alias.name not in sole),
    )
