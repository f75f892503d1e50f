"""Which language a page speaks, and how it writes sizes, dates and numbers."""

from babel import Locale, UnknownLocaleError
from flask import Flask, g, request
from flask_babel import Babel, format_decimal, get_locale
from flask_babel import gettext as _

LANGUAGES = {"en": "English", "fr": "Français"}
UNITS = {"en": ("B", "KB", "MB", "GB", "TB"), "fr": ("o", "Ko", "Mo", "Go", "To")}


def init_app(app: Flask) -> None:
    """Select the language of each request and give templates the filters that depend on it."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "portal/translations"
    Babel(app, locale_selector=_select)
    app.add_template_filter(size)
    app.context_processor(lambda: {"languages": LANGUAGES, "language": str(get_locale())})


def nearest(tag: str) -> str | None:
    """Our language for a BCP 47 tag as WHMCS sends it (`fr-CA` is `fr`), or None."""
    try:
        language = Locale.parse(tag, sep="-").language
    except (ValueError, UnknownLocaleError):
        return None
    return language if language in LANGUAGES else None


def _select() -> str:
    visit, grant = g.get("visit"), g.get("grant")
    chosen = visit.session.lang if visit is not None else ""
    handed = grant.claims.get("lang", "") if grant is not None else ""
    if chosen or handed:
        return nearest(chosen or handed) or "en"
    return next((ours for tag in request.accept_languages.values() if (ours := nearest(tag))), "en")


def size(count: int | None) -> str:
    """Bytes in the largest unit that leaves at least 1; 1 GB = 2^30 bytes. None is said so, never shown as 0."""
    if count is None:
        return str(_("not known"))
    amount, unit = float(count), 0
    # What is shown is compared: 1,023.97 MB would otherwise be shown as 1,024 MB.
    while (shown := round(amount, 1 if unit >= 2 and amount < 100 else 0)) >= 1024 and unit < 4:
        amount, unit = amount / 1024, unit + 1
    number: str = format_decimal(shown)
    unit_name = UNITS[get_locale().language][unit]
    return f"{number}\N{NO-BREAK SPACE}{unit_name}"
