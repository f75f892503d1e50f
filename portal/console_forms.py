"""The console's forms."""

import re
from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, SelectChoice, SelectField, StringField
from wtforms.validators import AnyOf, DataRequired, Optional, Regexp

from portal.fields import AtMost, lower, one_line, strip
from portal.forms import Form
from portal.languages import LANGUAGES

HOST = r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9-]{2,}"
KINDS = {"smartermail": "SmarterMail", "polarismail": "PolarisMail"}
NEEDED = _l("This has to be filled in.")


def _web_address(label: str) -> StringField:
    fits = Regexp(r"https?://[^\s/@]+(/\S*)?$", message=_l("Write https://… as in a browser."))
    return StringField(label, filters=[strip], validators=[Optional(), AtMost(255), fits])


class PasswordOfServerForm(Form):
    """Another password of a mail server's account. It is never shown, and so never filled in."""

    password = PasswordField(_l("New password"), validators=[DataRequired(NEEDED), AtMost(200)])


class ServerForm(Form):
    """A mail server to add."""

    name = StringField(
        _l("Name"),
        filters=[strip],
        validators=[
            DataRequired(NEEDED),
            AtMost(64),
            Regexp(r"[A-Za-z0-9._-]+$", message=_l("Use letters, digits, dots, hyphens and underscores only.")),
        ],
    )
    kind = SelectField(
        _l("Kind"),
        choices=[SelectChoice(value=kind, label=name) for kind, name in KINDS.items()],
        validate_choice=False,
        validators=[AnyOf(KINDS, message=NEEDED)],
    )
    url = _web_address(_l("Address of its API"))
    username = StringField(
        _l("User name of its system administrator"),
        filters=[strip],
        validators=[DataRequired(NEEDED), AtMost(255), one_line],
    )
    password = PasswordField(_l("Password"), validators=[DataRequired(NEEDED), AtMost(200)])
    mail_host = StringField(
        _l("Its public name"),
        filters=[lower],
        validators=[
            DataRequired(NEEDED),
            AtMost(253),
            Regexp(f"{HOST}$", message=_l("A host name looks like this: mail.example.com")),
        ],
    )
    mx_hosts = StringField(
        _l("Names in MX records"),
        filters=[lower],
        validators=[
            Optional(),
            AtMost(1000),
            Regexp(rf"{HOST}([\s,]+{HOST})*$", message=_l("Write host names with a space between them.")),
        ],
    )
    webmail_url = _web_address(_l("Address of its webmail"))

    def usual(self, vendors: Mapping[str, tuple[str, str]]) -> tuple[str, str]:
        """Where the servers of that kind are, and their webmail, where one vendor runs them for all."""
        return vendors.get(self.kind.data, ("", ""))

    def settings(self, vendors: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
        """What is kept of it."""
        usual_url, usual_webmail = self.usual(vendors)
        url = (self.url.data or usual_url).rstrip("/")
        given = {name: self[name].data or "" for name in ("kind", "name", "username", "password", "mail_host")}
        return given | {
            "url": url,
            "webmail_url": self.webmail_url.data or (usual_webmail if url == usual_url else ""),
            "mx_hosts": [host for host in re.split(r"[\s,]+", self.mx_hosts.data or "") if host],
        }


class ResellerForm(Form):
    """A reseller to set up."""

    slug = StringField(
        _l("Short name"),
        filters=[lower],
        validators=[
            DataRequired(NEEDED),
            Regexp(r"[a-z0-9-]{2,32}$", message=_l("Use 2 to 32 letters from a to z, digits and hyphens.")),
        ],
    )
    name = StringField(_l("Name"), filters=[strip], validators=[DataRequired(NEEDED), AtMost(100), one_line])
    whmcs_url = StringField(
        _l("Address of its WHMCS"),
        filters=[strip],
        validators=[
            DataRequired(NEEDED),
            AtMost(255),
            Regexp(r"https?://[^\s/@]+(/\S*)?$", message=_l("Write https://… as in a browser.")),
        ],
    )
    colour = StringField(
        _l("Colour"),
        filters=[lower],
        validators=[Optional(), Regexp(r"#[0-9a-f]{6}$", message=_l("A colour looks like this: #1f5fa8"))],
    )
    support = StringField(
        _l("Support link"),
        filters=[strip],
        validators=[
            Optional(),
            AtMost(200),
            Regexp(r"https://[^\s\"'<>]+$", message=_l("Write https://… as in a browser.")),
        ],
    )
    language = SelectField(
        _l("Language where WHMCS tells none"),
        choices=[SelectChoice(value=tag, label=name) for tag, name in LANGUAGES.items()],
        validate_choice=False,
        validators=[AnyOf(LANGUAGES, message=NEEDED)],
    )

    def brand(self) -> dict[str, str]:
        """What was told of its brand."""
        told = {name: self[name].data for name in ("colour", "support", "language")}
        return {name: value for name, value in told.items() if value}


class OriginForm(Form):
    """An origin whose pages may embed the portal."""

    origin = StringField(_l("Origin"), filters=[lower], validators=[DataRequired(NEEDED), AtMost(255)])


class HostForm(Form):
    """A tenant's own host name; empty for none."""

    host = StringField(_l("Host name"), filters=[strip], validators=[Optional(), AtMost(255)])
