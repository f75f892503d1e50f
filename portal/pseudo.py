"""A language for tests alone: English with accents, in brackets, longer by two fifths.

What is cut off misses its bracket, and what is not translated its accents. Switched on by PORTAL_PSEUDO_LOCALE, it is
spoken to browsers that ask for `en-XA` before all others; nobody is offered it.
"""

import re

from babel.support import NullTranslations
from flask import Flask, current_app, has_request_context, request
from flask_babel import Domain

TAG = "en-XA"
LONGER = 1.4
# What stays as it is: the places of values, in our texts and in those of scripts.
PLACE = re.compile(r"%\(\w+\)\w|%%|\{\w+\}")
ACCENTED = str.maketrans("aceginorsuyzACEGINORSUYZ", "áçéğîñöřšûýžÁÇÉĞÎÑÖŘŠÛÝŽ")
VOWELS = re.compile("[áéîöû]", re.IGNORECASE)


class Pseudo(NullTranslations):
    """Every text's translation, made of the text itself."""

    def gettext(self, message: str) -> str:
        return translated(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return translated(msgid1 if n == 1 else msgid2)

    ugettext, ungettext = gettext, ngettext


class PseudoDomain(Domain):  # type: ignore[misc]
    """Flask-Babel's way to it."""

    def get_translations(self) -> NullTranslations:
        return Pseudo()


def init_app(app: Flask) -> None:
    """Speak it to who asks for it."""
    domain = PseudoDomain()

    @app.before_request
    def speak() -> None:
        if is_spoken():
            domain.as_default()


def is_spoken() -> bool:
    """Whether this request is answered in it."""
    if not has_request_context() or not current_app.config["PORTAL_PSEUDO_LOCALE"]:
        return False
    return next(iter(request.accept_languages.values()), "") == TAG


def translated(text: str) -> str:
    """`Delete %(name)s` as `[Dééléétéé %(name)s]`: each vowel twice, and strokes where that is not long enough."""
    kept = PLACE.findall(text)
    parts = [VOWELS.sub(r"\g<0>\g<0>", part.translate(ACCENTED)) for part in PLACE.split(text)]
    longer = parts[0] + "".join(place + part for place, part in zip(kept, parts[1:], strict=True))
    return f"[{longer.ljust(round(len(text) * LONGER) - 2, '–')}]"
