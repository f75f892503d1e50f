"""The lines of the address list as HTML, and what stands above them.

What is equal is made once: who searches and pages sees the same lines again, and so does who comes back.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from flask import get_template_attribute, render_template, url_for
from markupsafe import Markup

from portal import languages, listing
from portal.layout import history
from portal.mail.directory import Row

KEPT = 10_000  # of about 2 kB each
LONGEST_KEPT = 50  # aliases and destinations; a line can name thousands, and whoever changes one has a new line made
ENDPOINTS = ("mailboxes.index", "forwards.index", "aliases.index")


def lines(rows: Iterable[Row], query: listing.Query, *, waited: bool) -> Markup:
    """The rows of the table. `waited`: whether what is not known of them could not be read."""
    alike = waited, *map(url_for, ENDPOINTS), history(), languages.language()
    return Markup("\n").join(
        (_line if len(row.aliases) + len(row.destinations or ()) <= LONGEST_KEPT else _line.__wrapped__)(
            row, listing.foremost(row.aliases, query), listing.foremost(row.destinations or (), query), *alike
        )
        for row in rows
    )


@dataclass(frozen=True, slots=True)
class Head:
    """Search field and filters; the heads of the columns."""

    controls: Markup
    columns: Markup


def head(query: listing.Query, counts: Mapping[str, int], all_rows: int) -> Head:
    """What stands above the lines. `counts`: the lines that each filter would show."""
    return _head(query, tuple(counts.items()), all_rows, url_for("addresses.show"), history(), languages.language())


def choose() -> Markup:
    """The guide's help for choosing between a mailbox and a forward."""
    return _choose(languages.language())


@lru_cache(KEPT)
def _line(
    row: Row,
    aliases: tuple[str, ...],
    destinations: tuple[str, ...],
    waited: bool,
    mailboxes: str,
    forwards: str,
    others: str,
    change: str,
    _language: str,
) -> Markup:
    """All that the line depends on is in the signature."""
    bases = {"mailbox": mailboxes, "forward": forwards, "alias": others}
    make = get_template_attribute("cards/_address_line.html", "address_line")
    found: Markup = make(row, aliases, destinations, waited, bases, change)
    return found


@lru_cache(1_000)
def _head(
    query: listing.Query, counts: tuple[tuple[str, int], ...], all_rows: int, here: str, change: str, _language: str
) -> Head:
    """All that it depends on is in the signature."""
    controls = get_template_attribute("cards/_address_head.html", "controls")
    columns = get_template_attribute("cards/_address_head.html", "columns")
    return Head(controls(query, here, change, dict(counts), all_rows), columns(query, here, change))


@lru_cache
def _choose(_language: str) -> Markup:
    return Markup(render_template("cards/_choose.html"))
