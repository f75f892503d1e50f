"""The forms: what a customer may change, and the label of each field."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField, RadioField, SelectChoice, SelectField, StringField
from wtforms.validators import DataRequired, NumberRange
from wtforms.validators import Optional as MayBeEmpty

from portal.fields import (
    NAME,
    Addresses,
    AtMost,
    Megabytes,
    Names,
    OneAddress,
    SharedName,
    Switch,
    domain_name,
    lower,
    one_line,
    strip,
)

LONGEST_DISPLAY_NAME = 128
LARGEST_LIMIT_MB = 10_485_760


class Form(FlaskForm):  # type: ignore[misc]
    """Fields only: writes are guarded by the page token (`auth`, `session`), which works without any cookie."""

    class Meta:
        csrf = False

    def allow(self, present: Mapping[str, Any]) -> None:
        """What the mail server has already stays allowed, whatever our rules are: others may have made it."""
        for name, value in present.items():
            field = self[name]
            if isinstance(field, Addresses):
                field.present = frozenset(value)
            elif field.data == value:
                field.validators = ()

    def refuse(self, field: str, message: str) -> None:
        """Add what only the mail server could know to a field's errors."""
        self[field].errors = [*self[field].errors, message]


class _Settings(Form):
    display_name = StringField(
        _l("Display name"),
        filters=[strip],
        validators=[MayBeEmpty(), AtMost(LONGEST_DISPLAY_NAME), one_line],
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
    """What can be changed of a mailbox, the password apart. `share`: aliases of others that may lead here too."""

    aliases = Names(_l("Aliases"))
    share = Names("")
    forwards = Addresses(_l("Forward to"))
    delete_after_forwarding = Switch(_l("Delete after forwarding"))
    keep_sender = Switch(_l("Keep original sender and recipients"))
    eas = Switch("ActiveSync (EAS)")
    mapi = Switch("MAPI")


class NewMailboxForm(_Settings):
    """A mailbox to be. The password's rules are the plan's, checked by the view."""

    name = StringField(
        _l("Username"),
        filters=[lower],
        validators=NAME,
    )
    password = PasswordField(_l("Password"))
    password_again = PasswordField(_l("Password, again"))


class ForwardForm(Form):
    """Where a forward leads to."""

    destinations = Addresses(_l("Destinations"))


class NewForwardForm(ForwardForm):
    """A forward to be."""

    name = StringField(_l("Name"), filters=[lower], validators=NAME)


class AliasForm(ForwardForm):
    """Where an alias leads to, and its options."""

    may_send = Switch(_l("May send"))
    hide_from_gal = Switch(_l("Hide from the address list"))
    internal_only = Switch(_l("Internal only"))


class NewAliasForm(AliasForm):
    """An alias to be."""

    name = StringField(_l("Name"), filters=[lower], validators=NAME)


class SharedAliasForm(Form):
    """Where an alias leads to on a domain that customers share."""

    destinations = OneAddress(_l("Leads to"))


class NewSharedAliasForm(SharedAliasForm):
    """An alias to be, on a domain that customers share."""

    name = SharedName(_l("Name"))


class NewListForm(Form):
    """A distribution list to be, on a domain that customers share."""

    name = SharedName(_l("Name"))


class MemberForm(Form):
    """A member of a distribution list to be."""

    member = OneAddress(_l("Address"))


class NewDomainAliasForm(Form):
    """A domain alias to be."""

    domain = StringField(_l("Domain"), filters=[strip], validators=[DataRequired(_l("Enter a domain.")), domain_name])


SUBDOMAIN_POLICIES = [
    SelectChoice("", _l("the same")),
    SelectChoice("none", _l("only watch")),
    SelectChoice("quarantine", _l("into spam")),
    SelectChoice("reject", _l("refuse")),
]


class DmarcForm(Form):
    """What a DMARC record is to ask of receivers."""

    policy = RadioField(
        _l("What receivers do with a message that only pretends to be from you"),
        choices=[
            SelectChoice("none", _l("Only watch: deliver it as ever, and report it.")),
            SelectChoice("quarantine", _l("Into spam: deliver it there.")),
            SelectChoice("reject", _l("Refuse: do not deliver it.")),
        ],
    )
    subdomains = SelectField(_l("The same for subdomains"), choices=SUBDOMAIN_POLICIES, default="")
    missing_subdomains = SelectField(
        _l("The same for subdomains that do not exist"), choices=SUBDOMAIN_POLICIES, default=""
    )
    testing = Switch(_l("Test first"))
    strict_dkim = Switch(_l("Strict DKIM"))
    strict_spf = Switch(_l("Strict SPF"))
    rua = Addresses(_l("Send daily summaries to"))
    ruf = Addresses(_l("Send a report of each failure to"))


class PasswordForm(Form):
    """A new password for a mailbox."""

    password = PasswordField(_l("New password"))
    password_again = PasswordField(_l("New password, again"))
