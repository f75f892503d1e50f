"""The forms: what a customer may type, and the sentence for each thing that is wrong with it."""

import re
from unicodedata import category

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import IntegerField, PasswordField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, ValidationError
from wtforms.validators import Optional as MayBeEmpty

LONGEST_NAME = 64
LONGEST_DISPLAY_NAME = 128
LARGEST_LIMIT_MB = 10_485_760
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
# Zero-width, but part of the spelling of Persian and Indic words, and of emoji.
JOINERS = "\u200c\u200d"


class Form(FlaskForm):  # type: ignore[misc]
    """Fields only: writes are guarded by the page token (`auth`, `session`), which works without any cookie."""

    class Meta:
        csrf = False

    def refuse(self, field: str, message: str) -> None:
        """Add what only the mail server could know to a field's errors."""
        self[field].errors = [*self[field].errors, message]


def _strip(value: str | None) -> str | None:
    return value.strip() if value else value


def _lower(value: str | None) -> str | None:
    return value.strip().lower() if value else value


def local_part(_form: Form, field: StringField) -> None:
    """Letters, digits and `. - _`; dots as RFC 5321 has them in an unquoted local part: not first, last or doubled."""
    if not re.fullmatch(r"[a-z0-9._-]+", field.data):
        raise ValidationError(_("Use letters, digits, dots, hyphens and underscores only."))
    if not re.fullmatch(r"[^.]+(\.[^.]+)*", field.data):
        raise ValidationError(_("A dot cannot come first, last or twice in a row."))


def has_unseen(text: str) -> bool:
    """Whether there are control characters, line breaks, or marks that turn text around or hide in it."""
    return any(category(char) in UNSEEN and char not in JOINERS for char in text)


def one_line(_form: Form, field: StringField) -> None:
    """A display name ends up in message headers, and in front of people who have to see what it is."""
    if has_unseen(field.data or ""):
        raise ValidationError(_("Use one line of text."))


class Megabytes(IntegerField):  # type: ignore[misc]
    """A whole number of megabytes (2^20 bytes)."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            self.data = int(valuelist[0].strip() or 0) if valuelist else None
        except ValueError:
            self.data = None
            raise ValueError(_("Enter a whole number of megabytes, 0 for no limit.")) from None


class _Settings(Form):
    display_name = StringField(
        _l("Display name"),
        filters=[_strip],
        validators=[MayBeEmpty(), Length(max=LONGEST_DISPLAY_NAME), one_line],
    )
    limit_mb = Megabytes(
        _l("Disk space limit (MB)"),
        default=0,
        validators=[
            MayBeEmpty(),
            NumberRange(0, LARGEST_LIMIT_MB, message=_l("Enter a whole number of megabytes, 0 for no limit.")),
        ],
    )


class MailboxForm(_Settings):
    """What can be changed of a mailbox, the password apart."""


class NewMailboxForm(_Settings):
    """A mailbox to be. The password's rules are the plan's, checked by the view."""

    name = StringField(
        _l("Username"),
        filters=[_lower],
        validators=[InputRequired(_l("Enter the part before the @.")), Length(max=LONGEST_NAME), local_part],
    )
    password = PasswordField(_l("Password"))
    password_again = PasswordField(_l("Password, again"))


class PasswordForm(Form):
    """A new password for a mailbox."""

    password = PasswordField(_l("New password"))
    password_again = PasswordField(_l("New password, again"))
