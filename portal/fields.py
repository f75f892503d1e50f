"""Single fields: how what was typed is read, what may stand in it, and the sentence for what may not."""

import re
from typing import Any
from unicodedata import category

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import Field, IntegerField, StringField
from wtforms.form import BaseForm
from wtforms.validators import InputRequired, Length, ValidationError
from wtforms.widgets import CheckboxInput

from portal import domains, handles
from portal.languages import listed

LONGEST_NAME = 64
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
# Zero-width, but part of the spelling of Persian and Indic words, and of emoji.
JOINERS = "\u200c\u200d"


def strip(value: str | None) -> str | None:
    return value.strip() if value else value


def lower(value: str | None) -> str | None:
    return value.strip().lower() if value else value


def local_part(_form: BaseForm, field: StringField) -> None:
    """Letters, digits and `. - _`; dots as RFC 5321 has them in an unquoted local part: not first, last or doubled."""
    if not re.fullmatch(r"[a-z0-9._-]+", field.data):
        raise ValidationError(_("Use letters, digits, dots, hyphens and underscores only."))
    if not is_local_part(field.data):
        raise ValidationError(_("A dot cannot come first, last or twice in a row."))


def is_local_part(text: str) -> bool:
    """Whether it can be the part before the @, by the same rules."""
    return re.fullmatch(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*", text) is not None and len(text) <= LONGEST_NAME


def has_unseen(text: str) -> bool:
    """Whether there are control characters, line breaks, or marks that turn text around or hide in it."""
    return any(category(char) in UNSEEN and char not in JOINERS for char in text)


def one_line(_form: BaseForm, field: StringField) -> None:
    """A display name ends up in message headers, and in front of people who have to see what it is."""
    if has_unseen(field.data or ""):
        raise ValidationError(_("Use one line of text."))


def domain_name(_form: BaseForm, field: StringField) -> None:
    """A domain as people write it: in any script and case, or copied from the address of its website."""
    if "@" in field.data and "://" not in field.data:
        raise ValidationError(_("Enter the domain alone, without a name and @."))
    if not domains.typed(field.data):
        raise ValidationError(_("This is no domain name. One looks like this: example.com"))


NAME_FAULTS = {
    handles.Fault.EMPTY: _l("Enter the part before the @."),
    handles.Fault.LONG: _l("Use at most 64 characters."),
    handles.Fault.CHARACTERS: _l("Use letters, digits, dots, hyphens and underscores only."),
    handles.Fault.EDGES: _l("Begin and end with a letter or a digit."),
    handles.Fault.SEPARATORS: _l("Use no two of dot, hyphen and underscore in a row."),
    handles.Fault.RESERVED: _l("This name is reserved. Choose another one."),
}


class AtMost(Length):  # type: ignore[misc]
    """No longer than so many characters. The library has its sentence in fewer languages than we."""

    def __init__(self, most: int) -> None:
        super().__init__(max=most)

    def __call__(self, _form: BaseForm, field: Field) -> None:
        if len(field.data or "") > self.max:
            raise ValidationError(
                ngettext("Use at most %(num)s character.", "Use at most %(num)s characters.", self.max)
            )


NAME = [InputRequired(_l("Enter the part before the @.")), AtMost(LONGEST_NAME), local_part]


class Megabytes(IntegerField):  # type: ignore[misc]
    """A whole number of megabytes (2^20 bytes)."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            self.data = int(valuelist[0].strip() or 0) if valuelist else None
        except ValueError:
            self.data = None
            raise ValueError(_("Enter a whole number of megabytes, 0 for no limit.")) from None


class Switch(Field):  # type: ignore[misc]
    """On, off, or None when it was not sent. Forms send an empty hidden field before the box, for "off"."""

    widget = CheckboxInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = bool(valuelist[-1]) if valuelist else None

    def _value(self) -> str:
        return "on"


class Addresses(Field):  # type: ignore[misc]
    """E-mail addresses, one per field of the same name; None when none was sent. Without @ they are of `domain`.

    Those in `present` are taken as they are.
    """

    data: list[str] | None

    def __init__(self, label: str, **given: Any) -> None:
        super().__init__(label, **given)
        self.domain = ""
        self.present = frozenset[str]()

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = list(dict.fromkeys(text.strip() for text in valuelist if text.strip())) if valuelist else None

    def post_validate(self, _form: BaseForm, _stopped: bool) -> None:
        """Bring each into the spelling in which mail servers compare them."""
        if self.data is not None:
            spelled = {text: text if text in self.present else self._normal(text) for text in self.data}
            self.data = list(dict.fromkeys(address or text for text, address in spelled.items()))
            if wrong := [text for text, address in spelled.items() if not address]:
                raise ValidationError(self._refusal(listed(wrong)))

    def _refusal(self, texts: str) -> str:
        return str(_("These are no e-mail addresses: %(texts)s", texts=texts))

    def _normal(self, text: str) -> str:
        """The usual spelling, "" when there is none."""
        return normal_address(text if "@" in text else f"{text}@{self.domain}")


class OneAddress(Addresses):
    """An address, sent as a list of one. Unless `anywhere`, it has to be one of `domain`."""

    def __init__(self, label: str, **given: Any) -> None:
        super().__init__(label, **given)
        self.anywhere = False

    @property
    def address(self) -> str:
        """The one that was sent, "" for none."""
        return self.data[0] if self.data else ""

    def post_validate(self, form: BaseForm, stopped: bool) -> None:
        super().post_validate(form, stopped)
        if not self.data:
            raise ValidationError(_("Enter an address."))
        if len(self.data) > 1:
            raise ValidationError(_("Enter one address only. A distribution list leads to several."))
        if not self.anywhere and not self.data[0].endswith(f"@{self.domain}"):
            raise ValidationError(
                _("It has to be an address at %(domain)s: your plan allows no others.", domain=self.domain)
            )

    def _refusal(self, texts: str) -> str:
        return str(_("This is no e-mail address: %(texts)s", texts=texts))


class SharedName(StringField):  # type: ignore[misc]
    """A name on `domain`, which customers share; an address of it will do too."""

    def __init__(self, label: str, **given: Any) -> None:
        super().__init__(label, **given)
        self.domain = ""

    def pre_validate(self, form: BaseForm) -> None:
        self.data: str = handles.normal(self.data or "").removesuffix(f"@{self.domain}")
        fault = handles.fault(self.data)
        if fault is not None:
            raise ValidationError(str(NAME_FAULTS[fault]))


class Names(Addresses):
    """Local parts of one's own domain, one per field of the same name; an address of that domain will do too."""

    def _normal(self, text: str) -> str:
        name = text.lower().removesuffix(f"@{self.domain}")
        return name if is_local_part(name) else ""

    def _refusal(self, texts: str) -> str:
        return str(_("These are no names: %(texts)s", texts=texts))


def normal_address(text: str) -> str:
    """The address in lower case with its domain in ASCII; "" when it is none (RFC 5321, without quoted local parts)."""
    try:
        # `.test` is no more and no less deliverable than any other mistyped domain.
        found = validate_email(text, check_deliverability=False, allow_smtputf8=False, test_environment=True)
    except EmailNotValidError:
        return ""
    return (found.ascii_email or "").lower()
