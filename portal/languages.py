"""Which language a page speaks, and how it writes sizes, dates and numbers."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any

import flask_babel
from babel import Locale, dates, lists, numbers
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, get_domain, get_locale
from flask_babel import gettext as _
from markupsafe import Markup

from portal import pseudo, security

# Each language's own name by its tag (BCP 47, as HTML's `lang` has it), in the order of the menu.
LANGUAGES = {
    "en": "English",
    "de": "Deutsch",
    "es": "Español",
    "fr": "Français",
    "id": "Bahasa Indonesia",
    "pt-BR": "Português (Brasil)",
}
ENGLISH = "en"
# Of 1024 each, from bytes upwards, as software in that language names them.
UNITS = dict.fromkeys(LANGUAGES, ("B", "KB", "MB", "GB", "TB")) | {"fr": ("o", "Ko", "Mo", "Go", "To")}
# Babel's data. The region of a reader chooses no other: WHMCS knows languages only.
LOCALES = {tag: Locale.parse(tag, sep="-") for tag in LANGUAGES}
OF_LANGUAGE = {locale.language: tag for tag, locale in LOCALES.items()}
TAG = re.compile(r"([a-z]{2,3})([-_][a-z0-9]{1,8})*", re.IGNORECASE)


def init_app(app: Flask) -> None:
    """Select the language of each request and give templates the filters that depend on it."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "portal/translations"
    Babel(app, locale_selector=_select)
    # A page has hundreds of texts; Flask-Babel would look for the language at each of them.
    app.add_template_global(_text, "_")
    app.add_template_filter(size)
    app.add_template_filter(number)
    app.add_template_filter(listed)
    app.context_processor(lambda: {"languages": LANGUAGES, "language": language()})
    if app.config["PORTAL_PSEUDO_LOCALE"]:
        pseudo.init_app(app)


def preload(app: Flask) -> None:
    """Read each language's texts, numbers and dates, so that nobody's first page waits for them."""
    for tag in LANGUAGES:
        with app.test_request_context(headers={"Accept-Language": tag}):
            _text("Overview")
            size(0)
            day(datetime.now(UTC))
            clock(datetime.now(UTC))


def language() -> str:
    """The tag of this request's language."""
    if "language" not in g:
        g.language = pseudo.TAG if pseudo.is_spoken() else OF_LANGUAGE[get_locale().language]
    return str(g.language)


def locale() -> Locale:
    """How this request's language writes numbers and dates."""
    return _locale(language())


def refresh() -> None:
    """Find this request's language again, after it was changed."""
    flask_babel.refresh()
    _forget()


@contextmanager
def speaking(tag: str) -> Iterator[None]:
    """Write what follows for a reader of this language, whoever asks for it; in English where we do not have it."""
    with flask_babel.force_locale(str(LOCALES[nearest(tag) or ENGLISH])):
        _forget()
        yield
    _forget()


@lru_cache(1024)
def nearest(tag: str) -> str | None:
    """Our language for a tag as WHMCS and browsers send it (`fr-CA` is `fr`, `pt` and `pt_PT` are `pt-BR`), or None."""
    parts = TAG.fullmatch(tag)
    return OF_LANGUAGE.get(parts[1].lower()) if parts else None


def listed(names: Iterable[object]) -> str:
    """Names in a sentence: `a, b and c`. In HTML where one of them is."""
    each = list(names)
    if any(isinstance(name, Markup) for name in each):
        return Markup(lists.format_list([Markup.escape(name) for name in each], locale=locale()))
    return lists.format_list([str(name) for name in each], locale=locale())


def size(count: int | None) -> str:
    """Bytes in the largest unit that leaves at least 1; 1 GB = 2^30 bytes. None is said so, never shown as 0."""
    return str(_("not known")) if count is None else _size(count, language())


@lru_cache(8192)
def _size(count: int, language: str) -> str:
    amount, unit = float(count), 0
    # What is shown is compared: 1,023.97 MB would otherwise be shown as 1,024 MB.
    while (shown := round(amount, 1 if unit >= 2 and amount < 100 else 0)) >= 1024 and unit < 4:
        amount, unit = amount / 1024, unit + 1
    return f"{_number(shown, language)}\N{NO-BREAK SPACE}{UNITS.get(language, UNITS[ENGLISH])[unit]}"


def number(value: float) -> str:
    return _number(value, language())


def day(moment: datetime | date) -> str:
    """A date; of a moment that in UTC."""
    return _day(moment.astimezone(UTC).date() if isinstance(moment, datetime) else moment, language())


def month(day: date) -> str:
    """The short name of its month."""
    return dates.format_date(day, "LLL", locale=locale())


def clock(moment: datetime) -> str:
    """The time of day of a moment, in UTC."""
    return _clock(moment.astimezone(UTC).time().replace(second=0, microsecond=0), language())


def _select() -> str:
    return str(LOCALES[_chosen()])


def _chosen() -> str:
    """What was chosen here, or handed over, or else the browser asks for; the brand's where we have none of it."""
    if not has_request_context() or pseudo.is_spoken():
        return ENGLISH
    visit, grant = g.get("visit"), g.get("grant")
    chosen = visit.session.lang if visit is not None else ""
    handed = grant.claims.get("lang", "") if grant is not None else ""
    asked = [chosen or handed] if chosen or handed else request.accept_languages.values()
    return next((ours for tag in asked if (ours := nearest(tag))), None) or _of_the_brand()


def _of_the_brand() -> str:
    tenant = security.tenant()
    return nearest(str(tenant.brand.get("language", ""))) or ENGLISH if tenant is not None else ENGLISH


def _forget() -> None:
    for name in ("language", "texts"):
        g.pop(name, None)


def _text(text: str, **values: Any) -> str:
    """A text of a template in this request's language, with these values in it."""
    if "texts" not in g:
        g.texts = get_domain().get_translations()
    found = Markup(g.texts.ugettext(text))
    return found % values if values else found


# Few different ones stand on many pages: a size is rounded to four digits, and a year has 365 days.
@lru_cache(8192)
def _number(value: float, language: str) -> str:
    return numbers.format_decimal(value, locale=_locale(language))


@lru_cache(8192)
def _day(value: date, language: str) -> str:
    return dates.format_date(value, "medium", locale=_locale(language))


@lru_cache(8192)
def _clock(value: time, language: str) -> str:
    return dates.format_time(value, "short", locale=_locale(language))


def _locale(language: str) -> Locale:
    return LOCALES[ENGLISH if language == pseudo.TAG else language]
