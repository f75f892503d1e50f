"""The lines of a statement in words, for the invoice and for the card: one wording for both."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from babel import dates, numbers
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from portal.billing import Kind, Line, Reading, Span, Stale, Terms, Use
from portal.billing.rates import PriceWarning, gigabytes
from portal.billing.rates import warnings as warned
from portal.statements import Owed

NAMES = {Kind.EAS: "ActiveSync (EAS)", Kind.MAPI: "MAPI/Exchange", Kind.COMBINED: "ActiveSync (EAS) + MAPI/Exchange"}

WARNINGS = {
    PriceWarning.COMBINED_BELOW_SINGLE: _l(
        "combined_price is below a single price: switching the second protocol on makes a mailbox cheaper."
    ),
    PriceWarning.COMBINED_ABOVE_SUM: _l("combined_price is above both single prices together."),
}


def warnings(terms: Terms | None) -> list[str]:
    """What an admin should know of prices, which hold all the same."""
    return [] if terms is None else [str(WARNINGS[code]) for code in warned(terms)]


def described(line: Line, owed: Owed) -> str:
    """What the line is for, in this moment's language."""
    if line.kind is Kind.STORAGE:
        return _storage(line, owed.reading, owed.terms)
    text = _("%(what)s: %(address)s", what=NAMES[line.kind], address=line.address)
    if line.quantity > 1:
        text = _("%(what)s, %(months)s", what=text, months=ngettext("%(num)s month", "%(num)s months", line.quantity))
    dates_on = "; ".join(_on(line.uses, owed.statement.window))
    return f"{text} ({dates_on})" if dates_on else text


def _storage(line: Line, reading: Reading | None, terms: Terms | Stale) -> str:
    if reading is None or isinstance(terms, Stale):
        raise ValueError("a stale statement has no lines")
    used = numbers.format_decimal(gigabytes(reading.used, terms.tier_gb), locale=get_locale())
    return str(
        _(
            "%(used)s GB used · %(tiers)s of %(size)s GB",
            used=used,
            tiers=ngettext("%(num)s tier", "%(num)s tiers", line.quantity),
            size=terms.tier_gb,
        )
    )


def _on(uses: Sequence[Use], window: Span) -> Iterator[str]:
    """When it was on, where that was not throughout."""
    several = len(uses) > 1
    for use in uses:
        spans = ", ".join(_span(span, window) for span in use.spans)
        yield f"{use.protocol.upper()} {spans}" if several else spans


def _span(span: Span, window: Span) -> str:
    if span.until is None or span.until == window.until:
        return str(_("since %(date)s", date=_day(span.since)))
    return f"{_day(span.since)} – {_day(span.until)}"


def _day(at: datetime) -> str:
    return dates.format_date(at, "medium", locale=get_locale())
