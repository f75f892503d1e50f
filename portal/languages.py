"""Which language a page speaks, and how it writes sizes, dates and numbers."""

from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any

import flask_babel
from babel import Locale, UnknownLocaleError, dates, numbers
from flask import Flask, g, request
from flask_babel import Babel, get_domain, get_locale
from flask_babel import gettext as _
from markupsafe import Markup

LANGUAGES = {"en": "English", "fr": "Français"}
UNITS = {"en": ("B", "KB", "MB", "GB", "TB"), "fr": ("o", "Ko", "Mo", "Go", "To")}


def init_app(app: Flask) -> None:
    """Select the language of each request and give templates the filters that depend on it."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "portal/translations"
    Babel(app, locale_selector=_select)
    # A page has hundreds of texts; Flask-Babel would look for the language at each of them.
    app.add_template_global(_text, "_")
    app.add_template_filter(size)
    app.add_template_filter(number)
    app.context_processor(lambda: {"languages": LANGUAGES, "language": language()})


def preload(app: Flask) -> None:
    """Read each language's texts, numbers and dates, so that nobody's first page waits for them."""
    for tag in LANGUAGES:
        with app.test_request_context(headers={"Accept-Language": tag}):
            _text("Overview")
            size(0)
            day(datetime.now(UTC))
            clock(datetime.now(UTC))


def language() -> str:
    """This request's language."""
    if "language" not in g:
        g.language = get_locale().language
    return str(g.language)


def refresh() -> None:
    """Find this request's language again, after it was changed."""
    flask_babel.refresh()
    for name in ("language", "texts"):
        g.pop(name, None)


@lru_cache(1024)
def nearest(tag: str) -> str | None:
    """Our language for a BCP 47 tag as WHMCS sends it (`fr-CA` is `fr`), or None."""
    try:
        language = Locale.parse(tag, sep="-").language
    except (ValueError, UnknownLocaleError):
        return None
    return language if language in LANGUAGES else None


def size(count: int | None) -> str:
    """Bytes in the largest unit that leaves at least 1; 1 GB = 2^30 bytes. None is said so, never shown as 0."""
    return str(_("not known")) if count is None else _size(count, language())


@lru_cache(8192)
def _size(count: int, language: str) -> str:
    amount, unit = float(count), 0
    # What is shown is compared: 1,023.97 MB would otherwise be shown as 1,024 MB.
    while (shown := round(amount, 1 if unit >= 2 and amount < 100 else 0)) >= 1024 and unit < 4:
        amount, unit = amount / 1024, unit + 1
    return f"{_number(shown, language)}\N{NO-BREAK SPACE}{UNITS[language][unit]}"


def number(value: float) -> str:
    return _number(value, language())


def day(moment: datetime | date) -> str:
    """A date; of a moment that in UTC."""
    return _day(moment.astimezone(UTC).date() if isinstance(moment, datetime) else moment, language())


def month(day: date) -> str:
    """The short name of its month."""
    return dates.format_date(day, "LLL", locale=language())


def clock(moment: datetime) -> str:
    """The time of day of a moment, in UTC."""
    return _clock(moment.astimezone(UTC).time().replace(second=0, microsecond=0), language())


def _select() -> str:
    visit, grant = g.get("visit"), g.get("grant")
    chosen = visit.session.lang if visit is not None else ""
    handed = grant.claims.get("lang", "") if grant is not None else ""
    if chosen or handed:
        return nearest(chosen or handed) or "en"
    return next((ours for tag in request.accept_languages.values() if (ours := nearest(tag))), "en")


def _text(text: str, **values: Any) -> str:
    """A text of a template in this request's language, with these values in it."""
    if "texts" not in g:
        g.texts = get_domain().get_translations()
    found = Markup(g.texts.ugettext(text))
    return found % values if values else found


# Few different ones stand on many pages: a size is rounded to four digits, and a year has 365 days.
@lru_cache(8192)
def _number(value: float, language: str) -> str:
    return numbers.format_decimal(value, locale=language)


@lru_cache(8192)
def _day(value: date, language: str) -> str:
    return dates.format_date(value, "medium", locale=language)


@lru_cache(8192)
def _clock(value: time, language: str) -> str:
    return dates.format_time(value, "short", locale=language)
