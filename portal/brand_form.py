"""The form of a brand: what may stand in it, and the sentence for what may not."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FileField, SelectChoice, SelectField, StringField
from wtforms.form import BaseForm
from wtforms.validators import AnyOf, DataRequired, Optional, ValidationError

from portal import brand, domains, pictures
from portal.console_forms import NEEDED
from portal.fields import AtMost, Switch, has_unseen, normal_address, one_line, strip
from portal.forms import Form
from portal.languages import LANGUAGES, size
from portal.pictures import BadPicture, Picture
from portal.store.brands import PICTURES

LONGEST_NAME = 64
LONGEST_LINK = 500
MAILTO = "mailto:"

# Why a picture is not taken (`portal.pictures`).
REFUSED = {
    "empty": _l("This file is empty."),
    "bytes": _l("This file is too large: at most %(limit)s."),
    "type": _l("This is no picture that can be used. Choose a PNG, JPEG, WebP or SVG file."),
    "compressed": _l("This SVG is compressed (.svgz). Save it as plain SVG."),
    "broken": _l("This file cannot be read: it is damaged, or not what its name says."),
    "pixels": _l("This picture has too many pixels. Make it smaller: 1,200 pixels wide is plenty."),
    "small": _l("This picture is too small: each side needs at least %(limit)s pixels."),
    "shape": _l("This picture is too long and thin: one side may be %(limit)s times the other at most."),
    "animated": _l("This picture moves. Choose one that stands still."),
    "script": _l("This SVG holds a program (script), so it was not taken. Export it anew as a plain drawing."),
    "outside": _l("This SVG loads something from elsewhere, so it was not taken. Export it with everything inside."),
    "embedded": _l("This SVG holds another picture or a web page, so it was not taken. Use shapes alone, or a PNG."),
    "entities": _l("This SVG defines entities, so it was not taken. Export it anew as a plain drawing."),
    "complex": _l("This SVG has too many parts. Simplify it, or use a PNG."),
    "unsized": _l("This SVG does not say how large it is: it needs a viewBox, or width and height."),
}


def hex_colour(value: str | None) -> str | None:
    """`#RGB`, `rgb` and the like are `#rrggbb`."""
    text = (value or "").strip().lower()
    digits = text.removeprefix("#")
    if re.fullmatch("[0-9a-f]{3}", digits):
        digits = "".join(2 * digit for digit in digits)
    return f"#{digits}" if brand.is_colour(f"#{digits}") else text


def address_as_link(value: str | None) -> str | None:
    """An e-mail address alone is a link to write to it."""
    text = (value or "").strip()
    address = "" if "/" in text else normal_address(text.removeprefix(MAILTO))
    return f"{MAILTO}{address}" if address else text


def as_hex(_form: BaseForm, field: StringField) -> None:
    if not brand.is_colour(field.data):
        raise ValidationError(_("Write a colour like #1f5fa8."))


def web_link(_form: BaseForm, field: StringField) -> None:
    if not _is_web_link(field.data):
        raise ValidationError(_("Write an address that begins with https://"))


def web_or_mail_link(_form: BaseForm, field: StringField) -> None:
    text = field.data
    if not _is_web_link(text) and text != MAILTO + normal_address(text.removeprefix(MAILTO)):
        raise ValidationError(_("Write an address that begins with https://, or an e-mail address."))


def _is_web_link(text: str) -> bool:
    if has_unseen(text) or any(char.isspace() or char in "\"'<>\\" for char in text):
        return False
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        return parts.scheme == "https" and "@" not in parts.netloc and bool(domains.normal(host)) and parts.port != 0
    except ValueError:
        return False


class BrandForm(Form):
    """A brand. A picture that is not sent stays, unless its box says that it is to go."""

    name = StringField(_l("Name"), filters=[strip], validators=[DataRequired(NEEDED), AtMost(LONGEST_NAME), one_line])
    colour = StringField(_l("Colour"), filters=[hex_colour], validators=[DataRequired(NEEDED), as_hex])
    dark_colour = StringField(_l("Colour on dark pages"), filters=[hex_colour], validators=[Optional(), as_hex])
    logo = FileField(_l("Logo"))
    remove_logo = Switch(_l("Remove the logo"))
    favicon = FileField(_l("Icon in the browser's tab"))
    remove_favicon = Switch(_l("Remove the icon"))
    support = StringField(
        _l("Support"),
        filters=[address_as_link],
        validators=[Optional(), AtMost(LONGEST_LINK), web_or_mail_link],
    )
    terms = StringField(_l("Terms"), filters=[strip], validators=[Optional(), AtMost(LONGEST_LINK), web_link])
    privacy = StringField(_l("Privacy"), filters=[strip], validators=[Optional(), AtMost(LONGEST_LINK), web_link])
    language = SelectField(
        _l("Default language"),
        choices=[
            SelectChoice("", LANGUAGES["en"]),
            *(SelectChoice(tag, name) for tag, name in LANGUAGES.items() if tag != "en"),
        ],
        validate_choice=False,
        validators=[AnyOf(["", *LANGUAGES], message=NEEDED)],
    )
    theme = SelectField(
        _l("Inside your pages"),
        choices=[
            SelectChoice("light", _l("Light")),
            SelectChoice("dark", _l("Dark")),
            SelectChoice("auto", _l("As the reader's system")),
        ],
        default="light",
        validate_choice=False,
        validators=[AnyOf(brand.THEMES, message=NEEDED)],
    )
    powered_by = Switch(_l("Say “Powered by Mailporch”"))

    def read_pictures(self) -> dict[str, Picture]:
        """The new pictures; one that is not taken is said in its field's errors."""
        found = {}
        for kind in PICTURES:
            sent = self[kind].data
            if sent and sent.filename:
                try:
                    found[kind] = pictures.read(sent.read(), "logo" if kind == "logo" else "favicon")
                except BadPicture as error:
                    self.refuse(kind, _sentence(error))
        return found

    def settings(self, present: Mapping[str, Any]) -> dict[str, Any]:
        """What is kept of it; what is wrong in it, and the pictures, are those of the present settings."""
        names = ("name", "colour", "dark_colour", "support", "terms", "privacy", "language", "theme", "powered_by")
        given = {name: present.get(name) if self[name].errors else self[name].data for name in names}
        pictures = {kind: present.get(kind) for kind in PICTURES if not self[f"remove_{kind}"].data}
        return {name: value for name, value in (given | pictures).items() if value}


def _sentence(error: BadPicture) -> str:
    values: dict[str, Any] = dict(error.values)
    if error.code == "bytes":
        values["limit"] = size(error.values["limit"])
    return str(REFUSED[error.code]) % values
