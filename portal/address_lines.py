"""The lines of the address list as HTML, and what stands around them.

What is equal is made once: who searches and pages sees the same lines again, and so does who comes back. `here` is the
list's address; those of the service's other pages are known by it, and looked up only for what is made.
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
PAGES = {"mailbox": "mailboxes.index", "forward": "forwards.index", "alias": "aliases.index"}


def lines(rows: Iterable[Row], query: listing.Query, here: str, *, waited: bool) -> Markup:
    """The rows of the table. `waited`: whether what is not known of them could not be read."""
    alike = waited, here, history(), languages.language()
    return Markup(
        "\n".join(
            [
                (_line if len(row.aliases) + len(row.destinations or ()) <= LONGEST_KEPT else _line.__wrapped__)(
                    row, listing.foremost(row.aliases, query), listing.foremost(row.destinations or (), query), *alike
                )
                for row in rows
            ]
        )
    )


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around the lines: the buttons that make something new, search field and filters, the heads of the
    columns, and the way to the pages before and after."""

    buttons: Markup
    controls: Markup
    columns: Markup
    pages: Markup


def frame(
    query: listing.Query, page: listing.AddressPage, counts: Mapping[str, int], all_rows: int, here: str
) -> Frame:
    """`counts`: the lines that each filter would show; `all_rows`: those that none would leave out."""
    shown = query, page.number, page.pages, tuple(counts.items()), all_rows
    return _frame(*shown, here, history(), languages.language())


def choose() -> Markup:
    """The guide's help for choosing between a mailbox and a forward."""
    return _choose(languages.language())


@lru_cache(KEPT)
def _line(
    row: Row,
    aliases: tuple[str, ...],
    destinations: tuple[str, ...],
    waited: bool,
    here: str,
    change: str,
    _language: str,
) -> Markup:
    """All that the line depends on is in the signature."""
    make = get_template_attribute("cards/_address_line.html", "address_line")
    found: Markup = make(row, aliases, destinations, waited, _bases(here), change)
    return found


@lru_cache(1_000)
def _bases(_here: str) -> Mapping[str, str]:
    return {kind: url_for(endpoint) for kind, endpoint in PAGES.items()}


@lru_cache(1_000)
def _frame(
    query: listing.Query,
    number: int,
    pages: int,
    counts: tuple[tuple[str, int], ...],
    all_rows: int,
    here: str,
    change: str,
    _language: str,
) -> Frame:
    """All that it depends on is in the signature."""

    def make(macro: str, *values: object) -> Markup:
        found: Markup = get_template_attribute("cards/_address_frame.html", macro)(*values)
        return found

    return Frame(
        buttons=make("buttons"),
        controls=make("controls", query, here, change, dict(counts), all_rows),
        columns=make("columns", query, here, change),
        pages=make("pages", query, here, change, number, pages),
    )


@lru_cache
def _choose(_language: str) -> Markup:
    return Markup(render_template("cards/_choose.html"))
